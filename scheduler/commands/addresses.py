"""`milestones addresses`: to which mail came back, and to which it is sent again."""

from pathlib import Path

import click

from scheduler.commands.history import required, with_history
from scheduler.commands.options import (
    database_of,
    database_option,
    json_option,
    now,
    plan_option,
    stamp,
)
from scheduler.commands.output import console, print_json, table
from scheduler.errors import WrongUsage
from scheduler.incoming.addressing import one_form
from scheduler.incoming.values import Mark
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.incoming_store import IncomingStore


@click.command
@click.option("--clear", metavar="ADDRESS", help="Send mail to this address again.")
@plan_option
@database_option
@json_option
def command(clear: str | None, plan: Path | None, database: str | None, as_json: bool) -> None:
    """The addresses to which no mail is sent any more, since it came back.

    --clear ends that for one, for instance when its mailbox works again. What was not sent
    meanwhile is sent by `milestones retry`.
    """
    url = required(database_of(database, plan))
    if clear:
        with_history(url, lambda history: _clear(history, clear))
    marks = with_history(url, lambda history: list(_store(history).marks().values()))
    if as_json:
        print_json(as_object(one) for one in marks)
        return
    if clear:
        click.echo(f"mail is sent to {clear} again; milestones retry sends what was left out")
    elif marks:
        rows = [list(map(str, as_object(one).values())) for one in marks]
        console().print(table(("Address", "Person", "Since", "Code", "Reason"), rows))
    else:
        click.echo("mail is sent to every address")


def as_object(mark: Mark) -> dict[str, str]:
    """A marked address as machines read it."""
    return {
        "address": mark.address,
        "person": mark.recipient,
        "since": stamp(mark.since),
        "code": mark.code,
        "reason": mark.reason,
    }


def _clear(history: HistoryStore, address: str) -> None:
    if not _store(history).lift([one_form(address)], now()):
        raise WrongUsage(f'"{address}" is not marked: `milestones addresses` lists those that are')


def _store(history: HistoryStore) -> IncomingStore:
    return IncomingStore(history.database)
