"""Content lines: what goes in comes out, and no line breaks the rules of RFC 5545."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars import grammar
from calendars.grammar import GrammarError

FORBIDDEN = "".join(map(chr, [*range(9), *range(11, 32), 127]))
TEXTS = st.text(st.characters(exclude_characters=FORBIDDEN, exclude_categories=["Cs"]))


def _unfolded(lines: str) -> str:
    return re.sub("\r\n ", "", lines.removesuffix("\r\n"))


def _unescaped(value: str) -> str:
    plain = {"n": "\n", "N": "\n"}
    return re.sub(r"\\(.)", lambda found: plain.get(found[1], found[1]), value)


@given(TEXTS)
def test_a_text_comes_back_as_it_was(value: str) -> None:
    written = grammar.text(value)
    assert "\n" not in written
    assert not re.search(r"(?<!\\)(\\\\)*[;,]", written)
    assert _unescaped(written) == value


@given(TEXTS.map(lambda text: text.replace("\n", "")), st.integers(0, 40))
def test_a_line_is_folded_by_octets_and_never_inside_a_character(text: str, times: int) -> None:
    content = "SUMMARY:" + text * times
    lines = grammar.line(content)
    assert lines.endswith("\r\n")
    for line in lines.encode().removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert _unfolded(lines) == content


@pytest.mark.parametrize("length", [74, 75, 76, 149, 150])
@pytest.mark.parametrize("character", ["x", "é", "字", "🙂"])
def test_lines_are_as_long_as_they_may_be(length: int, character: str) -> None:
    width = len(character.encode())
    lines = grammar.line(character * (length // width)).encode().split(b"\r\n")[:-1]
    assert all(len(line) > 75 - width for line in lines[:-1])
    assert all(line.strip() for line in lines)
    assert (len(lines) == 1) == (length // width * width <= 75)


@pytest.mark.parametrize("code", [*map(ord, FORBIDDEN.replace("\r", "")), 0xD800, 0xDFFF])
def test_what_no_calendar_holds_is_refused_by_its_place(code: int) -> None:
    with pytest.raises(GrammarError, match=rf"character 4 is U\+{code:04X}"):
        grammar.text(f"a;b{chr(code)}")


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_every_line_end_is_the_same_line_end(ending: str) -> None:
    assert grammar.text(f"one{ending}two") == "one\\ntwo"


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://example.org/a?b=c,d;e#f", "https://example.org/a?b=c,d;e#f"),
        ("https://example.org/é x", "https://example.org/%C3%A9%20x"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ("https://example.org/\r\nATTENDEE:x", "https://example.org/%0D%0AATTENDEE:x"),
    ],
)
def test_an_address_holds_only_what_a_uri_may(address: str, written: str) -> None:
    assert grammar.uri(address) == written


def test_an_address_that_utf8_cannot_hold_is_refused() -> None:
    with pytest.raises(GrammarError, match="lone surrogate"):
        grammar.uri("https://example.org/\ud800")


@given(st.integers(0, 10**7).map(lambda seconds: timedelta(seconds=seconds)))
def test_a_duration_comes_back_as_it_was(value: timedelta) -> None:
    read: Any = icalendar.vDuration
    assert read.from_ical(grammar.duration(value)) == value


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(90, "PT1H30M"), (60, "PT1H"), (15, "PT15M"), (0, "PT0S"), (1500, "PT25H")],
)
def test_durations(minutes: int, written: str) -> None:
    assert grammar.duration(timedelta(minutes=minutes)) == written


def test_an_hour_and_a_second_names_its_minutes() -> None:
    """The grammar of RFC 5545 has no hours followed by seconds."""
    assert grammar.duration(timedelta(seconds=3601)) == "PT1H0M1S"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "+0000"), (10800, "+0300"), (-12600, "-0330"), (20700, "+0545"), (8836, "+022716")],
)
def test_offsets(seconds: int, written: str) -> None:
    assert grammar.offset(timedelta(seconds=seconds)) == written


def test_an_instant_is_written_in_utc_and_needs_a_zone() -> None:
    moment = datetime(2024, 4, 30, 14, 5, 9, 99, tzinfo=timezone(timedelta(hours=3)))
    assert grammar.utc(moment) == "20240430T110509Z"
    assert grammar.utc(datetime(987, 1, 2, tzinfo=UTC)) == "09870102T000000Z"
    with pytest.raises(GrammarError, match="no time zone"):
        grammar.utc(moment.replace(tzinfo=None))
