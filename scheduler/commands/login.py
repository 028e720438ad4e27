"""`milestones login`: a link into the console, made by the operator."""

from pathlib import Path

import click

from scheduler.clock import SystemClock
from scheduler.commands.history import required, with_history
from scheduler.commands.options import (
    database_option,
    database_url,
    load_plan,
    plan_option,
    plan_path,
    require_recipient,
)
from scheduler.console.doorkeeper import LINK_GOOD_FOR, new_link
from scheduler.console.roles import role_of
from scheduler.errors import WrongUsage
from scheduler.outbox.access_store import AccessStore
from scheduler.outbox.history_store import HistoryStore


@click.command
@click.argument("person")
@plan_option
@database_option
def command(person: str, plan: Path | None, database: str | None) -> None:
    """Print a link that logs PERSON in to the console, once, within a quarter of an hour.

    For whoever gets no mail at the moment: coordinators ask for theirs on the page /login. PERSON
    is a coordinator of the plan or the lead of a team.
    """
    loaded = load_plan(plan).plan
    require_recipient(loaded, person)
    if role_of(loaded, person) is None:
        raise WrongUsage(
            f'"{person}" has no console: it is for those whom `coordinators` under [plan] names, '
            "and for the `lead` of a team"
        )
    url = required(database_url(database, plan_path(plan)))

    def work(history: HistoryStore) -> str:
        return new_link(AccessStore(history.database), person, "", SystemClock().now())

    path = with_history(url, work)
    base = (loaded.url or "").rstrip("/")
    click.echo(base + path)
    if not base:
        click.echo("the plan has no `url`, so this is a path on the service", err=True)
    minutes = int(LINK_GOOD_FOR.total_seconds() // 60)
    click.echo(f"good once, for {minutes} minutes; hand it over in private", err=True)
