"""`milestones reports`: what was reported, every version of it, and its review."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import click

from config.plan import Plan
from config.problems import nearest
from scheduler.commands.history import required
from scheduler.commands.options import (
    database_option,
    database_url,
    json_option,
    now,
    plan_option,
    plan_path,
    stamp,
)
from scheduler.commands.output import console, counted, print_json, table
from scheduler.errors import OutsideFailed, WrongUsage
from scheduler.inforce import InForce
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.report_values import Attachment, ReviewStep
from scheduler.outbox.said import is_said
from scheduler.outbox.schema import prepare
from scheduler.outbox.values import Review, StoredReport
from scheduler.planner import Planning
from scheduler.reporting import Reporting
from scheduler.reports.reviewing import COMMAND_LINE, Reviewing

STATES = get_args(Review)
_LONGEST = 60
_by = click.option(
    "--by", metavar="PERSON", default=COMMAND_LINE, help="Who decides (default: you, unnamed)."
)
_number = click.argument("number", type=click.IntRange(min=1))


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the commands work with, while the database is open."""

    plan: Plan
    history: HistoryStore
    reviewing: Reviewing
    at: datetime

    def may_decide(self, person: str) -> None:
        """Raises `WrongUsage` for somebody whom the plan does not know."""
        if person and person not in self.plan.people:
            raise WrongUsage(f'there is no person "{person}" in the plan')


@contextmanager
def _opened(plan: Path | None, database: str | None) -> Iterator[_Desk]:
    path = plan_path(plan)
    opened = Database(required(database_url(database, path)))
    try:
        prepare(opened)
        history, planning = HistoryStore(opened), Planning(PlanningStore(opened))
        force, at = InForce(path, planning, history), now()
        force.start(at)
        reporting = Reporting(opened, history, planning, force)
        yield _Desk(force.plan, history, Reviewing(history, force, reporting), at)
    finally:
        opened.close()


def _common(function: Callable[..., Any]) -> Callable[..., Any]:
    return plan_option(database_option(json_option(function)))


@click.group
def command() -> None:
    """What was reported, and its review: approve it, return it with a word, publish it."""


@command.command("list")
@click.argument("milestone", required=False)
@click.option("--state", type=click.Choice([*STATES, "all"]), help="How far its review is.")
@_common
def list_command(
    milestone: str | None,
    state: str | None,
    plan: Path | None,
    database: str | None,
    as_json: bool,
) -> None:
    """The reports that wait for a decision; with MILESTONE every version on it.

    MILESTONE is track/id, for a repeating one also track/id@DAY.
    """
    wanted = state or ("all" if milestone else "submitted")
    with _opened(plan, database) as desk:
        found = [
            one
            for one in desk.history.every_report()
            if is_said(one)
            and wanted in ("all", one.review)
            and milestone in (None, one.milestone, one.occurrence)
        ]
        if milestone is not None and not found:
            _must_be_known(desk, milestone)
        lines = _lines(desk, found)
    if as_json:
        print_json(lines)
    elif not lines:
        click.echo("no report waits for a decision" if wanted == "submitted" else "no report")
    else:
        _print(lines)


def _must_be_known(desk: _Desk, milestone: str) -> None:
    """`WrongUsage`, with the nearest name, for what is neither in the plan nor reported on."""
    whole = milestone.partition("@")[0]
    known = {one.milestone for one in desk.history.every_report()} | desk.plan.milestones.keys()
    if whole not in known:
        near = nearest(milestone, desk.plan.milestones)
        hint = f'; did you mean "{near}"?' if near else ""
        raise WrongUsage(f'there is no milestone "{milestone}" in the plan{hint}')


@command.command("show")
@_number
@click.option("--save", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False),
              help="Write the files that came with it there.")  # fmt: skip
@_common
def show_command(
    number: int, save: Path | None, plan: Path | None, database: str | None, as_json: bool
) -> None:
    """All of the report with that NUMBER: what it says, its files, each step of its review."""
    with _opened(plan, database) as desk:
        report = desk.history.report(number)
        if report is None:
            raise WrongUsage(f"there is no report {number}; `milestones reports list` shows all")
        (line,) = _lines(desk, [report])
        if save is not None:
            _save(desk, report, save)
    if as_json:
        print_json([line])
        return
    for name in ("occurrence", "state", "percent", "note", "link", "by", "said_at", "review"):
        if line[name] not in ("", None):
            click.echo(f"{name.replace('_', ' ')}: {line[name]}")
    for file in line["files"]:
        click.echo(f"file: {file['name']} ({file['kind']}, {file['size']:,} bytes)")
    for step in line["steps"]:
        who, word = step["by"] or "the command line", step["word"]
        click.echo(f"{step['at']}  {step['state']} by {who}{': ' if word else ''}{word}")


@command.command("approve")
@click.argument("numbers", type=click.IntRange(min=1), nargs=-1, required=True, metavar="NUMBER...")
@click.option("--hold", is_flag=True, help="Do not publish yet; `reports publish` does.")
@click.option("--word", default="", help="A word to keep with it.")
@_by
@_common
def approve_command(
    numbers: Sequence[int],
    hold: bool,
    word: str,
    by: str,
    plan: Path | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Approve the reports with these numbers, and publish them."""

    def decide(desk: _Desk) -> Sequence[int]:
        for one in numbers:
            desk.reviewing.approve(one, by, desk.at, word=word, hold=hold)
        return numbers

    _decide(decide, "approved" if hold else "published", by, plan, database, as_json)


@command.command("return")
@_number
@click.option("--because", required=True, metavar="TEXT", help="What is to be mended.")
@_by
@_common
def return_command(
    number: int, because: str, by: str, plan: Path | None, database: str | None, as_json: bool
) -> None:
    """Return a report, so that it counts no longer; whoever said it gets a message with TEXT.

    Also one that is published. Where it said done, its reminders go on.
    """

    def decide(desk: _Desk) -> Sequence[int]:
        desk.reviewing.return_(number, by, because, desk.at)
        return [number]

    _decide(decide, "returned", by, plan, database, as_json)


@command.command("publish")
@click.argument("numbers", type=click.IntRange(min=1), nargs=-1, metavar="[NUMBER...]")
@_by
@_common
def publish_command(
    numbers: Sequence[int], by: str, plan: Path | None, database: str | None, as_json: bool
) -> None:
    """Publish what is approved and held: the reports with these numbers, or all."""

    def decide(desk: _Desk) -> Sequence[int]:
        return [one.id for one in desk.reviewing.publish(by, desk.at, numbers or None)]

    _decide(decide, "published", by, plan, database, as_json)


def _decide(
    decide: Callable[[_Desk], Sequence[int]],
    state: Review,
    by: str,
    plan: Path | None,
    database: str | None,
    as_json: bool,
) -> None:
    with _opened(plan, database) as desk:
        desk.may_decide(by)
        numbers = decide(desk)
    if as_json:
        print_json({"number": one, "review": state, "at": stamp(desk.at)} for one in numbers)
    elif numbers:
        named = ", ".join(map(str, numbers))
        click.echo(f"{counted(len(numbers), 'report')} {state}: {named}")
    else:
        click.echo("no report is approved and held")


def _save(desk: _Desk, report: StoredReport, folder: Path) -> None:
    """Write a report's files, under their numbers, since two may have the same name."""
    for file in desk.history.attachments_of([report.id]):
        found = desk.history.attachment(file.id)
        place = folder / f"{file.id}-{file.name}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            place.write_bytes(found[2] if found else b"")
        except OSError as error:
            raise OutsideFailed(f"cannot write {place}: {error.strerror}") from None


def _lines(desk: _Desk, found: Sequence[StoredReport]) -> list[dict[str, Any]]:
    numbers = [one.id for one in found]
    steps, files = desk.history.steps_of(numbers), desk.history.attachments_of(numbers)
    return [
        _line(
            one,
            [step for step in steps if step.report == one.id],
            [file for file in files if file.report == one.id],
        )
        for one in found
    ]


def _line(
    one: StoredReport, steps: Sequence[ReviewStep], files: Sequence[Attachment]
) -> dict[str, Any]:
    return {
        "number": one.id,
        "occurrence": one.occurrence,
        "state": one.state,
        "percent": one.percent,
        "note": one.note,
        "link": one.link,
        "by": one.by,
        "said_at": stamp(one.said_at),
        "request": one.request,
        "review": one.review,
        "files": [
            {"number": file.id, "name": file.name, "kind": file.kind, "size": file.size,
             "sha256": file.digest}
            for file in files
        ],
        "steps": [
            {"at": stamp(step.at), "by": step.by, "state": step.state, "word": step.word}
            for step in steps
        ],
    }  # fmt: skip


def _print(lines: Sequence[dict[str, Any]]) -> None:
    columns = ("no.", "said", "occurrence", "state", "by", "review", "note")
    console().print(table(columns, map(_cells, lines)))


def _cells(line: dict[str, Any]) -> tuple[str, ...]:
    percent = "" if line["percent"] is None else f" {line['percent']}%"
    note = " ".join(line["note"].split())
    note = note if len(note) <= _LONGEST else f"{note[: _LONGEST - 1]}…"
    files = f" [{counted(len(line['files']), 'file')}]" if line["files"] else ""
    return (
        str(line["number"]),
        line["said_at"][:10],
        line["occurrence"],
        f"{line['state']}{percent}",
        line["by"],
        line["review"],
        f"{note}{files}",
    )
