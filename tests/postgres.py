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
    options: str
    running: bool = False
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database of this server."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    @property
    def socket(self) -> str:
        """The path of its socket."""
        return f"{self.folder}/.s.PGSQL.5432"

    @contextmanager
    def database(self, words: str = "") -> Iterator[str]:
        """A new, empty database; its URL. It is dropped afterwards, whoever is connected."""
        name = f"test_{next(self._numbers)}"
        self.say(f"CREATE DATABASE {name} {words}")
        try:
            yield self.url(name)
        finally:
            self.say(f"DROP DATABASE {name} WITH (FORCE)")

    def start(self) -> None:
        """Start it; ready when this returns."""
        self._control("-o", f"-k {self.folder} -c listen_addresses= {self.options}", *_START)
        self.running = True

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: "immediate" as in a crash, or "fast"."""
        self._control("-m", mode, "stop")
        self.running = False

    def promote(self) -> None:
        """Let a copy become the one that writes; done when this returns."""
        self._control("-w", "promote")

    @contextmanager
    def standby(self) -> Iterator["Server"]:
        """A hot standby of this server: a copy that follows it (streaming) and only reads."""
        with _folder() as folder:
            source = ("-h", str(self.folder), "-U", "postgres")
            kinds = ("--write-recovery-conf", "--checkpoint=fast", "--no-sync")
            data = str(folder / "data")
            _run(folder, account(), programs() / "pg_basebackup", *source, "-D", data, *kinds)
            with _started(Server(folder, self.options)) as found:
                yield found

    def _control(self, *words: str) -> None:
        program = programs() / "pg_ctl"
        _run(self.folder, account(), program, "-D", f"{self.folder}/data", *words)

    def say(self, statement: str) -> None:
        with self.connect() as connection:
            connection.execute(statement.encode())

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection of the one who may do everything, each statement by itself."""
        return psycopg.connect(host=str(self.folder), user="postgres", autocommit=True)


def account() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as the user that its package makes."""
    return "postgres" if os.geteuid() == 0 else None


@contextmanager
def server(options: str = _FAST) -> Iterator[Server]:
    """Start a server in a folder of its own, and stop and remove it afterwards."""
    with _folder() as folder:
        data = str(folder / "data")
        _run(folder, account(), programs() / "initdb", "-D", data, "-U", "postgres", *_INITDB)
        with _started(Server(folder, options)) as found:
            yield found


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        if user := account():
            os.chown(name, pwd.getpwnam(user).pw_uid, -1)
        yield Path(name)


@contextmanager
def _started(found: Server) -> Iterator[Server]:
    found.start()
    try:
        yield found
    finally:
        if found.running:
            found.stop()


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
