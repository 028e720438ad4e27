"""PURE. Policy and occurrence -> the stages and their days, before anybody's zone is known."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal, NamedTuple

from calendars.durations import Duration, shift
from calendars.workdays import Workdays
from config.plan import Policy
from scheduler.planning.values import Occurrence

Kind = Literal["opening", "before", "on-the-day", "overdue", "escalation"]
ORDER: dict[Kind, int] = {
    "opening": 0,
    "before": 1,
    "on-the-day": 2,
    "overdue": 3,
    "escalation": 4,
}
WAITS_FOR_DIGEST = frozenset({"opening", "before", "date-wanted"})
_DAY_MINUTES = 1440


class Stage(NamedTuple):
    """One stage of one occurrence.

    `nominal` is the day counted from the due day, `day` the one after the working-day rule.
    `moment` is set, and then alone counts, for a lead in minutes or hours. `rank` orders stages
    that meet on one day; `to` is whom an escalation adds.
    """

    kind: Kind
    name: str
    rank: tuple[int, float]
    nominal: date
    day: date
    moment: datetime | None = None
    to: str = ""


def stages(occurrence: Occurrence, policy: Policy, workdays: Workdays) -> list[Stage]:
    """Every stage that the policy has for a dated occurrence, in the policy's order."""
    due = occurrence.due
    if due is None:
        return []
    found = [
        *_opening(occurrence, policy, workdays),
        *_before(occurrence, due, policy, workdays),
        *_after(due, policy, workdays),
    ]
    if policy.on_the_day:
        day = _early(due, policy, workdays)
        found.append(Stage("on-the-day", "on-the-day", (ORDER["on-the-day"], 0), due, day))
    return found


def of_round(found: list[Stage], opens: date, following: date | None) -> list[Stage]:
    """The stages of a round of an update request: none before it opens, nor when the next has."""
    return [one for one in found if opens <= one.day and (following is None or one.day < following)]


def _away(
    due: date, lead: Duration, sign: int, policy: Policy, workdays: Workdays
) -> tuple[date, date] | None:
    """The day so far from the due day, and that of its reminder; None beyond all years."""
    try:
        nominal = shift(due, lead, sign, workdays)
        return nominal, (_early if sign < 0 else _late)(nominal, policy, workdays)
    except (ValueError, OverflowError):
        return None


def _early(day: date, policy: Policy, workdays: Workdays) -> date:
    return workdays.on_or_before(day) if policy.only_working_days else day


def _late(day: date, policy: Policy, workdays: Workdays) -> date:
    return workdays.on_or_after(day) if policy.only_working_days else day


def _opening(occurrence: Occurrence, policy: Policy, workdays: Workdays) -> Iterator[Stage]:
    window = occurrence.window
    own = occurrence.promise.relative is None
    if occurrence.opens:
        day = _late(occurrence.opens, policy, workdays)
        yield Stage("opening", "opening", (ORDER["opening"], 0), occurrence.opens, day)
    elif policy.opening and own and window and window[0] < window[1]:
        day = _early(window[0], policy, workdays)
        yield Stage("opening", "opening", (ORDER["opening"], 0), window[0], day)


def _before(
    occurrence: Occurrence, due: date, policy: Policy, workdays: Workdays
) -> Iterator[Stage]:
    for lead in policy.before:
        if lead.by_clock:
            yield from _by_clock(occurrence, due, lead)
            continue
        away = _away(due, lead, -1, policy, workdays)
        if away is None:
            continue
        nominal, day = away
        minutes = (due - nominal).days * _DAY_MINUTES
        rank = (ORDER["before"], -float(minutes))
        yield Stage("before", f"before:{lead}", rank, nominal, day)


def _by_clock(occurrence: Occurrence, due: date, lead: Duration) -> Iterator[Stage]:
    """A lead in minutes or hours counts back from the instant; without a time it has no place."""
    if occurrence.starts is not None:
        moment = occurrence.starts - lead.as_timedelta()
        rank = (ORDER["before"], -lead.rough_minutes)
        yield Stage("before", f"before:{lead}", rank, due, due, moment)


def _after(due: date, policy: Policy, workdays: Workdays) -> Iterator[Stage]:
    if policy.overdue:
        every = policy.overdue.every
        for number in range(1, policy.overdue.at_most + 1):
            away = _away(due, every.times(number), 1, policy, workdays)
            if away is None:
                break
            rank = (ORDER["overdue"], number)
            yield Stage("overdue", f"overdue:{number}", rank, *away)
    for number, escalation in enumerate(policy.escalate, 1):
        away = _away(due, escalation.after, 1, policy, workdays)
        if away is not None:
            rank = (ORDER["escalation"], number)
            yield Stage("escalation", f"escalation:{number}", rank, *away, None, escalation.to)
