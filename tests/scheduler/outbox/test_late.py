"""What is not sent after a downtime (Late 3), and what is muted (Who 5)."""

import pytest

from scheduler.planning.values import Reminder
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import DAY, HOUR, LEASE, START, crowd, keys, reminder, sent

NOW = START + 10 * DAY


def _claimed(stores: Stores, rows: list[Reminder]) -> list[str]:
    stores.planning.insert(rows, START)
    return keys(stores.delivery.claim("email", NOW, "w", LEASE, 99))


def test_only_the_latest_of_an_occurrence_is_sent(stores: Stores) -> None:
    rows = [reminder(stage=f"overdue:{n}", at=NOW - (4 - n) * DAY) for n in (1, 2, 3)]
    other = reminder("t/other", stage="overdue:1", at=NOW - 3 * DAY)
    someone = reminder(stage="overdue:1", at=NOW - 3 * DAY, recipient="ben")
    assert _claimed(stores, [*rows, other, someone]) == sorted(
        one.key for one in (rows[2], other, someone)
    )
    assert stores.history.counts() == {"claimed": 3, "superseded": 2}
    (_, state, cause) = stores.history.transitions_of(rows[0].key)[-1]
    assert (state, cause) == ("superseded", "a later reminder of the same was due as well")


def test_the_latest_counts_though_another_worker_has_sent_it(stores: Stores) -> None:
    old, new = (reminder(stage=f"overdue:{n}", at=NOW - (3 - n) * DAY) for n in (1, 2))
    assert _claimed(stores, [new]) == [new.key]
    stores.planning.insert([old], START)
    assert stores.delivery.claim("email", NOW, "w", LEASE, 9) == []
    assert stores.history.counts() == {"claimed": 1, "superseded": 1}


def test_what_is_not_due_yet_supersedes_nothing(stores: Stores) -> None:
    rows = [reminder(stage="before:1 day", at=NOW), reminder(at=NOW + HOUR)]
    assert _claimed(stores, rows) == [rows[0].key]


@pytest.mark.parametrize("stage", ["moved", "cancelled", "done", "attention"])
def test_notices_neither_supersede_nor_are_superseded(stores: Stores, stage: str) -> None:
    rows = [
        reminder(stage="before:1 day", at=NOW - 2 * DAY),
        reminder(stage=stage, at=NOW - 1 * DAY),
        reminder(stage="on-the-day", at=NOW - HOUR),
    ]
    assert _claimed(stores, rows) == sorted([rows[1].key, rows[2].key])


def test_two_of_the_same_minute_both_go(stores: Stores) -> None:
    rows = [reminder(stage="before:1 day", at=NOW), reminder(stage="before:7 days", at=NOW)]
    assert _claimed(stores, rows) == sorted(one.key for one in rows)


def test_what_a_dead_worker_may_have_sent_is_not_superseded(stores: Stores) -> None:
    old = reminder(stage="before:1 day", at=NOW - HOUR)
    assert _claimed(stores, [old]) == [old.key]
    stores.planning.insert([reminder(at=NOW)], START)
    claimed = stores.delivery.claim("email", NOW + LEASE, "w2", LEASE, 9)
    assert keys(claimed) == sorted([old.key, reminder(at=NOW).key])


def test_more_than_seven_days_late_is_missed_and_the_coordinators_told_once(
    stores: Stores,
) -> None:
    on_the_edge = reminder("t/edge", recipient="eve", at=NOW - 7 * DAY)
    late = crowd(5, NOW - 7 * DAY - HOUR)
    stores.planning.insert([*late, on_the_edge], START)
    found = [keys(stores.delivery.claim("email", NOW, "w", LEASE, 2)) for _ in range(4)]
    assert [one for one in found if one] == [[on_the_edge.key]]
    assert stores.history.counts() == {"claimed": 1, "missed": 5}
    (notice,) = stores.history.untold()
    assert (notice.kind, notice.number) == ("missed", 5)
    assert notice.text.startswith("5 reminders were due while the service was not running")


def test_what_is_missed_after_they_were_told_is_told_again(stores: Stores) -> None:
    stores.planning.insert([reminder("t/a", at=NOW - 8 * DAY)], START)
    stores.delivery.claim("email", NOW, "w", LEASE, 9)
    stores.history.told([one.key for one in stores.history.untold()], NOW)
    stores.planning.insert([reminder("t/b", at=NOW - 8 * DAY)], START)
    stores.delivery.claim("email", NOW + HOUR, "w", LEASE, 9)
    (notice,) = stores.history.untold()
    assert notice.text.startswith("1 reminder was due")


@pytest.mark.parametrize(
    ("scope", "muted"),
    [
        ("all", ["t/a", "t/b", "u/a"]),
        ("track:t", ["t/a", "t/b"]),
        ("milestone:t/a", ["t/a"]),
        ("track:t/a", []),
        ("milestone:t", []),
    ],
)
def test_a_mute_covers_its_scope(stores: Stores, scope: str, muted: list[str]) -> None:
    stores.history.mute("amina", scope, START)
    rows = [reminder(one, at=NOW) for one in ("t/a", "t/b", "u/a")]
    ben = reminder("t/a", recipient="ben", at=NOW)
    expected = sorted(one.key for one in [*rows, ben] if one == ben or one.occurrence not in muted)
    assert _claimed(stores, [*rows, ben]) == expected
    assert stores.history.counts().get("muted", 0) == len(muted)


def test_an_escalation_cannot_be_muted(stores: Stores) -> None:
    stores.history.mute("amina", "all", START)
    rows = [reminder(stage="escalation:1", at=NOW), reminder("t/b", stage="moved", at=NOW)]
    assert _claimed(stores, rows) == [rows[0].key]


def test_a_mute_can_be_taken_back(stores: Stores) -> None:
    stores.history.mute("amina", "all", START)
    stores.history.mute("amina", "track:t", START)
    assert stores.history.mutes_of("amina") == ["all", "track:t"]
    stores.history.unmute("amina", "all")
    stores.history.unmute("amina", "track:t")
    assert _claimed(stores, [reminder(at=NOW)]) == [reminder(at=NOW).key]


def test_a_sent_one_supersedes_what_is_older(stores: Stores) -> None:
    stores.planning.insert([reminder(stage="overdue:2", at=NOW)], START)
    (one,) = stores.delivery.claim("email", NOW, "w", LEASE, 9)
    stores.delivery.record([sent(one, NOW)])
    stores.planning.insert([reminder(stage="overdue:1", at=NOW - DAY)], START)
    assert stores.delivery.claim("email", NOW, "w", LEASE, 9) == []
    assert stores.history.counts() == {"sent": 1, "superseded": 1}
