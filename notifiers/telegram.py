"""Telegram by a bot: `sendMessage` in HTML mode, with buttons that open pages.

https://core.telegram.org/bots/api#sendmessage says what is sent: a text of 1 to 4,096 characters
"after entities parsing", in HTML where `<`, `>` and `&` alone are escaped, and an inline keyboard.
https://core.telegram.org/bots/api#responseparameters: a group that became a supergroup answers
with `migrate_to_chat_id`, which is followed; a 429 carries `retry_after` in seconds. Telegram
itself looks for links, mentions, hashtags and commands in a text; `personal.still` breaks these.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from notifiers.chat import HEADERS, Json, as_json, line
from notifiers.errors import DeliveryError, Scope
from notifiers.headers import one_line
from notifiers.http import LONGEST_WAIT, Answer, Http, HttpTimeouts, refusal
from notifiers.message import Button, Message
from notifiers.notifier import Clock
from notifiers.options import Problem
from notifiers.personal import (
    body,
    fact_lines,
    fields_of,
    own_address,
    still,
    strange,
    without,
)
from notifiers.plain import units
from notifiers.secret import Secret
from notifiers.urls import host_of, timeout_problems, url_problem

TEXT: Final = 4096
"""Characters of the text as it is shown, counted in UTF-16 units, the strictest way."""
SUBJECT, LEAD, LABEL = 300, 500, 64
BUTTONS, KEYBOARD = 20, 8000
"""Buttons at the most, and bytes of all of them; Telegram refuses a keyboard of more than 10 KB."""
WHAT: Final = "the chat's number (or @name of a channel)"
_CHAT = re.compile(r"-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31}", re.ASCII)
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{6,}", re.ASCII)
_NO_TOKEN = "is no token of a bot: copy it again from @BotFather, as in 123456789:AAF…"
_GONE = ("chat not found", "bot was blocked", "user is deactivated", "bot was kicked",
         "not a member", "can't initiate conversation", "have no rights", "not enough rights",
         "peer_id_invalid", "group chat was deactivated", "bots can't send messages to bots",
         "chat_write_forbidden", "message thread not found", "topic_closed")  # fmt: skip
"""Parts of the descriptions that mean a chat, and not the message."""


@dataclass(frozen=True, slots=True)
class TelegramOptions:
    """The keys of a channel of the kind `telegram`."""

    token: Secret = field(
        metadata={
            "doc": "The bot's token, from @BotFather; whoever has it is the bot.",
            "example": '{ env = "TELEGRAM_TOKEN" }',
        }
    )
    chat: str | None = field(
        default=None,
        metadata={
            "doc": "The group or channel of a team: its number, or its @name. People have theirs in"
            " `addresses`.",
            "example": '"-1001234567890"',
        },
    )
    topic: int | None = field(
        default=None, metadata={"doc": "The number of the topic in `chat`, where it has topics."}
    )
    server: str = field(
        default="https://api.telegram.org",
        metadata={"doc": "Where the Bot API is; another where you run your own."},
    )
    connect_timeout: float = field(default=10.0, metadata={"doc": "Seconds to connect."})
    read_timeout: float = field(default=30.0, metadata={"doc": "Seconds for the answer."})

    def problems(self) -> list[Problem]:
        """Everything that is wrong with the values."""
        found: list[Problem] = []
        if self.token.is_plain and not _TOKEN.fullmatch(self.token.reveal()):
            found.append(("token", _NO_TOKEN))
        if self.chat is not None and not is_chat(self.chat):
            found.append(("chat", f"takes {WHAT} in quotes"))
        if self.topic is not None and self.chat is None:
            found.append(("topic", "is of no use without `chat`"))
        problem = url_problem(self.server)
        if problem is not None:
            found.append(("server", problem))
        return [*found, *timeout_problems(self.connect_timeout, self.read_timeout)]

    def address_wanted(self, address: str | None) -> str | None:
        """What a person's address must be, where this is none; see `notifiers.options`."""
        reached = self.chat is not None if address is None else is_chat(address)
        return None if reached else WHAT


class Telegram:
    """A bot in Telegram: to people by their chats, and to one group."""

    Options: ClassVar[type[TelegramOptions]] = TelegramOptions
    needs_recipient: ClassVar[bool] = False

    def __init__(self, options: TelegramOptions, now: Clock) -> None:
        self._options = options
        self._now = now
        self._http = Http(now, HttpTimeouts(options.connect_timeout, options.read_timeout))
        self._moved: dict[str, str] = {}
        """Chat -> the one it became, for as long as the connection is used."""

    def send(self, message: Message) -> str:
        """Send one message; a chat that has become another one is followed, once."""
        room = self._options.chat
        chat = own_address(message, is_chat, room, WHAT)
        sent = payload(message) | self._topic(chat)
        answer = self._call("sendMessage", sent | {"chat_id": self._moved.get(chat, chat)})
        parameters = fields_of(answer).get("parameters")
        moved = parameters.get("migrate_to_chat_id") if isinstance(parameters, dict) else None
        if answer.status == 400 and isinstance(moved, int):
            self._moved[chat] = str(moved)
            answer = self._call("sendMessage", sent | {"chat_id": moved})
        fields = self._taken(answer, personal=chat != room)
        number = fields.get("message_id") if isinstance(fields, dict) else None
        told = f"sent as message {number}"
        if chat in self._moved:
            told += f"; the chat {chat} is now {self._moved[chat]}: write that in the plan"
        return told

    def check(self) -> str:
        """Ask who the bot is, and whether it sees the group; posts nothing."""
        bot = self._taken(self._call("getMe", {}), personal=False)
        name = bot.get("username") if isinstance(bot, dict) else None
        told = f"{host_of(self._options.server)} knows the bot @{name}"
        if self._options.chat is None:
            return told
        chat = self._taken(self._call("getChat", {"chat_id": self._options.chat}), personal=False)
        kind = chat.get("type") if isinstance(chat, dict) else None
        return f"{told}, and the bot sees {self._options.chat} ({kind})"

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()

    def _topic(self, chat: str) -> Json:
        topic = self._options.topic
        return {"message_thread_id": topic} if topic and chat == self._options.chat else {}

    def _call(self, method: str, value: Json) -> Answer:
        token = self._options.token.reveal()
        if not _TOKEN.fullmatch(token):
            raise DeliveryError(f"`token` {_NO_TOKEN}", permanent=True, scope="channel")
        url = f"{self._options.server.rstrip('/')}/bot{token}/{method}"
        answer = self._http.unredacted("POST", url, as_json(value), HEADERS)
        return without(answer, token, token.partition(":")[2])

    def _taken(self, answer: Answer, *, personal: bool) -> Any:
        """The result of a call that worked; raises DeliveryError for any other answer."""
        fields, host = fields_of(answer), host_of(self._options.server)
        if answer.status == 200 and fields.get("ok") is True:
            return fields.get("result")
        if answer.status == 200:
            raise strange(answer, host, "Telegram")
        raise self._refused(answer, fields, host, personal=personal)

    def _refused(self, answer: Answer, fields: Json, host: str, *, personal: bool) -> DeliveryError:
        error = refusal(answer, host, self._now())
        said = str(fields.get("description", ""))
        about_chat = answer.status in (400, 403) and any(one in said.lower() for one in _GONE)
        if about_chat:
            scope: Scope = "recipient" if personal else "channel"
            hint = "has the person written /start to the bot?" if personal else "is the bot in it?"
            text = f"{host} does not let the bot write there: {one_line(said)} ({hint})"
            return DeliveryError(text[:400], permanent=True, scope=scope)
        parameters = fields.get("parameters")
        wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
        if not error.permanent and isinstance(wait, int | float) and wait >= 0:
            error.retry_after = min(max(float(wait), error.retry_after or 0.0), LONGEST_WAIT)
        return error


def is_chat(text: str) -> bool:
    """Whether a text is the number of a chat, or the @name of a channel."""
    return _CHAT.fullmatch(text) is not None


def payload(message: Message) -> Json:
    """What is sent, but for the chat it goes to."""
    keyboard = rows(message.buttons)
    return {
        "text": text(message),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        **({"reply_markup": {"inline_keyboard": keyboard}} if keyboard else {}),
    }


def text(message: Message) -> str:
    """Subject, lead and facts, or the text in their place; escaped, and within the limit."""
    subject, lead = line(message.subject, SUBJECT, still), line(message.lead, LEAD, still)
    room = TEXT - units(subject) - units(lead) - 4
    if not message.facts:
        shown = _escaped(body(message, room))
    else:
        facts = fact_lines(message, room)
        shown = "\n".join(f"<b>{_escaped(label)}:</b> {_escaped(value)}" for label, value in facts)
    return f"<b>{_escaped(subject)}</b>\n{_escaped(lead)}\n\n{shown}".rstrip()


def rows(buttons: Sequence[Button]) -> list[list[Json]]:
    """A row for each button, as many as have room. Telegram refuses a host without a full stop."""
    shown: list[list[Json]] = []
    room = KEYBOARD
    for button in buttons:
        if "." not in (urlsplit(button.url).hostname or ""):
            continue
        row = [{"text": line(button.label, LABEL, still), "url": button.url}]
        room -= len(as_json(row)) + 1
        if room < 0 or len(shown) == BUTTONS:
            break
        shown.append(row)
    return shown


def _escaped(shown: str) -> str:
    return html.escape(shown, quote=False)
