"""Hostile calendars end in a clear error, or in a result, within bounds of time and memory."""

import tracemalloc
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.durations import parse_duration
from calendars.foreign import parts, scanning
from calendars.foreign.values import Imported, ImportingError
from calendars.importing import MOST_DAYS, read
from calendars.recurrence import parse_recurrence

HEAD, END = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", b"END:VCALENDAR\r\n"
EVENT = b"BEGIN:VEVENT\r\nUID:%s\r\nSUMMARY:A\r\nDTSTART;VALUE=DATE:20240514\r\n%sEND:VEVENT\r\n"


def calendar(*events: bytes) -> bytes:
    return HEAD + b"".join(events) + END


def event(more: bytes, uid: bytes = b"a") -> bytes:
    return EVENT % (uid, more)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "100 MB": (lambda: HEAD + b"X-A:b\r\n" * 15_000_000, "larger than 20 MB"),
    "lines": (lambda: HEAD + b"\n" * 1_000_001, "more than 1,000,000 lines"),
    "components": (lambda: HEAD + b"BEGIN:V\nEND:V\n" * 50_001, "more than 50,000 components"),
    "depth": (lambda: HEAD + b"BEGIN:V\r\n" * 100_000, "nested more than 16 deep"),
    "dates": (
        lambda: calendar(*(event(_rdates(900), b"%d" % number) for number in range(30))),
        "more than 20,000 dates",
    ),
    "days": (
        lambda: calendar(*(event(_decades(), b"%d" % number) for number in range(300))),
        "rules that run for decades",
    ),
    "rules": (
        lambda: calendar(*(event(_never(), b"%d" % number) for number in range(5_001))),
        "more than 5,000 components that repeat",
    ),
    "no calendar": (lambda: b"<html><body>Not found</body></html>", "no calendar"),
    "nothing": (lambda: b"", "no calendar"),
    "zeros": (lambda: bytes(1_000_000), "no calendar"),
}


def _rdates(count: int) -> bytes:
    days = (b"%d%02d%02d" % (2030 + n // 336, n // 28 % 12 + 1, n % 28 + 1) for n in range(count))
    return b"RDATE;VALUE=DATE:" + b",".join(days) + b"\r\n"


def _never() -> bytes:
    return b"RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\r\n"


def _decades() -> bytes:
    return b"RRULE:FREQ=DAILY\r\nEXDATE;VALUE=DATE:20500101\r\n"


@pytest.mark.parametrize("name", REFUSED)
def test_a_bomb_is_refused_with_a_reason(name: str) -> None:
    make, reason = REFUSED[name]
    with pytest.raises(ImportingError, match=reason):
        read(make())


SKIPPED: dict[str, tuple[bytes, str]] = {
    "many RDATEs in one line": (b"RDATE:" + b"20240514T100000Z," * 1_500, "more than 1,000 dates"),
    "many lines of RDATE": (b"RDATE:20240514T100000Z\r\n" * 1_500, "more than 1,000 dates"),
    "many EXDATEs": (b"RRULE:FREQ=DAILY\r\n" + b"EXDATE:20240514\r\n" * 1_500, "1,000 dates"),
    "a long line": (b"RDATE:" + b"2" * 5_000_000, "longer than 32,768 characters"),
    "many lines": (b"STATUS:X\r\n" * 3_000, "more than 2,000 lines"),
    "a long rule": (b"RRULE:FREQ=DAILY;BYDAY=" + b"MO," * 9_000, "rule"),
    "a rule by the second": (b"RRULE:FREQ=SECONDLY", "repeat by the hour"),
}


@pytest.mark.parametrize("name", SKIPPED)
def test_a_bomb_in_one_component_leaves_the_others(name: str) -> None:
    more, reason = SKIPPED[name]
    found = read(calendar(event(more + b"\r\n"), event(b"", b"good")))
    assert [one.uid for one in found.imported] == ["good"]
    assert any(reason in getattr(one, "reason", "") for one in found.items)


def test_a_rule_without_end_is_not_expanded() -> None:
    (one,) = read(calendar(event(b"RRULE:FREQ=DAILY;COUNT=2000000000\r\n"))).imported
    assert one.repeats == "FREQ=DAILY;COUNT=2000000000"


def test_a_folded_line_of_many_megabytes_is_not_kept() -> None:
    folds = b"DESCRIPTION:a" + b"\r\n aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" * 200_000
    octets = calendar(event(folds + b"\r\n"))
    tracemalloc.start()
    (one,) = read(octets).imported
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert one.description is not None
    assert len(one.description) == parts.LONGEST_TEXT
    assert peak < 6 * len(octets)


def test_the_bounds_are_those_that_the_documentation_tells() -> None:
    assert scanning.MOST_OCTETS == 20 * 1024 * 1024
    assert (scanning.MOST_LINES, scanning.MOST_COMPONENTS) == (1_000_000, 50_000)
    assert (parts.MOST_DATES, MOST_DAYS) == (1_000, 2_000_000)


NAMES = st.sampled_from(
    ["UID", "SUMMARY", "DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "RDATE", "EXDATE",
     "RECURRENCE-ID", "STATUS", "URL", "SEQUENCE", "BEGIN", "END", "TZID", "TZOFFSETTO"]
)  # fmt: skip
PARAMETERS = st.sampled_from(["", ";VALUE=DATE", ";TZID=Europe/Paris", ";TZID=Odd", ';X="a:b"'])
VALUES = st.one_of(
    st.sampled_from(
        ["20240514", "20240514T150000", "20240514T150000Z", "00010101T000000Z", "99991231",
         "PT1H", "P99999D", "-P1D", "VEVENT", "VTODO", "VTIMEZONE", "STANDARD", "VCALENDAR",
         "FREQ=DAILY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=WEEKLY;UNTIL=2024",
         "FREQ=MONTHLY;BYDAY=+9MO", "FREQ=DAILY;INTERVAL=99999999", "a", "CANCELLED", "+0100",
         "20240514T150000Z/PT1H", "20240514,20240515", "FREQ=DAILY;COUNT=0"]
    ),
    st.text(max_size=30),
)  # fmt: skip
LINES = st.builds(lambda name, more, value: f"{name}{more}:{value}", NAMES, PARAMETERS, VALUES)


def _sound(one: Imported) -> bool:
    """Whether every value has a form that a plan can take."""
    if one.repeats is not None:
        parse_recurrence(one.repeats)
    if one.duration is not None:
        assert parse_duration(one.duration).as_timedelta() > timedelta(0)
    assert one.promise.text
    return bool(one.title and one.uid and "\n" not in one.title + one.uid)


@given(st.binary(max_size=400))
def test_any_octets_end_in_a_result_or_a_clear_error(octets: bytes) -> None:
    for text in (octets, HEAD + octets, HEAD + b"BEGIN:VEVENT\n" + octets):
        try:
            assert all(map(_sound, read(text).imported))
        except ImportingError as error:
            assert "calendar" in str(error)


@given(st.lists(LINES, max_size=14), st.lists(LINES, max_size=8))
def test_any_lines_end_in_a_result_that_a_plan_can_take(one: list[str], two: list[str]) -> None:
    zone = ["BEGIN:VTIMEZONE", "TZID:Odd", "BEGIN:STANDARD", *two, "END:STANDARD", "END:VTIMEZONE"]
    event_ = ["BEGIN:VEVENT", "UID:a", "DTSTART:20240514T150000Z", *one, "END:VEVENT"]
    body = "\r\n".join(["BEGIN:VCALENDAR", *zone, *event_, *event_, "END:VCALENDAR", ""])
    found = read(body.encode("utf-8", "replace"))
    assert all(map(_sound, found.imported))
    assert found.items
