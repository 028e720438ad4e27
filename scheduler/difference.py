"""PURE. One milestone, what was seen of it and what is planned -> what is to be written.

It decides only what differs; `planner` reads and writes, the rules are `planning`'s.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from calendars.dates import TBC
from calendars.zones import local_day
from config.plan import Milestone
from config.request_values import is_request
from scheduler.outbox.values import (
    BY_HAND,
    EMPTY,
    NOTICES,
    TOLD,
    UNSENT,
    SeenMilestone,
    SeenOccurrence,
    State,
    Stored,
)
from scheduler.planning.changes import Move, reached
from scheduler.planning.forecast import coming, lead_of, settled, waits_for
from scheduler.planning.notices import LAST_NOTICES, Notice, notices_for
from scheduler.planning.reminders import DATE_WANTED, Planner, Seen
from scheduler.planning.values import Ended, Occurrence, Reminder, turn_of
from scheduler.tidings import news, parted, still_matters, was_reminded
from scheduler.unsent import but_for_what_waits, told_at_once

HORIZON = timedelta(days=45)
"""How far ahead what repeats, or is asked again and again, is planned; see `LOOKS`."""
_KNOWN_BACK = timedelta(days=400)
"""Nothing younger is ever deleted from the store (Sending 1)."""
_RECENT = timedelta(days=2)


@dataclass(slots=True)
class Difference:
    """What is to be written for some milestones; what is new by its key."""

    new: dict[str, Reminder] = field(default_factory=dict)
    kept: list[tuple[Reminder, Stored]] = field(default_factory=list)
    revived: list[Reminder] = field(default_factory=list)
    withdrawn: dict[str, list[str]] = field(default_factory=dict)
    milestones: list[SeenMilestone] = field(default_factory=list)
    occurrences: list[SeenOccurrence] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)


class Known(NamedTuple):
    """What was last seen of some milestones, and planned of them, by milestone."""

    seen: Mapping[str, SeenMilestone]
    dates: Mapping[str, Iterable[SeenOccurrence]]
    stored: Mapping[str, Mapping[str, Stored]]


class Work(NamedTuple):
    """One milestone with what was seen of it and what is planned."""

    planner: Planner
    milestone: Milestone
    now: datetime
    ended: Ended
    seen: SeenMilestone | None
    dates: Mapping[str, SeenOccurrence]
    stored: Mapping[str, Stored]

    def into(self, difference: Difference, fingerprint: str) -> None:
        """Add what is to be written for this milestone."""
        plan, milestone = self.planner.plan, self.milestone
        held = bool(waits_for(plan, milestone, self.ended.done))
        anew = self.seen is None and not self.dates and not self.stored
        wanted = difference.new if anew else dict[str, Reminder]()
        there: dict[str, date | None] = {}
        beyond = self._beyond(fingerprint)
        late = [one for one in self.stored.values() if one.late and one.state in UNSENT]
        for occurrence in self._occurrences(beyond):
            there[occurrence.id] = occurrence.due
            seen = self._dates(occurrence, held=held, difference=difference, beyond=beyond)
            if settled(plan, occurrence.id, self.ended):
                continue
            if held and not occurrence.promise.to_be_confirmed:
                continue
            for one in self._wanted(occurrence, seen, late):
                wanted[one.key] = one
        if not anew:
            self._compare(difference, wanted, held=held)
            self._gone_dates(difference, there)
            self._untrue(difference, held=held)
            self._notices(difference)
        difference.milestones.append(self._seen(fingerprint, held=held))

    def _beyond(self, fingerprint: str) -> date | None:
        """The last date that was known under the same rule: what comes after it was too far ahead
        when it was last looked, and nobody looked since. None where nothing is known of that."""
        seen = self.seen
        if self.milestone.repeats is None or seen is None or seen.gone_at is not None:
            return None
        if seen.fingerprint != fingerprint:
            return None
        return max((one.due for one in self.dates.values() if one.due is not None), default=None)

    def _occurrences(self, beyond: date | None = None) -> Iterable[Occurrence]:
        if self.milestone.repeats is None:
            yield self.planner.dates.single(self.milestone)
            return
        lead = lead_of(self.planner.plan, self.milestone)
        until = self.now + HORIZON + lead
        start = self.now
        if self.dates:
            start = self.now - _KNOWN_BACK
        known = set(self.dates)
        for one in coming(self.planner, self.milestone, start, until):
            recent = one.due is None or one.due >= (self.now - _RECENT).date()
            late = beyond is not None and one.due is not None and one.due > beyond
            if recent or late or one.id in known:
                yield one

    def _dates(
        self, occurrence: Occurrence, *, held: bool, difference: Difference, beyond: date | None
    ) -> Seen:
        """What was seen of the occurrence, with its change noted where it moved.

        One `beyond` what was known counts as seen when it would have come into the horizon, had
        anybody looked then: its reminders came due meanwhile (Late 3).
        """
        old = self.dates.get(occurrence.id)
        first = self.seen.first_seen if self.seen else self.now
        text = occurrence.due_text()
        if old is None:
            since = self._come_into_sight(occurrence, first, beyond)
        elif (old.due, old.due_text) != (occurrence.due, text):
            if not is_request(occurrence.id):
                difference.moves.append(_move(old, occurrence, text))
            since = self.now if old.due != occurrence.due else old.since
        else:
            released = self.seen is not None and self.seen.held and not held
            back = old.gone_at or (self.seen is not None and self.seen.gone_at)
            since = self.now if released or back else old.since
        row = SeenOccurrence(
            id=occurrence.id,
            milestone=self.milestone.id,
            due=occurrence.due,
            due_text=text,
            first_seen=old.first_seen if old else self.now,
            since=since,
            gone_at=None,
        )
        if row != old:
            difference.occurrences.append(row)
        return Seen(first, since)

    def _come_into_sight(
        self, occurrence: Occurrence, first: datetime, beyond: date | None
    ) -> datetime:
        due = occurrence.due
        if due is None or beyond is None or due <= beyond:
            return self.now
        early = datetime.combine(due, time(), UTC) - lead_of(self.planner.plan, self.milestone)
        return self.now if self.now < early else max(first, early - HORIZON)

    def _wanted(self, occurrence: Occurrence, seen: Seen, late: Sequence[Stored]) -> list[Reminder]:
        """The reminders of an occurrence; for somebody new, as if seen for the first time now.

        A reminder whose time passed before it was ever planned is no news for one who has had
        others of the same date: it is left out. Not so what was too far ahead to be planned, or
        waits to be sent by another channel, or to another. late: what goes at once and waits.
        """
        until = self.now + HORIZON
        found = self._not_forgotten(self.planner.plan_one(occurrence, seen, until))
        if occurrence.id not in self.dates:
            return found
        missing = [one for one in found if one.at < self.now and one.key not in self.stored]
        missing = but_for_what_waits(missing, found, self.stored, self.now)
        asked = self._asked_until(occurrence)
        missing = [one for one in missing if not (asked and one.asked and one.at > asked)]
        waiting = told_at_once(occurrence, found, late, self.now)
        if not missing and not waiting:
            return found
        known = {
            one.recipient
            for one in self.stored.values()
            if one.occurrence == occurrence.id and one.due == occurrence.due
        }
        new = {one.recipient for one in missing} - known
        new |= {self.stored[key].recipient for key in waiting}
        left_out = {one.key for one in missing} | waiting
        kept = [one for one in found if one.key not in left_out]
        if not new:
            return kept
        again = self._not_forgotten(
            self.planner.plan_one(occurrence, Seen(seen.first, self.now), until)
        )
        keys = {one.key for one in kept}
        return kept + [
            one
            for one in again
            if one.recipient in new and one.key not in keys and (one.late or not one.asked)
        ]

    def _asked_until(self, occurrence: Occurrence) -> datetime | None:
        """When the last asking for its date is to go or went; None where the asking ended."""
        asked = [
            one
            for one in self.stored.values()
            if one.occurrence == occurrence.id and one.stage == DATE_WANTED
        ]
        last = max(asked, key=lambda one: one.at, default=None)
        return last.at if last and last.state != State.WITHDRAWN else None

    def _not_forgotten(self, found: Iterable[Reminder]) -> list[Reminder]:
        """Those whose time is so recent that the store would still know that they were sent."""
        known = self.now - _KNOWN_BACK
        return [one for one in found if one.at >= known]

    def _compare(
        self, difference: Difference, wanted: Mapping[str, Reminder], *, held: bool
    ) -> None:
        if not self.stored:
            difference.new |= wanted
            return
        for key, one in wanted.items():
            old = self.stored.get(key)
            if old is None:
                difference.new[key] = one
            elif old.state == State.WITHDRAWN and one.at >= self.now:
                difference.revived.append(one)
            elif old.state == State.PLANNED:
                difference.kept.append((one, old))
        for key, old in self.stored.items():
            if key not in wanted and old.state in UNSENT and _planned_by_rules(old):
                difference.withdrawn.setdefault(self._cause(old, held=held), []).append(key)

    def _cause(self, old: Stored, *, held: bool) -> str:
        """Why a reminder is not wanted any more."""
        milestone = self.milestone
        occurrence = self.planner.dates.find(old.occurrence)
        if settled(self.planner.plan, old.occurrence, self.ended):
            if is_request(old.occurrence):
                return "answered"
            return "cancelled" if milestone.status == "cancelled" else "done"
        if occurrence is None:
            return "the date is gone from the plan"
        if occurrence.due != old.due:
            return f"the date moved to {occurrence.due_text()}"
        if held:
            waiting = ", ".join(waits_for(self.planner.plan, milestone, self.ended.done))
            return f"waits for {waiting}"
        return "the plan changed"

    def _gone_dates(self, difference: Difference, there: Mapping[str, date | None]) -> None:
        for key, old in self.dates.items():
            past = old.due is not None and old.due < local_day(self.now, self.milestone.timezone)
            if key not in there and old.gone_at is None and not past:
                difference.occurrences.append(old._replace(gone_at=self.now))
                if old.due not in there.values():
                    self._left_out(difference, old)

    def _left_out(self, difference: Difference, old: SeenOccurrence) -> None:
        """Tell those who were reminded of a date that the milestone does not have any more."""
        planner, stored = self.planner, self.stored.values()
        if is_request(old.id) or settled(planner.plan, old.id, self.ended):
            return
        if was_reminded(stored, old.id) and planner.dates.find(old.id) is None:
            gone = Occurrence(old.id, old.milestone, old.due, TBC)
            self._tell(difference, news(planner, gone, "cancelled", self.now, stored))

    def _notices(self, difference: Difference) -> None:
        """One notice where the plan now says done or cancelled and did not before."""
        status = self.milestone.status
        if self.seen is None or self.seen.status == status or status not in ("done", "cancelled"):
            return
        stored = self.stored.values()
        for occurrence in self._to_tell(status):
            if status == "done" or was_reminded(stored, occurrence.id):
                told = news(self.planner, occurrence, status, self.now, stored)
                self._tell(difference, told)

    def _tell(self, difference: Difference, told: Collection[Reminder]) -> None:
        new, again = parted(told, self.stored)
        difference.new |= {one.key: one for one in new}
        difference.revived += again

    def _untrue(self, difference: Difference, *, held: bool) -> None:
        """Take back notices that wait and are not true any more, or no business of who gets them;
        and what was taken back of a move is told where it is news again."""
        for key, old in self.stored.items():
            if old.state in UNSENT and old.stage in TOLD and (why := self._untold(old)):
                difference.withdrawn.setdefault(why, []).append(key)
        if not held:
            self._moves_untold(difference)

    def _untold(self, old: Stored) -> str:
        """Why a notice that waits is not to be sent; "" where it is."""
        planner = self.planner
        if old.stage in LAST_NOTICES and not self._is_so(old):
            return f"not {old.stage} any more"
        if old.stage == "moved":
            gone = planner.dates.find(old.occurrence) is None
            if gone or settled(planner.plan, old.occurrence, self.ended):
                return self._cause(old, held=False)
        concerned = old.recipient in reached(planner.plan, self.milestone)
        return "" if concerned else "the plan changed"

    def _moves_untold(self, difference: Difference) -> None:
        """Tell of moves of which the notice was taken back while the date was done or gone."""
        last: dict[tuple[str, str, str], Stored] = {}
        for one in self.stored.values():
            way = (one.occurrence, one.recipient, one.channel)
            if one.stage == "moved" and (
                way not in last or turn_of(one.key) > turn_of(last[way].key)
            ):
                last[way] = one
        untold = {
            way: one
            for way, one in last.items()
            if one.state == State.WITHDRAWN and one.cause not in (BY_HAND, EMPTY)
        }
        for key in {occurrence for occurrence, _, _ in untold}:
            found = self.planner.dates.find(key)
            if found is None or settled(self.planner.plan, key, self.ended):
                continue
            told = [
                one._replace(turn=turn_of(old.key))
                for one in notices_for(self.planner, found, "moved", self.now)
                if (old := untold.get((key, one.recipient, one.channel)))
            ]
            self._tell(difference, told)

    def _is_so(self, notice: Stored) -> bool:
        """Whether what a notice of a milestone that is in the plan says is true."""
        status, which = self.milestone.status, {notice.occurrence, self.milestone.id}
        if status in LAST_NOTICES:
            return status == notice.stage
        if notice.stage == "done":
            return not which.isdisjoint(self.ended.done)
        left_out = self.planner.dates.find(notice.occurrence) is None
        return left_out or not which.isdisjoint(self.ended.cancelled)

    def _to_tell(self, status: Notice) -> list[Occurrence]:
        """The dates that a notice is of: of what is done for ever only the next, or the last."""
        every = list(self._occurrences())
        if status == "done" and self.milestone.repeats is not None:
            today = local_day(self.now, self.milestone.timezone)
            ahead = (one for one in every if one.due is not None and one.due >= today)
            return [*ahead][:1] or every[-1:]
        stored = self.stored.values()
        return [one for one in every if still_matters(self.planner, one, self.now, stored)]

    def _seen(self, fingerprint: str, *, held: bool) -> SeenMilestone:
        milestone = self.milestone
        return SeenMilestone(
            id=milestone.id,
            track=milestone.track,
            title=milestone.title,
            fingerprint=fingerprint,
            status=milestone.status,
            held=held,
            first_seen=self.seen.first_seen if self.seen else self.now,
            gone_at=None,
        )


def _move(old: SeenOccurrence, occurrence: Occurrence, text: str) -> Move:
    return Move(occurrence.id, occurrence.milestone, old.due, old.due_text, occurrence.due, text)


def _planned_by_rules(old: Stored) -> bool:
    """Not a notice, and not one that stands in for a channel that failed."""
    return old.stage not in NOTICES and old.instead_of is None
