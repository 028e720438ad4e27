"""ntfy: a notification on telephones and in browsers, by ntfy.sh or a server of one's own.

https://docs.ntfy.sh/publish/#publish-as-json says what is posted to the server's root. A message
of more than 4,096 bytes would become a file, and the whole JSON may have twice that; there may be
three actions (#action-buttons), of which `view` alone opens a page and sends nothing. The
`sequence_id` is made from the message's identity: a second copy takes the first one's place
(#updating-deleting-notifications; older servers pass over it). A topic has no owner: whoever knows
its name reads it and writes to it, unless the server protects it.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from notifiers.chat import HEADERS, Json, as_json, line
from notifiers.errors import DeliveryError
from notifiers.headers import one_line
from notifiers.http import Http, HttpTimeouts, refusal
from notifiers.message import Button, Message, Urgency
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
from notifiers.plain import fitted
from notifiers.secret import Secret
from notifiers.urls import host_of, timeout_problems, url_problem

MESSAGE, ALL = 4096, 8192
"""Bytes of the message, and of the whole JSON."""
TITLE, LABEL, LEAD = 250, 60, 300
ACTIONS: Final = 3
WHAT: Final = "the name of a topic: 1 to 64 letters, digits, - and _"
PRIORITIES: Final[Mapping[Urgency, int]] = {"info": 2, "soon": 3, "today": 4, "late": 4}
"""2 is shown without a sound; 5, which shakes the telephone until it is picked up, is not used."""
TAGS: Final[Mapping[Urgency, str]] = {
    "info": "calendar",
    "soon": "hourglass_flowing_sand",
    "today": "bell",
    "late": "warning",
}
"""Names of emoji that ntfy puts before the title (https://docs.ntfy.sh/emojis/)."""
_TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NtfyOptions:
    """The keys of a channel of the kind `ntfy`."""

    server: str = field(
        default="https://ntfy.sh",
        metadata={"doc": "Where ntfy is; another where you run your own."},
    )
    topic: Secret | None = field(
        default=None,
        metadata={
            "doc": "The topic of a team; whoever knows it can read it. People have theirs in"
            " `addresses`.",
            "example": '{ env = "NTFY_TOPIC" }',
        },
    )
    token: Secret | None = field(
        default=None,
        metadata={
            "doc": "An access token, where the server wants one to publish.",
            "example": '{ env = "NTFY_TOKEN" }',
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
        if self.topic is not None and self.topic.is_plain and not is_topic(self.topic.reveal()):
            found.append(("topic", f"takes {WHAT}"))
        return [*found, *timeout_problems(self.connect_timeout, self.read_timeout)]

    def address_wanted(self, address: str | None) -> str | None:
        """What a person's address must be, where this is none; see `notifiers.options`."""
        reached = self.topic is not None if address is None else is_topic(address)
        return None if reached else WHAT


class Ntfy:
    """A topic of ntfy: a person's own, or that of a team."""

    Options: ClassVar[type[NtfyOptions]] = NtfyOptions
    needs_recipient: ClassVar[bool] = False

    def __init__(self, options: NtfyOptions, now: Clock) -> None:
        self._options = options
        self._now = now
        self._http = Http(now, HttpTimeouts(options.connect_timeout, options.read_timeout))

    def send(self, message: Message) -> str:
        """Publish one message; success is the message itself as the answer."""
        room = None if self._options.topic is None else self._options.topic.reveal()
        topic = own_address(message, is_topic, room, WHAT)
        if not is_topic(topic):
            raise DeliveryError(f"`topic` takes {WHAT}", permanent=True, scope="channel")
        found = self._told("id", "POST", "", as_json(payload(message, topic)), topic)
        return f"published as {one_line(str(found))[:40]}"

    def check(self) -> str:
        """Ask whether the server is well, and whether it takes the token; publishes nothing."""
        well = self._told("healthy", "GET", "v1/health")
        told = f"{self._host} is {'well' if well is True else 'ill'}"
        if self._options.token is None:
            return told
        self._told("username", "GET", "v1/account")
        return f"{told} and takes the token"

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()

    def _told(
        self, key: str, method: str, path: str, value: bytes = b"", topic: str = ""
    ) -> object:
        """One request; what its answer says under `key`. Raises DeliveryError; shows no topic."""
        headers, secrets = dict(HEADERS), [topic]
        if self._options.token is not None:
            headers["Authorization"] = bearer(self._options.token)
            secrets.append(headers["Authorization"].partition(" ")[2])
        url = f"{self._options.server.rstrip('/')}/{path}"
        answer = self._http.unredacted(method, url, value, headers)
        found, shown = fields_of(answer).get(key), without(answer, *secrets)
        if answer.status != 200:
            raise refusal(shown, self._host, self._now())
        if found is None:
            raise strange(shown, self._host, "ntfy")
        return found

    @property
    def _host(self) -> str:
        return host_of(self._options.server)


def is_topic(text: str) -> bool:
    """Whether a text is the name of a topic."""
    return _TOPIC.fullmatch(text) is not None


def payload(message: Message, topic: str) -> Json:
    """What is published: the lead is the title, with the subject under it, then the facts."""
    sent: Json = {
        "topic": topic,
        "title": line(message.lead, TITLE, still),
        "message": "",
        "priority": PRIORITIES[message.urgency],
        "tags": [TAGS[message.urgency]],
        "sequence_id": hashlib.sha256(message.identifier.encode()).hexdigest()[:32],
        "actions": [_action(one) for one in message.buttons[:ACTIONS]],
    }
    if message.buttons:
        sent["click"] = message.buttons[-1].url
    sent["message"] = _message(message, min(MESSAGE, ALL - len(as_json(sent))))
    return sent


def _message(message: Message, room: int) -> str:
    """As much of subject, facts or text as has room in bytes of JSON."""
    subject = line(message.subject, LEAD, still)
    for units in (room, room // 2, room // 3, room // 6, 0):
        facts = fact_lines(message, units) if message.facts else []
        lines = [f"{label}: {value}" for label, value in facts]
        shown = "\n".join([subject, *(lines or [body(message, units)])]).strip()
        if len(as_json(shown)) - 2 <= room:
            return shown
    return fitted(message.subject, room // 6, still)


def _action(button: Button) -> Json:
    return {"action": "view", "label": line(button.label, LABEL, still), "url": button.url}
