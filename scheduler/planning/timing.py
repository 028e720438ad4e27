"""PURE. At what instant a reminder's day is: the policy's hour, quiet hours, digests.

The day itself comes from `stages`; who is away is `recipients`'.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from calendars.workdays import Workdays
from calendars.zones import instant, zone
from config.plan import Delivery, Person, Plan, Quiet
from config.request_values import is_request


class Reach(NamedTuple):
    """What planning must know of a recipient: zone, quiet hours, digest and channels."""

    id: str
    timezone: str
    quiet: Quiet | None
    delivery: Delivery
    channels: tuple[str, ...]
    is_person: bool


def reach_of_person(person: Person) -> Reach:
    """How a person is reached."""
    return Reach(
        person.id, person.timezone, person.quiet, person.delivery, person.channels, is_person=True
    )


def reach_of_room(plan: Plan, team: str, channel: str) -> Reach:
    """How a team's own channel is reached: in the team's time zone, at once, at any hour."""
    return Reach(team, plan.teams[team].timezone, None, "immediate", (channel,), is_person=False)


def held(at: datetime, quiet: Quiet | None, timezone: str) -> datetime:
    """`at`, or the end of the quiet hours that it lies in (semantics, When 6)."""
    if quiet is None:
        return at
    local = at.astimezone(zone(timezone))
    clock = local.time()
    if quiet.start <= quiet.end:
        inside, next_day = quiet.start <= clock < quiet.end, False
    else:
        inside = clock >= quiet.start or clock < quiet.end
        next_day = clock >= quiet.start
    if not inside:
        return at
    day = local.date() + timedelta(days=1) if next_day else local.date()
    return max(at, instant(day, quiet.end, timezone))


def digest_day(day: date, delivery: Delivery, workdays: Workdays) -> date:
    """The day on which a digest that covers `day` goes out.

    The same day for a daily one; for a weekly one the first working day of its week, or the next
    one where nobody works that week.
    """
    return day if delivery != "weekly" else workdays.on_or_after(workdays.first_of_week(day))


def message_of(recipient: str, channel: str, at: datetime, apart: str = "") -> str:
    """The name of the message: equal for what is due in the same minute (semantics, Who 4).

    apart: what is in it alone, beside nothing else.
    """
    name = f"{recipient}|{channel}|{minute(at)}"
    return f"{name}|{apart}" if apart else name


def apart(occurrence: str) -> str:
    """What stands in the name of a message that an update request has for itself; else ""."""
    return occurrence if is_request(occurrence) else ""


@lru_cache(maxsize=16_384)
def minute(at: datetime) -> str:
    """The minute of an instant as text."""
    return at.isoformat()[:16]
