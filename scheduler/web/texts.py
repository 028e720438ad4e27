"""PURE. Dates, stages and their reasons in words for the pages."""

from collections.abc import Mapping
from datetime import date, timedelta

from calendars.dates import Precision
from calendars.wording import day_text, due_text
from config.plan import Milestone, Plan
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence
from scheduler.standing import is_public
from scheduler.web.words import Words

_DAY = timedelta(days=1)
_STAGES = {
    "opening": "the period begins",
    "on-the-day": "on the day",
    "date-wanted": "date wanted",
    "moved": "the date moved",
    "cancelled": "cancelled",
    "done": "done",
    "fresh-link": "a new link",
}
_STATES = {
    "planned": "Planned",
    "on-track": "On track",
    "at-risk": "At risk",
    "delayed": "Delayed",
    "blocked": "Blocked",
    "late": "Late",
    "past": "Past",
    "done": "Done",
    "cancelled": "Cancelled",
}
_ANSWERS = {
    "ACCEPTED": "{n} accepted",
    "TENTATIVE": "{n} undecided",
    "DECLINED": "{n} declined",
    "DELEGATED": "{n} sent somebody else",
}
_PARTS = {
    Precision.MONTH: "The month was promised, so it is due on its last day, {day}.",
    Precision.QUARTER: "The quarter was promised, so it is due on its last day, {day}.",
    Precision.HALF: "The half-year was promised, so it is due on its last day, {day}.",
    Precision.YEAR: "The year was promised, so it is due on its last day, {day}.",
    Precision.RANGE: "A period was promised, so it is due on its last day, {day}.",
}


def promised(plan: Plan, occurrence: Occurrence, words: Words) -> str:
    """The date as promised; for one that waits for another's date, that other by its title."""
    milestone = plan.milestones[occurrence.milestone]
    if occurrence.due is not None or occurrence.promise.to_be_confirmed:
        text = due_text(occurrence.promise, words.language)
        elsewhere = occurrence.starts is not None and milestone.timezone != plan.timezone
        return f"{text} ({milestone.timezone})" if elsewhere else text
    other = plan.dated((milestone.hangs_on or "").partition("@")[0])
    title = _named(plan, other, words)
    relative = occurrence.promise.relative
    if relative is None or relative.duration is None:
        return words("with {title}, date to be confirmed", title=title)
    text = "{time} after {title}, date to be confirmed"
    if relative.sign < 0:
        text = "{time} before {title}, date to be confirmed"
    return words(text, time=relative.duration, title=title)


def derived(plan: Plan, dates: Dates, occurrence: Occurrence, words: Words) -> list[str]:
    """How the due day follows from what was promised, in sentences."""
    milestone = plan.milestones[occurrence.milestone]
    promise, due = occurrence.promise, occurrence.due
    if due is None:
        said = "No date has been given yet." if promise.to_be_confirmed else "{when}."
        when = promised(plan, occurrence, words)
        return [words(said, when=when[:1].upper() + when[1:])]
    day = day_text(due, words.language, weekday=True)
    found = [*_relative(plan, dates, milestone, words)]
    found.append(words(_PARTS.get(promise.precision, "It is due on {day}."), day=day))
    found += _rolled(milestone, due, promise.last, words)
    if not promise.certain:
        found.append(words("The date is still to be confirmed."))
    return found


def _relative(plan: Plan, dates: Dates, milestone: Milestone, words: Words) -> list[str]:
    relative = milestone.due.relative
    known = plan.dated(milestone.hangs_on or "")
    other = dates.single(known) if known else dates.find(milestone.hangs_on or "")
    if relative is None or other is None:
        return []
    title = _named(plan, plan.dated(other.milestone), words)
    when = due_text(other.promise, words.language)
    if relative.duration is None:
        return [words("Counted from {title} ({when}), together with it.", title=title, when=when)]
    text = "Counted from {title} ({when}): {time} after it."
    if relative.sign < 0:
        text = "Counted from {title} ({when}): {time} before it."
    return [words(text, title=title, when=when, time=relative.duration)]


def _named(plan: Plan, milestone: Milestone | None, words: Words) -> str:
    """A milestone by its title, unless the public may not know of it."""
    if milestone is None or not is_public(plan, milestone):
        return words("another milestone")
    return f"“{milestone.title}”"


def _rolled(milestone: Milestone, due: date, last: date | None, words: Words) -> list[str]:
    if milestone.roll is None or last is None or last == due:
        return []
    day = day_text(last, words.language, weekday=True)
    side = "next" if milestone.roll == "next" else "previous"
    return [words(f"{{day}} is no working day, so it moved to the {side} one.", day=day)]


def distance(days: int | None, words: Words) -> str:
    """How far away a day is: "in 5 days", "today", "3 days late"."""
    if days is None:
        return ""
    if days == 0:
        return words("today")
    if days == 1:
        return words("tomorrow")
    if days < 0:
        return words.counted("{n} day late", "{n} days late", -days)
    if days < 60:
        return words("in {n} days", n=days)
    if days < 730:
        return words("in {n} months", n=round(days / 30.44))
    return words("in {n} years", n=round(days / 365.25))


def stage_text(stage: str, words: Words) -> str:
    """A stage in words: "30 days before", "reminder 2 after the due day"."""
    kind, _, detail = stage.partition(":")
    if kind == "before":
        return words("{time} before", time=detail)
    if kind == "overdue":
        return words("overdue, reminder {n}", n=detail)
    if kind == "escalation":
        return words("escalation, step {n}", n=detail)
    if kind == "invitation":
        return words("calendar invitation")
    return words(_STAGES.get(stage, stage))


def answers_text(said: Mapping[str, int], words: Words) -> str:
    """What those who are invited have answered, "2 accepted, 1 declined"; "" for nothing."""
    return ", ".join(
        words(text, n=said[answer]) for answer, text in _ANSWERS.items() if said.get(answer)
    )


def state_text(state: str, words: Words) -> str:
    """A state as its tag says it: an adjective, never a verb."""
    return words(_STATES[state])


def speed_text(speed: timedelta, words: Words) -> str:
    """How fast a rehearsal goes: "a day a second"."""
    for unit, one in ((timedelta(days=7), "week"), (_DAY, "day"), (timedelta(hours=1), "hour")):
        if speed == unit:
            return words(f"{'an' if one == 'hour' else 'a'} {one} a second")
    if speed > _DAY and not speed % _DAY:
        return words("{n} days a second", n=speed // _DAY)
    hours = speed.total_seconds() / 3600
    return words("{n} hours a second", n=f"{hours:g}")
