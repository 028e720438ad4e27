"""Short histories that once went wrong, each on the simulation's node."""

import shutil
from collections import deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.clock import ManualClock
from tests.faults.simulation.machine import Node, Sink
from tests.faults.simulation.plans import Entry, written

START = datetime(2024, 3, 1, 6, tzinfo=UTC)
OTHER = Entry("other", date(2025, 1, 1))


@pytest.fixture
def node(tmp_path: Path, template: Path) -> Iterator[Node]:
    """A node that has not begun."""
    shutil.copy(template, tmp_path / "m.sqlite")
    clock = ManualClock(START, jumps=True)
    found = Node(tmp_path / "plan.toml", f"sqlite:///{tmp_path}/m.sqlite", clock, Sink(clock))
    yield found
    found.stop()


def write(node: Node, *entries: Entry) -> None:
    """Save a plan, and let the service see it."""
    node.path.write_text(written({one.id: one for one in entries}), encoding="utf-8")
    assert node.alive(lambda service: (service.reload(node.clock.now()), None)[1])


def sent(node: Node, start: str) -> list[str]:
    """The identities of what was taken, of those that begin so."""
    return [key for one in node.sink.taken for key in one.keys if key.startswith(start)]


def test_what_was_tried_in_vain_and_withdrawn_by_mistake_is_sent_when_it_is_back(
    node: Node,
) -> None:
    step = Entry("a", date(2024, 3, 10), owner="jonas")
    write(node, step, OTHER)
    node.sink.faults["mail"] = deque(["refused"])
    assert node.run(START + timedelta(seconds=30))
    write(node, OTHER)
    assert node.run(START + timedelta(seconds=40))
    write(node, step, OTHER)
    assert node.run(START + timedelta(hours=2))
    assert sent(node, "t/a|") == ["t/a|2024-03-10|before:30 days|jonas|mail"]


def test_a_channel_that_is_well_again_gets_what_a_pause_and_a_stop_held_up(node: Node) -> None:
    write(node, Entry("a", date(2024, 3, 20)), OTHER)
    node.sink.faults["chat"] = deque(["refused"] * 5)
    assert node.run(START + timedelta(minutes=20))
    assert len(sent(node, "t/a|")) == 1
    node.stop()
    node.clock.step(days=2)
    assert node.run(START + timedelta(days=2, hours=2))
    assert "t/a|2024-03-20|before:30 days|amina|chat" in sent(node, "t/a|")


def test_a_lead_that_passed_while_its_milestone_was_gone_goes_when_it_is_back(node: Node) -> None:
    step = Entry("a", date(2024, 3, 20), owner="jonas")
    write(node, step, OTHER)
    assert node.run(START + timedelta(days=11))
    write(node, OTHER)
    assert node.run(START + timedelta(days=13))
    write(node, step, OTHER)
    assert node.run(START + timedelta(days=13, minutes=2))
    stages = [key.split("|")[2] for key in sent(node, "t/a|") if "|jonas|" in key]
    assert stages == ["before:30 days", "cancelled", "before:7 days"]


def test_what_a_dead_worker_may_have_sent_keeps_its_identity_when_it_is_back(node: Node) -> None:
    step = Entry("a", date(2024, 3, 10), owner="jonas")
    write(node, step, OTHER)
    node.sink.fatal = True
    assert not node.run(START)
    assert node.alive(lambda service: None)
    write(node, OTHER)
    assert node.run(START + timedelta(minutes=5))
    write(node, step, OTHER)
    assert node.run(START + timedelta(hours=2))
    taken = [one.identity for one in node.sink.taken if any("|before" in key for key in one.keys)]
    assert (len(taken), len(set(taken))) == (2, 1)


def test_after_an_outage_longer_than_the_horizon_the_latest_asking_for_a_date_goes(
    node: Node,
) -> None:
    write(node, Entry("a", None, owner="jonas"), OTHER)
    assert node.run(START + timedelta(days=2))
    node.stop()
    node.clock.step(days=83)  # 25 May; asked every other Friday
    before = len(sent(node, "t/a|"))
    assert node.run(node.clock.now() + timedelta(hours=2))
    asked = [key.split("|")[1] for key in sent(node, "t/a|")[before:] if "|jonas|" in key]
    assert asked == ["2024-05-24"]


def test_after_an_outage_longer_than_the_horizon_the_latest_of_a_new_occurrence_goes(
    node: Node,
) -> None:
    write(node, Entry("a", date(2024, 3, 10), owner="jonas", repeats=True), OTHER)
    assert node.run(START + timedelta(days=2))
    node.stop()
    node.clock.step(days=259)  # 17 November; the second reminder after the due day was for the 16th
    assert node.run(node.clock.now() + timedelta(hours=2))
    stages = [key.split("|")[2] for key in sent(node, "t/a@2024-11-10") if "|jonas|" in key]
    assert stages == ["overdue:2"]


def test_a_date_that_an_edit_brought_after_it_had_passed_is_not_reminded_of(node: Node) -> None:
    write(node, Entry("a", date(2024, 3, 20), owner="jonas", repeats=True), OTHER)
    assert node.run(START + timedelta(days=132, hours=6))  # 11 July
    write(node, Entry("a", date(2024, 3, 10), owner="jonas", repeats=True), OTHER)
    assert node.run(node.clock.now() + timedelta(hours=2))
    assert not sent(node, "t/a@2024-07-10|")
