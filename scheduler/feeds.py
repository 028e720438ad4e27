"""PURE. Plan and history -> the calendar that a feed publishes, for each scope.

A public feed shows what the public pages show; so a team, which the pages name, has a public
feed of its public milestones, and a private one, by a secret link, of all of them. A person, whom
no page names, has only a private one. Nothing here writes a format or speaks HTTP.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Literal, NamedTuple, Protocol, cast
from urllib.parse import quote

from calendars.durations import add_months
from calendars.entry import AllDay, Calendar, Entry
from calendars.feeds.registry import DEFAULT, FORMATS
from calendars.zones import local_day
from config.plan import Plan
from scheduler.planning.recipients import people_of
from scheduler.remarks import remarks
from scheduler.shown import DAYS_BACK, MONTHS_AHEAD, Basis, Known, Shown, expiry, renewed
from scheduler.stamps import Stamp
from scheduler.standing import States, is_public

Kind = Literal["all", "track", "team", "person", "tag"]
KINDS: tuple[Kind, ...] = ("all", "track", "team", "person", "tag")


class ScopeError(ValueError):
    """A scope that does not exist; the text names the nearest one."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose milestones a feed holds. `id` is "" for all."""

    kind: Kind
    id: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind


class Span(NamedTuple):
    """The days that a feed covers, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Gone:
    """A milestone that is no longer in the plan, as it was last known; `at` in UTC.

    `scheduler.remembered.gone` makes it from what the history keeps.
    """

    milestone: str
    track: str
    owner: tuple[str, ...]
    tags: tuple[str, ...]
    public: bool
    entry: Entry
    at: datetime


class Placed(Protocol):
    """What decides in which feeds something belongs."""

    @property
    def track(self) -> str: ...

    @property
    def owner(self) -> tuple[str, ...]: ...

    @property
    def tags(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class History:
    """What has happened, as far as feeds show it; `stamps` by the milestones' ids."""

    states: States = field(default_factory=dict)
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    gone: Sequence[Gone] = ()


class Published(NamedTuple):
    """A calendar, and how many milestones of its scope it leaves out, and why.

    without_date: those are in it, but not every format can show them. outside: beyond the days
    it covers. otherwise: with a status that was not asked for.
    """

    calendar: Calendar
    without_date: int
    outside: int
    otherwise: int = 0


def tags_of(plan: Plan) -> list[str]:
    """Every tag of the plan's milestones, sorted."""
    return sorted({tag for one in plan.milestones.values() for tag in one.tags})


def known_ids(plan: Plan, kind: Kind) -> list[str]:
    """The ids that a scope of that kind can have."""
    found: dict[Kind, Iterable[str]] = {
        "track": plan.tracks,
        "team": plan.teams,
        "person": plan.people,
        "tag": tags_of(plan),
    }
    return list(found.get(kind, ()))


def parse_scope(text: str, plan: Plan) -> Scope:
    """Read `all`, `track:ID`, `team:ID`, `person:ID` or `tag:NAME`; raises `ScopeError`."""
    kind, _, name = text.partition(":")
    if text == "all":
        return Scope("all")
    if kind not in KINDS or kind == "all" or not name:
        raise ScopeError(
            f'"{text}" is no scope; write all, track:ID, team:ID, person:ID or tag:NAME'
        )
    chosen = cast("Kind", kind)
    known = known_ids(plan, chosen)
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f'did you mean "{kind}:{near[0]}"?' if near else f"there are: {', '.join(known)}"
        raise ScopeError(f'there is no {kind} "{name}"; {hint}')
    return Scope(chosen, name)


def public_scopes(plan: Plan) -> list[Scope]:
    """The scopes whose feed anybody may read and is told of: everything, then the tracks, teams
    and tags that have something public."""
    shown = [one for one in plan.milestones.values() if is_public(plan, one)]
    teams = {owner for one in shown for owner in one.owner}
    tags = {tag for one in shown for tag in one.tags}
    return [
        Scope("all"),
        *(Scope("track", one.id) for one in plan.tracks.values() if one.public),
        *(Scope("team", key) for key in plan.teams if key in teams),
        *(Scope("tag", tag) for tag in sorted(tags)),
    ]


def in_scope(plan: Plan, scope: Scope, milestone: Placed) -> bool:
    """Whether a milestone belongs to a scope; a person's are those she owns, also by a team."""
    match scope.kind:
        case "track":
            return milestone.track == scope.id
        case "team":
            return scope.id in milestone.owner
        case "person":
            return scope.id in milestone.owner or scope.id in people_of(plan, milestone.owner)
        case "tag":
            return scope.id in milestone.tags
    return True


def default_span(plan: Plan, now: datetime) -> Span:
    """90 days back to 24 months ahead, counted in the plan's zone."""
    today = local_day(now, plan.timezone)
    return Span(today - timedelta(days=DAYS_BACK), add_months(today, MONTHS_AHEAD))


class Choice(NamedTuple):
    """Which milestones of a scope: also what is not public; the days covered; only some states,
    where any are named."""

    private: bool
    span: Span
    statuses: Collection[str] = ()


def calendar(
    plan: Plan,
    scope: Scope,
    history: History,
    now: datetime,
    *,
    private: bool = False,
    span: Span | None = None,
    statuses: Collection[str] = (),
) -> Published:
    """The calendar of a scope, its entries in the plan's order and then those that are gone.

    private: also what is not public. statuses: only those, where any are named. The same
    arguments give the same calendar; `now` decides only what lies in the span and what is kept
    no longer, and both by the day. What has no date lies in every span.
    """
    choice = Choice(private, span or default_span(plan, now), statuses)
    known = renewed(basis(plan, history, now, choice.span.last), {}, None)
    return calendar_of(plan, scope, history, now, choice, known)


def calendar_of(
    plan: Plan, scope: Scope, history: History, now: datetime, choice: Choice, known: Known
) -> Published:
    """As `calendar`; `known` are the milestones as `scheduler.shown.renewed` makes them from
    the `basis` of the choice's last day."""
    private, span, statuses = choice
    chosen = list(_chosen(plan, scope, known.values(), private=private))
    inside = [
        one
        for one in chosen
        if (one.only is not None and span.first <= one.only <= span.last) or _in_span(one, span)
    ]
    entries = [
        one.entry
        for one in inside
        if one.entry.state != "cancelled" or _kept(plan, one, history.states, now)
    ]
    gone = _gone(plan, scope, history.gone, now, private=private)
    entries += [one for one in gone if _lies_in(one, span)]
    shown = entries if not statuses else [one for one in entries if _states(one) & set(statuses)]
    outside, otherwise = len(chosen) - len(inside), len(entries) - len(shown)
    head = _header(plan, scope, private=private)
    about = remarks(plan.language, outside=outside, otherwise=otherwise)
    full = replace(head, entries=tuple(shown), description=about)
    return Published(full, sum(one.when is None for one in shown), outside, otherwise)


def basis(
    plan: Plan, history: History, now: datetime, last: date, *, alarms: bool = False
) -> Basis:
    """What the entries of a feed up to its last day are made from."""
    today = local_day(now, plan.timezone)
    return Basis(plan, history.states, history.stamps, today, last, alarms)


def _states(entry: Entry) -> set[str]:
    """The states that it is in; a repeating one may be in several."""
    return {entry.state, *(one.state for one in entry.overrides if one.state)}


def _chosen(plan: Plan, scope: Scope, shown: Iterable[Shown], *, private: bool) -> Iterable[Shown]:
    found = shown if private else (one for one in shown if one.public)
    if scope.kind == "all":
        return found
    return (one for one in found if in_scope(plan, scope, one.milestone))


def _kept(plan: Plan, shown: Shown, states: States, now: datetime) -> bool:
    """Of what was cancelled: False where that is more than 30 days ago."""
    reported = states.get(shown.milestone.id)
    since = reported.at if reported and reported.at else shown.entry.modified
    return not expired(plan, since, now)


def expired(plan: Plan, since: datetime, now: datetime) -> bool:
    """Whether what was cancelled `since` is shown no longer, by the days of the plan's zone."""
    return local_day(now, plan.timezone) >= expiry(plan, since)


def _in_span(shown: Shown, span: Span) -> bool:
    if shown.entry.when is None:
        return True
    return any(span.first <= day <= span.last for day in shown.dues)


def _lies_in(entry: Entry, span: Span) -> bool:
    """Whether the days covered hold what has left the plan; a rule is not looked at."""
    value = entry.when
    if value is None or entry.rrule is not None:
        return True
    if isinstance(value, AllDay):
        return span.first < value.end <= span.last + timedelta(days=1)
    return span.first <= local_day(value.start, value.timezone) <= span.last


def _gone(
    plan: Plan, scope: Scope, gone: Iterable[Gone], now: datetime, *, private: bool
) -> Iterator[Entry]:
    for one in gone:
        again = one.milestone in plan.milestones
        if again or expired(plan, one.at, now):
            continue
        if in_scope(plan, scope, one) and (private or one.public):
            yield one.entry


def feed_path(scope: Scope, token: str = "", form: str = DEFAULT) -> str:
    """The address of a feed on the service, for ever; `token` makes it the private one.

    form: the format, a key of `calendars.feeds.registry.FORMATS`. A slash within a tag is
    encoded, so that no program takes a part of it for a folder.
    """
    private = f"/private/{token}" if token else ""
    name = quote(scope.id, safe="")
    place = f"/{scope.kind}/{name}" if name else f"/{scope.kind}"
    return f"/{FORMATS[form].folder}{private}{place}{FORMATS[form].suffix}"


def scope_name(plan: Plan, scope: Scope) -> str:
    """The name of a scope's calendar."""
    match scope.kind:
        case "track":
            track = plan.tracks[scope.id]
            return f"{track.title} ({track.reference})" if track.reference else track.title
        case "team":
            return f"{plan.name}: {plan.teams[scope.id].name}"
        case "person":
            return f"{plan.name}: {plan.people[scope.id].name}"
        case "tag":
            return f"{plan.name}: {scope.id}"
    return plan.name


def _header(plan: Plan, scope: Scope, *, private: bool) -> Calendar:
    """A calendar without its entries; a secret address is not written into it."""
    base = (plan.url or "").rstrip("/")
    page = f"/tracks/{scope.id}" if scope.kind == "track" else "/"
    return Calendar(
        name=scope_name(plan, scope),
        entries=(),
        url=f"{base}{page}" if base else "",
        source=f"{base}{feed_path(scope)}" if base and not private else "",
        timezone=plan.timezone,
        language=plan.language,
        id=f"{scope}@{plan.id}",
        author=plan.name,
    )
