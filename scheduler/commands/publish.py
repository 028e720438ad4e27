"""`milestones publish`: the public pages and feeds as files for any web server, or for none."""

from dataclasses import replace
from pathlib import Path

import click
from pydantic_core import PydanticCustomError

from calendars.wording import LANGUAGES
from config.fields import read_url
from scheduler.commands.history import with_dates
from scheduler.commands.options import (
    database_option,
    database_url,
    json_option,
    load_plan,
    now,
    plan_path,
)
from scheduler.commands.output import counted, print_json
from scheduler.commands.recorded import public_files, recorded
from scheduler.errors import WrongUsage
from scheduler.folder import fill
from scheduler.web.files import files
from scheduler.web.still import Still

_MOST_WORDS = 2


@click.command
@click.argument("words", nargs=-1, required=True, metavar="[PLAN] DIR")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="The language of pages and feeds; by default the plan's.",
)
@click.option(
    "--url", "address", metavar="URL", help="Where DIR is found; by default at the plan's url."
)
@database_option
@json_option
def command(
    words: tuple[str, ...],
    language: str | None,
    address: str | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Write the public pages and all public feeds as files into the folder DIR.

    The links between them are relative, so that DIR works under any address and from a disk.
    Only what changed is written; what is gone from the plan is removed. Files that this command
    did not write are left alone.
    """
    if len(words) > _MOST_WORDS:
        raise WrongUsage("write one plan and one folder, as in `milestones publish plan.toml site`")
    given = Path(words[0]) if len(words) == _MOST_WORDS else None
    folder = Path(words[-1])
    if folder.exists() and not folder.is_dir():
        raise WrongUsage(f"{folder} is a file: name a folder, which may be new")
    url = database_url(database, plan_path(given))
    loaded = load_plan(given)
    plan = with_dates(loaded.plan, url)
    loaded = replace(loaded, plan=replace(plan, url=_address(address) if address else plan.url))
    past = recorded(loaded, url)
    site = Still(
        loaded.plan,
        now(),
        past.history,
        past.slips,
        past.told,
        public_files(loaded.plan, past.told, url),
    )
    made = files(site, language or "")
    done = fill(folder, made)
    if as_json:
        print_json([{"folder": str(folder), "files": len(made), **done._asdict()}])
        return
    click.echo(
        f"{counted(len(made), 'file')} in {folder}: {done.written:,} written, "
        f"{done.removed:,} removed, {done.unchanged:,} as they were"
    )


def _address(text: str) -> str:
    try:
        return read_url(text)
    except PydanticCustomError:
        raise WrongUsage(
            f'"{text}" is no web address: write it with "https://" before it'
        ) from None
