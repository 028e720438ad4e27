"""Google Chat by an incoming webhook, in a card.

All messages of a milestone are one thread (`threadKey`), and a copy makes no second message
(`requestId`), https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages.
A message holds 32,000 bytes and a card shows 100 widgets. Texts of a card know some HTML
(https://developers.google.com/workspace/chat/format-messages#card-formatting), so what comes out
of a plan is escaped in them; it stands in no header, which is cut without a word.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from uuid import NAMESPACE_OID, uuid5

from notifiers.chat import COLOURS, HEADERS, Json, as_json, kept, left_out, line, short
from notifiers.hooks import host_problems, require, revealed, with_query
from notifiers.http import Http, HttpTimeouts, refusal
from notifiers.message import Button, Message, identifier
from notifiers.notifier import Clock
from notifiers.options import Problem
from notifiers.plain import fitted, inert
from notifiers.secret import Secret
from notifiers.urls import host_of, timeout_problems, url_problems

HOSTS: Final = ("chat.googleapis.com",)
ALL = 30_000
"""Bytes of the whole request; Google Chat refuses at 32,000."""
TITLE, LEAD, LABEL, VALUE, FALLBACK, BUTTON = 300, 1000, 300, 1000, 500, 120
LINKS = 12_000
"""Bytes of all buttons."""
WIDGETS = 90
"""Facts of one card, which shows 100 widgets."""
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ALIVE = "cannot be empty"
"""In the answer to a message without anything, which a good webhook refuses."""


@dataclass(frozen=True, slots=True)
class GoogleChatOptions:
    """The keys of a channel of the kind `google-chat`."""

    url: Secret = field(
        metadata={
            "doc": "The webhook's address, as Google Chat copies it; whoever has it can post.",
            "example": '{ env = "GOOGLE_CHAT_URL" }',
        }
    )
    connect_timeout: float = field(default=10.0, metadata={"doc": "Seconds to connect."})
    read_timeout: float = field(default=30.0, metadata={"doc": "Seconds for the answer."})

    def problems(self) -> list[Problem]:
        """Everything that is wrong with the values."""
        return [
            *(url_problems("url", self.url) or host_problems(self.url, HOSTS, "Google Chat")),
            *timeout_problems(self.connect_timeout, self.read_timeout),
        ]


class GoogleChat:
    """A space in Google Chat."""

    Options: ClassVar[type[GoogleChatOptions]] = GoogleChatOptions
    needs_recipient: ClassVar[bool] = False

    def __init__(self, options: GoogleChatOptions, now: Clock) -> None:
        self._url = options.url
        self._now = now
        self._http = Http(now, HttpTimeouts(options.connect_timeout, options.read_timeout))

    def send(self, message: Message) -> str:
        """Post the message; success is the message itself as the answer."""
        url = revealed(self._url, HOSTS, "Google Chat")
        asked = with_query(url, query(message))
        answer = self._http.post(asked, as_json(payload(message)), HEADERS, [url])
        require(answer, _is_message(answer.body), url, "Google Chat")
        return f"{answer.status} posted"

    def check(self) -> str:
        """Post nothing at all: a good webhook refuses that with words of its own."""
        url = revealed(self._url, HOSTS, "Google Chat")
        answer = self._http.exchange("POST", url, b"{}", HEADERS)
        if answer.status == 400 and _ALIVE in answer.body:
            return f"{host_of(url)} knows the webhook"
        raise refusal(answer, host_of(url), self._now())

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()


def query(message: Message) -> str:
    """What the address says of the message: its identity, and to answer in the thread."""
    request = uuid5(NAMESPACE_OID, message.identifier)
    return f"messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD&requestId={request}"


def payload(message: Message) -> Json:
    """What is posted: one card, and its thread; without a thread the message stands alone."""
    head = _paragraph(
        f"<b>{line(message.subject, TITLE, html)}</b><br>"
        f'<font color="{COLOURS[message.urgency]}">{line(message.lead, LEAD, html)}</font>'
    )
    tail = _buttons(message.buttons)
    card: Json = {"sections": [{"widgets": [head]}]}
    posted: Json = {
        "cardsV2": [{"cardId": "milestone", "card": card}],
        "fallbackText": short(message, FALLBACK, inert),
    }
    if message.thread is not None:
        posted["thread"] = {"threadKey": identifier(message.thread)}
    room = ALL - len(as_json(posted)) - len(as_json(tail)) - 100
    card["sections"] += [{"widgets": found} for found in (_body(message, room), tail) if found]
    return posted


def html(text: str) -> str:
    """A text for a card: what it says and no more; line feeds become line breaks."""
    return inert(text).translate(_ENTITIES).replace("\n", "<br>")


def _body(message: Message, room: int) -> list[Json]:
    """The facts, or the text where there are none; `room` in bytes."""
    if not message.facts:
        text = fitted(message.body_without_lead, room - 100, html, lambda one: len(as_json(one)))
        return [_paragraph(text)] if text else []
    return kept(
        [_fact(*fact) for fact in message.facts],
        room=room,
        most=WIDGETS,
        size=lambda one: len(as_json(one)) + 1,
        rest=lambda count: _fact(*left_out(count)),
    )


def _fact(label: str, value: str) -> Json:
    return _paragraph(f"<b>{line(label, LABEL, html)}</b><br>{line(value, VALUE, html)}")


def _paragraph(text: str) -> Json:
    return {"textParagraph": {"text": text}}


def _buttons(buttons: Sequence[Button]) -> list[Json]:
    """The buttons of a card, in one list."""
    shown: list[Json] = []
    room = LINKS
    for button in buttons:
        made: Json = {
            "text": line(button.label, BUTTON, inert),
            "onClick": {"openLink": {"url": button.url}},
        }
        room -= len(as_json(made)) + 1
        if room < 0:
            break
        shown.append(made)
    return [{"buttonList": {"buttons": shown}}] if shown else []


def _is_message(body: str) -> bool:
    """Whether an answer is a message of Google Chat; a long one is cut, and no JSON any more."""
    try:
        found: Any = json.loads(body)
    except ValueError:
        return body.lstrip().startswith("{") and '"name"' in body
    return isinstance(found, dict) and "name" in found
