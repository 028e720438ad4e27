"""From a milestone to its occurrences: due days, instants, windows, ids."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from tests.oracle.clocks import instant
from tests.oracle.dates import Window, read_length, read_window
from tests.oracle.reading import Milestone, Plan, full_id

WORDS = ("daily", "weekly", "monthly", "yearly")
HANGS_ON = re.compile(r"([a-z0-9-]+(?:/[a-z0-9-]+)?)(?:\s+([+-])\s+(\d+ .+))?")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a milestone: `moment` is None for a date without a time; `zone` is its own."""

    milestone: Milestone
    id: str
    window: Window
    due: date
    moment: datetime | None
    zone: ZoneInfo


def written_moment(value: Any, zone: ZoneInfo) -> datetime | None:
    """Give the instant (UTC) of a written date and time, None for anything else."""
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:", value):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return None
    if value.tzinfo is not None:
        return value.astimezone(UTC)
    return instant(value.date(), value.time(), zone)


def dated(plan: Plan, milestone: Milestone, value: Any, name: str) -> Occurrence | None:
    """Give the occurrence on one written date; None where there is no date yet."""
    moment = written_moment(value, milestone.zone)
    if moment:
        day = moment.astimezone(milestone.zone).date()  # "its local day"
        return Occurrence(milestone, name, Window(day, day), day, moment, milestone.zone)
    if value == "tbc":
        return None
    window = read_window(value) or hanging(plan, milestone, value)
    if window is None:
        return None
    due = window.last
    if milestone.roll == "previous":
        due = plan.workdays.at_or_before(due)
    if milestone.roll == "next":
        due = plan.workdays.at_or_after(due)
    return Occurrence(milestone, name, window, due, None, milestone.zone)


def hanging(plan: Plan, milestone: Milestone, text: str) -> Window | None:
    """Give the day of "OTHER + 10 working days": counted from OTHER's due day."""
    match = HANGS_ON.fullmatch(text)
    if match is None:
        raise ValueError(f"{milestone.id}: {text!r} is no date")
    other = plan.milestones[full_id(milestone.id.split("/")[0], match[1])]
    found = dated(plan, other, other.when, other.id)
    if found is None:
        return None
    day = found.due
    if match[2]:
        day = plan.workdays.count(day, read_length(match[3]), 1 if match[2] == "+" else -1)
    return Window(day, day)


def original_days(milestone: Milestone, first: date, horizon: date) -> list[date]:
    """Give the days of the rule, counted in whole days so that UNTIL's day is included."""
    rule = milestone.repeats or ""
    if rule in WORDS:
        rule = f"FREQ={rule.upper()}"
    days = []
    for found in rrulestr(rule, dtstart=datetime.combine(first, time())):
        if found.date() > horizon:
            break
        days.append(found.date())
    return days


def repeated(plan: Plan, milestone: Milestone, horizon: date) -> list[Occurrence]:
    """Give the occurrences of a repeating milestone, `except` and `moved` applied."""
    first = dated(plan, milestone, milestone.when, milestone.id)
    if first is None:
        return []
    start = first.window.last  # the day as written, before any roll
    clock = first.moment.astimezone(milestone.zone).time() if first.moment else None
    last = max([horizon, *(date.fromisoformat(day) for day in milestone.moved)])
    found = []
    for day in original_days(milestone, start, last):
        if str(day) in milestone.left_out:
            continue
        regular = day if clock is None else datetime.combine(day, clock)
        value = milestone.moved.get(str(day), regular)
        found.append(dated(plan, milestone, value, f"{milestone.id}@{day}"))
    return [occurrence for occurrence in found if occurrence]


def occurrences(plan: Plan, milestone: Milestone, until: datetime) -> list[Occurrence]:
    """Give every occurrence that could be reminded of up to the end of the preview."""
    if milestone.repeats:
        return repeated(plan, milestone, until.date() + longest_lead(plan, milestone))
    single = dated(plan, milestone, milestone.when, milestone.id)
    return [single] if single else []


def longest_lead(plan: Plan, milestone: Milestone) -> timedelta:
    """Give a span that no reminder of the milestone comes earlier than, generously."""
    weights = {"day": 1, "week": 7, "month": 31, "working day": 7, "hour": 1, "minute": 1}
    leads = [lead.number * weights[lead.unit] for lead in milestone.policy.before]
    closed = [(window.last - window.first).days + 1 for window in plan.workdays.closed]
    return timedelta(days=max([0, *leads]) + sum(closed) + 60)
