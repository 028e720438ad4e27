"""Public pages are kept until something changes, and never for somebody else."""

import gzip
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from tests.scheduler.web.shown import MemorySite, busy_site

PATHS = (
    "/",
    "/milestones?q=draft",
    "/tracks/smart-cities",
    "/tracks/smart-cities/third-draft",
    "/calendar?month=2024-09",
    "/briefing?from=2024-04-01&until=2024-06-30",
    "/subscribe",
)


@pytest.fixture
def site() -> MemorySite:
    """The shipped plan, not in a rehearsal."""
    return replace(busy_site(), letters=None)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_asked_for_again_by_its_etag(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    again = client.get(path)
    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "no-cache"
    assert again.headers["Content-Language"] == "en"
    assert {one.strip() for one in again.headers["Vary"].split(",")} == {
        "Accept-Encoding", "Accept-Language", "Cookie"
    }  # fmt: skip
    assert "default-src 'none'" in again.headers["Content-Security-Policy"]
    known = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert "Cookie" in known.headers["Vary"]


def test_a_page_is_packed(client: httpx.Client) -> None:
    plain = client.get("/")
    with client.stream("GET", "/", headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) * 3 < len(plain.content)
    assert answer.headers["ETag"] != plain.headers["ETag"]


def test_what_changes_is_shown_at_once(client: httpx.Client, site: MemorySite) -> None:
    path = "/tracks/smart-cities/third-draft"
    first = client.get(path)
    milestone = site.the_plan.milestones["smart-cities/third-draft"]
    milestones = {**site.the_plan.milestones, milestone.id: replace(milestone, title="A new name")}
    site.the_plan = replace(site.the_plan, milestones=milestones)
    site.number += 1
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert "A new name" in again.text


def test_a_new_day_is_shown_without_a_change(client: httpx.Client, site: MemorySite) -> None:
    assert "in 59 days" in client.get("/").text
    site.at += timedelta(days=1)
    assert "in 58 days" in client.get("/").text


def test_each_reader_has_her_language(client: httpx.Client) -> None:
    english = client.get("/subscribe")
    french = client.get("/subscribe", headers={"Accept-Language": "fr"})
    assert french.headers["Content-Language"] == "fr"
    assert french.headers["ETag"] != english.headers["ETag"]
    assert client.get("/subscribe").content == english.content
    for _ in range(2):
        client.cookies.clear()
        chosen = client.get("/subscribe?lang=ar")
        assert chosen.headers["Content-Language"] == "ar"
        assert chosen.cookies["lang"] == "ar", "remembered, kept page or not"


def test_each_host_has_its_addresses(client: httpx.Client) -> None:
    for host in ("one.example.org", "two.example.org", "one.example.org"):
        assert (
            f"http://{host}/calendars/all.ics"
            in client.get("/subscribe", headers={"Host": host}).text
        )


def test_who_comes_with_another_cookie_gets_her_own_page(client: httpx.Client) -> None:
    assert "ETag" in client.get("/").headers
    answer = client.get("/", headers={"Cookie": "console=somebody", "Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert "Content-Encoding" not in answer.headers


def test_a_long_question_is_not_kept(client: httpx.Client) -> None:
    assert "ETag" in client.get(f"/?x={'y' * 198}").headers
    assert "ETag" not in client.get(f"/?x={'y' * 199}").headers


def test_a_refusal_is_not_kept(client: httpx.Client, site: MemorySite) -> None:
    for _ in range(2):
        assert client.get("/milestones?status=lost").status_code == 400
        answer = client.get("/tracks/smart-cities/nothing")
        assert answer.status_code == 404
        assert "ETag" not in answer.headers


def test_a_rehearsal_keeps_none(client: httpx.Client, site: MemorySite) -> None:
    site.letters = busy_site().letters
    assert "ETag" not in client.get("/").headers
