"""Every test of the stores runs on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scheduler.outbox import schema
from scheduler.outbox.acts_store import ActsStore
from scheduler.outbox.database import Database
from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore


@dataclass(frozen=True)
class Stores:
    """The sides of one database."""

    database: Database
    planning: PlanningStore
    delivery: DeliveryStore
    history: HistoryStore
    acts: ActsStore


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/milestones.sqlite"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A database with its tables."""
    made = Database(url)
    schema.prepare(made)
    yield made
    made.close()


@pytest.fixture
def stores(database: Database) -> Stores:
    """The stores of a database."""
    return Stores(
        database,
        PlanningStore(database),
        DeliveryStore(database),
        HistoryStore(database),
        ActsStore(database),
    )
