"""`milestones report`: what somebody says of a milestone, recorded at once."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import cast, get_args

import click

from calendars.zones import local_day
from config.plan import Plan
from config.problems import nearest
from config.request_values import is_request
from scheduler.choices import end_of_acknowledgement, end_of_snooze
from scheduler.commands.options import (
    database_option,
    database_url,
    json_option,
    moment,
    now,
    plan_option,
    plan_path,
    stamp,
)
from scheduler.commands.output import counted, print_json
from scheduler.errors import WrongUsage
from scheduler.inforce import InForce
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.schema import prepare
from scheduler.outbox.values import RESUMED, SNOOZED, WISHES
from scheduler.planner import Planning
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence
from scheduler.reporting import Report, Reporting, Word

STATES = get_args(Word)
_A_YEAR = timedelta(days=366)


@click.command
@click.argument("milestone")
@click.argument("state", type=click.Choice(STATES))
@click.option("--note", default="", help="A sentence to go with it.")
@click.option("--percent", type=click.IntRange(0, 100), help="How much is done.")
@click.option("--by", metavar="PERSON", default="", help="Who says so (default: you, unnamed).")
@click.option("--at", "said", metavar="TIME", help="When it was said (default: now).")
@click.option("--until", metavar="DAY", help="Until when to snooze, or to acknowledge.")
@plan_option
@database_option
@json_option
def command(
    milestone: str,
    state: str,
    note: str,
    percent: int | None,
    by: str,
    said: str | None,
    until: str | None,
    plan: Path | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Record what is said of MILESTONE (track/id, for a repeating one track/id@DAY).

    `done` and `cancelled` take back every reminder of it that is not sent yet. `note` leaves the
    state as it was. `acknowledged`, `snoozed` and `resumed` concern only the reminders of --by:
    none for a while, the latest of them on --until, and all of them again.
    """
    path = plan_path(plan)
    opened = Database(database_url(database, path))
    try:
        prepare(opened)
        history = HistoryStore(opened)
        planning = Planning(PlanningStore(opened))
        force = InForce(path, planning, history)
        at = now()
        force.start(at)
        occurrence = find(force.plan, milestone, at)
        said_at = _said_at(said, force.plan, at)
        if by and by not in force.plan.people:
            raise WrongUsage(f'there is no person "{by}" in the plan')
        end = _end(force.plan, occurrence, state, by, until, at)
        report = Report(
            state=cast("Word", state),
            by=by,
            said_at=said_at,
            percent=percent,
            note=note,
            until=end,
            reviewed=True,
        )
        withdrawn = Reporting(opened, history, planning, force).record(occurrence, report, at) or 0
    finally:
        opened.close()
    if as_json:
        line = {"occurrence": occurrence.id, "state": state, "at": stamp(at)}
        ends = {"until": stamp(end)} if end else {}
        print_json([line | ends | {"withdrawn": withdrawn}])
        return
    taken = f"; {counted(withdrawn, 'reminder')} taken back" if withdrawn else ""
    click.echo(f"{_sentence(occurrence.id, state, by, end)}{taken}")


def _said_at(text: str | None, plan: Plan, at: datetime) -> datetime:
    """When it was said; WrongUsage for what nobody can have said yet."""
    said = moment(text, plan) or at
    if said > at:
        raise WrongUsage(f'--at is when it was said, and "{text}" lies ahead')
    return said


def _sentence(occurrence: str, state: str, by: str, end: datetime | None) -> str:
    if state == "note":
        return f"a note on {occurrence} is recorded"
    if state == RESUMED:
        return f"{by} is reminded of {occurrence} again"
    held = f" by {by} until {stamp(end)}" if end else ""
    return f"{occurrence} is {state.replace('-', ' ')}{held}"


def _end(
    plan: Plan, occurrence: Occurrence, state: str, by: str, until: str | None, at: datetime
) -> datetime | None:
    """Until when an acknowledgement or a snooze holds; WrongUsage for what makes no sense."""
    if state not in WISHES:
        if until:
            raise WrongUsage("--until goes with acknowledged and snoozed only")
        return None
    if not by:
        raise WrongUsage(f"{state} concerns the reminders of one person: say whose with --by")
    milestone = plan.milestones[occurrence.milestone]
    if state == RESUMED:
        return at
    if until is None:
        if state == SNOOZED:
            raise WrongUsage("say until when with --until, for example --until 2024-03-21")
        return end_of_acknowledgement(plan, milestone, by, at)
    wanted = moment(until, plan)
    end = end_of_snooze(plan, milestone, by, local_day(wanted or at, plan.timezone))
    if end <= at:
        raise WrongUsage("--until lies in the past")
    return end


def find(plan: Plan, text: str, at: datetime, *, requests: bool = False) -> Occurrence:
    """The occurrence that is meant; of a repeating milestone it must be named by its day.

    requests: whether a part of an update request may be meant too. Raises `WrongUsage` with the
    nearest known name, or with the days there are.
    """
    dates = Dates(plan)
    if is_request(text) and not requests:
        raise WrongUsage("an update request is answered by its form; report the milestones instead")
    found = dates.find(text)
    if found is not None:
        return found
    milestone = plan.reminded(text.partition("@")[0])
    if milestone is None:
        near = nearest(text, plan.milestones)
        hint = f'; did you mean "{near}"?' if near else ""
        raise WrongUsage(f'there is no milestone "{text}" in the plan{hint}')
    if milestone.repeats is None:
        raise WrongUsage(f'"{milestone.id}" does not repeat: leave out the day')
    today = local_day(at, milestone.timezone)
    days = [one.id for one in dates.of(milestone, today + _A_YEAR)]
    around = [one for one in days if one.partition("@")[2] >= today.isoformat()][:3]
    past = [one for one in days if one.partition("@")[2] < today.isoformat()][-3:]
    raise WrongUsage(
        f'"{milestone.id}" repeats: name the one you mean, for example {", ".join(past + around)}'
    )
