"""The public pages: what they say, what they do not say, and the headers they carry."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import httpx
import pytest
from markupsafe import escape

from scheduler.standing import Slip, State
from scheduler.web.app import app
from tests.scheduler.test_feeds import NOW, made, milestone
from tests.scheduler.web.conftest import Served
from tests.scheduler.web.odd import empty_site
from tests.scheduler.web.shown import MemorySite, busy_site, shipped

PUBLIC = (
    "/",
    "/tracks/smart-cities",
    "/tracks/smart-cities/zero-draft",
    "/tracks/safer-cities/cairo-meeting",
    "/calendar",
    "/calendar?month=2024-09",
    "/subscribe",
)
MAIL = ("/mailbox", "/mailbox/1", "/mailbox/1/html")


@pytest.mark.parametrize("path", [*PUBLIC, "/mailbox", "/mailbox/1", "/no/such/page"])
def test_every_page_is_whole(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == (404 if "no" in path.split("/") else 200)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    text = answer.text
    assert text.startswith("<!doctype html>")
    assert '<html lang="en" dir="ltr">' in text
    assert re.search(r"<title>.+ · UN-Habitat Assembly resolutions</title>", text)
    assert text.count("<h1>") == 1
    assert "{{" not in text
    assert not re.search(r"\son\w+=|\sstyle=|<style|<script(?! src=)", text), "nothing inline"


@pytest.mark.parametrize("path", ["/", "/milestones"])
def test_a_plan_without_anything_says_so(served: tuple[Served, httpx.Client], path: str) -> None:
    passing, client = served
    passing.inner = app(empty_site())
    text = client.get(path).text
    assert "Nothing has been published yet." in text
    assert "<thead>" not in text
    assert "Leave a filter out" not in text


@pytest.mark.parametrize("path", [*PUBLIC, "/mailbox", "/health", "/calendars/all.ics", "/nix"])
def test_every_answer_is_guarded(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Server" not in headers


@pytest.mark.parametrize("path", PUBLIC)
def test_no_person_is_named_in_public(client: httpx.Client, site: MemorySite, path: str) -> None:
    text = client.get(path).text
    if path == "/":
        text = text[text.index("<main") :]
    for person in site.plan().people.values():
        assert person.name not in text
        assert person.email is None or person.email not in text


def test_nothing_of_what_is_not_public_is_shown(served: tuple[Served, httpx.Client]) -> None:
    needs = 'needs = ["secret"]'
    plan = made(
        milestone("secret", more="public = false"),
        milestone("hidden", '"tbc"', "public = false"),
        milestone("draft", more=needs),
        milestone("counted", '"secret + 2 weeks"'),
        milestone("waiting", '"hidden"'),
    )
    passing, client = served
    passing.inner = app(MemorySite(plan, NOW))
    names = ("draft", "counted", "waiting")
    pages = ["/", "/tracks/one", "/calendar", "/subscribe", "/calendars/all.ics"]
    for path in [*pages, *(f"/tracks/one/{name}" for name in names)]:
        assert not re.search("The (secret|hidden)", client.get(path).text)
    assert "another milestone" in client.get("/tracks/one/counted").text
    assert client.get("/tracks/one/secret").status_code == 404
    passing.inner = app(MemorySite(made(milestone("draft"), extra="public = false\n"), NOW))
    assert client.get("/tracks/one").status_code == 404
    assert "/tracks/one" not in client.get("/subscribe").text


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "a & b < c", '" onload="x', "&amp;"]
)
def test_a_hostile_title_stays_text(served: tuple[Served, httpx.Client], title: str) -> None:
    plan = made(milestone("draft"))
    hostile = replace(plan.milestones["one/draft"], title=title, said=title, notes=title)
    track = replace(plan.tracks["one"], title=title)
    plan = replace(plan, name=title, milestones={"one/draft": hostile}, tracks={"one": track})
    passing, client = served
    passing.inner = app(MemorySite(plan, NOW))
    for path in ("/", "/tracks/one", "/tracks/one/draft", "/calendar?month=2024-04", "/subscribe"):
        text = client.get(path).text.partition("<footer")[0]
        shown = str(escape(title))
        assert shown in text
        assert title == shown or title not in text.replace(shown, "")


def test_the_overview_says_what_comes_and_what_is_late(client: httpx.Client) -> None:
    text = client.get("/").text
    assert text.index("Second draft") < text.index("Third draft")
    assert "August 2024" in text
    assert "GCF accreditation, Stage 1 submission" in text
    assert "3 days late" in text
    assert re.search(r"<dt>Milestones</dt><dd>73</dd>", text), "one of 74 is cancelled"


def test_the_overview_shows_the_rehearsal(client: httpx.Client, site: MemorySite) -> None:
    text = client.get("/").text
    assert "Wednesday 3 July 2024" in text
    assert "a day a second" in text
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in text
    newest = max(site.letters.messages(), key=lambda one: one.date) if site.letters else None
    assert newest is not None
    assert newest.subject in text
    paused = client.get("/?pause=1").text
    assert "http-equiv" not in paused
    assert "live.js" not in paused


def test_without_a_rehearsal_there_is_no_mailbox(served: tuple[Served, httpx.Client]) -> None:
    passing, client = served
    passing.inner = app(replace(busy_site(), letters=None))
    for path in MAIL:
        assert client.get(path).status_code == 404
    text = client.get("/").text
    assert "Mailbox" not in text
    assert "http-equiv" not in text
    assert "ehearsal" not in text


def test_a_track_shows_dates_as_promised(client: httpx.Client) -> None:
    text = client.get("/tracks/smart-cities").text
    assert "September 2024, moved to October 2024 on 3 May 2024" in text
    assert "At risk" in text
    assert "40%" in text
    assert "HSP/HA.2/Res.1" in text
    assert 'href="/calendars/track/smart-cities.ics"' in text
    assert text.count("<svg") > 11


def test_a_milestone_shows_how_its_day_was_found(client: httpx.Client) -> None:
    text = client.get("/tracks/smart-cities/zero-draft").text
    assert "The month was promised, so it is due on its last day, Tuesday 30 April 2024." in text
    assert "Zero draft: April 2024" in text
    assert "Briefing to the Bureaux, 21 March 2024" in text
    assert "Circulated to all members." in text
    assert "Reported: Done, 100%" in text


def test_a_milestone_shows_what_hangs_together(client: httpx.Client) -> None:
    text = client.get("/tracks/adequate-housing/announcement").text
    assert "It needs first" in text
    assert "Blocked" in text
    other = client.get("/tracks/executive-board/confirmation").text
    assert "These wait for it" in other
    assert "/tracks/adequate-housing/announcement" in other
    waiting = client.get("/tracks/biodiverse-cities/results-wuf12").text
    assert "with “WUF12”, date to be confirmed" in waiting


@pytest.mark.parametrize(
    ("month", "within", "on_a_day"),
    [
        ("2024-04", "Zero draft", None),
        ("2024-09", None, "World Cleanup Day"),
        ("2025-09", None, "World Cleanup Day"),
    ],
)
def test_a_month_keeps_vague_dates_apart(
    client: httpx.Client, month: str, within: str | None, on_a_day: str | None
) -> None:
    text = client.get(f"/calendar?month={month}").text
    above, _, table = text.partition("On a day")
    if within:
        assert within in above
        assert within not in table
    if on_a_day:
        assert on_a_day in table


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/calendar?month=soon", 400),
        ("/calendar?month=2024-13", 400),
        ("/calendar?month=0001-01", 404),
        ("/calendar?month=9999-12", 404),
        ("/tracks/none", 404),
        ("/tracks/smart-cities/none", 404),
        ("/mailbox/0", 404),
        ("/mailbox/99999999", 404),
        ("/mailbox/" + "9" * 5000, 404),
        ("/mailbox?page=" + "9" * 5000, 404),
        ("/files/" + "9" * 5000 + "/x", 404),
        ("/mailbox?page=0", 404),
        ("/mailbox?page=x", 404),
        ("/static/x/../app.py", 404),
    ],
)
def test_what_is_not_there_is_said(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "Traceback" not in answer.text


def test_a_page_only_answers_get(client: httpx.Client) -> None:
    answer = client.post("/")
    assert answer.status_code == 405
    assert "That cannot be done here" in answer.text


def test_a_failure_shows_no_traceback(served: tuple[Served, httpx.Client]) -> None:
    class Failing(MemorySite):
        def states(self) -> dict[str, State]:
            raise RuntimeError("the password is swordfish")

    passing, client = served
    passing.inner = app(Failing(shipped(), NOW))
    answer = client.get("/")
    assert answer.status_code == 500
    assert "swordfish" not in answer.text
    assert "Something failed on our side" in answer.text


def test_health_is_plain(client: httpx.Client) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.text) == (200, "well\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_assets_are_kept_and_named_by_content(client: httpx.Client) -> None:
    (path,) = set(re.findall(r'href="(/static/[^"]+\.css)"', client.get("/").text))
    answer = client.get(path)
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_every_link_of_every_page_leads_somewhere(client: httpx.Client) -> None:
    waiting, seen = ["/"], {"/"}
    while waiting:
        text = client.get(waiting.pop()).text
        for link in re.findall(r'(?:href|src)="(/[^"#]*)"', text):
            path = link.replace("&amp;", "&")
            if path not in seen and not path.startswith("/calendar?"):
                seen.add(path)
                answer = client.head(path)
                assert answer.status_code == 200, path
                if path.startswith("/tracks/") or path in ("/subscribe", "/calendar"):
                    waiting.append(path)
    assert len(seen) > 120


def test_the_addresses_to_subscribe_are_those_of_the_plan(
    served: tuple[Served, httpx.Client],
) -> None:
    passing, client = served
    passing.inner = app(MemorySite(made(milestone("draft")), NOW))
    text = client.get("/subscribe").text
    assert "https://tracker.example.org/calendars/track/one.ics" in text
    assert "webcal://tracker.example.org/calendars/all.ics" in text
    assert "/person/" not in text
    for program in ("Google", "Outlook", "Apple", "Thunderbird"):
        assert program in text


def test_a_mail_is_framed_without_script(client: httpx.Client) -> None:
    page = client.get("/mailbox/1")
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page.text
    assert "Message-ID" in page.text
    framed = client.get("/mailbox/1/html")
    policy = framed.headers["Content-Security-Policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in framed.text


def test_the_mailbox_has_pages(client: httpx.Client, site: MemorySite) -> None:
    assert site.letters is not None
    every = len(site.letters)
    first = client.get("/mailbox").text
    assert f"{every:,} messages" in first
    assert f'href="/mailbox/{every}"' in first
    last = client.get(f"/mailbox?page={-(-every // 50)}").text
    assert 'href="/mailbox/1"' in last
    assert "http-equiv" not in last


def test_a_date_that_was_set_is_no_slip(served: tuple[Served, httpx.Client]) -> None:
    at = datetime(2024, 3, 28, 9, tzinfo=UTC)
    slip = Slip("one/draft", at, None, "date to be confirmed", date(2024, 4, 30), "30 April 2024")
    passing, client = served
    passing.inner = app(MemorySite(made(milestone("draft")), NOW, slips=[slip]))
    assert "30 April 2024, set on 28 March 2024" in client.get("/tracks/one/draft").text
