"""`milestones check`: all mistakes at once, warnings, and a summary of what was read."""

from dataclasses import replace
from pathlib import Path

import click

from config.load import Loaded
from config.problems import ConfigError, Problem, nearest
from scheduler.commands.history import with_dates
from scheduler.commands.options import (
    database_option,
    database_url,
    json_option,
    load_plan,
    plan_argument,
    plan_path,
)
from scheduler.commands.output import counted, print_json, print_problems
from scheduler.known import unknown_dates


@click.command
@plan_argument
@database_option
@json_option
def command(plan: Path | None, database: str | None, as_json: bool) -> int:
    """Find every mistake in PLAN, each with file:line:column and what to write instead."""
    try:
        path = plan_path(plan)
        loaded = _with_unknown_dates(load_plan(path), database_url(database, path))
    except ConfigError as error:
        return _refused(error, as_json=as_json)
    if as_json:
        print_json(_line(problem) for problem in loaded.warnings)
        return 0
    print_problems(loaded.warnings)
    click.echo(("\n" if loaded.warnings else "") + _summary(loaded))
    return 0


def _with_unknown_dates(loaded: Loaded, url: str) -> Loaded:
    """With a warning for each date of a watched calendar that the database does not know."""
    plan = with_dates(loaded.plan, url)
    found = []
    for milestone, name in unknown_dates(plan):
        place = loaded.place(milestone)
        calendar = name.partition("/")[0]
        known = [it for it in plan.events if it.startswith(f"{calendar}/")]
        near = nearest(name.partition("@")[0], known)
        hint = f'did you mean "{near}"?' if near else "`milestones calendars` lists the names"
        message = f'"{name}" is not known, so "{milestone}" has no date'
        if not known:
            message += ": the calendar has not been fetched yet"
        found.append(
            Problem(place.file, place.line, place.column, message, hint, severity="warning")
        )
    return replace(loaded, warnings=(*loaded.warnings, *found))


def _refused(error: ConfigError, *, as_json: bool) -> int:
    if as_json:
        print_json(_line(problem) for problem in error.problems)
        return 1
    print_problems(error.problems)
    warnings = len(error.problems) - len(error.errors)
    tail = f" and {counted(warnings, 'warning')}" if warnings else ""
    click.echo(f"\n{counted(len(error.errors), 'mistake')}{tail}; nothing was changed")
    return 1


def _line(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
    }


def _summary(loaded: Loaded) -> str:
    counts = loaded.counts
    parts = [
        counted(counts.milestones, "milestone"),
        counted(counts.people, "person", "people"),
        counted(counts.teams, "team"),
        counted(counts.channels, "channel"),
        counted(counts.policies, "reminder policy", "reminder policies"),
    ]
    files = counted(len(loaded.files), "file")
    head = f"{loaded.plan.name}: {counted(counts.tracks, 'track')} with " + ", ".join(parts)
    return f"{head}; read from {files}; {counted(len(loaded.warnings), 'warning')}, no mistakes"
