"""PURE. What a reader of a feed may ask for, and the feed that answers it.

HTTP, `milestones feed` and `milestones publish` all come here, so that the same question has the
same bytes for an answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from calendars.entry import Entry, stable_uid
from calendars.feeds.feed import Feed
from calendars.feeds.registry import DEFAULT, FORMATS
from calendars.wording import LANGUAGES
from config.plan import Plan
from scheduler.alarms import alarms_of
from scheduler.feeds import History, Published, Scope, Span, calendar, default_span, feed_path
from scheduler.planning.occurrences import Dates

STATUSES = ("planned", "on-track", "at-risk", "delayed", "done", "cancelled")
"""What `status` takes; being late is no status."""


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


def answer(plan: Plan, wanted: Wanted, history: History, now: datetime) -> Answer:
    """The feed. Raises `WantedError` where its last day lies before its first."""
    return _written(plan, wanted, _calendar(plan, wanted, history, now))


def in_every_form(plan: Plan, scope: Scope, history: History, now: datetime) -> dict[str, bytes]:
    """The public feed of a scope by its format, each as `answer` gives it."""
    plain = Wanted(scope)
    found = _calendar(plan, plain, history, now)
    return {form: _written(plan, replace(plain, form=form), found).feed.body for form in FORMATS}


def _calendar(plan: Plan, wanted: Wanted, history: History, now: datetime) -> Published:
    spoken = replace(plan, language=wanted.language) if wanted.language else plan
    usual = default_span(plan, now)
    span = Span(wanted.first or usual.first, wanted.last or usual.last)
    if span.last < span.first:
        raise WantedError("`until` lies before `from`: swap them")
    return calendar(
        spoken,
        wanted.scope,
        history,
        now,
        private=wanted.private,
        span=span,
        statuses=wanted.statuses,
    )


def _written(plan: Plan, wanted: Wanted, found: Published) -> Answer:
    shown = replace(
        found.calendar,
        source=_source(plan, wanted),
        windows=wanted.windows,
        alarms=wanted.alarms,
    )
    if wanted.alarms:
        shown = replace(shown, entries=tuple(_with_alarms(plan, shown.entries)))
    return Answer(FORMATS[wanted.form].write(shown), found._replace(calendar=shown))


def _source(plan: Plan, wanted: Wanted) -> str:
    """The feed's own address; a secret one is not written into it."""
    base = (plan.url or "").rstrip("/")
    return base + feed_path(wanted.scope, form=wanted.form) if base and not wanted.private else ""


def _with_alarms(plan: Plan, entries: Iterable[Entry]) -> Iterable[Entry]:
    dates = Dates(plan)
    by_uid = {stable_uid(one.id, plan.id): one for one in plan.milestones.values()}
    for entry in entries:
        milestone = by_uid.get(entry.uid)
        yield replace(entry, alarms=alarms_of(dates, milestone)) if milestone else entry


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
