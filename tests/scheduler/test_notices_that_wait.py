"""Notices that wait for the morning while what they tell of, or whom they are for, changes."""

from pathlib import Path

import pytest

from scheduler.reporting import Word
from tests.scheduler.rehearsing import Stage, at, rehearsal
from tests.scheduler.test_edits import HEAD, milestone
from tests.scheduler.test_notices import KEEP, notices, said

NIGHT = HEAD.replace('"amina@example.org"', '"amina@example.org"\nquiet = "20:00-07:00"')
START = at("2024-05-31T08:00")
MOVED = milestone(due="2024-07-30")
SERIES = """
[[tracks.t.milestones]]
id = "w"
title = "Weekly"
due = 2024-05-22
repeats = "weekly"
timezone = "ZONE"
"""


def amina(stage: Stage) -> list[str]:
    """The notices that reached her."""
    return [notice for notice, _, who in notices(stage) if who == "amina"]


def move(stage: Stage) -> None:
    """The date moves in the evening, and her notice waits for the morning."""
    stage.until(at("2024-06-01T21:00"))
    stage.write(NIGHT + MOVED + KEEP)
    stage.until(at("2024-06-01T22:00"))


@pytest.mark.parametrize(
    ("status", "told"), [("done", []), ("cancelled", ["cancelled"])], ids=["done", "cancelled"]
)
def test_what_is_settled_in_the_plan_has_not_moved(
    tmp_path: Path, status: str, told: list[str]
) -> None:
    with rehearsal(tmp_path, NIGHT + milestone() + KEEP, START) as stage:
        move(stage)
        settled = milestone(due="2024-07-30", more=f'status = "{status}"')
        stage.write(NIGHT + settled + KEEP)
        stage.until(at("2024-06-03T00:00"))
        assert amina(stage) == told


@pytest.mark.parametrize(("word", "told"), [("done", []), ("cancelled", ["cancelled"])])
def test_what_is_reported_settled_has_not_moved(
    tmp_path: Path, word: Word, told: list[str]
) -> None:
    with rehearsal(tmp_path, NIGHT + milestone() + KEEP, START) as stage:
        move(stage)
        stage.report("t/m", word)
        stage.until(at("2024-06-03T00:00"))
        assert amina(stage) == told


def test_a_move_is_told_after_all_where_it_was_not_done(tmp_path: Path) -> None:
    with rehearsal(tmp_path, NIGHT + milestone() + KEEP, START) as stage:
        move(stage)
        stage.report("t/m", "done")
        stage.until(at("2024-06-03T10:00"))
        stage.report("t/m", "on-track")
        stage.until(at("2024-06-04T00:00"))
        assert said(stage, "amina") == [("30 July 2024", "28 June 2024")]
        assert [one for one in notices(stage) if one[0] == "moved"] == [
            ("moved", "t/m", "wim"),
            ("moved", "t/m", "amina"),
        ]


def test_a_date_that_is_back_when_it_is_open_again_has_not_moved(tmp_path: Path) -> None:
    with rehearsal(tmp_path, NIGHT + milestone() + KEEP, START) as stage:
        move(stage)
        stage.report("t/m", "done")
        stage.until(at("2024-06-03T10:00"))
        stage.write(NIGHT + milestone() + KEEP)
        stage.until(at("2024-06-03T11:00"))
        stage.report("t/m", "on-track")
        stage.until(at("2024-06-04T00:00"))
        assert said(stage, "amina") == []


def test_a_move_that_has_not_settled_is_told_when_it_is_open_again(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone() + KEEP, START) as stage:
        stage.until(at("2024-06-01T12:00"))
        stage.write(HEAD + MOVED + KEEP)
        stage.until(at("2024-06-01T12:05"))
        stage.report("t/m", "done")
        stage.until(at("2024-06-03T12:00"))
        assert said(stage, "amina") == []
        stage.report("t/m", "on-track")
        stage.until(at("2024-06-03T13:00"))
        assert said(stage, "amina") == [("30 July 2024", "28 June 2024")]


def test_who_is_no_owner_any_more_is_not_told(tmp_path: Path) -> None:
    with rehearsal(tmp_path, NIGHT + milestone() + KEEP, START) as stage:
        move(stage)
        stage.write(NIGHT.replace('owner = "amina"', 'owner = "cora"') + MOVED + KEEP)
        stage.until(at("2024-06-03T00:00"))
        assert amina(stage) == []


def test_who_stands_in_for_two_is_told_for_whom(tmp_path: Path) -> None:
    away = '"\naway = ["2024-05-01/2024-07-30"]\ndeputy = "cora"'
    plan = HEAD.replace('amina@example.org"', f"amina@example.org{away}").replace(
        'wim@example.org"', f"wim@example.org{away}"
    )
    with rehearsal(tmp_path, plan + milestone() + milestone("n", "tbc"), START) as stage:
        stage.write(plan + MOVED + milestone("n", "tbc"))
        stage.until(at("2024-06-01T00:00"))
        rows = {
            row["stage"]: row["behalf"] for row in stage.service.history.outbox(states=["sent"])
        }
        assert rows["moved"] == "amina,wim"
        assert rows["date-wanted"] == ""


@pytest.mark.parametrize(
    ("zone", "edited", "told"),
    [
        ("Pacific/Kiritimati", "2024-06-05T12:00", []),
        ("Pacific/Pago_Pago", "2024-06-06T05:00", ["cancelled"]),
    ],
)
def test_a_date_is_past_by_its_own_zone(
    tmp_path: Path, zone: str, edited: str, told: list[str]
) -> None:
    plan = HEAD + SERIES.replace("ZONE", zone)
    with rehearsal(tmp_path, plan + KEEP, START) as stage:
        stage.until(at(edited))
        stage.write(plan + 'except = ["2024-06-05"]\n' + KEEP)
        stage.until(at("2024-06-07T12:00"))
        assert amina(stage) == told
