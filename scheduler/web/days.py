"""The days that the pages speak of, which change without an edit or a report.

A milestone is due by the days of its own zone, so that a day begins at another instant in each zone
that the plan names; and a request that closes at a time of day closes in between.
"""

from datetime import date, datetime, time
from typing import NamedTuple

from calendars.zones import instant, local_day
from config.plan import Plan
from scheduler.asked import rounds
from scheduler.planning.occurrences import Dates
from scheduler.web.site import Site


class State(NamedTuple):
    """What every page depends on: what has happened, the day in each zone, how many requests have
    closed at a time of day."""

    version: str
    days: tuple[date, ...]
    closed: int


class _Known(NamedTuple):
    """Of one version and its days: the zones, the plan's first, and when timed requests close."""

    version: str
    zones: tuple[str, ...]
    days: tuple[date, ...]
    closes: tuple[datetime, ...]


class Days:
    """The days of a site; several threads may ask at once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known: _Known | None = None

    def state(self) -> State:
        """What the pages depend on now."""
        now, known = self._site.now(), self._renewed()
        return State(known.version, known.days, sum(now > at for at in known.closes))

    def began(self) -> datetime:
        """When that changed last without an edit or a report, UTC."""
        now, known = self._site.now(), self._renewed()
        dates = zip(known.days, known.zones, strict=True)
        begins = [instant(day, time(), name) for day, name in dates]
        return max([*begins, *(at for at in known.closes if at < now)])

    def _renewed(self) -> _Known:
        version, now, known = self._site.version(), self._site.now(), self._known
        if known is None or known.version != version:
            plan = self._site.plan()
            known = _Known(version, _zones(plan), (), ())
        days = tuple(local_day(now, name) for name in known.zones)
        if days != known.days:
            closes = _closes(self._site.plan(), now)
            known = self._known = known._replace(days=days, closes=closes)
        return known


def _zones(plan: Plan) -> tuple[str, ...]:
    dated = (*plan.milestones.values(), *(one.milestone for one in plan.parts.values()))
    others = {one.timezone for one in dated} - {plan.timezone}
    return (plan.timezone, *sorted(others))


def _closes(plan: Plan, now: datetime) -> tuple[datetime, ...]:
    """When the rounds close that have opened, or do so soon, and have a time of day to close at."""
    dates = Dates(plan)
    timed = [one for one in plan.parts.values() if one.milestone.due.instant]
    return tuple({at.starts for one in timed for at in rounds(dates, one, now) if at.starts})
