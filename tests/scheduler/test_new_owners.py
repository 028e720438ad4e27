"""Who becomes an owner later, or finds a milestone open again: one reminder at once, not lost."""

from pathlib import Path

from tests.scheduler.rehearsing import Stage, at, rehearsal
from tests.scheduler.test_edits import HEAD, START, milestone

ALONE = HEAD.replace('watchers = ["wim"]\n', "").replace(
    '"wim@example.org"', '"wim@example.org"\nquiet = "20:00-07:00"'
)
BOTH = ALONE.replace('owner = "amina"', 'owner = ["amina", "wim"]')
MONTHLY = """
[[tracks.t.milestones]]
id = "r"
title = "Return"
due = 2024-05-01
repeats = "monthly"
"""


def told(stage: Stage, person: str) -> list[tuple[str, str]]:
    """What was sent to somebody, and when."""
    return [(name, when) for name, who, when in stage.sent() if who == person]


def test_a_further_edit_in_her_quiet_hours_does_not_lose_it(tmp_path: Path) -> None:
    with rehearsal(tmp_path, ALONE + milestone(), START) as stage:
        stage.until(at("2024-06-15T21:00"))
        stage.write(BOTH + milestone())
        stage.until(at("2024-06-15T22:00"))
        stage.write(BOTH + milestone(more='watchers = ["cora"]'))
        stage.until(at("2024-06-20T00:00"))
        assert told(stage, "wim") == [("before:30 days", "06-16 07:00")]
        assert "missed" not in stage.service.history.counts()


def test_a_look_ahead_in_her_quiet_hours_does_not_lose_it(tmp_path: Path) -> None:
    with rehearsal(tmp_path, ALONE + MONTHLY, START) as stage:
        stage.until(at("2024-05-28T21:00"))
        stage.write(BOTH + MONTHLY)
        stage.until(at("2024-05-30T00:00"))
        assert told(stage, "wim") == [("before:7 days", "05-29 07:00")]
        assert "missed" not in stage.service.history.counts()


def test_a_further_edit_does_not_lose_it_in_a_digest(tmp_path: Path) -> None:
    plan = BOTH.replace('quiet = "20:00-07:00"', 'delivery = "weekly"').replace(
        "[people.amina]", 'closed = ["2024-06-17/2024-06-18"]\n[people.amina]'
    )
    before = plan.replace('owner = ["amina", "wim"]', 'owner = "amina"')
    with rehearsal(tmp_path, before + milestone(), START) as stage:
        stage.until(at("2024-06-17T10:00"))
        stage.write(plan + milestone())
        stage.until(at("2024-06-18T10:00"))
        stage.write(plan + milestone(more='watchers = ["cora"]'))
        stage.until(at("2024-06-20T00:00"))
        assert told(stage, "wim") == [
            ("before:30 days", "06-19 09:00"),
            ("before:7 days", "06-19 09:00"),
        ]


def test_a_new_owner_is_asked_for_the_date_once_and_then_with_the_others(tmp_path: Path) -> None:
    with rehearsal(tmp_path, ALONE + milestone(due="tbc"), START) as stage:
        stage.until(at("2024-05-10T21:00"))
        stage.write(BOTH + milestone(due="tbc"))
        rows = stage.service.history.outbox(recipient="wim", states=["planned"])
        others = stage.service.history.outbox(recipient="amina", states=["planned"])
        assert {row["asked"] for row in rows[1:]} == {row["asked"] for row in others}
        stage.until(at("2024-05-30T00:00"))
        assert told(stage, "wim") == [
            ("date-wanted", "05-11 07:00"),
            ("date-wanted", "05-29 09:00"),
        ]


def test_what_was_first_seen_done_is_told_of_at_once_when_it_is_open(tmp_path: Path) -> None:
    for number, status in enumerate(("done", "cancelled")):
        folder = tmp_path / str(number)
        folder.mkdir()
        with rehearsal(folder, ALONE + milestone(more=f'status = "{status}"'), START) as stage:
            stage.until(at("2024-06-15T10:00"))
            stage.write(ALONE + milestone())
            stage.until(at("2024-06-22T00:00"))
            assert stage.sent() == [
                ("before:30 days", "amina", "06-15 10:00"),
                ("before:7 days", "amina", "06-21 09:00"),
            ]


def test_the_first_owner_is_told_at_once(tmp_path: Path) -> None:
    nobody = ALONE.replace('owner = "amina"\n', "")
    with rehearsal(tmp_path, nobody + milestone(), START) as stage:
        stage.until(at("2024-06-15T10:00"))
        stage.write(ALONE + milestone())
        stage.until(at("2024-06-20T00:00"))
        assert stage.sent() == [("before:30 days", "amina", "06-15 10:00")]
