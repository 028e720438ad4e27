"""The judge of simulations is silent on a service that is well, and notices one that is not."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from scheduler.messages.values import Item
from scheduler.outbox import claims
from scheduler.rendering import Rendering, Snapshot
from scheduler.reporting import Word
from tests.faults.scenarios.many import on_sqlite
from tests.faults.simulation.plans import PEOPLE
from tests.faults.simulation.years import Simulation


@pytest.fixture
def played() -> Iterator[Simulation]:
    """A simulation that plays by itself, with three milestones: of a day, and of digests."""
    with on_sqlite() as fresh:
        found: Simulation = type("Played", (Simulation,), {"fresh": staticmethod(fresh)})()
        yield found
        found.teardown()


def begin(played: Simulation) -> None:
    days = [date(2024, 4, day) for day in (1, 12, 18)]
    played.begin(entries=days, watched=False, owners=[PEOPLE[0], *PEOPLE[2:]])


@pytest.mark.parametrize("state", ["snoozed", "acknowledged"])
def test_it_notices_who_is_not_left_alone(
    played: Simulation, monkeypatch: pytest.MonkeyPatch, state: Word
) -> None:
    monkeypatch.setattr(claims, "_wishes", lambda *_: {})
    begin(played)
    played.wish(step="a", days=20, state=state)
    with pytest.raises(AssertionError, match="put off: t/a"):
        played.go_on_for_long(days=35)


def test_it_notices_what_is_lost(played: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    overtaken = claims._overtaken
    monkeypatch.setattr(claims, "_overtaken", lambda connection, rows, now: [
        *overtaken(connection, rows, now), *(one.id for one in rows if one.stage == "on-the-day")
    ])  # fmt: skip
    begin(played)
    with pytest.raises(AssertionError, match=r"lost at .*on-the-day"):
        played.go_on_for_long(days=45)


def test_it_notices_a_mute_that_is_not_kept(
    played: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "muted", lambda *_: [])
    begin(played)
    played.mute(person="amina", step="a", everything=True, back=False)
    with pytest.raises(AssertionError, match="muted: t/a"):
        played.go_on_for_long(days=35)


def test_it_notices_what_is_said_by_a_plan_that_is_no_more_in_force(
    played: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(played)
    service = played.node.service
    assert service is not None
    old = service.live.snapshot()
    played.say_otherwise(step="a", title="Other words", sure=True, wide=False)
    monkeypatch.setattr(Rendering, "_items", _by(old))
    with pytest.raises(AssertionError, match=r"said wrongly at .*Other words of a"):
        played.go_on_for_long(days=35)


def _by(old: Snapshot) -> Callable[..., list[Item]]:
    made = Rendering._items

    def stale(self: Rendering, _: Snapshot, *words: Any) -> list[Item]:
        return made(self, old, *words)

    return stale


@pytest.mark.parametrize("state", ["snoozed", "acknowledged", "resumed"])
def test_it_has_nothing_to_say_of_a_service_that_is_well(played: Simulation, state: Word) -> None:
    begin(played)
    for step in "abc":
        played.wish(step=step, days=20, state=state)
    played.go_on_for_long(days=60)
    people = {key.rsplit("|", 2)[1] for key in played.got if "|before:" in key}
    assert people == {"amina", "dora", "wim"}
