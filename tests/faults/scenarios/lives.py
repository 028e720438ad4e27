"""A node's life in a process of its own: it starts, does what is due at an instant, and ends.

Run as a program it bears lives as `tests.faults.lives` does.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import structlog

from notifiers.message import Message
from scheduler.clock import ManualClock
from scheduler.outbox.crew import Crew
from scheduler.outbox.database import Database
from scheduler.planning.values import Reminder
from scheduler.service import Service
from scheduler.ticking import Rounds
from tests.faults.lives import attend
from tests.faults.simulation.plans import Entry, written

DONE_SECONDS = 20.0
MOST_TURNS = 20
LEFT_OUT = frozenset({"watch", "answers", "clean-up"})
Render = Callable[[Sequence[Reminder], str, datetime], Message | None]


@dataclass(frozen=True)
class NodeLife:
    """A node over the plan at `path` at the instant `now`; killed after `delay` seconds, or not."""

    path: str
    url: str
    now: str
    delay: float | None = None


def live(life: NodeLife) -> None:
    """Start, send until nothing is due, and end."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    now = datetime.fromisoformat(life.now)
    clock = ManualClock(now)
    service = Service(Path(life.path), Database(life.url), clock)
    with patch("scheduler.ways_out.Crew", _naming):
        service.start()
    works = {name: work for name, work in service.rounds().items() if name not in LEFT_OUT}
    rounds = Rounds(clock, works, now)
    service.on_call(rounds.call)
    for _ in range(MOST_TURNS):
        rounds.step()
        service.dispatcher.wait_idle(DONE_SECONDS)
        due = service.dispatcher.next_due()
        if due is None or due > now:
            break
        rounds.call("deliver")
    service.stop()


def _naming(**parts: object) -> Crew:
    """A crew whose messages name the reminders in them."""
    render: Render = parts["render"]  # type: ignore[assignment]

    def named(reminders: Sequence[Reminder], key: str, now: datetime) -> Message | None:
        made = render(reminders, key, now)
        if made is None:
            return None
        names = "\n".join(f"[[{one.key}]]" for one in reminders)
        return replace(made, text=f"{made.text}\n{names}")

    return Crew(**(parts | {"render": named, "draw": lambda: 0.5}))  # type: ignore[arg-type]


def warm_up() -> None:
    """A life in this process, so that the others find all loaded and compiled."""
    with TemporaryDirectory(prefix="scenario-") as folder:
        path = Path(folder) / "plan.toml"
        steps = {one: Entry(one, date(2024, 3, 9), watched=True) for one in "ab"}
        path.write_text(written(steps).replace("mail.example.org", "127.0.0.1"), encoding="utf-8")
        live(NodeLife(str(path), f"sqlite:///{folder}/m.sqlite", "2024-03-01T09:00:00+00:00"))


if __name__ == "__main__":
    warm_up()
    attend(sys.stdin, NodeLife, live)
