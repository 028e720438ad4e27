"""A small IMAP server (RFC 3501) with one folder, enough to be read by a client of ours."""

import base64
import re
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar

PARTIAL = re.compile(r"<(\d+)\.(\d+)>")


@dataclass
class Folder:
    """The folder: its mails by UID, and what was asked of the server."""

    password: str = "swordfish"
    validity: int = 7
    mails: dict[int, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    offers: str = "IMAP4rev1 AUTH=PLAIN"
    silent: bool = False
    port: int = 0

    def add(self, mail: bytes) -> int:
        """Another mail; its UID."""
        uid = max(self.mails, default=0) + 1
        self.mails[uid] = mail
        return uid


class _Session(socketserver.StreamRequestHandler):
    """One client. Each answer is a list of lines; the last one is the command's own."""

    server: "_Server"

    def handle(self) -> None:
        folder = self.server.folder
        if folder.silent:
            return
        self._say("* OK ready")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            folder.asked.append(command)
            name = command.split()[0].upper()
            if name == "UID":
                name = "UID " + command.split()[1].upper()
            answer = self._answers.get(name, _Session._unknown)(self, command)
            self._say(f"{tag} {answer}")
            if name == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _unknown(self, command: str) -> str:
        return "BAD this command is not known"

    def _capability(self, command: str) -> str:
        self._say(f"* CAPABILITY {self.server.folder.offers}")
        return "OK done"

    def _authenticate(self, command: str) -> str:
        self._say("+ ")
        said = base64.b64decode(self.rfile.readline()).decode().split("\0")
        return self._judged(said[1:])

    def _login(self, command: str) -> str:
        return self._judged([word.strip('"') for word in command.split()[1:]])

    def _judged(self, said: list[str]) -> str:
        good = said == ["tracker", self.server.folder.password]
        return "OK welcome" if good else f"NO {said[-1]} is not the password"

    def _examine(self, command: str) -> str:
        if '"INBOX"' not in command:
            return "NO there is no such folder"
        self._say(f"* {len(self.server.folder.mails)} EXISTS")
        self._say(f"* OK [UIDVALIDITY {self.server.folder.validity}] valid")
        return "OK [READ-ONLY] done"

    def _search(self, command: str) -> str:
        uids = sorted(self.server.folder.mails)
        found = re.search(r"UID (\d+):\*", command.partition("SEARCH")[2])
        if found:
            uids = [uid for uid in uids if uid >= int(found[1])] or uids[-1:]
        self._say(f"* SEARCH {' '.join(map(str, uids))}")
        return "OK done"

    def _fetch(self, command: str) -> str:
        uid = int(command.split()[2])
        cut = PARTIAL.search(command)
        mail = self.server.folder.mails[uid][: int(cut[2])] if cut else b""
        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(mail)}}}\r\n".encode())
        self.wfile.write(mail + b")\r\n")
        return "OK done"

    def _logout(self, command: str) -> str:
        self._say("* BYE")
        return "OK done"

    _answers: ClassVar[dict[str, Callable[["_Session", str], str]]] = {
        "CAPABILITY": _capability,
        "AUTHENTICATE": _authenticate,
        "LOGIN": _login,
        "EXAMINE": _examine,
        "UID SEARCH": _search,
        "UID FETCH": _fetch,
        "LOGOUT": _logout,
    }


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, folder: Folder, context: ssl.SSLContext | None) -> None:
        self.folder = folder
        super().__init__(("127.0.0.1", 0), _Session)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        folder.port = self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that leaves is no fault of the server's."""


@contextmanager
def imap_server(folder: Folder, context: ssl.SSLContext | None = None) -> Iterator[Folder]:
    """A running server; with a `context` each connection begins with TLS."""
    with _Server(folder, context) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield folder
        finally:
            server.shutdown()
            thread.join()
