"""A mail server and a web hook on plain sockets, which misbehave as they are told.

Each conversation draws its mood. What was taken is written down the moment it is taken: by its
identity, with the whole content.
"""

import json
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import NamedTuple

from tests.faults.contents.forms import Content, of_html, of_text

MOODS = ("refuses", "stalls", "talks garbage", "drops at the end", "stalls at the end", "is cut")
PATIENCE = 0.3
"""Seconds for which the channels of a scenario wait for an answer, while there are faults."""
STALL = 2 * PATIENCE
_KEYS = re.compile(r"\[\[(.+?)\]\]")
_LIFE = re.compile(r"\(\((\d+)\)\)")


class Taken(NamedTuple):
    """A message: its identity, the reminders in it, the number of the life that sent it, and
    what its reader sees."""

    identity: str
    keys: tuple[str, ...]
    life: int
    content: Content


@dataclass
class Far:
    """What both servers have: their mood, and what they took. bad: how often they are moody."""

    chance: random.Random
    bad: float = 0.0
    taken: list[Taken] = field(default_factory=list)
    met: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def mood(self) -> str:
        """The mood of the next message."""
        with self._lock:
            found = self.chance.choice(MOODS) if self.chance.random() < self.bad else ""
            self.met += bool(found)
            return found

    def take(self, identity: str, text: str, content: Content) -> None:
        """Write down a message whose text names its reminders and the life that sent it."""
        keys = tuple(sorted(set(_KEYS.findall(text))))
        life = _LIFE.search(text)
        with self._lock:
            self.taken.append(Taken(identity, keys, int(life[1]) if life else 0, content))


class _CutError(Exception):
    """The conversation ends here."""


@dataclass
class _Line:
    """One conversation."""

    far: Far
    socket: socket.socket
    mood: str = ""

    def __post_init__(self) -> None:
        self.socket.settimeout(10)
        self.file = self.socket.makefile("rb")

    def read(self) -> bytes:
        found = self.file.readline(1_000_000)
        if not found:
            raise _CutError
        return found

    def octets(self, count: int) -> bytes:
        """So many; one who dies before the last has sent nothing that could be taken."""
        found = self.file.read(count)
        if len(found) < count:
            raise _CutError
        return found

    def say(self, text: str) -> None:
        self.socket.sendall(text.encode() + b"\r\n")

    def cut(self) -> None:
        """End it with a reset, as a proxy that goes away does."""
        linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
        with suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        raise _CutError

    def misbehave(self, *, at_end: bool) -> None:
        """Do what the mood is, at the beginning of a message or after it was taken."""
        if self.mood == ("stalls at the end" if at_end else "stalls"):
            time.sleep(STALL)
            raise _CutError
        if self.mood == ("drops at the end" if at_end else "is cut"):
            self.cut()


def mail(line: _Line) -> None:
    """Speak SMTP (RFC 5321), as much of it as is needed."""
    line.say("220 here")
    while True:
        said = line.read().strip().upper()
        word = said[:4]
        if word in (b"EHLO", b"HELO"):
            line.say("250 here")
        elif word == b"MAIL":
            line.mood = line.far.mood()
            line.misbehave(at_end=False)
            answers = {"refuses": "451 4.3.0 later", "talks garbage": "\x00\xff maybe"}
            line.say(answers.get(line.mood, "250 fine"))
        elif word == b"DATA":
            line.say("354 go on")
            content = b""
            while (part := line.read()) != b".\r\n":
                content += part
            parsed = message_from_bytes(content, policy=policy.default)
            text, html = (_part(parsed, kind) for kind in ("plain", "html"))
            seen = Content(str(parsed["Subject"]), (of_text(text), of_html(html)))
            line.far.take(str(parsed["Message-ID"]), text, seen)
            line.misbehave(at_end=True)
            line.say("250 taken")
        elif word == b"QUIT":
            line.say("221 bye")
            return
        else:
            line.say("250 fine")


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return str(body.get_content()) if body else ""


def hook(line: _Line) -> None:
    """Speak HTTP/1.1, as much of it as a hook needs."""
    while True:
        line.read()
        headers: dict[bytes, bytes] = {}
        while (said := line.read().strip()) != b"":
            name, _, value = said.partition(b":")
            headers[name.strip().lower()] = value.strip()
        line.mood = line.far.mood()
        line.misbehave(at_end=False)
        content = line.octets(int(headers.get(b"content-length", b"0")))
        if line.mood == "talks garbage":
            line.say("HTTP\x00 what?")
            raise _CutError
        if line.mood == "refuses":
            line.say("HTTP/1.1 503 Later\r\nContent-Length: 0\r\n")
            continue
        said = json.loads(content)["data"]
        facts = tuple((one["label"], one["value"]) for one in said["facts"])
        seen = Content(said["subject"], (of_text(said["text"]),), facts)
        line.far.take(headers.get(b"webhook-id", b"").decode(), said["text"], seen)
        line.misbehave(at_end=True)
        line.say("HTTP/1.1 204 Taken\r\nContent-Length: 0\r\n")


@contextmanager
def serving(far: Far, talk: Callable[[_Line], None]) -> Iterator[int]:
    """Serve on a free port of this machine; the port."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:

        def answer(found: socket.socket) -> None:
            with found, suppress(OSError, _CutError, ValueError):
                talk(_Line(far, found))

        def listen() -> None:
            with suppress(OSError):
                while True:
                    found, _ = listening.accept()
                    threading.Thread(target=answer, args=[found], daemon=True).start()

        accepting = threading.Thread(target=listen, daemon=True)
        accepting.start()
        yield listening.getsockname()[1]
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        accepting.join(5)
