"""Fetching a watched calendar: every answer a server may give, over real sockets."""

import gzip
import os
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.plan import Watched
from notifiers import guard
from notifiers.secret import Secret
from scheduler.fetching import FetchError, Timeouts, fetch
from scheduler.known import Kept
from scheduler.watching import look
from tests.scheduler.watching.server import TYPE, Answer, Served, serving

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
QUICK = Timeouts(2.0, 0.3, 2.0)
SESSION = (
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a@x\r\nSUMMARY:Third session\r\n"
    b"DTSTART;VALUE=DATE:20270514\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
EMPTY = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def served() -> Iterator[Served]:
    with serving() as server:
        yield server


def watched(url: str, *, allow_private: bool = True) -> Watched:
    return Watched("board", "Board", Secret(plain=url), allow_private=allow_private)


def test_a_calendar_is_fetched_once_and_then_asked_whether_it_changed(served: Served) -> None:
    stamp = "Mon, 04 Jan 2027 08:00:00 GMT"
    headers = {**TYPE, "ETag": '"one"', "Last-Modified": stamp}
    calendar = watched(served.put("/a.ics", Answer(headers=headers, body=SESSION)))
    first = look(calendar, Kept(), NOW)
    later = NOW + timedelta(hours=1)
    second = look(calendar, first, later)
    assert [one.title for one in first.dates] == ["Third session"]
    assert second == replace(first, looked_at=later, fetched_at=later)
    sent = served.requests[1][1]
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"one"', stamp)
    assert "If-None-Match" not in served.requests[0][1]


def test_another_address_is_fetched_whole(served: Served) -> None:
    headers = {**TYPE, "ETag": '"one"'}
    answer = Answer(headers=headers, body=SESSION)
    first = look(watched(served.put("/a.ics", answer)), Kept(), NOW)
    second = look(watched(served.put("/b.ics", answer)), first, NOW)
    assert "If-None-Match" not in served.requests[1][1]
    assert second.dates == first.dates


FAILING: dict[str, tuple[Answer, str]] = {
    "404": (Answer(404), "127.0.0.1 answered 404"),
    "401": (Answer(401), "127.0.0.1 answered 401"),
    "500": (Answer(500), "127.0.0.1 answered 500"),
    "hangs": (Answer(hangs=True), "127.0.0.1 did not answer in time"),
    "redirects for ever": (Answer(302, {"Location": "/a.ics"}), "redirects round and round"),
    "redirects to a file": (Answer(302, {"Location": "file:///etc/passwd"}), "no address of the"),
    "redirects nowhere": (Answer(302, {}), "no address of the web"),
    "huge": (Answer(body=b"a" * 1024 * 1024, pieces=21), "sends more than 20 MB"),
    "a bomb in gzip": (
        Answer(headers={"Content-Encoding": "gzip"}, body=gzip.compress(bytes(30 * 1024 * 1024))),
        "sends more than 20 MB",
    ),
    "gzip that is none": (
        Answer(headers={"Content-Encoding": "gzip"}, body=b"no gzip"),
        "answered what cannot be read",
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_failure_is_told_without_the_address(served: Served, name: str) -> None:
    answer, said = FAILING[name]
    with pytest.raises(FetchError, match=said) as told:
        fetch(watched(served.put("/a.ics", answer)), timeouts=QUICK)
    assert "a.ics" not in str(told.value)


def test_a_refused_connection_is_told(served: Served) -> None:
    with pytest.raises(FetchError, match="cannot be connected to"):
        fetch(watched("http://127.0.0.1:1/secret.ics"), timeouts=QUICK)


def test_a_redirect_is_followed(served: Served) -> None:
    served.put("/new.ics", Answer(body=SESSION))
    found = fetch(watched(served.put("/a.ics", Answer(301, {"Location": "/new.ics"}))))
    assert found.body == SESSION


def test_a_private_address_is_refused_unless_it_is_meant(served: Served) -> None:
    url = served.put("/a.ics", Answer(body=SESSION))
    with pytest.raises(FetchError, match="allow-private = true` on the calendar"):
        fetch(watched(url, allow_private=False))
    assert served.requests == []
    assert fetch(watched(url)).body == SESSION


@pytest.mark.parametrize("hops", [1, 3])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("host", ["127.0.0.2", "[::ffff:127.0.0.2]", "2130706434", "0x7f.2"])
def test_a_redirect_into_a_private_network_is_refused(
    served: Served, monkeypatch: pytest.MonkeyPatch, host: str, status: int, hops: int
) -> None:
    """As `127.0.0.2` may be written, here the private one; the server itself counts as public."""
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.1")
    with socket.create_server(("127.0.0.2", 0)) as inside:
        aim = f"http://{host}:{inside.getsockname()[1]}/secret.ics"
        for hop in range(1, hops):
            served.put(f"/{hop - 1}.ics", Answer(status, {"Location": f"/{hop}.ics"}))
        served.put(f"/{hops - 1}.ics", Answer(status, {"Location": aim}))
        with pytest.raises(FetchError, match="leads into a private network") as told:
            fetch(watched(f"{served.url}/0.ics", allow_private=False), timeouts=QUICK)
        assert len(served.requests) == hops
        inside.setblocking(False)
        with pytest.raises(BlockingIOError):
            inside.accept()
    assert "secret.ics" not in str(told.value)


def test_a_redirect_never_leaves_tls(
    served: Served, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    plain = served.put("/a.ics", Answer(body=SESSION))
    with serving(context) as safe:
        assert fetch(watched(safe.put("/b.ics", Answer(body=SESSION)))).body == SESSION
        with pytest.raises(FetchError, match="redirects to an address without TLS"):
            fetch(watched(safe.put("/a.ics", Answer(302, {"Location": plain}))), timeouts=QUICK)
    assert served.requests == []


GARBAGE = {
    "garbage": (b"\x00\xff" * 1000, "no calendar"),
    "a page": (b"<html>Please log in</html>", "no calendar"),
    "nothing": (b"", "no calendar"),
    "nothing left in it": (EMPTY, "no date left in it"),
    "a bomb": (b"BEGIN:A\r\n" * 100, "nested more than 16 deep"),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_what_is_no_good_leaves_the_last_good_one(served: Served, name: str) -> None:
    body, said = GARBAGE[name]
    calendar = watched(served.put("/a.ics", Answer(body=SESSION)))
    good = look(calendar, Kept(), NOW)
    served.put("/a.ics", Answer(body=body))
    bad = look(calendar, good, NOW + timedelta(hours=1))
    assert said in bad.problem
    assert (bad.dates, bad.fetched_at) == (good.dates, NOW)
    assert bad.failing_since == NOW + timedelta(hours=1)
    worse = look(calendar, bad, NOW + timedelta(hours=2))
    assert worse.failing_since == bad.failing_since
    served.put("/a.ics", Answer(body=SESSION))
    assert look(calendar, worse, NOW + timedelta(hours=3)).problem == ""


def test_a_calendar_that_is_cut_off_loses_no_date(served: Served) -> None:
    ends = b"END:VCALENDAR\r\n"
    body = SESSION.replace(ends, SESSION.partition(b"\r\n")[2].replace(b"a@x", b"b@x"))
    calendar = watched(served.put("/a.ics", Answer(body=body)))
    good = look(calendar, Kept(), NOW)
    assert [one.uid for one in good.dates] == ["a@x", "b@x"]
    for cut in (body.index(b"UID:b@x"), body.index(b"BEGIN:VEVENT\r\nUID:b@x")):
        served.put("/a.ics", Answer(body=body[:cut]))
        bad = look(calendar, good, NOW + timedelta(hours=1))
        assert bad.problem == "the calendar is cut off, and dates that it had are missing"
        assert bad.dates == good.dates
    served.put("/a.ics", Answer(body=body.replace(ends, b"")))
    whole = look(calendar, good, NOW + timedelta(hours=1))
    assert (whole.problem, whole.dates) == ("", good.dates), "only its end is missing"
    served.put("/a.ics", Answer(body=SESSION))
    assert [one.uid for one in look(calendar, good, NOW).dates] == ["a@x"], "b is gone"


def test_a_secret_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOARD_URL", raising=False)
    kept = look(Watched("board", "Board", Secret(env="BOARD_URL")), Kept(), NOW)
    assert "BOARD_URL is not set" in kept.problem


def test_a_file_is_read_when_it_changed(tmp_path: Path) -> None:
    file = tmp_path / "board.ics"
    calendar = Watched("board", "Board", file=str(file))
    missing = look(calendar, Kept(), NOW)
    assert missing.problem == "the file board.ics cannot be read: no such file or directory"
    file.write_bytes(SESSION)
    first = look(calendar, missing, NOW)
    assert (len(first.dates), first.problem) == (1, "")
    assert fetch(calendar, "", first.modified).body is None


def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "board.ics")
    kept = look(Watched("board", "Board", file=str(tmp_path / "board.ics")), Kept(), NOW)
    assert kept.problem == "the file board.ics cannot be read: it is no regular file"


def test_how_often_it_is_looked_at() -> None:
    calendar = watched("https://example.org/a.ics")
    assert Kept().due(calendar) is None
    assert Kept(looked_at=NOW).due(calendar) == NOW + timedelta(hours=1)
