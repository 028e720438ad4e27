"""What the calendars leave out is said in the log and in `status`, until it is mended."""

import json
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner
from structlog.testing import capture_logs

from scheduler.cli import cli
from scheduler.entry_stamps import broken_entries
from tests.scheduler.rehearsing import at, rehearsal
from tests.scheduler.test_edits import HEAD, START, milestone


def test_a_broken_entry_is_logged_once_and_shown_until_it_is_mended(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone() + milestone("n"), START) as stage:
        force, history = stage.service.force, stage.service.history
        good = force.plan
        bad = replace(good.milestones["t/n"], title="One\x07Two")
        force._plan = replace(good, milestones={**good.milestones, "t/n": bad})
        with capture_logs() as logs:
            force.stamp_some(["t/m", "t/n"], at("2024-05-02T08:00"))
            force.stamp_some(["t/n"], at("2024-05-02T09:00"))
        (line,) = [one for one in logs if one["event"] == "left out of calendars"]
        assert line["milestone"] == "t/n"
        assert "title" in line["reason"]
        assert list(broken_entries(history)) == ["t/n"]
        plan = str(stage.path)
        database = f"sqlite:///{tmp_path / 'rehearsal.sqlite'}"
        told = CliRunner().invoke(cli, ["status", "--plan", plan, "--json", "--database", database])
        (left,) = json.loads(told.stdout)["left_out"]
        assert left["milestone"] == "t/n"
        told = CliRunner().invoke(cli, ["status", "--plan", plan, "--database", database])
        assert "Left out of calendars" in told.stdout
        force._plan = good
        force.stamp_some(["t/n"], at("2024-05-02T10:00"))
        assert broken_entries(history) == {}
