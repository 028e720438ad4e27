"""A plan's files are read when nobody is at writing them; an emptied one is taken for a mistake."""

from collections.abc import Callable
from pathlib import Path

import pytest

from config.problems import ConfigError
from scheduler.plan_files import PATIENCE, PlanFiles
from tests.scheduler.rehearsing import at, rehearsal

HEAD = """
[plan]
name = "Files"
timezone = "UTC"
coordinators = ["cora"]
[people.amina]
email = "amina@example.org"
[people.cora]
email = "cora@example.org"
[tracks.t]
title = "Track"
owner = "amina"
"""
START = at("2024-05-01T08:00")
Happens = Callable[[], object]
KNOWN = "of the plan in force"


def milestone(name: str, title: str = "Step") -> str:
    """One that is due in June."""
    head = "[[tracks.t.milestones]]"
    return f'{head}\nid = "{name}"\ntitle = "{title}"\ndue = "2024-06-20"\n'


WHOLE = HEAD + milestone("a") + milestone("b")


def reads(path: Path, *meanwhile: Happens) -> tuple[PlanFiles, list[float]]:
    """What reads a plan, with what happens in each pause until it is sure; and the pauses."""
    left, pauses = list(meanwhile), list[float]()

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        if left:
            left.pop(0)()

    return PlanFiles(path, wait), pauses


def writes(path: Path, text: str) -> Happens:
    return lambda: path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("begun", ["", HEAD, HEAD + milestone("a"), HEAD + "[[tracks.t.mile"])
def test_what_is_being_written_is_read_again(tmp_path: Path, begun: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(begun, encoding="utf-8")
    files, pauses = reads(path, writes(path, WHOLE))
    assert list(files.read(KNOWN).plan.milestones) == ["t/a", "t/b"]
    assert len(pauses) == 2


def test_a_file_that_is_away_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(HEAD + milestone("a"), encoding="utf-8")
    rest = '[tracks.s]\ntitle = "Other"\n' + milestone("b").replace("tracks.t", "tracks.s")
    files, _ = reads(tmp_path, writes(tmp_path / "b.toml", rest))
    assert list(files.read(KNOWN).plan.milestones) == ["t/a", "s/b"]


def test_a_mistake_that_stays_is_said(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text("[plan", encoding="utf-8")
    files, pauses = reads(path)
    with pytest.raises(ConfigError):
        files.read(KNOWN)
    assert len(pauses) == 1


def test_what_is_in_force_or_comes_first_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(WHOLE, encoding="utf-8")
    files, pauses = reads(path)
    digest = files.read("").digest
    assert files.read(digest).digest == digest
    assert pauses == []


def test_one_who_writes_for_ever_is_not_waited_for_so_long(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    texts = [HEAD + milestone("a", title="x" * length) for length in range(1, 2 * PATIENCE)]
    path.write_text(HEAD, encoding="utf-8")
    files, pauses = reads(path, *(writes(path, text) for text in texts))
    assert list(files.read(KNOWN).plan.milestones) == ["t/a"]
    assert len(pauses) == PATIENCE


def test_an_emptied_file_waits_for_consent(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone("m"), START) as stage:
        found = stage.write(" \n")
        assert (found.verdict, found.text) == ("waiting", "nothing is left of plan.toml")
        assert list(stage.service.plan.milestones) == ["t/m"]
        stage.until(at("2024-07-01T00:00"))
        assert {one[0] for one in stage.sent() if one[1] == "amina"} >= {"before:7 days"}
        told = [mail.text for mail in stage.mails() if mail.recipient == "cora@example.org"]
        assert sum("nothing is left of plan.toml" in text for text in told) == 1
        now = stage.service.clock.now()
        assert stage.service.force.reload(now, accept=True).verdict == "applied"
        assert not stage.service.plan.milestones


def test_an_empty_file_that_always_was_is_no_mistake(tmp_path: Path) -> None:
    with rehearsal(tmp_path, "", START) as stage:
        assert stage.write("\n").verdict == "applied"
        assert stage.write(HEAD + milestone("m")).verdict == "applied"
