"""`milestones next`: what is due, in how long, how exactly, in which state, whose."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click
from rich.console import Group

from calendars.dates import Precision
from calendars.zones import local_day
from config.plan import Milestone, Plan
from scheduler.commands.history import known_answered, known_states, with_dates
from scheduler.commands.options import (
    database_option,
    database_url,
    json_option,
    load_plan,
    moment,
    now,
    plan_argument,
    plan_path,
    require_recipient,
)
from scheduler.commands.output import console, counted, print_json, table
from scheduler.errors import WrongUsage
from scheduler.planning.explain import name_of
from scheduler.planning.occurrences import Dates
from scheduler.planning.recipients import people_of
from scheduler.planning.values import Occurrence

MOST_DAYS = 36_525
"""A hundred years."""
_IN_WORDS = {0: "today", 1: "tomorrow", -1: "yesterday"}


@dataclass(frozen=True, slots=True)
class Row:
    """One occurrence that is due, with its state and the days that are left."""

    occurrence: Occurrence
    milestone: Milestone
    status: str
    days: int | None


@click.command
@plan_argument
@click.option(
    "--days",
    type=click.IntRange(0, MOST_DAYS),
    default=30,
    show_default=True,
    help="How many days ahead.",
)
@click.option("--track", metavar="ID", help="Only this track.")
@click.option("--person", metavar="ID", help="Only what this person or team owns.")
@click.option("--from", "start", metavar="DAY", help="As seen on this day (default: now).")
@click.option("--late", is_flag=True, help="What is past and not done, in place of what comes.")
@click.option("--undated", is_flag=True, help="What has no date yet, in place of what comes.")
@database_option
@json_option
def command(
    plan: Path | None,
    days: int,
    track: str | None,
    person: str | None,
    start: str | None,
    late: bool,
    undated: bool,
    database: str | None,
    as_json: bool,
) -> None:
    """What is due in the next days; of a person also what she is to answer."""
    url = database_url(database, plan_path(plan))
    loaded = with_dates(load_plan(plan).plan, url)
    _check_filters(loaded, track, person)
    at = moment(start, loaded) or now()
    states = known_states(url)
    states |= dict.fromkeys(known_answered(url, loaded, at), "done") if person else {}
    rows = [
        row
        for row in due_rows(loaded, at, days, states, requests=person is not None)
        if (track is None or row.milestone.track == track) and _owns(loaded, row, person)
    ]
    coming = [row for row in rows if row.days is not None and 0 <= row.days <= days]
    past = [row for row in rows if row.days is not None and row.days < 0]
    open_dates = [row for row in rows if row.days is None]
    chosen = past if late else open_dates if undated else coming
    if as_json:
        print_json(line(row) for row in chosen)
        return
    _print(loaded, chosen, len(past), len(open_dates))


def _check_filters(plan: Plan, track: str | None, person: str | None) -> None:
    if track is not None and track not in plan.tracks:
        known = ", ".join(plan.tracks)
        raise WrongUsage(f'there is no track "{track}"; there are: {known}')
    if person is not None:
        require_recipient(plan, person)


def _owns(plan: Plan, row: Row, person: str | None) -> bool:
    owner = row.milestone.owner
    return person is None or person in owner or person in people_of(plan, owner)


def due_rows(
    plan: Plan, at: datetime, days: int, states: dict[str, str], *, requests: bool = False
) -> list[Row]:
    """Every open occurrence up to so many days ahead, by due day; those without a date last.

    `states` are the reported states of occurrences. Done and cancelled ones are left out.
    requests: also what people are to answer to update requests.
    """
    every = plan.every_reminded() if requests else iter(plan.milestones.values())
    rows = list(_open(plan, every, at, days, states))
    return sorted(
        rows,
        key=lambda row: (row.days is None, row.days or 0, row.occurrence.id),
    )


def _open(
    plan: Plan, every: Iterator[Milestone], at: datetime, days: int, states: dict[str, str]
) -> Iterator[Row]:
    dates = Dates(plan)
    for milestone in every:
        today = local_day(at, milestone.timezone)
        for occurrence in dates.up_to(milestone, today + timedelta(days=days)):
            status = states.get(occurrence.id, milestone.status)
            if status in ("done", "cancelled") or milestone.status in ("done", "cancelled"):
                continue
            left = (occurrence.due - today).days if occurrence.due else None
            if left is None or left <= days:
                yield Row(occurrence, milestone, status, left)


def line(row: Row) -> dict[str, object]:
    """One line of `next --json`."""
    occurrence = row.occurrence
    window = occurrence.window
    owner = row.milestone.owner
    return {
        "milestone": row.milestone.id,
        "occurrence": occurrence.id,
        "title": row.milestone.title,
        "track": row.milestone.track,
        "due": occurrence.due.isoformat() if occurrence.due else None,
        "due_text": occurrence.due_text(),
        "window": [day.isoformat() for day in window] if window else None,
        "precision": str(occurrence.promise.precision),
        "certain": occurrence.promise.certain,
        "status": row.status,
        "owner": owner[0] if len(owner) == 1 else list(owner) or None,
        "days": row.days,
    }


def in_words(days: int | None) -> str:
    """ "in 5 days", "tomorrow", "3 days ago"."""
    if days is None:
        return ""
    if days in _IN_WORDS:
        return _IN_WORDS[days]
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def _exact(occurrence: Occurrence) -> str:
    precision = occurrence.promise.precision
    text = "time" if precision is Precision.INSTANT else str(precision)
    return text if occurrence.promise.certain else f"{text}, to be confirmed"


def _print(plan: Plan, rows: list[Row], late: int, undated: int) -> None:
    cells = [
        (
            row.occurrence.due_text(),
            in_words(row.days),
            _exact(row.occurrence),
            row.status,
            ", ".join(name_of(plan, owner) for owner in row.milestone.owner) or "nobody",
            row.milestone.title,
            row.occurrence.id,
        )
        for row in rows
    ]
    columns = ("Due", "In", "Exact to", "Status", "Owner", "Milestone", "Id")
    footer = [counted(len(rows), "milestone")]
    if late:
        footer.append(f"{late} past and not done (--late)")
    if undated:
        footer.append(f"{undated} without a date yet (--undated)")
    shown: list[object] = [table(columns, cells), ""] if cells else []
    console().print(Group(*shown, "; ".join(footer)))  # type: ignore[arg-type]
