"""Slack by an incoming webhook, in Block Kit.

Everything that comes out of a plan stands in `plain_text` objects, which know no markup, no
mention and no link, with `&`, `<` and `>` escaped all the same. Links are in a section of their
own, and not buttons: those ask for a server that Slack can reach.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from notifiers.chat import Fact, groups, kept, left_out
from notifiers.errors import DeliveryError
from notifiers.headers import one_line
from notifiers.http import Http, HttpTimeouts, refusal
from notifiers.message import Button, Message
from notifiers.notifier import Clock
from notifiers.options import Problem
from notifiers.secret import Secret
from notifiers.urls import host_of, timeout_problems, url_problems

HEADER, SECTION, FIELD, LABEL, FALLBACK = 150, 3000, 2000, 75, 3000
"""Characters, after escaping."""
FIELDS_PER_SECTION = 10
ALL_BLOCKS = 11500
"""Characters of all blocks together as JSON; Slack refuses at 12,000."""
BLOCKS = 50
_AROUND = 36
"""Characters around the fields of a section."""
Block = dict[str, Any]
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_EMOJI = re.compile(r":(?=[a-z0-9_+'-]+:)")
_MARKUP = re.compile(r"[*_~`|]")
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]+")
_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
_ALIVE = ("no_text", "invalid_payload", "missing_text_or_fallback_or_attachments")


@dataclass(frozen=True, slots=True)
class SlackOptions:
    """The keys of a channel of the kind `slack`."""

    url: Secret = field(
        metadata={
            "doc": "The incoming webhook's address, as Slack shows it; whoever has it can post.",
            "example": '{ env = "SLACK_URL" }',
        }
    )
    connect_timeout: float = field(default=10.0, metadata={"doc": "Seconds to connect."})
    read_timeout: float = field(default=30.0, metadata={"doc": "Seconds for the answer."})

    def problems(self) -> list[Problem]:
        """Everything that is wrong with the values."""
        return [
            *url_problems("url", self.url),
            *timeout_problems(self.connect_timeout, self.read_timeout),
        ]


class Slack:
    """A room in Slack."""

    Options: ClassVar[type[SlackOptions]] = SlackOptions
    needs_recipient: ClassVar[bool] = False

    def __init__(self, options: SlackOptions, now: Clock) -> None:
        self._url = options.url
        self._now = now
        self._http = Http(now, HttpTimeouts(options.connect_timeout, options.read_timeout))

    def send(self, message: Message) -> str:
        """Post the message; success is exactly the answer `ok`."""
        url = self._url.reveal()
        answer = self._http.post(url, _json(payload(message)), _HEADERS)
        if answer.body.strip() != "ok":
            raise DeliveryError(
                f"{host_of(url)} answered {answer.line}, which is not Slack's `ok`: "
                "check that nothing on the way answers in its place",
                permanent=False,
                scope="channel",
            )
        return answer.line

    def check(self) -> str:
        """Post nothing at all: a good webhook refuses that with words of its own."""
        url = self._url.reveal()
        answer = self._http.exchange("POST", url, b"{}", _HEADERS)
        if answer.status == 400 and answer.body.strip() in _ALIVE:
            return f"{host_of(url)} knows the webhook"
        raise refusal(answer, host_of(url), self._now())

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()


def payload(message: Message) -> dict[str, Any]:
    """What is posted: the blocks, and the same in short as `text` for notifications."""
    fallback = cut(escape(one_line(f"{message.lead} · {message.subject}")), FALLBACK)
    return {
        "text": fallback,
        "mrkdwn": False,
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": blocks(message),
    }


def blocks(message: Message) -> list[Block]:
    """Header, lead, facts (or where there are none the text), links; within Slack's limits.

    Too long a text is cut with an ellipsis; facts that have no room are counted.
    """
    head = [_header(message.subject), *_sections([message.lead])]
    links = _links(message.buttons)
    room = ALL_BLOCKS - _size([*head, *links])
    most = BLOCKS - len(head) - len(links)
    if message.facts:
        return [*head, *_facts(message.facts, room, most), *links]
    body: list[Block] = []
    for block in _sections(_pieces(message.body_without_lead)):
        room -= _size([block])
        if room < 0 or len(body) == most:
            break
        body.append(block)
    return [*head, *body, *links]


def escape(text: str) -> str:
    """Text that Slack shows as it is: no entity, mention, link or emoji name is read in it."""
    text = _EMOJI.sub(":\u200b", text.encode("utf-8", "replace").decode("utf-8"))
    return _CONTROLS.sub(" ", "".join(_ESCAPES.get(character, character) for character in text))


def cut(escaped: str, limit: int) -> str:
    """At the most `limit` characters, with an ellipsis at the cut, which never splits `&amp;`."""
    if len(escaped) <= limit:
        return escaped
    kept = escaped[: limit - 1]
    return re.sub(r"&[a-z]{0,3}$", "", kept).rstrip() + "…"


def _header(subject: str) -> Block:
    text = cut(escape(one_line(subject)), HEADER) or "…"
    return {"type": "header", "text": _plain(text)}


def _sections(texts: Iterable[str]) -> list[Block]:
    shown = (cut(escape(text.strip()), SECTION) for text in texts)
    return [{"type": "section", "text": _plain(text)} for text in shown if text]


def _pieces(text: str) -> Iterator[str]:
    """Paragraphs, put together as long as they fit into one section."""
    piece: list[str] = []
    length = 0
    for paragraph in re.split(r"\n\s*\n", text[:ALL_BLOCKS]):
        added = len(escape(paragraph)) + 2
        if length + added > SECTION:
            yield "\n\n".join(piece)
            piece, length = [], 0
        piece.append(paragraph)
        length += added
    yield "\n\n".join(piece)


def _facts(facts: Sequence[Fact], room: int, most: int) -> list[Block]:
    fields = kept(
        [_field(*fact) for fact in facts],
        room=room - _AROUND,
        most=most * FIELDS_PER_SECTION,
        size=lambda one: _size([one]) + _AROUND // FIELDS_PER_SECTION + 1,
        rest=lambda count: _field(*left_out(count)),
    )
    return [{"type": "section", "fields": some} for some in groups(fields, FIELDS_PER_SECTION)]


def _field(label: str, value: str) -> Block:
    return _plain(cut(escape(f"{one_line(label)}\n{one_line(value)}"), FIELD))


def _links(buttons: tuple[Button, ...]) -> list[Block]:
    shown, length = [], 0
    for button in buttons:
        link = f"<{_link_target(button.url)}|{_link_label(button.label)}>"
        length += len(link) + 3
        if length > SECTION:
            break
        shown.append(link)
    if not shown:
        return []
    text = {"type": "mrkdwn", "text": " · ".join(shown), "verbatim": True}
    return [{"type": "section", "text": text}]


def _link_target(url: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in url.replace("|", "%7C"))


def _link_label(label: str) -> str:
    return cut(escape(_MARKUP.sub("", one_line(label))), LABEL) or "…"


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _size(found: list[Block]) -> int:
    return len(json.dumps(found, ensure_ascii=False))


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8")
