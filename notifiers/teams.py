"""Microsoft Teams by a Workflows webhook, in an Adaptive Card 1.4.

The message is `{"type": "message", "attachments": [...]}`, as the workflow's template "Post to a
channel when a webhook request is received" wants it
(https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using).
Teams reads Markdown in a TextBlock and in a Fact, so what comes out of a plan stands in TextRuns,
which know none (https://adaptivecards.io/explorer/TextRun.html). A message holds 28 KB. Six
buttons are shown; further links stand in the text.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from notifiers.chat import HEADERS, Fact, Json, as_json, kept, left_out, line, short
from notifiers.errors import DeliveryError
from notifiers.http import Answer, Http, HttpTimeouts, refusal
from notifiers.message import Button, Message, Urgency
from notifiers.notifier import Clock
from notifiers.options import Problem
from notifiers.plain import cleaned, fitted, inert
from notifiers.secret import Secret
from notifiers.urls import host_of, timeout_problems, url_problems

ALL = 20_000
"""Bytes of the whole request. Teams refuses at 28 KB, some of which it adds itself."""
SUBJECT, LEAD, LABEL, VALUE, FALLBACK, BUTTON = 300, 1000, 300, 1000, 500, 120
TEXT, LINKS = 5000, 8000
"""Characters of a text without facts; bytes of all links."""
ACTIONS = 6
SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
CONTENT_TYPE: Final = "application/vnd.microsoft.card.adaptive"
_STYLES: dict[Urgency, tuple[str, str]] = {
    "info": ("emphasis", "default"),
    "soon": ("accent", "accent"),
    "today": ("warning", "warning"),
    "late": ("attention", "attention"),
}
"""Urgency -> the style of the head, and the colour of its text."""
_SWITCHED_OFF = (
    "leads to an Office connector, which Microsoft has switched off; in Teams make a workflow "
    "“Post to a channel when a webhook request is received”, and take its address"
)
_ALIVE = "TriggerRequestMethodNotValid"
"""In the answer to GET of a workflow that is there, and takes POST only."""


@dataclass(frozen=True, slots=True)
class TeamsOptions:
    """The keys of a channel of the kind `teams`."""

    url: Secret = field(
        metadata={
            "doc": "The address of the workflow's webhook; whoever has it can post.",
            "example": '{ env = "TEAMS_URL" }',
        }
    )
    connect_timeout: float = field(default=10.0, metadata={"doc": "Seconds to connect."})
    read_timeout: float = field(default=30.0, metadata={"doc": "Seconds for the answer."})

    def problems(self) -> list[Problem]:
        """Everything that is wrong with the values."""
        found = url_problems("url", self.url)
        if not found and self.url.is_plain and is_connector(self.url.reveal()):
            found = [("url", _SWITCHED_OFF)]
        return [*found, *timeout_problems(self.connect_timeout, self.read_timeout)]


class Teams:
    """A channel or a chat in Microsoft Teams."""

    Options: ClassVar[type[TeamsOptions]] = TeamsOptions
    needs_recipient: ClassVar[bool] = False

    def __init__(self, options: TeamsOptions, now: Clock) -> None:
        self._url = options.url
        self._now = now
        self._http = Http(now, HttpTimeouts(options.connect_timeout, options.read_timeout))

    def send(self, message: Message) -> str:
        """Post the message; the workflow takes it with 202."""
        return self._http.post(self._revealed(), as_json(payload(message)), HEADERS).line

    def check(self) -> str:
        """Ask with GET, which starts no workflow: one that is there says that it wants POST."""
        url = self._revealed()
        answer = self._http.exchange("GET", url, b"", {})
        if answer.status != 405 and _code(answer) != _ALIVE:
            raise refusal(answer, host_of(url), self._now())
        return f"{host_of(url)} knows the workflow"

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()

    def _revealed(self) -> str:
        url = self._url.reveal()
        if is_connector(url):
            raise DeliveryError(
                f"the channel's `url` {_SWITCHED_OFF}", permanent=True, scope="channel"
            )
        return url


def is_connector(url: str) -> bool:
    """Whether the address is that of an Office connector (retired in 2025)."""
    host = f".{host_of(url)}"
    return host.endswith((".webhook.office.com", ".webhook.office365.com")) or (
        host == ".outlook.office.com"
    )


def payload(message: Message) -> Json:
    """What is posted: a message whose one attachment is the card."""
    attached = {"contentType": CONTENT_TYPE, "contentUrl": None, "content": card(message)}
    return {"type": "message", "attachments": [attached]}


def card(message: Message) -> Json:
    """The card: what is asked on its coloured head, the subject, the facts, and the links."""
    actions, more = _links(message.buttons)
    head = _head(message)
    made: Json = {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": "1.4",
        "lang": message.language,
        "fallbackText": short(message, FALLBACK, inert),
        "msteams": {"width": "Full"},
        "body": [*head, *more],
        "actions": actions,
    }
    room = ALL - len(as_json(made)) - 300
    made["body"] = [*head, *_middle(message, room), *more]
    return made


def _head(message: Message) -> list[Json]:
    style, colour = _STYLES[message.urgency]
    lead = _run(line(message.lead, LEAD, inert), weight="bolder", color=colour)
    subject = _run(line(message.subject, SUBJECT, inert), weight="bolder", size="medium")
    return [
        {"type": "Container", "style": style, "bleed": True, "items": [_block([lead])]},
        _block([subject]),
    ]


def _middle(message: Message, room: int) -> list[Json]:
    """The facts, or the text where there are none; `room` in bytes."""
    if message.facts:
        return kept(
            [_fact(fact) for fact in message.facts],
            room=room,
            most=len(message.facts),
            size=_size,
            rest=lambda count: _fact(left_out(count)),
        )
    text = cleaned(message.body_without_lead)[:TEXT]
    lines = [_block([_run(fitted(one, VALUE, inert))]) for one in text.split("\n") if one]
    rest = _block([_run("…")])
    return kept(lines, room=room, most=len(lines), size=_size, rest=lambda _count: rest)


def _fact(fact: Fact) -> Json:
    label, value = fact
    return _block(
        [
            _run(f"{line(label, LABEL, inert)}  ", isSubtle=True),
            _run(line(value, VALUE, inert)),
        ]
    )


def _links(buttons: Sequence[Button]) -> tuple[list[Json], list[Json]]:
    """The actions under the card, and a block of links for those that have no room there."""
    made = list(_within(map(_action, buttons), LINKS))
    more = [_run(f"{one['title']}  ", selectAction=one) for one in made[ACTIONS:]]
    return made[:ACTIONS], [_block(more)] if more else []


def _within(made: Iterable[Json], room: int) -> Iterable[Json]:
    for one in made:
        room -= _size(one)
        if room < 0:
            return
        yield one


def _action(button: Button) -> Json:
    return {
        "type": "Action.OpenUrl",
        "title": line(button.label, BUTTON, inert),
        "url": button.url,
    }


def _block(runs: list[Json]) -> Json:
    return {"type": "RichTextBlock", "inlines": runs}


def _run(text: str, **style: Any) -> Json:
    return {"type": "TextRun", "text": text, **style}


def _size(part: Json) -> int:
    return len(as_json(part)) + 1


def _code(answer: Answer) -> str:
    """The code of an error of a workflow, {"error": {"code": "..."}}."""
    try:
        found: Any = json.loads(answer.body)
        return str(found["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""
