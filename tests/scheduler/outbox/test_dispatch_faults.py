"""The lanes: what a message, a channel and a claim come to when something fails."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import pytest

from notifiers.errors import DeliveryError
from notifiers.message import Message
from scheduler.clock import ManualClock
from scheduler.outbox.crew import Limits
from scheduler.planning.values import Reminder
from scheduler.ticker import Ticker
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    START,
    Post,
    crowd,
    message,
    refuse,
    reminder,
)
from tests.scheduler.outbox.office import Office


@pytest.fixture
def office(stores: Stores) -> Office:
    """An office with an empty outbox."""
    return Office(stores)


def _keys(rows: Sequence[Reminder]) -> list[str]:
    return sorted(one.key for one in rows)


def test_a_passing_fault_is_tried_again_until_it_passes(office: Office) -> None:
    office.stores.planning.insert([reminder()], START)
    failures = iter([True, True, False])

    def answer(one: Message) -> str:
        return refuse()(one) if next(failures) else "taken"

    office.posts["email"].answer = answer
    dispatcher, waits = office.dispatcher(), []
    while (due := dispatcher.next_due()) is not None:
        waits.append(due)
        office.clock.set(due)
        dispatcher.run_due()
    assert waits == [START, START + MINUTE, START + 3 * MINUTE]
    assert len({one.delivery for one in office.stores.history.attempts_of(9)}) == 1
    assert office.counts() == {"sent": 1}


def test_after_24_hours_it_fails_over_to_the_next_channel(office: Office) -> None:
    office.stores.planning.insert([reminder()], START)
    office.posts["email"].answer = refuse()
    office.next_channel["email"] = "slack"
    dispatcher = office.dispatcher()
    while (due := dispatcher.next_due()) is not None:
        office.clock.set(due)
        dispatcher.run_due()
    assert START + DAY <= office.clock.now() <= START + DAY + HOUR
    assert office.posts["slack"].keys == [reminder(channel="slack").key]
    assert office.counts() == {"failed": 1, "sent": 1}
    kinds = Counter(one.kind for one in office.stores.history.untold())
    assert kinds == {"fell-back": 1, "paused": 1}


def test_a_lasting_fault_fails_at_once(office: Office) -> None:
    office.stores.planning.insert(crowd(20), START)
    office.posts["email"].answer = refuse(permanent=True, scope="recipient")
    office.dispatcher().run_due()
    assert office.counts() == {"failed": 20}
    assert len(office.stores.history.untold()) == 20
    assert office.stores.delivery.channel_state("email").paused_since is None


def test_a_dead_channel_pauses_and_what_was_claimed_is_given_back(office: Office) -> None:
    office.stores.planning.insert(crowd(60), START)
    office.limits["email"] = Limits(connections=1)
    office.posts["email"].answer = refuse(scope="channel")
    dispatcher = office.dispatcher()
    dispatcher.run_due()
    assert office.counts() == {"retrying": 5, "planned": 55}
    probes = [len(office.stores.history.attempts_of(99))]
    for _ in range(3):
        due = dispatcher.next_due()
        assert due is not None
        office.clock.set(due)
        dispatcher.run_due()
        probes.append(len(office.stores.history.attempts_of(99)))
    assert probes == [5, 6, 7, 8]
    office.posts["email"].answer = lambda _: "taken"
    while (due := dispatcher.next_due()) is not None:
        office.clock.set(due)
        dispatcher.run_due()
    assert office.counts() == {"sent": 60}
    assert office.clock.now() - START < 2 * HOUR


def test_what_a_dead_channel_held_for_a_day_goes_to_the_next(office: Office) -> None:
    office.stores.planning.insert(crowd(12), START)
    office.posts["email"].answer = refuse(scope="channel", permanent=True)
    dispatcher = office.dispatcher()
    dispatcher.run_due()
    office.next_channel["email"] = "slack"
    while (due := dispatcher.next_due()) is not None:
        office.clock.set(due)
        dispatcher.run_due()
    assert office.counts() == {"failed": 12, "sent": 12}
    assert office.clock.now() - START <= DAY + HOUR


def test_what_another_held_of_a_dead_channel_is_not_given_up_before_contact_is_kept(
    office: Office,
) -> None:
    """A fall-back would bring its reader a second message, where the first was sent after all."""
    office.stores.planning.insert(crowd(4), START)
    office.stores.delivery.claim("email", START, "away", MINUTE, 1)
    office.posts["email"].answer = refuse(scope="channel", permanent=True)
    steady: list[bool] = []
    node = office.dispatcher("other", may_take_over=lambda: bool(steady))

    def go_on_until(end: datetime) -> None:
        while office.clock.now() < end:
            office.clock.step(minutes=30)
            node.run_due()

    go_on_until(START + DAY - HOUR)
    assert office.counts() == {"claimed": 1, "retrying": 3}
    office.next_channel["email"] = "slack"
    go_on_until(START + DAY + HOUR)
    assert office.counts() == {"claimed": 1, "failed": 3, "sent": 3}
    steady.append(True)
    go_on_until(START + DAY + 3 * HOUR)
    assert office.counts() == {"failed": 4, "sent": 4}


def test_a_message_that_cannot_be_made_fails_alone(office: Office) -> None:
    office.stores.planning.insert(crowd(9), START)

    def render(rows: Sequence[Reminder], key: str, now: datetime) -> Message | None:
        if rows[0].recipient == "p4":
            raise KeyError("title")
        return message(rows, key, now)

    office.render = render
    office.dispatcher().run_due()
    assert office.counts() == {"failed": 1, "sent": 8}
    (notice,) = office.stores.history.untold()
    assert "the message could not be made: KeyError: 'title'" in notice.text


def test_a_notifier_that_breaks_down_is_a_passing_fault(office: Office) -> None:
    office.stores.planning.insert([reminder()], START)

    def answer(_: Message) -> str:
        raise RuntimeError("https://hooks.example.org/secret")

    office.posts["email"].answer = answer
    office.dispatcher().run_due()
    assert office.counts() == {"retrying": 1}
    (attempt,) = office.stores.history.attempts_of(1)
    assert attempt.answer == "the notifier broke down: RuntimeError"


def test_a_channel_that_cannot_be_opened_is_like_one_that_is_down(office: Office) -> None:
    office.stores.planning.insert([reminder(channel="gone"), reminder("t/b")], START)
    office.dispatcher().run_due()
    assert office.counts() == {"retrying": 1, "sent": 1}


def test_a_missing_secret_says_which(office: Office) -> None:
    def connect(_: str) -> Post:
        raise DeliveryError("set the variable SMTP_PASSWORD", permanent=True, scope="channel")

    office.posts["email"].connect = connect  # type: ignore[method-assign]
    office.stores.planning.insert([reminder()], START)
    office.dispatcher().run_due()
    assert office.stores.delivery.channel_state("email").reason == "set the variable SMTP_PASSWORD"


def test_what_a_node_held_while_the_database_was_away_is_left_to_it_for_a_while(
    office: Office,
) -> None:
    """It may have been sent: the one who claimed it gets the time to record that."""
    office.stores.planning.insert(crowd(2), START)
    office.stores.delivery.claim("email", START, "away", MINUTE, 1)
    office.clock.set(START + HOUR)
    steady: list[bool] = []
    node = office.dispatcher("other", may_take_over=lambda: bool(steady))
    assert node.run_due() == 1
    assert office.counts() == {"claimed": 1, "sent": 1}
    steady.append(True)
    assert node.run_due() == 1
    assert office.counts() == {"sent": 2}


def test_a_clock_set_forward_brings_no_message_in_hand_a_second_time(office: Office) -> None:
    """By the new time its claim has run out; the node that is sending it claims it, and sees."""
    office.clock = ManualClock(START)
    slow, quick = crowd(2)
    office.stores.planning.insert([slow, quick], START)
    sending, stepped, go_on = threading.Semaphore(0), threading.Event(), threading.Event()

    def answer(one: Message) -> str:
        sending.release()
        assert (go_on if slow.key in one.text else stepped).wait(20)
        return "taken"

    office.posts["email"].answer = answer
    dispatcher = office.dispatcher()
    dispatcher.start_due()
    for _ in range(2):
        assert sending.acquire(timeout=20)
    office.clock.step(hours=5)
    stepped.set()
    for _ in range(2000):
        if _last(office, slow).startswith("taken over"):
            break
        time.sleep(0.01)
    assert _last(office, slow).startswith("taken over")
    go_on.set()
    assert dispatcher.wait_idle(20)
    assert sorted(office.posts["email"].keys) == sorted([slow.key, quick.key])
    assert office.counts() == {"sent": 2}


def _last(office: Office, one: Reminder) -> str:
    return str(office.stores.history.transitions_of(one.key)[-1][2])


def test_a_round_that_fails_is_tried_again_soon_and_then_less_often() -> None:
    clock, wake, tried = ManualClock(START), threading.Event(), list[datetime]()

    def work(now: datetime) -> datetime | None:
        tried.append(now)
        if len(tried) < 8:
            raise OSError("no database")
        return None

    ticker = Ticker(clock, {"deliver": work}, wake)
    waits = []
    for _ in range(8):
        due = ticker._work("deliver")
        waits.append(None if due is None else (due - clock.now()).total_seconds())
    assert waits == [1, 2, 4, 8, 16, 30, 30, None]
    tried.clear()
    again = ticker._work("deliver")
    assert again is not None
    assert again - clock.now() == SECOND
