"""PURE. A repeating milestone's rule as a calendar needs it: on the due days.

The plan's rule runs on the first day of a window ("2024-04", "2024-04-03/2024-04-05"), a calendar
shows the last. Where no rule says the last days, the entry keeps the plan's rule, and each of its
occurrences is an override. What fires more than once in a window is left out but for the first.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from calendars.entry import AllDay, Entry, Timed
from calendars.recurrence import expand
from calendars.windows import ONE_DAY, UNITS
from calendars.workdays import LAST_YEAR
from calendars.zones import local_instant, zone
from config.plan import Milestone
from scheduler.planning.occurrences import promise_of

_PLAIN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL"})
_ENDS = frozenset({"COUNT", "UNTIL"})
_SHORTEST = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28}
"""How many days the shortest of them has."""
_UNTIL = re.compile(r"UNTIL=(\d{8})(T\d{6})?(Z)?", re.ASCII)


class Firing(NamedTuple):
    """One time that an entry's rule fires: the day that names it, and where the rule puts it.

    clear: false where the clock skips that time or shows it twice, so that programs differ.
    """

    day: date
    start: date | datetime
    clear: bool = True


def ruled(milestone: Milestone, entry: Entry, length: timedelta, last: date) -> Entry:
    """The entry as one component with the rule and the days left out; `length` of a timed one.

    last: up to then it is looked for what fires again in one window.
    """
    made = _on_times(milestone, length) or _on_days(milestone)
    if made is None:
        return entry
    rule, when = made
    shown = replace(entry, when=when, rrule=rule, due_text="", window=None)
    exdates = _fired_again(milestone, shown, last)
    if milestone.exceptions:
        fires = firings(milestone, shown, max(milestone.exceptions))
        exdates |= {fires[day].day if day in fires else day for day in milestone.exceptions}
    return replace(shown, exdates=tuple(sorted(exdates)))


def firings(milestone: Milestone, entry: Entry, last: date) -> dict[date, Firing]:
    """The original day of each occurrence up to `last` -> when the entry's rule fires for it."""
    if milestone.repeats is None or entry.when is None or entry.rrule is None:
        return {}
    rule = replace(milestone.repeats, rule=entry.rrule)
    end = datetime.combine(last, time.max)
    if isinstance(entry.when, Timed):
        name = entry.when.timezone
        local = entry.when.start.astimezone(zone(name)).replace(tzinfo=None, fold=0)
        at_times = expand(rule, local, name, end)
        return {
            at.date(): Firing(at.date(), local_instant(at, name), _clear(at, name))
            for at in at_times
        }
    days = _days(milestone, entry.when, entry.rrule, end)
    if entry.when.first == milestone.due.last:
        return {day: Firing(day, day) for day in days}
    return {_last(milestone, day): Firing(day, day) for day in reversed(days)}


def _days(milestone: Milestone, when: AllDay, rule: str, end: datetime) -> list[date]:
    assert milestone.repeats is not None
    shown = replace(milestone.repeats, rule=rule)
    return [at.date() for at in expand(shown, datetime.combine(when.first, time()), "UTC", end)]


def _fired_again(milestone: Milestone, entry: Entry, last: date) -> set[date]:
    """The days on which the entry's rule fires in a window in which it had fired before."""
    window = milestone.due.precision in UNITS
    if not window or not isinstance(entry.when, AllDay) or entry.rrule is None:
        return set()
    if entry.when.first == milestone.due.last:
        return set()
    days = _days(milestone, entry.when, entry.rrule, datetime.combine(last, time.max))
    return {day for one, day in pairwise(days) if _last(milestone, one) == _last(milestone, day)}


def _clear(local: datetime, name: str) -> bool:
    """Whether the clock of the zone shows a naive local time exactly once."""
    first, second = (local.replace(tzinfo=zone(name), fold=fold) for fold in (0, 1))
    return first.utcoffset() == second.utcoffset()


def _last(milestone: Milestone, day: date) -> date:
    """The last day of the window that begins with the rule's `day`."""
    return promise_of(milestone, datetime.combine(day, time())).last or day


def _on_times(milestone: Milestone, length: timedelta) -> tuple[str, Timed] | None:
    """The rule and its start by the zone's clock, also where the clock skips that time."""
    due, repeats, name = milestone.due, milestone.repeats, milestone.timezone
    if repeats is None or due.instant is None:
        return None
    local = due.instant.astimezone(zone(name)) if due.instant.tzinfo else due.instant
    return repeats.rule, Timed(local.replace(tzinfo=zone(name), fold=0), length, name)


def _on_days(milestone: Milestone) -> tuple[str, AllDay] | None:
    due, repeats = milestone.due, milestone.repeats
    if repeats is None or due.first is None or due.last is None:
        return None
    rule = _by_days(repeats.rule, milestone.timezone)
    if due.first == due.last:
        return rule, _day(due.last)
    moved = _on_last_days(milestone, rule, due.last)
    return (rule, _day(due.first)) if moved is None else (moved, _day(due.last))


def _day(day: date) -> AllDay:
    return AllDay(day, day + ONE_DAY)


def _on_last_days(milestone: Milestone, rule: str, last: date) -> str | None:
    """The rule that fires on the last day of each window; None where there is none.

    The last day of a month is BYMONTHDAY=-1. A window of so many days keeps its distance only
    where days and weeks are counted.
    """
    parts = dict(part.split("=") for part in rule.split(";"))
    if not parts.keys() <= _PLAIN:
        return None
    later = _UNTIL.sub(lambda found: _until(_last(milestone, _date(found[1]))), rule)
    if milestone.due.precision not in UNITS:
        return later if parts["FREQ"] in ("DAILY", "WEEKLY") else None
    if parts["FREQ"] == "YEARLY":
        return f"{later};BYMONTH={last.month};BYMONTHDAY=-1"
    months, interval = UNITS[milestone.due.precision], int(parts.get("INTERVAL", "1"))
    if parts["FREQ"] == "MONTHLY" and interval % months == 0:
        return f"{later};BYMONTHDAY=-1"
    if interval * _SHORTEST[parts["FREQ"]] > months * _SHORTEST["MONTHLY"]:
        return None
    return f"FREQ=MONTHLY;INTERVAL={months}{_windows(milestone, parts)};BYMONTHDAY=-1"


def _windows(milestone: Milestone, parts: Mapping[str, str]) -> str:
    """How many windows a rule that fires in each of them has, where it ends."""
    if milestone.repeats is None or milestone.due.first is None or parts.keys().isdisjoint(_ENDS):
        return ""
    end = datetime.combine(date(LAST_YEAR, 12, 31), time.max)
    days = _days(milestone, _day(milestone.due.first), milestone.repeats.rule, end)
    return f";COUNT={len({_last(milestone, day) for day in days})}"


def _by_days(rule: str, name: str) -> str:
    """The rule with its UNTIL as a day of the milestone's zone."""

    def shown(found: re.Match[str]) -> str:
        if not found[2] or not found[3]:
            return f"UNTIL={found[1]}"
        at = datetime.strptime(found[1] + found[2], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        return _until(at.astimezone(zone(name)).date())

    return _UNTIL.sub(shown, rule)


def _date(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()


def _until(day: date) -> str:
    return f"UNTIL={day:%Y%m%d}"
