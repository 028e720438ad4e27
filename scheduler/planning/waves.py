"""PURE. One stage on its way to one recipient, before it is a reminder on each channel."""

from datetime import date, datetime
from typing import NamedTuple

from config.request_values import is_request
from scheduler.planning.recipients import both
from scheduler.planning.stages import Stage
from scheduler.planning.timing import Reach
from scheduler.planning.values import Occurrence


class Wave(NamedTuple):
    """One stage for one recipient, with its hour; `late` when it is sent at once instead."""

    stage: Stage
    reach: Reach
    day: date
    at: datetime
    late: bool
    behalf: tuple[str, ...]


def is_lead(occurrence: Occurrence, wave: Wave) -> bool:
    """Whether it is sent at once where its time has passed: a lead, or that a request opens."""
    kind = wave.stage.kind
    return kind == "before" or (kind == "opening" and is_request(occurrence.id))


def merged(one: Wave, other: Wave) -> Wave:
    """One stage that reaches somebody on two ways: her own counts before a stand-in's."""
    if not one.behalf or not other.behalf:
        return one if not one.behalf else other
    behalf = both(one.behalf, other.behalf)
    return one._replace(behalf=behalf, at=min(one.at, other.at))


def why_passed(wave: Wave, latest: Wave | None, *, ahead: bool) -> str:
    """Why a stage whose time had passed is not sent."""
    if wave.stage.kind == "before" and latest is not None:
        return (
            f"its time had passed when the date was first known; {latest.stage.name} went at once"
        )
    if wave.stage.kind == "before" and not ahead:
        return "its time had passed, and the due day is not ahead any more"
    return "its time had passed when the date was first known"
