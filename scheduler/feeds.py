"""PURE. Plan and history -> the calendar that a feed publishes, for each scope.

A public feed shows what the public pages show; so a team, which the pages name, has a public
feed of its public milestones, and a private one, by a secret link, of all of them. A person, whom
no page names, has only a private one. Nothing here writes a format or speaks HTTP.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Literal, NamedTuple, Protocol, cast
from urllib.parse import quote

from calendars.durations import add_months
from calendars.entry import Calendar, Entry
from calendars.zones import local_day
from config.plan import Milestone, Plan
from scheduler.entries import entry_of
from scheduler.planning.occurrences import Dates
from scheduler.planning.recipients import people_of
from scheduler.stamps import UNSTAMPED, Stamp
from scheduler.standing import State, States, is_public

DAYS_BACK = 90
MONTHS_AHEAD = 24
KEPT = timedelta(days=30)
"""How long what is cancelled, or gone from the plan, stays in a feed (Change 2)."""

Kind = Literal["all", "track", "team", "person", "tag"]
KINDS: tuple[Kind, ...] = ("all", "track", "team", "person", "tag")
_OUTSIDE = {
    "ar": "خارج الفترة التي يغطيها هذا التقويم، ولذلك لا تظهر هنا: {}",
    "en": "Outside of the days that this calendar covers, so not shown here: {}",
    "es": "Fuera del período que abarca este calendario, por lo que no se muestran aquí: {}",
    "fr": "En dehors de la période couverte par ce calendrier, donc non affichés ici : {}",
    "ru": "Вне срока, который охватывает этот календарь, поэтому здесь не показаны: {}",
    "zh": "不在本日历所涵盖的期间内，故未列出：{}",
}


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
    """A calendar, and how many milestones of its scope it leaves out, and why."""

    calendar: Calendar
    without_date: int
    outside: int


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


def calendar(
    plan: Plan,
    scope: Scope,
    history: History,
    now: datetime,
    *,
    private: bool = False,
    span: Span | None = None,
) -> Published:
    """The calendar of a scope, its entries in the plan's order and then those that are gone.

    private: also what is not public. The same arguments give the same calendar; `now` decides
    only what lies in the span and what is kept no longer, and both by the day.
    """
    chosen = span or default_span(plan, now)
    dates = Dates(plan)
    entries: list[Entry] = []
    undated = outside = 0
    for milestone in _chosen(plan, scope, private=private):
        entry = _entry(dates, milestone, history, chosen)
        if entry.when is None:
            undated += 1
        elif not _in_span(dates, milestone, chosen):
            outside += 1
        elif _kept(plan, entry, history.states.get(milestone.id), now):
            entries.append(entry)
    entries += _gone(plan, scope, history.gone, now, private=private)
    head = _header(plan, scope, private=private)
    about = _OUTSIDE.get(plan.language, _OUTSIDE["en"]).format(outside) if outside else ""
    full = replace(head, entries=tuple(entries), description=about, left_out=undated)
    return Published(full, undated, outside)


def _chosen(plan: Plan, scope: Scope, *, private: bool) -> Iterator[Milestone]:
    for milestone in plan.milestones.values():
        if in_scope(plan, scope, milestone) and (private or is_public(plan, milestone)):
            yield milestone


def _entry(dates: Dates, milestone: Milestone, history: History, span: Span) -> Entry:
    return entry_of(
        dates.plan,
        dates,
        milestone,
        history.states,
        stamp=history.stamps.get(milestone.id, UNSTAMPED),
        horizon=span.last,
    )


def _kept(plan: Plan, entry: Entry, reported: State | None, now: datetime) -> bool:
    """False for what was cancelled more than 30 days ago."""
    if entry.state != "cancelled":
        return True
    since = reported.at if reported and reported.at else entry.modified
    return not expired(plan, since, now)


def expired(plan: Plan, since: datetime, now: datetime) -> bool:
    """Whether what was cancelled `since` is shown no longer, by the days of the plan's zone."""
    return local_day(now, plan.timezone) - local_day(since, plan.timezone) > KEPT


def _in_span(dates: Dates, milestone: Milestone, span: Span) -> bool:
    last = max([span.last, *milestone.moved])
    days = (one.due for one in dates.of(milestone, last))
    return any(day is not None and span.first <= day <= span.last for day in days)


def _gone(
    plan: Plan, scope: Scope, gone: Iterable[Gone], now: datetime, *, private: bool
) -> Iterator[Entry]:
    for one in gone:
        again = one.milestone in plan.milestones
        if again or one.entry.when is None or expired(plan, one.at, now):
            continue
        if in_scope(plan, scope, one) and (private or one.public):
            yield one.entry


def feed_path(scope: Scope, token: str = "") -> str:
    """The address of a feed on the service, for ever; `token` makes it the private one."""
    private = f"/private/{token}" if token else ""
    name = f"/{scope.kind}/{quote(scope.id)}" if scope.id else f"/{scope.kind}"
    return f"/calendars{private}{name}.ics"


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
    )
