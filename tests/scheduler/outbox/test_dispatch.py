"""The lanes: what is due goes out, each channel by itself, and what fails goes on."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from sqlalchemy.exc import OperationalError

from config.plan import Rate
from notifiers.message import Message
from scheduler.clock import ManualClock
from scheduler.outbox.crew import Limits, Step
from scheduler.outbox.ledger import Ledger
from scheduler.outbox.values import Claimed, Outcome
from scheduler.planning.values import Reminder
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import (
    HOUR,
    MINUTE,
    SECOND,
    START,
    crowd,
    message,
    reminder,
)
from tests.scheduler.outbox.office import Office


@pytest.fixture
def office(stores: Stores) -> Office:
    """An office with an empty outbox."""
    return Office(stores)


def _keys(rows: Sequence[Reminder]) -> list[str]:
    return sorted(one.key for one in rows)


def test_everything_due_goes_out_once_and_nothing_else(office: Office) -> None:
    due = [*crowd(150), *crowd(3, channel="slack")]
    office.stores.planning.insert([*due, reminder("t/later", at=START + HOUR)], START)
    dispatcher = office.dispatcher()
    assert dispatcher.run_due() == 153
    assert sorted(office.posts["email"].keys + office.posts["slack"].keys) == _keys(due)
    assert office.counts() == {"sent": 153, "planned": 1}
    assert dispatcher.next_due() == START + HOUR
    assert dispatcher.run_due() == 0
    assert not dispatcher.busy
    assert office.troubles == []


def test_a_message_carries_its_delivery_as_identity(office: Office) -> None:
    office.stores.planning.insert([reminder("t/a"), reminder("t/b")], START)
    office.render = lambda rows, _, now: message(rows, "another", now)
    office.dispatcher().run_due()
    (sent,) = office.posts["email"].taken
    (attempt,) = office.stores.history.attempts_of(9)
    assert sent.key == attempt.delivery
    assert attempt.answer == "taken"


def test_what_comes_due_meanwhile_goes_too(office: Office) -> None:
    office.stores.planning.insert([reminder("t/a")], START)

    def answer(_: Message) -> str:
        office.stores.planning.insert([reminder("t/b")], START)
        return "taken"

    office.posts["email"].answer = answer
    assert office.dispatcher().run_due() == 2


def test_connections_are_kept_limited_and_closed(office: Office) -> None:
    office.limits["email"] = Limits(connections=3)
    office.stores.planning.insert(crowd(100), START)
    meeting = threading.Barrier(3)
    office.posts["email"].answer = _meet_once(meeting)
    office.dispatcher().run_due()
    post = office.posts["email"]
    assert (post.opened, post.closed, len(post.taken)) == (3, 3, 100)


def _meet_once(meeting: threading.Barrier) -> Callable[[Message], str]:
    """Answer when as many connections as the barrier asks for are busy; later at once."""
    met = threading.Event()

    def answer(_: Message) -> str:
        if not met.is_set():
            meeting.wait(10)
            met.set()
        return "taken"

    return answer


def test_one_message_needs_one_connection(office: Office) -> None:
    office.stores.planning.insert([reminder()], START)
    office.dispatcher().run_due()
    assert office.posts["email"].opened == 1


def test_a_channel_that_hangs_holds_up_no_other(office: Office) -> None:
    hanging = threading.Event()
    office.posts["email"].answer = lambda _: str(hanging.wait(20))
    office.stores.planning.insert([*crowd(20), *crowd(20, channel="slack")], START)
    dispatcher = office.dispatcher()
    dispatcher.start_due()
    _until(lambda: len(office.posts["slack"].taken) == 20)
    office.stores.planning.insert(crowd(30, channel="slack"), START)
    _until(lambda: dispatcher.start_due() == 1 or len(office.posts["slack"].taken) == 30)
    _until(lambda: len(office.posts["slack"].taken) == 30)
    assert office.posts["email"].taken == []
    assert dispatcher.busy
    hanging.set()
    assert dispatcher.wait_idle(20)
    assert office.counts() == {"sent": 50}


def _until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not true():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.005)


@pytest.mark.parametrize("step", [Step.CLAIMED, Step.RENDERED])
def test_what_is_withdrawn_until_the_last_moment_is_left_out(office: Office, step: Step) -> None:
    office.stores.planning.insert([reminder("t/a"), reminder("t/b")], START)

    def observed(seen: Step) -> None:
        if seen is step:
            office.stores.planning.withdraw([reminder("t/a").key], "done", START)

    office.observed = observed
    office.dispatcher().run_due()
    assert office.posts["email"].keys == [reminder("t/b").key]
    assert office.counts() == {"sent": 1, "withdrawn": 1}


def test_nothing_goes_where_all_is_withdrawn(office: Office) -> None:
    office.stores.planning.insert([reminder()], START)

    def observed(seen: Step) -> None:
        if seen is Step.RENDERED:
            office.stores.planning.withdraw([reminder().key], "done", START)

    office.observed = observed
    assert office.dispatcher().run_due() == 0
    assert office.posts["email"].taken == []
    assert office.steps[Step.CHECKED] == 0


def test_nothing_is_sent_when_there_is_nothing_to_say(office: Office) -> None:
    office.stores.planning.insert([reminder()], START)
    office.render = lambda *_: None
    office.dispatcher().run_due()
    assert office.counts() == {"withdrawn": 1}
    assert office.stores.history.transitions_of(reminder().key)[-1][2] == "there was nothing to say"


def test_a_rate_is_kept_and_a_slow_one_lets_go(office: Office) -> None:
    office.limits["email"] = Limits(connections=4, rate=Rate(2, 3))
    office.stores.planning.insert(crowd(6), START)
    office.dispatcher().run_due()
    assert office.clock.now() == START + 6 * SECOND
    assert [one.date - START for one in office.posts["email"].taken][-1] == 6 * SECOND


def test_a_rate_of_hours_holds_the_channel_and_claims_nothing(office: Office) -> None:
    office.limits["email"] = Limits(rate=Rate(2, 3600))
    office.stores.planning.insert(crowd(5), START)
    dispatcher = office.dispatcher()
    assert dispatcher.run_due() == 2
    assert office.counts() == {"sent": 2, "planned": 3}
    assert dispatcher.next_due() == START + HOUR
    office.clock.set(START + HOUR)
    assert dispatcher.run_due() == 2


def test_stop_finishes_what_is_being_sent_and_gives_the_rest_back(office: Office) -> None:
    office.limits["email"] = Limits(connections=2)
    office.stores.planning.insert(crowd(40), START)
    sending, go_on = threading.Semaphore(0), threading.Event()

    def answer(_: Message) -> str:
        sending.release()
        go_on.wait(20)
        return "taken"

    office.posts["email"].answer = answer
    dispatcher = office.dispatcher()
    dispatcher.start_due()
    for _ in range(2):
        assert sending.acquire(timeout=20)
    assert dispatcher.stop(0.01) is False
    go_on.set()
    assert dispatcher.stop() is True
    assert office.counts() == {"sent": 2, "planned": 38}
    assert dispatcher.start_due() == 0
    assert office.dispatcher("next").run_due() == 38
    assert Counter(office.posts["email"].keys).most_common(1)[0][1] == 1


def test_a_slow_answer_outlasts_the_lease(office: Office) -> None:
    """The claim is renewed while its worker lives: no other takes it over."""
    office.clock = ManualClock(START)
    office.stores.planning.insert([reminder()], START)
    sending, go_on = threading.Event(), threading.Event()

    def answer(_: Message) -> str:
        sending.set()
        go_on.wait(20)
        return "taken"

    office.posts["email"].answer = answer
    dispatcher = office.dispatcher(lease=SECOND)
    dispatcher.start_due()
    assert sending.wait(20)
    for _ in range(5):
        before = office.stores.delivery.next_due()
        assert before is not None
        office.clock.step(seconds=0.5)
        _until(lambda seen=before: (office.stores.delivery.next_due() or seen) > seen)  # type: ignore[misc]
        assert office.stores.delivery.claim("email", office.clock.now(), "w2", MINUTE, 1) == []
    go_on.set()
    assert dispatcher.wait_idle(20)
    assert office.counts() == {"sent": 1}


def test_a_claim_that_broke_down_is_not_held_for_ever(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thread ended without a word; another worker gets it when its lease has run out."""
    office.clock = ManualClock(START)
    office.limits["email"] = Limits(connections=2)
    office.stores.planning.insert([reminder("t/a", recipient="ann"), reminder("t/b")], START)
    still_wanted, sending, go_on = Ledger.still_wanted, threading.Event(), threading.Event()

    def unsteady(ledger: Ledger, claimed: Claimed, now: datetime) -> tuple[int, ...]:
        if claimed.recipient == "ann":
            raise OperationalError("SELECT", {}, Exception("gone"))
        return still_wanted(ledger, claimed, now)

    def answer(_: Message) -> str:
        sending.set()
        go_on.wait(20)
        return "taken"

    monkeypatch.setattr(Ledger, "still_wanted", unsteady)
    office.posts["email"].answer = answer
    dispatcher = office.dispatcher(lease=SECOND)
    dispatcher.start_due()
    assert sending.wait(20)
    office.clock.step(seconds=0.9)
    _until(lambda: (_held(office, "amina") or START) > START + SECOND)
    found = office.stores.delivery.claim("email", START + SECOND, "w2", MINUTE, 9)
    assert [one.recipient for one in found] == ["ann"]
    go_on.set()
    assert dispatcher.wait_idle(20)
    assert len(office.troubles) == 1


def _held(office: Office, recipient: str) -> datetime | None:
    (row,) = office.stores.history.outbox(recipient=recipient)
    found: datetime | None = row["lease_until"]
    return found


def test_recording_outlasts_a_database_that_is_away(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.stores.planning.insert([reminder()], START)
    record, away = office.stores.delivery.record, iter([True, True, False])

    def unsteady(outcomes: Sequence[Outcome]) -> list[bool]:
        if next(away):
            raise OperationalError("COMMIT", {}, Exception("gone"))
        return record(outcomes)

    monkeypatch.setattr(office.stores.delivery, "record", unsteady)
    office.dispatcher().run_due()
    assert office.counts() == {"sent": 1}
    assert len(office.troubles) == 2
    assert len(office.posts["email"].taken) == 1


def test_wake_is_set_when_a_lane_ends(office: Office) -> None:
    office.stores.planning.insert([reminder()], START)
    dispatcher = office.dispatcher()
    dispatcher.start_due()
    assert dispatcher.wake.wait(20)
    assert not dispatcher.busy
