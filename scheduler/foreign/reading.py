"""Somebody's file -> what a plan can take up of it: a calendar, a table, or a briefing.

What a file is, its ending says; what has none that is known is taken for a calendar.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Literal

from calendars.foreign.values import Reading
from calendars.importing import read as read_calendar
from config.fields import slug
from config.plan import Milestone, Plan
from scheduler.foreign.commitments.promises import commitments
from scheduler.foreign.documents.files import read_document
from scheduler.foreign.tables.csv_file import read_csv
from scheduler.foreign.tables.plan_names import milestones_in, owners_in
from scheduler.foreign.tables.rows import from_tables
from scheduler.foreign.tables.xlsx_file import read_xlsx
from scheduler.foreign.values import Sheet
from scheduler.taking_up import LONGEST_ID

What = Literal["component", "row", "sentence"]
TABLES: Mapping[str, Callable[[bytes], list[Sheet]]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
}
PLACES = {".txt": "line", ".md": "line", ".docx": "paragraph", ".pdf": "page"}
"""The ending of a document -> what the number of a sentence counts."""
ALIKE = {".markdown": ".md", ".text": ".txt"}
SAVE_AS = {
    **dict.fromkeys((".xls", ".ods", ".numbers"), ".xlsx or .csv"),
    **dict.fromkeys((".doc", ".odt", ".rtf", ".html", ".htm", ".pages", ".eml"), ".docx or .txt"),
    **dict.fromkeys((".ppt", ".pptx", ".odp", ".key"), ".pdf"),
}
"""What is not read, and what to save it as."""
DEFAULT_TRACK = "imported"


@dataclass(frozen=True, slots=True)
class Foreign:
    """What was read of a file.

    what: what its items are. place: what their numbers count. track: the id of the track that it
    goes into. mine: whether a milestone of that track was once made of this file.
    """

    reading: Reading
    what: What
    place: str
    track: str
    mine: Callable[[Milestone], bool]


def read_foreign(name: str, octets: bytes, plan: Plan, track: str | None, today: date) -> Foreign:
    """What a plan can take up of a file of that name; ImportingError where it cannot be read.

    track: the id of a track; default: named after the calendar, or after the file. today: the day
    on which a document is taken to be written that does not say when it was.
    """
    path = PurePath(name)
    ending = ALIKE.get(path.suffix.lower(), path.suffix.lower())
    after_file = track or _short(path.stem) or DEFAULT_TRACK
    if ending in TABLES:
        return _of_table(TABLES[ending](octets), path.name, plan, after_file)
    if ending in PLACES:
        document = read_document(octets, ending)
        reading = commitments(document, path.name, today, PLACES[ending])
        source = f"{path.name}, "
        return Foreign(
            reading, "sentence", PLACES[ending], after_file,
            lambda one: (one.source or "").startswith(source),
        )  # fmt: skip
    reading = read_calendar(octets, timezone=plan.timezone)
    named = track or _short(reading.name) or after_file
    return Foreign(reading, "component", "line", named, lambda _: True)


def _short(name: str) -> str:
    """A name as the id of a track; "" where nothing of it can stand in one."""
    return slug(name)[:LONGEST_ID].strip("-")


def _of_table(sheets: list[Sheet], name: str, plan: Plan, track: str) -> Foreign:
    owners, known = owners_in(plan), milestones_in(plan, track)
    reading = from_tables(sheets, name, scope=track, owners=owners, known=known)
    return Foreign(
        reading, "row", "row", track, lambda one: (one.uid or "").startswith(f"{track}:")
    )
