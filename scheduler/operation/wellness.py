"""PURE. Whether a process is ready, and whether planning and delivery are well.

Ready asks only what the process itself remembers, so that it answers at once, also without a
database. Well asks what the database holds too: it is what the dead man's ping rests on.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.outbox.values import Backlog

ALIVE = timedelta(minutes=5)
"""A node says every half minute that it lives; for so long a large plan may hold that up."""
LATE = timedelta(minutes=30)
"""So long a channel may have something due without sending anything."""
PLANNED = timedelta(hours=26)
"""It is looked ahead daily."""


@dataclass(frozen=True, slots=True)
class Beat:
    """How a round has gone: when it last succeeded, how often it failed, and whether it did last.

    The round itself is run again after a failure, so that one that `fails` may be well soon.
    """

    succeeded: datetime | None = None
    failures: int = 0
    fails: bool = False


def not_ready(beats: Mapping[str, Beat], now: datetime, *, stopping: bool = False) -> Iterator[str]:
    """Why a process is not to be sent requests; nothing where it may be."""
    if stopping:
        yield "it is stopping"
    beat = beats.get("beat", Beat())
    if beat.fails:
        yield "the database does not answer"
    elif beat.succeeded is None:
        yield "it is starting"
    elif now - beat.succeeded > ALIVE:
        yield f"nothing was done for {int((now - beat.succeeded).total_seconds())} s"


def unwell(
    beats: Mapping[str, Beat], backlog: Iterable[Backlog], now: datetime, *, stopping: bool = False
) -> Iterator[str]:
    """Why planning and delivery are not well; nothing where they are."""
    yield from not_ready(beats, now, stopping=stopping)
    yield from (f"the round {name} failed" for name, one in beats.items()
                if one.fails and name != "beat")  # fmt: skip
    ahead = beats.get("ahead")
    if ahead and ahead.succeeded and now - ahead.succeeded > PLANNED:
        yield "nothing was planned for a day"
    for one in backlog:
        if one.paused_since is not None and now - one.paused_since > LATE:
            yield f"the channel {one.channel} is paused"
        elif one.waiting_since is not None and now - one.waiting_since > LATE and not one.moves:
            yield f"nothing leaves by the channel {one.channel}"
