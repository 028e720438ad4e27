"""ntfy: what is published where, how it looks, and what is never shown."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from notifiers.errors import DeliveryError
from notifiers.message import Address, Button, Message, Urgency
from notifiers.notifier import Clock
from notifiers.ntfy import WHAT, Ntfy, NtfyOptions, payload
from notifiers.secret import Secret
from tests.notifiers.answering import Answering, Service, answering
from tests.notifiers.looked_for import URL, looked_for, messages, same
from tests.notifiers.served import Request

TOKEN, TOPIC, OWN = "tk_tOpSecretToken", "n0body-kn0ws", "amina_s-0wn"
TAKEN = {"id": "sPs71M8A2T", "event": "message"}
MakeMessage = Callable[..., Message]


def sent(
    now: Clock, message: Message, answer: Answering | None = None, **options: Any
) -> tuple[str, Service]:
    with answering(answer or (lambda _request: (200, TAKEN))) as service:
        made = NtfyOptions(**({"server": service.address} | options))
        assert made.problems() == []
        ntfy = Ntfy(made, now)
        try:
            return ntfy.send(message), service
        finally:
            ntfy.close()


def refused(now: Clock, message: Message, status: int, value: Any, **options: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        sent(now, message, lambda _request: (status, value), **options)
    for secret in (TOKEN, TOPIC, OWN):
        assert secret not in repr(caught.value)
    return caught.value


def test_what_is_published(now: Clock, make_message: MakeMessage) -> None:
    buttons = tuple(Button(name, f"https://example.org/{name}") for name in "abcd")
    message = make_message(to=Address(OWN), urgency="today", buttons=buttons)
    answer, service = sent(now, message, token=Secret(plain=TOKEN))
    (request,) = service.requests
    assert answer == "published as sPs71M8A2T"
    assert (request.method, request.path) == ("POST", "/")
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    (body,) = service.bodies
    assert len(body.pop("sequence_id")) == 32
    assert body == {
        "topic": OWN,
        "title": "Due in 20 working days",
        "message": "Zero draft, April 2024 · HSP/HA.2/Res.1\nDue: April 2024\nOwner: Amina & Jonas",
        "priority": 4,
        "tags": ["bell"],
        "actions": [
            {"action": "view", "label": name, "url": f"https://example.org/{name}"}
            for name in "abc"
        ],
        "click": "https://example.org/d",
    }


def test_without_a_token_none_is_sent(now: Clock, make_message: MakeMessage) -> None:
    _, service = sent(now, make_message(to=Address(OWN)))
    assert "Authorization" not in service.requests[0].headers


def test_a_second_copy_takes_the_place_of_the_first(make_message: MakeMessage) -> None:
    first, copy = payload(make_message(), TOPIC), payload(make_message(lead="Due today"), TOPIC)
    other = payload(make_message(key="another"), TOPIC)
    assert first["sequence_id"] == copy["sequence_id"] != other["sequence_id"]


@pytest.mark.parametrize(
    ("urgency", "priority"), [("info", 2), ("soon", 3), ("today", 4), ("late", 4)]
)
def test_the_urgency_is_heard(make_message: MakeMessage, urgency: Urgency, priority: int) -> None:
    made = payload(make_message(urgency=urgency, buttons=()), TOPIC)
    assert made["priority"] == priority
    assert len(made["tags"]) == 1
    assert "click" not in made
    assert made["actions"] == []


@pytest.mark.parametrize(
    ("address", "topic", "target"),
    [
        (OWN, TOPIC, OWN),
        (OWN, None, OWN),
        ("amina@example.org", TOPIC, TOPIC),
        (None, TOPIC, TOPIC),
    ],
)
def test_where_a_message_goes(
    now: Clock, make_message: MakeMessage, address: str | None, topic: str | None, target: str
) -> None:
    to = None if address is None else Address(address, "Amina")
    secret = None if topic is None else Secret(plain=topic)
    _, service = sent(now, make_message(to=to), topic=secret)
    assert service.bodies[0]["topic"] == target


def test_nowhere_to_send_is_told_in_words(now: Clock, make_message: MakeMessage) -> None:
    error = refused(now, make_message(), 200, TAKEN)
    assert (error.permanent, error.scope) == (True, "recipient")
    assert "Amina Otieno has no address on this channel" in error.message


def test_a_topic_by_reference_that_is_none(
    now: Clock, make_message: MakeMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_NTFY", "s3cret topic")
    error = refused(now, make_message(), 200, TAKEN, topic=Secret(env="TEST_NTFY"))
    assert (error.permanent, error.scope) == (True, "channel")
    assert "s3cret" not in error.message


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (400, (True, "unknown")),
        (401, (True, "channel")),
        (403, (True, "channel")),
        (413, (True, "unknown")),
        (429, (False, "channel")),
        (507, (False, "channel")),
    ],
)
def test_what_a_refusal_means(
    now: Clock, make_message: MakeMessage, status: int, meaning: tuple[bool, str]
) -> None:
    value = {"code": 40101, "error": f"no {TOKEN} for {TOPIC}"}
    token, topic = Secret(plain=TOKEN), Secret(plain=TOPIC)
    error = refused(now, make_message(), status, value, token=token, topic=topic)
    assert (error.permanent, error.scope) == meaning
    assert "40101" in error.message


@pytest.mark.parametrize("value", [b"<html>log in</html>", {}, [1]])
def test_another_answer_is_no_success(now: Clock, make_message: MakeMessage, value: Any) -> None:
    error = refused(now, make_message(to=Address(OWN)), 200, value)
    assert (error.permanent, error.scope) == (False, "channel")
    assert "not what ntfy answers" in error.message


def test_a_check_publishes_nothing(now: Clock) -> None:
    def answer(request: Request) -> tuple[int, Any]:
        assert request.method == "GET"
        if request.path == "/v1/health":
            return 200, {"healthy": True}
        assert request.path == "/v1/account"
        taken = request.headers["Authorization"] == f"Bearer {TOKEN}"
        return (200, {"username": "tracker"}) if taken else (401, {"code": 40101})

    with answering(answer) as service:
        assert Ntfy(NtfyOptions(service.address), now).check() == "127.0.0.1 is well"
        good = NtfyOptions(service.address, token=Secret(plain=TOKEN))
        assert Ntfy(good, now).check() == "127.0.0.1 is well and takes the token"
        bad = NtfyOptions(service.address, token=Secret(plain="tk_other"))
        with pytest.raises(DeliveryError, match="401") as caught:
            Ntfy(bad, now).check()
        assert caught.value.permanent


@given(message=messages())
def test_a_title_may_contain_anything(message: Message) -> None:
    made = payload(message, TOPIC)
    for text in (made["title"], made["message"], *(one["label"] for one in made["actions"])):
        assert looked_for(text) == []
    assert same(made["title"], message.lead)
    assert same(made["message"].split("\n")[0], message.subject)
    assert all(one["url"] == URL for one in made["actions"])
    assert "markdown" not in made


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({}, []),
        ({"topic": Secret(plain=TOPIC), "token": Secret(plain=TOKEN)}, []),
        ({"topic": Secret(plain="my topic")}, ["topic"]),
        ({"topic": Secret(plain="x" * 65)}, ["topic"]),
        ({"server": "http://ntfy.example.org"}, ["server"]),
    ],
)
def test_what_is_wrong_with_the_keys(changes: dict[str, Any], keys: list[str]) -> None:
    assert [key for key, _text in NtfyOptions(**changes).problems()] == keys


def test_what_is_wrong_with_an_address() -> None:
    alone, team = NtfyOptions(), NtfyOptions(topic=Secret(plain=TOPIC))
    assert alone.address_wanted(OWN) is None
    assert team.address_wanted(None) is None
    assert alone.address_wanted(None) == WHAT
    assert team.address_wanted("x y") == WHAT
