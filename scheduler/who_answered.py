"""PURE. Who has answered an update request and who has not, for those who coordinate."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from calendars.zones import local_day
from config.plan import Part
from scheduler.asked import Asking, Rounds, asking, has_closed, is_answered, is_confirmed
from scheduler.planning.occurrences import Dates
from scheduler.planning.recipients import is_away
from scheduler.planning.values import Occurrence
from scheduler.request_values import Draft, Sent, said_of
from scheduler.standing import States

_AHEAD = timedelta(days=2 * 366)
"""So far ahead the next round is looked for."""
Answered = Literal["answered", "late", "reported", "draft", "open", "to come"]
"""How a part stands: sent in time, sent after the close, reported on in other ways, saved and not
sent, nothing, or not asked yet."""
Reminded = Mapping[tuple[str, str], tuple[int, datetime]]
"""By occurrence and recipient, how many messages were sent and when the last."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came in of a request: all that was sent, the drafts, and the messages that went out."""

    sent: Sequence[Sent] = ()
    drafts: Sequence[Draft] = ()
    reminded: Reminded | None = None


@dataclass(frozen=True, slots=True)
class PartStands:
    """One who is asked in a round. by, at: who answered last, and when (UTC).

    milestones: of how many she is asked; confirmed: on how many of these something was reported
    since the round opened. reminded: how many messages she, or who stood in, was sent; last: when
    the last of them was. away: today.
    """

    occurrence: str
    focal: str
    state: Answered
    by: str
    at: datetime | None
    milestones: int
    confirmed: int
    reminded: int
    last: datetime | None
    away: bool
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RoundStands:
    """A round of a request: when it opens and closes, and everybody who is asked."""

    request: str
    title: str
    opens: date | None
    closes: date | None
    closed: bool
    parts: tuple[PartStands, ...]

    @property
    def answered(self) -> int:
        """How many have answered."""
        return sum(one.state in ("answered", "late", "reported") for one in self.parts)


def rounds_of(
    dates: Dates, request: str, states: States, came: Came, now: datetime
) -> list[RoundStands]:
    """The rounds of a request that have opened or are the next to, the newest first."""
    plan, every, came_in = dates.plan, Rounds(dates, now), _CameIn.of(came)
    found: dict[str, list[tuple[Occurrence, PartStands]]] = {}
    for part in plan.parts.values():
        if part.request.id != request:
            continue
        for one in _shown(dates, every, part, now):
            asked = asking(dates, one, states)
            if asked is not None and (asked.targets or one.id in came_in.sent):
                stands = _stands(dates, asked, states, came_in, now)
                found.setdefault(one.id.partition("@")[2], []).append((one, stands))
    title = plan.requests[request].title if request in plan.requests else request
    made = []
    for parts in found.values():
        one = parts[0][0]
        closed = has_closed(one, plan.timezone, now)
        made.append(
            RoundStands(request, title, one.opens, one.due, closed, tuple(it for _, it in parts))
        )
    return sorted(made, key=lambda one: one.closes or date.min, reverse=True)


def _shown(dates: Dates, every: Rounds, part: Part, now: datetime) -> Iterator[Occurrence]:
    """The rounds that have opened, and of what is ahead the next where none has."""
    past = list(every.of(part))
    yield from past
    if not past:
        today = local_day(now, part.milestone.timezone)
        until = max([today + _AHEAD, *part.milestone.moved])
        ahead = (one for one in dates.of(part.milestone, until) if one.due and one.due >= today)
        yield from list(ahead)[:1]


class _CameIn(NamedTuple):
    """What came in, by the occurrences of parts."""

    sent: Mapping[str, Sequence[Sent]]
    drafts: Mapping[str, Sequence[Draft]]
    told: Mapping[str, Sequence[tuple[int, datetime]]]

    @classmethod
    def of(cls, came: Came) -> "_CameIn":
        sent: dict[str, list[Sent]] = {}
        for one in came.sent:
            sent.setdefault(one.occurrence, []).append(one)
        drafts: dict[str, list[Draft]] = {}
        for draft in came.drafts:
            drafts.setdefault(draft.occurrence, []).append(draft)
        told: dict[str, list[tuple[int, datetime]]] = {}
        for (occurrence, _), found in (came.reminded or {}).items():
            told.setdefault(occurrence, []).append(found)
        return cls(sent, drafts, told)


def _stands(
    dates: Dates, asked: Asking, states: States, came: _CameIn, now: datetime
) -> PartStands:
    occurrence, focal = asked.occurrence, asked.part.focal
    sent, drafts = came.sent.get(occurrence.id, ()), came.drafts.get(occurrence.id, ())
    last = sent[-1] if sent else None
    today = local_day(now, asked.part.milestone.timezone)
    person = dates.plan.people.get(focal)
    told, targets = came.told.get(occurrence.id, ()), _targets(dates, asked, states, sent)
    return PartStands(
        occurrence=occurrence.id,
        focal=focal,
        state=_state(asked, states, sent, drafts, today),
        by=last.by if last else "",
        at=last.at if last else None,
        milestones=len(targets),
        confirmed=sum(is_confirmed(asked, one, states) for one in targets),
        reminded=sum(count for count, _ in told),
        last=max((at for _, at in told), default=None),
        away=person is not None and is_away(person, today),
        answers=last.fields if last else {},
    )


def _targets(
    dates: Dates, asked: Asking, states: States, sent: Sequence[Sent]
) -> Sequence[Occurrence]:
    """What is asked for, also what was said to be done by the form itself."""
    mine = {name for one in sent for name in said_of(one.fields)}
    others = {key: one for key, one in states.items() if key not in mine} if mine else states
    found = asking(dates, asked.occurrence, others)
    return found.targets if found else ()


def _state(
    asked: Asking, states: States, sent: Sequence[Sent], drafts: Sequence[Draft], today: date
) -> Answered:
    opens = asked.occurrence.opens
    if sent:
        return "late" if sent[0].late else "answered"
    if is_answered(asked, states, ()):
        return "reported"
    if drafts:
        return "draft"
    return "to come" if opens and opens > today else "open"
