"""What every kind of channel keeps: run over all of the registry, each against a real server."""

import logging
import traceback
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import pytest

from notifiers.errors import DeliveryError
from notifiers.message import Message
from notifiers.notifier import Notifier
from notifiers.options import describe, key_of
from notifiers.registry import KINDS, make_notifier
from notifiers.secret import Secret
from tests.notifiers.contract.case import NOBODY, NOW, Case, Opened
from tests.notifiers.contract.known import CASES
from tests.notifiers.contract.longest import LONGEST

MakeMessage = Callable[..., Message]
FAULTS = [(kind, fault) for kind, case in CASES.items() for fault in case.outcomes]


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def case(kind: str) -> Case:
    return CASES[kind]


@contextmanager
def running(kind: str, folder: Path, fault: str | None = None) -> Iterator[tuple[Notifier, Opened]]:
    """A notifier and its other end."""
    with CASES[kind].opened(folder, fault) as opened:
        made = make_notifier(kind, KINDS[kind].Options(**opened.options), lambda: NOW)
        yield made, opened
        made.close()


@pytest.fixture
def notifier(kind: str, tmp_path: Path) -> Iterator[Notifier]:
    with running(kind, tmp_path) as (made, _):
        yield made


def test_every_kind_has_its_case_and_every_case_its_kind() -> None:
    assert set(CASES) == set(KINDS)
    assert all(NOBODY in case.outcomes for case in CASES.values())


def test_good_options_have_no_problems(kind: str, case: Case, tmp_path: Path) -> None:
    with case.opened(tmp_path) as opened:
        assert KINDS[kind].Options(**opened.options).problems() == []


def test_a_message_goes_out_again_and_again(
    kind: str, case: Case, tmp_path: Path, make_message: MakeMessage
) -> None:
    with running(kind, tmp_path) as (notifier, opened):
        for number in range(3):
            answer = notifier.send(make_message(key=f"k{number}"))
            assert answer
            assert "\n" not in answer
            assert not any(secret in answer for secret in case.secrets)
        assert opened.taken()


def test_it_works_after_it_was_closed(notifier: Notifier, make_message: MakeMessage) -> None:
    notifier.close()
    notifier.send(make_message(key="one"))
    notifier.close()
    notifier.close()
    assert notifier.send(make_message(key="two"))


def test_hostile_texts_go_out(notifier: Notifier, make_message: MakeMessage) -> None:
    hostile = "\r\nBcc: x@example.org\r\n\r\n.\r\n\ud800 <!channel> \x00 \x1b[2J"
    notifier.send(make_message(key=hostile, subject=hostile, lead=hostile, text=hostile))


@pytest.mark.parametrize("longest", LONGEST)
def test_the_limits_are_kept_with_the_longest_plan(
    kind: str, case: Case, tmp_path: Path, longest: str
) -> None:
    with running(kind, tmp_path) as (notifier, opened):
        assert notifier.send(LONGEST[longest]())
        assert opened.taken()
        case.check_limits(opened.taken()[-1])


@pytest.mark.parametrize(("kind", "fault"), FAULTS)
def test_what_is_told_of_a_fault(
    kind: str,
    fault: str,
    make_message: MakeMessage,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    case = CASES[kind]
    with running(kind, tmp_path, fault) as (notifier, opened):
        attempts: list[Callable[[], str]] = [partial(notifier.send, make_message())]
        if fault == NOBODY:
            attempts.append(notifier.check)
        for attempt in attempts:
            with pytest.raises(DeliveryError) as caught:
                attempt()
            error = caught.value
            assert told(error) == told_of(case, fault)
            assert "\n" not in error.message
            shown = [error.message, repr(error), *traceback.format_exception(error), caplog.text]
            shown += [repr(notifier), repr(opened), repr(KINDS[kind].Options(**opened.options))]
            assert [one for one in shown for secret in case.secrets if secret in one] == []


@pytest.mark.parametrize(("kind", "fault"), FAULTS)
def test_no_check_shows_a_secret(
    kind: str, fault: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A check may find nothing wrong, as where it does not come so far."""
    caplog.set_level(logging.DEBUG)
    with running(kind, tmp_path, fault) as (notifier, _):
        try:
            said = notifier.check()
        except DeliveryError as error:
            said = repr(error)
    assert said
    assert not any(secret in said + caplog.text for secret in CASES[kind].secrets)


def told(error: DeliveryError) -> tuple[Any, ...]:
    return error.permanent, error.scope, error.retry_after, error.unknown


def told_of(case: Case, fault: str) -> tuple[Any, ...]:
    expected = case.outcomes[fault]
    return expected.permanent, expected.scope, expected.retry_after, expected.unknown


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
    kind: str, case: Case, tmp_path: Path
) -> None:
    with case.opened(tmp_path, NOBODY) as opened:
        options = {
            key: Secret(env="TEST_NOTIFIER_NOT_SET") if isinstance(value, Secret) else value
            for key, value in opened.options.items()
        }
        given = KINDS[kind].Options(**options)
        assert given.problems() == []
        notifier = make_notifier(kind, given, lambda: NOW)
        if any(isinstance(value, Secret) for value in options.values()):
            with pytest.raises(DeliveryError, match="TEST_NOTIFIER_NOT_SET is not set") as caught:
                notifier.check()
            assert (caught.value.permanent, caught.value.scope) == (True, "channel")
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
