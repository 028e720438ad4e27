"""Messages for the eye."""

import io
from collections.abc import Callable
from datetime import datetime

import pytest

from notifiers.console import Console, ConsoleOptions, readable
from notifiers.errors import DeliveryError
from notifiers.message import Message

MakeMessage = Callable[..., Message]


def test_a_message_is_written(make_message: MakeMessage, now: Callable[[], datetime]) -> None:
    stream = io.StringIO()
    assert Console(ConsoleOptions(), now, stream).send(make_message(text="Due soon\n\nBody")) == (
        "written"
    )
    assert stream.getvalue().splitlines()[1:] == [
        "Date:    2024-03-28 09:00 +0300",
        "To:      Amina Otieno <amina@example.org>",
        "Subject: Zero draft, April 2024 · HSP/HA.2/Res.1",
        "",
        "Due soon",
        "",
        "Body",
        "",
        "[Report progress] https://tracker.example.org/report?a=1&b=2",
        "",
    ]


def test_the_standard_streams(
    make_message: MakeMessage,
    now: Callable[[], datetime],
    capsys: pytest.CaptureFixture[str],
) -> None:
    Console(ConsoleOptions(), now).send(make_message(subject="out", to=None))
    Console(ConsoleOptions("stderr"), now).send(make_message(subject="err"))
    out, err = capsys.readouterr()
    assert "Subject: out" in out
    assert "To:      the room" in out
    assert "Subject: err" in err


def test_no_code_reaches_a_terminal(make_message: MakeMessage) -> None:
    hostile = "\x1b]0;title\x07\x1b[2J\x9b31m red\r\nline"
    text = readable(make_message(subject=hostile, text=hostile))
    assert not [character for character in text if character < " " and character != "\n"]
    assert "\x9b" not in text


def test_a_stream_of_few_letters(make_message: MakeMessage, now: Callable[[], datetime]) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, "ascii")
    Console(ConsoleOptions(), now, stream).send(make_message())
    assert b"Zero draft, April 2024 ? HSP" in raw.getvalue()


def test_a_stream_that_is_closed(make_message: MakeMessage, now: Callable[[], datetime]) -> None:
    stream = io.StringIO()
    console = Console(ConsoleOptions(), now, stream)
    assert console.check() == "stdout is open"
    stream.close()
    for attempt in (console.check, lambda: console.send(make_message())):
        with pytest.raises(DeliveryError) as caught:
            attempt()
        assert (caught.value.permanent, caught.value.scope) == (False, "channel")
