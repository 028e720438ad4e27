"""PURE. Which milestones are wanted: a search and filters, as the parameters of an address.

The same parameters work on the page of all milestones and in the JSON interface, so that a link to
what one has found can be sent to somebody. Between two filters both must hold; of several values
of one filter any will do.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from calendars.workdays import FIRST_YEAR, LAST_YEAR
from config.plan import Plan
from scheduler.planning.values import Occurrence
from scheduler.web.views import Picture, Row
from scheduler.web.words import Words, key

STATUSES = (
    "planned", "on-track", "at-risk", "delayed", "blocked", "late", "past", "done", "cancelled",
)  # fmt: skip
LONGEST_TEXT = 200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOST_VALUES = 50
"""So many values of one filter; more is no search that a person makes."""


class SearchError(ValueError):
    """A filter that cannot be read; the text says which, and what it takes."""

    def __init__(self, text: str, near: str = "", **gaps: object) -> None:
        """text: a key of the catalogues, with its gaps. near: the value that was perhaps meant."""
        super().__init__(text.format(**gaps) + (_NEAR.format(near=near) if near else ""))
        self._text, self._near, self._gaps = text, near, gaps

    def said(self, words: Words) -> str:
        """The text in the reader's language."""
        said = words(self._text, **self._gaps)
        return said + words(_NEAR, near=self._near) if self._near else said


_NEAR = key('; did you mean "{near}"?')


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; empty fields ask for nothing.

    text: words that must all occur, whatever their case and accents, in title, promise, notes,
    source, reference, paragraphs, tags or track. first, last: days, both included, that the
    window as promised must touch; what has no date is in no span.
    """

    text: str = ""
    status: tuple[str, ...] = ()
    track: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    paragraph: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None

    @property
    def narrowed(self) -> bool:
        """Whether it asks for anything."""
        return self != NOTHING

    def query(self) -> str:
        """The address's query string, without `?`; parameters in a fixed order."""
        found = [(name, value) for name in LISTS for value in getattr(self, name)]
        text = [("q", self.text)] if self.text else []
        days = [("from", self.first), ("until", self.last)]
        return urlencode([*text, *found, *((name, day) for name, day in days if day)])

    def without(self, name: str, value: str = "") -> "Search":
        """The same without one value of a filter, or without the whole of one."""
        rest: Any = getattr(NOTHING, name)
        if name in LISTS:
            rest = tuple(one for one in getattr(self, name) if one != value)
        return replace(self, **{name: rest})


NOTHING = Search()
LISTS = ("status", "track", "owner", "tag", "paragraph")


def parse(parameters: Iterable[tuple[str, str]], shown: Picture) -> Search:
    """Read an address's parameters; unknown names and empty values are passed over.

    Raises `SearchError` for a value that the plan's public part does not have.
    """
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        if value.strip():
            given.setdefault(name, []).append(value.strip())
    known = choices(shown)
    first, last = _day(given, "from"), _day(given, "until")
    if first and last and last < first:
        raise SearchError(key("`until` lies before `from`: swap them"))
    text = " ".join(given.get("q", ()))
    if len(text) > LONGEST_TEXT:
        raise SearchError(key("`q` takes at the most {n} characters"), n=LONGEST_TEXT)
    lists: dict[str, Any] = {
        name: _values(name, given.get(name, ()), known[name]) for name in LISTS
    }
    return Search(text=text, first=first, last=last, **lists)


def choices(shown: Picture) -> Mapping[str, Mapping[str, str]]:
    """Filter -> its values and what each is called, in the order in which they are offered."""
    rows = shown.rows.values()
    return {
        "status": {one: one for one in STATUSES},
        "track": {key: one.track.title for key, one in shown.tracks.items()},
        "owner": _teams(shown.plan, rows),
        "tag": _named(one for row in rows for one in row.milestone.tags),
        "paragraph": _named(one for row in rows for one in row.milestone.paragraphs),
    }


def found(shown: Picture, search: Search) -> list[Row]:
    """What is looked for, by due day; what has no date comes last."""
    words = _folded(search.text).split()
    rows = (row for row in shown.rows.values() if _matches(shown, row, search, words))
    return sorted(rows, key=_order)


def _order(row: Row) -> tuple[bool, date, str]:
    return (row.occurrence.due is None, row.occurrence.due or date.max, row.milestone.id)


def _matches(shown: Picture, row: Row, search: Search, words: Sequence[str]) -> bool:
    one = row.milestone
    chosen = (
        (search.status, (row.state,)),
        (search.track, (one.track,)),
        (search.owner, one.owner),
        (search.tag, one.tags),
        (search.paragraph, one.paragraphs),
    )
    if any(wanted and not set(wanted) & set(has) for wanted, has in chosen):
        return False
    if not _in_span(row, search.first, search.last):
        return False
    return not words or _says(shown.plan, row, words)


def _in_span(row: Row, first: date | None, last: date | None) -> bool:
    if first is None and last is None:
        return True
    return any(_touches(one, first, last) for one in (row.occurrence, *row.coming))


def _touches(one: Occurrence, first: date | None, last: date | None) -> bool:
    window = one.window or ((one.due, one.due) if one.due else None)
    if window is None:
        return False
    return (last is None or window[0] <= last) and (first is None or window[1] >= first)


def _says(plan: Plan, row: Row, words: Sequence[str]) -> bool:
    one, track = row.milestone, plan.tracks[row.milestone.track]
    texts = (one.title, one.said, one.notes, one.source, one.location, one.id, track.title,
             track.reference, *one.paragraphs, *one.tags)  # fmt: skip
    text = _folded(" ".join(filter(None, texts)))
    return all(word in text for word in words)


def _folded(text: str) -> str:
    """Without case and accents, so that "Égalité" is found by "egalite"."""
    return text.lower() if text.isascii() else _without_accents(text)


@lru_cache(maxsize=20_000)
def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _teams(plan: Plan, rows: Iterable[Row]) -> dict[str, str]:
    """The owning teams; people are not named in public."""
    owning = {owner for row in rows for owner in row.milestone.owner}
    return {key: team.name for key, team in plan.teams.items() if key in owning}


def _named(values: Iterable[str]) -> dict[str, str]:
    return {one: one for one in sorted(set(values), key=_natural)}


def _natural(text: str) -> tuple[str, int, str]:
    """So that OP10 comes after OP9."""
    head = text.rstrip("0123456789")
    number = text[len(head) :]
    return (head.casefold(), int(number) if number.isdecimal() and len(number) < 10 else 0, text)


def _values(name: str, given: Sequence[str], known: Mapping[str, str]) -> tuple[str, ...]:
    if len(given) > MOST_VALUES:
        raise SearchError(
            key("`{filter}` takes at the most {n} values"), filter=name, n=MOST_VALUES
        )
    for value in given:
        if value not in known:
            raise _unknown(name, value, known)
    return tuple(one for one in known if one in given)


def _unknown(name: str, value: str, known: Mapping[str, str]) -> SearchError:
    near = next(iter(get_close_matches(value, known, 1)), "")
    if name == "status":
        return SearchError(key("`status` takes {every}"), near, every=", ".join(known))
    return SearchError(key("`{filter}` takes one that the plan has"), near, filter=name)


def _day(given: Mapping[str, Sequence[str]], name: str) -> date | None:
    values = given.get(name)
    if not values:
        return None
    try:
        day = date.fromisoformat(values[-1]) if _DAY.fullmatch(values[-1]) else date.max
    except ValueError:
        day = date.max
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise SearchError(key("`{filter}` takes a day such as 2024-03-21"), filter=name)
    return day
