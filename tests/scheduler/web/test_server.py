"""The server takes a port, says when it cannot, and stops."""

import logging
import socket
import threading

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from scheduler.errors import OutsideFailed
from scheduler.web.server import PortTaken, Server, address, listen, reserve, serve
from tests import asking

HELLO = Starlette(routes=[Route("/", lambda _request: PlainTextResponse("hello"))])


def test_it_answers_at_once_and_stops() -> None:
    server = serve(HELLO, port=0)
    assert asking.get(server.url).text == "hello"
    server.stop()
    server.stop()
    with pytest.raises(httpx.ConnectError):
        asking.get(server.url)
    assert "pages" not in {thread.name for thread in threading.enumerate()}


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} on 127.0.0.1 is in use.*--port"):
            serve(HELLO, port=port)


def test_the_next_free_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = serve(HELLO, port=port, tries=20)
        try:
            assert port < server.port < port + 20
            assert asking.get(server.url).text == "hello"
        finally:
            server.stop()


def test_a_host_that_is_not_here_is_said() -> None:
    with pytest.raises(OutsideFailed, match=r"cannot listen on 192\.0\.2\.1"):
        serve(HELLO, host="192.0.2.1", port=0)


def test_a_name_that_is_none_of_a_host_is_said() -> None:
    with pytest.raises(OutsideFailed, match="no name of a host"):
        serve(HELLO, host=f"{'ä' * 70}.example.org", port=0)


def test_a_port_that_is_kept_refuses_until_it_is_listened_on() -> None:
    with reserve("127.0.0.1", 0) as kept, reserve("127.0.0.1", kept.getsockname()[1]) as late:
        with pytest.raises(httpx.ConnectError):
            asking.get(address(kept))
        listen(kept)
        with pytest.raises(PortTaken, match="choose another with --port"):
            listen(late)
        with pytest.raises(PortTaken):
            reserve("127.0.0.1", kept.getsockname()[1])
        server = Server(HELLO, kept)
        assert asking.get(server.url).text == "hello"
        server.stop()


UPGRADE = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: %s\r\n\r\n"


@pytest.mark.parametrize(
    "said",
    [b"\x16\x03\x01\0\r\n\r\n", UPGRADE % b"websocket", UPGRADE % b"h2c"],
    ids=["TLS", "WebSocket", "HTTP/2"],
)
def test_a_stranger_cannot_fill_the_log(said: bytes, caplog: pytest.LogCaptureFixture) -> None:
    server = serve(HELLO, port=0)
    try:
        with (
            caplog.at_level(logging.WARNING),
            socket.create_connection(("127.0.0.1", server.port), 30) as connection,
        ):
            connection.sendall(said)
            assert connection.recv(1000).startswith(b"HTTP/1.1 ")
    finally:
        server.stop()
    assert not caplog.records
