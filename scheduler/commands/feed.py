"""`milestones feed`: a calendar feed on standard output, the bytes that the service answers."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from calendars.feeds.registry import FORMATS
from calendars.zones import local_day
from config.load import Loaded
from config.plan import Plan
from scheduler.commands.history import exists, with_history
from scheduler.commands.options import (
    database_option,
    database_url,
    load_plan,
    moment,
    now,
    plan_path,
)
from scheduler.errors import WrongUsage
from scheduler.feeds import (
    History,
    Published,
    Scope,
    ScopeError,
    Span,
    calendar,
    default_span,
    parse_scope,
)
from scheduler.inforce import stamps_of, states_of
from scheduler.outbox.history_store import HistoryStore
from scheduler.remembered import gone_of
from scheduler.stamps import Stamp

_MOST_WORDS = 2


@click.command
@click.argument("words", nargs=-1, required=True, metavar="[PLAN] SCOPE")
@click.option("--from", "first", metavar="DAY", help="The first day (default: 90 days ago).")
@click.option("--until", "last", metavar="DAY", help="The last day (default: 24 months ahead).")
@click.option("--windows", is_flag=True, help="Also the span of days of each date that is vague.")
@click.option("--private", is_flag=True, help="Also what is not public; always so for a person.")
@database_option
def command(
    words: tuple[str, ...],
    first: str | None,
    last: str | None,
    windows: bool,
    private: bool,
    database: str | None,
) -> None:
    """Print the calendar of SCOPE: all, track:ID, team:ID, person:ID or tag:NAME."""
    if len(words) > _MOST_WORDS:
        raise WrongUsage("write one plan and one scope, as in `milestones feed plan.toml all`")
    given = Path(words[0]) if len(words) == _MOST_WORDS else None
    loaded = load_plan(given)
    plan, at = loaded.plan, now()
    scope = _scope(words[-1], plan)
    span = _span(plan, at, first, last)
    shown = private or scope.kind == "person"
    history = _history(loaded, database_url(database, plan_path(given)))
    published = calendar(plan, scope, history, at, private=shown, span=span)
    feed = FORMATS["ical"].write(published.calendar, windows=windows)
    click.echo(feed.body, nl=False)
    _tell(published, [f"{one.uid}: {one.reason}" for one in feed.broken])


def _scope(text: str, plan: Plan) -> Scope:
    try:
        return parse_scope(text, plan)
    except ScopeError as error:
        raise WrongUsage(str(error)) from None


def _span(plan: Plan, at: datetime, first: str | None, last: str | None) -> Span:
    span = default_span(plan, at)
    begins, ends = moment(first, plan), moment(last, plan)
    chosen = Span(
        local_day(begins, plan.timezone) if begins else span.first,
        local_day(ends, plan.timezone) if ends else span.last,
    )
    if chosen.last < chosen.first:
        raise WrongUsage("--until lies before --from: swap them")
    return chosen


def _history(loaded: Loaded, url: str) -> History:
    """What the database holds; without one, and for what it has not seen yet, everything was
    made, and last changed, when the plan's files were."""
    newest = max(file.stat().st_mtime for file in loaded.files)
    changed = datetime.fromtimestamp(int(newest), UTC)
    fresh = dict.fromkeys(loaded.plan.milestones, Stamp(changed, changed))
    if not exists(url):
        return History(stamps=fresh)
    known = with_history(url, _recorded)
    return replace(known, stamps={**fresh, **known.stamps})


def _recorded(store: HistoryStore) -> History:
    rows = store.stamp_rows()
    stamps = stamps_of(rows)
    return History(states_of(store.latest_reports().values()), stamps, gone_of(rows, stamps))


def _tell(published: Published, broken: list[str]) -> None:
    """Say on standard error what the feed does not show."""
    for count, reason in (
        (published.without_date, "without a date"),
        (published.outside, "outside of the days covered"),
    ):
        if count:
            click.echo(f"milestones: {count} left out, {reason}", err=True)
    for line in broken:
        click.echo(f"milestones: left out, since no calendar can hold it: {line}", err=True)
