"""Money on the pages: by track and currency, with totals, in exact numbers."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from config.plan import Plan, Resources
from scheduler.web.app import app
from scheduler.web.money import amount_text, of_track, share_text, tables
from scheduler.web.views import picture
from tests.scheduler.test_feeds import made, milestone
from tests.scheduler.web.conftest import Served
from tests.scheduler.web.shown import MemorySite

NOW = datetime(2024, 4, 10, 9, tzinfo=UTC)


def money(required: str, mobilised: str, currency: str = "USD") -> Resources:
    return Resources(Decimal(required), Decimal(mobilised), currency)


def plan(own: Resources | None, *of_milestones: Resources) -> Plan:
    names = [f"m{number}" for number in range(len(of_milestones))]
    found = made(*(milestone(name) for name in names))
    milestones = {
        key: replace(one, resources=some)
        for (key, one), some in zip(found.milestones.items(), of_milestones, strict=True)
    }
    tracks = {key: replace(one, resources=own) for key, one in found.tracks.items()}
    return replace(found, milestones=milestones, tracks=tracks)


def test_a_track_says_its_own_sum() -> None:
    shown = picture(plan(money("100", "30"), money("50", "0")), {}, (), NOW)
    assert of_track(shown.tracks["one"]) == [money("100", "30")]


def test_else_it_is_the_sum_of_its_milestones_by_currency() -> None:
    parts = money("50.5", "10"), money("1.5", "2"), money("7", "0", "EUR")
    shown = picture(plan(None, *parts), {}, (), NOW)
    assert of_track(shown.tracks["one"]) == [money("7", "0", "EUR"), money("52.0", "12")]
    assert [one.currency for one in tables(shown)] == ["EUR", "USD"]


def test_the_gap_of_all_is_the_sum_of_gaps() -> None:
    shown = picture(plan(money("100", "150")), {}, (), NOW)
    (table,) = tables(shown)
    line = table.lines[0]
    more = replace(table, lines=(line, replace(line, money=money("80", "20"))))
    assert more.gap == Decimal(60)


@pytest.mark.parametrize(
    ("some", "said"),
    [
        (money("100", "30"), "30%"),
        (money("3", "2"), "66%"),
        (money("1000", "999"), "99%"),
        (money("100", "120"), "120%"),
        (money("0", "0"), ""),
    ],
)
def test_shares_are_rounded_down(some: Resources, said: str) -> None:
    assert share_text(some, "en") == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "USD\u00a01,200,000"),
        ("fr", "1\u202f200\u202f000\u00a0USD"),
        ("zh", "USD\u00a01,200,000"),
    ],
)
def test_amounts_are_written_as_the_language_does(language: str, said: str) -> None:
    assert amount_text(Decimal(1200000), "USD", language) == said


def test_the_pages_show_it(served: tuple[Served, httpx.Client]) -> None:
    passing, client = served
    passing.inner = app(MemorySite(plan(money("1200000", "450000")), NOW))
    for path in ("/", "/tracks/one"):
        text = client.get(path).text.replace("\u00a0", " ")
        for said in ("USD 1,200,000", "USD 450,000", "37%", "USD 750,000"):
            assert said in text
    assert "Total" not in client.get("/").text, "one line needs no total"


def test_without_money_nothing_is_said_of_it(served: tuple[Served, httpx.Client]) -> None:
    passing, client = served
    passing.inner = app(MemorySite(made(milestone("m")), NOW))
    assert "Money" not in client.get("/").text
