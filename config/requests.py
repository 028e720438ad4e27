"""PURE. The update requests of a plan, what is wrong with them, and whom they ask."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

from calendars.durations import DurationError, shift
from calendars.recurrence import RecurrenceError, first
from calendars.workdays import HolidayError, NoWorkingDayError, public_holidays
from config.building import once, spoken
from config.checks_dates import Counter, occurrence_faults
from config.crowding import crowded
from config.documents import Fault
from config.fields import slug
from config.parse import Tables
from config.plan import DEFAULT_POLICY, Milestone, Part, Plan
from config.positions import Path
from config.request_shapes import QuestionShape, RequestShape
from config.request_values import FORTNIGHT, Question, Request, part_id

LONGEST_ID = 40
SETTLED = ("done", "cancelled")


def with_requests(plan: Plan, tables: Tables) -> Plan:
    """The plan with its update requests, and with what of each is for whom."""
    requests = {key: _request(key, it) for key, it in tables.requests.items()}
    return with_parts(replace(plan, requests=requests)) if requests else plan


def with_parts(plan: Plan) -> Plan:
    """The plan with the parts of its requests, as they follow from the rest of it."""
    parts = {
        one.milestone.id: one for request in plan.requests.values() for one in _parts(plan, request)
    }
    return replace(plan, parts=parts)


def _request(name: str, shape: RequestShape) -> Request:
    relative = shape.closes.relative
    return Request(
        id=name,
        title=shape.title or spoken(name),
        text=shape.text or "",
        tracks=once(shape.tracks),
        owners=once(shape.owners),
        questions=tuple(_question(index, it) for index, it in enumerate(shape.questions, 1)),
        opens=shape.opens or FORTNIGHT,
        closes=shape.closes,
        repeats=shape.repeats,
        exceptions=frozenset(shape.except_),
        policy=shape.reminders or DEFAULT_POLICY,
        hangs_on=relative.other if relative else None,
    )


def _question(index: int, shape: QuestionShape) -> Question:
    made = slug(shape.text)[:LONGEST_ID].strip("-") or f"question-{index}"
    return Question(shape.id or made, shape.text, shape.kind, once(shape.choices), shape.required)


# Who is asked


def _parts(plan: Plan, request: Request) -> Iterator[Part]:
    """A part for each who owns something of what a request asks for, in the order met."""
    asked: dict[str, list[str]] = {}
    teams: dict[str, dict[str, None]] = {}
    for milestone in plan.milestones.values():
        if not _asks_for(request, milestone):
            continue
        for owner in milestone.owner:
            for focal in focal_points(plan, owner):
                if request.owners and not {owner, focal} & set(request.owners):
                    continue
                asked.setdefault(focal, []).append(milestone.id)
                if owner in plan.teams:
                    teams.setdefault(focal, {})[owner] = None
    for focal, ids in asked.items():
        yield Part(_deadline(plan, request, focal), request, focal, once(ids),
                   tuple(teams.get(focal, ())))  # fmt: skip


def _asks_for(request: Request, milestone: Milestone) -> bool:
    here = not request.tracks or milestone.track in request.tracks
    return here and milestone.status not in SETTLED


def focal_points(plan: Plan, owner: str) -> tuple[str, ...]:
    """Who answers for an owner: the person, a team's members, or its room where it has none."""
    team = plan.teams.get(owner)
    if team is None:
        return (owner,) if owner in plan.people else ()
    members = tuple(one for one in team.members if one in plan.people)
    return members or ((owner,) if team.channels else ())


def _deadline(plan: Plan, request: Request, focal: str) -> Milestone:
    name = part_id(request.id, focal)
    assert request.closes is not None
    return Milestone(
        id=name,
        track=name.partition("/")[0],
        title=request.title,
        due=request.closes,
        repeats=request.repeats,
        exceptions=request.exceptions,
        timezone=plan.timezone,
        owner=(focal,),
        policy=request.policy,
        public=False,
        review=False,
        hangs_on=request.hangs_on,
        opens=request.opens,
    )


# What is wrong


def request_faults(plan: Plan, tables: Tables) -> Iterator[Fault]:
    """Every fault and warning about update requests, but for names that nothing has."""
    counter = Counter(plan)
    for name, shape in tables.requests.items():
        path: Path = ("requests", name)
        yield from _questions(path, shape)
        if (*path, "closes") in tables.doubtful:
            continue
        yield from _dates(path, name, shape, tables, counter)
        named = {*shape.tracks, *shape.owners} <= {*plan.tracks, *plan.people, *plan.teams}
        if named and not any(part.request.id == name for part in plan.parts.values()):
            message = f'the request "{name}" asks nobody: nothing open in its reach has an owner'
            hint = "look at its `tracks` and `owners`, and at the owners of the milestones"
            yield Fault(path, message, hint, "key", "warning", rests_on="plan")


def _dates(
    path: Path, name: str, shape: RequestShape, tables: Tables, counter: Counter
) -> Iterator[Fault]:
    plan = counter.plan
    found = [*_closes(path, shape, plan), *_opens(path, shape, tables)]
    found += _repeats(path, shape, plan)
    yield from found
    if not found:
        yield from _counted(path, plan.requests[name], counter)


def _questions(path: Path, shape: RequestShape) -> Iterator[Fault]:
    first_of: dict[str, int] = {}
    for index, it in enumerate(shape.questions):
        here: Path = (*path, "questions", index)
        made = _question(index + 1, it).id
        if made in first_of:
            message = f'two questions have the id "{made}", the first of them in {{place}}'
            first_one: Path = (*path, "questions", first_of[made])
            hint = 'give one of them another id: id = "…"'
            yield Fault(here, message, hint, other=first_one)
        first_of.setdefault(made, index)
        if it.kind == "choice" and len(it.choices) < 2:
            message = f'the question "{made}" takes a choice of two or more'
            yield Fault(here, message, 'write choices = ["yes", "in part", "no"]')
        if it.choices and it.kind != "choice":
            message = f"`choices` has no effect: the question is answered by {it.kind}"
            yield Fault((*here, "choices"), message, 'write kind = "choice"', "key", "warning")


def _closes(path: Path, shape: RequestShape, plan: Plan) -> Iterator[Fault]:
    if shape.closes.relative:
        yield from occurrence_faults(plan, shape.closes.relative.other, (*path, "closes"))
    if shape.closes.to_be_confirmed:
        message = '"tbc" is no day on which a request can close'
        yield Fault((*path, "closes"), message, "write a day, or leave the request out until then")


def _opens(path: Path, shape: RequestShape, tables: Tables) -> Iterator[Fault]:
    opens, last = shape.opens, shape.closes.last
    if not isinstance(opens, date) or (*path, "opens") in tables.doubtful:
        return
    if shape.closes.relative:
        message = "`opens` is a day, and `closes` is counted from another date"
        hint = 'write how long before `closes` it opens, such as opens = "2 weeks"'
        yield Fault((*path, "opens"), message, hint)
    elif last and opens > last:
        message = f"it opens on {opens.isoformat()}, after it closes on {last.isoformat()}"
        yield Fault((*path, "opens"), message, "write an earlier day")


def _repeats(path: Path, shape: RequestShape, plan: Plan) -> Iterator[Fault]:
    if shape.repeats is None:
        if shape.except_:
            message = "`except` has no effect: the request does not repeat"
            yield Fault((*path, "except"), message, 'write repeats = "…"', "key", "warning")
        return
    if shape.closes.first is None:
        message = "`repeats` needs a date to repeat from"
        yield Fault((*path, "repeats"), message, "write the first day in `closes`", "key")
        return
    start = shape.closes.instant or datetime.combine(shape.closes.first, time())
    try:
        first(shape.repeats, start.replace(tzinfo=None), plan.timezone)
    except RecurrenceError as error:
        message, _, hint = str(error).partition("; ")
        yield Fault((*path, "repeats"), message, hint)
        return
    found = crowded(shape.repeats, shape.closes, start.replace(tzinfo=None), plan.timezone)
    if found:
        yield Fault((*path, "repeats"), *found, severity="warning")


def _counted(path: Path, request: Request, counter: Counter) -> Iterator[Fault]:
    """A fault where the day of the close, or that of the opening, cannot be counted."""
    key = "closes"
    try:
        last = _closing(request, counter)
        if last is not None:
            public_holidays(counter.plan.holidays, last.year)
            key = "opens"
            if not isinstance(request.opens, date):
                shift(last, request.opens, -1, counter.workdays)
    except (HolidayError, NoWorkingDayError, DurationError) as error:
        yield Fault((*path, key), f"the day cannot be counted: {error}", "")
    except (OverflowError, ValueError):
        yield Fault((*path, key), "the day lies too far away", "write a shorter time")


def _closing(request: Request, counter: Counter) -> date | None:
    """The day of the first close; None where it is not known, or known to be wrong already."""
    if request.closes is None or request.hangs_on is None:
        return request.closes.last if request.closes else None
    try:
        counter.due(request.hangs_on.partition("@")[0])
    except (OverflowError, ValueError):
        return None
    return counter.counted(request.closes, request.hangs_on)
