"""The life of one milestone, and two more calendars, as golden files in `golden/`.

`python -m tests.calendars.feeds.life` writes the files anew; read the difference before you
commit it.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from calendars.dates import Precision
from calendars.entry import AllDay, Calendar, Entry, Override, Timed
from calendars.feeds.registry import FORMATS

GOLDEN = Path(__file__).parent / "golden"
NAIROBI = ZoneInfo("Africa/Nairobi")
PARIS = ZoneInfo("Europe/Paris")


def _at(month: int, day: int) -> datetime:
    return datetime(2024, month, day, 9, 30, tzinfo=UTC)


def whole_day(day: date) -> AllDay:
    """One whole day."""
    return AllDay(day, day + timedelta(days=1))


TBC = Entry(
    uid="smart-cities.zero-draft@resolutions.example.org",
    title="Zero draft of the guidelines, for comment",
    when=None,
    due_text="date to be confirmed",
    created=_at(3, 1),
    modified=_at(3, 1),
    precision=Precision.NONE,
    certain=False,
    reference="HSP/HA.2/Res.1",
    paragraphs=("OP1", "OP4"),
    said="The zero draft will be circulated once the experts have met",
    source="Briefing to the Bureaux, 21 March 2024",
    url="https://resolutions.example.org/tracks/smart-cities#zero-draft",
    categories=("normative", "guidelines"),
)
QUARTER = replace(
    TBC,
    when=whole_day(date(2024, 6, 30)),
    due_text="Q2 2024, to be confirmed",
    precision=Precision.QUARTER,
    window=(date(2024, 4, 1), date(2024, 6, 30)),
    sequence=1,
    modified=_at(3, 21),
)
MONTH = replace(
    QUARTER,
    when=whole_day(date(2024, 5, 31)),
    due_text="May 2024",
    precision=Precision.MONTH,
    certain=True,
    window=(date(2024, 5, 1), date(2024, 5, 31)),
    sequence=2,
    modified=_at(4, 2),
)
DAY = replace(
    MONTH,
    when=whole_day(date(2024, 5, 14)),
    due_text="14 May 2024",
    precision=Precision.DAY,
    window=(date(2024, 5, 14), date(2024, 5, 14)),
    state="on-track",
    sequence=3,
    modified=_at(4, 23),
)
MOVED = replace(
    DAY,
    when=whole_day(date(2024, 5, 28)),
    due_text="28 May 2024",
    window=(date(2024, 5, 28), date(2024, 5, 28)),
    state="delayed",
    notes=("14 May 2024, moved to 28 May 2024 on 8 May 2024.",),
    sequence=4,
    modified=_at(5, 8),
)
DONE = replace(MOVED, state="done", percent=100, sequence=5, modified=_at(5, 27), done=_at(5, 26))
CANCELLED = replace(MOVED, state="cancelled", sequence=5, modified=_at(5, 27))

MEETING = Entry(
    uid="smart-cities.working-group@resolutions.example.org",
    title="Global Experts Working Group, monthly meeting",
    when=Timed(datetime(2024, 1, 16, 15, tzinfo=PARIS), timedelta(minutes=90), "Europe/Paris"),
    due_text="16 January 2024, 15:00",
    created=_at(1, 4),
    modified=_at(7, 2),
    precision=Precision.INSTANT,
    sequence=2,
    location="online; the link comes by mail",
    busy=True,
    rrule="FREQ=MONTHLY;BYDAY=3TU;UNTIL=20241231",
    exdates=(date(2024, 8, 20),),
    overrides=(
        Override(date(2024, 3, 19), date(2024, 3, 19), 2, state="cancelled"),
        Override(date(2024, 10, 15), datetime(2024, 10, 22, 17, tzinfo=PARIS), 3, _at(7, 9)),
    ),
)
REPORTING = Entry(
    uid="housing.report@resolutions.example.org",
    title="Quarterly report",
    when=whole_day(date(2024, 1, 31)),
    due_text="31 January 2024",
    created=_at(1, 4),
    modified=_at(1, 4),
    rrule="FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1;UNTIL=20241231T235959Z",
    exdates=(date(2024, 7, 31),),
    overrides=(Override(date(2024, 4, 30), date(2024, 5, 6), 1),),
)
CALL = Entry(
    uid="housing.call@resolutions.example.org",
    title="Call with the Bureau",
    when=Timed(datetime(2024, 7, 9, 15, tzinfo=NAIROBI), timedelta(hours=1), "Africa/Nairobi"),
    due_text="9 July 2024, 15:00",
    created=_at(1, 4),
    modified=_at(1, 4),
    precision=Precision.INSTANT,
    busy=True,
)
RINGING = replace(
    DAY,
    alarms=(timedelta(days=-30, hours=9), timedelta(days=-1, hours=9), timedelta(hours=9)),
)
HOURS = (timedelta(hours=-2), timedelta(days=-1, hours=-6))
ARABIC = replace(
    MONTH,
    title="المسودة الأولية للمبادئ التوجيهية الدولية بشأن المدن الذكية التي محورها الإنسان",
    due_text="مايو 2024",
)


def calendar(*entries: Entry, language: str = "en") -> Calendar:
    """A calendar with every property of the header."""
    return Calendar(
        name="UN-Habitat Assembly resolutions",
        entries=entries,
        description="What was promised, and when",
        url="https://resolutions.example.org/",
        source="https://resolutions.example.org/calendars/all.ics",
        timezone="Africa/Nairobi",
        language=language,
        id="all@resolutions.example.org",
        author="UN-Habitat",
    )


LIFE: dict[str, Entry] = {
    "1-tbc": TBC,
    "2-quarter": QUARTER,
    "3-month": MONTH,
    "4-day": DAY,
    "5-moved": MOVED,
    "6-done": DONE,
    "7-cancelled": CANCELLED,
}


CALENDARS: dict[str, Calendar] = {
    **{name: calendar(entry) for name, entry in LIFE.items()},
    "repeats": calendar(MEETING, REPORTING, CALL),
    "windows": replace(calendar(QUARTER, REPORTING, CALL), windows=True),
    "alarms": replace(calendar(RINGING, replace(MEETING, alarms=HOURS)), alarms=True),
    "arabic": calendar(ARABIC, language="ar"),
}
SUFFIXES = {"ical": ".ics", "todo": ".todo.ics", "atom": ".atom", "json": ".json", "csv": ".csv"}


def golden_files(form: str = "ical") -> dict[str, bytes]:
    """What each golden file of a format should hold, by its name without the end."""
    return {name: FORMATS[form].write(one).body for name, one in CALENDARS.items()}


if __name__ == "__main__":
    for form, suffix in SUFFIXES.items():
        for name, body in golden_files(form).items():
            (GOLDEN / f"{name}{suffix}").write_bytes(body)
