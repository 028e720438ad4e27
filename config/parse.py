"""PURE. The merged documents -> the tables of the plan as read, with every fault in them.

A table with a fault is read without its bad keys, so that the rest of it is still checked. Names
that tables refer to are looked up by `config.references`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from pydantic import ValidationError

from config.complaints import bad_keys, complaints, toml
from config.documents import Fault, Merged
from config.fields import ID, ID_FORM, as_id, kind_of
from config.plan import COORDINATORS, LEAD
from config.positions import Path
from config.problems import listed, nearest
from config.request_shapes import RequestShape
from config.service_shapes import ServiceShape
from config.shapes import (
    CalendarShape,
    MessagesShape,
    PersonShape,
    PlanShape,
    PolicyShape,
    RepliesShape,
    Shape,
    TeamShape,
)
from config.track_shapes import MilestoneShape, TrackShape

TABLES = ("plan", "people", "teams", "channels", "reminders", "calendars", "replies", "messages",
          "service", "requests", "tracks")  # fmt: skip
LATER = ("feeds", "pages")
"""Tables of the format that this version does not read."""
ONE = {
    "people": "a person",
    "teams": "a team",
    "channels": "a channel",
    "reminders": "a reminder policy",
    "calendars": "a calendar",
    "requests": "an update request",
    "tracks": "a track",
}
S = TypeVar("S", bound=Shape)


def _no_plan() -> PlanShape:
    return PlanShape.model_validate({})


@dataclass(frozen=True, slots=True)
class Written:
    """A milestone as written, and where."""

    id: str
    track: str
    path: Path
    shape: MilestoneShape
    keys: frozenset[str]


@dataclass
class Tables:
    """All tables of a plan as read. `faults` grows while they are read and checked."""

    plan: PlanShape = field(default_factory=_no_plan)
    people: dict[str, PersonShape] = field(default_factory=dict)
    teams: dict[str, TeamShape] = field(default_factory=dict)
    channels: dict[str, Mapping[str, object]] = field(default_factory=dict)
    policies: dict[str, PolicyShape] = field(default_factory=dict)
    calendars: dict[str, CalendarShape] = field(default_factory=dict)
    replies: RepliesShape | None = None
    messages: MessagesShape | None = None
    service: ServiceShape | None = None
    requests: dict[str, RequestShape] = field(default_factory=dict)
    tracks: dict[str, TrackShape] = field(default_factory=dict)
    milestones: dict[str, Written] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    doubtful: set[Path] = field(default_factory=set)
    """Keys with a fault: it is not known whether they are there, nor what they say."""

    def of_track(self, name: str) -> list[str]:
        """The full ids of a track's milestones, in the order written."""
        return self._by_track.get(name, [])

    @cached_property
    def _by_track(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for it in self.milestones.values():
            found.setdefault(it.track, []).append(it.id)
        return found

    def read(self, shape: type[S], raw: object, path: Path) -> S:
        """One table as its shape, without the keys that have a fault."""
        try:
            return shape.model_validate(raw)
        except ValidationError as error:
            self.faults.extend(complaints(shape, error, path))
            bad = set(bad_keys(shape, error))
            self.doubtful |= {(*path, key) for key in bad}
            return _repaired(shape, raw, bad)


def parse(merged: Merged) -> Tables:
    """The tables of the plan; what is wrong with each is in their `faults`."""
    tables = Tables()
    data = merged.data
    tables.faults.extend(_unknown_tables(data))
    _read_single(tables, data)
    for name, raw in _each(tables, data, "people"):
        tables.people[name] = tables.read(PersonShape, raw, ("people", name))
    for name, raw in _each(tables, data, "teams"):
        tables.teams[name] = tables.read(TeamShape, raw, ("teams", name))
    for name, raw in _each(tables, data, "channels"):
        tables.channels[name] = raw
    for name, raw in _each(tables, data, "reminders"):
        tables.policies[name] = tables.read(PolicyShape, raw, ("reminders", name))
    for name, raw in _each(tables, data, "calendars"):
        tables.calendars[name] = tables.read(CalendarShape, raw, ("calendars", name))
    for name, raw in _each(tables, data, "requests"):
        tables.requests[name] = tables.read(RequestShape, raw, ("requests", name))
        if "closes" not in raw:
            tables.doubtful.add(("requests", name, "closes"))
    for name, raw in _each(tables, data, "tracks"):
        _read_track(tables, name, raw)
    return tables


def _read_single(tables: Tables, data: Mapping[str, object]) -> None:
    """The tables of which there is one."""
    if "plan" in data:
        tables.plan = tables.read(PlanShape, data["plan"], ("plan",))
    if "replies" in data:
        tables.replies = tables.read(RepliesShape, data["replies"], ("replies",))
    if "messages" in data:
        tables.messages = tables.read(MessagesShape, data["messages"], ("messages",))
    if "service" in data:
        tables.service = tables.read(ServiceShape, data["service"], ("service",))


def _repaired(shape: type[S], raw: object, bad: set[str]) -> S:
    """The table without its bad keys, and with a stand-in for those it must have."""
    kept = {key: it for key, it in raw.items() if key not in bad} if isinstance(raw, dict) else {}
    for field_ in shape.model_fields.values():
        if field_.is_required() and field_.alias and field_.alias not in kept:
            kept[field_.alias] = "unknown"
    return shape.model_validate(kept)


def _unknown_tables(data: Mapping[str, object]) -> Iterator[Fault]:
    for key in data:
        if key in LATER:
            message = f"[{key}] is not read by this version"
            yield Fault((key,), message, "nothing of it has an effect", "key", "warning")
        elif key not in TABLES:
            yield Fault((key,), f"`{key}` is no table of the plan", _table_hint(key), "key")


def _table_hint(key: str) -> str:
    if key in PlanShape.key_names():
        return "it belongs under the header [plan]"
    if near := nearest(key, TABLES + LATER):
        return f"did you mean [{near}]?"
    return f"the tables are {listed([f'[{table}]' for table in TABLES])}"


def _each(
    tables: Tables, data: Mapping[str, object], key: str
) -> Iterator[tuple[str, dict[str, object]]]:
    """The tables under a top-level key, by their ids."""
    found = data.get(key, {})
    if not isinstance(found, dict):
        message = f"`{key}` takes a table for {ONE[key]} each, not {kind_of(found)}"
        tables.faults.append(Fault((key,), message, f"write [{key}.ID]", "key"))
        return
    for name, raw in found.items():
        tables.faults.extend(_id_faults(key, name))
        if isinstance(raw, dict):
            yield name, raw
        else:
            message = f"`{key}.{name}` takes the table of {ONE[key]}, not {kind_of(raw)}"
            tables.faults.append(
                Fault((key, name), message, f"write [{key}.{name}] and its keys under it", "key")
            )


def _id_faults(key: str, name: str) -> Iterator[Fault]:
    if not ID.fullmatch(name):
        hint = as_id(name, "write") or f"an id is {ID_FORM}"
        yield Fault((key, name), f"{toml(name)} is no id: an id is {ID_FORM}", hint, "key")
    if key in ("people", "teams") and name in (LEAD, COORDINATORS):
        message = f'"{name}" cannot be the id of {ONE[key]}: escalations use the word'
        yield Fault((key, name), message, "choose another id", "key")


def _read_track(tables: Tables, name: str, raw: dict[str, object]) -> None:
    path: Path = ("tracks", name)
    own = {key: it for key, it in raw.items() if key != "milestones"}
    tables.tracks[name] = tables.read(TrackShape, own, path)
    found = raw.get("milestones", [])
    if not isinstance(found, list):
        message = f"`milestones` takes a list of tables, not {kind_of(found)}"
        hint = f"write [[tracks.{name}.milestones]] in double brackets"
        tables.faults.append(Fault((*path, "milestones"), message, hint, "key"))
        return
    for index, milestone in enumerate(found):
        _read_milestone(tables, name, milestone, (*path, "milestones", index))


def _read_milestone(tables: Tables, track: str, raw: object, path: Path) -> None:
    if not isinstance(raw, dict):
        message = f"a milestone is a table, not {kind_of(raw)}"
        hint = f"write [[tracks.{track}.milestones]]"
        tables.faults.append(Fault(path, message, hint))
        return
    shape = tables.read(MilestoneShape, raw, path)
    known = isinstance(raw.get("id"), str) and ID.fullmatch(str(raw["id"])) is not None
    full = f"{track}/{shape.id if known else f'unknown-{path[-1]}'}"
    if full in tables.milestones:
        first = (*tables.milestones[full].path, "id")
        message = f'the milestone "{shape.id}" is defined twice, first in {{place}}'
        tables.faults.append(Fault((*path, "id"), message, "choose another id", other=first))
        full = f"{full}-{path[-1]}"
    tables.milestones[full] = Written(full, track, path, shape, frozenset(raw))
