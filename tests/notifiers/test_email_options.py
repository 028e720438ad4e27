"""What is wrong with the options of a mail channel; logins; what a reply means."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from notifiers.email import Email
from notifiers.email_options import EmailOptions
from notifiers.errors import DeliveryError
from notifiers.notifier import Clock
from notifiers.secret import Secret
from notifiers.smtp_replies import refusal
from tests.notifiers.scripted import GOOD, Conversation

FROM = "Resolution tracker <tracker@example.org>"


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({}, []),
        ({"host": ""}, ["host"]),
        ({"host": "a b"}, ["host"]),
        ({"port": 0}, ["port"]),
        ({"port": 70000}, ["port"]),
        ({"from_": "Tracker"}, ["from"]),
        ({"from_": "Tracker <tracker@>"}, ["from"]),
        ({"reply_to": "x"}, ["reply-to"]),
        ({"envelope_sender": "x"}, ["envelope-sender"]),
        ({"hello": "a b"}, ["hello"]),
        ({"data_timeout": 0.0, "connect_timeout": 9999.0}, ["connect-timeout", "data-timeout"]),
        ({"username": "x"}, ["username"]),
        ({"authentication": "xoauth2"}, ["authentication"]),
        ({"password": Secret(plain="x")}, ["password"]),
        ({"username": "", "password": Secret(plain="x")}, ["username"]),
        ({"username": "x", "password": Secret(plain="x"), "security": "none"}, ["security"]),
        (
            {
                "username": "x",
                "password": Secret(plain="x"),
                "security": "none",
                "host": "localhost",
            },
            [],
        ),
    ],
)
def test_what_is_wrong_with_options(changes: dict[str, Any], keys: list[str]) -> None:
    values: dict[str, Any] = {"host": "smtp.example.org", "from_": FROM}
    assert [key for key, _text in EmailOptions(**(values | changes)).problems()] == keys


def test_an_address_in_the_answer_is_no_status_code() -> None:
    assert refusal("s", "RCPT", (550, b"195.1.7.3 is unknown")).scope == "recipient"


@pytest.fixture
def email(scripted: Callable[..., Conversation], now: Clock) -> Iterator[Callable[..., Email]]:
    """A channel that logs in, to a server that answers AUTH or NOOP in its own way."""
    made: list[Email] = []

    def make(password: str = "secret-w0rd", mechanism: str = "PLAIN", **answers: Any) -> Email:
        ehlo = f"250-here\r\n250 AUTH {mechanism}".encode()
        server = scripted({**GOOD, "EHLO": ehlo, "AUTH": b"235 welcome", **answers})
        options = EmailOptions(
            host="localhost",
            from_=FROM,
            port=server.port,
            security="none",
            username="tracker",
            password=Secret(plain=password),
        )
        made.append(Email(options, now))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize(
    ("changes", "permanent", "words"),
    [
        ({"AUTH": b"454 4.7.0 later"}, False, "AUTH with: 454"),
        ({"AUTH": b"535 5.7.8 wrong"}, True, "AUTH with: 535"),
        ({"AUTH": None}, False, "connection was lost"),
        ({"NOOP": None}, False, "connection was lost"),
        ({"NOOP": b"421 closing"}, False, "NOOP with: 421"),
        ({"mechanism": "GSSAPI"}, True, "offers no login"),
        ({"password": "pässword"}, True, "cannot carry"),
    ],
)
def test_a_login_that_fails(
    email: Callable[..., Email], changes: dict[str, Any], permanent: bool, words: str
) -> None:
    with pytest.raises(DeliveryError, match=words) as caught:
        email(**changes).check()
    assert (caught.value.permanent, caught.value.scope) == (permanent, "channel")


def test_a_login_that_holds(email: Callable[..., Email]) -> None:
    assert email().check() == (
        "localhost is ready (security none, logged in as tracker): 250 still here"
    )
