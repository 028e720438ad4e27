"""PURE. When the coordinators get their digest: one message on how the whole plan stands.

Weekly it is the first working day of the week, daily each working day, at the hour of the default
policy in the zone of whoever gets it. What stands in it is `scheduler.matters`'.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from calendars.zones import instant, local_day
from config.plan import DEFAULT_POLICY, Plan
from scheduler.planning.recipients import people_of, present
from scheduler.planning.timing import digest_day, held
from scheduler.planning.values import Reminder

DIGEST = "coordinators-digest"
"""The stage of these messages."""
COORDINATORS = "coordinators"
"""What stands in place of the occurrence in their identity."""
_REACH = 35
"""So many days are looked back and ahead for a day of a digest: weeks may be without work."""
TOO_OLD = timedelta(days=7)
"""What is later than this is no digest of its week any more."""


class Digests(NamedTuple):
    """What is due of the digests, and when the next will be (UTC; None where there is none).

    overtaken: the identities of earlier ones that one of `due` takes the place of.
    """

    due: list[Reminder]
    overtaken: list[str]
    following: datetime | None


def coordinators_digests(plan: Plan, since: datetime, now: datetime) -> Digests:
    """The digests that came due after `since`, up to `now`; of several for one the latest."""
    every = list(_addressed(plan, now))
    latest: dict[tuple[str, str], Reminder] = {}
    for one in every:
        if max(since, now - TOO_OLD) < one.at <= now:
            latest[one.recipient, one.channel] = one
    overtaken = [
        one.key
        for one in every
        if (chosen := latest.get((one.recipient, one.channel))) and one.day < chosen.day
    ]
    following = min((one.at for one in every if one.at > now), default=None)
    return Digests(list(latest.values()), overtaken, following)


def _addressed(plan: Plan, now: datetime) -> Iterator[Reminder]:
    """All digests around an instant, by day, to each who gets it once a channel."""
    for day in _days(plan, local_day(now, plan.timezone)):
        found: dict[tuple[str, str], Reminder] = {}
        for coordinator in people_of(plan, plan.coordinators):
            for person in present(plan, coordinator, day):
                for channel in plan.people[person].channels:
                    behalf = () if person == coordinator else (coordinator,)
                    found.setdefault((person, channel), _one(plan, day, person, channel, behalf))
        yield from found.values()


def _days(plan: Plan, today: date) -> list[date]:
    """The days of digests around a day; a week without work has that of the next."""
    kind = plan.coordinators_digest
    if kind == "off":
        return []
    around = (today + timedelta(days=number) for number in range(-_REACH, _REACH + 1))
    workdays = plan.workdays
    if kind == "daily":
        return sorted({workdays.on_or_after(day) for day in around})
    return sorted({digest_day(day, kind, workdays) for day in around})


def _one(plan: Plan, day: date, person: str, channel: str, behalf: tuple[str, ...]) -> Reminder:
    who = plan.people[person]
    at = held(instant(day, plan.policy(DEFAULT_POLICY).at, who.timezone), who.quiet, who.timezone)
    return Reminder(
        occurrence=COORDINATORS,
        due=None,
        stage=DIGEST,
        recipient=person,
        channel=channel,
        asked=day,
        milestone="",
        at=at,
        day=day,
        message=f"{person}|{channel}|{DIGEST}|{day.isoformat()}",
        nominal=day,
        late=False,
        behalf=behalf,
    )
