"""The message value, and keys as tokens."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.message import Address, Button, Message, identifier


def test_a_plain_key_is_its_own_token() -> None:
    assert identifier("smart-cities/zero-draft+30") == "smart-cities/zero-draft+30"


@given(st.text(alphabet=st.characters(), min_size=1))
def test_a_token_is_safe_in_any_header(key: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_/+=-]{1,120}", identifier(key))


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_keys_never_share_a_token(one: str, other: str) -> None:
    assert (identifier(one) == identifier(other)) == (one == other)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"key": ""}, "needs a key"),
        ({"date": datetime(2024, 3, 28)}, "needs a time zone"),
        ({"unsubscribe": "http://example.org/u"}, "https://"),
        ({"unsubscribe": "https://example.org/a b"}, "without spaces"),
        ({"unsubscribe": "https://example.org/\r\nBcc: x"}, "without spaces"),
        ({"unsubscribe": "https://example.org/" + "x" * 900}, "at the most"),
    ],
)
def test_a_message_that_contradicts_itself_is_refused(
    make_message: Callable[..., Message], changes: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        make_message(**changes)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://é.org/", "https://e.org/<b>", ""])
def test_a_button_opens_web_addresses_only(url: str) -> None:
    with pytest.raises(ValueError, match="the URL of a button"):
        Button("Open", url)


@pytest.mark.parametrize(
    ("text", "email", "name"),
    [
        ("a@example.org", "a@example.org", ""),
        ("Amina Otieno <a@example.org>", "a@example.org", "Amina Otieno"),
        ('"Otieno, Amina" <a@example.org>', "a@example.org", "Otieno, Amina"),
        ("Größe <a@example.org>", "a@example.org", "Größe"),
    ],
)
def test_addresses_are_read_as_people_write_them(text: str, email: str, name: str) -> None:
    assert Address.parse(text) == Address(email, name)


def test_the_lead_can_be_taken_off_the_text(make_message: Callable[..., Message]) -> None:
    assert make_message(lead="Late", text="Late\n\nBody").body_without_lead == "Body"
    assert make_message(lead="Late", text="Other").body_without_lead == "Other"
