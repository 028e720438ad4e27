"""Mattermost by an incoming webhook, in message attachments.

Title, text and the values of fields are Markdown there, the titles of fields are not
(https://developers.mattermost.com/integrate/reference/message-attachments/, and the web app's
message_attachment.tsx). The server looks for mentions in them, and reads links as Slack writes
them. So all that comes out of a plan is escaped, and its mentions, hashtags, channels, addresses
and emoji are broken. A post holds 16,383 characters (PostMessageMaxRunesV2 of the server); the
whole request stays below.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from notifiers.chat import COLOURS, HEADERS, Json, as_json, characters, kept, left_out, line, short
from notifiers.hooks import base_of, links, require
from notifiers.http import Http, HttpTimeouts, refusal
from notifiers.message import Message
from notifiers.notifier import Clock
from notifiers.options import Problem
from notifiers.plain import escaped, fitted, inert
from notifiers.secret import Secret
from notifiers.urls import host_of, timeout_problems, url_problems

ALL = 16_000
"""Characters of the whole request; a post holds 16,383."""
TITLE, LEAD, LABEL, VALUE, FALLBACK, LINKS = 300, 2000, 300, 1000, 300, 4000


@dataclass(frozen=True, slots=True)
class MattermostOptions:
    """The keys of a channel of the kind `mattermost`."""

    url: Secret = field(
        metadata={
            "doc": "The incoming webhook's address, as Mattermost shows it.",
            "example": '{ env = "MATTERMOST_URL" }',
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


class Mattermost:
    """A channel in Mattermost."""

    Options: ClassVar[type[MattermostOptions]] = MattermostOptions
    needs_recipient: ClassVar[bool] = False

    def __init__(self, options: MattermostOptions, now: Clock) -> None:
        self._url = options.url
        self._now = now
        self._http = Http(
            now,
            HttpTimeouts(options.connect_timeout, options.read_timeout),
            public_only=not options.allow_private,
            http_allowed=options.allow_private,
        )

    def send(self, message: Message) -> str:
        """Post the message; success is exactly the answer `ok`."""
        url = self._url.reveal()
        answer = self._http.post(url, as_json(payload(message)), HEADERS)
        return require(answer, answer.body.strip() == "ok", url, "Mattermost")

    def check(self) -> str:
        """Ask the server for a sign of life, which posts nothing; the hook cannot be asked."""
        url = self._url.reveal()
        answer = self._http.exchange("GET", f"{base_of(url)}/api/v4/system/ping", b"", {}, [url])
        if answer.status != 200:
            raise refusal(answer, host_of(url), self._now())
        return f"{host_of(url)} is there; whether it knows the webhook only a message shows"

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()


def payload(message: Message) -> Json:
    """What is posted: one attachment with the message, one with its links."""
    colour = COLOURS[message.urgency]
    card: Json = {
        "fallback": short(message, FALLBACK, inert),
        "color": colour,
        "title": line(message.subject, TITLE, markdown),
        "text": f"**{line(message.lead, LEAD, markdown)}**",
    }
    foot = links(message.buttons, LINKS, markdown)
    tail = [{"fallback": "", "color": colour, "text": foot}] if foot else []
    posted = {"attachments": [card, *tail]}
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
        text = fitted(message.body_without_lead, room, markdown, characters)
        card["text"] = f"{card['text']}\n\n{text}".strip()
    return posted


def markdown(text: str) -> str:
    """The text for Mattermost's Markdown: `escaped`, and `<` and `$` as entities.

    Its rules for links in angle brackets and for formulas (marked.js) stop at no backslash and no
    space of no width.
    """
    shown = escaped(text).replace("<", "&lt;")
    return shown.replace("$", "&#36;") if shown.count("$") > 1 else shown


def _field(label: str, value: str) -> Json:
    return {
        "short": False,
        "title": line(label, LABEL, inert),
        "value": line(value, VALUE, markdown),
    }
