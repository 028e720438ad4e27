"""The plan in force: read, weighed against the last good one, applied, and kept.

A plan that cannot be read, or that would drop more than a few open milestones, is not applied:
the last good plan goes on and the coordinators are told (semantics, Change 5).
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import structlog

from calendars.zones import local_day, local_instant
from config.load import Loaded, load_texts
from config.plan import Plan
from config.problems import ConfigError
from config.templates import MARK
from scheduler.asked import answered_ids
from scheduler.entry_stamps import EntryStamps, stamps_of
from scheduler.errors import PlanRefused
from scheduler.known import with_known
from scheduler.made_from import made_from, planned_by
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.request_store import RequestStore
from scheduler.outbox.said import published
from scheduler.outbox.values import StoredMove, StoredPlan
from scheduler.past import Past
from scheduler.plan_files import PlanFiles, blank
from scheduler.planner import NOTHING, Counts, Planning
from scheduler.planning.changes import too_many_removed
from scheduler.planning.forecast import settled
from scheduler.planning.values import Ended
from scheduler.proved import proved
from scheduler.remembered import gone_of
from scheduler.reported import Reported
from scheduler.reports.told import Told
from scheduler.shown import sharing
from scheduler.standing import Slip, State

START_PATIENCE = 600.0
"""Seconds that a node waits at its start for another that is planning, perhaps a large plan."""
LOGGED = 3
"""So many mistakes of a plan are named in the log; `milestones check` shows all."""
_LOG = structlog.get_logger("milestones")
Verdict = Literal["unchanged", "applied", "rejected", "waiting"]


@dataclass(frozen=True, slots=True)
class Considered:
    """What became of a plan that was read; `text` says why it is not in force."""

    verdict: Verdict
    text: str = ""
    counts: Counts = NOTHING


class _OvertakenError(Exception):
    """Another plan came into force before this node had the right to plan by its own."""


class InForce:
    """The plan by which the service acts, and how another one comes into its place."""

    def __init__(self, path: Path, planning: Planning, history: HistoryStore) -> None:
        self.files = PlanFiles(path)
        self._planning = planning
        self._history = history
        self._requests = RequestStore(history.database)
        self._reported = Reported(history)
        self._entries = EntryStamps(history, self.published)
        self._plan: Plan | None = None
        self.digest = ""
        self._unreadable = ""

    @property
    def plan(self) -> Plan:
        """The plan in force; `PlanRefused` before there is one."""
        if self._plan is None:
            raise PlanRefused(f"no plan is in force: {self.files.path} could not be read yet")
        return self._plan

    def start(self, now: datetime, *, shows_only: bool = False) -> Considered:
        """Begin with the plan's files, or with the last good plan where they cannot be read.

        A node that `shows_only` goes by the plan that is in force, and brings its own files into
        force only where there is none. Raises `ConfigError` where the files cannot be read and
        there was no plan before.
        """
        while True:
            with suppress(_OvertakenError):
                return self._start(now, shows_only=shows_only)

    def _start(self, now: datetime, *, shows_only: bool) -> Considered:
        stored = self._history.plan("in force")
        if shows_only and self.take(stored) is not None:
            return Considered("unchanged")
        self.digest = stored.digest if stored else ""
        try:
            loaded = self.files.read(self.digest)
        except ConfigError as error:
            if self.take(stored) is None:
                raise
            return self._refused(error, now)
        if stored is not None and loaded.digest == stored.digest:
            return self._go_on(loaded, now)
        if self.take(stored) is None:
            self.digest, self._unreadable = "", stored.digest if stored else ""
        return self._consider(loaded, now, accept=False, patience=START_PATIENCE)

    def _go_on(self, loaded: Loaded, now: datetime) -> Considered:
        """The files say what is in force: they are read once, and the kept texts not at all."""
        self._plan = self._known(loaded.plan)
        with self._history.database.planning(START_PATIENCE):
            if self.behind():
                raise _OvertakenError
            self._history.planned_by(planned_by(self.plan, self.digest))
            counts = self._planning.apply(self.plan, now, None, self.ended(self.plan, now))
            self._entries.at_start(self.plan, self.digest, now)
        self._history.forget_channels(self.plan.channels)
        return Considered("unchanged", counts=counts)

    def take(self, stored: StoredPlan | None) -> Plan | None:
        """Go on with a plan that the store has in force; None where this program cannot read it."""
        if stored is None:
            return None
        try:
            self._plan = self._known(load_texts(stored.texts, self.files.folder()).plan)
        except ConfigError:  # kept by another version of the program, which could
            return None
        self.digest = stored.digest
        return self._plan

    def adopt(self) -> bool:
        """Take over a plan that another node, or a command, has put in force meanwhile."""
        if not self.behind():
            return False
        stored = self._history.plan("in force")
        if self.take(stored) is None:
            self._unreadable = stored.digest if stored else ""
            return False
        return True

    def behind(self) -> bool:
        """Whether another has put a plan in force that this node has not taken over. As long as
        one has the right to plan nobody does."""
        return self._history.digest_in_force() not in {None, self.digest, self._unreadable}

    def renew_events(self, now: datetime) -> bool:
        """Take up what this or another node has fetched of watched calendars; whether it differs.

        Two nodes that do this for one change plan it once: the second finds nothing to write.
        """
        previous = self.plan
        plan = self._known(previous)
        if plan is previous:
            return False
        before = self._made_from()
        with self._history.database.planning():
            if self.behind():
                return False  # it is taken over first
            self._history.planned_by(planned_by(plan, self.digest))
            self._planning.apply(plan, now, previous, self.ended(plan, now))
            self._plan = plan
            self._entries.after_edit(plan, self.digest, now, previous, before)
        return True

    def bring_back(self, now: datetime) -> bool:
        """Plan again what a node of the version before, which knows no update requests, took for
        gone from this plan; whether there was any."""
        if not self._planning.taken_away(self.plan):
            return False
        with self._history.database.planning_lock() as got:
            if not got or self._history.digest_in_force() != self.digest:
                return False  # it went with another plan, which is about to be taken over
            counts = self._planning.bring_back(self.plan, self.ended(self.plan, now))
        _LOG.warning("planned again what another version withdrew", **counts._asdict())
        return counts != NOTHING

    def know_events(self) -> None:
        """Show what others have fetched of watched calendars; they plan what follows from it."""
        self._plan = self._known(self.plan)

    def _known(self, plan: Plan) -> Plan:
        return with_known(plan, self._history.setting)

    def reload(self, now: datetime, *, accept: bool = False) -> Considered:
        """Read the files again, and bring into force what they say where it is good."""
        try:
            loaded = self.files.read(self.digest)
        except ConfigError as error:
            return self._refused(error, now)
        if loaded.digest == self.digest:
            self._history.forget_waiting()
            return Considered("unchanged")
        return self.consider(loaded, now, accept=accept)

    def _overtaken(self, now: datetime, *, accept: bool) -> Considered:
        """Another plan came into force while the files were read, or waited for their turn: they
        may say something else by now, and what differs is counted from that one."""
        taken = self.adopt()
        found = self.reload(now, accept=accept)
        return Considered("applied") if taken and found.verdict == "unchanged" else found

    def consider(
        self, loaded: Loaded, now: datetime, *, accept: bool = False, patience: float = 60.0
    ) -> Considered:
        """Apply a plan that can be read, unless it drops too much and nobody accepted that.

        patience: seconds to wait for another node that is planning.
        """
        try:
            return self._consider(loaded, now, accept=accept, patience=patience)
        except _OvertakenError:
            return self._overtaken(now, accept=accept)

    def _consider(
        self, loaded: Loaded, now: datetime, *, accept: bool, patience: float
    ) -> Considered:
        if self._plan is not None and not accept:
            problem = self._doubtful(loaded)
            if problem:
                return self._waiting(loaded, problem, now)
        counts = self._apply(loaded, now, patience)
        return Considered("applied", counts=counts)

    def _doubtful(self, loaded: Loaded) -> str:
        """Why a plan that can be read is not applied unless somebody consents; "" where it is."""
        emptied = blank(loaded)
        if emptied and (stored := self._history.plan("in force")):
            emptied = [name for name in emptied if stored.texts.get(name, "").strip()]
            if emptied:
                return f"nothing is left of {', '.join(emptied)}"
        gone = too_many_removed(self._open(), loaded.plan)
        if not gone:
            return ""
        named = ", ".join(gone[:10]) + (f" and {len(gone) - 10} more" if len(gone) > 10 else "")
        return f"{len(gone)} open milestones would go: {named}"

    def waits(self, digest: str) -> bool:
        """Whether this very plan waits for consent."""
        stored = self._history.plan("waiting")
        return stored is not None and stored.digest == digest

    def consent(self, digest: str, now: datetime) -> Considered | None:
        """Apply the plan that waits, as it was weighed; None where that one waits no more."""
        self.adopt()
        stored = self._history.plan("waiting")
        if stored is None or stored.digest != digest:
            return None
        loaded = replace(load_texts(stored.texts, self.files.folder()), digest=digest)
        return Considered("applied", counts=self._apply(proved(loaded), now, texts=stored.texts))

    def _open(self) -> list[str]:
        ended = self._reported.ended()
        return [key for key in self.plan.milestones if not settled(self.plan, key, ended)]

    def _apply(
        self,
        loaded: Loaded,
        now: datetime,
        patience: float = 60.0,
        texts: Mapping[str, str] | None = None,
    ) -> Counts:
        plan = self._known(loaded.plan)
        with self._history.database.planning(patience):
            if self.behind():
                if texts is None:
                    raise _OvertakenError
                self.adopt()
            previous, before = self._plan, self._made_from()
            if previous is not None:
                plan = sharing(previous, plan)
            self._history.planned_by(planned_by(plan, loaded.digest))
            counts = self._planning.apply(plan, now, previous, self.ended(plan, now))
            self._plan, self.digest = plan, loaded.digest
            self._entries.after_edit(plan, self.digest, now, previous, before)
            kept = _texts(loaded) if texts is None else texts
            self._history.save_plan(loaded.digest, "in force", kept, "", now)
            self._history.forget_waiting()
        self._history.forget_channels(plan.channels)
        return counts

    def _refused(self, error: ConfigError, now: datetime) -> Considered:
        found = [problem.headline for problem in error.errors]
        mistakes = "\n".join(found)
        _LOG.warning("plan refused", mistakes=found[:LOGGED], others=max(len(found) - LOGGED, 0))
        text = f"The plan has mistakes, so the last good one goes on:\n{mistakes}"
        self._history.save_plan(f"rejected|{hash(mistakes):x}", "rejected", {}, mistakes, now)
        key = f"rejected|{mistakes}|{self._history.refused_since(now)}"
        self._history.notice(key, "rejected", text, now)
        return Considered("rejected", mistakes)

    def _waiting(self, loaded: Loaded, problem: str, now: datetime) -> Considered:
        _LOG.warning("plan waits", problem=problem)
        text = (
            f"The plan was changed so that {problem}. It waits, and the last good plan goes on. "
            "If it is meant so: milestones apply --accept-removals"
        )
        self._history.save_plan(loaded.digest, "waiting", _texts(loaded), problem, now)
        key = f"waiting|{loaded.digest}|{self._history.refused_since(now)}"
        self._history.notice(key, "waiting", text, now)
        return Considered("waiting", problem)

    # What happened, as the rules ask for it

    def told(self) -> Told:
        """All that was reported, as it is now."""
        return self._reported.read()

    def states(self) -> Mapping[str, State]:
        """How each occurrence was last said to stand, as reminders go by."""
        return self._reported.read().states

    def heard(self) -> Mapping[str, State]:
        """The same, also for what only notes were said of, as update requests go by."""
        return self._reported.read().heard

    def published(self) -> Mapping[str, State]:
        """How each occurrence stands for everybody: by what is published."""
        return self._reported.read().published

    def ended(self, plan: Plan, now: datetime) -> Ended:
        """What nobody is reminded of any more: done, cancelled, and requests answered."""
        ended = self._reported.ended()
        if not plan.parts:
            return ended
        answered = answered_ids(plan, self.heard(), self._requests.answered(), now)
        return ended._replace(done=ended.done | answered)

    def stamp_some(self, which: Iterable[str], now: datetime) -> None:
        """Note which calendar entries, of those named, differ from what was last shown."""
        self._entries.some(self.plan, which, now)

    def stamp_reported(self, milestones: Collection[str], now: datetime) -> None:
        """The same for milestones that were reported on, and for those that wait for them."""
        self._entries.reported(self.plan, milestones, now)

    def _made_from(self) -> str:
        return "" if self._plan is None else made_from(self._plan, self.digest)


def slips_of(moves: Iterable[StoredMove]) -> list[Slip]:
    """Changes of dates as the pages take them, in the order given."""
    return [
        Slip(one.occurrence, one.at, one.old_due, one.old_text, one.new_due, one.new_text)
        for one in moves
    ]


def read_past(history: HistoryStore, planning: PlanningStore) -> Past:
    """All that has happened and is public, as the store has it."""
    rows = history.stamp_rows()
    left = gone_of(rows, stamps_of(rows))
    return Past(published(history.every_report()), slips_of(planning.moves_of()), left)


def _texts(loaded: Loaded) -> dict[str, str]:
    """What was read, even where the files have changed since: it is what the digest is of."""
    texts = {Path(name).name: text for name, text in loaded.sources.texts.items()}
    own = loaded.plan.templates
    return texts | ({f"{MARK}{place}": text for place, text in own.texts.items()} if own else {})


def start_of_next_day(plan: Plan, now: datetime) -> datetime:
    """Three in the morning of the next day in the plan's zone: when the service looks ahead."""
    day = local_day(now, plan.timezone)
    at = datetime.combine(day, datetime.min.time()).replace(hour=3)
    found = local_instant(at, plan.timezone)
    return found if found > now else local_instant(at + timedelta(days=1), plan.timezone)
