"""`milestones check`: all mistakes at once, warnings, and a summary of what was read."""

from pathlib import Path

import click

from config.load import Loaded
from config.problems import ConfigError, Problem
from scheduler.commands.options import json_option, load_plan, plan_argument
from scheduler.commands.output import counted, print_json, print_problems


@click.command
@plan_argument
@json_option
def command(plan: Path | None, as_json: bool) -> int:
    """Find every mistake in PLAN, each with file:line:column and what to write instead."""
    try:
        loaded = load_plan(plan)
    except ConfigError as error:
        return _refused(error, as_json=as_json)
    if as_json:
        print_json(_line(problem) for problem in loaded.warnings)
        return 0
    print_problems(loaded.warnings)
    click.echo(("\n" if loaded.warnings else "") + _summary(loaded))
    return 0


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
