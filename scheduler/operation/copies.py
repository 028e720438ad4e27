"""Copies of an SQLite database: made whole or not at all, and only of a database of ours."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from scheduler.errors import OutsideFailed, WrongUsage
from scheduler.outbox.ownership import give
from scheduler.outbox.presence import (
    is_sqlite_file,
    judged,
    opened_to_read,
    tables_of_file,
)

_BESIDE = ("-wal", "-shm", "-journal", "-planning")
"""What SQLite, and the right to plan, put beside a database."""


def copy(source: Path, file: Path, *, keep_private: bool = False) -> None:
    """Write a consistent copy of an SQLite database, whole or not at all; it is looked through.

    keep_private: whether the copy is only for its owner to read. What root copies belongs to the
    owner of the folder, so that the service can open what is brought back. Raises `OutsideFailed`.
    """
    part = file.with_name(file.name + ".part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600 if keep_private else 0o640)
        give(part, file.parent)
        with closing(opened_to_read(source)) as reading, closing(sqlite3.connect(part)) as writing:
            reading.backup(writing)
            found = writing.execute("PRAGMA integrity_check(1)").fetchone()
            if found != ("ok",):
                raise sqlite3.DatabaseError(str(found[0]))
        _to_disk(part)
        part.replace(file)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise OutsideFailed(f"the copy of {source} failed: {error}") from None


def check_backup(file: Path) -> None:
    """Raises `WrongUsage` for a file that holds none of our databases, `OutsideFailed` for one
    that cannot be read or is broken."""
    try:
        good = is_sqlite_file(file) and judged(tables_of_file(file)) == "ours"
    except (sqlite3.Error, OSError) as error:
        raise OutsideFailed(f"the copy of {file} failed: {error}") from None
    if not good:
        raise WrongUsage(f"{file} is no backup of milestones; name a file of database backup")


def remove(file: Path) -> None:
    """Delete an SQLite database, if it is there, with all that lies beside it."""
    for rest in ("", *_BESIDE):
        file.with_name(file.name + rest).unlink(missing_ok=True)


def _to_disk(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
