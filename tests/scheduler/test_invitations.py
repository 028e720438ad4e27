"""Invitations as a rehearsal with edits sends them: invited once, updated once, taken back once."""

from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from pathlib import Path
from threading import Thread

import pytest
from icalendar import Calendar
from icalendar.cal import Component

from notifiers.mailbox import StoredMail
from scheduler.outbox.values import Answer
from tests.scheduler.rehearsing import Stage, at, rehearsal

HEAD = """
[plan]
name = "Invitations"
id = "example"
timezone = "Africa/Nairobi"
coordinators = ["cora"]
[people.amina]
name = "Amina Otieno"
email = "amina@example.org"
deputy = "wim"
{amina}
[people.wim]
name = "Wim"
email = "wim@example.org"
[people.cora]
name = "Cora"
email = "cora@example.org"
[reminders.default]
before = []
[tracks.t]
title = "Track"
owner = "{owner}"
review = false
"""
START = at("2024-03-01T08:00")


def plan(due: str = "2024-04", more: str = "", owner: str = "amina", amina: str = "") -> str:
    return HEAD.format(owner=owner, amina=amina) + (
        f'[[tracks.t.milestones]]\nid = "m"\ntitle = "Zero draft"\ndue = "{due}"\n'
        f"invite = true\n{more}\n"
    )


def meeting(more: str = "") -> str:
    return HEAD.format(owner="amina", amina="") + (
        '[[tracks.t.milestones]]\nid = "m"\ntitle = "Group"\nstarts = 2024-04-16T15:00:00\n'
        'duration = "90 minutes"\nrepeats = "FREQ=MONTHLY;BYDAY=3TU"\ninvite = true\n'
        f"{more}\n"
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail says to a calendar program."""

    to: str
    method: str
    sequence: int
    start: str
    calendar: Calendar
    mail: StoredMail


def calendar_of(mail: StoredMail) -> Calendar | None:
    """The calendar that stands last among the forms of the body, which is also the file."""
    read = message_from_bytes(mail.content, policy=policy.default)
    parts = [part for part in read.walk() if part.get_content_type() == "text/calendar"]
    if not parts:
        return None
    (part,) = parts
    (alternative,) = (one for one in read.walk() if one.get_content_subtype() == "alternative")
    assert list(alternative.iter_parts())[-1] is part
    (file,) = read.iter_attachments()
    assert file.get_filename() == "invite.ics"
    octets = part.get_payload(decode=True)
    assert octets == file.get_payload(decode=True)
    assert isinstance(octets, bytes)
    found = Calendar.from_ical(octets)
    assert isinstance(found, Calendar)
    assert part.get_param("method") == str(found["METHOD"])
    return found


def told(stage: Stage) -> list[Told]:
    """Every invitation that went out, in order."""
    found = []
    for mail in stage.mails():
        calendar = calendar_of(mail)
        if calendar is not None:
            first = events(calendar)[0]
            start = when(first, "DTSTART")[:10]
            method, sequence = str(calendar["METHOD"]), number(first)
            found.append(Told(mail.recipient, method, sequence, start, calendar, mail))
    return found


def events(calendar: Calendar) -> list[Component]:
    return calendar.walk("VEVENT")


def when(event: Component, name: str) -> str:
    return str(event.decoded(name))


def number(event: Component) -> int:
    return int(str(event["SEQUENCE"]))


def short(stage: Stage) -> list[tuple[str, str, int, str]]:
    return [(one.to.split("@")[0], one.method, one.sequence, one.start) for one in told(stage)]


def test_invited_once_updated_once_taken_back_once(tmp_path: Path) -> None:
    with rehearsal(tmp_path, plan(), START) as stage:
        stage.until(at("2024-03-02T08:00"))
        first = ("amina", "REQUEST", 0, "2024-04-30")
        assert short(stage) == [first]
        stage.write(plan("2024-05-14"))
        stage.until(at("2024-03-02T08:05"))
        assert short(stage) == [first], "an edit settles first"
        stage.until(at("2024-03-03T08:00"))
        second = ("amina", "REQUEST", 1, "2024-05-14")
        assert short(stage) == [first, second]
        stage.write(plan("2024-05-14", 'status = "cancelled"'))
        stage.until(at("2024-03-30T08:00"))
        assert short(stage) == [first, second, ("amina", "CANCEL", 2, "2024-05-14")]
        stamps = [when(events(one.calendar)[0], "DTSTAMP") for one in told(stage)]
        assert stamps == sorted(set(stamps))
        assert {str(events(one.calendar)[0]["UID"]) for one in told(stage)} == {"t.m@example"}
        assert len({one.mail.subject for one in told(stage)}) == 1, "mails stay in one thread"


def test_an_edit_that_is_put_right_again_tells_nobody(tmp_path: Path) -> None:
    with rehearsal(tmp_path, plan(), START) as stage:
        stage.until(at("2024-03-02T08:00"))
        stage.write(plan("2024-05-14"))
        stage.until(at("2024-03-02T08:05"))
        stage.write(plan())
        stage.until(at("2024-03-09T08:00"))
        assert len(told(stage)) == 1


def test_progress_and_a_new_title_are_no_reason_to_ask_anew(tmp_path: Path) -> None:
    with rehearsal(tmp_path, plan(), START) as stage:
        stage.until(at("2024-03-02T08:00"))
        stage.report("t/m", "on-track")
        stage.write(plan().replace("Zero draft", "First draft"))
        stage.until(at("2024-03-09T08:00"))
        stage.report("t/m", "done")
        stage.until(at("2024-03-12T08:00"))
        stage.write(HEAD.format(owner="amina", amina=""))
        stage.until(at("2024-06-12T08:00"))
        assert len(told(stage)) == 1


def test_a_milestone_that_goes_is_taken_back(tmp_path: Path) -> None:
    with rehearsal(tmp_path, plan(), START) as stage:
        stage.until(at("2024-03-02T08:00"))
        stage.write(HEAD.format(owner="amina", amina=""))
        stage.until(at("2024-03-09T08:00"))
        assert [one[:3] for one in short(stage)] == [
            ("amina", "REQUEST", 0),
            ("amina", "CANCEL", 1),
        ]


def test_another_owner_is_invited_and_the_first_one_is_no_longer(tmp_path: Path) -> None:
    with rehearsal(tmp_path, plan(), START) as stage:
        stage.until(at("2024-03-02T08:00"))
        stage.write(plan(owner="wim"))
        stage.until(at("2024-03-03T08:00"))
        assert sorted(one[:2] for one in short(stage)) == [
            ("amina", "CANCEL"),
            ("amina", "REQUEST"),
            ("wim", "REQUEST"),
        ]
        stage.write(plan(owner="amina"))
        stage.until(at("2024-03-04T08:00"))
        again = [one for one in short(stage) if one[0] == "amina"]
        assert [one[1:3] for one in again] == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)]


def test_who_is_away_on_the_day_is_left_out_for_her_deputy(tmp_path: Path) -> None:
    away = 'away = ["2024-04-25/2024-05-05"]'
    with rehearsal(tmp_path, plan(amina=away), START) as stage:
        stage.until(at("2024-03-02T08:00"))
        assert [one[:2] for one in short(stage)] == [("wim", "REQUEST")]


def test_without_a_date_and_after_it_nobody_is_invited(tmp_path: Path) -> None:
    with rehearsal(tmp_path, plan("tbc"), START) as stage:
        stage.until(at("2024-03-02T08:00"))
        stage.write(plan("2024-02-20"))
        stage.until(at("2024-03-03T08:00"))
        assert told(stage) == []
        stage.write(plan("2024-04-20"))
        stage.until(at("2024-03-04T08:00"))
        assert len(told(stage)) == 1
        stage.write(plan("tbc"))
        stage.until(at("2024-03-05T08:00"))
        assert [one[1] for one in short(stage)] == ["REQUEST", "CANCEL"]


def test_an_occurrence_that_moves_is_named_by_its_first_date(tmp_path: Path) -> None:
    with rehearsal(tmp_path, meeting(), START) as stage:
        stage.until(at("2024-03-02T08:00"))
        stage.write(meeting('moved = { "2024-05-21" = 2024-05-28T15:00:00 }'))
        stage.until(at("2024-03-03T08:00"))
        stage.write(
            meeting(
                'moved = { "2024-05-21" = 2024-05-28T15:00:00, "2024-06-18" = 2024-06-19T15:00:00 }'
            )
        )
        stage.until(at("2024-03-04T08:00"))
        found = told(stage)
        numbers = [[number(one) for one in events(each.calendar)] for each in found]
        assert numbers == [[0], [1, 1], [2, 2, 2]]
        moved = events(found[2].calendar)[1]
        assert when(moved, "RECURRENCE-ID")[:16] == "2024-05-21 15:00"
        assert when(moved, "DTSTART")[:16] == "2024-05-28 15:00"


def test_quiet_hours_hold_an_invitation_and_later_ones_take_its_place(tmp_path: Path) -> None:
    quiet = 'quiet = "09:00-18:00"'
    with rehearsal(tmp_path, plan(amina=quiet), START) as stage:
        stage.until(at("2024-03-01T09:00"))
        stage.write(plan("2024-05-14", amina=quiet))
        stage.until(at("2024-03-02T08:00"))
        assert short(stage) == [("amina", "REQUEST", 1, "2024-05-14")]


def test_quiet_hours_hold_the_end_of_an_invitation(tmp_path: Path) -> None:
    quiet = 'quiet = "19:00-07:00"'
    with rehearsal(tmp_path, plan(amina=quiet), START) as stage:
        stage.until(at("2024-03-01T20:00"))
        stage.write(plan(more='status = "cancelled"', amina=quiet))
        stage.until(at("2024-03-02T08:00"))
        assert [one.method for one in told(stage)] == ["REQUEST", "CANCEL"]
        assert stage.sent()[-1] == ("invitation:1", "amina", "03-02 04:00")


def test_who_looks_twice_plans_once(tmp_path: Path) -> None:
    with rehearsal(tmp_path, plan(), START) as stage:
        stage.until(at("2024-03-02T08:00"))
        live, now = stage.service.live, stage.service.clock.now()
        assert stage.service.inviting.look(live.present(now)) == 0
        before = live.present(now)
        stage.write(plan("2024-05-14"))
        late = replace(before, plan=stage.service.plan, dates=live.present(now).dates)
        looks = [Thread(target=stage.service.inviting.look, args=[late]) for _ in range(4)]
        for one in looks:
            one.start()
        for one in looks:
            one.join()
        stage.until(at("2024-03-03T08:00"))
        assert [one[1:] for one in short(stage)] == [
            ("REQUEST", 0, "2024-04-30"),
            ("REQUEST", 1, "2024-05-14"),
        ]


def test_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with rehearsal(tmp_path, plan(), START, postgres_url) as stage:
        stage.until(at("2024-03-02T08:00"))
        stage.write(plan("2024-05-14"))
        stage.until(at("2024-03-03T08:00"))
        answer = Answer(
            "mail/1", "t/m", "amina", "", 1, "ACCEPTED", "", START, stage.service.clock.now()
        )
        for _ in range(2):
            stage.service.invitations.add_answers([answer])
        stage.write(plan("2024-05-14", owner="wim"))
        stage.until(at("2024-03-04T08:00"))
        assert sorted(one[:3] for one in short(stage)) == [
            ("amina", "CANCEL", 2),
            ("amina", "REQUEST", 0),
            ("amina", "REQUEST", 1),
            ("wim", "REQUEST", 1),
        ]
        assert stage.service.invitations.answers("t/m") == [answer]


def test_a_series_that_is_over_is_not_taken_back(tmp_path: Path) -> None:
    over = meeting().replace("BYDAY=3TU", "BYDAY=3TU;UNTIL=20240601")
    with rehearsal(tmp_path, over, START) as stage:
        stage.until(at("2024-05-20T08:00"))
        assert len(told(stage)) == 1
        stage.until(at("2024-05-22T08:00"))
        stage.write(HEAD.format(owner="amina", amina=""))
        stage.until(at("2024-05-23T08:00"))
        assert len(told(stage)) == 1, "21 May was the last"


def test_a_series_that_goes_on_is_taken_back(tmp_path: Path) -> None:
    with rehearsal(tmp_path, meeting(), START) as stage:
        stage.until(at("2024-05-22T08:00"))
        stage.write(HEAD.format(owner="amina", amina=""))
        stage.until(at("2024-05-23T08:00"))
        assert [one.method for one in told(stage)] == ["REQUEST", "CANCEL"]


def test_a_change_of_a_series_that_has_begun_names_its_next_date(tmp_path: Path) -> None:
    with rehearsal(tmp_path, meeting(), START) as stage:
        stage.until(at("2024-05-22T08:00"))
        stage.write(meeting('location = "online"'))
        stage.until(at("2024-05-23T08:00"))
        first, second = (one.mail.content.decode() for one in told(stage))
    assert "Invitation: for the first time Tuesday 16 April 2024" in first
    assert "Changed: now next on Tuesday 18 June 2024" in second


def test_a_series_that_begins_at_a_time_which_the_clock_skips_keeps_its_hour(
    tmp_path: Path,
) -> None:
    night = plan("2024-03-31T02:30:00", 'timezone = "Europe/Berlin"\nrepeats = "weekly"')
    with rehearsal(tmp_path, night, START) as stage:
        stage.until(at("2024-03-02T08:00"))
        (found,) = told(stage)
    series, first, *_ = events(found.calendar)
    assert when(series, "DTSTART")[:16] == "2024-03-31 02:30"
    assert when(first, "RECURRENCE-ID")[:16] == "2024-03-31 02:30"
    assert when(first, "DTSTART")[:16] == "2024-03-31 03:00"


def test_what_is_said_of_one_occurrence_is_no_reason_to_ask_anew(tmp_path: Path) -> None:
    with rehearsal(tmp_path, meeting(), START) as stage:
        stage.until(at("2024-04-17T08:00"))
        stage.report("t/m@2024-04-16", "done")
        stage.report("t/m@2024-05-21", "at-risk")
        stage.until(at("2024-04-20T08:00"))
        assert len(told(stage)) == 1
        stage.report("t/m@2024-06-18", "cancelled")
        stage.until(at("2024-04-22T08:00"))
        assert [one.sequence for one in told(stage)] == [0, 1]


@pytest.mark.slow
def test_occurrences_that_come_near_are_told_together_once_a_year(tmp_path: Path) -> None:
    rolled = plan("2024-03-10", 'repeats = "FREQ=MONTHLY;BYMONTHDAY=10"\nroll = "previous"')
    with rehearsal(tmp_path, rolled, START) as stage:
        stage.until(at("2025-04-01T08:00"))
        assert len(told(stage)) == 1, "10 May 2026 is a Sunday, but over a year away"
        stage.until(at("2025-06-01T08:00"))
        found = told(stage)
    assert [one.mail.date.date().isoformat() for one in found[1:]] == ["2025-05-10"]
    last = [max(when(one, "DTSTART") for one in events(each.calendar)) for each in found]
    assert last == ["2026-01-09", "2027-04-09"]
