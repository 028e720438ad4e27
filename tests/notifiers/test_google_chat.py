"""Google Chat: the card, its thread and identity, and that a plan's texts are shown as they are."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifiers.errors import DeliveryError
from notifiers.google_chat import GoogleChat, GoogleChatOptions, payload
from notifiers.message import Message
from notifiers.secret import Secret
from tests.notifiers.hostile import TEXTS, URL, assert_only_text, hostile_message

MakeMessage = Callable[..., Message]
Clock = Callable[[], datetime]
PATH = "/v1/spaces/AAA/messages?key=aPublicKey&token=tOpSecretToken"


class Reader(HTMLParser):
    """What a card shows of a text: its words, and the tags that are in it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.text += "\n" if tag == "br" else ""

    def handle_comment(self, data: str) -> None:
        self.tags.add("comment")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def answering(http_server: Any) -> Any:
    http_server.body = b'{"name": "spaces/AAA/messages/B.B", "text": ""}'
    return http_server


@pytest.fixture
def chat(answering: Any, now: Clock) -> GoogleChat:
    return GoogleChat(GoogleChatOptions(Secret(plain=answering.url(PATH))), now)


def test_a_message_is_posted(chat: GoogleChat, answering: Any, make_message: MakeMessage) -> None:
    assert chat.send(make_message()) == "200 posted"
    posted = json.loads(answering.requests[0].body)
    assert posted["fallbackText"] == (
        "Due in 20 working days · Zero draft, April 2024 · HSP/HA.2/Res.1"
    )
    (found,) = posted["cardsV2"]
    head, facts, foot = found["card"]["sections"]
    assert head["widgets"] == [
        paragraph(
            "<b>Zero draft, April 2024 · HSP/HA.2/Res.1</b><br>"
            '<font color="#1a73e8">Due in 20 working days</font>'
        )
    ]
    assert facts["widgets"] == [
        paragraph("<b>Due</b><br>April 2024"),
        paragraph("<b>Owner</b><br>Amina &amp; Jonas"),
    ]
    address = "https://tracker.example.org/report?a=1&b=2"
    button = {"text": "Report progress", "onClick": {"openLink": {"url": address}}}
    assert foot["widgets"] == [{"buttonList": {"buttons": [button]}}]


def paragraph(text: str) -> dict[str, Any]:
    return {"textParagraph": {"text": text}}


def test_a_milestone_is_a_thread_and_a_copy_no_second_message(
    chat: GoogleChat, answering: Any, make_message: MakeMessage
) -> None:
    for key, thread in (("a", "zero"), ("a", "zero"), ("b", "zero"), ("c", "first"), ("d", None)):
        chat.send(make_message(key=key, thread=thread))
    asked = [parse_qs(urlsplit(one.path).query) for one in answering.requests]
    identities = [one["requestId"][0] for one in asked]
    assert identities[0] == identities[1]
    assert len(set(identities)) == 4
    assert {one["messageReplyOption"][0] for one in asked} == {
        "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"
    }
    assert {one["token"][0] for one in asked} == {"tOpSecretToken"}
    threads = [
        json.loads(one.body).get("thread", {}).get("threadKey") for one in answering.requests
    ]
    assert threads[0] == threads[1] == threads[2]
    assert threads[3] not in (threads[0], None)
    assert threads[4] is None


def test_without_facts_and_buttons_the_text_is_shown(make_message: MakeMessage) -> None:
    card = payload(make_message(facts=(), buttons=()))["cardsV2"][0]["card"]
    _, body = card["sections"]
    assert body["widgets"] == [paragraph("Zero draft: April 2024<br>.<br>.. and dots")]


@settings(deadline=None)
@given(TEXTS, st.booleans())
@example("</b><a href='https://evil.example'>x</a>", True)
@example("<br>&lt;b&gt;", False)
def test_nothing_in_a_text_is_read(text: str, facts: bool) -> None:
    posted = payload(hostile_message(text, facts=facts))
    assert_only_text(posted["fallbackText"], text)
    (found,) = posted["cardsV2"]
    assert "header" not in found["card"]
    *texts, foot = found["card"]["sections"]
    for shown in paragraphs(texts):
        read = Reader(shown)
        assert read.tags <= {"b", "br", "font"}
        assert_only_text(read.text, text)
    first, second = foot["widgets"][0]["buttonList"]["buttons"]
    assert_only_text(first["text"], text)
    assert [one["onClick"]["openLink"]["url"] for one in (first, second)] == [URL, URL]


def paragraphs(sections: list[dict[str, Any]]) -> Iterator[str]:
    for section in sections:
        for widget in section["widgets"]:
            yield widget["textParagraph"]["text"]


def test_what_has_no_room_is_counted(make_message: MakeMessage) -> None:
    card = payload(make_message(facts=(("Label", "Value"),) * 130))["cardsV2"][0]["card"]
    widgets = card["sections"][1]["widgets"]
    assert len(widgets) == 90
    assert re.fullmatch("<b>…</b><br>\u200b?\\+41", widgets[-1]["textParagraph"]["text"])


@pytest.mark.parametrize("body", [b"", b"ok", b"<html>", b"{}", b"[]"])
def test_only_a_message_is_success(
    chat: GoogleChat, answering: Any, make_message: MakeMessage, body: bytes
) -> None:
    answering.body = body
    with pytest.raises(DeliveryError, match="not what Google Chat answers") as caught:
        chat.send(make_message())
    assert (caught.value.permanent, caught.value.scope) == (False, "channel")


def test_a_long_answer_is_success(
    chat: GoogleChat, answering: Any, make_message: MakeMessage
) -> None:
    answering.body = b'{"name": "spaces/AAA/messages/B.B", "text": "' + b"x" * 100_000 + b'"}'
    assert chat.send(make_message()) == "200 posted"


def test_the_check_posts_nothing(chat: GoogleChat, answering: Any) -> None:
    said = {"code": 400, "message": "Message cannot be empty.", "status": "INVALID_ARGUMENT"}
    answering.status, answering.body = 400, json.dumps({"error": said}).encode()
    assert chat.check() == "127.0.0.1 knows the webhook"
    assert [one.body for one in answering.requests] == [b"{}"]
    answering.body = b'{"error": {"code": 400, "message": "API key not valid."}}'
    with pytest.raises(DeliveryError, match="API key not valid"):
        chat.check()


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=t", True),
        ("http://127.0.0.1:8080/v1/spaces/A/messages?key=k&token=t", True),
        ("https://chat.google.com/room/A", False),
        ("https://hooks.slack.com/services/T/B/tOpSecretToken", False),
    ],
)
def test_which_addresses_are_taken(
    url: str, good: bool, now: Clock, make_message: MakeMessage
) -> None:
    problems = GoogleChatOptions(Secret(plain=url)).problems()
    assert [key for key, _ in problems] == ([] if good else ["url"])
    if not good:
        with pytest.raises(DeliveryError, match=r"https://chat\.googleapis\.com/") as caught:
            GoogleChat(GoogleChatOptions(Secret(plain=url)), now).send(make_message())
        assert "tOpSecretToken" not in f"{caught.value!r} {problems!r}"
