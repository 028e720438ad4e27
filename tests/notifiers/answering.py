"""An HTTP server that answers each request by a function, in JSON."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.notifiers.scripted import serving
from tests.notifiers.served import Request

Answering = Callable[[Request], tuple[int, Any]]


@dataclass
class Service:
    """Where it listens, and what it was asked."""

    address: str = ""
    requests: list[Request] = field(default_factory=list)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The JSON of each request that has one."""
        return [json.loads(one.body) for one in self.requests if one.body]


@contextmanager
def answering(answer: Answering) -> Iterator[Service]:
    """The service runs; `answer` gives the status and the value of each answer."""
    service = Service()

    class Connection(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Request(self.command, self.path, dict(self.headers), body)
            service.requests.append(request)
            status, value = answer(request)
            content = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response_only(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST

    with serving(ThreadingHTTPServer, Connection) as port:
        service.address = f"http://127.0.0.1:{port}"
        yield service
