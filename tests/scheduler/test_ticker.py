"""Rounds on the machine's clock: none that was called for is lost, and nothing is said of it."""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import pytest

from scheduler.clock import SystemClock
from scheduler.ticker import Ticker
from scheduler.ticking import Work

PATIENCE = 60
"""Seconds."""
TURNS = 200


@contextmanager
def ticking(works: Mapping[str, Work]) -> Iterator[Ticker]:
    ticker = Ticker(SystemClock(), works, threading.Event())
    ticker.start()
    try:
        yield ticker
    finally:
        ticker.stop()


def test_a_round_that_is_due_at_once_again_and_again_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The next turn is asked for before the one under way has ended, as APScheduler counts."""
    turns, done = list[datetime](), threading.Event()

    def work(now: datetime) -> datetime | None:
        turns.append(now)
        if len(turns) < TURNS:
            return now
        done.set()
        return None

    with caplog.at_level(logging.WARNING), ticking({"work": work}):
        assert done.wait(PATIENCE)
    assert len(turns) == TURNS
    assert not caplog.records


def test_whoever_calls_is_followed_by_a_turn_that_began_later(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Several threads call, each anew once a turn has seen what it last asked for."""
    asked, lock, seen = [0] * 4, threading.Lock(), threading.Condition()
    known = list[int](asked)

    def work(now: datetime) -> datetime | None:
        with lock:
            found = list(asked)
        with seen:
            known[:] = found
            seen.notify_all()
        return now + timedelta(hours=1)

    def has_seen(number: int, turn: int) -> bool:
        return known[number] >= turn

    def caller(number: int) -> None:
        for turn in range(1, TURNS + 1):
            with lock:
                asked[number] = turn
            ticker.call("work")
            with seen:
                assert seen.wait_for(partial(has_seen, number, turn), PATIENCE)
        ended.append(number)

    ended = list[int]()
    with caplog.at_level(logging.WARNING), ticking({"work": work}) as ticker:
        callers = [threading.Thread(target=caller, args=[number]) for number in range(4)]
        for one in callers:
            one.start()
        for one in callers:
            one.join()
    assert sorted(ended) == [0, 1, 2, 3]
    assert not caplog.records


def test_a_later_call_takes_the_place_of_what_was_due() -> None:
    """However often a round is called for, it is due once; turns do not multiply."""
    turns, began = list[datetime](), threading.Event()
    go_on = threading.Event()

    def work(now: datetime) -> datetime | None:
        turns.append(now)
        began.set()
        assert go_on.wait(PATIENCE)
        return now + timedelta(hours=1)

    with ticking({"work": work}) as ticker:
        assert began.wait(PATIENCE)
        for _ in range(50):
            ticker.call("work")
        go_on.set()
    assert 1 <= len(turns) <= 2


def test_no_round_waits_until_a_clock_that_was_set_back_shows_the_same_again() -> None:
    """As where a machine starts with its clock in another zone, and asks a time server later."""
    back = [timedelta()]
    turns = {"beat": list[datetime](), "deliver": list[datetime]()}
    again = {name: threading.Event() for name in turns}

    class Set(SystemClock):
        def now(self) -> datetime:
            return super().now() - back[0]

    def work(name: str, now: datetime) -> datetime:
        turns[name].append(now)
        if len(turns[name]) > 1:
            again[name].set()
        elif all(turns.values()):
            back[0] = timedelta(hours=4)
        return now + timedelta(hours=1)

    works = {name: partial(work, name) for name in turns}
    ticker = Ticker(Set(), works, threading.Event(), looks=0.1)
    ticker.start()
    try:
        assert all(one.wait(PATIENCE / 3) for one in again.values())
    finally:
        ticker.stop()
