"""Whose a new file beside the database is: not root's, where root makes it for the service."""

import os
from contextlib import suppress
from pathlib import Path


def give(file: Path, like: Path) -> None:
    """Give a file to the owner and group of another file or folder; only root can, and does."""
    if os.geteuid() == 0:
        whose = like.stat()
        os.chown(file, whose.st_uid, whose.st_gid)


def make_beside(file: Path, database: Path) -> None:
    """Make an empty file, where there is none, that belongs to the database's owner."""
    with suppress(OSError):
        if database.exists() and not file.exists():
            file.touch()
            give(file, database)


def make_private(database: Path) -> None:
    """Make an empty file for an SQLite database, where there is none, that not everybody on this
    machine may read: the key that signs links is in it. What lies beside it has its mode."""
    with suppress(OSError):  # what is wrong with it is said by the connection
        if not database.exists():
            database.touch(mode=0o640)
