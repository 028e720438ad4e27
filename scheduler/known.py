"""PURE. What is kept of watched calendars, and the dates that a plan knows by it.

The last good calendar counts, however long its source has failed. A date is named by its UID,
and by its title where no other date of the calendar has the same.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from calendars.durations import parse_duration
from calendars.foreign.values import Imported
from calendars.recurrence import RecurrenceError, parse_recurrence
from config.fields import slug
from config.plan import Milestone, Plan, Watched
from config.references import WATCHED

FORM = 1
"""Of what is kept; what another version kept is fetched anew."""
AGAIN = timedelta(hours=1)
"""After a failure a calendar is looked at again no later than this."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one calendar; instants are in UTC.

    source: a digest of where it came from, so that another address is fetched whole.
    tag, modified: what the server said of it (ETag, Last-Modified). looked_at: the last try;
    fetched_at: the last that succeeded. problem: why tries fail, since `failing_since`.
    """

    form: int = FORM
    source: str = ""
    tag: str = ""
    modified: str = ""
    looked_at: datetime | None = None
    fetched_at: datetime | None = None
    failing_since: datetime | None = None
    problem: str = ""
    dates: tuple[Imported, ...] = ()

    def due(self, calendar: Watched) -> datetime | None:
        """When it is next to be looked at; None for at once."""
        if self.looked_at is None:
            return None
        every = calendar.every.as_timedelta()
        return self.looked_at + (min(every, AGAIN) if self.problem else every)


Setting = Callable[[str], str | None]
"""Reads what the database holds under a name."""
_TEXT = TypeAdapter(Kept)


def setting_of(calendar: str) -> str:
    """The name under which a calendar is kept."""
    return f"calendar:{calendar}"


def to_text(kept: Kept) -> str:
    """What is kept, as the database holds it."""
    return _TEXT.dump_json(kept).decode()


def from_text(text: str | None) -> Kept:
    """What the database holds; nothing where another version of the program wrote it."""
    try:
        found = _TEXT.validate_json(text) if text else Kept()
    except ValidationError:
        return Kept()
    return found if found.form == FORM else Kept()


def with_known(plan: Plan, setting: Setting) -> Plan:
    """The plan with the dates that are known of its calendars."""
    events: dict[str, Milestone] = {}
    for calendar in plan.calendars.values():
        kept = from_text(setting(setting_of(calendar.id)))
        events.update(events_of(calendar, kept.dates))
    return plan if events == plan.events else replace(plan, events=events)


def events_of(calendar: Watched, dates: Sequence[Imported]) -> dict[str, Milestone]:
    """The dates of one calendar under their names; what is cancelled has none."""
    going = [one for one in dates if one.status != "cancelled"]
    titles = Counter(slug(one.title) for one in going)
    found: dict[str, Milestone] = {}
    for one in going:
        for name in _names(one, titles):
            full = f"{WATCHED}{calendar.id}/{name}"
            with suppress(RecurrenceError):  # a rule that a version before took for one
                found.setdefault(full, _milestone(full, one, calendar))
    return found


def names_of(one: Imported, dates: Sequence[Imported]) -> list[str]:
    """The names of one date within its calendar, that by its title first."""
    titles = Counter(slug(it.title) for it in dates if it.status != "cancelled")
    return list(reversed(list(_names(one, titles))))


def _names(one: Imported, titles: Counter[str]) -> Iterator[str]:
    by_uid, by_title = slug(one.uid), slug(one.title)
    if by_uid:
        yield by_uid
    if by_title and by_title != by_uid and titles[by_title] == 1:
        yield by_title


def _milestone(name: str, one: Imported, calendar: Watched) -> Milestone:
    return Milestone(
        id=name,
        track=f"{WATCHED}{calendar.id}",
        title=one.title,
        due=one.promise,
        duration=parse_duration(one.duration) if one.duration else None,
        repeats=parse_recurrence(one.repeats) if one.repeats else None,
        exceptions=frozenset(one.exceptions),
        moved=dict(one.moved),
        timezone=one.timezone or calendar.timezone,
        location=one.location,
        public=calendar.public,
    )


def unknown_dates(plan: Plan) -> list[tuple[str, str]]:
    """Each milestone that hangs on a date which its calendar does not have, with that name."""
    return [
        (one.id, one.hangs_on)
        for one in plan.milestones.values()
        if one.hangs_on
        and one.hangs_on.startswith(WATCHED)
        and one.hangs_on.partition("@")[0] not in plan.events
    ]
