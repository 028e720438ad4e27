"""PURE. When something that failed is tried again, and when a channel is paused.

The rules are those of semantics, Sending 3 and 4. What is not decided here: whether a fault
passes; the notifier says so.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.outbox.values import ChannelState, Touch

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(hours=1)
KEEP_TRYING = timedelta(hours=24)
"""Counted from the first try that failed."""
MOST_RETRY_AFTER = timedelta(days=1)
FAULTS_TO_PAUSE = 5
UNTRIED = 2 * LONGEST
"""A paused channel on which a try is overdue for longer was nobody's: no node ran."""


def next_try(
    attempt: int, first: datetime, now: datetime, draw: float, retry_after: float | None = None
) -> datetime | None:
    """When to try again after attempt number `attempt` (from 1) failed at `now`; None for never.

    The wait doubles from a minute to an hour, spread by `draw` (a random number from 0 to 1) over
    a quarter less to a quarter more, within the two bounds. The last try is 24 hours after the
    `first`. `retry_after` (seconds, as the service asked) is obeyed up to a day, even where it
    ends after that; then one try is left.
    """
    last = first + KEEP_TRYING
    if now >= last:
        return None
    if retry_after is not None:
        return now + _asked(retry_after)
    return min(now + back_off(attempt, draw), last)


def back_off(turn: int, draw: float) -> timedelta:
    """The wait after fault number `turn` (from 1) in a row."""
    doubled = SHORTEST * float(2 ** min(max(turn, 1) - 1, 10))
    return min(max(doubled * (0.75 + draw / 2), SHORTEST), LONGEST)


def touched(state: ChannelState, touch: Touch, now: datetime, answer: str) -> ChannelState:
    """The channel's state after it took a message well, or with a fault of its own.

    Five faults in a row pause it, a lasting one (a refused login) at once. While it is paused one
    message at a time is tried, at growing intervals; the first that passes ends the pause. A
    `retry_after` holds the whole channel for so long, paused or not.
    """
    if touch.well:
        return ChannelState(state.channel)
    failures = max(state.failures + 1, FAULTS_TO_PAUSE if touch.lasting else 0)
    paused = state.paused_since
    probe_at = None
    if failures >= FAULTS_TO_PAUSE:
        paused = paused or now
        probe_at = now + back_off(failures - FAULTS_TO_PAUSE + 1, touch.draw)
    if touch.retry_after is not None:
        probe_at = now + _asked(touch.retry_after)
    return replace(state, failures=failures, paused_since=paused, probe_at=probe_at, reason=answer)


def probing(state: ChannelState, now: datetime, until: datetime) -> ChannelState:
    """A paused channel's state while one message is tried, by `until` at the latest.

    Where nobody tried it for long, as no node ran, the day of tries begins anew (`tried_a_day`).
    """
    due = state.probe_at
    untried = due is not None and now - due > UNTRIED
    return replace(state, probe_at=until, tried_since=now if untried else state.tried_since)


def tried_a_day(state: ChannelState, now: datetime) -> bool:
    """Whether a channel is paused and was tried for a day, so that what it has held as long may
    be given up (semantics, Sending 3). A time in which no node ran does not count."""
    if state.paused_since is None:
        return False
    since = max(state.paused_since, state.tried_since or state.paused_since)
    return now - since >= KEEP_TRYING


def _asked(seconds: float) -> timedelta:
    return min(max(timedelta(seconds=seconds), timedelta(0)), MOST_RETRY_AFTER)
