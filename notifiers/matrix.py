"""Matrix: one message into a room, by the client-server API of the server that the account is on.

https://spec.matrix.org/v1.14/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid:
the transaction id is made from the message's identity, so that the server itself drops a second
copy. `formatted_body` is HTML of a few tags (#mroommessage-msgtypes); `m.mentions` is empty, so
that nobody is mentioned whatever a text holds (#user-and-room-mentions). An event holds 65,536
bytes (#size-limits). What is not done here: rooms with encryption, which need a device with keys.
"""

import html
import re
from dataclasses import dataclass, field
from typing import ClassVar, Final
from urllib.parse import quote

from notifiers.chat import HEADERS, Json, as_json, line
from notifiers.errors import DeliveryError, Scope
from notifiers.headers import one_line
from notifiers.http import LONGEST_WAIT, Answer, Http, HttpTimeouts, refusal
from notifiers.message import Button, Message
from notifiers.notifier import Clock
from notifiers.options import Problem
from notifiers.personal import (
    bearer,
    body,
    fact_lines,
    fields_of,
    own_address,
    still,
    strange,
    without,
)
from notifiers.secret import Secret
from notifiers.urls import host_of, timeout_problems, url_problem

CONTENT: Final = 50_000
"""Bytes of the content; the rest of the event is the server's."""
SUBJECT, LEAD, LABEL = 500, 500, 200
SIZES: Final = ((8000, 20), (4000, 10), (2000, 5), (1000, 3))
"""UTF-16 units of facts or text, and how many links: the first of these that fits is sent."""
WHAT: Final = "the id of a room, as in !abc:example.org, or its alias, as in #team:example.org"
_ROOM = re.compile(r"[!#][^\s\x00-\x1f\x7f]{1,254}")


@dataclass(frozen=True, slots=True)
class MatrixOptions:
    """The keys of a channel of the kind `matrix`."""

    server: str = field(
        metadata={
            "doc": "The server that the account is on.",
            "example": '"https://matrix.example.org"',
        }
    )
    token: Secret = field(
        metadata={
            "doc": "The access token of the account that sends; whoever has it is the account.",
            "example": '{ env = "MATRIX_TOKEN" }',
        }
    )
    room: str | None = field(
        default=None,
        metadata={
            "doc": "The room of a team: its id or its alias. People have theirs in `addresses`.",
            "example": '"!abcdefgh:example.org"',
        },
    )
    connect_timeout: float = field(default=10.0, metadata={"doc": "Seconds to connect."})
    read_timeout: float = field(default=30.0, metadata={"doc": "Seconds for the answer."})

    def problems(self) -> list[Problem]:
        """Everything that is wrong with the values."""
        found: list[Problem] = []
        problem = url_problem(self.server)
        if problem is not None:
            found.append(("server", problem))
        if self.room is not None and not is_room(self.room):
            found.append(("room", f"takes {WHAT}"))
        return [*found, *timeout_problems(self.connect_timeout, self.read_timeout)]

    def address_wanted(self, address: str | None) -> str | None:
        """What a person's address must be, where this is none; see `notifiers.options`."""
        reached = self.room is not None if address is None else is_room(address)
        return None if reached else WHAT


class Matrix:
    """An account on Matrix: to people by a room with each, and to one room of a team."""

    Options: ClassVar[type[MatrixOptions]] = MatrixOptions
    needs_recipient: ClassVar[bool] = False

    def __init__(self, options: MatrixOptions, now: Clock) -> None:
        self._options = options
        self._now = now
        self._http = Http(now, HttpTimeouts(options.connect_timeout, options.read_timeout))
        self._ids: dict[str, str] = {}
        """Alias -> room id, for as long as the connection is kept."""

    def send(self, message: Message) -> str:
        """Send one message; a second copy of it is none for the server."""
        room = own_address(message, is_room, self._options.room, WHAT)
        personal = room != self._options.room
        path = (
            f"rooms/{_quoted(self._room_id(room, personal=personal))}"
            f"/send/m.room.message/{_quoted(message.identifier)}"
        )
        sent = as_json(content(message))
        return f"sent as {self._told('event_id', 'PUT', path, sent, personal=personal)}"

    def check(self) -> str:
        """Ask who the account is and which room an alias means; sends nothing."""
        account = self._told("user_id", "GET", "account/whoami")
        told = f"{self._host} knows {account}"
        if self._options.room is None:
            return told
        return f"{told}; the room is {self._room_id(self._options.room, personal=False)}"

    def close(self) -> None:
        """Let the connection go, and what was looked up over it."""
        self._ids.clear()
        self._http.close()

    def _room_id(self, room: str, *, personal: bool) -> str:
        if not room.startswith("#"):
            return room
        if room not in self._ids:
            path = f"directory/room/{_quoted(room)}"
            self._ids[room] = self._told("room_id", "GET", path, personal=personal)
        return self._ids[room]

    def _told(
        self, key: str, method: str, path: str, value: bytes = b"", *, personal: bool = False
    ) -> str:
        """One request; what its answer says under `key`. Raises DeliveryError."""
        login = bearer(self._options.token)
        url = f"{self._options.server.rstrip('/')}/_matrix/client/v3/{path}"
        headers = {**HEADERS, "Authorization": login}
        answer = self._http.unredacted(method, url, value, headers)
        found, shown = fields_of(answer).get(key), without(answer, login.partition(" ")[2])
        if answer.status != 200:
            raise self._refused(shown, personal=personal)
        if not isinstance(found, str):
            raise strange(shown, self._host, "Matrix")
        return one_line(found)[:255]

    def _refused(self, answer: Answer, *, personal: bool) -> DeliveryError:
        """What a refusal means (#standard-error-response). 403 and 404 are about the room."""
        error, fields = refusal(answer, self._host, self._now()), fields_of(answer)
        code = fields.get("errcode")
        if answer.status in (403, 404) and code in ("M_FORBIDDEN", "M_NOT_FOUND"):
            scope: Scope = "recipient" if personal else "channel"
            text = f"{error.message}: invite the account into the room, and let it join"
            return DeliveryError(text, permanent=True, scope=scope)
        wait = fields.get("retry_after_ms")
        if not error.permanent and isinstance(wait, int | float) and wait >= 0:
            error.retry_after = min(max(wait / 1000, error.retry_after or 0.0), LONGEST_WAIT)
        return error

    @property
    def _host(self) -> str:
        return host_of(self._options.server)


def is_room(text: str) -> bool:
    """Whether a text is the id or the alias of a room; newer ids have no server's name."""
    is_alias_without_server = text.startswith("#") and ":" not in text
    return _ROOM.fullmatch(text) is not None and not is_alias_without_server


def content(message: Message) -> Json:
    """The content of the event, the same as text and as HTML, with what has room in it."""
    made = _content(message, *SIZES[0])
    for size in SIZES[1:]:
        if len(as_json(made)) <= CONTENT:
            break
        made = _content(message, *size)
    return made


def _content(message: Message, room: int, links: int) -> Json:
    subject, lead = line(message.subject, SUBJECT, still), line(message.lead, LEAD, still)
    facts = fact_lines(message, room) if message.facts else []
    shown = "" if facts else body(message, room)
    buttons = message.buttons[:links]
    return {
        "msgtype": "m.text",
        "body": _text(subject, lead, facts, shown, buttons),
        "format": "org.matrix.custom.html",
        "formatted_body": _html(subject, lead, facts, shown, buttons),
        "m.mentions": {},
    }


def _text(
    subject: str, lead: str, facts: list[tuple[str, str]], shown: str, buttons: tuple[Button, ...]
) -> str:
    lines = [f"{label}: {value}" for label, value in facts]
    links = [f"{line(one.label, LABEL, still)}: {one.url}" for one in buttons]
    parts = [f"{subject}\n{lead}", "\n".join(lines), shown, "\n".join(links)]
    return "\n\n".join(part for part in parts if part)


def _html(
    subject: str, lead: str, facts: list[tuple[str, str]], shown: str, buttons: tuple[Button, ...]
) -> str:
    items = (f"<li><strong>{_safe(label)}:</strong> {_safe(value)}</li>" for label, value in facts)
    links = (
        f'<a href="{_safe(one.url)}">{_safe(line(one.label, LABEL, still))}</a>' for one in buttons
    )
    parts = [f"<p><strong>{_safe(subject)}</strong><br>{_safe(lead)}</p>"]
    parts += [f"<ul>{''.join(items)}</ul>"] if facts else []
    parts += [f"<p>{_safe(one)}</p>" for one in shown.split("\n\n") if one]
    parts += [f"<p>{' · '.join(links)}</p>"] if buttons else []
    return "".join(parts)


def _safe(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _quoted(text: str) -> str:
    return quote(text, safe="")
