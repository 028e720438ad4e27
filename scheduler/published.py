"""PURE. What a reader of a feed may ask for, and the feed that answers it.

HTTP, `milestones feed` and `milestones publish` all come here, so that the same question has the
same bytes for an answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple, Protocol

from calendars.entry import Calendar
from calendars.feeds.feed import Feed
from calendars.feeds.parts import Part, Whole, joined, style_of
from calendars.feeds.registry import DEFAULT, FORMATS
from calendars.wording import LANGUAGES
from config.plan import Plan
from scheduler.feeds import (
    Choice,
    History,
    Published,
    Scope,
    Span,
    basis,
    calendar_of,
    default_span,
    feed_path,
)
from scheduler.shown import Basis, Known, renewed

STATUSES = ("planned", "on-track", "at-risk", "delayed", "done", "cancelled")
"""What `status` takes; being late is no status."""
NOWHERE_ELSE: Mapping[str, str] = MappingProxyType({})


class WantedError(ValueError):
    """A question that cannot be answered; the text says what to write instead."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks for, and nothing else.

    private: also what is not public. form: the format. language: "" for the plan's. statuses:
    only those, all where none is named. first, last: the days covered, None for the usual.
    windows, alarms: as in `calendars.entry.Calendar`.
    """

    scope: Scope
    private: bool = False
    form: str = DEFAULT
    language: str = ""
    statuses: frozenset[str] = field(default=frozenset())
    first: date | None = None
    last: date | None = None
    windows: bool = False
    alarms: bool = False

    @property
    def usual(self) -> bool:
        """Whether it covers the usual days and every status."""
        return not (self.first or self.last or self.statuses)


class Answer(NamedTuple):
    """A feed as bytes, and the calendar that it was written from."""

    feed: Feed
    published: Published


class Shelf(Protocol):
    """Where milestones and their written parts come from. Whatever is kept between two feeds, it
    gives what `Fresh` gives."""

    def known(self, basis: Basis) -> Known:
        """As `scheduler.shown.renewed` makes them."""
        ...

    def parts(self, form: str, calendar: Calendar) -> Sequence[Part]:
        """The parts of a calendar's entries in a format."""
        ...


class Fresh:
    """A shelf on which nothing is kept."""

    def known(self, basis: Basis) -> Known:
        """See `Shelf.known`."""
        return renewed(basis, {}, None)

    def parts(self, form: str, calendar: Calendar) -> Sequence[Part]:
        """See `Shelf.parts`."""
        style, write = style_of(calendar), FORMATS[form].part
        return [write(style, entry) for entry in calendar.entries]


class Written(NamedTuple):
    """A feed whose parts are not joined yet, what it was written from, and all milestones."""

    whole: Whole
    published: Published
    known: Known


def answer(plan: Plan, wanted: Wanted, history: History, now: datetime) -> Answer:
    """The feed. Raises `WantedError` where its last day lies before its first."""
    whole, published, _ = written(plan, wanted, history, now, Fresh())
    return Answer(joined(whole), published)


def written(plan: Plan, wanted: Wanted, history: History, now: datetime, shelf: Shelf) -> Written:
    """The feed before it is joined; raises as `answer` does. The shelf only saves time."""
    spoken = replace(plan, language=wanted.language) if wanted.language else plan
    span = _span(plan, wanted, now)
    known = shelf.known(basis(spoken, history, now, span.last, alarms=wanted.alarms))
    choice = Choice(wanted.private, span, wanted.statuses)
    found = calendar_of(spoken, wanted.scope, history, now, choice, known)
    return Written(*_in_form(plan, wanted, found, shelf), known)


def in_every_form(
    plan: Plan,
    scope: Scope,
    history: History,
    now: datetime,
    shelf: Shelf,
    language: str = "",
    paths: Mapping[str, str] = NOWHERE_ELSE,
) -> dict[str, bytes]:
    """The public feed of a scope by its format, each as `answer` gives it.

    The feeds of many scopes are made sooner with the same shelf. paths: by format the address
    below the plan's, where it is not that on the service.
    """
    plain = Wanted(scope, language=language)
    found = written(plan, plain, history, now, shelf).published
    every = {
        form: _in_form(plan, replace(plain, form=form), found, shelf, paths.get(form, ""))[0]
        for form in FORMATS
    }
    return {form: joined(whole).body for form, whole in every.items()}


def _span(plan: Plan, wanted: Wanted, now: datetime) -> Span:
    usual = default_span(plan, now)
    span = Span(wanted.first or usual.first, wanted.last or usual.last)
    if span.last >= span.first:
        return span
    if wanted.last is None:
        raise WantedError(f"`until` is {span.last} where it is not given: give one after `from`")
    if wanted.first is None:
        raise WantedError(f"`from` is {span.first} where it is not given: give one before `until`")
    raise WantedError("`until` lies before `from`: swap them")


def _in_form(
    plan: Plan, wanted: Wanted, found: Published, shelf: Shelf, path: str = ""
) -> tuple[Whole, Published]:
    shown = replace(
        found.calendar,
        source=_source(plan, wanted, path),
        windows=wanted.windows,
        alarms=wanted.alarms,
    )
    whole = FORMATS[wanted.form].whole(shown, shelf.parts(wanted.form, shown))
    return whole, found._replace(calendar=shown)


def _source(plan: Plan, wanted: Wanted, path: str) -> str:
    """The feed's own address; a secret one is not written into it."""
    base = (plan.url or "").rstrip("/")
    if not base or wanted.private:
        return ""
    return base + (path or feed_path(wanted.scope, form=wanted.form))


def parse_language(text: str) -> str:
    """A language tag as one of the six languages; raises `WantedError`."""
    short = text.split("-", maxsplit=1)[0].lower()
    if short not in LANGUAGES:
        raise WantedError(f"`lang` is one of {', '.join(LANGUAGES)}")
    return short


def parse_statuses(texts: Iterable[str]) -> frozenset[str]:
    """The statuses named, each text one or several with commas; raises `WantedError`."""
    found = frozenset(part.strip() for text in texts for part in text.split(","))
    if not found <= set(STATUSES):
        raise WantedError(f"`status` takes {', '.join(STATUSES)}, also several with commas")
    return found
