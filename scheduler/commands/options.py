"""The options that commands share, and how their words are read."""

import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import click

from calendars.workdays import FIRST_YEAR, LAST_YEAR
from calendars.zones import local_instant
from config.load import Loaded, load
from config.plan import Plan
from scheduler.clock import SystemClock
from scheduler.errors import WrongUsage
from scheduler.proved import proved

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(_DAY.pattern + r"[T ]", re.ASCII)
Decorated = Callable[..., Any]


def plan_argument(function: Decorated) -> Decorated:
    """The optional PLAN argument."""
    return click.argument("plan", required=False, type=click.Path(path_type=Path))(function)


def plan_option(function: Decorated) -> Decorated:
    """`--plan`, for commands whose arguments say something else."""
    return click.option(
        "--plan",
        type=click.Path(path_type=Path),
        help="The plan; default MILESTONES_PLAN, else plan.toml or plan/.",
    )(function)


PORT = click.IntRange(0, 65_535)
"""A port to listen on; 0 for any that is free."""


def database_option(function: Decorated) -> Decorated:
    """`--database URL`."""
    return click.option(
        "--database",
        metavar="URL",
        help="The database; default MILESTONES_DATABASE, else a SQLite file beside the plan.",
    )(function)


def json_option(function: Decorated) -> Decorated:
    """`--json`."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print machine-readable lines, one object each."
    )(function)


def plan_path(given: Path | None) -> Path:
    """Where the plan is; `WrongUsage` where none can be found."""
    if given is not None:
        chosen = given
    elif named := os.environ.get("MILESTONES_PLAN"):
        chosen = Path(named)
    else:
        here = (Path("plan.toml"), Path("plan"))
        found = next((path for path in here if path.exists()), None)
        if found is None:
            raise WrongUsage(
                "there is no plan here: name its file or folder, set MILESTONES_PLAN, "
                "or write a first one with `milestones init`"
            )
        return found
    if not chosen.exists():
        raise WrongUsage(f"there is no plan at {chosen}: check the name")
    return chosen


def load_plan(given: Path | None) -> Loaded:
    """The plan that the command line means; `ConfigError` where it cannot be used."""
    return proved(load(plan_path(given)))


def database_url(given: str | None, plan: Path) -> str:
    """The database that the command line means; beside the plan where it names none."""
    named = given or os.environ.get("MILESTONES_DATABASE")
    if named:
        return named if "://" in named else f"sqlite:///{named}"
    folder = plan if plan.is_dir() else plan.parent
    return f"sqlite:///{(folder / 'milestones.sqlite').resolve()}"


def database_of(given: str | None, plan: Path | None) -> str:
    """As `database_url`, for what needs no plan: that is looked for only where no database is
    named, so that a plan that is away keeps nobody from a backup."""
    if given or os.environ.get("MILESTONES_DATABASE"):
        return database_url(given, Path())
    return database_url(None, plan_path(plan))


def place_of_plan(given: Path | None) -> Path:
    """As `plan_path`, also where nothing is there; where none is named, the current folder."""
    try:
        return plan_path(given)
    except WrongUsage:
        return given or Path(os.environ.get("MILESTONES_PLAN") or ".")


def now() -> datetime:
    """The present instant, UTC, to the second."""
    return SystemClock().now().replace(microsecond=0)


def moment(text: str | None, plan: Plan, *, end: bool = False) -> datetime | None:
    """A day or a time of `--from`, `--until` and `--at` as an instant in UTC.

    A day means its first second in the plan's zone, with `end` its last. A time without an
    offset is in the plan's zone. Raises `WrongUsage`.
    """
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            clock = time(23, 59, 59) if end else time(0)
            local = datetime.combine(date.fromisoformat(text), clock)
        elif _TIME.match(text):
            local = datetime.fromisoformat(text)
        else:
            raise ValueError(text)
    except ValueError:
        raise WrongUsage(
            f'"{text}" is no day or time; write for example 2024-03-21 or 2024-03-21T09:00'
        ) from None
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise WrongUsage(f'"{text}" lies outside the years {FIRST_YEAR} to {LAST_YEAR}')
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    return local_instant(local, plan.timezone)


def require_recipient(plan: Plan, recipient: str) -> None:
    """Raises `WrongUsage`, with those there are, where the plan has no such person or team."""
    if recipient not in plan.people and recipient not in plan.teams:
        known = ", ".join([*plan.people, *plan.teams])
        raise WrongUsage(f'there is no person or team "{recipient}"; there are: {known}')


def stamp(at: datetime) -> str:
    """An instant as in every JSON line: `2024-03-28T06:00:00Z`."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
