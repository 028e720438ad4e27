"""What a watched calendar moves: a change there is a move like any other, told to the owners."""

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load
from scheduler.cli import main
from scheduler.clock import SystemClock
from scheduler.known import Kept, events_of, from_text, setting_of, to_text, with_known
from scheduler.outbox.database import Database
from scheduler.planning.occurrences import Dates
from scheduler.service import Service
from scheduler.watching import look
from tests.scheduler.rehearsing import Stage, at, rehearsal
from tests.scheduler.watching.server import Answer, serving

START = at("2027-01-04T09:00")
PLAN = """\
[plan]
name = "Board"
coordinators = ["amina"]
[people.amina]
name = "Amina"
email = "amina@example.org"
[reminders.default]
before = ["7 days"]
[calendars.board]
file = "board.ics"
[tracks.papers]
owner = "amina"
[[tracks.papers.milestones]]
id = "report"
title = "Report"
due = "calendar:board/third-session - 10 working days"
[[tracks.papers.milestones]]
id = "annex"
title = "Annex"
due = "report + 1 day"
[[tracks.papers.milestones]]
id = "other"
title = "Other"
due = 2027-12-01
"""


def calendar(day: str, *more: str) -> bytes:
    lines = [f"DTSTART;VALUE=DATE:{day}", *more]
    event = "\r\n".join(["BEGIN:VEVENT", "UID:3@x", "SUMMARY:Third session", *lines, "END:VEVENT"])
    return f"BEGIN:VCALENDAR\r\n{event}\r\nEND:VCALENDAR\r\n".encode()


def fetch(stage: Stage, body: bytes) -> None:
    """Let a calendar come, as the service's own round would keep it."""
    stage.path.with_name("board.ics").write_bytes(body)
    service, now = stage.service, stage.service.clock.now()
    watched = service.plan.calendars["board"]
    kept = look(watched, replace(service.watching.kept("board"), modified=""), now)
    service.history.put(setting_of("board"), to_text(kept))
    service.take_up(now)


def due(stage: Stage, milestone: str) -> date | None:
    plan = stage.service.plan
    return Dates(plan).single(plan.milestones[milestone]).due


def test_what_hangs_on_a_watched_date_moves_with_it_and_is_told(tmp_path: Path) -> None:
    with rehearsal(tmp_path, PLAN, START) as stage:
        assert due(stage, "papers/report") is None
        fetch(stage, calendar("20270514"))
        assert due(stage, "papers/report") == date(2027, 4, 30)
        stage.until(START + timedelta(days=2))
        before = len(stage.sent())
        fetch(stage, calendar("20270521"))
        stage.until(START + timedelta(days=3))
        moves = stage.service.planning_store.moves_of()
        found = {(one.milestone, one.new_due) for one in moves if one.old_due}
        assert found == {
            ("papers/report", date(2027, 5, 7)),
            ("papers/annex", date(2027, 5, 8)),
        }
        assert [one[0] for one in stage.sent()[before:]] == ["moved", "moved"]


def test_a_session_that_is_cancelled_or_gone_leaves_no_date(tmp_path: Path) -> None:
    with rehearsal(tmp_path, PLAN, START) as stage:
        fetch(stage, calendar("20270514"))
        fetch(stage, calendar("20270514", "STATUS:CANCELLED"))
        assert due(stage, "papers/report") is None
        fetch(stage, calendar("20270514", "STATUS:TENTATIVE"))
        plan = stage.service.plan
        assert not Dates(plan).single(plan.milestones["papers/report"]).promise.certain


def test_a_date_that_moved_and_came_back_is_not_told(tmp_path: Path) -> None:
    with rehearsal(tmp_path, PLAN, START) as stage:
        fetch(stage, calendar("20270514"))
        stage.until(START + timedelta(days=1))
        before = len(stage.sent())
        fetch(stage, calendar("20270521"))
        fetch(stage, calendar("20270514"))
        stage.until(START + timedelta(days=2))
        assert len(stage.sent()) == before


def test_an_edit_of_the_plan_keeps_what_is_known(tmp_path: Path) -> None:
    with rehearsal(tmp_path, PLAN, START) as stage:
        fetch(stage, calendar("20270514"))
        stage.write(PLAN.replace('title = "Other"', 'title = "Another"'))
        assert due(stage, "papers/report") == date(2027, 4, 30)


def test_nothing_is_fetched_in_a_rehearsal(tmp_path: Path) -> None:
    with rehearsal(tmp_path, PLAN, START) as stage:
        assert "watch" not in stage.service.rounds()


def real_service(folder: Path, url: str) -> Service:
    plan = PLAN.replace('file = "board.ics"', f'url = "{url}"\nallow-private = true')
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    database = Database(f"sqlite:///{folder / 'milestones.sqlite'}")
    service = Service(folder / "plan.toml", database, SystemClock())
    service.start()
    return service


def rounds_until_known(service: Service, came: threading.Event, now: datetime) -> datetime | None:
    """Run the round of watching as the ticker does: at once, and again when something came."""
    works = service.rounds()
    assert works["watch"](now) is None
    assert came.wait(20)
    came.clear()
    return works["watch"](now)


def test_the_service_fetches_beside_its_other_work(tmp_path: Path) -> None:
    with serving() as served:
        served.put("/board.ics", Answer(body=calendar("20270514")))
        service = real_service(tmp_path, f"{served.url}/board.ics")
        came = threading.Event()
        service.on_call(lambda name: came.set() if name == "watch" else None)
        now = service.clock.now()
        assert rounds_until_known(service, came, now) == now + timedelta(hours=1)
        assert set(service.plan.events) == {"calendar:board/third-session", "calendar:board/3-x"}
        assert len(served.requests) == 1
        served.put("/board.ics", Answer(500))
        later = now + timedelta(hours=1)
        rounds_until_known(service, came, later)
        assert service.plan.events
        assert not [one for one in service.history.untold() if one.kind == "calendar"]
        rounds_until_known(service, came, later + timedelta(days=1, hours=1))
        (told,) = [one for one in service.history.untold() if one.kind == "calendar"]
        assert "127.0.0.1 answered 500" in told.text
        assert "goes on" in told.text
        service.stop()


@pytest.mark.slow
def test_a_server_that_hangs_holds_up_nothing(tmp_path: Path) -> None:
    with serving() as served:
        served.put("/board.ics", Answer(hangs=True))
        service = real_service(tmp_path, f"{served.url}/board.ics")
        works = service.rounds()
        now = service.clock.now()
        assert works["watch"](now) is None
        works["beat"](now)
        assert works["watch"](now) is None
        served.released.set()
        service.stop()


@pytest.mark.parametrize("text", [None, "", "{}", '{"form": 99}', "no json"])
def test_what_another_version_kept_is_fetched_anew(text: str | None) -> None:
    assert from_text(text) == Kept()


def test_two_of_one_title_are_named_by_their_uids_alone(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    plan = load(tmp_path / "plan.toml").plan
    twice = calendar("20270514").replace(b"END:VCALENDAR\r\n", b"") + calendar("20280514").replace(
        b"3@x", b"4@x"
    ).replace(b"BEGIN:VCALENDAR\r\n", b"")
    (tmp_path / "board.ics").write_bytes(twice)
    kept = look(plan.calendars["board"], Kept(), START)
    assert set(events_of(plan.calendars["board"], kept.dates)) == {
        "calendar:board/3-x",
        "calendar:board/4-x",
    }
    assert with_known(plan, lambda _: to_text(kept)).events
    assert with_known(plan, lambda _: None) is plan


def test_the_commands_know_what_was_fetched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN.replace("third-session", "thrid-session"), encoding="utf-8")
    assert main(["calendars", str(plan)]) == 0
    assert "not fetched yet" in capsys.readouterr().out
    assert main(["calendars", str(plan), "--fetch"]) == 3
    assert "cannot be read" in capsys.readouterr().out
    (tmp_path / "board.ics").write_bytes(calendar("20270514"))
    assert main(["calendars", str(plan), "--fetch"]) == 0
    assert "calendar:board/third-session" in capsys.readouterr().out
    assert main(["check", str(plan)]) == 0
    assert 'did you mean "calendar:board/third-session"?' in capsys.readouterr().out
    plan.write_text(PLAN, encoding="utf-8")
    assert main(["next", str(plan), "--from", "2027-04-20", "--json"]) == 0
    assert '"due": "2027-04-30"' in capsys.readouterr().out
    assert main(["preview", str(plan), "--from", "2027-04-01", "--until", "2027-05-01"]) == 0
    assert "7 days before 30 April 2027" in capsys.readouterr().out.replace("\n", " ")
    elsewhere = (tmp_path / "milestones.sqlite").rename(tmp_path / "kept.sqlite")
    span = ("--from", "2027-04-01", "--until", "2027-05-01")
    for named in ([], ["--database", str(elsewhere)]):
        assert main(["check", str(plan), *named]) == 0
        assert ("is not known" in capsys.readouterr().out) is not bool(named)
        assert main(["preview", str(plan), *span, *named]) == 0
        assert ("30 April 2027" in capsys.readouterr().out.replace("\n", " ")) is bool(named)


def test_a_kept_date_with_a_rule_that_is_none_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    plan = load(tmp_path / "plan.toml").plan
    (tmp_path / "board.ics").write_bytes(calendar("20270514"))
    kept = look(plan.calendars["board"], Kept(), START)
    broken = replace(kept.dates[0], uid="9@x", title="Other", repeats="FREQ=WEEKLY;BYDAY=3TU")
    assert (
        events_of(plan.calendars["board"], [*kept.dates, broken]).keys()
        == events_of(plan.calendars["board"], kept.dates).keys()
    )
