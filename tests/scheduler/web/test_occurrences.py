"""Pages of milestones that repeat, and of what hangs on one of their dates."""

import re

import httpx
import pytest

from config.plan import Plan
from scheduler.standing import State, States
from scheduler.web.app import app
from tests.scheduler.test_feeds import NOW, made, milestone
from tests.scheduler.web.conftest import Served
from tests.scheduler.web.shown import MemorySite


def page(
    served: tuple[Served, httpx.Client], plan: Plan, path: str, states: States | None = None
) -> str:
    """The middle of a page as of 2 April 2024."""
    passing, client = served
    passing.inner = app(MemorySite(plan, NOW, reported=states or {}))
    text = client.get(path).text
    return text[text.index("<main") : text.index("</main>")]


def plain(text: str) -> str:
    """Without tags, and with single spaces."""
    return " ".join(re.sub("<[^>]*>", " ", text).split())


def test_what_hangs_on_one_date_of_several_is_shown_with_that_date(
    served: tuple[Served, httpx.Client],
) -> None:
    plan = made(
        milestone("talk", "2024-01-15", 'repeats = "monthly"'),
        milestone("then", '"talk@2024-07-15 + 10 days"', 'needs = ["talk@2024-06-15"]'),
    )
    text = plain(page(served, plan, "/tracks/one/then"))
    assert "Its date is counted from The talk (15 July 2024)" in text
    assert "It needs first The talk (15 June 2024) Planned" in text
    assert "Late" in plain(page(served, plan, "/tracks/one/talk"))


def test_a_month_shows_each_date_in_its_own_state(served: tuple[Served, httpx.Client]) -> None:
    plan = made(milestone("talk", "2024-01-15", 'repeats = "monthly"'))
    states = {"one/talk@2024-01-15": State("done")}
    for month, state in (("01", "done"), ("02", "late"), ("06", "planned")):
        text = page(served, plan, f"/calendar?month=2024-{month}", states)
        assert re.findall('class="entry ([^"]*)"', text) == [state]


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ("", "22:00 The talk"),
        ('timezone = "America/New_York"', "22:00 The talk (America/New_York)"),
    ],
)
def test_a_time_of_another_zone_says_which(
    served: tuple[Served, httpx.Client], more: str, shown: str
) -> None:
    plan = made(milestone("talk", "2024-04-15T22:00:00", more))
    found = re.search('<a class="entry.*?</a>', page(served, plan, "/calendar?month=2024-04"))
    assert found
    assert plain(found[0]) == shown


def test_a_month_says_what_is_cancelled(served: tuple[Served, httpx.Client]) -> None:
    plan = made(milestone("talk", "2024-04-15", 'repeats = "monthly"'))
    states = {"one/talk@2024-05-15": State("cancelled")}
    for number, shown in (("04", "The talk"), ("05", "The talk Cancelled")):
        text = page(served, plan, f"/calendar?month=2024-{number}", states)
        found = re.search('<a class="entry.*?</a>', text)
        assert found
        assert plain(found[0]) == shown


def test_the_months_of_25_years_show_what_repeats(served: tuple[Served, httpx.Client]) -> None:
    plan = made(milestone("talk", "2024-01-15", 'repeats = "monthly"'), milestone("far", '"2150"'))
    for month, talks, far in (("2049-03", True, False), ("2049-05", False, False),
                              ("2150-05", False, True)):  # fmt: skip
        text = page(served, plan, f"/calendar?month={month}")
        assert ("The talk" in text, "The far" in text) == (talks, far)
