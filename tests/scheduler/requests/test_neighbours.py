"""A node of the version before, which knows no update requests, beside one that does."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from scheduler.planner import Planning
from scheduler.planning.forecast import forecast
from tests.scheduler.rehearsing import Stage, at, rehearsal
from tests.scheduler.requests.office import END, OFFICE, REQUEST, START, plan

NO_ROOM = OFFICE.replace('owner = "desk"', 'owner = "lea"')
TAKEN = at("2024-03-04T10:00")


def older_starts(stage: Stage, now: datetime) -> None:
    """What the version before does at its start: it reads the same files, without their requests,
    and withdraws what it finds planned for nothing in its plan."""
    force, store = stage.service.force, stage.service.planning_store
    known = replace(force.plan, requests={}, parts={})
    Planning(store).apply(known, now, None, force.ended(known, now))


def asked(stage: Stage) -> Counter[str]:
    """How often each reminder of a request stands in each state."""
    rows = stage.service.history.outbox(milestone="request:march/amina")
    return Counter(str(row["state"]) for row in rows)


def test_nothing_is_lost_or_doubled_where_the_version_before_starts_beside(tmp_path: Path) -> None:
    with rehearsal(tmp_path, NO_ROOM + REQUEST, START) as stage:
        stage.until(TAKEN)
        before = asked(stage)
        older_starts(stage, TAKEN)
        assert asked(stage)["withdrawn"] == before["planned"] > 0
        stage.rounds.call("beat")
        stage.until(TAKEN + timedelta(minutes=1))
        assert asked(stage) == before
        stage.until(END)
        rows = stage.service.history.outbox(states=["sent"])
        mails = len(stage.mailbox)
    sent = [(row["at"], row["key"]) for row in rows]
    previewed = forecast(plan(REQUEST, NO_ROOM), START, END)
    assert sorted(sent) == sorted((one.at, one.key) for one in previewed)
    assert mails == len({row["message"] for row in rows})


def test_what_came_due_before_it_was_seen_is_sent_all_the_same(tmp_path: Path) -> None:
    with rehearsal(tmp_path, NO_ROOM + REQUEST, START) as stage:
        stage.until(TAKEN)
        rows = stage.service.history.outbox(milestone="request:march/amina", states=["planned"])
        due = min(row["at"] for row in rows)
        older_starts(stage, due - timedelta(seconds=20))
        service = stage.service
        assert service.force.bring_back(due + timedelta(seconds=5))
        assert not service.force.bring_back(due + timedelta(seconds=5))
        stage.until(due + timedelta(minutes=1))
        again = service.history.outbox(milestone="request:march/amina", states=["sent"])
    assert due in {row["at"] for row in again}


def test_what_goes_with_another_plan_is_not_brought_back(tmp_path: Path) -> None:
    with rehearsal(tmp_path, NO_ROOM + REQUEST, START) as stage:
        stage.until(TAKEN)
        older_starts(stage, TAKEN)
        service = stage.service
        service.history.save_plan("another", "in force", {"plan.toml": NO_ROOM}, "", TAKEN)
        assert not service.force.bring_back(TAKEN)
        assert set(asked(stage)) == {"sent", "withdrawn"}
