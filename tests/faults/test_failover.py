"""The server that writes is gone, and its hot standby takes its place, while two nodes deliver.

Where commits waited for the standby, each message goes out once. Where they did not, what the
standby had not heard of goes out a second time, under the same Message-ID.
"""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests import postgres
from tests.faults.nodes import Cluster, Slow, slow_mail
from tests.faults.proxy import Proxy, proxy

OPTIONS = "-c fsync=off -c max_connections=40"
NAME = "milestones"
pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(900)]


@dataclass
class Pair:
    """Two servers, each behind a port of its own."""

    first: postgres.Server
    second: postgres.Server
    ports: tuple[Proxy, Proxy]

    @property
    def url(self) -> str:
        """As the documentation writes it: the one of them that writes."""
        hosts = "&".join(f"host=127.0.0.1:{one.port}" for one in self.ports)
        return f"postgresql://postgres@/{NAME}?{hosts}&target_session_attrs=read-write"

    def one_place(self) -> str:
        """An address that leads to one of them: as an address that moves, or a name, does."""
        return f"postgresql://postgres@127.0.0.1:{self.ports[0].port}/{NAME}"

    def wait_for_commits(self, how: str) -> None:
        """Let commits of the first wait for the second from now on."""
        self.first.say(f"ALTER SYSTEM SET synchronous_commit = {how}")
        self.first.say("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.first.say("SELECT pg_reload_conf()")
        _until(lambda: self._asked("SELECT sync_state FROM pg_stat_replication") == "sync")

    def cut_off(self) -> None:
        """From now on the second hears nothing of the first."""
        self.second.say("ALTER SYSTEM SET primary_conninfo = ''")
        self.second.say("SELECT pg_reload_conf()")
        _until(lambda: self._asked("SELECT count(*) FROM pg_stat_replication") == 0)

    def fail_over(self, pause: float = 0.0) -> None:
        """The first is gone without a word; after so many seconds the second takes its place."""
        self.first.stop("immediate")
        time.sleep(pause)
        self.second.promote()

    def _asked(self, question: str) -> object:
        with self.first.connect() as connection:
            found = connection.execute(question.encode()).fetchone()
        return found[0] if found else None


def _until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < ends, "it took too long"
        time.sleep(0.05)


@pytest.fixture
def sink() -> Iterator[Slow]:
    """A mail server that takes its time."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with slow_mail(port) as found:
        yield found


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A server and its hot standby, with an empty database."""
    with postgres.server(OPTIONS) as first:
        first.say(f"CREATE DATABASE {NAME}")
        with first.standby() as second, _way(first) as one, _way(second) as other:
            yield Pair(first, second, (one, other))


@contextmanager
def _way(server: postgres.Server) -> Iterator[Proxy]:
    with proxy(server.socket, 1) as found:
        found.calm = True
        yield found


@pytest.mark.parametrize("how", ["on", "remote_apply"])
def test_commits_wait_for_the_standby_and_nothing_goes_out_twice(
    pair: Pair, sink: Slow, how: str
) -> None:
    pair.wait_for_commits(how)
    with Cluster([pair.url] * 3, sink, 150) as cluster:
        cluster.wait_for_mails(40)
        pair.fail_over(pause=1.0)
        cluster.end()


def test_an_address_that_moves_leads_for_a_while_to_a_copy_that_only_reads(
    pair: Pair, sink: Slow
) -> None:
    """Every write is answered with SQLSTATE 25006, until the copy is promoted."""
    pair.wait_for_commits("on")
    with Cluster([pair.one_place()] * 3, sink, 150) as cluster:
        cluster.wait_for_mails(40)
        pair.first.stop("immediate")
        pair.ports[0].place = pair.second.socket
        sent = len(sink.taken)
        time.sleep(5)
        assert len(sink.taken) <= sent + 20, "nobody goes on before what was sent is recorded"
        said = (pair.second.folder / "log").read_text(encoding="utf-8", errors="replace")
        assert "read-only transaction" in said
        pair.second.promote()
        cluster.end()


def test_what_an_asynchronous_standby_never_heard_of_comes_again_under_the_same_identity(
    pair: Pair, sink: Slow
) -> None:
    with Cluster([pair.url] * 3, sink, 150) as cluster:
        cluster.wait_for_mails(30)
        pair.cut_off()
        cluster.wait_for_mails(70)
        pair.fail_over()
        copies = cluster.end(copies=True)
    assert copies > 10
