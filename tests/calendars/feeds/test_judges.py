"""Each judge refuses the faults it is there for; without this, its consent means nothing."""

import pytest

from tests.calendars.feeds.judges import JUDGES, TODO_JUDGES, TODO_READERS, RefusedError

GOOD = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Tests//A calendar for the judges//EN
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20240301T090000Z
CREATED:20240301T090000Z
LAST-MODIFIED:20240301T090000Z
SEQUENCE:0
DTSTART;VALUE=DATE:20240430
DTEND;VALUE=DATE:20240501
SUMMARY:Zero draft
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
"""
REPEATS = "STATUS:CONFIRMED\nRRULE:FREQ=DAILY;COUNT=3\n"
FAULTS: dict[str, tuple[str, str, str]] = {
    "a raw line end in a text": ("Zero draft", "Zero\ndraft", "icalendar ical ical.js libical"),
    "a control character": ("Zero draft", "Zero\x07draft", "ical octets"),
    "a line of 76 octets": ("Zero draft", "x" * 68, "octets"),
    "a character folded in two": ("Zero draft", "Zero \udcc3\n \udca9", "ical octets"),
    "a character of another encoding": ("Zero draft", "Zero \udce9", "ical octets"),
    "a line without a colon": ("SUMMARY:", "SUMMARY ", "icalendar ical ical.js libical"),
    "no end of the component": ("END:VEVENT\n", "", "icalendar ical khal ical.js libical"),
    "no end of the calendar": ("END:VCALENDAR\n", "", "icalendar khal octets ical.js libical"),
    "no VERSION": ("VERSION:2.0\n", "", "octets libical"),
    "METHOD in a published calendar": (
        "VERSION:2.0\n",
        "VERSION:2.0\nMETHOD:PUBLISH\n",
        "octets libical",
    ),
    "an ORGANIZER": ("STATUS", "ORGANIZER:mailto:a@example.org\nSTATUS", "octets"),
    "no UID": ("UID:a@example.org\n", "", "khal octets"),
    "two UIDs": ("UID:", "UID:b@example.org\nUID:", "ical khal octets libical"),
    "no DTSTAMP": ("DTSTAMP:20240301T090000Z\n", "", "octets"),
    "a SEQUENCE in words": ("SEQUENCE:0", "SEQUENCE:one", "icalendar ical khal"),
    "a day that does not exist": ("20240430", "20240431", "icalendar ical khal"),
    "an end before the start": ("20240501", "20240429", "khal"),
    "an end of another type": (
        "VALUE=DATE:20240501",
        "VALUE=DATE-TIME:20240501T0000Z",
        "ical libical",
    ),
    "two starts": (
        "DTEND",
        "DTSTART;VALUE=DATE:20240429\nDTEND",
        "icalendar ical khal octets libical",
    ),
    "an end and a duration": ("STATUS", "DURATION:P1D\nSTATUS", "ical libical"),
    "a STATUS of to-dos": ("STATUS:CONFIRMED", "STATUS:DONE", "ical"),
    "an unknown frequency": (
        "STATUS",
        "RRULE:FREQ=OFTEN\nSTATUS",
        "icalendar ical khal ical.js libical",
    ),
    "a rule escaped like a text": (
        "STATUS",
        "RRULE:FREQ=WEEKLY\\;BYDAY=TU\nSTATUS",
        "ical ical.js libical",
    ),
    "UNTIL as a time for days": (
        "STATUS",
        "RRULE:FREQ=DAILY;UNTIL=20240505T000000Z\nSTATUS",
        "octets",
    ),
    "EXDATE as a time for days": (
        "STATUS:CONFIRMED\n",
        REPEATS + "EXDATE:20240501T000000Z\n",
        "octets",
    ),
    "an unknown time zone": (
        "DTSTART;VALUE=DATE:20240430\nDTEND;VALUE=DATE:20240501",
        "DTSTART;TZID=Nowhere/Land:20240430T100000\nDTEND;TZID=Nowhere/Land:20240430T110000",
        "ical khal ical.js libical",
    ),
}


def _bytes(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("utf-8", "surrogateescape")


def _refusing(body: bytes, names: list[str]) -> set[str]:
    found = set()
    for name in names:
        try:
            JUDGES[name](body)
        except RefusedError:
            found.add(name)
    return found


def test_every_judge_accepts_the_calendar_without_a_fault() -> None:
    assert _refusing(_bytes(GOOD), list(JUDGES)) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_the_judges_refuse(fault: str) -> None:
    old, new, judges = FAULTS[fault]
    assert old in GOOD
    assert _refusing(_bytes(GOOD.replace(old, new, 1)), judges.split()) == set(judges.split())


def test_line_ends_are_judged() -> None:
    with pytest.raises(RefusedError):
        JUDGES["octets"](GOOD.encode())


@pytest.mark.parametrize("judge", JUDGES)
def test_each_judge_is_there_for_something(judge: str) -> None:
    assert any(judge in judges.split() for _, _, judges in FAULTS.values())


GOOD_TODO = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Tests//A calendar for the judges//EN
BEGIN:VTODO
UID:a@example.org
DTSTAMP:20240301T090000Z
CREATED:20240301T090000Z
LAST-MODIFIED:20240301T090000Z
SEQUENCE:0
DTSTART;VALUE=DATE:20240430
RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3
DUE;VALUE=DATE:20240430
SUMMARY:Zero draft
STATUS:NEEDS-ACTION
END:VTODO
END:VCALENDAR
"""
TODO_FAULTS: dict[str, tuple[str, str, str]] = {
    "due before it starts": ("DUE;VALUE=DATE:20240430", "DUE;VALUE=DATE:20240429", "octets"),
    "due a day late": ("DUE;VALUE=DATE:20240430", "DUE;VALUE=DATE:20240501", "octets"),
    "due as it starts, though it does not repeat": (
        "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3\n", "", "octets",
    ),
    "due at a time": ("DUE;VALUE=DATE:20240430", "DUE:20240430T120000Z", "octets"),
    "never due": ("DUE;VALUE=DATE:20240430\n", "", "octets"),
    "a length in place of a due day": ("DUE;VALUE=DATE:20240430", "DURATION:P1D", "octets"),
    "a length and a due day": ("STATUS", "DURATION:P1D\nSTATUS", "ical octets"),
    "two due days": ("STATUS", "DUE;VALUE=DATE:20240501\nSTATUS", "icalendar ical octets libical"),
    "a rule that nothing starts": ("DTSTART;VALUE=DATE:20240430\n", "", "octets"),
    "a STATUS of events": ("STATUS:NEEDS-ACTION", "STATUS:TENTATIVE", "ical"),
    "a share that is no number": ("STATUS", "PERCENT-COMPLETE:half\nSTATUS", "icalendar"),
    "no end of the component": ("END:VTODO\n", "", "icalendar ical ical.js libical"),
    "an unknown frequency": ("FREQ=WEEKLY", "FREQ=OFTEN", "icalendar ical ical.js libical"),
}  # fmt: skip


def _todo_refusing(body: bytes) -> set[str]:
    found = set()
    for name, judge in TODO_JUDGES.items():
        try:
            judge(body)
        except RefusedError:
            found.add(name)
    return found


def test_every_judge_reads_a_todo_where_it_is_due() -> None:
    body = _bytes(GOOD_TODO)
    TODO_JUDGES["octets"](body)
    for read in TODO_READERS.values():
        assert [one.start.isoformat() for one in read(body)] == [
            "2024-04-30", "2024-05-07", "2024-05-14",
        ]  # fmt: skip


def test_every_judge_sees_a_todo_that_starts_before_it_is_due() -> None:
    """The due day counts, not the start, so that a wrong one would be seen."""
    body = _bytes(GOOD_TODO.replace("DUE;VALUE=DATE:20240430", "DUE;VALUE=DATE:20240502"))
    for read in TODO_READERS.values():
        assert [one.start.isoformat() for one in read(body)] == [
            "2024-05-02", "2024-05-09", "2024-05-16",
        ]  # fmt: skip


@pytest.mark.parametrize("fault", TODO_FAULTS)
def test_the_judges_refuse_a_todo(fault: str) -> None:
    old, new, judges = TODO_FAULTS[fault]
    assert old in GOOD_TODO
    assert set(judges.split()) <= _todo_refusing(_bytes(GOOD_TODO.replace(old, new, 1)))


@pytest.mark.parametrize("judge", TODO_JUDGES)
def test_each_judge_of_todos_is_there_for_something(judge: str) -> None:
    assert any(judge in judges.split() for _, _, judges in TODO_FAULTS.values())
