"""The server takes a port, says when it cannot, and stops."""

import socket
import threading

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from scheduler.errors import OutsideFailed
from scheduler.web.server import PortTaken, serve

HELLO = Starlette(routes=[Route("/", lambda _request: PlainTextResponse("hello"))])


def test_it_answers_at_once_and_stops() -> None:
    server = serve(HELLO, port=0)
    assert httpx.get(server.url).text == "hello"
    server.stop()
    server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)
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
            assert httpx.get(server.url).text == "hello"
        finally:
            server.stop()


def test_a_host_that_is_not_here_is_said() -> None:
    with pytest.raises(OutsideFailed, match=r"cannot listen on 192\.0\.2\.1"):
        serve(HELLO, host="192.0.2.1", port=0)
