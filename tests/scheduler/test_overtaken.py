"""A plan that another node puts in force while one has read its files and waits for its turn: what
the one has read is of yesterday, and nothing is planned by it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from config.load import Loaded
from scheduler.clock import ManualClock
from scheduler.inforce import InForce
from scheduler.outbox.database import Database
from scheduler.service import Service
from tests.scheduler.rehearsing import at
from tests.scheduler.test_edits import HEAD, milestone

NOW = at("2024-05-30T08:00")
OLD, NEW = HEAD + milestone("a"), HEAD + milestone("a") + milestone("b")
Node = Callable[[], Service]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The plan's file."""
    path = tmp_path / "plan.toml"
    path.write_text(OLD, encoding="utf-8")
    return path


@pytest.fixture
def node(place: Path) -> Iterator[Node]:
    """Makes nodes on one database."""
    with ExitStack() as stack:

        def make() -> Service:
            url = f"sqlite:///{place.parent}/m.sqlite"
            database = stack.enter_context(closing(Database(url)))
            return Service(place, database, ManualClock(NOW))

        yield make


def _meanwhile(force: InForce, happens: Callable[[], object]) -> None:
    """Let something happen once the files are read, before their plan is brought into force."""
    read, waiting = force.files.read, [happens]

    def late(known: str) -> Loaded:
        loaded = read(known)
        if waiting:
            waiting.pop()()
        return loaded

    force.files.read = late  # type: ignore[method-assign]


def _edited(place: Path, first: Service) -> Callable[[], object]:
    def edit() -> None:
        place.write_text(NEW, encoding="utf-8")
        assert first.force.reload(NOW).verdict == "applied"

    return edit


def _is_new(*nodes: Service) -> None:
    (digest,) = {one.force.digest for one in nodes}
    for one in nodes:
        assert one.history.digest_in_force() == digest
        assert list(one.force.plan.milestones) == ["t/a", "t/b"]
        states = {row["state"] for row in one.history.outbox() if row["milestone"] == "t/b"}
        assert states == {"planned"}
        assert not any(row["stage"] == "cancelled" for row in one.history.outbox())


def test_one_that_starts_with_what_was_in_force(place: Path, node: Node) -> None:
    first, second = node(), node()
    first.force.start(NOW)
    _meanwhile(second.force, _edited(place, first))
    assert second.force.start(NOW).verdict == "unchanged"
    _is_new(first, second)


def test_one_that_brings_an_edit_into_force(place: Path, node: Node) -> None:
    first, second = node(), node()
    first.force.start(NOW)
    second.force.start(NOW)
    place.write_text(HEAD + milestone("a", "2024-07-31"), encoding="utf-8")
    _meanwhile(second.force, _edited(place, first))
    assert second.force.reload(NOW).verdict == "applied"
    _is_new(first, second)


def test_what_is_planned_day_by_day_and_what_has_settled(place: Path, node: Node) -> None:
    first, second = node(), node()
    first.force.start(NOW)
    second.start()
    place.write_text(HEAD + milestone("a", "2024-07-31"), encoding="utf-8")
    first.force.reload(NOW)
    before = second.history.outbox()
    assert second.force.behind()
    later = at("2024-06-20T08:00")
    second.rounds()["ahead"](later)
    second.rounds()["settle"](later)
    assert not second.force.renew_events(later)
    assert second.history.outbox() == before
    assert second.force.adopt()
    assert not second.force.behind()
    second.rounds()["settle"](later)
    assert {row["stage"] for row in second.history.outbox()} > {row["stage"] for row in before}
    second.stop()
