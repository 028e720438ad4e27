"""Plan and history -> what the outbox holds: only what changed is looked at.

It reads what was last seen, asks the pure rules what should be, and writes the difference. The
order of the writes is such that a crash between any two leaves work to be done again, never a
reminder lost: what was seen, with its fingerprint, is written last, in one transaction with the
new reminders.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import reduce
from typing import NamedTuple

from config.plan import Plan
from scheduler.difference import Difference, Known, Work
from scheduler.outbox.many_rows import Values
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.statements import chunks, rows_of
from scheduler.outbox.values import UNSENT, Stored
from scheduler.planning.changes import Fingerprints, affected
from scheduler.planning.forecast import together
from scheduler.planning.notices import LAST_NOTICES
from scheduler.planning.occurrences import Dates
from scheduler.planning.reminders import Planner
from scheduler.planning.values import Ended, Reminder
from scheduler.telling import Telling
from scheduler.turns import short_turns
from scheduler.uncollected import uncollected

LOOKS = timedelta(days=7)
"""How often it is looked for what has come into the horizon, which is weeks away."""
_TOGETHER = 200
"""Milestones that are planned in one go."""
_VERY_MANY = 500
"""So many milestones, where nothing is planned yet, fill the outbox."""
_FILLED = 800
"""The most milestones that are planned in one go meanwhile."""


class Counts(NamedTuple):
    """What a planning changed."""

    milestones: int = 0
    planned: int = 0
    rescheduled: int = 0
    withdrawn: int = 0
    moved: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(*(one + two for one, two in zip(self, other, strict=True)))


NOTHING = Counts()


class _Lot(NamedTuple):
    """What is to be written of some milestones.

    rows: the values of what is new; None where some of it waits for a digest, so that its time is
    known only when the lot before is written.
    """

    difference: Difference
    rows: list[Values] | None


class _Looked(NamedTuple):
    """When it was looked ahead, and by what."""

    plan: Plan
    ended: Ended
    at: datetime


class Planning:
    """Keeps the outbox as the plan asks."""

    def __init__(self, store: PlanningStore) -> None:
        self._store = store
        self.telling = Telling(store)
        self._looked: _Looked | None = None

    def apply(self, plan: Plan, now: datetime, previous: Plan | None, ended: Ended) -> Counts:
        """Bring a plan into force.

        With `previous`, the plan until now, only what the edit touches is read and written;
        without, what has another fingerprint than when it was last planned.
        """
        self._looked = None
        prints = Fingerprints(plan)
        if previous is not None:
            which = affected(previous, plan)
            gone = sorted(_names(previous) - _names(plan))
        else:
            known = self._store.fingerprints()
            many = len(plan.milestones) >= _VERY_MANY
            if many and not known and not self._store.milestones_seen():
                return self._fill(plan, now, ended, prints)
            every = plan.every_reminded()
            which = {one.id for one in every if known.get(one.id) != prints.of(one)}
            gone = sorted(known.keys() - _names(plan))
        self._store.mend()
        counts = self._plan(plan, sorted(which), now, ended, prints)
        return counts.plus(self._remove(gone, now, previous, ended))

    def _fill(self, plan: Plan, now: datetime, ended: Ended, prints: Fingerprints) -> Counts:
        """Plan a large plan of which nothing was ever seen."""
        with self._store.filling(len(plan.milestones)):
            return self._plan(plan, sorted(_names(plan)), now, ended, prints, anew=True)

    def look_ahead(self, plan: Plan, now: datetime, ended: Ended) -> Counts:
        """Plan what has come into the horizon: the next occurrences, the next asking for dates.

        The horizon is weeks away, so it is looked at again only after `LOOKS`, or with another
        plan or another report; to ask more often costs nothing.
        """
        looked = self._looked
        same = looked is not None and looked.plan is plan and looked.ended == ended
        if looked is not None and same and timedelta(0) <= now - looked.at < LOOKS:
            return NOTHING
        which = [
            one.id
            for one in plan.every_reminded()
            if one.repeats is not None or one.due.to_be_confirmed
        ]
        counts = self._plan(plan, which, now, ended)
        self._looked = _Looked(plan, ended, now)
        return counts

    def release(self, plan: Plan, need: str, now: datetime, ended: Ended) -> Counts:
        """Plan what waited for a need that is done now."""
        milestone = need.partition("@")[0]
        which = [
            one.id
            for one in plan.milestones.values()
            if any(other.partition("@")[0] == milestone for other in one.needs)
        ]
        return self._plan(plan, which, now, ended)

    def taken_away(self, plan: Plan) -> dict[str, datetime]:
        """The parts of update requests that a program which knows no requests took for gone, and
        when: it withdraws their reminders where it starts on the same plan."""
        seen = self._store.milestones_seen(list(plan.parts)) if plan.parts else {}
        return {key: one.gone_at for key, one in seen.items() if one.gone_at is not None}

    def bring_back(self, plan: Plan, ended: Ended) -> Counts:
        """Plan those again as of that instant, as if they had stayed: what came due since is sent,
        and what was sent is not sent again. To be called with the right to plan."""
        gone = self.taken_away(plan)
        if not gone:
            return NOTHING
        return self._plan(plan, sorted(gone), min(gone.values()), ended)

    def look_at(self, plan: Plan, parts: Sequence[str], now: datetime, ended: Ended) -> Counts:
        """Plan again what of update requests is for some of those who are asked."""
        return self._plan(plan, parts, now, ended)

    def reopen(self, plan: Plan, milestone: str, now: datetime, ended: Ended) -> Counts:
        """Plan again what is still to come of a milestone that was done by mistake."""
        return self._plan(plan, [milestone], now, ended)

    # The difference for some milestones

    def _plan(
        self,
        plan: Plan,
        ids: Sequence[str],
        now: datetime,
        ended: Ended,
        prints: Fingerprints | None = None,
        *,
        anew: bool = False,
    ) -> Counts:
        """Lot by lot: one is written while the rules work out the next, and none before it is.

        anew: none of them was ever seen, and nobody else writes.
        """
        planner, prints = Planner(plan, Dates(plan)), prints or Fingerprints(plan)
        lots = (
            self._lot(planner, some, now, ended, prints, self._known(() if anew else some))
            for some in _lots(ids, _FILLED if anew else _TOGETHER)
        )
        if len(ids) <= _TOGETHER:
            return reduce(Counts.plus, (self._write(one, now) for one in lots), NOTHING)
        counts, before = NOTHING, None
        with uncollected(), short_turns(), ThreadPoolExecutor(1, "planning") as writer:
            for one in lots:
                counts = counts.plus(before.result() if before else NOTHING)
                before = writer.submit(self._write, one, now)
            return counts.plus(before.result() if before else NOTHING)

    def _known(self, ids: Sequence[str]) -> Known:
        """What was seen of these milestones; of none nothing is asked."""
        seen = self._store.milestones_seen(ids) if ids else {}
        if not seen:
            return Known({}, {}, {})
        stored: dict[str, dict[str, Stored]] = {}
        for one in self._store.reminders_of(ids).values():
            stored.setdefault(one.occurrence.partition("@")[0], {})[one.key] = one
        return Known(seen, self._store.occurrences_seen(ids), stored)

    def _lot(
        self,
        planner: Planner,
        ids: Sequence[str],
        now: datetime,
        ended: Ended,
        prints: Fingerprints,
        known: Known,
    ) -> _Lot:
        difference = Difference()
        for key in ids:
            milestone = planner.plan.reminded(key)
            if milestone is None:
                continue
            work = Work(
                planner,
                milestone,
                now,
                ended,
                known.seen.get(key),
                {one.id: one for one in known.dates.get(key, ())},
                known.stored.get(key, {}),
            )
            work.into(difference, prints.of(milestone))
        gathers = any(one.digest for one in difference.new.values())
        return _Lot(difference, None if gathers else rows_of(difference.new.items(), now))

    def _write(self, lot: _Lot, now: datetime) -> Counts:
        store, (difference, rows) = self._store, lot
        for cause, keys in difference.withdrawn.items():
            store.withdraw(keys, cause, now)
        new, changed, revived = self._gathered(difference)
        if rows is None:
            rows = rows_of(new.items(), now)
        store.reschedule(changed, now)
        again = store.revive(revived, now)
        store.save_seen(difference.milestones, difference.occurrences, difference.moves, now, rows)
        return Counts(
            len(difference.milestones),
            len(rows) + again,
            len(changed),
            sum(map(len, difference.withdrawn.values())),
            len(difference.moves),
        )

    def _gathered(
        self, difference: Difference
    ) -> tuple[dict[str, Reminder], list[Reminder], list[Reminder]]:
        """What is new, what has another time, what is revived, with digests put together.

        All of one digest goes with its earliest, also what is planned and not looked at now.
        """
        wanted = [
            *difference.new.values(),
            *(one for one, _ in difference.kept),
            *difference.revived,
        ]
        digests = sorted({one.digest for one in wanted if one.digest})
        if not digests:
            return difference.new, _rescheduled(difference.kept), difference.revived
        keys = {one.key for one in wanted}
        others = [one for one in self._store.gathered(digests) if one.key not in keys]
        joined = {one.key: one for one in together([*wanted, *others])}

        def settled_at(one: Reminder) -> Reminder:
            return joined.get(one.key, one) if one.digest else one

        changed = _rescheduled([(settled_at(one), old) for one, old in difference.kept])
        changed += [joined[one.key] for one in others if joined[one.key].at != one.at]
        new = {key: settled_at(one) for key, one in difference.new.items()}
        return new, changed, [settled_at(one) for one in difference.revived]

    # What is gone

    def _remove(
        self, ids: Sequence[str], now: datetime, previous: Plan | None, ended: Ended
    ) -> Counts:
        counts = Counts()
        for some in chunks(ids, _TOGETHER):
            seen = self._store.milestones_seen(some)
            stored = self._store.reminders_of(some)
            unsent = [
                one.key
                for one in stored.values()
                if one.state in UNSENT and one.stage not in LAST_NOTICES
            ]
            self._store.withdraw(unsent, "gone from the plan", now)
            if previous is not None:
                self.telling.gone(previous, some, stored, now, ended)
            gone = [one._replace(gone_at=now) for one in seen.values() if one.gone_at is None]
            self._store.save_seen(gone, (), (), now)
            counts = counts.plus(Counts(len(gone), 0, 0, len(unsent), 0))
        return counts


def _lots(ids: Sequence[str], at_most: int) -> Iterator[Sequence[str]]:
    """The ids in lots that grow, so that the writing begins soon."""
    begin, size = 0, _TOGETHER
    while begin < len(ids):
        yield ids[begin : begin + size]
        begin, size = begin + size, min(size * 2, at_most)


def _rescheduled(kept: Iterable[tuple[Reminder, Stored]]) -> list[Reminder]:
    """Those that are planned for another time, or in another message, than they should be."""
    return [one for one, old in kept if (one.at, one.message) != (old.at, old.message)]


def _names(plan: Plan) -> set[str]:
    """Of all that people are reminded of."""
    return {*plan.milestones, *plan.parts}
