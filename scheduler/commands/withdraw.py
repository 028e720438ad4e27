"""`milestones withdraw`: deliveries that are not sent yet are taken back."""

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
@click.argument("what")
@click.option("--channel", metavar="ID", help="Only on this channel.")
@plan_option
@database_option
def command(what: str, channel: str | None, plan: Path | None, database: str | None) -> None:
    """Take back what is not sent of WHAT: a milestone, an occurrence, or one reminder's key.

    It is not planned again, whatever is edited, unless the date moves.
    """
    url = required(database_of(database, plan))
    act = Act(now(), "", "withdraw", what)
    count = act_on(url, what, channel, plan, lambda store: store.withdraw(act, what, channel))
    click.echo(f"{counted(count, 'reminder')} taken back")
