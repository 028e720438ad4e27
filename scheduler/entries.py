"""PURE. A milestone of the plan -> the entry that calendars show of it.

One entry and one UID for a milestone for ever, also where it repeats. It does not say which
entries belong in a feed, nor when they changed.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from calendars.dates import Precision
from calendars.entry import AllDay, Entry, Override, Timed, stable_uid
from calendars.recurrence import expand
from calendars.zones import local_instant, zone
from config.plan import Milestone, Plan
from scheduler.planning.forecast import waits_for
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence
from scheduler.stamps import UNSTAMPED, Stamp, stamped
from scheduler.standing import States, done_ids, is_public, percent, standing

ONE_DAY = timedelta(days=1)
_MONTHLY = frozenset({Precision.MONTH, Precision.QUARTER, Precision.HALF, Precision.YEAR})
_PLAIN = frozenset({"FREQ", "INTERVAL", "COUNT"})
_WAITS = {
    "ar": "في انتظار: {}",
    "en": "Waits for: {}",
    "es": "A la espera de: {}",
    "fr": "En attente de : {}",
    "ru": "Ожидает: {}",
    "zh": "等待：{}",
}


def milestone_url(base: str, milestone: str) -> str:
    """The page of a milestone; "" where the plan has no public address."""
    return f"{base.rstrip('/')}/tracks/{milestone}" if base else ""


def entry_of(
    plan: Plan,
    dates: Dates,
    milestone: Milestone,
    states: States,
    *,
    stamp: Stamp = UNSTAMPED,
    horizon: date | None = None,
) -> Entry:
    """The entry of a milestone; its `when` is None while there is no date.

    horizon: the last day for which the occurrences of a repeating one are compared with its
    rule. Raises nothing: what no calendar can hold is found when the entry is written.
    """
    occurrence = dates.single(milestone)
    entry = _common(plan, milestone, occurrence, states, stamp)
    if milestone.repeats is None or occurrence.due is None:
        return entry
    last = max([horizon or occurrence.due, *milestone.moved])
    made = _ruled(milestone, entry)
    known = frozenset(one.original for one in stamp.overrides)
    overrides = tuple(_overrides(dates, milestone, made, states, last, known))
    return stamped(replace(made, overrides=overrides), stamp)


def _common(
    plan: Plan, milestone: Milestone, occurrence: Occurrence, states: States, stamp: Stamp
) -> Entry:
    track = plan.tracks[milestone.track]
    single = milestone.repeats is None
    of = occurrence.id if single else milestone.id
    return Entry(
        uid=stable_uid(milestone.id, plan.id),
        title=milestone.title,
        when=_when(milestone, occurrence) if single else None,
        due_text=occurrence.due_text(plan.language),
        created=stamp.created,
        modified=stamp.modified,
        sequence=stamp.sequence,
        precision=occurrence.promise.precision,
        certain=occurrence.promise.certain,
        state=standing(milestone, of, states),
        window=occurrence.window if single else None,
        reference=track.reference or track.title,
        paragraphs=milestone.paragraphs,
        said=milestone.said or "",
        source=milestone.source or "",
        notes=_notes(plan, milestone, states),
        url=milestone_url(plan.url or "", milestone.id),
        categories=milestone.tags,
        location=milestone.location or "",
        busy=occurrence.starts is not None and milestone.duration is not None,
        percent=percent(milestone, of, states),
        done=_done(milestone, of, states),
    )


def _done(milestone: Milestone, occurrence: str, states: States) -> datetime | None:
    """When it was reported done; None where it is not, or where only the plan says so."""
    reported = states.get(occurrence) or states.get(milestone.id)
    if reported is None or reported.state != "done":
        return None
    return reported.at if standing(milestone, occurrence, states) == "done" else None


def _notes(plan: Plan, milestone: Milestone, states: States) -> tuple[str, ...]:
    """What it waits for, and its notes; no public entry names what is not public."""
    if not milestone.needs:
        return (milestone.notes,) if milestone.notes else ()
    others = (
        plan.milestones.get(need.partition("@")[0])
        for need in waits_for(plan, milestone, done_ids(states))
    )
    secret = not is_public(plan, milestone)
    waiting = [one.title for one in others if one and (secret or is_public(plan, one))]
    words = _WAITS.get(plan.language, _WAITS["en"]).format("; ".join(waiting))
    return tuple(filter(None, (words if waiting else "", milestone.notes or "")))


def _length(milestone: Milestone) -> timedelta:
    return milestone.duration.as_timedelta() if milestone.duration else timedelta(0)


def _when(milestone: Milestone, occurrence: Occurrence) -> AllDay | Timed | None:
    if occurrence.due is None:
        return None
    if occurrence.starts is None:
        return AllDay(occurrence.due, occurrence.due + ONE_DAY)
    start = occurrence.starts.astimezone(zone(milestone.timezone))
    return Timed(start, _length(milestone), milestone.timezone)


def _ruled(milestone: Milestone, entry: Entry) -> Entry:
    """One component with the rule and the days left out."""
    rule, when = _rule(milestone)
    if when is None:
        return entry
    exdates = tuple(sorted(milestone.exceptions))
    return replace(entry, when=when, rrule=rule, due_text="", window=None, exdates=exdates)


def _rule(milestone: Milestone) -> tuple[str, AllDay | Timed | None]:
    """The rule and its start, both on due days: a month's is its last day (BYMONTHDAY=-1)."""
    due, repeats = milestone.due, milestone.repeats
    if repeats is None or due.first is None or due.last is None:
        return "", None
    if due.instant is not None:
        start = due.instant
        if start.tzinfo is None:
            start = local_instant(start, milestone.timezone)
        local = start.astimezone(zone(milestone.timezone))
        return repeats.rule, Timed(local, _length(milestone), milestone.timezone)
    keys = {part.partition("=")[0] for part in repeats.rule.split(";")}
    plain = keys <= _PLAIN
    if due.precision in _MONTHLY and plain and "FREQ=YEARLY" in repeats.rule:
        rule = f"{repeats.rule};BYMONTH={due.last.month};BYMONTHDAY=-1"
    elif due.precision in _MONTHLY and plain and "FREQ=MONTHLY" in repeats.rule:
        rule = f"{repeats.rule};BYMONTHDAY=-1"
    else:
        plain = plain and due.precision not in _MONTHLY
        start_day = due.last if plain else due.first
        return repeats.rule, AllDay(start_day, start_day + ONE_DAY)
    return rule, AllDay(due.last, due.last + ONE_DAY)


def _overrides(
    dates: Dates,
    milestone: Milestone,
    entry: Entry,
    states: States,
    horizon: date,
    known: frozenset[date | datetime],
) -> Iterator[Override]:
    """The occurrences that are elsewhere than the rule says, or in another state.

    known: those that once were; they stay, so that their SEQUENCE never goes back.
    """
    fires = _fires(milestone, entry, horizon)
    for one in dates.of(milestone, horizon):
        if one.original not in fires or one.due is None:
            continue
        state = standing(milestone, one.id, states)
        start: date | datetime = one.starts or one.due
        own = state if state != entry.state else None
        if start == fires[one.original] and own is None and one.original not in known:
            continue
        done = _done(milestone, one.id, states) if own else None
        yield Override(one.original, start, 0, state=own, done=done)


def _fires(milestone: Milestone, entry: Entry, horizon: date) -> dict[date, date | datetime]:
    """Where the entry's rule puts each day it fires on: the day, or the instant in UTC."""
    if milestone.repeats is None or entry.when is None or entry.rrule is None:
        return {}
    rule = replace(milestone.repeats, rule=entry.rrule)
    end = datetime.combine(horizon, time.max)
    if isinstance(entry.when, AllDay):
        first = datetime.combine(entry.when.first, time())
        return {at.date(): at.date() for at in expand(rule, first, "UTC", end)}
    name = entry.when.timezone
    local = entry.when.start.astimezone(zone(name)).replace(tzinfo=None, fold=0)
    return {at.date(): local_instant(at, name) for at in expand(rule, local, name, end)}
