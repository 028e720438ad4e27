"""`milestones withdraw`: deliveries that are not sent yet are taken back."""

from pathlib import Path

import click

from scheduler.commands.history import must_be_known, required, with_history
from scheduler.commands.options import (
    database_option,
    database_url,
    now,
    plan_option,
    plan_path,
)
from scheduler.commands.output import counted
from scheduler.outbox.acts_store import ActsStore
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.trail_store import Act


@click.command
@click.argument("what")
@click.option("--channel", metavar="ID", help="Only on this channel.")
@plan_option
@database_option
def command(what: str, channel: str | None, plan: Path | None, database: str | None) -> None:
    """Take back what is not sent of WHAT: a milestone, an occurrence, or one reminder's key."""
    url = required(database_url(database, plan_path(plan)))
    act = Act(now(), "", "withdraw", what)

    def work(history: HistoryStore) -> int:
        store = ActsStore(history.database)
        must_be_known(store, what, channel, plan)
        return store.withdraw(act, what, channel)

    count = with_history(url, work)
    click.echo(f"{counted(count, 'reminder')} taken back")
