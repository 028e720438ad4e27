"""The database restarts, is away, cuts connections, is full or locked: each message goes out once.

Two nodes deliver meanwhile. What they could not do they do afterwards; nobody helps them.
"""

import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.faults.nodes import GRACE, LEASE, Cluster, Slow, slow_mail
from tests.faults.proxy import proxy

DURABLE = "-c fsync=off -c max_connections=40"
"""A commit outlasts a crash of the server; of the machine it need not."""
OUTAGE = LEASE.total_seconds() + 3
"""Seconds: longer than any claim lasts by itself."""
OF_THE_NODES = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'milestones'"
)
pytestmark = pytest.mark.slow


@pytest.fixture
def sink() -> Iterator[Slow]:
    """A mail server that takes its time."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with slow_mail(port) as found:
        yield found


@pytest.fixture(scope="module")
def durable_server() -> Iterator[postgres.Server]:
    """A server of this module's own, which it may stop and start."""
    with postgres.server(DURABLE) as found:
        yield found


@pytest.mark.postgres
def test_it_crashes_and_restarts_in_the_middle(durable_server: postgres.Server, sink: Slow) -> None:
    with durable_server.database() as url, Cluster([url, url, url], sink, 200) as cluster:
        for mode, after in (("immediate", 30), ("fast", 90)):
            cluster.wait_for_mails(after)
            durable_server.stop(mode)
            durable_server.start()
        cluster.end()


@pytest.mark.postgres
def test_it_is_away_for_longer_than_claims_last(
    durable_server: postgres.Server, sink: Slow
) -> None:
    """Who has sent and could not record it does so before anybody may take it over, be it a node
    that was started when the database was back."""
    with durable_server.database() as url, Cluster([url, url, url], sink, 150) as cluster:
        cluster.wait_for_mails(30)
        durable_server.stop("immediate")
        time.sleep(OUTAGE)
        durable_server.start()
        cluster.join(url)
        cluster.end()


@pytest.mark.postgres
def test_all_connections_end_at_any_instant(durable_server: postgres.Server, sink: Slow) -> None:
    chance = random.Random(5)
    with durable_server.database() as url, Cluster([url, url, url], sink, 250) as cluster:
        for turn in range(12):
            cluster.wait_for_mails(10 * turn)
            time.sleep(chance.uniform(0, 0.2))
            durable_server.say(OF_THE_NODES)
        cluster.end()


@pytest.mark.postgres
@pytest.mark.parametrize("seed", [1, 2])
def test_connections_are_cut_in_mid_transaction(
    durable_server: postgres.Server, sink: Slow, seed: int
) -> None:
    with durable_server.database() as url, proxy(durable_server.socket, seed) as broken:
        name = url.partition("@/")[2].partition("?")[0]
        through = f"postgresql+psycopg://postgres@127.0.0.1:{broken.port}/{name}"
        with Cluster([through, through, url], sink, 200) as cluster:
            cluster.wait_for_mails_or_claims(150)
            broken.calm = True
            cluster.end()
        assert broken.cuts > 10


@pytest.mark.postgres
def test_no_more_connections_are_to_be_had(durable_server: postgres.Server, sink: Slow) -> None:
    with durable_server.database() as url, Cluster([url, url, url], sink, 200) as cluster:
        cluster.wait_for_mails(20)
        held = [durable_server.connect()]
        ends = time.monotonic() + OUTAGE
        while time.monotonic() < ends:
            held[0].execute(OF_THE_NODES)
            with suppress(psycopg.OperationalError):
                while True:
                    held.append(durable_server.connect())
            time.sleep(0.1)
        for one in held:
            one.close()
        cluster.end()
        assert len(held) > 30


def test_sqlite_is_locked_by_another_process(sink: Slow, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/milestones.sqlite"
    hold = (
        "import sqlite3, sys, time\n"
        "c = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)\n"
        "c.execute('BEGIN IMMEDIATE'); time.sleep(float(sys.argv[2])); c.execute('ROLLBACK')\n"
    )
    place = str(tmp_path / "milestones.sqlite")
    with Cluster([url, url, url], sink, 150) as cluster:
        cluster.wait_for_mails(30)
        subprocess.run([sys.executable, "-c", hold, place, str(OUTAGE)], check=True)
        cluster.end()


def test_the_disk_of_sqlite_is_full(sink: Slow, tmp_path: Path) -> None:
    with _small_disk(tmp_path / "disk", 40) as disk:
        url = f"sqlite:///{disk}/milestones.sqlite"
        with Cluster([url, url, url], sink, 150) as cluster:
            cluster.wait_for_mails(30)
            with _filled(disk):
                time.sleep(OUTAGE)
            cluster.end()


@pytest.mark.postgres
def test_the_disk_of_postgresql_is_full(
    durable_server: postgres.Server, sink: Slow, tmp_path: Path
) -> None:
    with _small_disk(durable_server.folder / "disk", 24) as disk:
        durable_server.say(f"CREATE TABLESPACE small LOCATION '{disk}'")
        where = durable_server.database("TABLESPACE small")
        with where as url, Cluster([url, url, url], sink, 400) as cluster:
            cluster.wait_for_mails(30)
            with _filled(disk):
                time.sleep(OUTAGE)
            cluster.end()
        durable_server.say("DROP TABLESPACE small")


@contextmanager
def _small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of so many MB in memory, for the server's user."""
    folder.mkdir()
    options = f"size={megabytes}m,mode=0777"
    mount = ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small file system")
    try:
        inner = folder / "in"
        inner.mkdir()
        if user := postgres.account():
            with suppress(LookupError):  # without PostgreSQL there is no such user
                shutil.chown(inner, user)
        yield inner
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def _filled(disk: Path) -> Iterator[None]:
    """Leave no byte free."""
    ballast = disk.parent / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    yield
    ballast.unlink()


def test_the_times_of_the_test_tell_something() -> None:
    """An outage outlasts a claim, and the grace outlasts the ledger's longest pause."""
    assert LEASE.total_seconds() < OUTAGE < 60
    assert GRACE > 3
