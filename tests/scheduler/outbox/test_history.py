"""What is remembered, from milestones to names, and for how long."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import insert, select

from scheduler.outbox.retention import clean_up
from scheduler.outbox.tables import nodes, transitions
from scheduler.outbox.types import from_micros, to_micros
from scheduler.outbox.values import ChannelState, Node, SeenMilestone, SeenOccurrence
from scheduler.planning.changes import Move
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import DAY, HOUR, LEASE, MINUTE, START, crowd, reminder, sent

MILESTONE = SeenMilestone("t/a", "t", "Zero draft", "f1", "planned", False, START, None)
OCCURRENCE = SeenOccurrence("t/a", "t/a", date(2024, 4, 30), "April 2024", START, START, None)


def test_an_instant_is_aware_and_comes_back_in_utc() -> None:
    local = datetime(2024, 3, 1, 12, 0, 0, 7, tzinfo=timezone(timedelta(hours=3)))
    assert from_micros(to_micros(local)) == local
    assert from_micros(to_micros(local)).tzinfo is UTC
    with pytest.raises(ValueError, match="needs a time zone"):
        to_micros(datetime(2024, 3, 1))


def test_a_naive_instant_is_refused_by_the_table(stores: Stores) -> None:
    node = Node("n", datetime(2024, 3, 1), START, "all", "")
    with pytest.raises(Exception, match="needs a time zone"):
        stores.history.beat(node)


def test_every_field_of_a_reminder_comes_back(stores: Stores) -> None:
    full = reminder()._replace(
        due=None, asked=date(2024, 3, 2), stage="date-wanted", late=True,
        behalf=("ben", "eve"), digest="amina|email|2024-03-04", nominal=date(2024, 2, 29),
    )  # fmt: skip
    stores.planning.insert([full], START, "why not")
    (claimed,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    assert claimed.reminders == (full,)
    (row,) = stores.history.outbox(milestone="t/m", recipient="amina")
    assert (row["planned_at"], row["cause"]) == (START, "due")


def test_reminders_are_found_by_milestone_and_by_digest(stores: Stores) -> None:
    digest = reminder("t/d", at=START + DAY)._replace(digest="d1")
    stores.planning.insert([*crowd(1200), digest], START)
    found = stores.planning.reminders_of([f"t/m{n}" for n in range(1200)] + ["t/m0"])
    assert len(found) == 1200
    assert [one.key for one in stores.planning.gathered(["d1", "d2"])] == [digest.key]
    stores.planning.withdraw([digest.key], "x", START)
    assert stores.planning.gathered(["d1"]) == []


def test_milestones_and_occurrences_are_remembered(stores: Stores) -> None:
    planning = stores.planning
    planning.save_seen([MILESTONE], [OCCURRENCE], [], START)
    assert planning.milestones_seen() == {"t/a": MILESTONE}
    assert planning.milestones_seen(["t/b"]) == {}
    assert planning.occurrences_seen(["t/a", "t/b"]) == {"t/a": [OCCURRENCE]}
    gone = SeenMilestone("t/a", "t", "Zero draft", "f2", "cancelled", True, START, START + DAY)
    planning.save_seen([gone], [], [], START)
    assert planning.milestones_seen() == {"t/a": gone}
    assert planning.fingerprints() == {}


def test_moves_are_kept_and_settled_once(stores: Stores) -> None:
    move = Move("t/a", "t/a", date(2024, 6, 30), "June 2024", None, "to be confirmed")
    stores.planning.save_seen([], [], [move], START)
    stores.planning.save_seen([], [], [move], START + HOUR)
    first, second = stores.planning.unsettled_moves()
    assert (first.at, first.old_text, first.new_due) == (START, "June 2024", None)
    stores.planning.settle_moves([first.id], START + HOUR)
    assert stores.planning.unsettled_moves() == [second]
    assert stores.planning.moves_of(["t/a"]) == stores.planning.moves_of() == [first, second]
    assert stores.planning.moves_of(["t/b"]) == []


def test_stamps_are_kept_beside_the_milestone(stores: Stores) -> None:
    stores.planning.save_seen([MILESTONE], [], [], START)
    assert stores.history.stamp_rows() == []
    stamp = {"created": START, "modified": START, "sequence": 2, "look": "l", "placing": "p"}
    stores.history.save_stamps([{"id": "t/a", "shown": "text", **stamp}])
    stores.planning.save_seen([MILESTONE], [], [], START)
    (row,) = stores.history.stamp_rows()
    assert {name: row[name] for name in stamp} == stamp
    assert (row["id"], row["shown"]) == ("t/a", "text")


def test_the_last_report_is_the_one_said_last(stores: Stores) -> None:
    for state, said in (("at-risk", 2), ("on-track", 3), ("delayed", 1)):
        stores.history.add_report(
            "t/a", "t/a", state=state, by="ben", at=START, said_at=START + said * MINUTE,
            percent=10 * said, note="n",
        )  # fmt: skip
    latest = stores.history.latest_reports()["t/a"]
    assert (latest.state, latest.percent, latest.by) == ("on-track", 30, "ben")
    assert [one.state for one in stores.history.reports_of("t/a")] == [
        "delayed", "at-risk", "on-track",
    ]  # fmt: skip
    assert stores.history.reports_of("t/b") == []


def say(stores: Stores, state: str, minute: int, **more: Any) -> None:
    at = START + minute * MINUTE
    stores.history.add_report("t/a", "t/a", state=state, by="ben", at=at, said_at=at, **more)


def test_a_note_leaves_the_state_as_it_was(stores: Stores) -> None:
    say(stores, "note", 1, note="nothing said yet")
    assert stores.history.latest_reports() == {}
    say(stores, "at-risk", 2, percent=40, note="first")
    say(stores, "note", 3, note="the comments have come")
    latest = stores.history.latest_reports()["t/a"]
    assert (latest.state, latest.percent, latest.note) == ("at-risk", 40, "the comments have come")
    say(stores, "note", 4, percent=60)
    latest = stores.history.latest_reports()["t/a"]
    assert (latest.percent, latest.note) == (60, "the comments have come")


@pytest.mark.parametrize("word", ["note", "acknowledged", "snoozed", "resumed"])
def test_done_stays_done_whatever_is_added(stores: Stores, word: str) -> None:
    say(stores, "done", 1, note="sent to the Board")
    say(stores, word, 2, note="later")
    latest = stores.history.latest_reports()["t/a"]
    assert (latest.state, latest.note) == ("done", "sent to the Board")


def test_who_was_reminded_of_a_due_day_and_when(stores: Stores) -> None:
    other_day = reminder(due=date(2024, 5, 1))
    stores.planning.insert([reminder(), other_day, reminder("t/b")], START)
    for one in stores.delivery.claim("email", START, "w", LEASE, 9):
        stores.delivery.record([sent(one, START + MINUTE)])
    (row,) = stores.history.reminded("t/m", date(2024, 4, 1))
    assert (row["recipient"], row["stage"], row["sent_at"]) == (
        "amina", "on-the-day", START + MINUTE,
    )  # fmt: skip
    assert len(stores.history.reminded("t/m", None)) == 2


def test_a_notice_is_noted_once_and_told_once(stores: Stores) -> None:
    for text in ("first", "second"):
        stores.history.notice("plan|x", "plan", text, START)
    (notice,) = stores.history.untold()
    assert (notice.text, notice.told_at) == ("first", None)
    stores.history.told(["plan|x"], START + HOUR)
    stores.history.told(["plan|x"], START + DAY)
    assert stores.history.untold() == []
    assert [one.told_at for one in stores.history.notices_of(["plan|x"])] == [START + HOUR]


def test_one_plan_is_in_force(stores: Stores) -> None:
    history = stores.history
    history.save_plan("d1", "in force", {"plan.toml": "ä = 1"}, "", START)
    history.save_plan("d2", "rejected", {"plan.toml": "?"}, "line 1", START)
    history.save_plan("d3", "in force", {"plan.toml": "b = 1"}, "", START + HOUR)
    in_force, rejected = history.plan("in force"), history.plan("rejected")
    assert in_force is not None
    assert rejected is not None
    assert (in_force.digest, rejected.problem) == ("d3", "line 1")
    history.save_plan("d1", "in force", {"plan.toml": "ä = 1"}, "", START + DAY)
    again = history.plan("in force")
    assert again is not None
    assert again.texts == {"plan.toml": "ä = 1"}
    history.forget_waiting()
    assert history.plan("rejected") is None


def test_nodes_names_and_channels(stores: Stores) -> None:
    history, node = stores.history, Node("n1", START, START, "all", "d")
    history.beat(node)
    history.beat(Node("n2", START, START + HOUR, "web-only", "d"))
    assert [one.id for one in history.nodes()] == ["n2", "n1"]
    history.remove_node("n2")
    assert history.nodes() == [node]
    history.put("links:amina", "3")
    history.put("other", "x")
    assert (history.setting("other"), history.setting("none")) == ("x", None)
    assert history.generations() == {"amina": 3}
    paused = ChannelState("email", 5, START, START + HOUR, "421")
    history.save_channel(paused)
    assert history.channel_states() == {"email": paused}
    history.save_channel(ChannelState("email"))
    assert stores.delivery.channel_state("email") == ChannelState("email")


NO_MORE = {"bounces": 0, "replies": 0, "drafts": 0, "trail": 0, "plans": 0}


def test_nothing_is_deleted_before_400_days(stores: Stores) -> None:
    stores.planning.insert([*crowd(30), reminder("t/open", at=START + 2 * DAY)], START)
    for one in stores.delivery.claim("email", START, "w", LEASE, 99):
        stores.delivery.record([sent(one)])
    stores.history.beat(Node("n1", START, START, "all", "d"))
    assert set(clean_up(stores.database, START + 400 * DAY).values()) == {0}
    assert stores.history.counts() == {"sent": 30, "planned": 1}
    gone = clean_up(stores.database, START + 400 * DAY + MINUTE)
    assert gone == {"reminders": 30, "transitions": 60, "attempts": 30, "notices": 0, **NO_MORE}
    assert stores.history.counts() == {"planned": 1}
    assert stores.history.attempts_of(9) == []
    for table in (transitions, nodes):
        query = select(table)
        assert stores.database.read(lambda c, query=query: c.execute(query).first()) is None  # type: ignore[misc]


def test_what_is_open_keeps_its_record_and_the_plan_in_force_its_text(stores: Stores) -> None:
    stores.planning.insert([reminder("t/open")], START)
    stores.delivery.claim("email", START, "w", LEASE, 1)
    stores.history.save_plan("one", "in force", {"plan.toml": "x"}, "", START)
    stores.history.save_plan("two", "in force", {"plan.toml": "y"}, "", START + HOUR)
    for key in ("told", "untold"):
        stores.history.notice(key, "failed", "text", START)
    stores.history.told(["told"], START)
    gone = clean_up(stores.database, START + 1000 * DAY)
    assert gone == {
        "reminders": 0,
        "transitions": 0,
        "attempts": 0,
        "notices": 1,
        **NO_MORE,
        "plans": 1,
    }
    assert stores.history.digest_in_force() == "two"
    assert [one.key for one in stores.history.untold()] == ["untold"]
    assert clean_up(stores.database, START + 1000 * DAY, 1100 * DAY)["plans"] == 0
    with pytest.raises(ValueError, match="400"):
        clean_up(stores.database, START + 1000 * DAY, 399 * DAY)


def test_more_than_one_transaction_can_hold(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.outbox.retention.CHUNK", 7)
    stores.planning.insert(crowd(20), START)
    for one in stores.delivery.claim("email", START, "w", LEASE, 99):
        stores.delivery.record([sent(one)])
    assert clean_up(stores.database, START + 401 * DAY)["transitions"] == 40
    assert stores.history.counts() == {}


def test_a_write_that_fails_leaves_nothing(stores: Stores) -> None:
    def work(connection: object) -> None:
        connection.execute(insert(nodes).values(  # type: ignore[attr-defined]
            id="n", started=START, seen=START, role="all", plan=""))  # fmt: skip
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stores.database.write(work)
    assert stores.history.nodes() == []


def test_a_report_of_one_source_stands_once_and_the_second_is_told_so(stores: Stores) -> None:
    def report() -> int | None:
        return stores.history.add_report(
            "t/m", "t/m", state="done", by="amina", at=START, said_at=START, source="form-1"
        )

    stores.planning.insert([reminder()], START)
    assert [report(), report()] == [1, None]
    assert len(stores.history.reports_of("t/m")) == 1
