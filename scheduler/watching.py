"""Looks at watched calendars when they are due, beside everything else the service does.

What is fetched is kept in the database; a calendar that cannot be fetched, that has suddenly
nothing in it, or that is cut off before dates it had, leaves the last good one in force, and after
a day the coordinators are told.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from calendars.foreign.values import ImportingError
from calendars.importing import read
from config.plan import Plan, Watched
from notifiers.secret import SecretError
from scheduler.fetching import Fetched, FetchError, fetch, source_of
from scheduler.known import Kept, from_text, setting_of, to_text
from scheduler.outbox.history_store import HistoryStore

TOLD_AFTER = timedelta(days=1)
"""So long a calendar may fail before the coordinators are told."""
_AT_ONCE = 4
_LOG = structlog.get_logger("milestones")
Fetch = Callable[[Watched, str, str], Fetched]


class Watching:
    """Fetches in threads of its own; `ready` is called, in one of them, when something came."""

    def __init__(self, history: HistoryStore, ready: Callable[[], None]) -> None:
        self._history = history
        self._ready = ready
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="watch")
        self._under_way: dict[str, Future[Kept]] = {}

    def round(self, plan: Plan, now: datetime) -> datetime | None:
        """Keep what has come, and begin what is due; when the next is due, None if `ready` tells.

        After it `InForce.renew_events` finds whatever changed.
        """
        for name, future in list(self._under_way.items()):
            if future.done():
                del self._under_way[name]
                self._keep(plan, name, future.result(), now)
        times = []
        for calendar in plan.calendars.values():
            if calendar.id in self._under_way:
                continue
            kept = self.kept(calendar.id)
            due = kept.due(calendar)
            if due is None or due <= now:
                self._begin(calendar, kept, now)
            else:
                times.append(due)
        return min(times, default=None)

    def kept(self, calendar: str) -> Kept:
        """What is kept of a calendar."""
        return from_text(self._history.setting(setting_of(calendar)))

    def stop(self) -> None:
        """Wait for what is under way; it has time-outs."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _begin(self, calendar: Watched, kept: Kept, now: datetime) -> None:
        future = self._pool.submit(look, calendar, kept, now)
        self._under_way[calendar.id] = future
        future.add_done_callback(lambda _: self._ready())

    def _keep(self, plan: Plan, name: str, kept: Kept, now: datetime) -> None:
        self._history.put(setting_of(name), to_text(kept))
        calendar = plan.calendars.get(name)
        if calendar is None or kept.failing_since is None:
            return
        _LOG.warning("calendar", calendar=name, problem=kept.problem)
        if now - kept.failing_since >= TOLD_AFTER:
            self._history.notice(_key(name, kept), "calendar", _told(calendar, kept), now)


def look(calendar: Watched, kept: Kept, now: datetime, fetching: Fetch = fetch) -> Kept:
    """Look at a calendar once; what is to be kept of it now. Raises nothing that is foreseen."""
    try:
        source = source_of(calendar)
        known = kept if kept.source == source and kept.fetched_at else replace(Kept(), dates=())
        fetched = fetching(calendar, known.tag, known.modified)
        return _taken(calendar, kept, fetched, source, now)
    except (FetchError, ImportingError, SecretError) as error:
        since = kept.failing_since or now
        return replace(kept, looked_at=now, failing_since=since, problem=str(error))


def _taken(calendar: Watched, kept: Kept, fetched: Fetched, source: str, now: datetime) -> Kept:
    """What is kept after an answer."""
    dates = kept.dates
    if fetched.body is not None:
        found = read(fetched.body, timezone=calendar.timezone)
        dates = tuple(found.imported)
        if kept.dates and not dates:
            raise ImportingError("the calendar has no date left in it; is it still the right one?")
        if found.cut and {one.uid for one in kept.dates} - {one.uid for one in dates}:
            raise ImportingError("the calendar is cut off, and dates that it had are missing")
    return Kept(
        source=source,
        tag=fetched.tag or (kept.tag if fetched.body is None else ""),
        modified=fetched.modified or (kept.modified if fetched.body is None else ""),
        looked_at=now,
        fetched_at=now,
        dates=dates,
    )


def _key(name: str, kept: Kept) -> str:
    return f"calendar|{name}|{kept.failing_since}"


def _told(calendar: Watched, kept: Kept) -> str:
    since = f"since {kept.failing_since:%-d %B %Y, %H:%M} UTC" if kept.failing_since else ""
    last = "no calendar was ever read, so what hangs on it has no date"
    if kept.fetched_at:
        last = f"the one of {kept.fetched_at:%-d %B %Y} goes on"
    return f'The calendar "{calendar.name}" cannot be read {since}: {kept.problem}; {last}.'
