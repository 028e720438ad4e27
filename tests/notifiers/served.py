"""An HTTP server of this machine that answers as it is told, and keeps what it was asked."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.notifiers.scripted import serving


@dataclass
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class HttpServer:
    """Answers all requests alike, whatever their method; `status` and so on may be changed."""

    port: int
    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """Bytes to send in place of an answer; b"" cuts the connection."""
    stall: threading.Event | None = None
    requests: list[Request] = field(default_factory=list)

    def url(self, path: str = "/services/T0/B0/tOpSecretToken") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


class _Connection(BaseHTTPRequestHandler):
    """One connection; a subclass of its own for each server knows the server."""

    protocol_version = "HTTP/1.1"
    served: HttpServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server = self.served
        server.requests.append(Request(self.command, self.path, dict(self.headers), body))
        if server.stall is not None:
            server.stall.wait(20)
            self.close_connection = True
        elif server.raw is not None:
            self.wfile.write(server.raw)
            self.close_connection = True
        else:
            self.reply()

    do_GET = do_HEAD = do_PUT = do_DELETE = do_POST

    def reply(self) -> None:
        self.send_response_only(self.served.status)
        for name, value in self.served.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.served.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(self.served.body)


@contextmanager
def http_serving() -> Iterator[HttpServer]:
    """A server on a free port; a stalled request goes on when it ends."""
    server = HttpServer(0)
    connection = type("Connection", (_Connection,), {"served": server})
    with serving(ThreadingHTTPServer, connection) as port:
        server.port = port
        yield server
        if server.stall is not None:
            server.stall.set()
