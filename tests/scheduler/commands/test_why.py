"""`why` of a date that has moved, or is wanted: what went out and what will, each by itself."""

import io
import json
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scheduler.cli import main
from tests.scheduler.rehearsing import rehearsal
from tests.scheduler.test_edits import HEAD, milestone

PLAN = HEAD.replace("on-the-day = true", "on-the-day = true\nonly-working-days = false")
TODAY = datetime.now(UTC).date()
START = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) - timedelta(days=60)


def day(days: int) -> str:
    """So many days from today."""
    return (TODAY + timedelta(days=days)).isoformat()


def why(folder: Path, person: str = "amina") -> list[tuple[str, str]]:
    """Stage and state of each line."""
    database = f"sqlite:///{folder / 'rehearsal.sqlite'}"
    plan, out = str(folder / "plan.toml"), io.StringIO()
    with redirect_stdout(out):
        ended = main(["why", "t/m", person, "--json", "--plan", plan, "--database", database])
    assert ended == 0, out.getvalue()
    lines = map(json.loads, out.getvalue().splitlines())
    return [(one["stage"], one["state"]) for one in lines]


def test_a_date_that_came_nearer_is_still_to_come(tmp_path: Path) -> None:
    with rehearsal(tmp_path, PLAN + milestone(due=day(60)), START) as stage:
        stage.until(START + timedelta(days=20))
        stage.write(PLAN + milestone(due=day(20)))
        stage.until(START + timedelta(days=59))
    assert why(tmp_path) == [
        ("before:30 days", "sent"),
        ("before:7 days", "to come"),
        ("on-the-day", "to come"),
        ("moved", "sent"),
    ]


def test_each_question_for_a_date_counts_by_itself(tmp_path: Path) -> None:
    with rehearsal(tmp_path, PLAN + milestone(due="tbc"), START) as stage:
        stage.until(START + timedelta(days=59))
    found = why(tmp_path)
    assert found[:3] == [("date-wanted", "sent")] * 3
    assert set(found[3:]) == {("date-wanted", "to come")}


def test_what_had_passed_for_a_new_owner_is_not_to_come(tmp_path: Path) -> None:
    plan = PLAN.replace('"7 days"', '"20 days"')
    both = plan.replace('owner = "amina"', 'owner = ["amina", "cora"]')
    with rehearsal(tmp_path, plan + milestone(due=day(10)), START) as stage:
        stage.until(START + timedelta(days=55))
        stage.write(both + milestone(due=day(10)))
        stage.until(START + timedelta(days=59))
    assert why(tmp_path, "cora") == [
        ("before:30 days", "not sent"),
        ("before:20 days", "sent"),
        ("on-the-day", "to come"),
    ]
