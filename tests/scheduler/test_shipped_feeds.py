"""The feed of every scope of the shipped plan, before the judges of calendars."""

from datetime import UTC, datetime

import pytest

from calendars.feeds.ical import write
from scheduler.feeds import KINDS, History, Scope, calendar, known_ids, scope_name
from scheduler.stamps import Stamp
from scheduler.standing import State
from tests.calendars.feeds.judges import by_ical, by_icalendar, by_khal, by_octets
from tests.scheduler.web.shown import START, shipped

PLAN = shipped()
SCOPES = [Scope("all"), *(Scope(kind, one) for kind in KINDS for one in known_ids(PLAN, kind))]
REPORTED = {
    "smart-cities/zero-draft": State("done", 100, at=START),
    "smart-cities/strasbourg": State("at-risk", 40, "Two regions are open.", START),
    "world-cleanup-day/day@2024-09-20": State("cancelled", at=START),
}
NOW = datetime(2024, 3, 25, 9, tzinfo=UTC)


def feed(scope: Scope) -> bytes:
    """The bytes of a scope's feed, with private ones for people."""
    history = History(REPORTED, dict.fromkeys(PLAN.milestones, Stamp(START, START, 1)))
    made = calendar(PLAN, scope, history, NOW, private=scope.kind == "person")
    written = write(made.calendar)
    assert not written.broken
    assert made.calendar.name == scope_name(PLAN, scope)
    return written.body


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_every_feed_is_accepted(scope: Scope) -> None:
    body = feed(scope)
    by_octets(body)
    assert by_icalendar(body) == by_ical(body)


@pytest.mark.parametrize(
    "scope",
    [
        Scope("all"),
        Scope("track", "smart-cities"),
        Scope("team", "smart-cities"),
        Scope("person", "mei"),
        Scope("tag", "normative"),
    ],
    ids=str,
)
def test_khal_shows_what_icalendar_shows(scope: Scope) -> None:
    body = feed(scope)
    shown = by_khal(body)
    assert shown
    assert shown == by_icalendar(body)
