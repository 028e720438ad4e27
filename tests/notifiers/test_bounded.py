"""Answers without an end, in any part of them, and what a session does not do by itself."""

import socket
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import requests

from notifiers.sessions import open_session

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
MOVED = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n" + CHUNKED


@contextmanager
def dripping(first: bytes, then: bytes, pause: float) -> Iterator[str]:
    """A server that sends `then` again and again after `first`; its address."""
    stop = Event()

    def serve(server: socket.socket) -> None:
        connection, _address = server.accept()
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(first)
            while not stop.wait(pause):
                connection.sendall(then)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=serve, args=(server,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/hook"
        finally:
            stop.set()
            thread.join()


@pytest.fixture
def opened() -> Iterator[Callable[..., requests.Session]]:
    sessions: list[requests.Session] = []

    def make(whole: float = 5.0) -> requests.Session:
        sessions.append(open_session(whole, public_only=False))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 ", b"O"),
        (OK, b"X: y\r\n"),
        (OK + CHUNKED, b"1\r\nx\r\n"),
        (OK + CHUNKED + b"1", b";"),
        (OK + CHUNKED + b"0\r\n", b"X: y\r\n"),
        (OK + b"\r\n", b"x"),
    ],
    ids=["continue", "status", "head", "body", "size of a chunk", "trailer", "until it closes"],
)
def test_an_answer_that_never_ends_is_given_up(
    opened: Callable[..., requests.Session], first: bytes, then: bytes
) -> None:
    begun = time.monotonic()
    with dripping(first, then, 0.02) as url, pytest.raises(requests.RequestException):
        opened(0.5).get(url, timeout=(5.0, 5.0))
    assert time.monotonic() - begun < 4


def test_the_body_of_a_redirect_is_not_read(opened: Callable[..., requests.Session]) -> None:
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    begun = time.monotonic()
    with dripping(MOVED, chunk, 0) as url:
        options: dict[str, Any] = {"timeout": 5.0, "allow_redirects": False, "stream": True}
        with opened().get(url, **options) as answer:
            assert answer.status_code == 302
            assert not answer.raw.tell()
    assert time.monotonic() - begun < 4


def test_each_answer_has_its_own_time(
    opened: Callable[..., requests.Session], http_server: Any
) -> None:
    session = opened(0.5)
    for _ in range(4):
        time.sleep(0.2)
        assert session.get(http_server.url()).status_code == 200


def test_a_login_is_that_of_the_address_and_of_no_file(
    opened: Callable[..., requests.Session],
    http_server: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    session, plain = opened(), http_server.url()
    address = plain.replace("//", "//me%C3%A9:p%40ss@")
    session.get(plain)
    session.get(address)
    session.get(address, headers={"Authorization": "Bearer x"})
    sent = [request.headers.get("Authorization") for request in http_server.requests]
    basic = b64encode("meé:p@ss".encode()).decode()
    assert sent == [None, f"Basic {basic}", "Bearer x"]
