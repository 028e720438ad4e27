"""`milestones apply`: the plan comes into force now, also one that drops much."""

from pathlib import Path

import click

from scheduler.commands.options import (
    database_option,
    database_url,
    load_plan,
    now,
    plan_argument,
    plan_path,
)
from scheduler.commands.output import counted
from scheduler.console.acts import OPERATOR
from scheduler.errors import PlanRefused
from scheduler.inforce import InForce
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.schema import prepare
from scheduler.outbox.trail_store import Act, TrailStore
from scheduler.planner import Planning


@click.command
@plan_argument
@click.option("--accept-removals", is_flag=True, help="Also where many open milestones would go.")
@database_option
def command(plan: Path | None, accept_removals: bool, database: str | None) -> None:
    """Put PLAN in force now. A running service takes it over within half a minute.

    A plan that would drop more than 5 open milestones, and more than a fifth of them, is applied
    only with --accept-removals; so is one of which a file was emptied.
    """
    path = plan_path(plan)
    loaded = load_plan(path)
    opened = Database(database_url(database, path))
    try:
        prepare(opened)
        history = HistoryStore(opened)
        force = InForce(path, Planning(PlanningStore(opened)), history)
        at = now()
        force.take(history.plan("in force"))
        found = force.consider(loaded, at, accept=accept_removals)
        if accept_removals and found.verdict == "applied":
            TrailStore(opened).add(Act(at, OPERATOR, "consent", loaded.digest))
    finally:
        opened.close()
    if found.verdict == "waiting":
        raise PlanRefused(f"{found.text}; to go on: milestones apply --accept-removals")
    if found.verdict == "rejected":  # it was edited meanwhile
        raise PlanRefused(found.text)
    counts = found.counts
    click.echo(
        f"in force: {counted(counts.milestones, 'milestone')} looked at, "
        f"{counted(counts.planned, 'reminder')} planned, {counts.rescheduled} given another time, "
        f"{counts.withdrawn} withdrawn, {counted(counts.moved, 'date')} moved"
    )
