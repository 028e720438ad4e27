"""A channel's rate: an exact window, kept by all who send on it together."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from config.plan import Rate
from scheduler.outbox import schema
from scheduler.outbox.crew import Limits
from scheduler.outbox.database import Database
from scheduler.outbox.pace import Pace
from scheduler.outbox.tables import slots
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import DAY, HOUR, MINUTE, SECOND, START, crowd
from tests.scheduler.outbox.office import Office


def _most_in(window: timedelta, taken: Sequence[datetime]) -> int:
    """The most that lie in any window of that length."""
    return max(sum(0 <= (other - one).total_seconds() < window.total_seconds() for other in taken)
               for one in taken)  # fmt: skip


def test_without_a_rate_everything_goes_and_nothing_is_written(database: Database) -> None:
    pace = Pace(database, "email", None)
    assert [pace.take(START) for _ in range(3)] == [START] * 3
    assert (pace.portion(64), Pace(database, "email", Rate(3, 1)).portion(64)) == (64, 3)
    assert _kept(database) == 0


def _kept(database: Database) -> int:
    query = select(func.count()).select_from(slots)
    return database.read(lambda connection: connection.execute(query).scalar_one())


def test_as_many_as_the_rate_says_and_then_one_as_each_leaves_the_window(
    database: Database,
) -> None:
    pace = Pace(database, "email", Rate(2, 10))
    assert pace.take(START) == START
    assert pace.take(START + 4 * SECOND) == START + 4 * SECOND
    assert pace.take(START + 5 * SECOND) == START + 10 * SECOND
    assert pace.take(START + 10 * SECOND) == START + 10 * SECOND
    assert pace.take(START + 10 * SECOND) == START + 14 * SECOND
    assert Pace(database, "slack", Rate(2, 10)).take(START + 10 * SECOND) == START + 10 * SECOND


def test_no_more_is_kept_than_the_window_needs(database: Database) -> None:
    pace = Pace(database, "email", Rate(3, 1))
    for number in range(40):
        pace.take(START + number * SECOND)
    assert _kept(database) == 3


def test_another_rate_counts_what_went_out_under_the_one_before(database: Database) -> None:
    for number in range(4):
        Pace(database, "email", Rate(4, 60)).take(START + number * SECOND)
    assert Pace(database, "email", Rate(2, 60)).take(START + 9 * SECOND) == START + 62 * SECOND
    assert Pace(database, "email", Rate(4, 9)).take(START + 9 * SECOND) == START + 9 * SECOND


def test_a_clock_that_was_set_back_by_hours_holds_up_nothing(database: Database) -> None:
    pace = Pace(database, "email", Rate(1, 60))
    assert pace.take(START + 5 * HOUR) == START + 5 * HOUR
    assert pace.take(START) == START
    assert pace.take(START) == START + MINUTE


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(1, 5),
    seconds=st.integers(1, 30),
    gaps=st.lists(st.integers(0, 12_000), min_size=1, max_size=25),
)
def test_no_window_holds_more_than_the_rate(
    database: Database, count: int, seconds: int, gaps: list[int]
) -> None:
    """Whoever waits until the instant he is told gets his turn then, and no window overflows."""
    now, taken = START, list[datetime]()
    pace = Pace(database, f"{count}/{seconds} {gaps}", Rate(count, seconds))
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        told = pace.take(now)
        if told > now:
            assert told - now <= timedelta(seconds=seconds)
            now = told
            assert pace.take(now) == now
        taken.append(now)
    assert _most_in(timedelta(seconds=seconds), taken) <= count


@pytest.mark.parametrize("rate", [Rate(7, 3600), Rate(1, 60)])
def test_nodes_that_ask_at_once_get_no_more_than_one_would(
    url: str, database: Database, rate: Rate
) -> None:
    others = [Database(url) for _ in range(4)]
    start, granted, lock = threading.Barrier(8), list[datetime](), threading.Lock()

    def ask(own: Database) -> None:
        start.wait(20)
        for _ in range(4):
            found = Pace(own, "email", rate).take(START)
            with lock:
                granted.append(found)

    threads = [threading.Thread(target=ask, args=[others[n % 4]]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for other in others:
        other.close()
    assert len(granted) == 32
    assert granted.count(START) == rate.count


def test_two_nodes_share_the_rate_of_a_channel(stores: Stores, url: str) -> None:
    office, second = Office(stores), Database(url)
    office.limits["email"] = Limits(rate=Rate(3, 3600))
    stores.planning.insert(crowd(10), START)
    schema.prepare(second)
    assert office.dispatcher("one").run_due() == 3
    other = Office(
        Stores(second, stores.planning, type(stores.delivery)(second), stores.history, stores.acts),
        office.clock,
        office.posts,
        limits=office.limits,
    )
    assert other.dispatcher("two").run_due() == 0
    assert other.dispatcher("two").next_due() == START + HOUR
    office.clock.set(START + HOUR)
    assert other.dispatcher("three").run_due() == 3
    second.close()
    assert office.counts() == {"sent": 6, "planned": 4}
    assert len(office.posts["email"].taken) == 6
    assert office.clock.now() < START + DAY
