"""Searching and filtering milestones: what is found, what is refused, links that keep it."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.web.search import NOTHING, STATUSES, Search, SearchError, choices, found, parse
from scheduler.web.views import Picture, picture
from tests.scheduler.test_feeds import made, milestone
from tests.scheduler.web.shown import MemorySite, busy_site

NOW = datetime(2024, 4, 10, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def shown() -> Picture:
    """The shipped plan in the middle of a year."""
    site = busy_site()
    return picture(site.plan(), site.states(), site.slips, site.now())


def ids(shown: Picture, query: str) -> list[str]:
    return [row.milestone.id for row in found(shown, parse(parse_qsl(query), shown))]


def test_without_a_filter_everything_is_found_by_due_day(shown: Picture) -> None:
    rows = found(shown, NOTHING)
    assert len(rows) == len(shown.rows)
    days = [row.occurrence.due or date.max for row in rows]
    assert days == sorted(days)


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("status=late", lambda row: row.state == "late"),
        ("status=late&status=done", lambda row: row.state in ("late", "done")),
        ("track=smart-cities", lambda row: row.milestone.track == "smart-cities"),
        ("tag=normative", lambda row: "normative" in row.milestone.tags),
        ("paragraph=OP4", lambda row: "OP4" in row.milestone.paragraphs),
        ("track=smart-cities&status=planned",
         lambda row: row.milestone.track == "smart-cities" and row.state == "planned"),
    ],
)  # fmt: skip
def test_a_filter_finds_just_what_it_says(shown: Picture, query: str, holds: object) -> None:
    assert callable(holds)
    expected = {row.milestone.id for row in shown.rows.values() if holds(row)}
    assert set(ids(shown, query)) == expected
    assert 0 < len(expected) < len(shown.rows)


def test_words_are_found_whatever_case_and_accents() -> None:
    plan = made(
        milestone("a", more='said = "L’égalité des genres, à Nairobi"'),
        milestone("b", more='notes = "Egalité"'),
        milestone("c", more='tags = ["égalité"]'),
        milestone("d"),
    )
    shown = picture(plan, {}, (), NOW)
    assert ids(shown, "q=EGALITE") == ["one/a", "one/b", "one/c"]
    assert ids(shown, "q=nairobi+egalite") == ["one/a"]
    assert ids(shown, "q=nothing+like+it") == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from=2024-05-01", ["one/may", "one/year"]),
        ("until=2024-04-30", ["one/april", "one/year"]),
        ("from=2024-04-15&until=2024-05-31", ["one/april", "one/may", "one/year"]),
        ("from=2025-01-01", []),
    ],
)
def test_time_asks_for_the_window_as_promised(query: str, expected: list[str]) -> None:
    plan = made(
        milestone("april", '"2024-04"'),
        milestone("may", '"2024-05"'),
        milestone("year", '"2024"'),
        milestone("open", '"tbc"'),
    )
    assert ids(picture(plan, {}, (), NOW), query) == expected


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("status=lost", "`status` takes planned"),
        ("track=smart-citys", 'did you mean "smart-cities"?'),
        ("owner=mei", "`owner` takes one that the plan has"),
        ("tag=nothing", "`tag` takes one that the plan has"),
        ("from=soon", "`from` takes a day such as 2024-03-21"),
        ("until=9999-12-31", "`until` takes a day"),
        ("from=2024-05-01&until=2024-04-01", "`until` lies before `from`: swap them"),
        ("q=" + "a" * 201, "at the most 200 characters"),
        ("&".join(["tag=normative"] * 51), "at the most 50 values"),
    ],
)
def test_what_cannot_be_read_is_said(shown: Picture, query: str, said: str) -> None:
    with pytest.raises(SearchError) as refused:
        parse(parse_qsl(query), shown)
    assert said in str(refused.value)


def test_unknown_names_and_empty_values_are_passed_over(shown: Picture) -> None:
    assert parse([("utm_source", "mail"), ("status", ""), ("q", " ")], shown) == NOTHING


def test_owners_are_teams_and_no_person(shown: Picture) -> None:
    offered = choices(shown)["owner"]
    assert offered
    assert set(offered) <= set(shown.plan.teams)


def test_paragraphs_are_offered_in_their_order() -> None:
    plan = made(milestone("a", more='paragraphs = ["OP10", "OP9", "OP2"]'))
    assert list(choices(picture(plan, {}, (), NOW))["paragraph"]) == ["OP2", "OP9", "OP10"]


def searches() -> st.SearchStrategy[Search]:
    site = busy_site()
    shown = picture(site.plan(), site.states(), site.slips, site.now())
    known = choices(shown)

    def some(name: str) -> st.SearchStrategy[tuple[str, ...]]:
        values = list(known[name])
        chosen = st.sets(st.sampled_from(values), max_size=3)
        return chosen.map(lambda those: tuple(one for one in values if one in those))

    words = st.lists(st.text("aé&=+ü", min_size=1, max_size=5), max_size=3).map(" ".join)
    days = st.none() | st.dates(date(2024, 1, 1), date(2026, 1, 1))
    return st.builds(
        Search,
        text=words,
        status=some("status"),
        track=some("track"),
        owner=some("owner"),
        tag=some("tag"),
        paragraph=some("paragraph"),
        first=days,
        last=st.none() | st.dates(date(2026, 1, 2), date(2030, 1, 1)),
    )


@given(search=searches())
def test_a_link_keeps_what_was_looked_for(search: Search) -> None:
    site = busy_site()
    shown = picture(site.plan(), site.states(), site.slips, site.now())
    again = parse(parse_qsl(search.query()), shown)
    assert again == search
    assert {one.milestone.id for one in found(shown, again)} <= set(shown.rows)


def test_a_value_can_be_taken_out(shown: Picture) -> None:
    search = parse(parse_qsl("q=a&status=late&status=done&from=2024-01-01"), shown)
    assert search.without("status", "late").query() == "q=a&status=done&from=2024-01-01"
    assert search.without("text").query() == "status=late&status=done&from=2024-01-01"
    assert search.without("first").query() == "q=a&status=late&status=done"


@pytest.fixture
def many() -> MemorySite:
    """A plan with more milestones than one page shows."""
    days = [f'"2024-05-{number % 28 + 1:02}"' for number in range(120)]
    return MemorySite(made(*(milestone(f"m{n:03}", day) for n, day in enumerate(days))), NOW)


class TestThePage:
    """`/milestones` over HTTP."""

    def test_it_shows_what_was_found_and_keeps_the_filters(self, client: httpx.Client) -> None:
        text = client.get("/milestones?q=draft&status=late").text
        assert "First draft" in text
        assert "Zero draft" not in text
        assert 'value="draft"' in text
        assert '<option value="late" selected>' in text
        assert 'href="/milestones?status=late"' in text, "the words can be taken out"
        assert 'href="/api/milestones?q=draft&amp;status=late"' in text

    def test_several_values_stay_in_the_form(self, client: httpx.Client) -> None:
        text = client.get("/milestones?status=late&status=done").text
        assert '<input type="hidden" name="status" value="late">' in text
        assert '<input type="hidden" name="status" value="done">' in text

    def test_nothing_found_says_what_to_do(self, client: httpx.Client) -> None:
        answer = client.get("/milestones?q=there+is+none+like+this")
        assert answer.status_code == 200
        assert "No milestone is like that. Leave a filter out." in answer.text

    def test_what_cannot_be_read_is_a_400_with_its_reason(self, client: httpx.Client) -> None:
        answer = client.get("/milestones?status=lost")
        assert answer.status_code == 400
        assert "`status` takes planned" in answer.text

    def test_a_search_is_escaped(self, client: httpx.Client) -> None:
        text = client.get("/milestones", params={"q": '"><script>x</script>'}).text
        assert "<script>x" not in text


class TestPages:
    """More than one page of milestones."""

    @pytest.fixture
    def site(self, many: MemorySite) -> MemorySite:
        return many

    def test_every_milestone_is_on_one_page(self, client: httpx.Client) -> None:
        texts = [client.get(f"/milestones?page={number}").text for number in (1, 2, 3)]
        for number in range(120):
            assert sum(f'href="/tracks/one/m{number:03}"' in text for text in texts) == 1
        assert 'rel="next"' in texts[0]
        assert 'rel="prev"' not in texts[0]
        assert 'href="/milestones" rel="prev"' in texts[1]
        assert 'href="/milestones?page=3" rel="next"' in texts[1]
        assert 'rel="next"' not in texts[2]

    @pytest.mark.parametrize("page", ["0", "99", "two", "-1", ""])
    def test_any_number_gives_a_page(self, client: httpx.Client, page: str) -> None:
        assert client.get(f"/milestones?page={page}").status_code == 200


def test_every_status_has_its_words(client: httpx.Client) -> None:
    text = client.get("/milestones").text
    for status in STATUSES:
        assert f'<option value="{status}">' in text
