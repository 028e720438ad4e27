"""What people ask for their own reminders: acknowledged, snoozed, muted; also while one is sent."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.outbox.values import Claimed, State
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import DAY, HOUR, LEASE, MINUTE, START, crowd, keys, reminder, sent

A, B = reminder("t/a", stage="before:7 days"), reminder("t/b")


def ask(stores: Stores, state: str, until: datetime, at: datetime = START, **more: Any) -> None:
    stores.history.add_report(
        "t/a", "t/a", state=state, by="amina", at=at, said_at=at, until=until, **more
    )


def claim(stores: Stores, at: datetime, limit: int = 99) -> list[Claimed]:
    return stores.delivery.claim("email", at, "w", LEASE, limit)


def states(stores: Stores) -> dict[str, tuple[str, str]]:
    return {row["key"]: (row["state"], row["cause"]) for row in stores.history.outbox()}


def test_an_acknowledgement_stops_her_reminders_of_it_for_a_while(stores: Stores) -> None:
    soon = reminder("t/a", stage="on-the-day", at=START + DAY)
    after = reminder("t/a", stage="overdue:1", at=START + 8 * DAY)
    stores.planning.insert([soon, after, B], START)
    ask(stores, "acknowledged", START + 7 * DAY)
    assert keys(claim(stores, START + DAY)) == [B.key]
    assert states(stores)[soon.key] == (State.MUTED, "acknowledged until 8 March 2024, 09:00 UTC")
    assert keys(claim(stores, START + 8 * DAY)) == [after.key]


@pytest.mark.parametrize("word", ["acknowledged", "snoozed"])
def test_others_escalations_and_notices_go_on(stores: Stores, word: str) -> None:
    rows = [
        reminder("t/a", recipient="ben"),
        reminder("t/a", stage="escalation:1"),
        reminder("t/a", stage="moved"),
        reminder("t/a@2024-05-01"),
        B,
    ]
    stores.planning.insert([*rows, A], START)
    ask(stores, word, START + DAY)
    assert keys(claim(stores, START)) == sorted(one.key for one in rows)


def test_what_came_due_while_nobody_sent_was_acknowledged_all_the_same(stores: Stores) -> None:
    stores.planning.insert([reminder("t/a", at=START + HOUR)], START)
    ask(stores, "acknowledged", START + DAY)
    assert claim(stores, START + 2 * DAY) == []


def test_the_latest_of_what_is_snoozed_comes_when_the_snooze_ends(stores: Stores) -> None:
    later = reminder("t/a", stage="before:1 day", at=START + 3 * DAY)
    end = START + 20 * DAY
    stores.planning.insert([A, later], START)
    ask(stores, "snoozed", end)
    for days in (0, 3, 19):
        assert claim(stores, START + days * DAY) == []
    assert states(stores)[A.key] == ("planned", "snoozed until 21 March 2024, 09:00 UTC")
    assert stores.delivery.next_due() == end
    (one,) = claim(stores, end)
    assert keys([one]) == [later.key], "more than seven days after its time, and not missed"
    assert states(stores)[A.key][0] == State.SUPERSEDED


def test_of_a_message_only_what_is_snoozed_waits(stores: Stores) -> None:
    stores.planning.insert([A, B], START)
    ask(stores, "snoozed", START + DAY)
    (first,) = claim(stores, START)
    assert keys([first]) == [B.key]
    stores.delivery.record([sent(first)])
    (second,) = claim(stores, START + DAY)
    assert keys([second]) == [A.key]
    assert second.delivery != first.delivery, "else it would be dropped as a copy"


def test_who_thinks_better_of_it_is_reminded_at_once(stores: Stores) -> None:
    stores.planning.insert([A], START)
    ask(stores, "snoozed", START + 9 * DAY)
    assert claim(stores, START) == []
    ask(stores, "resumed", START + HOUR, at=START + HOUR)
    assert keys(claim(stores, START + HOUR)) == [A.key]


def test_a_shorter_snooze_takes_the_place_of_a_longer_one(stores: Stores) -> None:
    stores.planning.insert([A], START)
    ask(stores, "snoozed", START + 9 * DAY)
    claim(stores, START)
    ask(stores, "snoozed", START + DAY, at=START + HOUR)
    assert claim(stores, START + HOUR) == []
    assert stores.delivery.next_due() == START + DAY
    ask(stores, "acknowledged", START + 5 * DAY, at=START + 2 * HOUR)
    assert claim(stores, START + 2 * HOUR) == []
    assert states(stores)[A.key][0] == State.MUTED


@pytest.mark.parametrize(("word", "state"), [("acknowledged", "muted"), ("snoozed", "planned")])
def test_it_is_left_out_of_a_message_that_is_being_prepared(
    stores: Stores, word: str, state: str
) -> None:
    stores.planning.insert([A, B], START)
    (one,) = claim(stores, START)
    ask(stores, word, START + DAY, at=START + MINUTE / 2)
    wanted = stores.delivery.still_wanted(one, START + MINUTE / 2)
    assert [one.reminders[one.ids.index(row)].key for row in wanted] == [B.key]
    stores.delivery.record([sent(one, START + MINUTE / 2, wanted)])
    assert states(stores)[A.key][0] == state
    assert states(stores)[B.key][0] == "sent"
    again = claim(stores, START + DAY)
    assert keys(again) == ([A.key] if word == "snoozed" else [])
    assert all(two.delivery != one.delivery for two in again)


@pytest.mark.parametrize("word", ["acknowledged", "snoozed"])
def test_what_was_out_already_is_recorded_as_sent(stores: Stores, word: str) -> None:
    stores.planning.insert([A], START)
    (one,) = claim(stores, START)
    wanted = stores.delivery.still_wanted(one, START)
    ask(stores, word, START + DAY)
    stores.delivery.record([sent(one, START, wanted)])
    assert states(stores)[A.key][0] == "sent"
    assert claim(stores, START + DAY) == []


def test_a_snooze_of_what_a_dead_worker_holds(stores: Stores) -> None:
    stores.planning.insert([A], START)
    (one,) = claim(stores, START)
    ask(stores, "snoozed", START + DAY)
    assert claim(stores, START + HOUR) == []
    (again,) = claim(stores, START + DAY)
    assert again.delivery == one.delivery, "it may be out; a copy of it is dropped"


def test_what_is_done_ends_a_snooze(stores: Stores) -> None:
    stores.planning.insert([A], START)
    ask(stores, "snoozed", START + DAY)
    claim(stores, START)
    stores.history.add_report("t/a", "t/a", state="done", by="ben", at=START, said_at=START)
    assert claim(stores, START + DAY) == []
    assert states(stores)[A.key][0] == "withdrawn"


@pytest.mark.parametrize("scope", ["all", "track:t", "milestone:t/a"])
def test_a_mute_holds_for_a_message_that_is_being_prepared(stores: Stores, scope: str) -> None:
    escalation = reminder("t/a", stage="escalation:1")
    stores.planning.insert([A, escalation], START)
    (one,) = claim(stores, START)
    stores.history.mute("amina", scope, START)
    wanted = stores.delivery.still_wanted(one, START)
    assert [one.reminders[one.ids.index(row)].key for row in wanted] == [escalation.key]
    assert states(stores)[A.key] == (State.MUTED, "muted by the recipient")


def test_a_mute_of_a_track_is_not_one_of_its_namesakes(stores: Stores) -> None:
    other = reminder("t_x/a")
    stores.planning.insert([other, reminder("tax/a")], START)
    (one,) = claim(stores, START)
    stores.history.mute("amina", "track:t_x", START)
    assert len(stores.delivery.still_wanted(one, START)) == 1


@pytest.mark.parametrize("stage", ["attention", "fresh-link"])
def test_what_no_mute_holds_up(stores: Stores, stage: str) -> None:
    stores.history.mute("amina", "all", START)
    one = reminder("t/a", stage=stage)
    stores.planning.insert([one], START)
    assert keys(claim(stores, START)) == [one.key]


def test_the_same_form_twice_is_one_report(stores: Stores) -> None:
    for _ in range(2):
        ask(stores, "acknowledged", START + DAY, source="form-1")
    ask(stores, "snoozed", START + DAY, source="form-2")
    ask(stores, "resumed", START + DAY)
    ask(stores, "resumed", START + DAY)
    found = [one.state for one in stores.history.reports_of("t/a")]
    assert found == ["acknowledged", "snoozed", "resumed", "resumed"]
    (wish,) = stores.history.wishes(["t/a"])
    assert (wish.person, wish.state, wish.holds(START)) == ("amina", "resumed", False)
    assert stores.history.wishes(["t/b"]) == []
    assert stores.history.wishes() == [wish]


@pytest.mark.parametrize("word", ["mute", "acknowledged", "snoozed"])
def test_a_wish_comes_in_time_or_too_late_and_never_in_between(stores: Stores, word: str) -> None:
    """Workers send while people ask: nothing is both sent and held up."""
    rows = crowd(60)
    stores.planning.insert(rows, START)
    went: list[int] = []
    troubles: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(60):  # a claim may bring nothing but what is put away
                for one in stores.delivery.claim("email", START, "w", LEASE, 5):
                    if wanted := stores.delivery.still_wanted(one, START):
                        went.append(wanted[0])
                        stores.delivery.record([sent(one, START, wanted)])
                    else:
                        stores.delivery.release([one], START)
        except BaseException as error:  # noqa: BLE001  told below
            troubles.append(error)

    def wish() -> None:
        try:
            for one in reversed(rows):
                if word == "mute":
                    stores.history.mute(one.recipient, f"milestone:{one.milestone}", START)
                else:
                    stores.history.add_report(
                        one.occurrence, one.milestone, state=word, by=one.recipient,
                        at=START, said_at=START, until=START + timedelta(days=1),
                    )  # fmt: skip
        except BaseException as error:  # noqa: BLE001  told below
            troubles.append(error)

    threads = [threading.Thread(target=one) for one in (work, work, wish)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    counts = stores.history.counts()
    other = "planned" if word == "snoozed" else "muted"
    assert counts.keys() <= {"sent", other}
    assert sum(counts.values()) == 60
    assert counts.get("sent", 0) == len(went) == len(set(went))
