"""PURE. A milestone of the plan -> the entry that calendars show of it.

One entry and one UID for a milestone for ever, also where it repeats. It does not say which
entries belong in a feed, nor when they changed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from calendars.entry import AllDay, Entry, Override, Timed, stable_uid
from calendars.windows import ONE_DAY
from calendars.zones import zone
from config.plan import Milestone, Plan
from scheduler.entry_rules import firings, ruled
from scheduler.planning.forecast import waits_for
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence
from scheduler.stamps import UNSTAMPED, Stamp, stamped
from scheduler.standing import States, done_ids, is_public, percent, standing

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
    made = ruled(milestone, entry, length(milestone), horizon or occurrence.due)
    known = frozenset(one.original for one in stamp.overrides)
    near = tuple(dates.up_to(milestone, horizon or occurrence.due))
    return stamped(replace(made, overrides=_overrides(near, milestone, made, states, known)), stamp)


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
        for need in waits_for(plan, milestone, done_ids(_of_needs(milestone, states)))
    )
    secret = not is_public(plan, milestone)
    waiting = [one.title for one in others if one and (secret or is_public(plan, one))]
    words = _WAITS.get(plan.language, _WAITS["en"]).format("; ".join(waiting))
    return tuple(filter(None, (words if waiting else "", milestone.notes or "")))


def _of_needs(milestone: Milestone, states: States) -> States:
    """How those stand that a milestone needs, and no others: there may be very many."""
    names = {name for need in milestone.needs for name in (need, need.partition("@")[0])}
    return {name: states[name] for name in names if name in states}


def length(milestone: Milestone) -> timedelta:
    return milestone.duration.as_timedelta() if milestone.duration else timedelta(0)


def _when(milestone: Milestone, occurrence: Occurrence) -> AllDay | Timed | None:
    if occurrence.due is None:
        return None
    if occurrence.starts is None:
        return AllDay(occurrence.due, occurrence.due + ONE_DAY)
    start = occurrence.starts.astimezone(zone(milestone.timezone))
    return Timed(start, length(milestone), milestone.timezone)


def _overrides(
    occurrences: Sequence[Occurrence],
    milestone: Milestone,
    entry: Entry,
    states: States,
    known: frozenset[date | datetime],
) -> tuple[Override, ...]:
    """Those of the occurrences that are elsewhere than the rule says, or in another state.

    known: those that once were; they stay, so that their SEQUENCE never goes back.
    """
    last = max((one.original for one in occurrences if one.original), default=date.min)
    fires = firings(milestone, entry, last)
    found = []
    for one in occurrences:
        if one.original not in fires or one.due is None:
            continue
        firing = fires[one.original]
        state = standing(milestone, one.id, states)
        start: date | datetime = one.starts or one.due
        own = state if state != entry.state else None
        if start == firing.start and own is None and firing.day not in known and firing.clear:
            continue
        done = _done(milestone, one.id, states) if own else None
        found.append(Override(firing.day, start, 0, state=own, done=done))
    return tuple(found)
