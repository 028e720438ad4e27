"""PURE. The tables as read -> the plan's values, with every default filled in."""

from collections.abc import Iterable
from datetime import date

from calendars.dates import TBC, DateError, parse_due
from config.fields import slug
from config.parse import Tables, Written
from config.plan import (
    BUILT_IN_POLICY,
    DEFAULT_POLICY,
    Channel,
    Escalation,
    Milestone,
    Overdue,
    Person,
    Plan,
    Policy,
    Replies,
    Resources,
    Team,
    Track,
    Watched,
)
from config.shapes import PersonShape, PolicyShape, TeamShape
from config.track_shapes import MilestoneShape, ResourcesShape, TrackShape


def build(
    tables: Tables,
    channels: dict[str, Channel],
    calendars: dict[str, Watched] | None = None,
    replies: Replies | None = None,
) -> Plan:
    """The plan of these tables. References are taken as they are written."""
    shape = tables.plan
    milestones = {
        it.id: _milestone(it, tables.tracks[it.track], shape.timezone)
        for it in tables.milestones.values()
    }
    return Plan(
        id=shape.id or slug(shape.name or "") or Plan.id,
        name=shape.name or Plan.name,
        timezone=shape.timezone,
        language=shape.language,
        url=shape.url.rstrip("/") if shape.url else None,
        coordinators=tuple(shape.coordinators),
        coordinators_digest=shape.coordinators_digest,
        holidays=tuple(shape.holidays),
        weekend=frozenset(shape.weekend),
        closed=tuple(shape.closed),
        people={key: _person(key, it, tables) for key, it in tables.people.items()},
        teams={key: _team(key, it, tables) for key, it in tables.teams.items()},
        channels=channels,
        policies={key: _policy(key, it) for key, it in tables.policies.items()},
        tracks={key: _track(key, it, tables) for key, it in tables.tracks.items()},
        milestones=milestones,
        calendars=calendars or {},
        replies=replies,
    )


def spoken(name: str) -> str:
    """The name that something without one goes by: its id in words."""
    words = name.replace("-", " ")
    return words[:1].upper() + words[1:]


def full_id(written: str, track: str) -> str:
    """A reference to a milestone (or an occurrence), full or short inside its track."""
    return written if "/" in written else f"{track}/{written}"


def _person(name: str, shape: PersonShape, tables: Tables) -> Person:
    return Person(
        id=name,
        name=shape.name or spoken(name),
        email=shape.email,
        timezone=shape.timezone or tables.plan.timezone,
        language=shape.language or tables.plan.language,
        channels=once(shape.channels),
        delivery=shape.delivery,
        quiet=shape.quiet,
        away=tuple(shape.away),
        deputy=shape.deputy,
        addresses=dict(shape.addresses),
    )


def _team(name: str, shape: TeamShape, tables: Tables) -> Team:
    return Team(
        id=name,
        name=shape.name or spoken(name),
        members=once(shape.members),
        lead=shape.lead,
        channels=once(shape.channels),
        timezone=shape.timezone or tables.plan.timezone,
        language=shape.language or tables.plan.language,
    )


def _policy(name: str, shape: PolicyShape) -> Policy:
    overdue = shape.overdue
    return Policy(
        id=name,
        before=tuple(dict.fromkeys(shape.before)),
        on_the_day=shape.on_the_day,
        overdue=Overdue(overdue.every, overdue.at_most) if overdue else None,
        escalate=tuple(Escalation(it.after, it.to) for it in shape.escalate),
        at=shape.at or BUILT_IN_POLICY.at,
        only_working_days=shape.only_working_days,
        date_wanted=shape.date_wanted or BUILT_IN_POLICY.date_wanted,
        opening=shape.opening,
        acknowledged=shape.acknowledged or BUILT_IN_POLICY.acknowledged,
    )


def _track(name: str, shape: TrackShape, tables: Tables) -> Track:
    return Track(
        id=name,
        title=shape.title or spoken(name),
        reference=shape.reference,
        url=shape.url,
        owner=once(shape.owner),
        watchers=once(shape.watchers),
        policy=shape.reminders or DEFAULT_POLICY,
        timezone=shape.timezone or tables.plan.timezone,
        tags=once(shape.tags),
        public=shape.public,
        summary=shape.summary,
        resources=_resources(shape.resources),
        milestones=tuple(tables.of_track(name)),
    )


def _milestone(written: Written, track: TrackShape, timezone: str) -> Milestone:
    shape = written.shape
    due = shape.starts or shape.due or TBC
    return Milestone(
        id=written.id,
        track=written.track,
        title=shape.title,
        due=due,
        roll=shape.roll,
        duration=shape.duration,
        repeats=shape.repeats,
        exceptions=frozenset(shape.except_),
        moved=dict(moves(shape)),
        timezone=shape.timezone or track.timezone or timezone,
        location=shape.location,
        owner=once(shape.owner if shape.owner is not None else track.owner),
        watchers=once([*track.watchers, *shape.watchers]),
        policy=shape.reminders or track.reminders or DEFAULT_POLICY,
        needs=once(full_id(need, written.track) for need in shape.needs),
        status=shape.status,
        percent=shape.percent,
        paragraphs=tuple(shape.paragraphs),
        said=shape.said,
        source=shape.source,
        notes=shape.notes,
        url=shape.url,
        tags=once([*track.tags, *shape.tags]),
        public=track.public if shape.public is None else shape.public,
        resources=_resources(shape.resources),
        review=track.review if shape.review is None else shape.review,
        invite=track.invite if shape.invite is None else shape.invite,
        uid=shape.uid,
        hangs_on=full_id(due.relative.other, written.track) if due.relative else None,
    )


def moves(shape: MilestoneShape) -> list[tuple[date, date]]:
    """The moved occurrences of a milestone: original day, new date."""
    found = []
    for key, to in shape.moved.items():
        day = original_day(key)
        if day:
            found.append((day, to))
    return found


def original_day(key: str) -> date | None:
    """The day that a key of `moved` names; None where it is none."""
    try:
        due = parse_due(key)
    except DateError:
        return None
    return due.last if due.first == due.last else None


def _resources(shape: ResourcesShape | None) -> Resources | None:
    return Resources(shape.required, shape.mobilised, shape.currency) if shape else None


def once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
