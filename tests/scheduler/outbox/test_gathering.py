"""Threads that ask together: each gets its own answer, in as few calls as it can be had."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from scheduler.outbox.gathering import Gathering

LONG = 20.0
"""Seconds: longer than anything here takes."""


class Asked:
    """Doubles what it is asked, and keeps who asked together."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []

    def __call__(self, things: Sequence[int]) -> list[int]:
        self.calls.append(sorted(things))
        return [2 * one for one in things]


def _at_once(works: Sequence[Callable[[], int]]) -> list[int]:
    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result(LONG) for one in [pool.submit(work) for work in works]]


def test_one_thread_asks_at_once() -> None:
    asked = Asked()
    gathering = Gathering(asked, LONG)
    assert [gathering.ask(one) for one in range(3)] == [0, 2, 4]
    assert asked.calls == [[0], [1], [2]]


def test_each_gets_its_own_answer() -> None:
    asked = Asked()
    gathering = Gathering(asked, 0.001)

    def many(first: int) -> int:
        return sum(gathering.ask(one) == 2 * one for one in range(first, first + 200))

    assert _at_once([lambda n=n: many(1000 * n) for n in range(8)]) == [200] * 8  # type: ignore[misc]
    assert sorted(one for call in asked.calls for one in call) == sorted(
        one for n in range(8) for one in range(1000 * n, 1000 * n + 200)
    )


def test_who_has_asked_while_another_waits_is_answered_with_it() -> None:
    """The first call is held up until all others have come: they make the second together."""
    begun, go_on = threading.Event(), threading.Event()
    calls: list[list[int]] = []

    def work(things: Sequence[int]) -> Sequence[int]:
        calls.append(sorted(things))
        begun.set()
        assert go_on.wait(LONG)
        return things

    gathering = Gathering(work, 0.0)
    with ThreadPoolExecutor(5) as pool:
        found = [pool.submit(gathering.ask, 0)]
        assert begun.wait(LONG)
        found += [pool.submit(gathering.ask, one) for one in range(1, 5)]
        ends = time.monotonic() + LONG
        while len(gathering._waiting) < 4:
            assert time.monotonic() < ends
            time.sleep(0.001)
        go_on.set()
        assert [one.result(LONG) for one in found] == [0, 1, 2, 3, 4]
    assert calls == [[0], [1, 2, 3, 4]]


def test_those_who_were_answered_together_ask_together_at_the_next() -> None:
    first, second = Asked(), Asked()
    one, other = Gathering(first, LONG), Gathering(second, LONG)
    one.followed_by = other
    met = threading.Barrier(3)

    def both(number: int) -> int:
        one.expect([threading.get_ident()])
        met.wait(LONG)
        answer = one.ask(number)
        time.sleep(0.02 * number)  # the last comes late, and the others wait for it
        return other.ask(answer)

    assert _at_once([lambda n=n: both(n) for n in range(3)]) == [0, 4, 8]  # type: ignore[misc]
    assert first.calls == [[0, 1, 2]]
    assert second.calls == [[0, 2, 4]]


def test_one_that_does_not_come_is_not_waited_for_for_ever() -> None:
    gathering = Gathering(Asked(), 0.05)
    gathering.expect([-1])
    assert gathering.ask(1) == 2


def test_one_that_hangs_is_waited_for_no_more() -> None:
    gathering = Gathering(Asked(), LONG)
    gathering._coming[-1] = time.monotonic() - LONG - 1
    began = time.monotonic()
    assert gathering.ask(1) == 2
    assert time.monotonic() - began < LONG / 2


def test_one_that_leaves_is_not_waited_for() -> None:
    asked, ready = Asked(), threading.Event()
    gathering = Gathering(asked, LONG)

    def leaves() -> None:
        gathering.expect([threading.get_ident()])
        ready.set()
        time.sleep(0.05)
        gathering.leave()

    leaving = threading.Thread(target=leaves)
    leaving.start()
    assert ready.wait(LONG)
    began = time.monotonic()
    assert gathering.ask(1) == 2
    assert time.monotonic() - began < LONG / 2
    leaving.join()


def test_what_goes_wrong_is_told_to_each_and_the_next_are_answered() -> None:
    broken = [True]

    def work(things: Sequence[int]) -> Sequence[int]:
        if broken:
            broken.clear()
            raise ValueError("gone")
        return things

    gathering = Gathering(work, 0.0)
    with pytest.raises(ValueError, match="gone"):
        gathering.ask(1)
    assert gathering.ask(2) == 2
