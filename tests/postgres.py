"""A private PostgreSQL server for the tests: its own folder, a socket only, no wish to be safe."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

from tests.needs import missing

_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def programs() -> Path:
    """The folder with initdb and pg_ctl, the newest version first."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    found = shutil.which("initdb", path=f"{debian[-1].parent}" if debian else None)
    if not found or not Path(found).with_name("pg_ctl").exists():
        missing("PostgreSQL's server", "postgresql")
    return Path(found).parent


@dataclass
class Server:
    """A running server; `folder` holds its socket."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database of this server."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """A new, empty database; its URL. It is dropped afterwards, whoever is connected."""
        name = f"test_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def _say(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def server() -> Iterator[Server]:
    """Start a server in a folder of its own, and stop and remove it afterwards.

    PostgreSQL refuses to run as root; then it runs as the user postgres that its package makes.
    """
    bin_folder = programs()
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        data = str(folder / "data")
        _run(folder, user, bin_folder / "initdb", "-D", data, "-U", "postgres", *_INITDB)
        options = f"-k {folder} -c listen_addresses= {_FAST}"
        _run(folder, user, bin_folder / "pg_ctl", "-D", data, "-o", options, *_START)
        try:
            yield Server(folder)
        finally:
            _run(folder, user, bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop")


_INITDB = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
_START = ("-l", "log", "-w", "-t", "60", "start")


def _run(folder: Path, user: str | None, program: Path, *args: str) -> None:
    """Run one of PostgreSQL's programs in `folder`, as `user` where one is given."""
    groups: list[str | int] | None = [] if user else None
    done = subprocess.run(
        [program, *args],
        cwd=folder,
        user=user,
        group=user,
        extra_groups=groups,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{program.name} failed: {done.stderr.strip()}")
