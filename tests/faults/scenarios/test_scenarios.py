"""Searches by scenarios (`-m search`): a few, or with `--scenarios 1000` so many on each."""

from collections.abc import Iterator

import pytest

from tests import postgres
from tests.faults.lives import Ward, ward
from tests.faults.scenarios.scenario import Result, empty_sqlite, play, prepare

FEW = 4
pytestmark = pytest.mark.search


@pytest.fixture(scope="module")
def births() -> Iterator[Ward]:
    """Where nodes are born."""
    with ward("tests.faults.scenarios.lives") as found:
        yield found


@pytest.fixture
def number(request: pytest.FixtureRequest) -> int:
    """How many scenarios are played on each database."""
    return int(request.config.getoption("--scenarios") or FEW)


def test_scenarios_on_sqlite(births: Ward, number: int) -> None:
    total = Result()
    for seed in range(number):
        with empty_sqlite() as url:
            found = play(seed, url, births)
        assert not found.complaints, f"seed {seed}: {found.complaints}"
        total = total.plus(found)
    assert total.kills
    assert total.messages


def test_scenarios_on_postgresql(
    births: Ward, number: int, postgres_server: postgres.Server
) -> None:
    total = Result()
    for seed in range(number):
        with postgres_server.database() as url:
            prepare(url)
            found = play(seed, url, births)
        assert not found.complaints, f"seed {seed}: {found.complaints}"
        total = total.plus(found)
    assert total.kills
    assert total.faults
