"""A real HTTP server on this machine that answers a calendar as it is told."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TYPE = {"Content-Type": "text/calendar; charset=utf-8"}


@dataclass
class Answer:
    """What is answered: a status, headers, and a body that may be sent in pieces, or never."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(TYPE))
    body: bytes = b""
    pieces: int = 1
    hangs: bool = False


@dataclass
class Served:
    """The server: what it answers by path, and the headers of each request that came."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def put(self, path: str, answer: Answer) -> str:
        """Answer so at a path; its address."""
        self.answers[path] = answer
        return self.url + path


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Served]:
    """A server on a free port of this machine, with TLS where there is a context for it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            served.requests.append((self.path, dict(self.headers)))
            answer = served.answers.get(self.path, Answer(404))
            if answer.hangs:
                served.released.wait(30)
                return
            tag = answer.headers.get("ETag")
            if tag and self.headers.get("If-None-Match") == tag:
                answer = Answer(304, {"ETag": tag})
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Connection", "close")
            self.send_header("Content-Length", str(len(answer.body) * answer.pieces))
            self.end_headers()
            try:
                for _ in range(answer.pieces):
                    self.wfile.write(answer.body)
            except OSError:
                return

        def log_message(self, *args: object) -> None:
            """Nothing: what came is in `requests`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Served(f"http{'s' if context else ''}://127.0.0.1:{server.server_port}")
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
