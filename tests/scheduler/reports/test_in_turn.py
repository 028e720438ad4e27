"""What follows from a report where another process has the right to plan for long."""

from contextlib import closing
from pathlib import Path

import pytest

from scheduler import reporting
from scheduler.outbox.database import Database
from scheduler.planning.occurrences import Dates
from scheduler.reporting import Report
from tests.scheduler.rehearsing import at, rehearsal
from tests.scheduler.reports.test_reviewing import PLAN, reviewing, said

START, NOW = at("2024-05-01T08:00"), at("2024-05-20T10:00")

DELAYED = Report(state="delayed", by="amina", said_at=NOW)


def test_it_is_recorded_at_once_and_followed_when_its_turn_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "PATIENCE_SECONDS", 0.05)
    with rehearsal(tmp_path, PLAN, START) as stage:
        stage.until(NOW)
        history, draft = stage.service.history, Dates(stage.service.plan).find("t/m")
        assert draft is not None
        url = stage.service.database.url.render_as_string(hide_password=False)
        with closing(Database(url)) as other, other.planning_lock() as got:
            assert got
            stage.service.reporting.record(draft, DELAYED, NOW)
            (report,) = said(stage)
            assert report.state == "delayed"
            assert [one.id for one in history.unfollowed()] == [report.id]
            reviewing(stage).return_(report.id, "cora", "Until when?", NOW)
            assert [one.id for one, _ in history.decided()] == [report.id]
        stage.service.take_up(NOW)
        assert (history.unfollowed(), history.decided()) == ([], [])
        stage.rounds.call("deliver")
        stage.until(at("2024-05-20T10:30"))
        assert any("Until when?" in one.text for one in stage.mails())


def test_by_a_plan_that_is_no_more_in_force_nothing_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rehearsal(tmp_path, PLAN, START) as stage:
        stage.until(NOW)
        history, draft = stage.service.history, Dates(stage.service.plan).find("t/m")
        assert draft is not None
        with monkeypatch.context() as patch:
            patch.setattr(stage.service.force, "behind", lambda: True)
            stage.service.reporting.record(draft, DELAYED, NOW)
        assert len(history.unfollowed()) == 1
        stage.service.take_up(NOW)
        assert history.unfollowed() == []
