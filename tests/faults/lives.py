"""Short lives of a worker process, each ended by SIGKILL.

Run as a program it becomes warm and bears as many wards as it was given sockets. A ward reads one
life a line (JSON) and answers with two lines: the process id when the life begins, and how it
ended. It has one thread, so that a life costs a fork.
"""

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, NoReturn, Protocol, TypeVar

from scheduler.clock import ManualClock
from scheduler.outbox.crew import Step
from scheduler.outbox.database import Database
from tests.faults.office import dispatcher, mail

KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Life:
    """A worker that sends what is due at `now`, until it is killed or has nothing to do.

    It is killed at `step` for the `count`th time, or after `delay` seconds, or not at all.
    """

    url: str
    port: int
    now: str
    worker: str
    connections: int = 1
    step: str | None = None
    count: int = 1
    delay: float | None = None


class Timed(Protocol):
    """Any life: a frozen dataclass, killed after `delay` seconds, or not."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def delay(self) -> float | None:
        """See the class."""
        ...


class Ward:
    """A process that lives are born in, at the other end of a socket."""

    def __init__(self, near: socket.socket) -> None:
        self._file = near.makefile("rw")

    def begin(self, life: "Timed") -> int:
        """Begin a life; its process id."""
        self._file.write(json.dumps(asdict(life)) + "\n")
        self._file.flush()
        return self._answer()

    def end(self) -> int:
        """Wait for the end of the life; 0, or minus the signal that ended it."""
        return self._answer()

    def live(self, life: "Timed") -> int:
        """A life from its begin to its end."""
        self.begin(life)
        return self.end()

    def close(self) -> None:
        """Let the ward end."""
        self._file.close()

    def _answer(self) -> int:
        return int(self._file.readline())


@contextmanager
def ward() -> Iterator[Ward]:
    """A process for lives, gone afterwards."""
    with wards("tests.faults.lives", 1) as (one,):
        yield one


@contextmanager
def wards(module: str, number: int, *words: str) -> Iterator[list[Ward]]:
    """So many processes for the lives that a module describes, gone afterwards.

    The module is run as a program, which is told `words`.
    """
    pairs = [socket.socketpair() for _ in range(number)]
    ends = [far.fileno() for _, far in pairs]
    process = subprocess.Popen(
        [sys.executable, "-m", module, *(str(end) for end in ends), *words],
        cwd=Path(__file__).parents[2],
        pass_fds=ends,
    )
    found = []
    for near, far in pairs:
        far.close()
        found.append(Ward(near))
        near.close()
    with process:
        try:
            yield found
        finally:
            for one in found:
                one.close()


def _live(life: Life) -> None:
    left = life.count

    def observe(step: Step, _: str) -> None:
        nonlocal left
        if step == life.step:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    clock = ManualClock(datetime.fromisoformat(life.now))
    dispatcher(
        Database(life.url),
        clock,
        lambda _: mail(life.port, clock),
        life.worker,
        life.connections,
        observe,
    ).run_due()


T = TypeVar("T", bound=Timed)


def attend(ends: Iterable[str], kind: type[T], live: Callable[[T], None]) -> None:
    """Bear a ward at each of these sockets, and wait until all of them have ended.

    What is there by now is never looked at again by the collector of any of them, which would
    write into each page of it: so pages are shared, and a fork is cheap.
    """
    gc.collect()
    gc.freeze()
    found = [socket.socket(fileno=int(end)) for end in ends]
    born = []
    for one in found:
        child = os.fork()
        if child == 0:
            for other in found:
                if other is not one:
                    other.close()
            _exit_after(partial(_attend, one, kind, live))
        born.append(child)
    for one in found:
        one.close()
    for child in born:
        os.waitpid(child, 0)


def _attend(here: socket.socket, kind: type[T], live: Callable[[T], None]) -> None:
    """Bear a life for each line, until there are no more."""
    with here.makefile("rw") as lines:
        for line in iter(lines.readline, ""):
            life = kind(**json.loads(line))
            child = os.fork()
            if child == 0:
                _exit_after(partial(live, life))
            lines.write(f"{child}\n")
            lines.flush()
            lines.write(f"{_ended(child, life.delay)}\n")
            lines.flush()


def _exit_after(work: Callable[[], None]) -> NoReturn:
    """Do it in a process that was just born, and end that process."""
    code = 1
    try:
        work()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # noqa: BLE001  whatever it is, this process ends here
        traceback.print_exc()
    finally:
        os._exit(code)


def _ended(child: int, delay: float | None) -> int:
    """How a process ended, which is killed after `delay` seconds where it still lives."""
    if delay is not None:
        watched = os.pidfd_open(child)
        if not select.select([watched], [], [], delay)[0]:
            os.kill(child, signal.SIGKILL)
        os.close(watched)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _warm_up() -> None:
    """Load what the databases need, which each life would else load for itself."""
    for url in ("sqlite:///none.sqlite", "postgresql://nobody@/none"):
        Database(url).close()


if __name__ == "__main__":
    _warm_up()
    attend(sys.argv[1:], Life, _live)
