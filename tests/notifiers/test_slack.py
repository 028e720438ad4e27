"""Slack: what is posted keeps its limits, and nothing in a title is read as markup."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifiers.errors import DeliveryError
from notifiers.message import Button, Message
from notifiers.secret import Secret
from notifiers.slack import Slack, SlackOptions, cut, escape, payload

MakeMessage = Callable[..., Message]
ENTITIES = re.compile(r"&(?:amp|lt|gt);")


@pytest.fixture
def slack(http_server: Any, now: Callable[[], datetime]) -> Slack:
    return Slack(SlackOptions(Secret(plain=http_server.url()), 2.0, 2.0), now)


def test_a_message_is_posted(slack: Slack, http_server: Any, make_message: MakeMessage) -> None:
    assert slack.send(make_message()) == "200 ok"
    (request,) = http_server.requests
    assert request.headers["Content-Type"] == "application/json; charset=utf-8"
    posted = json.loads(request.body)
    assert posted["text"] == "Due in 20 working days · Zero draft, April 2024 · HSP/HA.2/Res.1"
    header, lead, facts, links = posted["blocks"]
    assert header == {
        "type": "header",
        "text": {
            "type": "plain_text",
            "text": "Zero draft, April 2024 · HSP/HA.2/Res.1",
            "emoji": False,
        },
    }
    assert lead["text"]["text"] == "Due in 20 working days"
    assert [field["text"] for field in facts["fields"]] == [
        "Due\nApril 2024",
        "Owner\nAmina &amp; Jonas",
    ]
    assert links["text"] == {
        "type": "mrkdwn",
        "text": "<https://tracker.example.org/report?a=1&amp;b=2|Report progress>",
        "verbatim": True,
    }


def test_without_facts_the_text_is_shown(make_message: MakeMessage) -> None:
    shown = payload(make_message(facts=(), buttons=()))["blocks"]
    assert [block["text"]["text"] for block in shown[1:]] == [
        "Due in 20 working days",
        "Zero draft: April 2024\n.\n.. and dots",
    ]


@pytest.mark.parametrize("body", [b"no_service", b"", b"OK", b"<html>ok</html>", b"ok and more"])
def test_only_ok_is_success(
    slack: Slack, http_server: Any, make_message: MakeMessage, body: bytes
) -> None:
    http_server.body = body
    with pytest.raises(DeliveryError, match="not Slack's `ok`") as caught:
        slack.send(make_message())
    assert (caught.value.permanent, caught.value.scope) == (False, "channel")


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_webhook_that_is_gone_stops_the_channel(
    slack: Slack, http_server: Any, make_message: MakeMessage, status: int
) -> None:
    http_server.status, http_server.body = status, b"no_service"
    for attempt in (slack.check, lambda: slack.send(make_message())):
        with pytest.raises(DeliveryError, match="no_service") as caught:
            attempt()
        assert (caught.value.permanent, caught.value.scope) == (True, "channel")
        assert "tOpSecretToken" not in repr(caught.value)


def test_the_check_posts_nothing(slack: Slack, http_server: Any) -> None:
    http_server.status, http_server.body = 400, b"no_text"
    assert slack.check() == "127.0.0.1 knows the webhook"
    assert http_server.requests[0].body == b"{}"


HOSTILE = "<!channel> @here <@U123> <https://evil.example|click> *b* _i_ ~s~ `c` :tada: & > quote"


def test_nothing_in_a_title_is_markup(make_message: MakeMessage) -> None:
    message = make_message(
        subject=HOSTILE,
        lead=HOSTILE,
        text=HOSTILE,
        facts=((HOSTILE, HOSTILE),),
        buttons=(Button(HOSTILE, "https://e.org/?q=a|b&c"),),
    )
    posted = payload(message)
    texts = list(_text_objects(posted["blocks"]))
    assert {text["type"] for text in texts[:-1]} == {"plain_text"}
    for text in [posted["text"], *(text["text"] for text in texts[:-1])]:
        assert not re.search(r"[<>]", text)
        assert not re.search(r"&(?!amp;|lt;|gt;)", text)
        assert ":tada:" not in text
    link = texts[-1]["text"]
    assert re.fullmatch(r"<https://e\.org/\?q=a%7Cb&amp;c\|[^<>|*_~`]+>", link)
    assert (posted["mrkdwn"], posted["link_names"], posted["unfurl_links"]) == (False,) * 3


def _text_objects(blocks: list[dict[str, Any]]) -> Any:
    for block in blocks:
        if "fields" in block:
            yield from block["fields"]
        if "text" in block:
            yield block["text"]


def test_facts_that_have_no_room_are_counted(make_message: MakeMessage) -> None:
    facts = tuple((f"Milestone {number}", "April 2024 " * 9) for number in range(100))
    texts = [one["text"] for one in _text_objects(payload(make_message(facts=facts))["blocks"])]
    shown = [one for one in texts if one.startswith("Milestone ")]
    assert 50 < len(shown) < 100
    assert f"…\n+{100 - len(shown)}" in texts


REPEATED = st.builds(str.__mul__, st.text(st.characters(), max_size=9), st.integers(0, 1000))
LONG = st.one_of(st.text(st.characters()), REPEATED)


@settings(max_examples=80, deadline=None)
@given(
    subject=LONG,
    lead=LONG,
    text=LONG,
    facts=st.lists(st.tuples(LONG, LONG), max_size=60),
    labels=st.lists(LONG, max_size=30),
)
@example(subject="&" * 400, lead="<" * 9000, text="", facts=[("a", "b" * 5000)] * 70, labels=[])
@example(subject="", lead="", text="p\n\n" * 9000, facts=[], labels=["x" * 200] * 60)
def test_the_limits_are_kept_whatever_comes(
    subject: str, lead: str, text: str, facts: list[tuple[str, str]], labels: list[str]
) -> None:
    message = Message(
        key="k",
        to=None,
        subject=subject,
        lead=lead,
        text=text,
        date=datetime.fromisoformat("2024-03-28T09:00:00+03:00"),
        facts=tuple(facts),
        buttons=tuple(Button(label, "https://e.org/" + "x" * 300) for label in labels),
    )
    posted = payload(message)
    blocks = posted["blocks"]
    json.dumps(posted, ensure_ascii=False).encode()
    assert len(blocks) <= 50
    assert len(json.dumps(blocks, ensure_ascii=False)) < 12000
    assert 1 <= len(blocks[0]["text"]["text"]) <= 150
    for block in blocks[1:]:
        assert len(block.get("fields", [])) <= 10
        assert all(1 <= len(field["text"]) <= 2000 for field in block.get("fields", []))
        assert 1 <= len(block["text"]["text"]) <= 3000 if "text" in block else block["fields"]


@given(st.text(), st.integers(2, 50))
@example("&&&&", 6)
def test_cutting_never_splits_an_entity(text: str, limit: int) -> None:
    short = cut(escape(text), limit)
    assert len(short) <= limit
    assert "&" not in ENTITIES.sub("", short)
    assert short == escape(text) or short.endswith("…")


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        (Secret(plain="https://hooks.slack.com/services/T/B/x"), []),
        (Secret(env="NOT_READ_HERE"), []),
        (Secret(plain="http://hooks.slack.com/services/T/B/x"), ["url"]),
        (Secret(plain="hooks.slack.com/services/tOpSecret"), ["url"]),
    ],
)
def test_what_is_wrong_with_options(url: Secret, keys: list[str]) -> None:
    found = SlackOptions(url).problems()
    assert [key for key, _text in found] == keys
    assert "tOpSecret" not in repr(found)
    assert [key for key, _text in SlackOptions(url, 0, 9999).problems()][-2:] == [
        "connect-timeout",
        "read-timeout",
    ]
