"""Discord by a webhook, in embeds, with link buttons.

`wait=true` makes Discord answer with the message once it is there, `with_components=true` lets a
webhook that no application owns have link buttons
(https://docs.discord.com/developers/resources/webhook#execute-webhook). The limits are those of
https://docs.discord.com/developers/resources/message#embed-object-embed-limits; all embeds of a
message together hold 6,000 characters. Embeds are Markdown, and what comes out of a plan is
escaped in them; `allowed_mentions` lets nobody be mentioned.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from notifiers.chat import COLOURS, HEADERS, Json, as_json, groups, kept, left_out, line
from notifiers.errors import DeliveryError
from notifiers.hooks import host_problems, links, require, revealed, with_query
from notifiers.http import LONGEST_WAIT, Answer, Http, HttpTimeouts, refusal
from notifiers.message import Button, Message
from notifiers.notifier import Clock
from notifiers.options import Problem
from notifiers.plain import escaped, fitted, inert, units
from notifiers.secret import Secret
from notifiers.urls import host_of, timeout_problems, url_problems

HOSTS: Final = ("discord.com", "discordapp.com", "canary.discord.com", "ptb.discord.com")
TITLE, NAME, VALUE, LABEL, URL = 256, 256, 1024, 80, 512
LEAD, TEXT, LINKS = 500, 2000, 1500
ALL = 6000
"""Characters of all embeds together."""
FIELDS_PER_EMBED, EMBEDS = 25, 10
BUTTONS_PER_ROW, ROWS = 5, 5
_ROW, _BUTTON, _LINK = 1, 2, 5
"""Types of components, and the style of a button that opens a page."""
_QUERY = "wait=true&with_components=true"


@dataclass(frozen=True, slots=True)
class DiscordOptions:
    """The keys of a channel of the kind `discord`."""

    url: Secret = field(
        metadata={
            "doc": "The webhook's address, as Discord copies it; whoever has it can post.",
            "example": '{ env = "DISCORD_URL" }',
        }
    )
    connect_timeout: float = field(default=10.0, metadata={"doc": "Seconds to connect."})
    read_timeout: float = field(default=30.0, metadata={"doc": "Seconds for the answer."})

    def problems(self) -> list[Problem]:
        """Everything that is wrong with the values."""
        return [
            *(url_problems("url", self.url) or host_problems(self.url, HOSTS, "Discord")),
            *timeout_problems(self.connect_timeout, self.read_timeout),
        ]


class Discord:
    """A channel in Discord."""

    Options: ClassVar[type[DiscordOptions]] = DiscordOptions
    needs_recipient: ClassVar[bool] = False

    def __init__(self, options: DiscordOptions, now: Clock) -> None:
        self._url = options.url
        self._now = now
        self._http = Http(now, HttpTimeouts(options.connect_timeout, options.read_timeout))

    def send(self, message: Message) -> str:
        """Post the message; success is the message itself as the answer."""
        url = revealed(self._url, HOSTS, "Discord")
        body = as_json(payload(message))
        answer = self._http.exchange("POST", with_query(url, _QUERY), body, HEADERS, [url])
        if not 200 <= answer.status < 300:
            raise self._refusal(answer, url)
        require(answer, "id" in _object(answer), url, "Discord")
        return f"{answer.status} posted"

    def check(self) -> str:
        """Ask what the webhook is called, which posts nothing."""
        url = revealed(self._url, HOSTS, "Discord")
        answer = self._http.exchange("GET", url, b"", {})
        if answer.status != 200:
            raise self._refusal(answer, url)
        require(answer, "id" in _object(answer), url, "Discord")
        return f"{host_of(url)} knows the webhook"

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()

    def _refusal(self, answer: Answer, url: str) -> DeliveryError:
        """As of any service; how long to wait stands in the body, to the millisecond."""
        error = refusal(answer, host_of(url), self._now())
        wait = _object(answer).get("retry_after")
        if not error.permanent and isinstance(wait, int | float) and wait >= 0:
            error.retry_after = min(max(wait, error.retry_after or 0.0), LONGEST_WAIT)
        return error


def payload(message: Message) -> Json:
    """What is posted: the embeds, and under them the buttons."""
    return {
        "embeds": embeds(message),
        "components": rows(message.buttons),
        "allowed_mentions": {"parse": []},
    }


def embeds(message: Message) -> list[Json]:
    """One embed, and more of the same colour where there are more than 25 facts."""
    colour = int(COLOURS[message.urgency].removeprefix("#"), 16)
    title, lead = line(message.subject, TITLE, escaped), line(message.lead, LEAD, escaped)
    foot = links([one for one in message.buttons if len(one.url) > URL], LINKS)
    room = ALL - units(title) - units(lead) - units(foot) - 8
    first: Json = {"title": title, "color": colour}
    if not message.facts:
        body = fitted(message.body_without_lead, min(TEXT, room), escaped)
        return [first | {"description": _joined(f"**{lead}**", body, foot)}]
    first["description"] = _joined(f"**{lead}**", foot)
    fields = kept(
        [_field(*fact) for fact in message.facts],
        room=room,
        most=FIELDS_PER_EMBED * EMBEDS,
        size=lambda one: units(one["name"]) + units(one["value"]),
        rest=lambda count: _field(*left_out(count)),
    )
    pages = groups(fields, FIELDS_PER_EMBED)
    more = [{"color": colour, "fields": page} for page in pages[1:]]
    return [first | {"fields": pages[0] if pages else []}, *more]


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def rows(buttons: Sequence[Button]) -> list[Json]:
    """Five rows of five buttons at the most; an address of more than 512 characters has none."""
    shown = [_button(one) for one in buttons if len(one.url) <= URL][: BUTTONS_PER_ROW * ROWS]
    return [{"type": _ROW, "components": row} for row in groups(shown, BUTTONS_PER_ROW)]


def _button(button: Button) -> Json:
    label = line(button.label, LABEL, inert)
    return {"type": _BUTTON, "style": _LINK, "label": label, "url": button.url}


def _field(label: str, value: str) -> Json:
    return {
        "name": line(label, NAME, escaped),
        "value": line(value, VALUE, escaped),
        "inline": False,
    }


def _object(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
