"""A notice that waits goes while it is true, and not when it is not: Change 1 to 3."""

import shutil
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.clock import ManualClock
from tests.faults.contents.said import Standing, complaints
from tests.faults.simulation.machine import Node, Sink
from tests.faults.simulation.plans import Entry, written

START = datetime(2024, 3, 1, 6, tzinfo=UTC)
EVENING = START + timedelta(hours=15)
"""22:00 for Jonas, who wants to be left alone until 7:00."""
MORNING = START + timedelta(hours=30)
OTHER = Entry("other", date(2025, 1, 1))
STEP = Entry("a", date(2024, 3, 20), owner="jonas", watched=True)
DONE, CANCELLED = (replace(STEP, status=status) for status in ("done", "cancelled"))


@pytest.fixture
def node(tmp_path: Path, template: Path) -> Iterator[Node]:
    """A node at an evening, which has reminded of a milestone."""
    shutil.copy(template, tmp_path / "m.sqlite")
    clock = ManualClock(START, jumps=True)
    found = Node(tmp_path / "plan.toml", f"sqlite:///{tmp_path}/m.sqlite", clock, Sink(clock))
    save(found, STEP)
    assert found.run(EVENING)
    yield found
    found.stop()


def save(node: Node, step: Entry | None) -> bool:
    """Save a plan with this step or without it, and let the node see it; whether it survived."""
    kept = [OTHER] if step is None else [step, OTHER]
    node.path.write_text(written({one.id: one for one in kept}), encoding="utf-8")
    return node.alive(lambda service: (service.reload(node.clock.now()), None)[1])


def told(node: Node, person: str) -> list[str]:
    """The stages of what somebody got since the evening."""
    late = (key.rsplit("|", 4) for one in node.sink.taken if one.at >= EVENING for key in one.keys)
    return [stage for name, _, stage, recipient, _ in late if (name, recipient) == ("t/a", person)]


@pytest.mark.parametrize("then", [None, CANCELLED], ids=["removed", "cancelled"])
@pytest.mark.parametrize("again", [False, True], ids=["for good", "and again"])
def test_nobody_hears_that_what_is_back_in_the_plan_is_cancelled(
    node: Node, then: Entry | None, again: bool
) -> None:
    save(node, then)
    assert node.run(EVENING + timedelta(minutes=30))
    save(node, STEP)
    assert node.run(EVENING + timedelta(hours=1))
    if again:
        save(node, then)
    assert node.run(MORNING)
    assert told(node, "jonas") == ["cancelled"] * again


@pytest.mark.parametrize("again", [False, True], ids=["for good", "and again"])
def test_nobody_hears_that_what_is_open_again_is_done(node: Node, again: bool) -> None:
    node.sink.faults["mail"] = deque(["refused"])
    save(node, DONE)
    assert node.run(EVENING)
    save(node, STEP)
    assert node.run(EVENING + timedelta(minutes=10))
    assert told(node, "wanja") == []
    if again:
        save(node, DONE)
    assert node.run(MORNING)
    assert told(node, "wanja") == ["done"] * again


def test_a_notice_that_waits_is_sent_though_its_milestone_has_gone_from_the_plan(
    node: Node,
) -> None:
    save(node, CANCELLED)
    assert node.run(EVENING + timedelta(minutes=30))
    save(node, None)
    assert node.run(MORNING)
    assert told(node, "jonas") == ["cancelled"]


def test_so_is_one_that_it_is_done(node: Node) -> None:
    node.sink.faults["mail"] = deque(["refused"])
    save(node, DONE)
    assert node.run(EVENING)
    save(node, None)
    assert node.run(MORNING)
    assert told(node, "wanja") == ["done"]
    (sent,) = (one for one in node.sink.taken if "|done|wanja|" in one.keys[0])
    standing = Standing({OTHER.id: OTHER}, [{one.id: one for one in (DONE, OTHER)}])
    assert complaints(sent.content, sent.keys, [standing], sent.at) == []


@pytest.mark.parametrize("steps", range(4, 20))
def test_who_dies_while_it_takes_a_milestone_away_loses_no_notice(node: Node, steps: int) -> None:
    node.death.left = steps
    save(node, None)
    node.death.left = None
    assert node.run(MORNING)
    assert (told(node, "jonas"), told(node, "wanja")) == (["cancelled"], ["cancelled"])
