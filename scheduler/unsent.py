"""PURE. What has come due and is not sent yet, while an edit changes whom it goes to, and by what.

Its time has passed, so that by the rules it would be late for whoever gets it now. It is not lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from scheduler.outbox.values import UNSENT, Stored
from scheduler.planning.reminders import DATE_WANTED
from scheduler.planning.values import Occurrence, Reminder

TOO_LATE = timedelta(days=7)
"""What is later than this is not sent (Late 3)."""


def told_at_once(
    occurrence: Occurrence, found: Iterable[Reminder], late: Sequence[Stored], now: datetime
) -> set[str]:
    """What goes at once to somebody for whom the date was new, and waits still: for the end of
    quiet hours, a digest or a server. By the day since when others know the date its time has
    passed; to her it stays as if it were seen for the first time now. late: all that waits so."""
    if not late:
        return set()
    times = {one.key: one.at for one in found}
    ways = {(one.recipient, one.channel) for one in found}
    return {
        one.key
        for one in late
        if (one.occurrence, one.due) == (occurrence.id, occurrence.due)
        and (one.recipient, one.channel) in ways
        and (times[one.key] < min(one.at, now) if one.key in times else one.stage == DATE_WANTED)
    }


def but_for_what_waits(
    missing: list[Reminder],
    found: Iterable[Reminder],
    stored: Mapping[str, Stored],
    now: datetime,
) -> list[Reminder]:
    """Without what waits to be sent to the same recipient by another channel, or to another to
    whom it is not to go any more: it comes by the channels that she has now, and to who gets it."""
    if not missing:
        return missing
    unsent = {key: one for key, one in stored.items() if one.state in UNSENT}
    wanted = {one.key for one in found}
    hers = {(_less_way(key), one.recipient) for key, one in unsent.items()}
    anybodys = {_less_way(key) for key in unsent if key not in wanted}
    return [
        one
        for one in missing
        if (_less_way(one.key), one.recipient) not in hers
        and (_less_way(one.key) not in anybodys or now - one.at > TOO_LATE)
    ]


def _less_way(key: str) -> str:
    """An identity without its recipient and channel."""
    return key.rsplit("|", 2)[0]
