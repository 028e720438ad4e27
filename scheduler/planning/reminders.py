"""PURE. An occurrence -> its reminders, and for each stage that sends nothing the reason.

The rules of `semantics` When, Who and Late in the order in which they apply: the stages' days,
the hour in each recipient's zone, what is late when first seen, who is away, and of two stages
on one day the later one. What was sent, muted or reported since is the store's to know.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from calendars.durations import shift
from calendars.zones import instant, local_day
from config.plan import Milestone, Plan, Policy
from config.request_values import is_request
from scheduler.planning.audiences import Audiences
from scheduler.planning.occurrences import Dates
from scheduler.planning.recipients import present, reached_once
from scheduler.planning.slots import Slot, Staged, reminders_of, room_for_more, staged_of
from scheduler.planning.stages import WAITS_FOR_DIGEST, Stage, of_round, stages
from scheduler.planning.timing import (
    Reach,
    apart,
    digest_day,
    held,
    message_of,
    minute,
)
from scheduler.planning.values import Occurrence, Reminder, Unsent
from scheduler.planning.waves import Wave, is_lead, merged, why_passed

DATE_WANTED = "date-wanted"
MOST_ROUNDS = 1000
A_WEEK_AHEAD = timedelta(days=8)
"""How much earlier than its day a weekly digest can send a reminder, and a day for the zones."""


class Seen(NamedTuple):
    """What planning knows of the past: instants in UTC.

    `first` is when the milestone was first seen; `since` is when this due date was first known,
    or when the last of its needs was done.
    """

    first: datetime
    since: datetime


@dataclass(slots=True)
class Planner:
    """The rules bound to one plan, with what is looked up often kept."""

    plan: Plan
    dates: Dates
    unsent: list[Unsent] | None = None
    """Where the reasons are noted down; None when nobody asks."""
    _stages: dict[tuple[object, ...], Staged] = field(default_factory=dict)
    _audiences: Audiences = field(init=False)

    def __post_init__(self) -> None:
        self._audiences = Audiences(self.plan)

    def plan_one(self, occurrence: Occurrence, seen: Seen, until: datetime) -> list[Reminder]:
        """Every reminder of an occurrence, sorted by stage and recipient.

        `until` bounds only what has no end of its own: the asking for a date.
        """
        milestone = self._milestone(occurrence)
        policy = self.plan.policy(milestone.policy)
        if occurrence.promise.to_be_confirmed:
            return self._date_wanted(occurrence, milestone, policy, seen, until)
        if occurrence.due is None:
            return []
        if occurrence.due < local_day(seen.first, milestone.timezone):
            self._past(occurrence, policy)
            return []
        return self._dated(occurrence, milestone, policy, seen)

    def _dated(
        self, occurrence: Occurrence, milestone: Milestone, policy: Policy, seen: Seen
    ) -> list[Reminder]:
        staged = self._every_stage(occurrence, policy)
        reaches, plain = self._audiences.of(milestone, staged)
        if plain and self.unsent is None:
            made: list[Reminder] = []
            for reach, places in reaches:
                slots = self._slots(occurrence, staged, reach, places, seen)
                made += reminders_of(occurrence, reach, slots)
            return made
        waves: dict[tuple[str, str], list[Wave]] = {}
        for reach, places in reaches:
            mine = [staged.stages[place] for place in places]
            timely = self._on_time(occurrence, milestone, policy, reach, mine, seen)
            for wave in timely:
                for final in self._present(wave, policy, seen):
                    for channel in final.reach.channels:
                        waves.setdefault((final.reach.id, channel), []).append(final)
        return [
            self._reminder(occurrence, wave, channel, policy, seen)
            for (_, channel), found in waves.items()
            for wave in self._latest_a_day(occurrence, found)
        ]

    def _slots(
        self,
        occurrence: Occurrence,
        staged: Staged,
        reach: Reach,
        places: tuple[int, ...],
        seen: Seen,
    ) -> list[Slot]:
        """The instants of the stages for all who are reached like this, worked out once."""
        milestone = self._milestone(occurrence)
        way = (reach.timezone, reach.quiet, reach.delivery, places)
        key = (*way, milestone.timezone, seen.since, is_request(occurrence.id))
        found = staged.slots.get(key)
        if found is None:
            policy = self.plan.policy(milestone.policy)
            mine = [staged.stages[place] for place in places]
            timely = self._on_time(occurrence, milestone, policy, reach, mine, seen)
            waves = self._latest_a_day(occurrence, timely)
            room_for_more(staged.slots)
            found = staged.slots[key] = [
                self._slot(occurrence, wave, policy, seen) for wave in waves
            ]
        return found

    def _slot(self, occurrence: Occurrence, wave: Wave, policy: Policy, seen: Seen) -> Slot:
        stage, (at, digest) = wave.stage, self._goes(occurrence, wave, policy, seen)
        return Slot(stage.name, at, wave.day, minute(at), stage.nominal, wave.late, digest)

    def _every_stage(self, occurrence: Occurrence, policy: Policy) -> Staged:
        """The stages, counted once for all that share a policy and a date."""
        promise = occurrence.promise
        own = promise.relative is None
        round_ = (occurrence.opens, occurrence.milestone) if occurrence.opens else ()
        key = (policy.id, occurrence.due, occurrence.starts, promise.first, promise.last, own)
        found = self._stages.get((*key, *round_))
        if found is None:
            room_for_more(self._stages)
            found = self._stages[*key, *round_] = staged_of(self._counted(occurrence, policy))
        return found

    def _counted(self, occurrence: Occurrence, policy: Policy) -> list[Stage]:
        found = stages(occurrence, policy, self.plan.workdays)
        if occurrence.opens is None:
            return found
        following = self.dates.opening_after(self._milestone(occurrence), occurrence)
        return of_round(found, occurrence.opens, following)

    def _at(self, stage: Stage, reach: Reach, policy: Policy) -> datetime:
        """When a stage is sent to a recipient, were nothing late (When 3, 4 and 6)."""
        if stage.moment is not None:
            return stage.moment
        at = instant(stage.day, policy.at, reach.timezone)
        return held(at, reach.quiet, reach.timezone) if reach.quiet else at

    def _on_time(
        self,
        occurrence: Occurrence,
        milestone: Milestone,
        policy: Policy,
        reach: Reach,
        mine: list[Stage],
        seen: Seen,
    ) -> list[Wave]:
        """The stages still to come, and of the passed leads the latest, at once (Late 1)."""
        coming: list[Wave] = []
        passed: list[Wave] = []
        for stage in mine:
            at = self._at(stage, reach, policy)
            day = local_day(at, reach.timezone) if stage.moment else stage.day
            found = passed if at < seen.since else coming
            found.append(Wave(stage, reach, day, at, late=False, behalf=()))
        if passed:
            ahead = occurrence.due is not None and occurrence.due > local_day(
                seen.since, milestone.timezone
            )
            leads = [wave for wave in passed if is_lead(occurrence, wave)] if ahead else []
            latest = max(leads, key=lambda wave: (wave.at, wave.stage.rank), default=None)
            for wave in passed:
                if wave is latest:
                    coming.append(self._at_once(wave, seen))
                else:
                    self._note(occurrence, wave, why_passed(wave, latest, ahead=ahead))
        return coming

    def _at_once(self, wave: Wave, seen: Seen) -> Wave:
        reach, at = wave.reach, seen.since
        if wave.stage.moment is None:
            at = held(at, reach.quiet, reach.timezone)
        return wave._replace(day=local_day(seen.since, reach.timezone), at=at, late=True)

    def _present(self, wave: Wave, policy: Policy, seen: Seen) -> Iterator[Wave]:
        """The wave itself, or those of whoever stands in for one who is away (Who 2)."""
        person = self.plan.people.get(wave.reach.id) if wave.reach.is_person else None
        if person is None or not person.away:
            yield wave
            return
        for other in present(self.plan, person.id, wave.day):
            if other == person.id:
                yield wave
                continue
            yield self._stand_in(wave, self._audiences.reach(other), policy, seen, person.id)

    def _stand_in(self, wave: Wave, reach: Reach, policy: Policy, seen: Seen, away: str) -> Wave:
        """The wave as it reaches the one who stands in: in her zone, by her quiet hours."""
        if wave.late:
            return self._at_once(wave._replace(reach=reach, behalf=(away,)), seen)
        at = max(self._at(wave.stage, reach, policy), seen.since)
        at = at if wave.stage.moment else held(at, reach.quiet, reach.timezone)
        day = local_day(at, reach.timezone) if wave.stage.moment else wave.day
        return wave._replace(reach=reach, day=day, at=at, behalf=(away,))

    def _latest_a_day(self, occurrence: Occurrence, found: list[Wave]) -> Iterable[Wave]:
        """Of the stages on one day the later in order; of equal ones the first (When 5)."""
        best: dict[date, Wave] = {}
        for wave in found:
            other = best.get(wave.day)
            if other is None:
                best[wave.day] = wave
            elif other.stage is wave.stage:
                best[wave.day] = merged(other, wave)
            elif wave.stage.rank > other.stage.rank:
                self._note(occurrence, other, f"superseded by {wave.stage.name} on the same day")
                best[wave.day] = wave
            else:
                self._note(occurrence, wave, f"superseded by {other.stage.name} on the same day")
        return best.values()

    def _reminder(
        self, occurrence: Occurrence, wave: Wave, channel: str, policy: Policy, seen: Seen
    ) -> Reminder:
        stage, reach = wave.stage, wave.reach
        at, digest = self._goes(occurrence, wave, policy, seen)
        return Reminder(
            occurrence=occurrence.id,
            due=occurrence.due,
            stage=stage.name,
            recipient=reach.id,
            channel=channel,
            asked=None,
            milestone=occurrence.milestone,
            at=at,
            day=wave.day,
            message=message_of(reach.id, channel, at, apart(occurrence.id)),
            nominal=stage.nominal,
            late=wave.late,
            behalf=wave.behalf,
            digest=digest and f"{reach.id}|{channel}|{digest}",
        )

    def _goes(
        self, occurrence: Occurrence, wave: Wave, policy: Policy, seen: Seen
    ) -> tuple[datetime, str | None]:
        """When it goes and in which digest; what a request asks waits for none."""
        if is_request(occurrence.id):
            return wave.at, None
        before = occurrence.due if wave.late and occurrence.due else date.min
        return self._in_digest(wave.stage.kind, wave.reach, wave.at, policy, seen, before)

    def _in_digest(
        self, kind: str, reach: Reach, at: datetime, policy: Policy, seen: Seen, before: date
    ) -> tuple[datetime, str | None]:
        """When it goes and in which digest, by its kind and day, for who has one (Who 4).

        What a week's digest would bring too late, or has missed, waits for none; what goes at once
        may wait for one on a day `before` that. Nor waits a lead by the clock in the quiet hours,
        since a day's digest goes with its earliest.
        """
        if reach.delivery == "immediate" or kind not in WAITS_FOR_DIGEST:
            return at, None
        if reach.delivery == "daily" and held(at, reach.quiet, reach.timezone) != at:
            return at, None
        day = local_day(at, reach.timezone)
        if reach.delivery == "weekly":
            day = digest_day(day, reach.delivery, self.plan.workdays)
            weekly = held(instant(day, policy.at, reach.timezone), reach.quiet, reach.timezone)
            if weekly < seen.since or (weekly > at and day >= before):
                return at, None
            at = weekly
        return at, f"{reach.delivery}|{day.isoformat()}"

    def _date_wanted(
        self,
        occurrence: Occurrence,
        milestone: Milestone,
        policy: Policy,
        seen: Seen,
        until: datetime,
    ) -> list[Reminder]:
        """The asking for a date: at once, then at the policy's interval (When 11).

        Askings that days without work bring together on one day, or a digest in one message,
        are one.
        """
        found: dict[tuple[str, str, date | str], Reminder] = {}
        start = local_day(seen.since, milestone.timezone)
        last = local_day(until, milestone.timezone) + A_WEEK_AHEAD
        for number in range(MOST_ROUNDS):
            wave_day, asked = self._round(start, number, policy)
            if wave_day > last:
                break
            if number and wave_day <= start:
                continue
            for reach in self._audiences.reaches(milestone.owner, self.plan.coordinators):
                for one in self._asked(occurrence, reach, policy, seen, wave_day, asked):
                    reached_once(found, (one.recipient, one.channel, one.digest or wave_day), one)
        return list(found.values())

    def _round(self, start: date, number: int, policy: Policy) -> tuple[date, date]:
        if number == 0:
            return start, start
        every = policy.date_wanted
        try:
            asked = shift(start, every.times(number), 1, self.plan.workdays)
        except (ValueError, OverflowError):
            return date.max, date.max  # beyond all years
        early = policy.only_working_days
        return (self.plan.workdays.on_or_before(asked) if early else asked), asked

    def _asked(
        self,
        occurrence: Occurrence,
        reach: Reach,
        policy: Policy,
        seen: Seen,
        day: date,
        asked: date,
    ) -> Iterator[Reminder]:
        others = present(self.plan, reach.id, day) if reach.is_person else (reach.id,)
        for other in others:
            final = reach if other == reach.id else self._audiences.reach(other)
            first = asked == local_day(seen.since, self._milestone(occurrence).timezone)
            at = seen.since if first else instant(day, policy.at, final.timezone)
            at = held(max(at, seen.since), final.quiet, final.timezone)
            for channel in final.channels:
                before = date.max if first else date.min
                when, digest = self._in_digest(DATE_WANTED, final, at, policy, seen, before)
                yield Reminder(
                    occurrence=occurrence.id,
                    due=None,
                    stage=DATE_WANTED,
                    recipient=final.id,
                    channel=channel,
                    asked=asked,
                    milestone=occurrence.milestone,
                    at=when,
                    day=day,
                    message=message_of(final.id, channel, when),
                    nominal=asked,
                    late=first,
                    behalf=() if other == reach.id else (reach.id,),
                    digest=digest and f"{final.id}|{channel}|{digest}",
                )

    def _milestone(self, occurrence: Occurrence) -> Milestone:
        found = self.plan.reminded(occurrence.milestone)
        if found is None:
            raise KeyError(occurrence.milestone)
        return found

    def _note(self, occurrence: Occurrence, wave: Wave, reason: str) -> None:
        if self.unsent is not None:
            self.unsent.append(
                Unsent(
                    occurrence.id,
                    occurrence.due,
                    wave.stage.name,
                    wave.reach.id,
                    wave.day,
                    reason,
                )
            )

    def _past(self, occurrence: Occurrence, policy: Policy) -> None:
        if self.unsent is not None:
            reason = "its due day had passed before it was first seen"
            for stage in stages(occurrence, policy, self.plan.workdays):
                self.unsent.append(
                    Unsent(occurrence.id, occurrence.due, stage.name, "", stage.day, reason)
                )
