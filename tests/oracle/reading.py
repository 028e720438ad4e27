"""The plan's TOML as plain values; only what the rules need."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.clocks import Quiet
from tests.oracle.dates import Length, Window, read_length, read_window
from tests.oracle.workdays import Workdays

Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the plan."""

    zone: ZoneInfo
    channels: tuple[str, ...]
    delivery: str
    quiet: Quiet | None
    away: tuple[Window, ...]
    deputy: str | None


@dataclass(frozen=True, slots=True)
class Team:
    """A team; `channels` are its own rooms."""

    zone: ZoneInfo
    members: tuple[str, ...]
    lead: str | None
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A `[reminders.NAME]` table with the defaults of When 9 filled in."""

    before: tuple[Length, ...]
    on_the_day: bool
    overdue: Length | None
    at_most: int
    escalate: tuple[tuple[Length, str], ...]
    at: time
    only_working_days: bool
    opening: bool
    date_wanted: Length


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone with the defaults of its track filled in; `needs` are full ids."""

    id: str
    when: Any
    zone: ZoneInfo
    owners: tuple[str, ...]
    watchers: tuple[str, ...]
    policy: Policy
    needs: tuple[str, ...]
    status: str
    roll: str | None
    repeats: str | None
    left_out: tuple[str, ...]
    moved: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the rules look at."""

    workdays: Workdays
    coordinators: tuple[str, ...]
    people: dict[str, Person]
    teams: dict[str, Team]
    milestones: Mapping[str, Milestone]


DEFAULT: Table = {
    "before": ["30 days", "7 days", "1 working day"],
    "on-the-day": True,
    "overdue": {"every": "3 working days", "at-most": 10},
    "at": "09:00",
    "only-working-days": True,
    "date-wanted": "4 weeks",
    "escalate": [],
    "opening": False,
}
OFF: Table = {"before": [], "on-the-day": False, "overdue": None}


def names(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """Read "a" and ["a", "b"] alike."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def windows(values: Sequence[Any]) -> tuple[Window, ...]:
    """Read days and ranges."""
    return tuple(found for value in values if (found := read_window(value)))


def full_id(track: str, name: str) -> str:
    """Turn a milestone's id, short or full, into the full one."""
    return name if "/" in name else f"{track}/{name}"


def merge(whole: Table, part: Table) -> None:
    """Put one document's tables into the whole."""
    for key, value in part.items():
        if isinstance(value, dict):
            merge(whole.setdefault(key, {}), value)
        elif isinstance(value, list):
            whole[key] = whole.get(key, []) + value
        else:
            whole[key] = value


def read_policy(table: Table | None) -> Policy:
    """When 9: what is left out comes from the default, but three keys are then off."""
    full = DEFAULT if table is None else DEFAULT | OFF | table
    overdue = full["overdue"] or {}
    return Policy(
        before=tuple(read_length(text) for text in full["before"]),
        on_the_day=full["on-the-day"],
        overdue=read_length(overdue["every"]) if overdue else None,
        at_most=overdue.get("at-most", DEFAULT["overdue"]["at-most"]),
        escalate=tuple((read_length(step["after"]), step["to"]) for step in full["escalate"]),
        at=time.fromisoformat(full["at"]),
        only_working_days=full["only-working-days"],
        opening=full["opening"],
        date_wanted=read_length(full["date-wanted"]),
    )


def read_person(table: Table, plan_zone: str) -> Person:
    """Read a `[people.ID]` table."""
    start, _, end = table.get("quiet", "").partition("-")
    return Person(
        zone=ZoneInfo(table.get("timezone", plan_zone)),
        channels=names(table.get("channels", ["email"])),
        delivery=table.get("delivery", "immediate"),
        quiet=(time.fromisoformat(start), time.fromisoformat(end)) if start else None,
        away=windows(table.get("away", [])),
        deputy=table.get("deputy"),
    )


def read_team(table: Table, plan_zone: str) -> Team:
    """Read a `[teams.ID]` table."""
    return Team(
        zone=ZoneInfo(table.get("timezone", plan_zone)),
        members=names(table.get("members")),
        lead=table.get("lead"),
        channels=names(table.get("channels")),
    )


def read_milestone(name: str, track: Table, own: Table, plan_zone: str, rules: Table) -> Milestone:
    """Read a milestone; owner, watchers, policy and zone default to the track's."""
    table = {key: value for key, value in track.items() if key in INHERITED} | own
    return Milestone(
        id=f"{name}/{own['id']}",
        when=own.get("starts", own.get("due")),
        zone=ZoneInfo(table.get("timezone", plan_zone)),
        owners=names(table.get("owner")),
        watchers=names(table.get("watchers")),
        policy=read_policy(rules.get(table.get("reminders", "default"))),
        needs=tuple(full_id(name, need) for need in own.get("needs", [])),
        status=own.get("status", "planned"),
        roll=own.get("roll"),
        repeats=own.get("repeats"),
        left_out=tuple(str(day) for day in own.get("except", [])),
        moved=own.get("moved", {}),
    )


INHERITED = ("owner", "watchers", "reminders", "timezone")


def read_plan(documents: Sequence[str]) -> Plan:
    """Read the plan's files, in any order."""
    whole: Table = {}
    for document in documents:
        merge(whole, tomllib.loads(document))
    head = whole.get("plan", {})
    zone = head.get("timezone", "UTC")
    weekend = head.get("weekend", ["saturday", "sunday"])
    milestones = [
        read_milestone(name, track, own, zone, whole.get("reminders", {}))
        for name, track in whole.get("tracks", {}).items()
        for own in track.get("milestones", [])
    ]
    return Plan(
        workdays=Workdays(weekend, head.get("holidays", []), windows(head.get("closed", []))),
        coordinators=names(head.get("coordinators")),
        people={name: read_person(row, zone) for name, row in whole.get("people", {}).items()},
        teams={name: read_team(row, zone) for name, row in whole.get("teams", {}).items()},
        milestones={milestone.id: milestone for milestone in milestones},
    )
