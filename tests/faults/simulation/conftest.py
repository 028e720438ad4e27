"""What simulations start from."""

from pathlib import Path

import pytest

from scheduler.outbox import schema
from scheduler.outbox.database import Database


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with its tables."""
    path = tmp_path_factory.mktemp("template") / "m.sqlite"
    database = Database(f"sqlite:///{path}")
    schema.prepare(database)
    database.close()
    return path
