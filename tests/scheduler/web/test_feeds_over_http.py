"""The feeds as calendar programs fetch them: every rule of a feed over HTTP."""

import gzip
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import httpx
import pytest
from icalendar import Calendar as Read

from calendars.feeds.ical import write
from scheduler.feeds import History, Scope, calendar, feed_path, parse_scope
from scheduler.standing import State
from scheduler.web.links import private_path
from tests.scheduler.test_feeds import NOW, made, milestone
from tests.scheduler.web.shown import MemorySite

ALL = "/calendars/all.ics"


@pytest.fixture
def site() -> MemorySite:
    """Thirty milestones and a secret one, all owned by one team."""
    many = [milestone(f"step-{number}") for number in range(30)]
    plan = made(*many, milestone("secret", more="public = false"), milestone("open", '"tbc"'))
    return MemorySite(plan, NOW, changed_at=NOW - timedelta(days=3))


def test_the_headers_of_a_feed(client: httpx.Client) -> None:
    answer = client.get(ALL)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="all.ics"'
    assert answer.headers["Cache-Control"] == "max-age=900, must-revalidate"
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["X-Milestones-Without-Date"] == "1"
    assert answer.headers["X-Milestones-Outside"] == "0"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(Read.from_ical(answer.content).walk("VEVENT")) == 30


def test_the_same_state_gives_the_same_bytes(client: httpx.Client, site: MemorySite) -> None:
    first = client.get(ALL)
    site.number += 1
    again = client.get(ALL)
    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_change_gives_another_etag(client: httpx.Client, site: MemorySite) -> None:
    first = client.get(ALL)
    site.reported, site.changed_at = {"one/step-1": State("done", at=NOW)}, NOW
    assert client.get(ALL).headers["ETag"] == first.headers["ETag"], "kept until the version moves"
    site.number += 1
    second = client.get(ALL, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]
    assert second.headers["Last-Modified"] == format_datetime(NOW, usegmt=True)


@pytest.mark.parametrize(
    ("named", "status"),
    [
        ("{etag}", 304),
        ('"other", {etag}', 304),
        ("W/{etag}", 304),
        ("*", 304),
        ('"other"', 200),
        ("nonsense", 200),
    ],
)
def test_if_none_match(client: httpx.Client, named: str, status: int) -> None:
    etag = client.get(ALL).headers["ETag"]
    answer = client.get(ALL, headers={"If-None-Match": named.format(etag=etag)})
    assert answer.status_code == status
    assert answer.headers["ETag"] == etag


def test_304_has_no_body_and_says_how_long(client: httpx.Client) -> None:
    etag = client.get(ALL).headers["ETag"]
    answer = client.get(ALL, headers={"If-None-Match": etag})
    assert answer.content == b""
    assert "Content-Type" not in answer.headers
    assert answer.headers["Cache-Control"] == "max-age=900, must-revalidate"
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("seconds", "status"), [(0, 304), (1, 304), (-1, 200)], ids=["same", "later", "earlier"]
)
def test_if_modified_since(client: httpx.Client, seconds: int, status: int) -> None:
    modified = parsedate_to_datetime(client.get(ALL).headers["Last-Modified"])
    since = format_datetime(modified + timedelta(seconds=seconds), usegmt=True)
    assert client.get(ALL, headers={"If-Modified-Since": since}).status_code == status


def test_if_none_match_counts_before_the_date(client: httpx.Client) -> None:
    modified = client.get(ALL).headers["Last-Modified"]
    headers = {"If-None-Match": '"other"', "If-Modified-Since": modified}
    assert client.get(ALL, headers=headers).status_code == 200
    for none in ("yesterday", "Mon, 01 Jan 99999999999 00:00:00 GMT"):
        assert client.get(ALL, headers={"If-Modified-Since": none}).status_code == 200


def test_head_has_the_headers_of_get(client: httpx.Client) -> None:
    got, headed = client.get(ALL), client.head(ALL)
    assert headed.status_code == 200
    assert headed.content == b""
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length", "Cache-Control"):
        assert headed.headers[name] == got.headers[name]
    answer = client.head(ALL, headers={"If-None-Match": got.headers["ETag"]})
    assert answer.status_code == 304


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_else_is_allowed(client: httpx.Client, method: str) -> None:
    answer = client.request(method, ALL)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "*", "deflate, *;q=0.1"])
def test_gzip_has_its_own_etag(client: httpx.Client, accepted: str) -> None:
    plain = client.get(ALL)
    packed = client.get(ALL, headers={"Accept-Encoding": accepted})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert int(packed.headers["Content-Length"]) < len(plain.content) / 3
    assert packed.content == plain.content
    for etag in (plain.headers["ETag"], packed.headers["ETag"]):
        headers = {"Accept-Encoding": accepted, "If-None-Match": etag}
        assert client.get(ALL, headers=headers).status_code == 304


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br", "*;q=0", ""])
def test_no_gzip_for_who_does_not_take_it(client: httpx.Client, accepted: str) -> None:
    answer = client.get(ALL, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers


def test_gzip_is_the_same_at_every_time(client: httpx.Client, site: MemorySite) -> None:
    def raw() -> bytes:
        with client.stream("GET", ALL, headers={"Accept-Encoding": "gzip"}) as answer:
            return b"".join(answer.iter_raw())

    first = raw()
    site.number += 1
    assert raw() == first
    assert gzip.decompress(first) == client.get(ALL).content


@pytest.mark.parametrize(
    "path",
    [
        "/calendars/none.ics",
        "/calendars/track/none.ics",
        "/calendars/tag/none.ics",
        "/calendars/person/bo.ics",
        "/calendars/all/x.ics",
        "/calendars/track/one",
    ],
)
def test_there_is_no_such_feed(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/calendars/team/drafters.ics", "/calendars/track/one.ics"])
def test_public_feeds_hold_what_is_public(client: httpx.Client, path: str) -> None:
    text = client.get(path).text
    assert "The step-1" in text
    assert "The secret" not in text


@pytest.mark.parametrize("scope", [Scope("person", "bo"), Scope("team", "drafters")], ids=str)
def test_a_private_feed_holds_everything_of_its_own(
    client: httpx.Client, site: MemorySite, scope: Scope
) -> None:
    path = private_path(site.secret(), scope)
    answer = client.get(path)
    assert answer.status_code == 200
    assert "The secret" in answer.text
    assert answer.headers["Cache-Control"] == "private, max-age=900, must-revalidate"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert path not in answer.text
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cache-Control"].startswith("private")


def test_a_wrong_private_link_is_404_without_a_hint(client: httpx.Client, site: MemorySite) -> None:
    right = private_path(site.secret(), Scope("person", "bo"))
    token = right.split("/")[3]
    wrong = [
        right.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B")),
        right.replace(token, "x"),
        right.replace("/bo.", "/amina."),
        right.replace("/bo.", "/nobody."),
        right.replace("/person/bo", "/track/one"),
        private_path(b"another key", Scope("person", "bo")),
        private_path(site.secret(), Scope("track", "one")),
    ]
    said = {client.get(path).text for path in wrong}
    assert {client.get(path).status_code for path in wrong} == {404}
    assert len(said) == 1
    assert said == {client.get("/no/such/page").text}


def test_renewing_a_link_ends_the_old_one_alone(client: httpx.Client, site: MemorySite) -> None:
    old, other = (private_path(site.secret(), Scope("person", one)) for one in ("bo", "amina"))
    site.renewed = {"bo": 1}
    assert client.get(old).status_code == 404
    assert client.get(private_path(site.secret(), Scope("person", "bo"), 1)).status_code == 200
    assert client.get(other).status_code == 200


def test_a_span_and_windows_can_be_asked_for(client: httpx.Client, site: MemorySite) -> None:
    site.the_plan = made(milestone("draft", '"2024-Q2"'), milestone("far", '"2030"'))
    site.number += 1
    assert len(Read.from_ical(client.get(ALL).content).walk("VEVENT")) == 1
    wide = client.get(ALL, params={"from": "2024-01-01", "until": "2030-12-31", "windows": "1"})
    assert len(Read.from_ical(wide.content).walk("VEVENT")) == 4
    assert wide.headers["X-Milestones-Outside"] == "0"
    assert client.get(ALL).headers["X-Milestones-Outside"] == "1"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=yesterday", "`from` takes a day such as 2024-03-21"),
        ("until=2024-02-30", "`until` takes a day such as 2024-03-21"),
        ("until=9999-01-01", "`until` takes a day"),
        ("from=2024-05-02&until=2024-05-01", "`until` lies before `from`: swap them"),
        ("windows=yes", "`windows` is 0 or 1"),
    ],
)
def test_what_cannot_be_read_is_said(client: httpx.Client, query: str, said: str) -> None:
    answer = client.get(f"{ALL}?{query}")
    assert answer.status_code == 400
    assert said in answer.text


def test_last_modified_never_goes_back(client: httpx.Client, site: MemorySite) -> None:
    site.the_plan = made(
        milestone("past", '"2024-01-10"'),
        milestone("ahead", '"2026-05-01"'),
        milestone("weekly", "2024-04-03", 'repeats = "weekly"'),
    )
    last, etag = datetime(2000, 1, 1, tzinfo=UTC), ""
    for day in range(60):
        site.at = NOW + timedelta(days=day)
        answer = client.get(ALL)
        modified = parsedate_to_datetime(answer.headers["Last-Modified"])
        assert modified >= last
        if etag and answer.headers["ETag"] != etag:
            assert modified > last, "another body, so a client that asks by date must see it"
        last, etag = modified, answer.headers["ETag"]


def test_the_bytes_are_those_of_the_writer(client: httpx.Client, site: MemorySite) -> None:
    plan = site.plan()
    history = History(site.states(), site.stamps(), site.gone())
    scope = parse_scope("track:one", plan)
    expected = write(calendar(plan, scope, history, site.now()).calendar).body
    assert client.get("/calendars/track/one.ics").content == expected


@pytest.mark.parametrize("tag", ["égalité", "a/b", 'say "so"', "100 %", "?x#y", "住房"])
def test_any_tag_has_a_feed(client: httpx.Client, site: MemorySite, tag: str) -> None:
    plan = made(milestone("draft"))
    tagged = replace(plan.milestones["one/draft"], tags=(tag,))
    site.the_plan = replace(plan, milestones={"one/draft": tagged})
    answer = client.get(feed_path(Scope("tag", tag)))
    assert answer.status_code == 200
    assert "The draft" in answer.text
    assert answer.headers["Content-Disposition"].isascii()
    (link,) = re.findall(
        r'href="http[^"]+(/calendars/tag/[^"]+\.ics)"', client.get("/subscribe").text
    )
    assert client.get(link).content == answer.content
