"""PURE. The tables of calendars that are watched, as values of the plan."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from config.documents import Fault
from config.parse import Tables
from config.plan import HOURLY, Watched
from config.shapes import CalendarShape

SOONEST = timedelta(minutes=5)
"""A calendar is looked at no more often."""
SCHEMES = ("https://", "http://", "webcal://", "webcals://")


def read_calendars(tables: Tables, folder: Path) -> dict[str, Watched]:
    """The calendars of a plan; files are looked for from `folder` on.

    What is wrong with them is added to the `faults` of `tables`.
    """
    found = {}
    for name, shape in tables.calendars.items():
        tables.faults.extend(_faults(name, shape, tables))
        found[name] = _watched(name, shape, tables.plan.timezone, folder)
    return found


def _watched(name: str, shape: CalendarShape, timezone: str, folder: Path) -> Watched:
    return Watched(
        id=name,
        name=shape.name or name.replace("-", " ").capitalize(),
        url=shape.url.secret(folder) if shape.url else None,
        file=str(folder / shape.file) if shape.file else None,
        every=shape.every or HOURLY,
        timezone=shape.timezone or timezone,
        public=shape.public,
        allow_private=shape.allow_private,
    )


def _faults(name: str, shape: CalendarShape, tables: Tables) -> Iterator[Fault]:
    path = ("calendars", name)
    if {(*path, "url"), (*path, "file")} & tables.doubtful:
        return
    if (shape.url is None) == (shape.file is None):
        message = f'the calendar "{name}" takes either `url` or `file`'
        hint = 'write url = "https://…", or file = "NAME.ics"'
        yield Fault(path, message, hint, "key", rests_on="table")
    if shape.url and shape.url.plain and not shape.url.plain.lower().startswith(SCHEMES):
        message = "`url` is no address of the web"
        hint = 'write it in full, with "https://" before it, or file = "…" for a file'
        yield Fault((*path, "url"), message, hint)
    if shape.every and shape.every.as_timedelta() < SOONEST:
        message = f'"{shape.every}" is too often for a calendar'
        yield Fault((*path, "every"), message, 'write at least "5 minutes"')
