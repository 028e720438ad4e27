"""What the review of a report does to reminders, pages and calendars, and who is first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.outbox.values import StoredReport
from scheduler.reports.reviewing import NotDecided, Reviewing
from tests.scheduler.rehearsing import Stage, at, rehearsal

PLAN = """
[plan]
name = "The plan"
timezone = "UTC"
coordinators = ["cora"]
[people.amina]
name = "Amina"
email = "amina@example.org"
[people.cora]
name = "Cora"
email = "cora@example.org"
[people.lee]
name = "Lee"
email = "lee@example.org"
[channels.email]
type = "console"
[teams.crew]
members = ["amina", "lee"]
lead = "lee"
[reminders.default]
before = ["30 days", "7 days"]
only-working-days = false
at = "09:00"
[tracks.t]
owner = "crew"
[[tracks.t.milestones]]
id = "m"
title = "Zero draft"
due = "2024-06-28"
[[tracks.t.milestones]]
id = "n"
title = "Second draft"
due = "2024-09-27"
needs = ["m"]
"""
START, NOW = at("2024-05-01T08:00"), at("2024-05-20T10:00")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A rehearsal on 20 May."""
    with rehearsal(tmp_path, PLAN, START) as made:
        made.until(NOW)
        yield made


def reviewing(stage: Stage) -> Reviewing:
    service = stage.service
    return Reviewing(service.history, service.force, service.reporting)


def said(stage: Stage) -> list[StoredReport]:
    return stage.service.history.every_report()


def states(stage: Stage, milestone: str = "t/m") -> set[str]:
    return {str(row["state"]) for row in stage.service.history.outbox(milestone=milestone)}


def shown(stage: Stage) -> tuple[str, str]:
    """How it stands for reminders and for the public; "" where nothing was said."""
    live = stage.service.live
    live.refresh(NOW)
    found = (live.as_said().get("t/m"), live.states().get("t/m"))
    return tuple(one.state if one else "" for one in found)  # type: ignore[return-value]


def test_what_is_said_counts_at_once_and_is_shown_when_it_was_read(stage: Stage) -> None:
    stage.report("t/m", "done")
    (report,) = said(stage)
    assert report.review == "submitted"
    assert states(stage) == {"withdrawn"}
    assert shown(stage) == ("done", "")
    live = stage.service.live
    assert (list(live.in_review()), list(live.versions("t/m"))) == (["t/m"], [])
    before, stamp = live.version(), live.stamps()["t/m"]
    reviewing(stage).approve(report.id, "cora", NOW)
    assert shown(stage) == ("done", "done")
    assert live.version() != before
    assert live.stamps()["t/m"].modified > stamp.modified, "the calendars show it"
    assert list(live.in_review()) == []
    assert [one.state for one in live.versions("t/m")] == ["done"]
    assert live.past().reports == said(stage)


def test_what_is_approved_may_be_held_until_it_is_published(stage: Stage) -> None:
    stage.report("t/m", "at-risk")
    (report,) = said(stage)
    reviewing(stage).approve(report.id, "lee", NOW, word="good", hold=True)
    assert shown(stage) == ("at-risk", "")
    assert list(stage.service.live.in_review()) == ["t/m"]
    assert reviewing(stage).waiting() == []
    assert [one.id for one in reviewing(stage).publish("cora", NOW)] == [report.id]
    assert reviewing(stage).publish("cora", NOW) == []
    assert shown(stage) == ("at-risk", "at-risk")
    steps = stage.service.history.steps_of([report.id])
    assert [(one.by, one.state, one.word) for one in steps] == [
        ("lee", "approved", "good"), ("cora", "published", ""),
    ]  # fmt: skip


def test_what_is_returned_counts_no_longer(stage: Stage) -> None:
    stage.report("t/m", "at-risk")
    reviewing(stage).approve(said(stage)[0].id, "", NOW)
    stage.report("t/m", "done")
    assert states(stage) == {"withdrawn"}
    assert states(stage, "t/n") != set(), "what waited for it is planned"
    reviewing(stage).return_(said(stage)[1].id, "cora", "The annex is missing.", NOW)
    assert shown(stage) == ("at-risk", "at-risk")
    assert "planned" in states(stage), "its reminders go on"
    assert states(stage, "t/n") <= {"withdrawn"}, "what waits for it waits again"
    assert [one.review for one in said(stage)] == ["published", "returned"]


def test_the_second_to_decide_hears_of_the_first(stage: Stage) -> None:
    stage.report("t/m", "delayed")
    (report,) = said(stage)
    reviewing(stage).return_(report.id, "lee", "Until when?", NOW)
    with pytest.raises(NotDecided, match="was returned by lee on 20 May 2024") as caught:
        reviewing(stage).approve(report.id, "cora", NOW)
    assert caught.value.reason == "decided"
    assert shown(stage) == ("", "")


@pytest.mark.parametrize(
    ("number", "by", "word", "reason"),
    [(1, "amina", "no", "not-yours"), (1, "cora", " ", "no-word"), (7, "cora", "no", "unknown"),
     (1, "cora", "x" * 1001, "long-word")],
)  # fmt: skip
def test_what_cannot_be_decided(stage: Stage, number: int, by: str, word: str, reason: str) -> None:
    stage.report("t/m", "delayed")
    with pytest.raises(NotDecided) as caught:
        reviewing(stage).return_(number, by, word, NOW)
    assert caught.value.reason == reason
    assert said(stage)[0].review == "submitted"


def test_what_follows_a_decision_is_made_up_for_where_its_process_died(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.report("t/m", "done")
    with monkeypatch.context() as patched:
        patched.setattr(stage.service.reporting, "make_up", lambda *_: None)
        reviewing(stage).return_(said(stage)[0].id, "cora", "Not yet.", NOW)
    assert states(stage) == {"withdrawn"}
    stage.service.take_up(NOW)
    assert "planned" in states(stage)
    assert stage.service.history.decided() == []


def test_a_lead_decides_on_her_own_teams_reports_only(stage: Stage) -> None:
    stage.report("t/m", "delayed")
    assert [one.id for one in reviewing(stage).waiting("lee")] == [1]
    assert reviewing(stage).waiting("amina") == []
