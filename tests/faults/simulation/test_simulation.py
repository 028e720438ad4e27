"""Years of the planner and the delivery, with faults between any two steps, found by Hypothesis.

One node on one database. It is killed before any transaction, and before or after any answer of
a server; the servers refuse, stall and drop; the clock is set back and forward; plans are edited,
broken and mended; dates are reported done and taken back; people mute. After each step what the
sink took is held against a model that is the second reading of the rules.
"""

import os
import shutil
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from scheduler.clock import ManualClock
from scheduler.outbox.values import NOTICES
from scheduler.planning.occurrences import Dates
from scheduler.reporting import Report, Word
from scheduler.service import Service
from tests.faults.simulation.machine import FAULTS, Node, Sink, Taken
from tests.faults.simulation.model import CLOSED, TOO_LATE, Model, Wanted
from tests.faults.simulation.plans import BROKEN, CHANNELS, PEOPLE, Entry, written

START = datetime(2024, 3, 1, 9, tzinfo=UTC)
PEACE = timedelta(minutes=65)
"""After the last fault everything is tried again within an hour."""
LEASE = timedelta(minutes=5)
"""What a dead node held is free by then, also if its clock had stood for a server that stalls."""
SETTLED = timedelta(minutes=12)
TRIED_FOR = timedelta(hours=23)
UNCHECKED = frozenset({*NOTICES, "attention"})
"""The stages that no plan asks for."""
IDS = ("a", "b", "c", "d")
DAYS = st.dates(date(2024, 3, 1), date(2024, 9, 28)).filter(lambda day: day.day < 29)
STEPS = st.integers(0, 60)


class Simulation(RuleBasedStateMachine):
    """See the module."""

    template: Path

    @initialize(entries=st.lists(DAYS, min_size=1, max_size=3), watched=st.booleans())
    def begin(self, entries: list[date], watched: bool) -> None:
        """A first plan."""
        self.folder = TemporaryDirectory(prefix="simulation-")
        folder = Path(self.folder.name)
        shutil.copy(self.template, folder / "m.sqlite")
        self.clock = ManualClock(START, jumps=True)
        self.sink = Sink(self.clock)
        self.node = Node(
            folder / "plan.toml", f"sqlite:///{folder}/m.sqlite", self.clock, self.sink
        )
        self.model = Model()
        self.looked = 0
        self.peace_from = START
        self.broken = False
        self.got: set[str] = set()
        self.tell: set[str] = set()
        self.shown: dict[str, date | None] = {}
        self.moved: dict[str, tuple[datetime, int, date | None]] = {}
        self.contents: dict[str, tuple[str, ...]] = {}
        self.identities: dict[str, str] = {}
        self.first_fault: dict[str, datetime] = {}
        self.pending = {
            one: Entry(one, day, owner=PEOPLE[n % 2], watched=watched)
            for n, (one, day) in enumerate(zip(IDS, entries, strict=False))
        }
        self.edited()

    # What is done to it

    @rule(step=st.sampled_from(IDS), due=st.none() | DAYS, owner=st.sampled_from(PEOPLE),
          needs=st.sampled_from(IDS), needing=st.booleans(), repeats=st.booleans())  # fmt: skip
    def add_or_move(
        self, step: str, due: date | None, owner: str, needs: str, needing: bool, repeats: bool
    ) -> None:
        """A milestone comes, or its date moves."""
        old = self.pending.get(step)
        if old is not None:
            if old.repeats and due is None:
                return
            self.pending[step] = replace(old, due=due)
        else:
            wanted = (needs,) if needing and needs < step else ()
            repeats = repeats and due is not None and not needing
            self.pending[step] = Entry(
                step, due, owner, needs=wanted, watched=True, repeats=repeats
            )
        self.edited()

    @precondition(lambda self: len(self.pending) > 1)
    @rule(step=st.sampled_from(IDS))
    def remove(self, step: str) -> None:
        """A milestone goes from the plan."""
        if self.pending.pop(step, None) is not None:
            self.edited()

    @rule(
        step=st.sampled_from(IDS),
        status=st.sampled_from(["planned", "at-risk", "done", "cancelled"]),
    )
    def say_in_the_plan(self, step: str, status: str) -> None:
        """The plan says how it stands."""
        if step in self.pending:
            self.pending[step] = replace(self.pending[step], status=status)
            self.edited()

    @precondition(lambda self: not self.broken)
    @rule()
    def break_plan(self) -> None:
        """Somebody saves a plan that cannot be read; the last good one goes on."""
        self.broken = True
        before = self.attention()
        self.node.path.write_text(BROKEN, encoding="utf-8")
        self.reload()
        if self.run(timedelta(minutes=2)) and self.calm():
            assert self.attention() > before, "the coordinators were not told of a broken plan"

    @precondition(lambda self: self.broken)
    @rule()
    def mend_plan(self) -> None:
        """It is mended."""
        self.edited()

    @rule(step=st.sampled_from(IDS), state=st.sampled_from(["done", "on-track", "at-risk"]),
          dies=st.none() | STEPS)  # fmt: skip
    def report(self, step: str, state: Word, dies: int | None) -> None:
        """Somebody reports, by a process that may die in between."""
        entry = self.model.entries.get(step)
        if entry is None:
            return
        name = f"t/{step}@{entry.due}" if entry.repeats else f"t/{step}"
        found: list[str] = []

        def work(service: Service) -> None:
            now = self.clock.now()
            occurrence = Dates(service.plan).find(name)
            if occurrence is None:
                return
            found.append(occurrence.id)
            self.node.death.left = dies
            said = Report(state=state, by="amina", said_at=now)
            service.reporting.record(occurrence, said, now)
            service.take_up(now)
            self.node.death.left = None

        survived = self.node.alive(work)
        if not survived:
            self.died()
            found = [one for one in found if self.stands(one, state)]
        for one in found:
            told = any(key.startswith(f"{one}|") and "|done|wanja|" in key for key in self.got)
            if state == "done" and entry.watched and not told:
                self.tell.add(one)
            self.model.report(one, state, self.clock.now())
        self.run(timedelta(0))

    @rule(person=st.sampled_from(PEOPLE), step=st.sampled_from(IDS), everything=st.booleans(),
          back=st.booleans())  # fmt: skip
    def mute(self, person: str, step: str, everything: bool, back: bool) -> None:
        """Somebody wants nothing of a milestone, or of all, or thinks better of it."""
        scope = "all" if everything else f"milestone:t/{step}"

        def work(service: Service) -> None:
            if back:
                service.history.unmute(person, scope)
            else:
                service.history.mute(person, scope, self.clock.now())

        self.model.due(self.clock.now())
        self.node.alive(work)
        (self.model.mutes.discard if back else self.model.mutes.add)((person, scope))

    @rule(channel=st.sampled_from(CHANNELS), faults=st.lists(st.sampled_from(FAULTS), max_size=7))
    def trouble(self, channel: str, faults: list[str]) -> None:
        """The next messages of a channel meet with faults."""
        self.sink.faults[channel] = deque(faults)

    @rule(steps=STEPS)
    def let_it_die(self, steps: int) -> None:
        """The node is killed in the midst of what it does next."""
        self.node.death.left = steps

    @rule(hours=st.integers(-6, 6), minutes=st.integers(0, 59))
    def set_clock(self, hours: int, minutes: int) -> None:
        """Somebody sets the machine's clock."""
        self.clock.step(hours=hours, minutes=minutes)

    @rule(days=st.integers(0, 9), hours=st.integers(0, 23))
    def stand_still(self, days: int, hours: int) -> None:
        """No node runs for a while."""
        self.node.stop()
        self.clock.step(days=days, hours=hours)
        self.run(timedelta(minutes=1))

    @rule(hours=st.integers(1, 30))
    def go_on(self, hours: int) -> None:
        """Time passes."""
        self.run(timedelta(hours=hours))

    @rule(days=st.integers(2, 60))
    def go_on_for_long(self, days: int) -> None:
        """Much time passes."""
        self.run(timedelta(days=days))

    # What follows

    def edited(self) -> None:
        """The plan is saved, and the service sees it."""
        self.broken = False
        self.node.path.write_text(written(self.pending), encoding="utf-8")
        self.model.due(self.clock.now())
        self.reload()
        self.model.adopt(self.pending, self.clock.now())
        for one in self.pending.values():
            if not one.watched or one.repeats:
                continue
            known = self.moved.get(one.id)
            if known is not None and known[2] == one.due:
                continue  # seen before; its notice may have gone meanwhile
            if self.shown.setdefault(one.id, one.due) != one.due:
                self.moved[one.id] = self.clock.now(), self.told_of(one.id), one.due

    def reload(self) -> None:
        survived = self.node.alive(lambda service: (service.reload(self.clock.now()), None)[1])
        if not survived:
            self.died()
            assert self.node.alive(lambda service: None)

    def run(self, span: timedelta) -> bool:
        """Let time pass, with a look at each instant at which something is due; whether all the
        time nothing went wrong."""
        start, well = self.clock.now(), True
        until = start + span
        instants = {one.at for one in self.model.wanted(start).values()}
        for at in sorted({one for one in instants if start < one < until} | {until}):
            while not self.node.run(max(at, self.clock.now())):
                self.died()
                well = False
            self.look()
        return well

    def died(self) -> None:
        self.peace_from = max(self.peace_from, self.clock.now() + LEASE)

    def stands(self, occurrence: str, state: str) -> bool:
        """Whether a report was recorded before its process died."""
        found: list[bool] = []

        def work(service: Service) -> None:
            last = service.history.latest_reports().get(occurrence)
            found.append(last is not None and last.state == state)

        self.node.alive(work)
        return found[0]

    def attention(self) -> int:
        return sum(any("|attention|" in key for key in one.keys) for one in self.sink.taken)

    def calm(self) -> bool:
        """Whether everything that is due had peace enough to go out."""
        return self.clock.now() >= self.peace_from and not any(self.sink.faults.values())

    def look(self) -> None:
        """Hold what the sink took against the model."""
        now = self.clock.now()
        for at, keys in self.sink.met:
            self.peace_from = max(self.peace_from, at + PEACE)
            for key in keys:
                if at - self.first_fault.setdefault(key, at) > TRIED_FOR:
                    self.model.spent.add(key)
        self.sink.met.clear()
        wanted = self.model.wanted(now)
        for one in self.sink.taken[self.looked :]:
            self.once(one)
            for key in one.keys:
                if key.rsplit("|", 3)[1] not in UNCHECKED:
                    self.right(key, one.at, wanted)
        self.looked = len(self.sink.taken)
        must = self.model.must(now)
        if self.calm():
            lost = must.keys() - self.got
            assert not lost, f"lost at {now}: {sorted(lost)}"
            self.notices()

    def once(self, one: Taken) -> None:
        """A reminder has one identity, and a copy holds nothing that the first did not."""
        first = self.contents.setdefault(one.identity, one.keys)
        assert set(one.keys) <= set(first), f"more in a copy: {one.keys}, first {first}"
        for key in one.keys:
            assert self.identities.setdefault(key, one.identity) == one.identity, f"doubled: {key}"
        self.got.update(one.keys)

    def right(self, key: str, at: datetime, wanted: Mapping[str, Wanted]) -> None:
        """It is wanted, at its time, and not muted."""
        assert key in wanted, f"not wanted: {key} at {at}"
        found = wanted[key]
        assert found.at.replace(second=0, microsecond=0) <= at, f"too early: {key} at {at}"
        assert at - found.at <= TOO_LATE, f"too late: {key} at {at}"
        assert not self.model.muted(found), f"muted: {key} at {at}"

    def notices(self) -> None:
        """Watchers have heard what is done."""
        for one in self.tell:
            told = any(key.startswith(f"{one}|") and "|done|wanja|" in key for key in self.got)
            assert told or self.missed(one), f"the watchers were not told that {one} is done"
        self.tell.clear()
        self.moves()

    def moves(self) -> None:
        """Watchers have heard of a date that moved, once the edit had settled."""
        for key, (at, before, _) in list(self.moved.items()):
            entry, known = self.model.entries.get(key), self.model.known[key]
            if entry is None or entry.status in CLOSED or f"t/{key}" in self.model.done:
                del self.moved[key]
                self.shown[key] = known.entry.due
            elif self.clock.now() >= at + SETTLED:
                del self.moved[key]
                told = self.told_of(key) > before
                assert told or self.shown[key] == entry.due, f"nobody was told that {key} moved"
                self.shown[key] = entry.due

    def missed(self, occurrence: str) -> bool:
        """Whether the notice that it is done came more than 7 days too late (Late 3)."""
        service = self.node.service
        rows = service.history.outbox(states=["missed"]) if service else ()
        return any((row["occurrence"], row["stage"]) == (occurrence, "done") for row in rows)

    def told_of(self, key: str) -> int:
        """How often the watcher was told that a date moved."""
        found = {one for one in self.got if one.startswith(f"t/{key}|")}
        return sum("|moved|wanja|" in one for one in found)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.node.stop()
            self.folder.cleanup()


@pytest.mark.search
def test_years_with_faults_between_any_two_steps(template: Path) -> None:
    examples = int(os.environ.get("SIMULATIONS", "20"))
    phases = [one for one in Phase if one is not Phase.explain]
    if os.environ.get("SHRINK") == "no":
        phases.remove(Phase.shrink)
    run_state_machine_as_test(
        type("Simulated", (Simulation,), {"template": template}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=int(os.environ.get("STEPS", "25")),
            deadline=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )
