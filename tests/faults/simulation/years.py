"""Years of the planner and the delivery, with faults between any two steps, found by Hypothesis.

One node on one database. It is killed before any transaction, and before or after any answer of
a server; the servers refuse, stall and drop; the clock is set back and forward; plans are edited,
broken and mended; dates are reported done and taken back; people mute. After each step what the
sink took is held against a model that is the second reading of the rules.
"""

from collections import deque
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from scheduler.planning.occurrences import Dates
from scheduler.reporting import Report, Word
from scheduler.service import Service
from tests.faults.simulation.judged import Judged
from tests.faults.simulation.machine import FAULTS
from tests.faults.simulation.plans import BROKEN, CHANNELS, PEOPLE, Entry, end_of_month

IDS = ("a", "b", "c", "d")
DAYS = st.dates(date(2024, 3, 1), date(2024, 9, 28)).filter(lambda day: day.day < 29)
STEPS = st.integers(0, 60)


class Simulation(Judged):
    """See the module."""

    @initialize(entries=st.lists(DAYS, min_size=1, max_size=3), watched=st.booleans(),
                owners=st.permutations(PEOPLE))  # fmt: skip
    def begin(self, entries: list[date], watched: bool, owners: list[str]) -> None:
        """A first plan."""
        self.prepare()
        self.pending = {
            one: Entry(one, day, owner=owners[n], watched=watched)
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
            self.pending[step] = replace(old, due=due, wide=False)
        else:
            wanted = (needs,) if needing and needs < step else ()
            repeats = repeats and due is not None and not needing
            self.pending[step] = Entry(
                step, due, owner, needs=wanted, watched=True, repeats=repeats
            )
        self.edited()

    @rule(step=st.sampled_from(IDS), title=st.sampled_from(["", "Other words", "Third words"]),
          sure=st.booleans(), wide=st.booleans())  # fmt: skip
    def say_otherwise(self, step: str, title: str, sure: bool, wide: bool) -> None:
        """Other words for a milestone; its date is certain or not, a day or its whole month."""
        old = self.pending.get(step)
        if old is None:
            return
        new = replace(old, title=title and f"{title} of {step}")
        if not old.repeats and old.due is not None:
            due = end_of_month(old.due) if wide else old.due
            new = replace(new, sure=sure, wide=wide, due=due)
        self.pending[step] = new
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

    @rule(days=st.integers(46, 75))
    def stand_still_for_long(self, days: int) -> None:
        """No node runs for longer than what repeats is planned ahead."""
        self.stand_still(days=days, hours=0)

    @rule(hours=st.integers(1, 30))
    def go_on(self, hours: int) -> None:
        """Time passes."""
        self.run(timedelta(hours=hours))

    @rule(days=st.integers(2, 60))
    def go_on_for_long(self, days: int) -> None:
        """Much time passes."""
        self.run(timedelta(days=days))

    @rule(step=st.sampled_from(IDS), days=st.integers(3, 40),
          state=st.sampled_from(["snoozed", "acknowledged", "resumed"]))  # fmt: skip
    def wish(self, step: str, days: int, state: Word) -> None:
        """An owner wants to be left alone with a date for a while, or later, or thinks better."""
        entry = self.model.entries.get(step)
        if entry is None:
            return
        person = entry.owner
        name = f"t/{step}@{entry.due}" if entry.repeats else f"t/{step}"
        until = self.clock.now() + timedelta(days=days, minutes=30)

        def work(service: Service) -> None:
            now = self.clock.now()
            occurrence = Dates(service.plan).find(name)
            if occurrence is not None:
                said = Report(state=state, by=person, said_at=now, until=until)
                service.reporting.record(occurrence, said, now)

        self.model.due(self.clock.now())
        while not self.node.alive(work):
            self.died()
        self.model.wish(name, person, state, self.clock.now(), until)
        self.run(timedelta(0))
