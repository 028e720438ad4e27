"""What is wrong with the options of a mail channel, and what a reply means."""

from typing import Any

import pytest

from notifiers.email import EmailOptions
from notifiers.secret import Secret
from notifiers.smtp_replies import refusal

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
