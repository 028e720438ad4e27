"""A kept page changes when a day begins in the zone of a milestone, or a request closes."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from scheduler.web.app import app
from scheduler.web.days import Days
from tests.scheduler.test_feeds import made, milestone
from tests.scheduler.web.conftest import Served
from tests.scheduler.web.shown import MemorySite

BEFORE = datetime(2024, 4, 30, 11, 30, tzinfo=UTC)
"""Half an hour before midnight in Auckland, in the afternoon in Nairobi."""
REQUEST = '[requests.round]\ntitle = "R"\nopens = 2024-04-20\ncloses = 2024-04-30T15:00:00\n'


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("/tracks/one/draft", "Planned", "Late"),
        ("/api/milestones/one/draft", '"status":"planned"', '"status":"late"'),
    ],
)
def test_a_day_begins_in_the_zone_of_the_milestone(
    served: tuple[Served, httpx.Client], path: str, before: str, after: str
) -> None:
    passing, client = served
    site = MemorySite(made(milestone("draft", more='timezone = "Pacific/Auckland"')), BEFORE)
    passing.inner = app(site)
    first = client.get(path)
    assert before in first.text
    site.at += timedelta(hours=1)
    known = {"If-Modified-Since": first.headers.get("Last-Modified", "")}
    assert after in client.get(path, headers=known).text


def test_a_request_closes_at_its_time(served: tuple[Served, httpx.Client]) -> None:
    passing, client = served
    plan = made(milestone("draft", more='owner = "bo"'), extra=REQUEST)
    site = MemorySite(plan, BEFORE)
    passing.inner = app(site)
    assert "not answered yet" not in client.get("/").text
    site.at += timedelta(hours=1)
    assert "not answered yet" in client.get("/").text


def test_while_nothing_begins_nothing_is_another_state() -> None:
    site = MemorySite(made(milestone("draft")), BEFORE)
    days = Days(site)
    first = days.state()
    site.at += timedelta(hours=9)
    assert days.state() == first
    assert days.began() == datetime(2024, 4, 29, 21, tzinfo=UTC)
    site.at += timedelta(hours=1)
    assert days.state() != first
