"""What every kind of channel keeps: run over all of the registry, each against a real server."""

import base64
import io
import types
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import pytest

from notifiers.errors import DeliveryError
from notifiers.message import Message
from notifiers.notifier import Notifier
from notifiers.options import describe, key_of
from notifiers.registry import KINDS, make_notifier
from notifiers.secret import Secret

TOKEN = "tOpSecretToken"
WHSEC = "whsec_" + base64.b64encode(bytes(32)).decode()
NOWHERE = "http://127.0.0.1:9/" + TOKEN
MakeMessage = Callable[..., Message]
Given = Mapping[str, Any]


@pytest.fixture
def working(start_mail_server: Any, http_server: Any, tmp_path: Path) -> dict[str, Given]:
    """Options for each kind, with a server that takes the message."""
    url = Secret(plain=http_server.url())
    return {
        "email": {
            "host": "localhost",
            "from_": "tracker@example.org",
            "port": start_mail_server(login=True).port,
            "security": "none",
            "username": "tracker",
            "password": Secret(plain="correct horse battery"),
        },
        "slack": {"url": url},
        "webhook": {"url": url, "secret": Secret(plain=WHSEC), "allow_private": True},
        "console": {},
        "mailbox": {"path": str(tmp_path / "box")},
    }


@pytest.fixture
def broken(tmp_path: Path) -> dict[str, Given]:
    """Options for each kind, with nobody at the other end."""
    (tmp_path / "file").write_text("in the way")
    url = Secret(plain=NOWHERE)
    return {
        "email": {
            "host": "localhost",
            "from_": "tracker@example.org",
            "port": 9,
            "security": "none",
            "username": "tracker",
            "password": Secret(plain=TOKEN),
        },
        "slack": {"url": url},
        "webhook": {"url": url, "secret": Secret(plain=WHSEC), "allow_private": True},
        "console": {},
        "mailbox": {"path": str(tmp_path / "file")},
    }


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def notifier(kind: str, working: dict[str, Given], now: Any) -> Iterator[Notifier]:
    made = make_notifier(kind, KINDS[kind].Options(**working[kind]), now)
    yield made
    made.close()


def test_good_options_have_no_problems(kind: str, working: dict[str, Given]) -> None:
    assert KINDS[kind].Options(**working[kind]).problems() == []


def test_a_message_goes_out_again_and_again(notifier: Notifier, make_message: MakeMessage) -> None:
    for number in range(3):
        answer = notifier.send(make_message(key=f"k{number}"))
        assert answer
        assert "\n" not in answer
        assert TOKEN not in answer


def test_it_works_after_it_was_closed(notifier: Notifier, make_message: MakeMessage) -> None:
    notifier.close()
    notifier.send(make_message(key="one"))
    notifier.close()
    notifier.close()
    assert notifier.send(make_message(key="two"))


def test_hostile_texts_go_out(notifier: Notifier, make_message: MakeMessage) -> None:
    hostile = "\r\nBcc: x@example.org\r\n\r\n.\r\n\ud800 <!channel> \x00 \x1b[2J"
    notifier.send(make_message(key=hostile, subject=hostile, lead=hostile, text=hostile))


def test_a_room_or_a_clear_refusal(
    notifier: Notifier, kind: str, make_message: MakeMessage
) -> None:
    message = make_message(to=None)
    if not KINDS[kind].needs_recipient:
        assert notifier.send(message)
        return
    with pytest.raises(DeliveryError) as caught:
        notifier.send(message)
    assert (caught.value.permanent, caught.value.scope) == (True, "recipient")


def test_making_one_opens_nothing_and_reads_no_secret(
    kind: str, broken: dict[str, Given], now: Any
) -> None:
    options = {
        key: Secret(env="TEST_NOTIFIER_NOT_SET") if isinstance(value, Secret) else value
        for key, value in broken[kind].items()
    }
    given = KINDS[kind].Options(**options)
    assert given.problems() == []
    notifier = make_notifier(kind, given, now)
    if any(isinstance(value, Secret) for value in options.values()):
        with pytest.raises(DeliveryError, match="TEST_NOTIFIER_NOT_SET is not set") as caught:
            notifier.check()
        assert (caught.value.permanent, caught.value.scope) == (True, "channel")
    notifier.close()


def test_nobody_there_is_passing_and_shows_no_secret(
    kind: str,
    broken: dict[str, Given],
    now: Any,
    make_message: MakeMessage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stdout", closed)
    notifier = make_notifier(kind, KINDS[kind].Options(**broken[kind]), now)
    for attempt in (notifier.check, lambda: notifier.send(make_message())):
        with pytest.raises(DeliveryError) as caught:
            attempt()
        error = caught.value
        assert (error.permanent, error.scope, error.unknown) == (False, "channel", False)
        assert "\n" not in error.message
        for shown in (repr(error), str(error), repr(notifier), repr(broken[kind])):
            assert TOKEN not in shown
            assert WHSEC not in shown
    notifier.close()


def test_options_describe_themselves(kind: str) -> None:
    options: Any = KINDS[kind].Options
    assert options.__dataclass_params__.frozen
    described = describe(options)
    assert len({option.key for option in described}) == len(described)
    for option in described:
        assert option.key == key_of(option.name)
        assert option.key.replace("-", "").isalpha()
        assert option.doc.endswith(".")
        assert is_allowed(option.type), option
        assert option.required or option.default is None or not isinstance(option.default, list)


def is_allowed(annotation: Any) -> bool:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        rest = [one for one in inner if one is not type(None)]
        return len(rest) == 1 and is_allowed(rest[0])
    if origin is tuple:
        return inner == (str, ...)
    if origin is Literal:
        return all(isinstance(one, str) for one in inner)
    return annotation in (str, int, float, bool, Secret)


@pytest.mark.parametrize(
    ("annotation", "allowed"),
    [(dict[str, str], False), (bytes, False), (str | int, False), (tuple[str, ...] | None, True)],
)
def test_the_check_of_types_can_fail(annotation: Any, allowed: bool) -> None:
    assert is_allowed(annotation) == allowed


def test_a_kind_that_is_not_there(now: Callable[[], datetime]) -> None:
    with pytest.raises(KeyError):
        make_notifier("pigeon", None, now)


def test_descriptions_carry_what_the_docs_need() -> None:
    fields = {option.key: option for option in describe(KINDS["email"].Options)}
    assert fields["from"].name == "from_"
    assert fields["from"].required
    assert fields["host"].example == '"smtp.example.org"'
    assert fields["certificates"].path
    assert (fields["data-timeout"].default, fields["data-timeout"].type) == (600.0, float)
    assert {option.key for option in describe(KINDS["webhook"].Options) if option.public} == {"url"}
