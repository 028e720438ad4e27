"""Requests that never end: the server hangs up, and answers the others meanwhile."""

import socket
import time
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from scheduler.web import wire
from scheduler.web.server import Server, serve
from scheduler.web.wire import LONGEST_HEAD
from tests import asking

POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


async def read(request: Request) -> PlainTextResponse:
    try:
        return PlainTextResponse(f"{len(await request.body())} octets\n")
    except ClientDisconnect:
        return PlainTextResponse("nobody reads this\n")


@pytest.fixture
def server() -> Iterator[Server]:
    made = serve(Starlette(routes=[Route("/", read, methods=["GET", "POST"])]), port=0)
    yield made
    made.stop()


def said(server: Server, first: bytes, then: bytes, pause: float = 0.0) -> bytes:
    """What the server answers to who sends `then` again and again until it hangs up."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        sent = len(first)
        try:
            client.sendall(first)
            while sent < 50 * LONGEST_HEAD:
                client.sendall(then)
                sent += len(then)
                time.sleep(pause)
        except ConnectionError:
            pass
        else:
            raise AssertionError("it took everything")
        try:
            return client.recv(65536)
        except ConnectionError:
            return b""


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"GET /", b"x" * 4096),
        (b"GET / HTTP/1.1\r\nX: ", b"x" * 4096),
        (b"GET / HTTP/1.1\r\n", b"X: y\r\n" * 500),
        (CHUNKED + b"1", b";x" * 2000),
        (CHUNKED + b"0\r\nX: ", b"x" * 4096),
    ],
    ids=["address", "one header", "many headers", "a chunk's size", "a trailer"],
)
def test_what_never_ends_is_not_gathered(server: Server, first: bytes, then: bytes) -> None:
    assert said(server, first, then) in (b"", wire._REFUSED % wire._TOO_LARGE)
    assert asking.get(server.url).text == "0 octets\n"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"", b"\r\n"),
        (b"GET / HTTP/1.1\r\n", b"X: y\r\n"),
        (POST + b"Content-Length: 1000000\r\n\r\n", b"x"),
        (CHUNKED, b"1\r\nx\r\n"),
        (b"GET /nothing HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n", b"x"),
    ],
    ids=["nothing", "a head", "a body", "chunks", "a body that nobody reads"],
)
def test_what_drips_is_given_up(
    server: Server, monkeypatch: pytest.MonkeyPatch, first: bytes, then: bytes
) -> None:
    monkeypatch.setattr(wire, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(wire, "BODY_SECONDS", 0.3)
    begun = time.monotonic()
    said(server, first, then, 0.02)
    assert time.monotonic() - begun < 10


def test_a_connection_is_kept_for_many_requests_of_any_size(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "HEAD_SECONDS", 2)
    monkeypatch.setattr(wire, "BODY_SECONDS", 2)
    with asking.client(base_url=server.url) as client:
        for _ in range(12):
            assert client.post("/", content=b"x" * 1_000_000).text == "1000000 octets\n"
            assert client.get("/", headers={"X": "y" * 60_000}).status_code == 200
            time.sleep(0.2)
