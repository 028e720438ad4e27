"""The stages of an occurrence: which days its policy names, in the order of When 5."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.oracle.occurrences import Occurrence
from tests.oracle.reading import Plan, Policy

OPENING, BEFORE, ON_THE_DAY, OVERDUE, ESCALATION = range(5)
WAITS_FOR_DIGEST = (OPENING, BEFORE)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; `day` is without a zone, `moment` is set for leads of the clock only.

    Of two stages with `order` the greater one is the later (When 5). `to` names the one whom an
    escalation adds.
    """

    name: str
    order: tuple[int, float, int]
    day: date
    moment: datetime | None = None
    to: str | None = None

    @property
    def kind(self) -> int:
        """Give the first part of the order."""
        return self.order[0]


def stages(plan: Plan, occurrence: Occurrence) -> list[Stage]:
    """Give every stage of the occurrence, passed ones too."""
    policy = occurrence.milestone.policy
    return [
        *opening(plan, occurrence, policy),
        *before(plan, occurrence, policy),
        *on_the_day(plan, occurrence, policy),
        *overdue(plan, occurrence, policy),
        *escalation(plan, occurrence, policy),
    ]


def earlier(plan: Plan, policy: Policy, day: date) -> date:
    """When 2: a day without work becomes the working day before."""
    return plan.workdays.at_or_before(day) if policy.only_working_days else day


def later(plan: Plan, policy: Policy, day: date) -> date:
    """When 2, in brackets: overdue and escalation come on the working day after."""
    return plan.workdays.at_or_after(day) if policy.only_working_days else day


def opening(plan: Plan, occurrence: Occurrence, policy: Policy) -> Iterator[Stage]:
    """When 10: the first day of a window of more than one day."""
    window = occurrence.window
    if policy.opening and window.first < window.last:
        yield Stage("opening", (OPENING, 0, 0), earlier(plan, policy, window.first))


def before(plan: Plan, occurrence: Occurrence, policy: Policy) -> Iterator[Stage]:
    """When 1 for days, When 4 for minutes and hours before a timed occurrence.

    The longer lead is the one that reaches further back, so "1 week" equals "7 days". Minutes
    and hours before a date without a time name no instant: there is no such reminder.
    """
    for position, lead in enumerate(policy.before):
        name = f"before:{lead.text}"
        if not lead.of_the_clock:
            day = plan.workdays.count(occurrence.due, lead, -1)
            order = (BEFORE, -float((occurrence.due - day).days), -position)
            yield Stage(name, order, earlier(plan, policy, day))
        elif occurrence.moment:
            order = (BEFORE, -(lead.span() / timedelta(days=1)), -position)
            moment = occurrence.moment - lead.span()
            yield Stage(name, order, moment.astimezone(occurrence.zone).date(), moment)


def on_the_day(plan: Plan, occurrence: Occurrence, policy: Policy) -> Iterator[Stage]:
    """Give the reminder on the due day."""
    if policy.on_the_day:
        yield Stage("on-the-day", (ON_THE_DAY, 0, 0), earlier(plan, policy, occurrence.due))


def overdue(plan: Plan, occurrence: Occurrence, policy: Policy) -> Iterator[Stage]:
    """When 7: every so many days after the due day, `at-most` times."""
    if policy.overdue is None:
        return
    for number in range(1, policy.at_most + 1):
        day = plan.workdays.count(occurrence.due, policy.overdue.times(number), 1)
        yield Stage(f"overdue:{number}", (OVERDUE, number, 0), later(plan, policy, day))


def escalation(plan: Plan, occurrence: Occurrence, policy: Policy) -> Iterator[Stage]:
    """When 8: so long after the due day, to one more."""
    for number, (length, to) in enumerate(policy.escalate, start=1):
        day = later(plan, policy, plan.workdays.count(occurrence.due, length, 1))
        yield Stage(f"escalation:{number}", (ESCALATION, number, 0), day, to=to)
