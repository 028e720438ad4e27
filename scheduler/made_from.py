"""What the calendar entries of a plan were made from: where that is as before, so are they.

It stands in the database once all entries have been looked at, so that the next start looks at
none. What was reported since is stamped when it follows from the report. How far ahead the
occurrences of a repeating milestone were looked at goes with the day, and is kept beside it.
"""

import json
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from calendars.zones import rules
from config.plan import Milestone, Plan

ENTRIES = "calendar entries"
"""The setting in which it is kept."""
_ROOMS = ("calendars", "config", "scheduler")
_LIBRARIES = ("holidays", "python-dateutil", "babel")


class MadeFrom(NamedTuple):
    """A digest of the plan, the program and its data; and up to which day (ISO) was looked."""

    digest: str = ""
    until: str = ""


def made_from(plan: Plan, digest: str) -> str:
    """A digest of all that decides entries but reports; `digest` is that of the plan's files."""
    zones = {plan.timezone, *(one.timezone for one in plan.milestones.values())}
    parts = (
        digest,
        program(),
        sorted(map(rules, zones)),
        _events(plan),
    )
    return _digest(repr(parts).encode())


def planned_by(plan: Plan, digest: str) -> str:
    """A digest of what a plan says and of the dates of others that it knows: nodes of different
    versions come to the same."""
    return _digest(repr((digest, _events(plan))).encode())


@lru_cache(maxsize=1)
def program() -> str:
    """A digest of this program's own files, and of the versions of what dates rest on."""
    root = Path(__file__).parents[1]
    files = (file for room in _ROOMS for file in sorted((root / room).rglob("*.py")))
    versions = " ".join(map(_version, _LIBRARIES)).encode()
    return _digest(b"\0".join([versions, *(file.read_bytes() for file in files)]))


def to_text(made: MadeFrom) -> str:
    """As the database holds it."""
    return json.dumps(made)


def from_text(text: str | None) -> MadeFrom:
    """What the database holds; nothing where that cannot be read."""
    try:
        return MadeFrom(*map(str, json.loads(text or "[]")))
    except (ValueError, TypeError):
        return MadeFrom()


def _events(plan: Plan) -> list[tuple[object, ...]]:
    return [_event(plan.events[key]) for key in sorted(plan.events)]


def _event(one: Milestone) -> tuple[object, ...]:
    """What hangs on a watched date may show of it; sets in an order that is the same each time."""
    kept = (one.id, one.title, one.due, one.duration, one.repeats, one.timezone, one.location)
    return (*kept, one.public, sorted(one.exceptions), sorted(one.moved.items()))


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=12).hexdigest()
