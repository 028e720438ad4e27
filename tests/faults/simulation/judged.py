"""What a simulation knows, and how it holds what the sink took against the model."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis.stateful import RuleBasedStateMachine

from scheduler.clock import ManualClock
from scheduler.outbox.values import NOTICES
from scheduler.service import Service
from tests.faults.contents.said import Standing, complaints
from tests.faults.simulation.machine import Node, Sink, Taken
from tests.faults.simulation.model import CLOSED, TOO_LATE, Model, Wanted
from tests.faults.simulation.plans import Entry, written

START = datetime(2024, 3, 1, 9, tzinfo=UTC)
PEACE = timedelta(minutes=65)
"""After the last fault everything is tried again within an hour."""
LEASE = timedelta(minutes=5)
"""What a dead node held is free by then, also if its clock had stood for a server that stalls."""
SETTLED = timedelta(minutes=12)
TRIED_FOR = timedelta(hours=23)
UNCHECKED = frozenset({*NOTICES, "attention"})
"""The stages that no plan asks for."""


class Judged(RuleBasedStateMachine):
    """A node, the model, and what follows from both. `fresh` makes a database."""

    fresh: Callable[[], AbstractContextManager[str]]

    def prepare(self) -> None:
        """An empty database, a node that has not begun, and nothing seen yet."""
        self.things = ExitStack()
        folder = Path(self.things.enter_context(TemporaryDirectory(prefix="simulation-")))
        url = self.things.enter_context(type(self).fresh())
        self.clock = ManualClock(START, jumps=True)
        self.sink = Sink(self.clock)
        self.node = Node(folder / "plan.toml", url, self.clock, self.sink)
        self.pending: dict[str, Entry] = {}
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
            self.told(one)
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

    def told(self, one: Taken) -> None:
        """It says what the plan in force says of each reminder, and what was last reported."""
        standing = Standing(self.model.entries, self.model.past, self.model.said)
        wrong = complaints(one.content, one.keys, [standing], one.at)
        assert not wrong, f"said wrongly at {one.at}: {wrong}"

    def right(self, key: str, at: datetime, wanted: Mapping[str, Wanted]) -> None:
        """It is wanted, at its time, and not muted."""
        assert key in wanted, f"not wanted: {key} at {at}"
        found = wanted[key]
        assert found.soonest.replace(second=0, microsecond=0) <= at, f"too early: {key} at {at}"
        wish = self.model.wishes.get((found.occurrence, found.recipient))
        assert not (wish and wish.since < at and wish.holds(found, at)), f"put off: {key} at {at}"
        late = max(found.at, wish.until) if wish and wish.state == "snoozed" else found.at
        assert at - late <= TOO_LATE, f"too late: {key} at {at}"
        assert not self.model.muted(found), f"muted: {key} at {at}"

    def notices(self) -> None:
        """Watchers have heard what is done."""
        for one in self.tell:
            told = any(key.startswith(f"{one}|") and "|done|wanja|" in key for key in self.got)
            assert told or self.missed(one), f"the watchers were not told that {one} is done"
        self.tell.clear()
        self.moves()

    def moves(self) -> None:
        """Watchers have heard of a date that moved, when it has settled and waits for no need."""
        for key, (at, before, due) in list(self.moved.items()):
            entry, known = self.model.entries.get(key), self.model.known[key]
            if entry is None or entry.status in CLOSED or f"t/{key}" in self.model.done:
                del self.moved[key]
                self.shown[key] = known.entry.due
            elif known.held:
                self.moved[key] = self.clock.now(), before, due
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
        if hasattr(self, "things"):
            self.node.stop()
            self.things.close()
