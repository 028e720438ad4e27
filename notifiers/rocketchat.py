"""Rocket.Chat by an incoming webhook, in message attachments.

The server looks for mentions, links and emoji in `text`; its clients read the fields and the text
of an attachment as Markdown, but not its title (DefaultAttachment.tsx). What comes out of a plan
is escaped in the fields and broken everywhere. A message holds 5,000 characters
(`Message_MaxAllowedSize`) unless the server's administrator says otherwise.
https://docs.rocket.chat/docs/integrations
"""

import json
from dataclasses import dataclass, field
from typing import Any, ClassVar

from notifiers.chat import COLOURS, HEADERS, Json, as_json, characters, kept, left_out, line, short
from notifiers.hooks import base_of, links, require
from notifiers.http import Http, HttpTimeouts, refusal
from notifiers.message import Message
from notifiers.notifier import Clock
from notifiers.options import Problem
from notifiers.plain import escaped, fitted, inert
from notifiers.secret import Secret
from notifiers.urls import host_of, timeout_problems, url_problems

ALL = 4900
"""Characters of the whole request; a message holds 5,000."""
TEXT, TITLE, LEAD, LABEL, VALUE, LINKS = 250, 250, 500, 150, 500, 1400


@dataclass(frozen=True, slots=True)
class RocketChatOptions:
    """The keys of a channel of the kind `rocket-chat`."""

    url: Secret = field(
        metadata={
            "doc": "The incoming webhook's address, as Rocket.Chat shows it.",
            "example": '{ env = "ROCKET_CHAT_URL" }',
        }
    )
    allow_private: bool = field(
        default=False,
        metadata={"doc": "Whether the address may be in a private network, and then also http."},
    )
    connect_timeout: float = field(default=10.0, metadata={"doc": "Seconds to connect."})
    read_timeout: float = field(default=30.0, metadata={"doc": "Seconds for the answer."})

    def problems(self) -> list[Problem]:
        """Everything that is wrong with the values."""
        return [
            *url_problems("url", self.url, http_allowed=self.allow_private),
            *timeout_problems(self.connect_timeout, self.read_timeout),
        ]


class RocketChat:
    """A room in Rocket.Chat."""

    Options: ClassVar[type[RocketChatOptions]] = RocketChatOptions
    needs_recipient: ClassVar[bool] = False

    def __init__(self, options: RocketChatOptions, now: Clock) -> None:
        self._url = options.url
        self._now = now
        self._http = Http(
            now,
            HttpTimeouts(options.connect_timeout, options.read_timeout),
            public_only=not options.allow_private,
            http_allowed=options.allow_private,
        )

    def send(self, message: Message) -> str:
        """Post the message; success is an answer whose `success` is true."""
        url = self._url.reveal()
        answer = self._http.post(url, as_json(payload(message)), HEADERS)
        return require(answer, _succeeded(answer.body), url, "Rocket.Chat")

    def check(self) -> str:
        """Ask the server for its version, which posts nothing; the hook cannot be asked."""
        url = self._url.reveal()
        answer = self._http.exchange("GET", f"{base_of(url)}/api/info", b"", {}, [url])
        if answer.status != 200:
            raise refusal(answer, host_of(url), self._now())
        return f"{host_of(url)} is there; whether it knows the webhook only a message shows"

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()


def payload(message: Message) -> Json:
    """What is posted: a line for notifications, the message, and its links."""
    colour = COLOURS[message.urgency]
    card: Json = {
        "color": colour,
        "title": line(message.subject, TITLE, inert),
        "text": f"**{line(message.lead, LEAD, escaped)}**",
        "mrkdwn_in": ["text", "fields"],
    }
    foot = links(message.buttons, LINKS)
    tail = [{"color": colour, "text": foot, "mrkdwn_in": ["text"]}] if foot else []
    posted: Json = {
        "text": short(message, TEXT, inert),
        "parseUrls": False,
        "attachments": [card, *tail],
    }
    room = ALL - characters(posted) - 20
    if message.facts:
        card["fields"] = kept(
            [_field(*fact) for fact in message.facts],
            room=room,
            most=len(message.facts),
            size=characters,
            rest=lambda count: _field(*left_out(count)),
        )
    else:
        text = fitted(message.body_without_lead, room, escaped, characters)
        card["text"] = f"{card['text']}\n\n{text}".strip()
    return posted


def _field(label: str, value: str) -> Json:
    return {
        "short": False,
        "title": line(label, LABEL, escaped),
        "value": line(value, VALUE, escaped),
    }


def _succeeded(body: str) -> bool:
    try:
        found: Any = json.loads(body)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("success") is True
