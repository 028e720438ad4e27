"""What is answered before it is routed is what the routes answer."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from scheduler.feeds import Scope as Whose
from scheduler.standing import State
from scheduler.web.app import app
from scheduler.web.conditional import body
from scheduler.web.early import LONGEST, Address, Early, Ready
from scheduler.web.links import private_path
from tests.scheduler.test_feeds import NOW, made, milestone
from tests.scheduler.web.shown import MemorySite

ALL = "/calendars/all.ics"
PRIVATE = private_path(b"a key for tests", Whose("team", "drafters"))


@pytest.fixture
def site() -> MemorySite:
    plan = made(*(milestone(f"step-{number}") for number in range(30)))
    return MemorySite(plan, NOW, changed_at=NOW - timedelta(days=3))


def _shown(answer: httpx.Response) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """All of an answer but the time at which it was given."""
    headers = [one for one in answer.headers.raw if one[0].lower() != b"date"]
    return answer.status_code, headers, answer.content


HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Accept-Encoding": "gzip"},
    {"If-None-Match": "*"},
    {"If-None-Match": "{etag}"},
    {"If-None-Match": 'W/"other", {etag}', "Accept-Encoding": "gzip"},
    {"If-None-Match": '"other"'},
    {"If-Modified-Since": "Tue, 02 Apr 2024 09:00:00 GMT"},
    {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"},
    {"If-Modified-Since": "yesterday"},
)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", [ALL, f"{ALL}?lang=fr&windows=1", "/todos/all.ics", PRIVATE])
def test_the_second_answer_is_the_first(client: httpx.Client, method: str, path: str) -> None:
    etag = client.get(path).headers["ETag"]
    statuses = set()
    for number, headers in enumerate(HEADERS):
        asked = {name: value.format(etag=etag) for name, value in headers.items()}
        early = client.request(method, path, headers=asked)
        new = f"{path}{'&' if '?' in path else '?'}never-asked-before={number}-{method}"
        routed = client.request(method, new, headers=asked)
        assert _shown(early) == _shown(routed)
        statuses.add(early.status_code)
    assert statuses == {200, 304}


def test_it_asks_nobody_else() -> None:
    async def nobody(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError("it was routed")

    kept = Ready(body(b"a" * 600, datetime(2024, 1, 1, tzinfo=UTC), {"Content-Type": "text/plain"}))

    def ready(asked: Address) -> Ready | None:
        return kept if asked == ("/a", b"") else None

    sent = _asked(Early(nobody, ready), "GET", "/a")
    assert [one["type"] for one in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 200
    assert sent[1]["body"] == b"a" * 600
    for method, path in (("POST", "/a"), ("GET", "/b")):
        with pytest.raises(AssertionError, match="routed"):
            _asked(Early(nobody, ready), method, path)


def _asked(early: Early, method: str, path: str) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
    asyncio.run(early(scope, receive, send))
    return sent


def test_a_change_is_not_answered_from_before(client: httpx.Client, site: MemorySite) -> None:
    first, second = client.get(ALL), client.get(ALL)
    site.reported, site.changed_at = {"one/step-1": State("done", at=NOW)}, NOW
    site.number += 1
    third = client.get(ALL)
    assert first.content == second.content != third.content
    site.at = NOW + timedelta(days=400)
    assert client.get(ALL).content != third.content


def test_an_ended_link_is_not_answered(client: httpx.Client, site: MemorySite) -> None:
    assert client.get(PRIVATE).status_code == client.get(PRIVATE).status_code == 200
    site.renewed = {"drafters": 1}
    site.number += 1
    assert client.get(PRIVATE).status_code == 404


def test_what_may_be_asked_only_by_get_is_refused_all_the_same(client: httpx.Client) -> None:
    assert client.get(ALL).status_code == 200
    assert client.post(ALL).status_code == 405


def test_a_long_question_is_answered_and_not_kept(site: MemorySite) -> None:
    made_app = app(site)
    assert isinstance(made_app, Early)
    transport = httpx.ASGITransport(made_app)

    async def ask(query: str) -> int:
        async with httpx.AsyncClient(transport=transport, base_url="http://tests") as client:
            return (await client.get(f"{ALL}?{query}")).status_code

    for query in ("x=1", "x=" + "1" * LONGEST, "from=2024-01-01"):
        assert asyncio.run(ask(query)) == 200
    kept = [one for one in ("x=1", "x=" + "1" * LONGEST, "from=2024-01-01")
            if made_app.ready((ALL, one.encode()))]  # fmt: skip
    assert kept == ["x=1"]
