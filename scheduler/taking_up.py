"""PURE. A calendar that was read, held against a track: what each of its dates means for the plan.

A date is known again by its UID. The calendar's word wins where it says something; what only the
plan says (owner, policy, needs, the words as promised) is never touched.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from calendars.dates import DueDate, Precision
from calendars.entry import stable_uid
from calendars.foreign.values import Imported, Reading, Skipped
from calendars.workdays import HolidayError, public_holidays
from config.fields import slug
from config.plan import Milestone, Plan

Became = Literal["added", "updated", "unchanged", "skipped", "kept", "missing"]
LONGEST_ID = 60
OTHERWISE_NAMED = "entry"
"""The id of what has a title without a Latin letter."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one component, or of a milestone whose component is gone ("missing").

    milestone: the full id. values: the keys to write, None for one to take out. line: 0 where it
    stands in no line.
    """

    became: Became
    uid: str
    title: str
    line: int = 0
    milestone: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)


def taken_up(
    plan: Plan,
    track: str,
    reading: Reading,
    since: date | None = None,
    mine: Callable[[Milestone], bool] = lambda _: True,
) -> list[Outcome]:
    """What becomes of each component of a calendar, and of milestones that it has no more.

    since: what is past before that day, and does not repeat, is not taken up anew. mine: which of
    the track's milestones that were imported come from here.
    """
    taker = _Taker(plan, track, since)
    found = [taker.take(one) for one in reading.items]
    return [*found, *taker.missing(reading.imported, mine)]


class _Taker:
    def __init__(self, plan: Plan, track: str, since: date | None) -> None:
        self._plan, self._track, self._since = plan, track, since
        of_track = plan.tracks.get(track)
        self._timezone = of_track.timezone if of_track else plan.timezone
        self._own = {stable_uid(key, plan.id): key for key in plan.milestones}
        self._known = {one.uid: one for one in plan.milestones.values() if one.uid}
        self._years: dict[int, str] = {}
        self._ids = {one.short_id for one in plan.milestones.values() if one.track == track}

    def take(self, one: Imported | Skipped) -> Outcome:
        if isinstance(one, Skipped):
            became: Became = "kept" if one.kept else "skipped"
            title = one.title or one.what
            return Outcome(became, one.uid, title, one.line, reason=one.reason)
        known = self._known.get(one.uid)
        uncounted = self._uncounted(one)
        if known is not None and known.track == self._track and not uncounted:
            return self._again(one, known)
        if reason := uncounted or self._unwanted(one, known):
            return Outcome("skipped", one.uid, one.title, one.line, reason=reason, notes=one.notes)
        return self._new(one)

    def missing(
        self, imported: Iterable[Imported], mine: Callable[[Milestone], bool]
    ) -> Iterator[Outcome]:
        """The milestones of the track that came from a calendar which does not have them now."""
        there = {one.uid for one in imported}
        for uid, one in self._known.items():
            if one.track == self._track and uid not in there and mine(one):
                reason = "it is not in this file; the plan keeps it"
                yield Outcome("missing", uid, one.title, milestone=one.id, reason=reason)

    def _uncounted(self, one: Imported) -> str:
        """Why a plan cannot hold a date: the holidays of its year are not known."""
        if one.promise.last is None:
            return ""
        year = one.promise.last.year
        if year not in self._years:
            try:
                public_holidays(self._plan.holidays, year)
                self._years[year] = ""
            except HolidayError as error:
                self._years[year] = str(error)
        return self._years[year]

    def _unwanted(self, one: Imported, known: Milestone | None) -> str:
        if known is not None:
            return f"{known.id} has this {'sentence' if one.title_of else 'UID'} already"
        if one.uid in self._own:
            return f"it comes from this plan: it is {self._own[one.uid]}"
        if one.status == "cancelled":
            return "it is cancelled, and the plan does not have it"
        last = one.promise.last
        if self._since and last and last < self._since and one.repeats is None:
            return f"it is past, before {self._since}"
        return ""

    def _new(self, one: Imported) -> Outcome:
        short = self._free(slug(one.key or one.title))
        values = {"id": short, "title": one.title, **self._written(one), **_promised(one)}
        values = {key: value for key, value in values.items() if value is not None}
        full = f"{self._track}/{short}"
        return Outcome("added", one.uid, one.title, one.line, full, notes=one.notes, values=values)

    def _again(self, one: Imported, known: Milestone) -> Outcome:
        values = dict(self._differences(one, known))
        became: Became = "updated" if values else "unchanged"
        return Outcome(
            became, one.uid, one.title, one.line, known.id, notes=one.notes, values=values
        )

    def _free(self, wanted: str) -> str:
        """An id that nothing in the track has; one with a letter, so that dates can hang on it."""
        short = wanted[:LONGEST_ID].strip("-")
        if len(wanted) > LONGEST_ID and wanted[LONGEST_ID] != "-" and "-" in short[20:]:
            short = short.rpartition("-")[0]
        if not any(sign.isalpha() for sign in short):
            short = f"{OTHERWISE_NAMED}-{short}".strip("-")
        chosen, number = short, 1
        while chosen in self._ids:
            number += 1
            chosen = f"{short}-{number}"
        self._ids.add(chosen)
        return chosen

    def _written(self, one: Imported) -> dict[str, object]:
        """The keys that a calendar decides, None for those that it leaves out."""
        due = _toml(one.promise)
        timed = one.promise.precision is Precision.INSTANT
        return {
            "due": None if timed else due,
            "starts": due if timed else None,
            "timezone": one.timezone if one.timezone != self._timezone else None,
            "duration": one.duration,
            "repeats": one.repeats,
            "except": list(one.exceptions) or None,
            "moved": {day.isoformat(): to for day, to in one.moved} or None,
            "location": one.location,
            "status": one.status if one.status != "planned" else None,
            "percent": one.percent,
            "url": one.url,
            "notes": one.description,
            "uid": one.uid,
        }

    def _differences(self, one: Imported, known: Milestone) -> Iterator[tuple[str, object]]:
        """The keys that must be written anew, in the order of `_written`."""
        new = self._written(one)
        if _meaning(one.promise) != _meaning(known.due):
            was_timed = known.due.precision is Precision.INSTANT
            yield ("starts", new["starts"]) if new["starts"] else ("due", new["due"])
            if was_timed != bool(new["starts"]):
                yield ("due", None) if new["starts"] else ("starts", None)
        for key, old in _dating(known).items():
            mine = _now(key, one)
            if mine != old and not (key == "timezone" and mine is None):
                yield key, new[key]
        title = None if one.title_of else one.title
        texts = {"title": title, "location": one.location, "url": one.url}
        texts |= {"notes": one.description}
        for key, text in texts.items():
            if text is not None and text != getattr(known, key):
                yield key, text
        if one.status not in ("planned", known.status):
            yield "status", one.status
        if one.percent is not None and one.percent != known.percent:
            yield "percent", one.percent


def _promised(one: Imported) -> dict[str, object]:
    """The keys that are written once, and are the plan's from then on."""
    return {
        "owner": list(one.owners) or None,
        "tags": list(one.tags) or None,
        "said": one.said,
        "source": one.source,
    }


def _dating(known: Milestone) -> dict[str, object]:
    """What a plan has of the keys that go with a date."""
    return {
        "timezone": known.timezone,
        "duration": str(known.duration) if known.duration else None,
        "repeats": known.repeats.rule if known.repeats else None,
        "except": frozenset(known.exceptions),
        "moved": dict(known.moved),
    }


def _now(key: str, one: Imported) -> object:
    """The same of what the calendar says."""
    found: dict[str, object] = {
        "timezone": one.timezone,
        "duration": one.duration,
        "repeats": one.repeats,
        "except": frozenset(one.exceptions),
        "moved": dict(one.moved),
    }
    return found[key]


def _meaning(due: DueDate) -> tuple[object, ...]:
    """A date without how it is written."""
    return due.precision, due.first, due.last, due.instant, due.uncertain, due.approximate


def _toml(due: DueDate) -> str | date | datetime:
    """A date as TOML's own date where it has one, else as text."""
    if due.certain and due.precision is Precision.DAY and due.last:
        return due.last
    return due.instant if due.certain and due.instant else due.text
