"""Rounds on any clock: what is called or ended while they are at work is not lost."""

import threading
from datetime import UTC, datetime, timedelta

from scheduler.clock import ManualClock
from scheduler.ticking import Rounds

START = datetime(2024, 3, 1, 9, tzinfo=UTC)


class Watched(ManualClock):
    """Notes whether each wait began with somebody who had called."""

    def __init__(self) -> None:
        super().__init__(START, jumps=True)
        self.waits: list[bool] = []

    def wait(self, until: datetime | None, wake: threading.Event, most_seconds: float) -> None:
        """See `Clock.wait`."""
        self.waits.append(wake.is_set())
        super().wait(until, wake, most_seconds)


def test_a_round_that_is_called_while_another_is_at_work_is_not_waited_for() -> None:
    clock, seen = Watched(), list[str]()

    def first(now: datetime) -> datetime | None:
        seen.append("first")
        if seen == ["second", "first"]:
            rounds.call("second")
        return None

    def second(now: datetime) -> datetime | None:
        seen.append("second")
        return now + timedelta(days=1)

    rounds = Rounds(clock, {"second": second, "first": first}, START)
    rounds.run(START + timedelta(hours=1))
    assert seen == ["second", "first", "second"]
    assert clock.waits == [True, False]


def test_who_is_stopped_at_work_waits_for_nothing_more() -> None:
    clock, seen = Watched(), list[datetime]()

    def work(now: datetime) -> datetime | None:
        seen.append(now)
        rounds.stop()
        return now + timedelta(hours=1)

    rounds = Rounds(clock, {"work": work}, START)
    rounds.run()
    assert seen == [START]
    assert clock.waits == [True]
    assert clock.now() == START


def test_rounds_run_to_the_end_of_the_time() -> None:
    clock, seen = Watched(), list[datetime]()

    def work(now: datetime) -> datetime | None:
        seen.append(now)
        return now + timedelta(minutes=20)

    Rounds(clock, {"work": work}, START).run(START + timedelta(hours=1))
    assert seen == [START + timedelta(minutes=20 * turn) for turn in range(4)]
    assert clock.waits == [False] * 3
