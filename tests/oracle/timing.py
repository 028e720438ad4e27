"""When each reminder goes: lateness, supersession, dates wanted, digests."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from tests.oracle.clocks import after_quiet, instant
from tests.oracle.occurrences import Occurrence
from tests.oracle.people import (
    Recipient,
    delivery_of,
    expand,
    meant,
    quiet_of,
    standing_in,
    zone_of,
)
from tests.oracle.reading import Milestone, Plan
from tests.oracle.stages import BEFORE, WAITS_FOR_DIGEST, Stage, earlier, stages


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder to one recipient, on all its channels; `day` is the day it counts for."""

    at: datetime
    recipient: Recipient
    milestone: Milestone
    occurrence: str
    due: date | None
    stage: str
    day: date
    order: tuple[int, float, int]
    waits: bool
    late: bool = False


def sent_at(plan: Plan, who: Recipient, day: date, clock: time) -> datetime:
    """When 3 and 6: at the policy's time in the recipient's zone, after quiet hours."""
    zone = zone_of(plan, who)
    return after_quiet(instant(day, clock, zone), quiet_of(plan, who), zone)


def stage_at(plan: Plan, who: Recipient, stage: Stage, clock: time) -> datetime:
    """When 4 and 6: leads of the clock go at their instant, whatever the hour."""
    return stage.moment or sent_at(plan, who, stage.day, clock)


def stage_day(plan: Plan, who: Recipient, stage: Stage) -> date:
    """Give the stage's day; of a lead of the clock, the recipient's day at that instant."""
    return stage.moment.astimezone(zone_of(plan, who)).date() if stage.moment else stage.day


def reminder(
    who: Recipient, occurrence: Occurrence, stage: Stage, at: datetime, day: date
) -> Reminder:
    """Put a stage of an occurrence into a reminder."""
    return Reminder(
        at=at,
        recipient=who,
        milestone=occurrence.milestone,
        occurrence=occurrence.id,
        due=occurrence.due,
        stage=stage.name,
        day=day,
        order=stage.order,
        waits=stage.kind in WAITS_FOR_DIGEST,
    )


def to_come(plan: Plan, occurrence: Occurrence, frm: datetime) -> Iterator[Reminder]:
    """Give the reminders whose time has not passed when the plan is first seen."""
    clock = occurrence.milestone.policy.at
    for stage in stages(plan, occurrence):
        for person in meant(plan, occurrence.milestone, stage):
            for who in standing_in(plan, person, stage_day(plan, person, stage)):
                at = stage_at(plan, who, stage, clock)
                if at >= frm:
                    yield reminder(who, occurrence, stage, at, stage_day(plan, who, stage))


def at_once(plan: Plan, occurrence: Occurrence, frm: datetime) -> Iterator[Reminder]:
    """Late 1: the latest passed `before` stage, now, if the due day is still ahead."""
    if occurrence.due <= frm.astimezone(occurrence.zone).date():
        return
    leads = [stage for stage in stages(plan, occurrence) if stage.kind == BEFORE]
    clock = occurrence.milestone.policy.at
    for person in expand(plan, occurrence.milestone.owners):
        today = frm.astimezone(zone_of(plan, person)).date()
        for who in standing_in(plan, person, today):
            times = [(stage_at(plan, who, stage, clock), stage.order, stage) for stage in leads]
            passed = [entry for entry in times if entry[0] < frm]
            if passed:
                stage = max(passed, key=lambda entry: entry[:2])[2]
                yield now(plan, who, occurrence, stage, frm)


def now(
    plan: Plan, who: Recipient, occurrence: Occurrence, stage: Stage, frm: datetime
) -> Reminder:
    """Late 1, "at once": only quiet hours hold it, and those not for a lead of the clock."""
    zone = zone_of(plan, who)
    at = frm if stage.moment else after_quiet(frm, quiet_of(plan, who), zone)
    return replace(reminder(who, occurrence, stage, at, frm.astimezone(zone).date()), late=True)


def superseded_left_out(found: Iterable[Reminder]) -> list[Reminder]:
    """Who 3 and When 5, for one occurrence: each stage once, and the latest stage of each day."""
    once: dict[tuple[Recipient, str], Reminder] = {}
    for one in sorted(found, key=lambda one: one.at):
        once.setdefault((one.recipient, one.stage), one)
    latest: dict[tuple[Recipient, date], Reminder] = {}
    for one in once.values():
        rival = latest.get((one.recipient, one.day))
        if rival is None or one.order > rival.order:
            latest[one.recipient, one.day] = one
    return list(latest.values())


def of_occurrence(plan: Plan, occurrence: Occurrence, frm: datetime) -> list[Reminder]:
    """Give what is sent for one occurrence; Late 2: nothing where its due day has passed."""
    if occurrence.due < frm.astimezone(occurrence.zone).date():
        return []
    return superseded_left_out([*to_come(plan, occurrence, frm), *at_once(plan, occurrence, frm)])


def date_wanted(plan: Plan, milestone: Milestone, frm: datetime, until: datetime) -> list[Reminder]:
    """When 11: ask the owner and the coordinators, at once and then at the interval."""
    once: dict[tuple[Recipient, date], Reminder] = {}
    today = frm.astimezone(milestone.zone).date()
    for day in asking_days(plan, milestone, today, until):
        for person in expand(plan, [*milestone.owners, *plan.coordinators]):
            for who in standing_in(plan, person, day):
                at = asked_at(plan, who, milestone, day, frm if day == today else None)
                asked = replace(question(who, milestone, day, at), late=day == today)
                once.setdefault((who, day), asked)
    return [one for one in once.values() if one.at >= frm]


def asked_at(
    plan: Plan, who: Recipient, milestone: Milestone, day: date, at_once: datetime | None
) -> datetime:
    """Give the time of a question; only quiet hours hold the first one."""
    if at_once is None:
        return sent_at(plan, who, day, milestone.policy.at)
    return after_quiet(at_once, quiet_of(plan, who), zone_of(plan, who))


def question(who: Recipient, milestone: Milestone, day: date, at: datetime) -> Reminder:
    """Put a date that is wanted into a reminder."""
    return Reminder(
        at=at,
        recipient=who,
        milestone=milestone,
        occurrence=milestone.id,
        due=None,
        stage="date-wanted",
        day=day,
        order=(0, 0, 0),
        waits=True,
    )


def asking_days(plan: Plan, milestone: Milestone, today: date, until: datetime) -> Iterator[date]:
    """Give the days on which a date is asked for: today in the milestone's zone, and so on."""
    yield today
    number, day = 1, today
    while day <= until.date() + timedelta(days=60):
        day = plan.workdays.count(today, milestone.policy.date_wanted.times(number), 1)
        shifted = earlier(plan, milestone.policy, day)
        if shifted > today:
            yield shifted
        number += 1


def in_digests(plan: Plan, found: list[Reminder], frm: datetime) -> list[Reminder]:
    """Who 4: what waits for a digest goes with the rest of its day or week."""
    groups: dict[tuple[Recipient, date], list[Reminder]] = {}
    sent = []
    for one in found:
        delivery = delivery_of(plan, one.recipient)
        if not one.waits or delivery == "immediate":
            sent.append(one)
            continue
        zone = zone_of(plan, one.recipient)
        if (
            delivery == "daily"
            and after_quiet(one.at, quiet_of(plan, one.recipient), zone) > one.at
        ):
            sent.append(one)  # a lead by the clock: the rest of the day would go in quiet hours
            continue
        day = one.at.astimezone(zone).date()
        if delivery == "weekly":
            day = plan.workdays.at_or_after(week_of(plan, day))
        groups.setdefault((one.recipient, day), []).append(one)
    for (who, day), group in groups.items():
        sent += together(plan, who, day, group, frm)
    return sent


def together(
    plan: Plan, who: Recipient, day: date, group: list[Reminder], frm: datetime
) -> list[Reminder]:
    """Give a digest its time.

    A day's goes with the first of the day. A week's goes on the week's first working day, at the
    earliest `at` of what is in it. What had passed by then at first sight, and what would come too
    late with it, goes at its own time.
    """
    if delivery_of(plan, who) == "daily":
        first = min(one.at for one in group)
        return [replace(one, at=first) for one in group]
    hours = [sent_at(plan, who, day, one.milestone.policy.at) for one in group]
    timely = [
        frm <= at and (at <= one.at or may_wait(one, day))
        for one, at in zip(group, hours, strict=True)
    ]
    ahead = [at for at, in_time in zip(hours, timely, strict=True) if in_time]
    return [
        replace(one, at=min(ahead)) if in_time else one
        for one, in_time in zip(group, timely, strict=True)
    ]


def may_wait(one: Reminder, day: date) -> bool:
    """Say whether what goes at once may wait for a digest: only for one before the due day."""
    return one.late and (one.due is None or day < one.due)


def week_of(plan: Plan, day: date) -> date:
    """Give the first day of a week: the one after the weekend, else Monday."""
    weekend = plan.workdays.weekend
    starts = [n for n in range(7) if n not in weekend and (n - 1) % 7 in weekend] or [0]
    return day - timedelta(days=(day.weekday() - starts[0]) % 7)
