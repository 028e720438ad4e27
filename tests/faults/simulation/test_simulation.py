"""Years with faults between any two steps: a few, always the same, in CI; or any number."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import postgres
from tests.faults.scenarios.many import Fresh, on_postgresql, on_sqlite
from tests.faults.simulation.years import Simulation

FEW = settings(
    max_examples=20,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
"""What CI plays."""


def simulate(fresh: Fresh, how: settings) -> None:
    """Play, and shrink what goes wrong to the shortest that does."""
    machine = type("Simulated", (Simulation,), {"fresh": staticmethod(fresh)})
    run_state_machine_as_test(machine, settings=how)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_years_on_sqlite() -> None:
    with on_sqlite() as fresh:
        simulate(fresh, FEW)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_years_on_postgresql(postgres_server: postgres.Server) -> None:
    with on_postgresql(postgres_server) as fresh:
        simulate(fresh, settings(FEW, max_examples=8))


@pytest.mark.search
@pytest.mark.timeout(0)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_years_with_faults_between_any_two_steps(
    database: str, request: pytest.FixtureRequest
) -> None:
    """`SIMULATIONS` of `STEPS` steps each; `SHRINK=no` shows the first that goes wrong as it is."""
    phases = [one for one in Phase if one is not Phase.explain]
    if os.environ.get("SHRINK") == "no":
        phases.remove(Phase.shrink)
    how = settings(
        FEW,
        max_examples=int(os.environ.get("SIMULATIONS", "20")),
        stateful_step_count=int(os.environ.get("STEPS", "25")),
        derandomize=False,
        phases=phases,
    )
    if database == "sqlite":
        with on_sqlite() as fresh:
            simulate(fresh, how)
    else:
        with on_postgresql(request.getfixturevalue("postgres_server")) as fresh:
            simulate(fresh, how)
