"""A node's life in a process of its own: it starts, does what is due at an instant, and ends.

Run as a program it bears lives as `tests.faults.lives` does, and has lived some before.
"""

import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import structlog
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from notifiers.message import Message
from scheduler.clock import ManualClock
from scheduler.errors import OutsideFailed
from scheduler.outbox.crew import Crew, Step
from scheduler.outbox.database import Database
from scheduler.outbox.dispatch import Dispatcher
from scheduler.outbox.history_store import HistoryStore
from scheduler.planning.values import Reminder
from scheduler.service import Service
from scheduler.ticking import Rounds, Work
from tests.faults.lives import attend
from tests.faults.scenarios.warm import Engines

WARM_DAYS = (0, 5, 8, 9, 14)
DONE_SECONDS = 20.0
MOST_TURNS = 20
LOOKS = 0.005
"""Seconds between two looks whether there is something to do."""
LEFT_OUT = frozenset({"watch", "answers", "clean-up"})
"""Rounds that a life does without."""
UP = ".up"
CUT_OFF = 3
"""How a frail life ends whose database was out of reach for too long."""
TRANSACTION = "transaction"
STEPS = (TRANSACTION, *Step)
"""At what a node may die: a transaction that begins, or a step of a delivery."""
Render = Callable[[Sequence[Reminder], str, datetime], Message | None]


@dataclass(frozen=True)
class NodeLife:
    """A node over the plan at `path` at the instant `now`.

    It is killed after `delay` seconds, or at `step` for the `count`th time, or not. A frail one
    may give up where it is cut off from its database. What it sends has its `number`. It goes on
    until there is a file at `until`, where that is given, and says by another one (`UP`) that it
    has begun. It stops for `pause` seconds when it has
    planned by another plan, before it says that this one is in force.
    """

    path: str
    url: str
    now: str
    delay: float | None = None
    step: str | None = None
    count: int = 1
    frail: bool = False
    number: int = 0
    until: str | None = None
    pause: float = 0.0


def live(life: NodeLife) -> None:
    """Start, send until nothing is due, and end."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    try:
        # A life is shorter than the time for which a node leaves alone what others had claimed
        # (`tests.faults.nodes` keeps to it); here the lease alone counts, on the scenario's clock.
        with patch("scheduler.service.GRACE", 0.0):
            _live(life)
    except (SQLAlchemyError, OutsideFailed):
        if not life.frail:
            raise
        raise SystemExit(CUT_OFF) from None


def _live(life: NodeLife) -> None:
    now = datetime.fromisoformat(life.now)
    clock, database = ManualClock(now), Database(life.url)
    tell = _fate(life)
    event.listen(database.engine, "begin", lambda _: tell(TRANSACTION), insert=True)
    service = Service(Path(life.path), database, clock)
    if life.pause:
        _slow_down(service.history, life.pause)
    with patch("scheduler.ways_out.Crew", partial(_naming, tell, life.number)):
        service.start()
    works = {name: work for name, work in service.rounds().items() if name not in LEFT_OUT}
    works["take-up"] = _when_called(works["take-up"])
    rounds = Rounds(clock, works, now)
    service.on_call(rounds.call)
    for _ in range(MOST_TURNS):
        _until_idle(service.dispatcher, rounds, life)
        due = service.dispatcher.next_due()
        if due is None or due > now:
            break
        rounds.call("deliver")
    service.stop()


def _slow_down(history: HistoryStore, pause: float) -> None:
    save_plan = history.save_plan

    def slow(*words: Any) -> None:
        time.sleep(pause)
        save_plan(*words)

    history.save_plan = slow  # type: ignore[method-assign, assignment]


def _until_idle(dispatcher: Dispatcher, rounds: Rounds, life: NodeLife) -> None:
    """What is due, and what is called for meanwhile, until nothing is sent and it may end."""
    longest = time.monotonic() + DONE_SECONDS
    while True:
        _step(rounds, life)
        idle = dispatcher.wait_idle(LOOKS)
        if time.monotonic() > longest:
            return
        if not life.until:
            if idle:
                return
        elif Path(life.until).exists():
            life = replace(life, until=None)
        else:
            Path(f"{life.until}{UP}").touch()
            time.sleep(LOOKS)
            rounds.call("deliver")


def _when_called(work: Work) -> Work:
    """The round, but not at its start: what is taken up then was so by the beat before."""
    begins = [None]

    def called(now: datetime) -> datetime | None:
        return begins.pop() if begins else work(now)

    return called


def _step(rounds: Rounds, life: NodeLife) -> None:
    """What is due; a round that is cut off is tried again, as the service does."""
    try:
        rounds.step()
    except SQLAlchemyError:
        if not life.frail:
            raise


def _fate(life: NodeLife) -> Callable[[str], None]:
    """What is told each step, and ends the process (SIGKILL) at the one it is to die at."""
    reached = count(1)

    def tell(step: str) -> None:
        if step == life.step and next(reached) == life.count:
            os.kill(os.getpid(), signal.SIGKILL)

    return tell


def _naming(tell: Callable[[str], None], number: int, **parts: object) -> Crew:
    """A crew whose messages name the reminders in them, and the life that sends them."""
    render: Render = parts["render"]  # type: ignore[assignment]

    def named(reminders: Sequence[Reminder], key: str, now: datetime) -> Message | None:
        made = render(reminders, key, now)
        if made is None:
            return None
        names = "\n".join(f"[[{one.key}]]" for one in reminders)
        return replace(made, text=f"{made.text}\n{names}\n(({number}))")

    own = {"render": named, "draw": lambda: 0.5, "observe": lambda step, _: tell(step)}
    return Crew(**(parts | own))  # type: ignore[arg-type]


def warm_up(life: NodeLife) -> None:
    """Lives in this process, so that the others find all loaded and compiled.

    They send, meet servers that refuse, and change the plan, as those do.
    """
    start = datetime.fromisoformat(life.now)
    for days in WARM_DAYS:
        live(replace(life, now=(start + timedelta(days=days)).isoformat()))


if __name__ == "__main__":
    logging.disable()  # what a driver says of a connection that was cut
    *ends, first = sys.argv[1:]
    with patch("scheduler.outbox.database.create_engine", Engines().create):
        warm_up(NodeLife(**json.loads(first)))
        attend(ends, NodeLife, live)
