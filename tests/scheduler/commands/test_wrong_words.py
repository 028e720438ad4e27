"""Wrong ports, hosts, databases and channels are said in words."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.load import load_texts
from scheduler.cli import main
from scheduler.commands.report import find
from scheduler.errors import WrongUsage

PLAN = """
[plan]
timezone = "UTC"
[people.amina]
email = "amina@example.org"
[tracks.t]
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "M"
due = 2090-04-10
"""


@pytest.fixture
def plan(tmp_path: Path) -> str:
    """A plan of one milestone."""
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return str(path)


def _look(name: str, plan: str, url: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("MILESTONES_PLAN", plan)
    monkeypatch.setenv("MILESTONES_DATABASE", url)
    return main([name])


@pytest.mark.parametrize("port", ["99999", "-1"])
@pytest.mark.parametrize("name", ["run", "demo"])
def test_a_port_that_there_is_not_is_refused_before_anything_is_done(
    name: str, port: str, plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [name, "--port", port, *([plan] if name == "run" else ["--no-open"])]
    assert main(words) == 2
    assert "is not in the range" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.sqlite"))


def test_a_host_that_there_is_not_is_said_so(
    plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "run",
        plan,
        "--host",
        "nosuch.invalid",
        "--database",
        f"sqlite:///{tmp_path}/d.sqlite",
    ]
    assert main(words) == 3
    said = capsys.readouterr().err
    assert "cannot listen on nosuch.invalid" in said
    assert "Unknown error" not in said


def test_doctor_says_why_the_database_does_not_answer(
    plan: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database at all, but long enough to be read as one" * 100)
    _look("doctor", plan, f"sqlite:///{broken}", monkeypatch)
    assert "it does not answer: file is not a database" in capsys.readouterr().out


def test_a_channel_that_there_is_not_is_named_with_those_that_there_are(
    plan: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Path(plan).read_text(encoding="utf-8")
    channel = '[channels.email]\ntype = "mailbox"\npath = "mail"\n'
    Path(plan).write_text(text + channel, encoding="utf-8")
    assert main(["test-send", "zzz", "--to", "amina", "--plan", plan]) == 2
    assert "it has email" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["next", "--days", "-1"], "is not in the range"),
        (["next", "--days", "10000000"], "is not in the range"),
        (["next", "--from", "0001-01-01"], "outside the years 1970 to 2199"),
        (["preview", "--from", "0001-01-01"], "outside the years 1970 to 2199"),
        (["preview", "--until", "9999-12-31"], "outside the years 1970 to 2199"),
    ],
)
def test_days_that_nothing_can_be_counted_to_are_refused(
    words: list[str], says: str, plan: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, plan]) == 2
    assert says in capsys.readouterr().err


def test_next_looks_ahead_as_far_as_holidays_are_known(
    plan: str, capsys: pytest.CaptureFixture[str]
) -> None:
    more = 'repeats = "yearly"\nroll = "previous"\n'
    text = PLAN.replace('"UTC"', '"UTC"\nholidays = ["KE"]').replace("2090", "2030") + more
    Path(plan).write_text(text, encoding="utf-8")
    assert main(["next", plan, "--days", "36525", "--from", "2030-01-01"]) == 0
    assert "10 April 2030" in capsys.readouterr().out


def test_the_dates_of_what_repeats_are_named_on_a_leap_day(plan: str) -> None:
    text = Path(plan).read_text(encoding="utf-8").replace("2090-04-10", "2024-03-01")
    repeating = load_texts({"plan.toml": text + 'repeats = "monthly"\n'}, Path(plan).parent).plan
    with pytest.raises(WrongUsage, match="t/m@2024-03-01, t/m@2024-04-01, t/m@2024-05-01"):
        find(repeating, "t/m", datetime(2024, 2, 29, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("nothing/here.sqlite", "must lie in a folder that is there"),
        (".", "must lie in a folder that is there"),
        ("plan.toml", "holds something else: name another"),
    ],
)
def test_a_place_where_no_database_can_be_says_what_to_do(
    place: str, told: str, plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["report", "t/m", "done", "--plan", plan, "--database", str(tmp_path / place)]
    assert main(words) == 3
    assert told in capsys.readouterr().err
