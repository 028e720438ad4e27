"""PURE. The whole plan -> every reminder in a span of time, as if the plan were new at its start.

`preview` prints it; the running service uses the same `Planner` with what it knows of the past.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from calendars.zones import local_day
from config.plan import Milestone, Plan, Policy
from scheduler.planning.occurrences import Dates
from scheduler.planning.reminders import Planner, Seen
from scheduler.planning.timing import message_of
from scheduler.planning.values import NOTHING_ENDED, Ended, Occurrence, Reminder, Unsent

MARGIN = timedelta(days=21)
"""How much further than its leads a reminder can be from its day: weeks without work, digests."""


def lead_time(policy: Policy) -> timedelta:
    """How long before the due day the policy's first reminder can be, with a margin."""
    minutes = max((lead.rough_minutes for lead in policy.before), default=0)
    return timedelta(minutes=minutes * 1.2) + MARGIN


def lead_of(plan: Plan, milestone: Milestone) -> timedelta:
    """The same for a milestone; a part of a request is told of on the day on which it opens."""
    lead, opens = lead_time(plan.policy(milestone.policy)), milestone.opens
    if isinstance(opens, date):
        return max(lead, (milestone.due.last or opens) - opens + MARGIN)
    return max(lead, timedelta(minutes=opens.rough_minutes * 1.2) + MARGIN) if opens else lead


def settled(plan: Plan, occurrence_id: str, ended: Ended = NOTHING_ENDED) -> bool:
    """Whether an occurrence (or milestone) is done or cancelled, in the plan or by a report."""
    milestone_id = occurrence_id.partition("@")[0]
    milestone = plan.reminded(milestone_id)
    if milestone is None or milestone.status in ("done", "cancelled"):
        return True
    done, cancelled = ended
    return (
        occurrence_id in done
        or milestone_id in done
        or occurrence_id in cancelled
        or milestone_id in cancelled
    )


def waits_for(plan: Plan, milestone: Milestone, done: frozenset[str] = frozenset()) -> list[str]:
    """The needs of a milestone that are not done yet; while there are any, it is held."""
    return [need for need in milestone.needs if not _met(plan, need, done)]


def _met(plan: Plan, need: str, done: frozenset[str]) -> bool:
    milestone_id = need.partition("@")[0]
    milestone = plan.milestones.get(milestone_id)
    by_plan = milestone is not None and milestone.status == "done"
    return by_plan or need in done or milestone_id in done


def coming(
    planner: Planner, milestone: Milestone, start: datetime, until: datetime
) -> Iterator[Occurrence]:
    """The occurrences whose reminders can fall between `start` and `until`.

    The one of a milestone that does not repeat is always among them.
    """
    if milestone.repeats is None:
        yield planner.dates.single(milestone)
        return
    lead = lead_of(planner.plan, milestone)
    last = local_day(until, milestone.timezone) + lead
    first = local_day(start, milestone.timezone)
    for occurrence in planner.dates.of(milestone, _furthest(milestone, last)):
        if occurrence.due is None or occurrence.due >= first:
            yield occurrence


def _furthest(milestone: Milestone, last: date) -> date:
    """Far enough along the rule that whatever was moved into the span is met."""
    return max([last, *milestone.moved])


def forecast(
    plan: Plan, start: datetime, until: datetime, unsent: list[Unsent] | None = None
) -> list[Reminder]:
    """Every reminder of the plan with `start` <= at <= `until` (UTC), with an empty history.

    Sorted by at, recipient, channel, milestone, stage. Reminders that share a digest have the
    time of its earliest, since they go out together.
    """
    planner = Planner(plan, Dates(plan), unsent)
    seen = Seen(start, start)
    found = [
        reminder
        for milestone in plan.every_reminded()
        for occurrence in _planned(planner, milestone, start, until)
        for reminder in planner.plan_one(occurrence, seen, until)
    ]
    chosen = [one for one in together(found) if start <= one.at <= until]
    return sorted(chosen, key=order)


def _planned(
    planner: Planner, milestone: Milestone, start: datetime, until: datetime
) -> Iterator[Occurrence]:
    plan, unsent = planner.plan, planner.unsent
    waiting = waits_for(plan, milestone)
    for occurrence in coming(planner, milestone, start, until):
        if settled(plan, occurrence.id):
            _note(unsent, occurrence, f"the milestone is {milestone.status}")
        elif waiting and not occurrence.promise.to_be_confirmed:
            _note(unsent, occurrence, f"waits for {', '.join(waiting)}")
        else:
            yield occurrence


def _note(unsent: list[Unsent] | None, occurrence: Occurrence, reason: str) -> None:
    if unsent is not None:
        unsent.append(Unsent(occurrence.id, occurrence.due, "", "", None, reason))


def together(reminders: Iterable[Reminder]) -> list[Reminder]:
    """The reminders, those of one digest all at the time of its earliest (Who 4)."""
    every = list(reminders)
    earliest: dict[str, datetime] = {}
    for one in every:
        if one.digest is not None:
            earliest[one.digest] = min(one.at, earliest.get(one.digest, one.at))
    return [one if one.digest is None else _joined(one, earliest[one.digest]) for one in every]


def _joined(reminder: Reminder, at: datetime) -> Reminder:
    if reminder.at == at:
        return reminder
    return reminder._replace(at=at, message=message_of(reminder.recipient, reminder.channel, at))


def order(reminder: Reminder) -> tuple[datetime, str, str, str, str, str]:
    """How reminders are sorted everywhere; the occurrence decides what the contract leaves open."""
    return (
        reminder.at,
        reminder.recipient,
        reminder.channel,
        reminder.milestone,
        reminder.stage,
        reminder.occurrence,
    )
