"""Every test of the stores runs on both databases."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url

from scheduler.outbox import schema
from scheduler.outbox.acts_store import ActsStore
from scheduler.outbox.database import Database
from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from tests import postgres


@dataclass(frozen=True)
class Stores:
    """The sides of one database."""

    database: Database
    planning: PlanningStore
    delivery: DeliveryStore
    history: HistoryStore
    acts: ActsStore


@pytest.fixture(scope="session")
def sqlite_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite with the tables, to be copied."""
    path = tmp_path_factory.mktemp("made") / "milestones.sqlite"
    _make(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_made(postgres_server: postgres.Server) -> Iterator[str]:
    """The words by which a new database of PostgreSQL is a copy of one with the tables."""
    with postgres_server.database() as url:
        _make(url)
        yield f"TEMPLATE {make_url(url).database}"


def _make(url: str) -> None:
    made = Database(url)
    schema.prepare(made)
    made.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new database of each kind: empty, but with the tables for who asks for them."""
    has_tables = "database" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "milestones.sqlite"
        if has_tables:
            shutil.copy(request.getfixturevalue("sqlite_made"), path)
        yield f"sqlite:///{path}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    words = request.getfixturevalue("postgresql_made") if has_tables else ""
    with server.database(words) as found:
        yield found


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
