"""PURE. What has happened to a milestone, as its page lists it: reports and changes of its date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from scheduler.outbox.report_values import Attachment
from scheduler.reports.told import Version
from scheduler.standing import Slip
from scheduler.web.views import Row
from scheduler.web.words import Words

_KILO = 1024


@dataclass(frozen=True, slots=True)
class Happening:
    """A published report, or a change of date. of: the day of the occurrence where it repeats."""

    at: datetime
    version: Version | None = None
    slip: Slip | None = None
    of: date | None = None


def happened(versions: Sequence[Version], row: Row) -> list[Happening]:
    """All of it, the newest first; of one instant the report before the date."""
    said = [Happening(one.at, version=one, of=_day(one.occurrence)) for one in versions]
    moved = [Happening(one.at, slip=one) for one in row.slips]
    return sorted([*moved, *said], key=lambda one: one.at)[::-1]


def _day(occurrence: str) -> date | None:
    _, _, day = occurrence.partition("@")
    return date.fromisoformat(day[:10]) if day else None


def file_path(file: Attachment) -> str:
    """The address of a file that came with a report, from the root of the site."""
    return f"/files/{file.id}/{quote(file.name, safe='')}"


def size_text(octets: int, words: Words) -> str:
    """About how large a file is: "340 KB", "1.2 MB"."""
    if octets < _KILO * _KILO:
        return words("{n} KB", n=words.number(max(1, round(octets / _KILO))))
    return words("{n} MB", n=words.decimal(octets / _KILO / _KILO))
