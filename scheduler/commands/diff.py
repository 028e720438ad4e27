"""`milestones diff`: what an edit changes, in dates and in messages."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import click

from config.load import is_part, load, load_texts
from config.plan import Plan
from scheduler.commands.options import json_option, moment, now, plan_path, stamp
from scheduler.commands.output import console, counted, print_json, table
from scheduler.edits import SPAN, Edited, edited
from scheduler.errors import WrongUsage
from scheduler.planning.changes import Edit
from scheduler.planning.explain import name_of
from scheduler.planning.values import Reminder


@click.command
@click.argument("old", required=False, type=click.Path(path_type=Path))
@click.argument("new", required=False, type=click.Path(path_type=Path))
@click.option("--git", "revision", metavar="REV", help="Compare with this revision of the plan.")
@click.option("--from", "start", metavar="DAY", help="Messages from this day (default: now).")
@click.option("--until", metavar="DAY", help="Messages up to this day (default: a year on).")
@json_option
def command(
    old: Path | None,
    new: Path | None,
    revision: str | None,
    start: str | None,
    until: str | None,
    as_json: bool,
) -> None:
    """What an edit changes: moved dates, and the messages added and withdrawn by it.

    Either OLD and NEW are two plans, or `--git REV` compares PLAN as it was in that revision with
    PLAN as it is.
    """
    before, after = _plans(old, new, revision)
    begin = moment(start, after) or now()
    end = moment(until, after, end=True) or begin + SPAN
    if end < begin:
        raise WrongUsage("--until lies before --from")
    found = edited(before, after, begin, end)
    if as_json:
        print_json(_lines(found.edit, found.added, found.withdrawn))
    else:
        _print(before, after, found)


def _plans(old: Path | None, new: Path | None, revision: str | None) -> tuple[Plan, Plan]:
    if revision is not None:
        if new is not None:
            raise WrongUsage("with --git give one plan: milestones diff --git REV [PLAN]")
        path = plan_path(old)
        folder = path if path.is_dir() else path.parent
        return load_texts(_texts_of(path, revision), folder).plan, load(path).plan
    if old is None or new is None:
        raise WrongUsage("give two plans, OLD and NEW, or --git REV")
    return load(plan_path(old)).plan, load(plan_path(new)).plan


def _git(folder: Path, *words: str) -> str:
    """What git prints; octets that are no UTF-8 stay, for the reader of the plan to tell of."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=False)
    except FileNotFoundError:
        raise WrongUsage("git is not installed") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise WrongUsage(f"git says: {said[-1] if said else 'nothing'}")
    return done.stdout.decode(errors="surrogateescape")


def _texts_of(path: Path, revision: str) -> dict[str, str]:
    """The plan's files as they were in a revision, by names that say so."""
    if revision.startswith("-"):
        raise WrongUsage(f'"{revision}" is no revision')
    if not path.is_dir():
        return {f"{path}@{revision}": _git(path.parent, "show", f"{revision}:./{path.name}")}
    listed = _git(path, "ls-tree", "-z", "--name-only", revision, "./").split("\0")
    names = [name for name in listed if is_part(name)]
    if not names:
        raise WrongUsage(f"{path} has no plan in revision {revision}")
    return {
        f"{path / name}@{revision}": _git(path, "show", f"{revision}:./{name}") for name in names
    }


def _lines(
    edit: Edit, added: Sequence[Reminder], withdrawn: Sequence[Reminder]
) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = []
    lines += [{"change": "added", "milestone": key} for key in edit.added]
    lines += [{"change": "removed", "milestone": key} for key in edit.removed]
    for move in edit.moves:
        lines.append(
            {
                "change": "moved",
                "milestone": move.milestone,
                "occurrence": move.occurrence,
                "old_due": move.old_due.isoformat() if move.old_due else None,
                "old_text": move.old_text,
                "new_due": move.new_due.isoformat() if move.new_due else None,
                "new_text": move.new_text,
            }
        )
    for change, found in (("reminder added", added), ("reminder withdrawn", withdrawn)):
        for one in found:
            lines.append(
                {
                    "change": change,
                    "at": stamp(one.at),
                    "recipient": one.recipient,
                    "channel": one.channel,
                    "milestone": one.milestone,
                    "occurrence": one.occurrence,
                    "stage": one.stage,
                }
            )
    return lines


def _print(before: Plan, after: Plan, found: Edited) -> None:
    out, edit = console(), found.edit
    rows: list[tuple[str, ...]]
    for title, ids, plan in (("Added", edit.added, after), ("Removed", edit.removed, before)):
        if ids:
            rows = [(plan.milestones[key].title, key) for key in ids]
            out.print(table((title, "Id"), rows), "")
    if edit.moves:
        rows = [
            (after.milestones[one.milestone].title, one.old_text, one.new_text, one.occurrence)
            for one in edit.moves
        ]
        out.print(table(("Moved", "From", "To", "Id"), rows), "")
    for title, reminders, plan in (
        ("Messages added", found.added, after),
        ("Messages withdrawn", found.withdrawn, before),
    ):
        if reminders:
            rows = [
                (
                    f"{one.at:%Y-%m-%d %H:%M}",
                    name_of(plan, one.recipient),
                    one.channel,
                    one.stage,
                    one.occurrence,
                )
                for one in reminders
            ]
            out.print(table((f"{title} (UTC)", "To", "By", "Stage", "Milestone"), rows), "")
    out.print(
        f"{counted(len(edit.added), 'milestone')} added, {len(edit.removed)} removed, "
        f"{counted(len(edit.moves), 'date')} moved; {counted(len(found.added), 'reminder')} added, "
        f"{len(found.withdrawn)} withdrawn"
    )
