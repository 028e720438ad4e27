"""`milestones feed`: a feed on standard output, the bytes that the service answers."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from calendars.feeds.registry import DEFAULT, FORMATS
from calendars.wording import LANGUAGES
from calendars.zones import local_day
from config.plan import Plan
from scheduler.commands.history import with_dates
from scheduler.commands.options import (
    database_option,
    database_url,
    load_plan,
    moment,
    now,
    plan_path,
)
from scheduler.commands.recorded import recorded
from scheduler.errors import WrongUsage
from scheduler.feeds import Scope, ScopeError, parse_scope
from scheduler.published import (
    STATUSES,
    Answer,
    Wanted,
    WantedError,
    answer,
    parse_language,
    parse_statuses,
)

_MOST_WORDS = 2


@click.command
@click.argument("words", nargs=-1, required=True, metavar="[PLAN] SCOPE")
@click.option("--as", "form", type=click.Choice(list(FORMATS)), default=DEFAULT, help="The format.")
@click.option("--lang", metavar="LANGUAGE", help=f"One of {', '.join(LANGUAGES)}.")
@click.option(
    "--status", "statuses", multiple=True, metavar="STATUS", help=f"Only {', '.join(STATUSES)}."
)
@click.option("--from", "first", metavar="DAY", help="The first day (default: 90 days ago).")
@click.option("--until", "last", metavar="DAY", help="The last day (default: 24 months ahead).")
@click.option("--windows", is_flag=True, help="Also the span of days of each date that is vague.")
@click.option(
    "--alarms", type=click.Choice(["policy"]), help="Alarms by each milestone's own policy."
)
@click.option("--private", is_flag=True, help="Also what is not public; always so for a person.")
@database_option
def command(
    words: tuple[str, ...],
    form: str,
    lang: str | None,
    statuses: tuple[str, ...],
    first: str | None,
    last: str | None,
    windows: bool,
    alarms: str | None,
    private: bool,
    database: str | None,
) -> None:
    """Print the feed of SCOPE: all, track:ID, team:ID, person:ID or tag:NAME.

    --status may be given several times. --windows and --alarms count in calendars only.
    """
    if len(words) > _MOST_WORDS:
        raise WrongUsage("write one plan and one scope, as in `milestones feed plan.toml all`")
    given = Path(words[0]) if len(words) == _MOST_WORDS else None
    url = database_url(database, plan_path(given))
    loaded = load_plan(given)
    plan = with_dates(loaded.plan, url)
    loaded = replace(loaded, plan=plan)
    scope = _scope(words[-1], plan)
    past = recorded(loaded, url)
    try:
        wanted = Wanted(
            scope,
            private=private or scope.kind == "person",
            form=form,
            language=parse_language(lang) if lang else "",
            statuses=parse_statuses(statuses) if statuses else frozenset(),
            first=_day(first, plan),
            last=_day(last, plan),
            windows=windows,
            alarms=alarms is not None,
        )
        found = answer(plan, wanted, past.history, now())
    except WantedError as error:
        raise WrongUsage(_as_options(str(error))) from None
    click.echo(found.feed.body, nl=False)
    _tell(found)


def _scope(text: str, plan: Plan) -> Scope:
    try:
        return parse_scope(text, plan)
    except ScopeError as error:
        raise WrongUsage(str(error)) from None


def _day(text: str | None, plan: Plan) -> date | None:
    at = moment(text, plan)
    return local_day(at, plan.timezone) if at else None


def _as_options(text: str) -> str:
    """A refusal of a parameter in the words of the command line."""
    for name in ("until", "from", "lang", "status"):
        text = text.replace(f"`{name}`", f"--{name}")
    return text


def _tell(found: Answer) -> None:
    """Say on standard error what the feed does not show."""
    for count, reason in (
        (found.feed.left_out, "without a date"),
        (found.published.outside, "outside of the days covered"),
        (found.published.otherwise, "with another status"),
    ):
        if count:
            click.echo(f"milestones: {count} left out, {reason}", err=True)
    for one in found.feed.broken:
        line = f"{one.uid}: {one.reason}"
        click.echo(f"milestones: left out, since no feed can hold it: {line}", err=True)
