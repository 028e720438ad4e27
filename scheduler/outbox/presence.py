"""What a database holds, before anything is done to it: nothing, our tables, or somebody else's."""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Literal

Holds = Literal["nothing", "ours", "others"]
"""An empty file is an empty database."""
VERSION = "alembic_version"
"""The table of the version. Other programs have one of this name too."""
_OURS = frozenset({VERSION, "plans", "reminders", "settings"})
"""Tables that every version has."""
_MAGIC = b"SQLite format 3\0"
_TABLES = r"""
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
"""
_SHOWN = 5


def judged(tables: Iterable[str]) -> Holds:
    """Whose tables of these names are."""
    there = set(tables)
    if there >= _OURS:
        return "ours"
    return "others" if there - {VERSION} else "nothing"


def foreign(tables: Iterable[str]) -> str:
    """The sentence for a database that holds somebody else's tables."""
    names = sorted(set(tables) - {VERSION})
    shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return f"the database has tables of another program ({shown}); name a database of its own"


def tables_of_file(file: Path) -> list[str]:
    """The tables in an SQLite file, which is not changed; raises sqlite3.Error."""
    with closing(opened_to_read(file)) as reading:
        return [str(name) for (name,) in reading.execute(_TABLES)]


def opened_to_read(file: Path) -> sqlite3.Connection:
    """A connection to an SQLite file that is there, to read it and leave nothing beside it.

    SQLite wants to write beside a file in WAL mode even to read it, as a backup of ours is. Where
    this user may not, and nothing lies beside, the file is read as one that nobody changes.
    """
    lies_alone = not file.with_name(file.name + "-wal").exists()
    may_write = os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)
    how = "mode=ro&immutable=1" if lies_alone and not may_write else "mode=rw"
    return sqlite3.connect(f"{file.resolve().as_uri()}?{how}", uri=True)


def is_sqlite_file(file: Path) -> bool:
    """Whether a file begins as every SQLite database does; raises OSError."""
    with file.open("rb") as opened:
        return opened.read(len(_MAGIC)) == _MAGIC
