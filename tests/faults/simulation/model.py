"""What must have been sent, worked out by the second reading of the rules (`tests.oracle`).

It follows what the service was told (plans, reports, mutes, the clock) and knows nothing of how
the service keeps it. It says what is wanted now; what must have gone out by now; and what may
have been put away instead, for a reason that the rules give.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from tests.faults.simulation.plans import Entries, Entry, written
from tests.oracle.clocks import is_quiet
from tests.oracle.occurrences import Occurrence, occurrences
from tests.oracle.people import channels_of, delivery_of, zone_of
from tests.oracle.reading import Milestone, Plan, read_plan
from tests.oracle.timing import (
    Reminder,
    at_once,
    date_wanted,
    superseded_left_out,
    to_come,
    week_of,
)

AHEAD = timedelta(days=75)
"""How far ahead what has no end of its own is worked out."""
TOO_LATE = timedelta(days=7)
NEVER = datetime(1, 1, 1, tzinfo=UTC)


class Wanted(NamedTuple):
    """One reminder on one channel: `at` as planned; `since`: from then on it was wanted.

    `soonest` is earlier than `at` where it may go with a digest of its day or week.
    """

    key: str
    at: datetime
    since: datetime
    soonest: datetime
    milestone: str
    occurrence: str
    recipient: str
    channel: str
    stage: str

    @property
    def whose(self) -> tuple[str, str, str]:
        """What later reminders overtake it by (Late 3)."""
        return self.occurrence, self.recipient, self.channel


class Wish(NamedTuple):
    """What somebody asked at `since` for her own reminders of one occurrence."""

    state: str
    since: datetime
    until: datetime

    def holds(self, one: Wanted, now: datetime) -> bool:
        """Whether it keeps a reminder back at `now`."""
        waits = self.state != "resumed" and not one.stage.startswith("escalation")
        return waits and one.soonest < self.until and now < self.until


@dataclass
class Known:
    """What is known of a milestone's dates. `since`: the date in force was first known then.

    `open`: since then it has been neither done nor held.
    """

    entry: Entry
    first: datetime
    since: datetime
    open: datetime
    here: bool = True
    held: bool = False
    closed: bool = False


@dataclass
class Model:
    """What the service was told, and what follows."""

    entries: Entries = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    mutes: set[tuple[str, str]] = field(default_factory=set)
    wishes: dict[tuple[str, str], Wish] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    past: list[Entries] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    _reopened: dict[str, datetime] = field(default_factory=dict)
    _plan: Plan | None = None

    def adopt(self, entries: Entries, now: datetime) -> None:
        """A plan comes into force."""
        self._plan = read_plan([written(entries)])
        self.past.append(self.entries)
        self.entries = dict(entries)
        for one in entries.values():
            found = self.known.get(one.id)
            if found is None:
                found = self.known[one.id] = Known(one, now, now, now)
            elif not found.here or found.entry.due != one.due:
                found.since = found.open = now
            elif found.entry.status in CLOSED and one.status not in CLOSED:
                found.open = now
            found.entry, found.here = one, True
        for key, found in self.known.items():
            found.here = key in entries
        self._hold(now)

    def report(self, occurrence: str, state: str, now: datetime) -> None:
        """Somebody says how an occurrence stands."""
        self.said[occurrence] = state.replace("-", " ")
        if state == "done":
            self.done.add(occurrence)
        elif occurrence in self.done:
            self.done.discard(occurrence)
            self._reopened[occurrence] = now
        self._hold(now)

    def wish(
        self, occurrence: str, person: str, state: str, now: datetime, until: datetime
    ) -> None:
        """Somebody acknowledges or snoozes an occurrence, or thinks better of it."""
        self.wishes[occurrence, person] = Wish(state, now, until)

    def _hold(self, now: datetime) -> None:
        """Change 4: what waits for a need; once it waits no longer it counts as first known."""
        for found in self.known.values():
            held = found.here and any(self._waits(need) for need in found.entry.needs)
            if found.held and not held and not _settled(found):
                found.since = found.open = now
            found.held = held

    def _waits(self, need: str) -> bool:
        entry = self.entries.get(need)
        return entry is not None and entry.status != "done" and f"t/{need}" not in self.done

    def wanted(self, now: datetime) -> dict[str, Wanted]:
        """Every reminder that is wanted as things stand."""
        found = (
            one
            for key in self.entries
            for reminder, since in self._reminders(self.known[key], now)
            for one in self._lines(reminder, since)
        )
        return {one.key: one for one in found}

    def _reminders(self, known: Known, now: datetime) -> Iterator[tuple[Reminder, datetime]]:
        plan, entry = self._plan, known.entry
        assert plan is not None
        if _settled(known):
            return
        milestone, until = plan.milestones[f"t/{entry.id}"], now + AHEAD
        if entry.due is None:
            if milestone.id not in self.done:
                for one in date_wanted(plan, milestone, known.since, until):
                    yield one, self._since(known, one.occurrence)
            return
        if known.held:
            return
        for occurrence in occurrences(plan, milestone, until):
            if occurrence.id in self.done or occurrence.due < _day(known.first, milestone):
                continue
            for one in _of(plan, occurrence, known.since):
                yield one, self._since(known, occurrence.id)

    def _since(self, known: Known, occurrence: str) -> datetime:
        return max(known.open, self._reopened.get(occurrence, NEVER))

    def _lines(self, one: Reminder, since: datetime) -> Iterator[Wanted]:
        assert self._plan is not None
        day = one.day if one.stage == "date-wanted" else one.due
        for channel in channels_of(self._plan, one.recipient):
            key = f"{one.occurrence}|{day}|{one.stage}|{one.recipient.id}|{channel}"
            yield Wanted(key, one.at.astimezone(UTC), since, self._soonest(one), one.milestone.id,
                         one.occurrence, one.recipient.id, channel, one.stage)  # fmt: skip

    def _soonest(self, one: Reminder) -> datetime:
        """Who 4: what may wait goes with the rest of its day, or on the first day of its week."""
        assert self._plan is not None
        delivery = delivery_of(self._plan, one.recipient)
        if not one.waits or delivery == "immediate":
            return one.at.astimezone(UTC)
        zone = zone_of(self._plan, one.recipient)
        day = one.at.astimezone(zone).date()
        if delivery == "weekly":
            day = week_of(self._plan, day)
        return min(one.at, datetime.combine(day, time(), zone)).astimezone(UTC)

    def due(self, now: datetime) -> list[Wanted]:
        """What has come due; what may have been put away is noted as spent."""
        may_go = [one for one in self.wanted(now).values() if one.soonest <= now]
        for one in may_go:
            if self.may_be_put_away(one, may_go, now):
                self.spent.add(one.key)
        return [one for one in may_go if one.at <= now]

    def may_be_put_away(self, one: Wanted, due: list[Wanted], now: datetime) -> bool:
        """Late 3, Who 5: overtaken, too late, or muted."""
        overtaken = one.stage != "date-wanted" and any(
            other.whose == one.whose and other.at > one.at for other in due
        )
        wish = self.held(one, now)
        acknowledged = wish is not None and wish.state == "acknowledged"
        late = now - self._from(one) > TOO_LATE
        return overtaken or late or acknowledged or self.muted(one)

    def held(self, one: Wanted, now: datetime) -> Wish | None:
        """The wish of its recipient that keeps a reminder back at `now`."""
        wish = self.wishes.get((one.occurrence, one.recipient))
        return wish if wish and wish.holds(one, now) else None

    def _from(self, one: Wanted) -> datetime:
        """Since when it is late: a snooze that has ended does not make it so."""
        wish = self.wishes.get((one.occurrence, one.recipient))
        snoozed = wish and wish.state == "snoozed" and one.soonest < wish.until
        return max(one.soonest, wish.until) if wish and snoozed else one.soonest

    def muted(self, one: Wanted) -> bool:
        """Who 5: nobody is spared an escalation."""
        if one.stage.startswith("escalation"):
            return False
        scopes = ("all", "track:t", f"milestone:{one.milestone}")
        return any((one.recipient, scope) in self.mutes for scope in scopes)

    def must(self, now: datetime) -> dict[str, Wanted]:
        """What must have been sent by `now`, were there peace enough since."""
        return {
            one.key: one
            for one in self.due(now)
            if one.at >= one.since
            and one.key not in self.spent
            and not self.held(one, now)
            and not self.is_asleep(one, now)
        }

    def is_asleep(self, one: Wanted, now: datetime) -> bool:
        """When 6: what comes late waits for the end of quiet hours, but for leads by the clock."""
        assert self._plan is not None
        person = self._plan.people.get(one.recipient)
        if person is None or person.quiet is None or one.stage.endswith(CLOCK):
            return False
        return is_quiet(now, person.quiet, person.zone)


CLOSED = ("done", "cancelled")
CLOCK = ("minute", "minutes", "hour", "hours")


def _settled(known: Known) -> bool:
    return known.entry.status in CLOSED


def _day(instant: datetime, milestone: Milestone) -> date:
    return instant.astimezone(milestone.zone).date()


def _of(plan: Plan, occurrence: Occurrence, since: datetime) -> list[Reminder]:
    """The reminders of one occurrence whose date was first known at `since`."""
    found = [*to_come(plan, occurrence, since), *at_once(plan, occurrence, since)]
    return superseded_left_out(found)
