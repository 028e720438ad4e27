"""`milestones feed`: the bytes of the feed, and on standard error what is not in it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calendars.feeds.ical import write
from calendars.feeds.registry import FORMATS
from config.load import load
from notifiers.mailbox import MemoryMailbox
from scheduler.cli import main
from scheduler.commands.options import now
from scheduler.feeds import History, Scope, Span, calendar, feed_path, parse_scope
from scheduler.outbox.database import Database
from scheduler.service import Rehearsed, rehearse
from scheduler.stamps import Stamp
from scheduler.web.app import app
from scheduler.web.server import serve
from tests import asking
from tests.scheduler.test_feeds import PLAN, milestone

CHANGED = datetime(2024, 3, 1, 8, 30, tzinfo=UTC)
WIDE = ("--from", "2024-01-01", "--until", "2030-12-31")
MILESTONES = (
    milestone("draft", '"2024-Q2"'),
    milestone("secret", more="public = false"),
    milestone("open", '"tbc"'),
)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan's file, last changed on 1 March 2024, in a folder without a database."""
    file = tmp_path / "plan.toml"
    head = "[[tracks.one.milestones]]\n"
    file.write_text(PLAN + "".join(head + one for one in MILESTONES), encoding="utf-8")
    os.utime(file, (CHANGED.timestamp(), CHANGED.timestamp()))
    return file


def test_it_prints_the_feeds_bytes(plan: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["feed", str(plan), "track:one", *WIDE]) == 0
    loaded = load(plan).plan
    history = History(stamps=dict.fromkeys(loaded.milestones, Stamp(CHANGED, CHANGED)))
    span = Span(datetime(2024, 1, 1).date(), datetime(2030, 12, 31).date())
    made = calendar(loaded, parse_scope("track:one", loaded), history, CHANGED, span=span)
    said = capfdbinary.readouterr()
    assert said.out == write(made.calendar).body
    assert said.err == b"milestones: 1 left out, without a date\n"
    assert not list(plan.parent.glob("*.sqlite*")), "looking makes no database"


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["all"], False),
        (["team:drafters"], False),
        (["team:drafters", "--private"], True),
        (["person:bo"], True),
    ],
)
def test_private_feeds_show_more(
    plan: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], shown: bool
) -> None:
    assert main(["feed", str(plan), *arguments, *WIDE]) == 0
    assert ("The secret" in capfd.readouterr().out) is shown


def test_windows_are_spans_of_their_own(plan: Path, capfd: pytest.CaptureFixture[str]) -> None:
    main(["feed", str(plan), "all", *WIDE])
    assert capfd.readouterr().out.count("BEGIN:VEVENT") == 1
    main(["feed", str(plan), "all", "--windows", *WIDE])
    assert capfd.readouterr().out.count("BEGIN:VEVENT") == 2


def test_the_plan_may_be_left_out(
    plan: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(plan.parent)
    assert main(["feed", "all", *WIDE]) == 0
    assert "The draft" in capfd.readouterr().out


def test_with_a_history_it_prints_what_the_service_answers(
    plan: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    url = f"sqlite:///{plan.parent}/history.sqlite"
    begin = datetime(2024, 3, 21, tzinfo=UTC)
    rehearsed = Rehearsed(begin, begin + timedelta(days=9), timedelta(days=1), MemoryMailbox())
    service, _ = rehearse(plan, Database(url), rehearsed)
    server = serve(app(service.live), port=0)
    try:
        params = {"from": WIDE[1], "until": WIDE[3]}
        answered = asking.get(f"{server.url}/calendars/all.ics", params=params).content
    finally:
        server.stop()
        service.stop()
    capfdbinary.readouterr()
    assert main(["feed", str(plan), "all", "--database", url, *WIDE]) == 0
    assert capfdbinary.readouterr().out == answered
    assert b"CREATED:20240321T000000Z" in answered


ASKED: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "language": (("--lang", "fr"), {"lang": "fr"}),
    "status": (("--status", "planned"), {"status": "planned"}),
    "statuses": (("--status", "done", "--status", "delayed"), {"status": "done,delayed"}),
    "days": (WIDE, {"from": WIDE[1], "until": WIDE[3]}),
    "windows": (("--windows", *WIDE), {"windows": "1", "from": WIDE[1], "until": WIDE[3]}),
    "alarms": (
        ("--alarms", "policy", *WIDE),
        {"alarms": "policy", "from": WIDE[1], "until": WIDE[3]},
    ),
}


@pytest.mark.parametrize("form", FORMATS)
def test_whatever_is_asked_for_the_service_answers_the_same(
    plan: Path, capfdbinary: pytest.CaptureFixture[bytes], form: str
) -> None:
    url = f"sqlite:///{plan.parent}/history.sqlite"
    begin = now() - timedelta(days=5)
    rehearsed = Rehearsed(begin, begin + timedelta(days=5), timedelta(days=1), MemoryMailbox())
    service, _ = rehearse(plan, Database(url), rehearsed)
    server = serve(app(service.live), port=0)
    path = server.url + feed_path(Scope("team", "drafters"), form=form)
    bodies = set()
    try:
        for words, params in ASKED.values():
            capfdbinary.readouterr()
            common = ["feed", str(plan), "team:drafters", "--as", form, "--database", url]
            assert main([*common, *words]) == 0
            printed = capfdbinary.readouterr().out
            assert printed == asking.get(path, params=params).content
            bodies.add(printed)
    finally:
        server.stop()
        service.stop()
    assert len(bodies) >= 3


def test_what_is_left_out_is_told_by_reason(plan: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["feed", str(plan), "all", "--status", "done", *WIDE]) == 0
    assert capfd.readouterr().err == "milestones: 2 left out, with another status\n"
    assert main(["feed", str(plan), "all", "--as", "csv", *WIDE]) == 0
    assert capfd.readouterr().err == "", "a table holds what has no date"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["all", "--as", "rss"], "'rss' is not one of 'ical', 'todo', 'atom', 'json', 'csv'"),
        (["all", "--lang", "de"], "--lang is one of ar, en, es, fr, ru, zh"),
        (["all", "--status", "late"], "--status takes planned, on-track"),
        (["track:onn"], 'there is no track "onn"; did you mean "track:one"?'),
        (["everything"], '"everything" is no scope'),
        (["all", "--from", "soon"], '"soon" is no day or time'),
        (["all", "--from", "2024-02-02", "--until", "2024-02-01"], "--until lies before --from"),
        (["all", "more"], "write one plan and one scope"),
    ],
)
def test_wrong_words_are_refused(
    plan: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["feed", str(plan), *arguments]) == 2
    found = capfd.readouterr()
    assert said in found.err
    assert found.out == ""
