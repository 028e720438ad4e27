"""What people take back or say again, and what a process that died had left undone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.planning.occurrences import Dates
from scheduler.reporting import Report
from tests.scheduler.rehearsing import Stage, at, rehearsal

START = at("2024-03-01T06:30")
PLAN = """
[plan]
name = "P"
timezone = "Africa/Nairobi"
coordinators = ["cora"]

[channels.email]
type = "email"
host = "localhost"
from = "milestones@example.org"

[people.amina]
email = "amina@example.org"

[people.wanja]
email = "wanja@example.org"

[people.cora]
email = "cora@example.org"

[reminders.default]
before = ["7 days", "1 day"]
only-working-days = false

[tracks.t]
title = "T"

[[tracks.t.milestones]]
id = "first"
title = "First"
owner = "amina"
watchers = ["wanja"]
due = {due}

[[tracks.t.milestones]]
id = "next"
title = "Next"
owner = "amina"
needs = ["first"]
due = 2024-04-20
"""


def plan(due: str = "2024-04-01") -> str:
    return PLAN.replace("{due}", due)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with rehearsal(tmp_path, plan(), START) as found:
        found.until(START)
        yield found


def stages(stage: Stage, recipient: str, milestone: str = "t/first") -> list[str]:
    rows = stage.service.history.outbox(milestone=milestone, recipient=recipient, states=["sent"])
    return [row["stage"] for row in rows]


def test_what_was_reported_done_by_mistake_is_reminded_of_again(stage: Stage) -> None:
    stage.report("t/first", "done")
    stage.until(START + timedelta(days=2))
    stage.report("t/first", "on-track")
    stage.until(at("2024-04-02T00:00"))
    assert stages(stage, "amina") == ["before:7 days", "before:1 day"]


def test_a_date_that_moves_twice_on_a_day_is_told_twice(stage: Stage) -> None:
    for number, due in enumerate(["2024-04-02", "2024-04-03", "2024-04-02", "2024-04-03"], 1):
        stage.write(plan(due))
        stage.until(START + timedelta(hours=number))
        assert stages(stage, "wanja").count("moved") == number
    mails = [one for one in stage.mails() if one.recipient == "wanja@example.org"]
    assert len({one.key for one in mails}) == 4


@pytest.mark.parametrize("again", [False, True])
def test_what_follows_a_report_is_made_up_for_where_its_process_died(
    stage: Stage, again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = stage.service
    stage.until(at("2024-04-01T12:00"))
    found = Dates(service.plan).find("t/first")
    assert found is not None
    said = Report(state="done", by="amina", said_at=service.clock.now())
    with monkeypatch.context() as patched:
        patched.setattr(service.reporting, "make_up", lambda *_: None)
        service.reporting.record(found, said, service.clock.now())
    if again:
        service._told = None
    stage.rounds.call("beat")
    stage.until(at("2024-04-20T12:00"))
    assert stages(stage, "wanja") == ["done"]
    assert stages(stage, "amina", "t/next") == ["before:7 days", "before:1 day"]
