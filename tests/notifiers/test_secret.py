"""Secrets are read when used, and shown never."""

import dataclasses
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.errors import DeliveryError
from notifiers.secret import LONGEST_FILE, Secret, SecretError, redact

VALUE = "s3cret-välue"


def test_from_the_environment_as_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = Secret(env="TEST_NOTIFIER_SECRET")
    monkeypatch.setenv("TEST_NOTIFIER_SECRET", "one")
    assert secret.reveal() == "one"
    monkeypatch.setenv("TEST_NOTIFIER_SECRET", "two")
    assert secret.reveal() == "two"


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("abc", "abc"),
        ("abc\n", "abc"),
        ("abc\r\n", "abc"),
        ("abc\n\n", "abc\n"),
        (" a b ", " a b "),
    ],
)
def test_from_a_file_beside_the_plan(tmp_path: Path, content: str, value: str) -> None:
    (tmp_path / "password").write_bytes(content.encode())
    assert Secret(file="password", base=tmp_path).reveal() == value


@pytest.mark.parametrize(
    ("secret", "complaint"),
    [
        (Secret(env="TEST_NOTIFIER_NOT_SET"), "TEST_NOTIFIER_NOT_SET is not set"),
        (Secret(env="TEST_NOTIFIER_EMPTY"), "TEST_NOTIFIER_EMPTY is empty"),
        (Secret(file="missing", base=Path("/nowhere")), "/nowhere/missing cannot be read"),
        (Secret(file="/"), "cannot be read"),
    ],
)
def test_what_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, secret: Secret, complaint: str
) -> None:
    monkeypatch.delenv("TEST_NOTIFIER_NOT_SET", raising=False)
    monkeypatch.setenv("TEST_NOTIFIER_EMPTY", "")
    with pytest.raises(SecretError, match=complaint) as caught:
        secret.reveal()
    assert isinstance(caught.value, DeliveryError)
    assert (caught.value.permanent, caught.value.scope) == (True, "channel")


@pytest.mark.parametrize("path", ["/dev/zero", "pipe"])
def test_what_is_no_file_is_not_read(tmp_path: Path, path: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SecretError, match="It is no regular file"):
        Secret(file=path, base=tmp_path).reveal()


def test_a_file_that_is_too_long_for_a_secret(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"x" * (LONGEST_FILE + 1))
    with pytest.raises(SecretError, match="too long to be a secret"):
        Secret(file="log", base=tmp_path).reveal()


def test_a_file_that_is_no_text_is_not_quoted(tmp_path: Path) -> None:
    (tmp_path / "password").write_bytes(b"\xff\xfehidden")
    with pytest.raises(SecretError, match="no UTF-8") as caught:
        Secret(file="password", base=tmp_path).reveal()
    assert "hidden" not in str(caught.value)


def test_no_textual_form_shows_it() -> None:
    @dataclasses.dataclass(frozen=True)
    class Holder:
        secret: Secret

    secret = Secret(plain=VALUE)
    holder = Holder(secret)
    forms = [repr(secret), str(secret), f"{secret}", f"{secret:>20}", f"{secret!r}", repr(holder)]
    forms += [str(dataclasses.asdict(holder)), "%s" % secret]  # noqa: UP031
    assert not [form for form in forms if VALUE in form]
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_secrets_are_equal_by_what_they_refer_to() -> None:
    assert Secret(env="A") == Secret(env="A") != Secret(env="B")
    assert Secret(plain="x") == Secret(plain="x") != Secret(env="x")
    assert len({Secret(env="A"), Secret(env="A"), Secret(file="A")}) == 2
    assert Secret(env="A").source == "environment variable A"
    assert Secret(plain="x").is_plain
    assert not Secret(env="A").is_plain


def test_it_is_one_reference() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Secret(env="A", file="B")
    with pytest.raises(ValueError, match="exactly one"):
        Secret()


@pytest.mark.parametrize(
    "leak",
    [
        "wrong: s3cret-välue!",
        "wrong: s3cret-v%C3%A4lue!",
        "wrong: czNjcmV0LXbDpGx1ZQ==",
    ],
)
def test_struck_out_in_every_form(leak: str) -> None:
    assert redact(leak, [VALUE]).startswith("wrong: ***")


def test_parts_of_a_url_are_struck_out() -> None:
    url = "https://user:pa55word@hooks.example.org/services/T000/tOpSecret?key=hiddenkey&a=b"
    text = f"no {url}, /services/T000/tOpSecret?key=hiddenkey&a=b, tOpSecret, hiddenkey, pa55word"
    clean = redact(text, [url])
    assert not [part for part in ("tOpSecret", "hiddenkey", "pa55word") if part in clean]
    assert redact("hooks.example.org answered", [url]) == "hooks.example.org answered"


@given(st.text(), st.text(st.characters(exclude_characters="*"), min_size=1), st.text())
def test_nothing_of_it_is_left(before: str, secret: str, after: str) -> None:
    assert secret not in redact(before + secret + after, [secret])
    assert redact("nothing here", [""]) == "nothing here"
