"""Scenarios that CI plays; with `--scenarios 1000` so many on each database."""

import pytest

from tests import postgres
from tests.faults.scenarios.many import Fresh, on_postgresql, on_sqlite, play_all
from tests.faults.scenarios.scenario import Result

FEW = 20
pytestmark = [pytest.mark.slow, pytest.mark.timeout(0)]


@pytest.fixture
def number(request: pytest.FixtureRequest) -> int:
    """How many scenarios are played."""
    return int(request.config.getoption("--scenarios") or FEW)


def test_scenarios_on_sqlite(number: int) -> None:
    with on_sqlite() as fresh:
        total = _played(number, fresh)
    assert total.kills >= number


def test_scenarios_on_postgresql(number: int, postgres_server: postgres.Server) -> None:
    with on_postgresql(postgres_server) as fresh:
        total = _played(number, fresh)
    assert total.kills >= number
    assert total.cuts >= number


def _played(number: int, fresh: Fresh) -> Result:
    """Play the first so many; none has anything to complain of, and faults were met."""
    total, complaints = Result(), []
    for seed, found in play_all(range(number), fresh):
        complaints += [f"seed {seed}: {line}" for line in found.complaints]
        total = total.plus(found)
    assert complaints == []
    assert total.faults
    assert total.messages
    return total
