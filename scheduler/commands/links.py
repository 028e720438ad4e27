"""`milestones links`: the private feed links of people and teams."""

from pathlib import Path

import click

from scheduler.commands.history import with_history
from scheduler.commands.options import (
    database_option,
    database_url,
    json_option,
    load_plan,
    plan_option,
    plan_path,
    require_recipient,
)
from scheduler.commands.output import console, print_json, table
from scheduler.feeds import Scope
from scheduler.outbox.history_store import HistoryStore
from scheduler.web.links import private_path


@click.command
@click.option("--person", metavar="ID", help="Only this person or team.")
@click.option("--renew", metavar="ID", help="Make the links of a person or team anew.")
@plan_option
@database_option
@json_option
def command(
    person: str | None,
    renew: str | None,
    plan: Path | None,
    database: str | None,
    as_json: bool,
) -> None:
    """The private feed links; whoever has one sees the feed, so hand them out with care.

    --renew makes the old links of a person or team invalid, those in messages too, and the
    addresses by which messages that were sent could be answered.
    """
    loaded = load_plan(plan).plan
    for given in (person, renew):
        if given:
            require_recipient(loaded, given)
    only = person or renew
    scopes = [
        *(Scope("person", one) for one in loaded.people if only in (None, one)),
        *(Scope("team", one) for one in loaded.teams if only in (None, one)),
    ]
    base = (loaded.url or "").rstrip("/")

    def work(history: HistoryStore) -> list[tuple[Scope, str]]:
        known = history.generations()
        if renew:
            known[renew] = known.get(renew, 0) + 1
            history.put(f"links:{renew}", str(known[renew]))
        key = history.signing_key()
        return [(one, base + private_path(key, one, known.get(one.id, 0))) for one in scopes]

    found = with_history(database_url(database, plan_path(plan)), work)
    if as_json:
        print_json({"scope": str(scope), "link": link} for scope, link in found)
        return
    rows = [(str(scope), link) for scope, link in found]
    console().print(table(("For", "Private feed"), rows))
    if not base:
        click.echo("the plan has no `url`, so these are paths on the service", err=True)
