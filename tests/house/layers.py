"""The rules between the rooms of the house, each as a function from files to complaints."""

import ast
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from tests.house.sources import PACKAGES, Source

MAY_IMPORT = {
    "calendars": {"calendars"},
    "notifiers": {"notifiers"},
    "config": {"calendars", "config", "notifiers"},
    "scheduler": set(PACKAGES),
}
MUST_BE_PURE = (
    "calendars/",
    "config/parse.py",
    "config/plan.py",
    "config/positions.py",
    "config/problems.py",
    "config/schema.py",
    "notifiers/message.py",
    "scheduler/outbox/retry.py",
    "scheduler/planning/",
)
OUTSIDE = {
    "apscheduler", "asyncio", "ctypes", "http.client", "http.server", "io", "logging",
    "multiprocessing", "os", "psycopg", "random", "requests", "secrets", "select",
    "shutil", "signal", "smtplib", "socket", "sqlalchemy", "sqlite3", "ssl", "starlette",
    "structlog", "subprocess", "sys", "tempfile", "threading", "time", "urllib.request", "uvicorn",
}  # fmt: skip
"""What a pure file may not import: files, network, database, environment, clock, chance."""
OUTSIDE_CALLS = {"open", "print", "input", "breakpoint", "exec", "eval"}
OUTSIDE_METHODS = {
    "exists", "glob", "is_dir", "is_file", "iterdir", "mkdir", "read_bytes", "read_text", "rglob",
    "stat", "touch", "unlink", "write_bytes", "write_text",
}  # fmt: skip
"""What a pure file may not call on a path; it may hold one."""
READ_AS_TABLES = {"notifiers.registry", "notifiers.secret"}
"""Pure files may read which kinds of channels there are and the type of a secret reference there;
no send and no reading of a secret is reached by it."""
CLOCK = "scheduler/clock.py"
TICKER = "scheduler/ticker.py"
CLOCK_CALLS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"),
}  # fmt: skip


def arrows_that_run_up(files: Iterable[Source]) -> Iterator[str]:
    """Imports of a room that is above, or beside on the lowest floor; relative imports too."""
    for file in files:
        for line, name in file.imports():
            target = name.split(".", 1)[0]
            if target == "" or (target in PACKAGES and target not in MAY_IMPORT[file.package]):
                yield f"{file.path}:{line}: {file.package} may not import {name}"


def circles(files: Iterable[Source]) -> Iterator[str]:
    """Modules that import each other, over any number of steps."""
    graph = _graph(files)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield "a circle: " + " <- ".join(error.args[1])


def _graph(files: Iterable[Source]) -> dict[str, set[str]]:
    """Module -> the modules of the product that it imports."""
    by_name = {file.module: file for file in files}
    return {
        name: {found for _, target in file.imports() if (found := _module(target, by_name))}
        for name, file in by_name.items()
    }


def _module(name: str, known: Iterable[str]) -> str | None:
    """The module of the product that an imported name is, or is in; None for others'."""
    parent = name.rpartition(".")[0]
    return next((module for module in (name, parent) if module in known), None)


def impurities(files: Iterable[Source]) -> Iterator[str]:
    """What pure files do that they must not, and files that must be pure and do not say so."""
    listed = list(files)
    impure = {file.module for file in listed if not file.is_pure and file.text.strip()}
    impure -= READ_AS_TABLES
    for file in listed:
        if file.is_pure:
            yield from _outside_of(file, impure)
        elif file.path.startswith(MUST_BE_PURE) and file.text.strip():
            yield f"{file.path}:1: must be pure; its docstring does not begin with PURE"


def _outside_of(file: Source, impure: set[str]) -> Iterator[str]:
    for line, name in file.imports():
        if _starts_with(name, OUTSIDE):
            yield f"{file.path}:{line}: a pure file may not import {name}"
        if found := _module(name, impure):
            yield f"{file.path}:{line}: a pure file may not import {found}, which is not"
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and (called := _outside_call(node.func)):
            yield f"{file.path}:{node.lineno}: a pure file may not call {called}"


def _outside_call(called: ast.expr) -> str | None:
    """The name of a call that reaches outside; None for any other."""
    if isinstance(called, ast.Attribute):
        return called.attr if called.attr in OUTSIDE_METHODS else None
    return called.id if isinstance(called, ast.Name) and called.id in OUTSIDE_CALLS else None


def _starts_with(name: str, prefixes: set[str]) -> bool:
    """Whether a dotted name is one of `prefixes` or inside it."""
    parts = name.split(".")
    return any(".".join(parts[: end + 1]) in prefixes for end in range(len(parts)))


def clocks(files: Iterable[Source]) -> Iterator[str]:
    """Places that ask what time it is, other than the one that may."""
    for file in files:
        if file.path != CLOCK:
            for node in ast.walk(file.tree):
                if (
                    isinstance(node, ast.Attribute)
                    and (_last(node.value), node.attr) in CLOCK_CALLS
                ):
                    yield f"{file.path}:{node.lineno}: asks the time; take it from {CLOCK}"
            for line, name in file.imports():
                if tuple(name.split(".")) in CLOCK_CALLS:
                    yield f"{file.path}:{line}: asks the time; take it from {CLOCK}"


def _last(node: ast.expr) -> str:
    """The last word of a dotted expression: `date` of `datetime.date`."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def tickers(files: Iterable[Source]) -> Iterator[str]:
    """Users of APScheduler other than the one that may."""
    for file in files:
        for line, name in file.imports():
            if name.split(".")[0] == "apscheduler" and file.path != TICKER:
                yield f"{file.path}:{line}: only {TICKER} uses APScheduler"


def busy_inits(files: Iterable[Source]) -> Iterator[str]:
    """Packages whose `__init__.py` holds more than a docstring."""
    for file in files:
        docstring = ast.get_docstring(file.tree) is not None
        if file.path.endswith("/__init__.py") and len(file.tree.body) > int(docstring):
            yield f"{file.path}: an __init__.py holds no code"
