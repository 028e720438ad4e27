"""Scenarios that CI plays; with `--scenarios 1000` so many on each database."""

import time
from collections.abc import Callable
from contextlib import nullcontext

import pytest
from sqlalchemy import text

from scheduler.outbox.database import Database
from tests import postgres
from tests.faults.scenarios.many import Fresh, on_postgresql, on_sqlite, play_all, rows_of
from tests.faults.scenarios.scenario import Result

ON_SQLITE, ON_POSTGRESQL = 1_400, 600
"""Together they take two cores that have nothing else to do forty minutes."""
AT_LEAST = 150
"""So many are played on any machine, and more only while there is time."""
MINUTES = 30
pytestmark = [pytest.mark.slow, pytest.mark.timeout(0)]
Said = Callable[[str, object], None]
AGAIN = "python -m tests.faults.scenarios --scenarios 1 --seed"
"""Plays one again; by chance it goes another way, so that it may take some turns."""


@pytest.fixture
def told(request: pytest.FixtureRequest) -> int | None:
    """How many scenarios are to be played, where that was said."""
    return request.config.getoption("--scenarios")  # type: ignore[no-any-return]


def test_scenarios_on_sqlite(told: int | None, record_property: Said) -> None:
    with on_sqlite() as fresh:
        number, total = _played(told, ON_SQLITE, fresh, "sqlite")
    record_property("scenarios", number)
    assert total.kills >= number


def test_scenarios_on_postgresql(
    told: int | None, postgres_server: postgres.Server, record_property: Said
) -> None:
    with on_postgresql(postgres_server) as fresh:
        number, total = _played(told, ON_POSTGRESQL, fresh, "postgresql")
    record_property("scenarios", number)
    assert total.kills >= number
    assert total.cuts >= number


@pytest.mark.parametrize(("told", "played"), [(None, AT_LEAST), (AT_LEAST + 5, AT_LEAST + 5)])
def test_a_slow_machine_ends_in_time_but_where_it_was_told_how_many(
    monkeypatch: pytest.MonkeyPatch, told: int | None, played: int
) -> None:
    found = Result(faults=1, messages=1)
    monkeypatch.setattr(f"{__name__}.MINUTES", 0)
    monkeypatch.setattr(f"{__name__}.play_all", lambda seeds, _: ((one, found) for one in seeds))
    number, total = _played(told, ON_SQLITE, nullcontext, "sqlite")  # type: ignore[arg-type]
    assert (number, total.messages) == (played, played)


def test_a_database_that_is_used_again_is_as_new(postgres_server: postgres.Server) -> None:
    insert = text("INSERT INTO settings VALUES ('left', 'by a scenario')")
    with on_postgresql(postgres_server) as fresh:
        with fresh() as url:
            new = rows_of(url)
            left = Database(url)
            left.write(lambda connection: connection.execute(insert))
            assert rows_of(url) != new
        left.close()
        with fresh() as again:
            assert again == url
            assert rows_of(again) == new


def _played(told: int | None, most: int, fresh: Fresh, database: str) -> tuple[int, Result]:
    """Play the first so many; none has anything to complain of, and faults were met.

    As many as were told; else `most`, or as many as there is time for on a slow machine.
    """
    ends = float("inf") if told else time.monotonic() + MINUTES * 60
    total, complaints, number = Result(), [], 0
    for seed, found in play_all(range(told or most), fresh):
        if found.complaints:
            complaints += [f"{AGAIN} {seed} --database {database}", *found.complaints]
        total, number = total.plus(found), number + 1
        if number >= AT_LEAST and time.monotonic() > ends:
            break
    assert not complaints, "\n".join(complaints)
    assert total.faults
    assert total.messages
    return number, total
