"""Short lives of a worker process, each ended by SIGKILL.

Run as a program it reads one life a line (JSON) and answers with two lines: the process id when
the life begins, and how it ended. It is warm and has one thread, so that a life costs a fork.
"""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

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
    """The process that lives are born in."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def begin(self, life: "Timed") -> int:
        """Begin a life; its process id."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asdict(life)) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> int:
        """Wait for the end of the life; 0, or minus the signal that ended it."""
        return self._answer()

    def live(self, life: "Timed") -> int:
        """A life from its begin to its end."""
        self.begin(life)
        return self.end()

    def _answer(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())


@contextmanager
def ward(module: str = "tests.faults.lives") -> Iterator[Ward]:
    """A process for the lives that a module describes, gone afterwards."""
    with subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Ward(process)
        assert process.stdin
        process.stdin.close()


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


def attend(lines: Iterable[str], kind: type[T], live: Callable[[T], None]) -> None:
    """Bear a life for each line."""
    _warm_up()
    for line in lines:
        _bear(kind(**json.loads(line)), live)


def _bear(life: T, live: Callable[[T], None]) -> None:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            live(life)
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        except BaseException:  # noqa: BLE001  whatever it is, this process ends here
            traceback.print_exc()
        finally:
            os._exit(code)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(_ended(child, life.delay)), flush=True)


def _ended(child: int, delay: float | None) -> int:
    """How a process ended, which is killed after `delay` seconds where it still lives."""
    ends = time.monotonic() + (delay or 0.0)
    while delay is not None and (left := ends - time.monotonic()) > 0:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        time.sleep(min(left, 0.005))
    if delay is not None:
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _warm_up() -> None:
    """Load what the databases need, which each life would else load for itself."""
    for url in ("sqlite:///none.sqlite", "postgresql://nobody@/none"):
        Database(url).close()


if __name__ == "__main__":
    attend(sys.stdin, Life, _live)
