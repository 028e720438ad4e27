"""`milestones retry`: failed deliveries are tried again."""

from pathlib import Path

import click

from scheduler.commands.history import act_on, required
from scheduler.commands.options import (
    database_of,
    database_option,
    now,
    plan_option,
)
from scheduler.commands.output import counted
from scheduler.outbox.trail_store import Act


@click.command
@click.argument("what", required=False)
@click.option("--channel", metavar="ID", help="Only what failed on this channel.")
@plan_option
@database_option
def command(what: str | None, channel: str | None, plan: Path | None, database: str | None) -> None:
    """Try failed reminders again: of a milestone, an occurrence or one key, or all."""
    url = required(database_of(database, plan))
    act = Act(now(), "", "retry", what or channel or "")
    count = act_on(
        url, what, channel, plan, lambda store: store.retry(act, channel=channel, key=what)
    )
    click.echo(f"{counted(count, 'reminder')} will be tried again")
