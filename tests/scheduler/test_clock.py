"""The clocks: the machine's, the rehearsal's, and the one set by hand."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.clock import Clock, ManualClock, RehearsalClock, SystemClock

START = datetime(2024, 3, 21, tzinfo=UTC)
DAY = timedelta(days=1)


def _clocks() -> list[Clock]:
    return [SystemClock(), RehearsalClock(START, 86_400), ManualClock(START)]


@pytest.mark.parametrize("clock", _clocks())
def test_a_wait_ends_when_it_is_woken(clock: Clock) -> None:
    wake = threading.Event()
    threading.Timer(0.05, wake.set).start()
    clock.wait(clock.now() + 10_000 * DAY, wake, 60)
    assert wake.is_set()


@pytest.mark.parametrize("clock", _clocks())
def test_a_wait_ends_after_so_many_seconds_of_the_world(clock: Clock) -> None:
    began = time.monotonic()
    clock.wait(None, threading.Event(), 0.05)
    assert 0.04 < time.monotonic() - began < 20


@pytest.mark.parametrize("clock", _clocks())
def test_a_wait_for_the_past_is_no_wait(clock: Clock) -> None:
    clock.wait(clock.now() - DAY, threading.Event(), 600)


@pytest.mark.parametrize("clock", _clocks())
def test_the_time_is_in_utc(clock: Clock) -> None:
    assert clock.now().tzinfo is UTC


def test_a_rehearsal_waits_in_its_own_time_and_stops_at_the_instant() -> None:
    clock, began = RehearsalClock(START, 86_400 * 20), time.monotonic()
    clock.wait(START + 2 * DAY, threading.Event(), 60)
    assert clock.now() == START + 2 * DAY
    assert 0.09 < time.monotonic() - began < 20


def test_a_rehearsal_stands_still_while_there_is_work() -> None:
    clock = RehearsalClock(START, 86_400)
    time.sleep(0.05)
    assert clock.now() == START


def test_a_rehearsal_that_is_woken_is_where_it_came_to() -> None:
    clock, wake = RehearsalClock(START, 86_400), threading.Event()
    threading.Timer(0.05, wake.set).start()
    clock.wait(START + 365 * DAY, wake, 60)
    first = clock.now()
    assert START < first < START + 60 * DAY
    assert clock.now() == first


def test_a_rehearsal_runs_for_the_first_of_two_who_wait() -> None:
    clock, seen = RehearsalClock(START, 86_400 * 20), list[datetime]()

    def wait(days: int) -> None:
        clock.wait(START + days * DAY, threading.Event(), 60)
        seen.append(clock.now())

    threads = [threading.Thread(target=wait, args=(days,)) for days in (4, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert START + 2 * DAY <= seen[0] <= START + 4 * DAY
    assert seen[1] == START + 4 * DAY


def test_a_clock_is_set_and_stepped_by_hand() -> None:
    clock = ManualClock(START)
    clock.step(hours=2)
    assert clock.now() == START + timedelta(hours=2)
    clock.set(START - DAY)
    assert clock.now() == START - DAY
    threading.Timer(0.05, clock.step, kwargs={"days": 3}).start()
    clock.wait(START + DAY, threading.Event(), 60)
    assert clock.now() == START + 2 * DAY


def test_a_clock_that_jumps_is_at_once_where_it_is_waited_for() -> None:
    clock = ManualClock(START, jumps=True)
    clock.wait(START + 400 * DAY, threading.Event(), 60)
    assert clock.now() == START + 400 * DAY
    clock.wait(START, threading.Event(), 60)
    assert clock.now() == START + 400 * DAY


def test_a_clock_without_a_zone_or_that_runs_back_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        RehearsalClock(datetime(2024, 3, 21), 1)
    with pytest.raises(ValueError, match="time zone"):
        ManualClock(datetime(2024, 3, 21))
    with pytest.raises(ValueError, match="above zero"):
        RehearsalClock(START, 0)
