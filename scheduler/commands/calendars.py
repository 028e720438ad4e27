"""`milestones calendars`: the calendars that are watched, and the names of their dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click

from calendars.foreign.values import Imported
from config.plan import Plan, Watched
from config.references import WATCHED
from scheduler.commands.history import exists, with_history
from scheduler.commands.options import (
    database_option,
    database_url,
    json_option,
    load_plan,
    now,
    plan_argument,
    plan_path,
    stamp,
)
from scheduler.commands.output import console, counted, print_json, table
from scheduler.errors import OutsideFailed
from scheduler.known import Kept, from_text, names_of, setting_of, to_text
from scheduler.outbox.history_store import HistoryStore
from scheduler.watching import look


@dataclass(frozen=True, slots=True)
class Row:
    """One date of a calendar, under the name by which a milestone may hang on it."""

    calendar: Watched
    name: str
    one: Imported


@click.command
@plan_argument
@click.option(
    "--fetch", is_flag=True, help="Fetch each of them now, as the service does by itself."
)
@database_option
@json_option
def command(plan: Path | None, fetch: bool, database: str | None, as_json: bool) -> None:
    """The calendars that PLAN watches, how they do, and what `due` may name of them."""
    path = plan_path(plan)
    loaded, url = load_plan(path).plan, database_url(database, path)
    kept = _kept(loaded, url, now(), fetch=fetch)
    rows = [row for it in loaded.calendars.values() for row in _rows(it, kept[it.id])]
    if as_json:
        print_json(map(line, rows))
    else:
        _print(loaded, kept, rows)
    failed = [it for it in loaded.calendars.values() if kept[it.id].problem]
    if fetch and failed:
        raise OutsideFailed(
            f"{counted(len(failed), 'calendar')} could not be read; what was known of it stays"
        )


def _kept(plan: Plan, url: str, at: datetime, *, fetch: bool) -> dict[str, Kept]:
    """What is known of each calendar; with `fetch` it is looked at first, and kept."""
    if not plan.calendars or not (fetch or exists(url)):
        return {name: Kept() for name in plan.calendars}

    def work(history: HistoryStore) -> dict[str, Kept]:
        found = {name: from_text(history.setting(setting_of(name))) for name in plan.calendars}
        if fetch:
            for name, calendar in plan.calendars.items():
                found[name] = look(calendar, found[name], at)
                history.put(setting_of(name), to_text(found[name]))
        return found

    return with_history(url, work)


def _rows(calendar: Watched, kept: Kept) -> Iterator[Row]:
    dates = sorted(kept.dates, key=lambda one: one.promise.last or date.max)
    for one in dates:
        names = names_of(one, kept.dates)
        if one.status != "cancelled" and names:
            yield Row(calendar, f"{WATCHED}{calendar.id}/{names[0]}", one)


def line(row: Row) -> dict[str, object]:
    """One line of `calendars --json`."""
    return {
        "calendar": row.calendar.id,
        "name": row.name,
        "title": row.one.title,
        "due": row.one.due,
        "timezone": row.one.timezone,
        "repeats": row.one.repeats,
        "uid": row.one.uid,
    }


def _print(plan: Plan, kept: dict[str, Kept], rows: list[Row]) -> None:
    if not plan.calendars:
        click.echo('the plan watches no calendar: write [calendars.ID] and url = "https://…"')
        return
    cells = [(row.one.due, row.name, row.one.title, row.one.repeats or "") for row in rows]
    if cells:
        console().print(table(("Date", "Written in `due` as", "Title", "Repeats"), cells))
        click.echo()
    for calendar in plan.calendars.values():
        click.echo(f"{calendar.name}: {_state(kept[calendar.id])}")


def _state(kept: Kept) -> str:
    good = "not fetched yet: `milestones run` does it, or --fetch"
    if kept.fetched_at:
        good = f"{counted(len(kept.dates), 'date')}, as of {stamp(kept.fetched_at)}"
    since = f"; fails since {stamp(kept.failing_since)}: " if kept.failing_since else ""
    return f"{good}{since}{kept.problem}"
