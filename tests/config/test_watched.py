"""Calendars that are watched, in a plan: what may be written, and what is said of mistakes."""

import pytest

from calendars.dates import DateError, parse_due
from calendars.durations import Duration, Unit
from config.load import load_texts
from config.problems import ConfigError

PLAN = """\
[plan]
timezone = "Africa/Nairobi"
[people.amina]
name = "Amina"
email = "amina@example.org"
[calendars.board]
{calendar}
[tracks.papers]
owner = "amina"
[[tracks.papers.milestones]]
id = "report"
title = "Report"
due = "{due}"
{more}
"""
URL = 'url = "https://board.example.org/meetings.ics"'
DUE = "calendar:board/third-session - 6 weeks"


def plan(calendar: str = URL, due: str = DUE, more: str = "") -> dict[str, str]:
    return {"plan.toml": PLAN.format(calendar=calendar, due=due, more=more)}


def test_a_calendar_is_read_with_its_defaults() -> None:
    board = load_texts(plan()).plan.calendars["board"]
    assert (board.name, board.timezone, board.public) == ("Board", "Africa/Nairobi", True)
    assert (board.every, board.allow_private) == (Duration(1, Unit.HOURS), False)
    assert board.url is not None
    assert board.url.reveal() == "https://board.example.org/meetings.ics"
    assert "meetings" not in repr(board)


def test_a_date_hangs_on_it_and_has_none_until_it_is_known() -> None:
    milestone = load_texts(plan()).plan.milestones["papers/report"]
    assert milestone.hangs_on == "calendar:board/third-session"
    assert milestone.due.last is None


GOOD = [
    "calendar:board/third-session",
    "calendar:board/third-session + 10 working days",
    "calendar:board/3-x@2027-05-14 - 1 month",
]


@pytest.mark.parametrize("due", GOOD)
def test_the_form_of_a_watched_date(due: str) -> None:
    found = parse_due(due)
    assert found.relative is not None
    assert found.relative.other.startswith("calendar:board/")
    load_texts(plan(due=due))


@pytest.mark.parametrize("due", ["calendar:board", "calendar:", "calendar:/x", "other:board/x"])
def test_what_is_no_form_of_one(due: str) -> None:
    with pytest.raises(DateError):
        parse_due(due)


BAD = {
    "no source": ({"calendar": "public = true"}, "takes either `url` or `file`"),
    "two sources": ({"calendar": f'{URL}\nfile = "a.ics"'}, "takes either `url` or `file`"),
    "no address": ({"calendar": 'url = "board.ics"'}, "`url` is no address of the web"),
    "too often": ({"calendar": f'{URL}\nevery = "1 minute"'}, "too often for a calendar"),
    "no length": ({"calendar": f'{URL}\nevery = "1 month"'}, "is no fixed length of time"),
    "unknown key": ({"calendar": f'{URL}\nurll = "x"'}, "`urll`"),
    "unknown": ({"due": "calendar:bord/a"}, 'there is no calendar "bord"'),
    "needed": ({"more": 'needs = ["calendar:board/a"]'}, "it is no milestone"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_told(name: str) -> None:
    given, said = BAD[name]
    with pytest.raises(ConfigError) as told:
        load_texts(plan(**given))
    assert said in str(told.value)


def test_no_mistake_shows_the_address() -> None:
    secret = 'url = "https://board.example.org/private-9f8e7d/basic.ics'
    for line in (f"{secret}", f'{secret}"\nevery = "1 minute"', f'{secret}"\nfile = "a.ics"'):
        with pytest.raises(ConfigError) as told:
            load_texts(plan(calendar=line))
        assert "9f8e7d" not in str(told.value)


def test_one_uid_belongs_to_one_milestone() -> None:
    more = 'uid = "a@x"\n[[tracks.papers.milestones]]\nid = "b"\ntitle = "B"\ndue = "tbc"\n'
    with pytest.raises(ConfigError, match=r"is that of another milestone already, in plan\.toml"):
        load_texts(plan(more=more + 'uid = "a@x"'))
