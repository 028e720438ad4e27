"""`milestones retry`: failed deliveries are tried again."""

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
@click.argument("what", required=False)
@click.option("--channel", metavar="ID", help="Only what failed on this channel.")
@plan_option
@database_option
def command(what: str | None, channel: str | None, plan: Path | None, database: str | None) -> None:
    """Try failed reminders again: of a milestone, an occurrence or one key, or all."""
    url = required(database_url(database, plan_path(plan)))
    act = Act(now(), "", "retry", what or channel or "")

    def work(history: HistoryStore) -> int:
        store = ActsStore(history.database)
        must_be_known(store, what, channel, plan)
        return store.retry(act, channel=channel, key=what)

    count = with_history(url, work)
    click.echo(f"{counted(count, 'reminder')} will be tried again")
