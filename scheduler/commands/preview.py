"""`milestones preview`: every message that will go out, to whom, when and why."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

import click
from rich.console import Group

from calendars.zones import zone
from config.plan import Plan
from scheduler.commands.history import with_dates
from scheduler.commands.options import (
    database_option,
    database_url,
    json_option,
    load_plan,
    moment,
    now,
    plan_argument,
    plan_path,
    stamp,
)
from scheduler.commands.output import console, counted, print_json, table
from scheduler.errors import WrongUsage
from scheduler.planning.explain import because, name_of
from scheduler.planning.forecast import forecast
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence, Reminder, Unsent

SPAN = timedelta(days=365)
"""How far the preview looks where no `--until` is given."""


@click.command
@plan_argument
@click.option("--from", "start", metavar="DAY", help="From this day (default: now).")
@click.option("--until", metavar="DAY", help="Up to and with this day (default: a year on).")
@click.option("--person", metavar="ID", help="Only what this person or team gets.")
@click.option("--html", type=click.Path(path_type=Path), help="Write each message as a page.")
@click.option("--silent", is_flag=True, help="Also list what sends nothing, and why.")
@database_option
@json_option
def command(
    plan: Path | None,
    start: str | None,
    until: str | None,
    person: str | None,
    html: Path | None,
    silent: bool,
    database: str | None,
    as_json: bool,
) -> None:
    """Every message that will go out, to whom, when and why, from the plan alone.

    It starts from an empty history and assumes that nothing is reported. What hangs on a watched
    calendar has the date that the service last fetched.
    """
    loaded = with_dates(load_plan(plan).plan, database_url(database, plan_path(plan)))
    begin = moment(start, loaded) or now()
    end = moment(until, loaded, end=True) or begin + SPAN
    if end < begin:
        raise WrongUsage("--until lies before --from")
    if person and person not in loaded.people and person not in loaded.teams:
        raise WrongUsage(f'there is no person or team "{person}" in the plan')
    unsent: list[Unsent] | None = [] if silent else None
    found = forecast(loaded, begin, end, unsent)
    chosen = [one for one in found if person in (None, one.recipient)]
    dates = _Known(loaded)
    if html:
        _write_pages(loaded, chosen, dates, html, beside=as_json)
    if as_json:
        print_json(line(loaded, dates.find(one), one) for one in chosen)
    elif not html:
        _print(loaded, chosen, dates, begin, end)
        _print_silent(one for one in unsent or () if person in (None, one.recipient or person))


class _Known:
    """The occurrences of reminders, each looked up once."""

    def __init__(self, plan: Plan) -> None:
        self._dates = Dates(plan)
        self._found: dict[str, Occurrence] = {}

    def find(self, reminder: Reminder) -> Occurrence:
        """The occurrence of a reminder of this plan."""
        known = self._found.get(reminder.occurrence)
        if known is None:
            known = self._dates.find(reminder.occurrence)
            if known is None:
                raise WrongUsage(f"{reminder.occurrence} is not in the plan")
            self._found[reminder.occurrence] = known
        return known


def line(plan: Plan, occurrence: Occurrence, reminder: Reminder) -> dict[str, object]:
    """One line of `preview --json`: the contract of the reference page."""
    return {
        "at": stamp(reminder.at),
        "recipient": reminder.recipient,
        "channel": reminder.channel,
        "milestone": reminder.milestone,
        "occurrence": reminder.occurrence,
        "due": reminder.due.isoformat() if reminder.due else None,
        "due_text": occurrence.due_text(),
        "stage": reminder.stage,
        "because": because(plan, occurrence, reminder),
        "message": reminder.message,
    }


def _zone_of(plan: Plan, recipient: str) -> str:
    known = plan.people.get(recipient) or plan.teams.get(recipient)
    return known.timezone if known else plan.timezone


def _print(
    plan: Plan, found: Sequence[Reminder], dates: _Known, begin: datetime, end: datetime
) -> None:
    rows: list[tuple[str, ...]] = []
    for _, group in groupby(found, lambda one: one.message):
        rows += _rows(plan, list(group), dates)
    columns = ("When", "To", "By", "Stage", "Milestone", "Due", "Because")
    messages = len({one.message for one in found})
    local = zone(plan.timezone)
    span = f"{begin.astimezone(local):%-d %B %Y} to {end.astimezone(local):%-d %B %Y}"
    summary = f"{counted(messages, 'message')} with {counted(len(found), 'reminder')}, {span}"
    console().print(Group(table(columns, rows), "", summary) if rows else summary)


def _rows(plan: Plan, group: list[Reminder], dates: _Known) -> Iterable[tuple[str, ...]]:
    for number, one in enumerate(group):
        occurrence = dates.find(one)
        local = one.at.astimezone(zone(_zone_of(plan, one.recipient)))
        head = (f"{local:%a %-d %b %Y %H:%M}", name_of(plan, one.recipient), one.channel)
        yield (
            *(head if number == 0 else ("", "", "")),
            one.stage,
            f"{_title(plan, one)} ({one.milestone})",
            occurrence.due_text(),
            because(plan, occurrence, one),
        )


def _title(plan: Plan, one: Reminder) -> str:
    milestone = plan.reminded(one.milestone)
    return milestone.title if milestone else one.milestone


def _print_silent(unsent: Iterable[Unsent]) -> None:
    rows = [
        (one.occurrence, one.stage, one.recipient, str(one.day or ""), one.reason) for one in unsent
    ]
    if rows:
        columns = ("Not sent", "Stage", "To", "Day", "Because")
        console().print("", table(columns, rows))


def _write_pages(
    plan: Plan, found: Sequence[Reminder], dates: _Known, folder: Path, *, beside: bool
) -> None:
    """Each message as a page, and an index of them; beside: the output is for a program."""
    from scheduler.messages.previewing import write_preview  # noqa: PLC0415

    count = write_preview(plan, found, dates.find, folder)
    click.echo(f"{counted(count, 'message')} written; open {folder / 'index.html'}", err=beside)
