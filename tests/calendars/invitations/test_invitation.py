"""Invitations, word for word, and as calendar programs that are not ours read them.

After a change that is meant: `REWRITE_GOLDEN=1 pytest tests/calendars/invitations` writes the
files anew (and fails once); then read what `git diff` says.
"""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.dates import Precision
from calendars.entry import AllDay, Entry, Override, Timed
from calendars.feeds.feed import EntryError
from calendars.invitation import Invitation, Party, write
from calendars.zones import zone
from tests.calendars.feeds.judges import READERS

GOLDEN = Path(__file__).parent / "golden"
MADE = datetime(2024, 3, 1, 9, tzinfo=UTC)
TRACKER = Party("tracker@example.org", "Resolution tracker")
AMINA = Party("amina@example.org", 'Amina "Mina" Otieno')
DRAFT = Entry(
    uid="cities.zero-draft@example",
    title="Zero draft",
    when=AllDay(date(2024, 4, 30), date(2024, 5, 1)),
    due_text="April 2024",
    created=MADE,
    modified=MADE,
    precision=Precision.MONTH,
    window=(date(2024, 4, 1), date(2024, 4, 30)),
    reference="HSP/HA.2/Res.1",
    said="Zero draft: April 2024",
    url="https://tracker.example.org/tracks/cities/zero-draft",
    alarms=(timedelta(days=-7),),
)
DATED = replace(
    DRAFT,
    when=AllDay(date(2024, 5, 14), date(2024, 5, 15)),
    due_text="14 May 2024",
    precision=Precision.DAY,
    window=None,
    sequence=1,
)
MEETING = Entry(
    uid="cities.group@example",
    title="Working group",
    when=Timed(datetime(2024, 1, 16, 15, tzinfo=zone("Africa/Nairobi")), timedelta(minutes=90),
               "Africa/Nairobi"),
    due_text="",
    created=MADE,
    modified=MADE,
    sequence=2,
    location="Room 4",
    busy=True,
    rrule="FREQ=MONTHLY;BYDAY=3TU;UNTIL=20241231",
    overrides=(
        Override(date(2024, 5, 21), datetime(2024, 5, 28, 12, tzinfo=UTC), 1),
        Override(date(2024, 9, 17), datetime(2024, 9, 17, 12, tzinfo=UTC), 1, state="cancelled"),
    ),
)  # fmt: skip


def invitation(entry: Entry, method: str = "REQUEST", day: int = 1) -> Invitation:
    stamp = datetime(2024, 3, day, 9, 30, tzinfo=UTC)
    withdrawn = method == "CANCEL"
    return Invitation("CANCEL" if withdrawn else "REQUEST", entry, TRACKER, AMINA, stamp)


CASES = {
    "request": invitation(DRAFT),
    "update": invitation(DATED, day=2),
    "cancel": invitation(replace(DATED, sequence=2), "CANCEL", day=3),
    "repeats": invitation(MEETING, day=2),
    "repeats-cancel": invitation(replace(MEETING, sequence=3), "CANCEL", day=3),
}


@pytest.mark.parametrize("name", CASES)
def test_the_invitation_is_the_golden_file(name: str) -> None:
    path, made = GOLDEN / f"{name}.ics", write(CASES[name])
    if os.environ.get("REWRITE_GOLDEN") == "1":
        path.write_bytes(made)
        pytest.fail(f"{name} was written anew")
    assert made.decode() == path.read_bytes().decode()


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.ics")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_readers_agree(name: str) -> None:
    shown = {judge: read(write(CASES[name])) for judge, read in READERS.items()}
    assert all(found == shown["icalendar"] != [] for found in shown.values()), shown


@pytest.mark.parametrize("name", CASES)
def test_each_part_names_both_parties_and_the_stamp(name: str) -> None:
    case = CASES[name]
    calendar = icalendar.Calendar.from_ical(write(case))
    assert str(calendar["METHOD"]) == case.method
    for event in calendar.walk("VEVENT"):
        organiser, attendee = event["ORGANIZER"], event["ATTENDEE"]
        assert str(organiser) == "mailto:tracker@example.org"
        assert str(attendee) == "mailto:amina@example.org"
        asked = (attendee.params.get("PARTSTAT"), attendee.params.get("RSVP"))
        assert asked == (("NEEDS-ACTION", "TRUE") if case.method == "REQUEST" else (None, None))
        assert event.decoded("DTSTAMP") == case.stamp
        assert (str(event["STATUS"]) == "CANCELLED") == (case.method == "CANCEL")
        assert not event.subcomponents, "an invitation brings no alarm"


def test_an_occurrence_that_is_cancelled_is_left_out_by_the_rule() -> None:
    events = icalendar.Calendar.from_ical(write(CASES["repeats"])).walk("VEVENT")
    assert [int(str(one["SEQUENCE"])) for one in events] == [2, 2]
    assert [str(one.decoded("RECURRENCE-ID"))[:16] for one in events[1:]] == ["2024-05-21 15:00"]
    assert b"EXDATE;TZID=Africa/Nairobi:20240917T150000" in write(CASES["repeats"])


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (invitation(replace(DRAFT, when=None)), "it has no date"),
        (invitation(replace(DRAFT, state="cancelled")), "it is cancelled"),
        (invitation(replace(DRAFT, title="a\x07b")), "U+0007"),
        (replace(CASES["request"], attendee=Party("nobody")), '"nobody" is no mail address'),
        (replace(CASES["request"], attendee=Party("a\r\n@example.org")), "is no mail address"),
    ],
)
def test_what_cannot_be_said_says_why(case: Invitation, why: str) -> None:
    with pytest.raises(EntryError) as caught:
        write(case)
    assert why in str(caught.value)


@given(st.text(st.characters(), max_size=200))
def test_any_name_of_a_person_stays_inside_its_quotes(name: str) -> None:
    made = write(replace(CASES["request"], attendee=Party("amina@example.org", name)))
    (event,) = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert str(event["ATTENDEE"]) == "mailto:amina@example.org"
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
