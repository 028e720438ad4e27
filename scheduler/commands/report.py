"""`milestones report`: what somebody says of a milestone, recorded at once."""

from datetime import datetime
from pathlib import Path
from typing import cast

import click

from calendars.zones import local_day
from config.plan import Plan
from config.problems import nearest
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
from scheduler.planner import Planning
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence
from scheduler.reporting import Report, Reporting, Word

STATES = ("done", "on-track", "at-risk", "delayed", "cancelled")


@click.command
@click.argument("milestone")
@click.argument("state", type=click.Choice(STATES))
@click.option("--note", default="", help="A sentence to go with it.")
@click.option("--percent", type=click.IntRange(0, 100), help="How much is done.")
@click.option("--by", metavar="PERSON", default="", help="Who says so (default: you, unnamed).")
@click.option("--at", "said", metavar="TIME", help="When it was said (default: now).")
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
    plan: Path | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Record what is said of MILESTONE (track/id, for a repeating one track/id@DAY).

    `done` and `cancelled` take back every reminder of it that is not sent yet.
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
        if by and by not in force.plan.people:
            raise WrongUsage(f'there is no person "{by}" in the plan')
        report = Report(
            state=cast("Word", state),
            by=by,
            said_at=moment(said, force.plan) or at,
            percent=percent,
            note=note,
        )
        withdrawn = Reporting(opened, history, planning, force).record(occurrence, report, at) or 0
    finally:
        opened.close()
    if as_json:
        line = {"occurrence": occurrence.id, "state": state, "at": stamp(at)}
        print_json([line | {"withdrawn": withdrawn}])
        return
    taken = f"; {counted(withdrawn, 'reminder')} taken back" if withdrawn else ""
    click.echo(f"{occurrence.id} is {state.replace('-', ' ')}{taken}")


def find(plan: Plan, text: str, at: datetime) -> Occurrence:
    """The occurrence that is meant; of a repeating milestone it must be named by its day.

    Raises `WrongUsage` with the nearest known name, or with the days there are.
    """
    dates = Dates(plan)
    found = dates.find(text)
    if found is not None:
        return found
    milestone = plan.milestones.get(text.partition("@")[0])
    if milestone is None:
        near = nearest(text, plan.milestones)
        hint = f'; did you mean "{near}"?' if near else ""
        raise WrongUsage(f'there is no milestone "{text}" in the plan{hint}')
    if milestone.repeats is None:
        raise WrongUsage(f'"{milestone.id}" does not repeat: leave out the day')
    today = local_day(at, milestone.timezone)
    days = [one.id for one in dates.of(milestone, today.replace(year=today.year + 1))]
    around = [one for one in days if one.partition("@")[2] >= today.isoformat()][:3]
    past = [one for one in days if one.partition("@")[2] < today.isoformat()][-3:]
    raise WrongUsage(
        f'"{milestone.id}" repeats: name the one you mean, for example {", ".join(past + around)}'
    )
