"""PURE. Why a reminder is sent when it is, and to whom, in one English sentence.

The `because` of `preview --json` and of `why`. It explains; it decides nothing.
"""

from datetime import date, datetime

from calendars.durations import Duration
from calendars.wording import day_text
from calendars.zones import zone
from config.plan import COORDINATORS, DEFAULT_POLICY, LEAD, Plan, Policy
from config.request_values import is_request
from scheduler.planning.reminders import DATE_WANTED
from scheduler.planning.values import Occurrence, Reminder, is_by_clock


def because(plan: Plan, occurrence: Occurrence, reminder: Reminder) -> str:
    """The sentence for one reminder."""
    milestone = plan.reminded(reminder.milestone)
    policy = plan.policy(milestone.policy if milestone else DEFAULT_POLICY)
    parts = [_stage(occurrence, reminder, policy, plan)]
    parts += _working_day(reminder)
    parts += _held(plan, reminder, policy)
    if reminder.behalf:
        names = " and ".join(name_of(plan, one) for one in reminder.behalf)
        parts.append(f"for {names}, who {'is' if len(reminder.behalf) == 1 else 'are'} away")
    return "; ".join(parts)


def name_of(plan: Plan, recipient: str) -> str:
    """The name of a person or team; the id where the plan does not know it any more."""
    known = plan.people.get(recipient) or plan.teams.get(recipient)
    return known.name if known else recipient


def short_day(day: date, beside: date | None) -> str:
    """ "Sunday 31 March", with the year where it is not that of the day it is compared with."""
    text = day_text(day, "en", weekday=True)
    return text.rsplit(" ", 1)[0] if beside and beside.year == day.year else text


def _stage(occurrence: Occurrence, reminder: Reminder, policy: Policy, plan: Plan) -> str:
    kind, _, detail = reminder.stage.partition(":")
    if reminder.stage == DATE_WANTED:
        again = "" if reminder.late else ", and none has come"
        return f"there is no date yet{again}; asked for at once and then every {policy.date_wanted}"
    due = occurrence.due
    if due is None:
        return "the date is open"
    on = day_text(due)
    nominal = short_day(reminder.nominal, due)
    if kind == "before":
        return _lead(occurrence, reminder, detail, on, nominal)
    if kind == "opening" and is_request(occurrence.id):
        return _request_opens(reminder, nominal)
    if kind == "opening":
        return f"{occurrence.due_text()} begins on {nominal}"
    if kind == "on-the-day":
        return f"the due day is {short_day(due, None)}"
    return _late(detail, kind, policy, plan, on, nominal)


def _request_opens(reminder: Reminder, nominal: str) -> str:
    late = ", which had passed when it was first known; sent at once" if reminder.late else ""
    return f"the update request opens on {nominal}{late}"


def _lead(occurrence: Occurrence, reminder: Reminder, lead: str, on: str, nominal: str) -> str:
    by_clock = occurrence.starts is not None and is_by_clock(lead)
    text = f"{lead} before {on}"
    if by_clock and occurrence.promise.instant:
        text = f"{lead} before {occurrence.promise.instant:%H:%M} on {on}"
    elif reminder.nominal != reminder.due:
        text += f" is {nominal}"
    if reminder.late:
        return f"{text}, which had passed when the date was first known; sent at once"
    return text


def _late(detail: str, kind: str, policy: Policy, plan: Plan, on: str, nominal: str) -> str:
    number = int(detail)
    if kind == "overdue" and policy.overdue:
        every = policy.overdue.every
        after: Duration | None = Duration(every.count * number, every.unit)
        tail = "nothing was reported"
    else:
        escalation = policy.escalate[number - 1] if number <= len(policy.escalate) else None
        after = escalation.after if escalation else None
        to = escalation.to if escalation else ""
        whom = {LEAD: "the team's lead", COORDINATORS: "the coordinators"}.get(to)
        tail = f"nothing was reported, so {whom or name_of(plan, to)} is told"
        if to == COORDINATORS:
            tail = tail.replace(" is told", " are told")
    return f"{after or reminder_number(number)} after {on} is {nominal}, and {tail}"


def reminder_number(number: int) -> str:
    """The words for a stage whose rule has gone from the policy."""
    return f"step {number}"


def _working_day(reminder: Reminder) -> list[str]:
    if reminder.late or reminder.day == reminder.nominal or is_by_clock(reminder.stage):
        return []
    side = "before" if reminder.day < reminder.nominal else "after"
    return [f"sent on the working day {side}"]


def _held(plan: Plan, reminder: Reminder, policy: Policy) -> list[str]:
    kind = reminder.digest.split("|")[2] if reminder.digest else ""
    person = plan.people.get(reminder.recipient)
    if kind == "weekly":
        return ["in the weekly digest"]
    if kind == "daily":
        return ["in the daily digest"]
    if person is None or person.quiet is None:
        return []
    local = reminder.at.astimezone(zone(person.timezone))
    if local.time() == person.quiet.end and not _same_hour(local, policy, reminder):
        return [f"held until the end of the quiet hours, {local:%H:%M}"]
    return []


def _same_hour(local: datetime, policy: Policy, reminder: Reminder) -> bool:
    return local.time() == policy.at and not reminder.late
