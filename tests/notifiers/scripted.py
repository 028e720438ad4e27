"""A mail server that follows a script: it refuses, stalls, babbles or cuts where it says so."""

import socketserver
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

Script = Mapping[str, bytes | None]
"""Step -> what to answer; b"" stalls until the client goes, None cuts the connection. The steps
are `greeting`, the first words of commands, and `dot`."""
GOOD: Script = {
    "greeting": b"220 here",
    "EHLO": b"250-here\r\n250 SIZE 1000000",
    "MAIL": b"250 2.1.0 ok",
    "RCPT": b"250 2.1.5 ok",
    "DATA": b"354 go on",
    "dot": b"250 2.0.0 queued",
    "QUIT": b"221 bye",
    "NOOP": b"250 still here",
}
PIPELINING: Script = {**GOOD, "EHLO": b"250-here\r\n250-PIPELINING\r\n250 SIZE 1000000"}


@dataclass
class Conversation:
    """What a server was told, over all connections; `port` is where it listens."""

    port: int = 0
    lines: list[str] = field(default_factory=list)
    connections: int = 0
    mails: list[bytes] = field(default_factory=list)


class _Connection(socketserver.StreamRequestHandler):
    """One connection; a subclass of its own for each server knows script and conversation."""

    scripts: Sequence[Script]
    conversation: Conversation

    def handle(self) -> None:
        script = self.scripts[min(self.conversation.connections, len(self.scripts) - 1)]
        self.conversation.connections += 1
        step: str | None = "greeting"
        while step and self.answer(script.get(step, b"500 5.5.1 unknown command")):
            receiving = step == "DATA" and script.get(step) == b"354 go on"
            step = self.mail() if receiving else self.command()

    def answer(self, reply: bytes | None) -> bool:
        if reply is None:
            return False
        if not reply:
            self.rfile.read()
            return False
        self.wfile.write(reply + b"\r\n")
        return not reply.startswith(b"421")

    def command(self) -> str | None:
        line = self.rfile.readline().decode().rstrip("\r\n")
        if not line:
            return None
        self.conversation.lines.append(line)
        return line.split()[0].upper()

    def mail(self) -> str | None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            lines.append(line)
        self.conversation.mails.append(b"".join(lines))
        return "dot"


@contextmanager
def scripted_server(scripts: Sequence[Script]) -> Iterator[Conversation]:
    """A server whose first connection follows the first script, and so on; the last one stays."""
    conversation = Conversation()
    members = {"scripts": scripts, "conversation": conversation}
    connection = type("Connection", (_Connection,), members)
    with serving(socketserver.ThreadingTCPServer, connection) as port:
        conversation.port = port
        yield conversation


@contextmanager
def serving(
    kind: type[socketserver.TCPServer],
    connection: type[socketserver.BaseRequestHandler],
) -> Iterator[int]:
    """A server on a free port of this machine, in a thread of its own; gives the port."""

    class Server(kind):  # type: ignore[valid-type,misc]
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_args: object) -> None:
            """A client that gave up is no fault of the server."""

    server = Server(("127.0.0.1", 0), connection)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
