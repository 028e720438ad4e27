"""Telegram: where a message goes, how it looks, what its errors mean."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given

from notifiers.errors import DeliveryError
from notifiers.message import Address, Button, Message
from notifiers.notifier import Clock
from notifiers.secret import Secret
from notifiers.telegram import WHAT, Telegram, TelegramOptions, payload
from tests.notifiers.answering import Answering, Service, answering
from tests.notifiers.looked_for import URL, looked_for, messages, same
from tests.notifiers.served import Request

TOKEN = "1234567:AAtOpSecretToken"
GROUP = "-1001234567890"
TAKEN = {"ok": True, "result": {"message_id": 5}}
MakeMessage = Callable[..., Message]


class Reading(HTMLParser):
    """HTML as Telegram reads it: which tags, and what is shown."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.bold: list[str] = []
        self.shown = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs
        self.tags.append(tag)
        self.bold.append("")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.shown += data
        if self.tags and not self.tags[-1].startswith("/"):
            self.bold[-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    handle_pi = handle_comment


def sent(
    now: Clock, message: Message, answer: Answering | None = None, **options: Any
) -> tuple[str, Service]:
    with answering(answer or (lambda _request: (200, TAKEN))) as service:
        given: dict[str, Any] = {"token": Secret(plain=TOKEN), "server": service.address} | options
        made = TelegramOptions(**given)
        assert made.problems() == []
        telegram = Telegram(made, now)
        try:
            return telegram.send(message), service
        finally:
            telegram.close()


def refused(now: Clock, message: Message, status: int, value: Any, **options: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        sent(now, message, lambda _request: (status, value), **options)
    assert TOKEN.partition(":")[2] not in repr(caught.value)
    return caught.value


def test_what_is_sent(now: Clock, make_message: MakeMessage) -> None:
    answer, service = sent(now, make_message(to=Address("4711", "Amina")))
    assert answer == "sent as message 5"
    assert service.requests[0].path == f"/bot{TOKEN}/sendMessage"
    assert service.bodies == [
        {
            "chat_id": "4711",
            "text": "<b>Zero draft, April 2024 · HSP/HA.2/Res.1</b>\nDue in 20 working days\n\n"
            "<b>Due:</b> April 2024\n<b>Owner:</b> Amina &amp; Jonas",
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {
                "inline_keyboard": [
                    [
                        {
                            "text": "Report progress",
                            "url": "https://tracker.example.org/report?a=1&b=2",
                        }
                    ]
                ]
            },
        }
    ]


def test_without_facts_the_text_is_shown_and_without_buttons_no_keyboard(
    make_message: MakeMessage,
) -> None:
    shown = payload(make_message(facts=(), buttons=()))
    assert shown["text"].endswith(
        "Due in 20 working days\n\nZero draft: April 2024\n.\n.. and dots"
    )
    assert "reply_markup" not in shown


@pytest.mark.parametrize(
    ("address", "options", "chat"),
    [
        ("4711", {}, "4711"),
        ("4711", {"chat": GROUP, "topic": 7}, "4711"),
        ("@deadlines", {}, "@deadlines"),
        ("amina@example.org", {"chat": GROUP}, GROUP),
        (None, {"chat": "@deadlines"}, "@deadlines"),
    ],
)
def test_where_a_message_goes(
    now: Clock,
    make_message: MakeMessage,
    address: str | None,
    options: dict[str, Any],
    chat: str,
) -> None:
    to = None if address is None else Address(address, "Amina")
    _, service = sent(now, make_message(to=to), **options)
    assert [one["chat_id"] for one in service.bodies] == [chat]
    assert ("message_thread_id" in service.bodies[0]) == (chat == GROUP and "topic" in options)


def test_a_topic_is_that_of_the_group(now: Clock, make_message: MakeMessage) -> None:
    _, service = sent(now, make_message(to=None), chat=GROUP, topic=7)
    assert service.bodies[0]["message_thread_id"] == 7


@pytest.mark.parametrize("to", [None, Address("amina@example.org", "Amina")])
def test_nowhere_to_send_is_told_in_words(
    now: Clock, make_message: MakeMessage, to: Address | None
) -> None:
    error = refused(now, make_message(to=to), 200, TAKEN)
    assert (error.permanent, error.scope) == (True, "recipient")
    assert "`addresses`" in error.message


def test_a_group_that_moved_is_followed_and_remembered(
    now: Clock, make_message: MakeMessage
) -> None:
    moved = -1009876543210

    def answer(request: Request) -> tuple[int, Any]:
        if json.loads(request.body)["chat_id"] == moved or f'"{moved}"'.encode() in request.body:
            return 200, TAKEN
        text = "Bad Request: group chat was upgraded to a supergroup chat"
        return 400, {"ok": False, "description": text, "parameters": {"migrate_to_chat_id": moved}}

    with answering(answer) as service:
        options = TelegramOptions(Secret(plain=TOKEN), GROUP, server=service.address)
        telegram = Telegram(options, now)
        first = telegram.send(make_message(key="one", to=None))
        telegram.send(make_message(key="two", to=None))
        telegram.close()
    assert f"the chat {GROUP} is now {moved}: write that in the plan" in first
    assert [str(one["chat_id"]) for one in service.bodies] == [GROUP, str(moved), str(moved)]


@pytest.mark.parametrize(
    ("status", "description", "meaning"),
    [
        (400, "Bad Request: chat not found", (True, "recipient")),
        (403, "Forbidden: bot was blocked by the user", (True, "recipient")),
        (403, "Forbidden: user is deactivated", (True, "recipient")),
        (403, "Forbidden: bot can't initiate conversation with a user", (True, "recipient")),
        (400, "Bad Request: can't parse entities", (True, "unknown")),
        (401, "Unauthorized", (True, "channel")),
        (404, "Not Found", (True, "channel")),
        (409, "Conflict", (True, "unknown")),
        (500, "Internal", (False, "channel")),
    ],
)
def test_what_a_refusal_means(
    now: Clock,
    make_message: MakeMessage,
    status: int,
    description: str,
    meaning: tuple[bool, str],
) -> None:
    value = {"ok": False, "error_code": status, "description": description}
    error = refused(now, make_message(to=Address("4711")), status, value)
    assert (error.permanent, error.scope) == meaning
    assert description in error.message
    room = refused(now, make_message(to=None), status, value, chat=GROUP)
    assert room.scope == ("channel" if meaning[1] == "recipient" else meaning[1])


def test_how_long_to_wait_stands_in_the_body(now: Clock, make_message: MakeMessage) -> None:
    for wait, expected in ((30, 30.0), (10**9, 86400.0), (-1, None), ("x", None)):
        value = {"ok": False, "parameters": {"retry_after": wait}}
        error = refused(now, make_message(to=Address("4711")), 429, value)
        assert (error.permanent, error.retry_after) == (False, expected)


@pytest.mark.parametrize("value", [b"<html>log in</html>", {"ok": False}, [1], {"result": {}}])
def test_another_answer_is_no_success(now: Clock, make_message: MakeMessage, value: Any) -> None:
    error = refused(now, make_message(to=Address("4711")), 200, value)
    assert (error.permanent, error.scope) == (False, "channel")
    assert "not what Telegram answers" in error.message


def test_a_token_that_is_none_asks_nobody(
    now: Clock, make_message: MakeMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_TELEGRAM", "s3cret/../with-a-slash")
    error = refused(
        now, make_message(to=Address("1")), 200, TAKEN, token=Secret(env="TEST_TELEGRAM")
    )
    assert "@BotFather" in error.message
    assert "s3cret" not in error.message


def test_a_check_sends_nothing(now: Clock) -> None:
    def answer(request: Request) -> tuple[int, Any]:
        if request.path.endswith("/getMe"):
            return 200, {"ok": True, "result": {"username": "milestones_bot"}}
        assert request.path.endswith("/getChat")
        return 200, {"ok": True, "result": {"type": "supergroup"}}

    with answering(answer) as service:
        options = TelegramOptions(Secret(plain=TOKEN), server=service.address)
        assert Telegram(options, now).check() == "127.0.0.1 knows the bot @milestones_bot"
        options = TelegramOptions(Secret(plain=TOKEN), GROUP, server=service.address)
        assert Telegram(options, now).check().endswith(f"sees {GROUP} (supergroup)")


def test_buttons_have_room_and_hosts_that_telegram_takes(make_message: MakeMessage) -> None:
    long = Button("x" * 90, "https://tracker.example.org/" + "a" * 800)
    local = Button("here", "http://localhost:8000/x")
    rows = payload(make_message(buttons=(local, *[long] * 40)))["reply_markup"]["inline_keyboard"]
    assert 5 <= len(rows) <= 20
    assert {row[0]["url"] for row in rows} == {long.url}
    assert "reply_markup" not in payload(make_message(buttons=(local,)))


@given(message=messages())
def test_a_title_may_contain_anything(message: Message) -> None:
    shown = payload(message)
    read = Reading(shown["text"])
    assert read.tags == ["b", "/b"] * (1 + len(message.facts))
    assert looked_for(read.shown) == []
    assert same(read.bold[0], message.subject)
    for (label, _), bold in zip(message.facts, read.bold[1:], strict=True):
        assert same(bold, f"{label or '…'}:") or same(bold.removesuffix(":"), label)
    for row in shown.get("reply_markup", {"inline_keyboard": []})["inline_keyboard"]:
        assert row[0]["url"] == URL
        assert looked_for(row[0]["text"]) == []


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({}, []),
        ({"token": Secret(plain="bot123")}, ["token"]),
        ({"chat": "my group"}, ["chat"]),
        ({"chat": "@a"}, ["chat"]),
        ({"chat": "-12345", "topic": 3}, []),
        ({"topic": 3}, ["topic"]),
        ({"server": "http://example.org"}, ["server"]),
        ({"read_timeout": 0.0}, ["read-timeout"]),
    ],
)
def test_what_is_wrong_with_the_keys(changes: dict[str, Any], keys: list[str]) -> None:
    options = TelegramOptions(**({"token": Secret(plain=TOKEN)} | changes))
    assert [key for key, _text in options.problems()] == keys


def test_what_is_wrong_with_an_address() -> None:
    alone, group = TelegramOptions(Secret(plain=TOKEN)), TelegramOptions(Secret(plain=TOKEN), GROUP)
    assert alone.address_wanted("4711") is None
    assert group.address_wanted(None) is None
    assert alone.address_wanted(None) == WHAT
    assert group.address_wanted("Amina") == WHAT
