"""PURE. Dates, stages and their reasons in words for the pages."""

from collections.abc import Mapping
from datetime import date, timedelta

from babel.numbers import format_decimal

from calendars.dates import Precision, Relative
from calendars.durations import parse_duration
from calendars.wording import day_text, due_text, locale
from config.plan import Milestone, Plan
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence
from scheduler.standing import Slip, is_public
from scheduler.web.words import Words, key

_DAY = timedelta(days=1)
_STAGES = {
    "opening": key("the period begins"),
    "on-the-day": key("on the day"),
    "date-wanted": key("date wanted"),
    "moved": key("the date moved"),
    "cancelled": key("cancelled"),
    "done": key("done"),
    "fresh-link": key("a new link"),
    "invitation": key("calendar invitation"),
    "attention": key("notice to the coordinators"),
    "coordinators-digest": key("the coordinators’ digest"),
    "unclear": key("an answer was not understood"),
}
_STATES = {
    "planned": key("Planned"),
    "on-track": key("On track"),
    "at-risk": key("At risk"),
    "delayed": key("Delayed"),
    "blocked": key("Blocked"),
    "late": key("Late"),
    "past": key("Past"),
    "done": key("Done"),
    "cancelled": key("Cancelled"),
}
_PARTS = {
    Precision.MONTH: key("The month was promised, so it is due on its last day, {day}."),
    Precision.QUARTER: key("The quarter was promised, so it is due on its last day, {day}."),
    Precision.HALF: key("The half-year was promised, so it is due on its last day, {day}."),
    Precision.YEAR: key("The year was promised, so it is due on its last day, {day}."),
    Precision.RANGE: key("A period was promised, so it is due on its last day, {day}."),
}
_OPEN = {
    "with": (
        key("with “{title}”, date to be confirmed"),
        key("with another milestone, date to be confirmed"),
    ),
    "before": (
        key("{time} before “{title}”, date to be confirmed"),
        key("{time} before another milestone, date to be confirmed"),
    ),
    "after": (
        key("{time} after “{title}”, date to be confirmed"),
        key("{time} after another milestone, date to be confirmed"),
    ),
}
"""Whose date waits for another's: that other by its title, or without where it is not public."""
_COUNTED = {
    "with": (
        key("Counted from “{title}” ({when}), together with it."),
        key("Counted from another milestone ({when}), together with it."),
    ),
    "before": (
        key("Counted from “{title}” ({when}): {time} before it."),
        key("Counted from another milestone ({when}): {time} before it."),
    ),
    "after": (
        key("Counted from “{title}” ({when}): {time} after it."),
        key("Counted from another milestone ({when}): {time} after it."),
    ),
}
_SPEEDS = {
    timedelta(hours=1): key("an hour a second"),
    timedelta(days=1): key("a day a second"),
    timedelta(days=7): key("a week a second"),
}


def promised(plan: Plan, occurrence: Occurrence, words: Words) -> str:
    """The date as promised; for one that waits for another's date, that other by its title."""
    milestone = plan.milestones[occurrence.milestone]
    if occurrence.due is not None or occurrence.promise.to_be_confirmed:
        text = due_text(occurrence.promise, words.language)
        elsewhere = occurrence.starts is not None and milestone.timezone != plan.timezone
        return f"{text} ({milestone.timezone})" if elsewhere else text
    other = plan.dated((milestone.hangs_on or "").partition("@")[0])
    return _beside(plan, occurrence.promise.relative, other, _OPEN, words)


def _beside(  # a sentence has so many parts
    plan: Plan,
    relative: Relative | None,
    other: Milestone | None,
    sentences: Mapping[str, tuple[str, str]],
    words: Words,
    when: str = "",
) -> str:
    """How a date hangs on another's, by the title of the other unless the public may not know."""
    duration = relative.duration if relative else None
    side = "with"
    if relative is not None and duration is not None:
        side = "before" if relative.sign < 0 else "after"
    named, unnamed = sentences[side]
    known = other is not None and is_public(plan, other)
    gaps = {"when": when, "time": words.duration(duration) if duration else ""}
    title = other.title if other else ""
    return words(named, title=title, **gaps) if known else words(unnamed, **gaps)


def derived(plan: Plan, dates: Dates, occurrence: Occurrence, words: Words) -> list[str]:
    """How the due day follows from what was promised, in sentences."""
    milestone = plan.milestones[occurrence.milestone]
    promise, due = occurrence.promise, occurrence.due
    if due is None:
        if promise.to_be_confirmed:
            return [words("No date has been given yet.")]
        return [words("{when}.", when=at_the_start(promised(plan, occurrence, words)))]
    day = day_text(due, words.language, weekday=True)
    found = [*_relative(plan, dates, milestone, words)]
    part = _PARTS.get(promise.precision) if due == promise.last else None
    found.append(words(part, day=day) if part else words("It is due on {day}.", day=day))
    found += _rolled(due, promise.last, words)
    if not promise.certain:
        found.append(words("The date is still to be confirmed."))
    return found


def _relative(plan: Plan, dates: Dates, milestone: Milestone, words: Words) -> list[str]:
    relative = milestone.due.relative
    known = plan.dated(milestone.hangs_on or "")
    other = dates.single(known) if known else dates.find(milestone.hangs_on or "")
    if relative is None or other is None:
        return []
    when = due_text(other.promise, words.language)
    named = plan.dated(other.milestone)
    return [_beside(plan, relative, named, _COUNTED, words, when)]


def _rolled(due: date, last: date | None, words: Words) -> list[str]:
    """How the due day came to lie elsewhere: by its own `roll`, or that of what it hangs on."""
    if last is None or last == due:
        return []
    day = day_text(last, words.language, weekday=True)
    if due > last:
        return [words("{day} is no working day, so it moved to the next one.", day=day)]
    return [words("{day} is no working day, so it moved to the previous one.", day=day)]


def at_the_start(text: str) -> str:
    """Words as they are written at the start of a sentence or as a heading."""
    return text[:1].upper() + text[1:]


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
        return words.counted("in {n} day", "in {n} days", days)
    if days < 730:
        return words.counted("in {n} month", "in {n} months", round(days / 30.44))
    return words.counted("in {n} year", "in {n} years", round(days / 365.25))


def stage_text(stage: str, words: Words) -> str:
    """A stage in words: "30 days before", "reminder 2 after the due day"."""
    kind, _, detail = stage.partition(":")
    if kind == "before":
        return words("{time} before", time=words.duration(parse_duration(detail)))
    if kind == "overdue":
        return words("overdue, reminder {n}", n=detail)
    if kind == "escalation":
        return words("escalation, step {n}", n=detail)
    known = _STAGES.get(kind)
    return words(known) if known else stage


def answers_text(said: Mapping[str, int], words: Words) -> str:
    """What those who are invited have answered, "2 accepted, 1 declined"; "" for nothing."""
    every = {
        "ACCEPTED": words.counted("{n} accepted", "{n} accepted", said.get("ACCEPTED", 0)),
        "TENTATIVE": words.counted("{n} undecided", "{n} undecided", said.get("TENTATIVE", 0)),
        "DECLINED": words.counted("{n} declined", "{n} declined", said.get("DECLINED", 0)),
        "DELEGATED": words.counted(
            "{n} sent somebody else", "{n} sent somebody else", said.get("DELEGATED", 0)
        ),
    }
    return words.comma.join(text for answer, text in every.items() if said.get(answer))


def state_text(state: str, words: Words) -> str:
    """A state as its tag says it: an adjective, never a verb."""
    return words(_STATES[state])


def slip_text(slip: Slip, day: str, words: Words) -> str:
    """How a date moved on a day; the history keeps its dates in English words."""
    new = words.kept_date(slip.new_text)
    if slip.old_due is None:
        return words("{new}, set on {day}", new=new, day=day)
    return words(
        "{old}, moved to {new} on {day}", old=words.kept_date(slip.old_text), new=new, day=day
    )


def speed_text(speed: timedelta, words: Words) -> str:
    """How fast a rehearsal goes: "a day a second"."""
    if speed in _SPEEDS:
        return words(_SPEEDS[speed])
    if speed > _DAY and not speed % _DAY:
        return words.counted("{n} day a second", "{n} days a second", speed // _DAY)
    hours = speed.total_seconds() / 3600
    return words("{n} hours a second", n=format_decimal(hours, locale=locale(words.language)))
