"""PURE. Names that parts of the plan use for other parts: each must be known.

The names are looked up in the merged documents as written, so that one that stands in a table
with another fault is checked too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from config.building import full_id
from config.documents import Fault
from config.guesses import date_meant
from config.parse import Tables
from config.plan import COORDINATORS, DEFAULT_CHANNEL, DEFAULT_POLICY, LEAD
from config.positions import Path
from config.problems import listed, nearest

Kind = Literal["person", "who", "target", "channel", "channel keys", "policy", "milestone", "track"]
WATCHED = "calendar:"
"""What the name of a date in a watched calendar begins with."""
_A_DATE = re.compile(r"\d{4}(-\d\d){0,2}", re.ASCII)
_WATCH = 'write a table [calendars.{}] with url = "https://…"'
MOST_LISTED = 12
"""So many known names are told where none is like a misspelt one."""
MOST_SUGGESTIONS = 200
"""So many misspelt names are compared with all known ones; it takes time in a large plan."""
REFERENCES: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("plan", "coordinators"), "who"),
    (("people", "*", "channels"), "channel"),
    (("people", "*", "addresses"), "channel keys"),
    (("people", "*", "deputy"), "person"),
    (("teams", "*", "members"), "person"),
    (("teams", "*", "lead"), "person"),
    (("teams", "*", "channels"), "channel"),
    (("reminders", "*", "escalate", "*", "to"), "target"),
    (("requests", "*", "tracks"), "track"),
    (("requests", "*", "owners"), "who"),
    (("requests", "*", "reminders"), "policy"),
    (("tracks", "*", "owner"), "who"),
    (("tracks", "*", "watchers"), "who"),
    (("tracks", "*", "reminders"), "policy"),
    (("tracks", "*", "milestones", "*", "owner"), "who"),
    (("tracks", "*", "milestones", "*", "watchers"), "who"),
    (("tracks", "*", "milestones", "*", "reminders"), "policy"),
    (("tracks", "*", "milestones", "*", "needs"), "milestone"),
)
"""Which keys hold names, and of what. `*` is any id or any place in a list."""
_WORDS: Mapping[Kind, str] = {
    "person": "person",
    "who": "person or team",
    "target": "person or team",
    "channel": "channel",
    "channel keys": "channel",
    "policy": "reminder policy",
    "milestone": "milestone",
    "track": "track",
}


def unknown_references(tables: Tables, data: Mapping[str, object]) -> Iterator[Fault]:
    """A fault for each name that nothing in the plan has."""
    names = _Names(tables)
    for pattern, kind in REFERENCES:
        for path, value in _walk(data, pattern, ()):
            for where, name in _written(path, value, kind):
                yield from names.check(kind, where, name)
    for it in tables.milestones.values():
        due = it.shape.due
        if due and due.relative:
            yield from names.check_base((*it.path, "due"), due.relative.other)
    for name, request in tables.requests.items():
        if request.closes.relative and ("requests", name, "closes") not in tables.doubtful:
            yield from names.check_base(("requests", name, "closes"), request.closes.relative.other)


def _walk(data: object, pattern: tuple[str, ...], path: Path) -> Iterator[tuple[Path, object]]:
    if not pattern:
        yield path, data
    elif isinstance(data, dict):
        keys = data if pattern[0] == "*" else [pattern[0]] if pattern[0] in data else []
        for key in keys:
            yield from _walk(data[key], pattern[1:], (*path, key))
    elif isinstance(data, list) and pattern[0] == "*":
        for index, item in enumerate(data):
            yield from _walk(item, pattern[1:], (*path, index))


def _written(path: Path, value: object, kind: Kind) -> Iterator[tuple[Path, str]]:
    """The names in a value, each with its path."""
    match value:
        case str():
            yield path, value
        case list():
            yield from (
                ((*path, index), item) for index, item in enumerate(value) if isinstance(item, str)
            )
        case dict() if kind == "channel keys":
            yield from (((*path, key), key) for key in value)


def _track(path: Path) -> str:
    """The track in which a short id will do; "" outside of tracks."""
    return str(path[1]) if path[0] == "tracks" else ""


@dataclass
class _Names:
    tables: Tables
    suggestions: int = 0

    @cached_property
    def known(self) -> Mapping[Kind, frozenset[str]]:
        tables = self.tables
        people, who = frozenset(tables.people), frozenset([*tables.people, *tables.teams])
        channels = frozenset([*tables.channels, DEFAULT_CHANNEL])
        return {
            "person": people,
            "who": who,
            "target": who | {LEAD, COORDINATORS},
            "channel": channels,
            "channel keys": channels,
            "policy": frozenset([*tables.policies, DEFAULT_POLICY]),
            "milestone": frozenset(tables.milestones),
            "track": frozenset(tables.tracks),
        }

    def check(self, kind: Kind, path: Path, name: str) -> Iterator[Fault]:
        known = self.known[kind]
        if kind == "milestone":
            track = _track(path)
            if name.startswith(WATCHED):
                hint = "name a milestone; only `due` may hang on a date of a calendar"
                yield Fault(path, f'"{name}" is never done: it is no milestone', hint)
            elif full_id(name, track).partition("@")[0] not in known:
                near = self._milestone(name, track, known)
                yield Fault(path, f'there is no milestone "{name}"', near, rests_on="plan")
        elif name not in known:
            word = _WORDS[kind]
            message = f'there is no {word} "{name}"'
            if kind == "person" and name in self.tables.teams:
                message = f'"{name}" is a team; `{self._key(path)}` takes a person'
            at = "key" if kind == "channel keys" else "value"
            yield Fault(path, message, self._hint(name, known, word), at, rests_on="plan")

    def check_base(self, path: Path, name: str) -> Iterator[Fault]:
        """What a date is counted from: a milestone, or a date of a calendar that is watched."""
        if not name.startswith(WATCHED):
            yield from self._base(path, name)
            return
        calendar = name.removeprefix(WATCHED).partition("/")[0]
        known = frozenset(self.tables.calendars)
        if calendar not in known:
            hint = self._hint(calendar, known, "calendar") if known else _WATCH.format(calendar)
            yield Fault(path, f'there is no calendar "{calendar}"', hint, rests_on="plan")

    def _base(self, path: Path, name: str) -> Iterator[Fault]:
        """A name that no milestone has may be a date that is written in another way ("tbd")."""
        unknown = full_id(name, _track(path)) not in self.known["milestone"]
        if unknown and (meant := date_meant(name)):
            yield Fault(path, f'"{name}" is no date', f'write "{meant}"')
        elif unknown and (told := self._no_range(name)):
            yield Fault(path, *told, rests_on="plan")
        else:
            yield from self.check("milestone", path, name)

    def _no_range(self, name: str) -> tuple[str, str] | None:
        """What is wrong with a name that begins like a range of dates, as "2024-04/soon"."""
        first, _, last = name.partition("/")
        if not _A_DATE.fullmatch(first) or first in self.known["track"]:
            return None
        message = f'"{last}" in "{name}" is no day, month, quarter, half or year'
        return message, 'write for example "2024-04/2024-06"'

    def _key(self, path: Path) -> str:
        return next(str(step) for step in reversed(path) if isinstance(step, str))

    def _near(self, name: str, known: frozenset[str]) -> str | None:
        self.suggestions += 1
        return nearest(name, known) if self.suggestions <= MOST_SUGGESTIONS else None

    def _hint(self, name: str, known: frozenset[str], word: str) -> str:
        if near := self._near(name, known):
            return f'did you mean "{near}"?'
        if 0 < len(known) <= MOST_LISTED:
            return "known are " + ", ".join(sorted(known))
        return f"write a {word}'s id as it stands in its header"

    def _milestone(self, name: str, track: str, known: frozenset[str]) -> str:
        named, _, last = name.partition("@")[0].rpartition("/")
        there = {it.partition("/")[2]: it for it in known if it.startswith(f"{named or track}/")}
        near = self._near(last, frozenset(there))
        if named and near:
            near = there[near]
        same = [it for it in sorted(known) if it.partition("/")[2] == last]
        if same:
            return f'did you mean "{same[0]}"?'
        if named not in self.known["track"]:
            near = near or self._near(name, known)
        if near:
            return f'did you mean "{near}"?'
        if named and named not in self.known["track"]:
            return f'there is no track "{named}" either'
        if named and 0 < len(there) <= MOST_LISTED:
            return f"known in that track are {listed(sorted(there.values()))}"
        return "write its track and its id, such as executive-board/confirmation"
