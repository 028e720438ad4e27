"""libical, the parser of Evolution and GNOME, as a judge.

Run as a program it takes one request a line of JSON on standard input and answers on standard
output, as `programs.py` says. Only the standard library is used, and libical by its C interface.
"""

import ctypes
import ctypes.util
import json
import sys
from collections.abc import Callable, Iterator
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_longlong, c_void_p
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

FAR = timedelta(days=800)
"""How far beyond the span a moved occurrence is still looked for."""
KINDS = ("VEVENT", "VTODO")


class Time(Structure):
    """`struct icaltimetype` of libical 3."""

    _fields_ = (
        *((name, c_int) for name in ("year", "month", "day", "hour", "minute", "second")),
        ("is_date", c_int),
        ("is_daylight", c_int),
        ("zone", c_void_p),
    )


class Span(Structure):
    """`struct icaltime_span`: seconds since 1970, UTC."""

    _fields_ = (("start", c_longlong), ("end", c_longlong), ("is_busy", c_int))


VISIT = ctypes.CFUNCTYPE(None, c_void_p, POINTER(Span), c_void_p)
SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "icalerror_set_errors_are_fatal": (None, (c_int,)),
    "icalparser_parse_string": (c_void_p, (c_char_p,)),
    "icalcomponent_free": (None, (c_void_p,)),
    "icalcomponent_string_to_kind": (c_int, (c_char_p,)),
    "icalcomponent_isa": (c_int, (c_void_p,)),
    "icalcomponent_get_first_component": (c_void_p, (c_void_p, c_int)),
    "icalcomponent_get_next_component": (c_void_p, (c_void_p, c_int)),
    "icalcomponent_count_errors": (c_int, (c_void_p,)),
    "icalcomponent_as_ical_string": (c_char_p, (c_void_p,)),
    "icalrestriction_check": (c_int, (c_void_p,)),
    "icalproperty_string_to_kind": (c_int, (c_char_p,)),
    "icalcomponent_get_first_property": (c_void_p, (c_void_p, c_int)),
    "icalcomponent_get_next_property": (c_void_p, (c_void_p, c_int)),
    "icalproperty_get_value": (c_void_p, (c_void_p,)),
    "icalproperty_get_datetime_with_component": (Time, (c_void_p, c_void_p)),
    "icalvalue_get_text": (c_char_p, (c_void_p,)),
    "icalcomponent_foreach_recurrence": (None, (c_void_p, Time, Time, VISIT, c_void_p)),
    "icaltime_from_timet_with_zone": (Time, (c_longlong, c_int, c_void_p)),
    "icaltime_from_string": (Time, (c_char_p,)),
    "icaltime_as_timet_with_zone": (c_longlong, (Time, c_void_p)),
    "icalcomponent_get_timezone": (c_void_p, (c_void_p, c_char_p)),
    "icaltimezone_get_utc_timezone": (c_void_p, ()),
    "icaltimezone_get_utc_offset": (c_int, (c_void_p, POINTER(Time), POINTER(c_int))),
}


class Refused(Exception):
    """What libical does not accept."""


class Moment(NamedTuple):
    """Seconds since 1970 in UTC, of the day's begin for a whole day."""

    seconds: int
    whole_day: bool

    def __str__(self) -> str:
        at = datetime.fromtimestamp(self.seconds, UTC)
        return f"{at:%Y-%m-%d}" if self.whole_day else f"{at:%Y-%m-%dT%H:%M:%SZ}"


def library() -> str | None:
    """The name under which libical is loaded; None where it is not installed."""
    return ctypes.util.find_library("ical")


@cache
def c() -> ctypes.CDLL:
    """The library with the types of the functions that are used here."""
    loaded = ctypes.CDLL(library())
    for name, (result, arguments) in SIGNATURES.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    loaded.icalerror_set_errors_are_fatal(0)
    return loaded


def components(parent: int, kind: str) -> Iterator[int]:
    """The components of a kind right below a component, in their order."""
    number = c().icalcomponent_string_to_kind(kind.encode())
    found = c().icalcomponent_get_first_component(parent, number)
    while found:
        yield found
        found = c().icalcomponent_get_next_component(parent, number)


def properties(component: int, name: str) -> Iterator[int]:
    """The properties of a name, in their order."""
    number = c().icalproperty_string_to_kind(name.encode())
    found = c().icalcomponent_get_first_property(component, number)
    while found:
        yield found
        found = c().icalcomponent_get_next_property(component, number)


def words(component: int, name: str) -> list[str]:
    """The text of each property of a name."""
    values = map(c().icalproperty_get_value, properties(component, name))
    return [(c().icalvalue_get_text(value) or b"").decode(errors="replace") for value in values]


def moment(component: int, name: str) -> Moment | None:
    """The first date or time of a name; None where there is none."""
    for found in properties(component, name):
        at = c().icalproperty_get_datetime_with_component(found, component)
        if not (at.is_date or at.zone):
            raise Refused(f"{name} has no time zone")
        return Moment(c().icaltime_as_timet_with_zone(at, at.zone), bool(at.is_date))
    return None


def parsed(body: str) -> int:
    """The calendar; raises `Refused` for what libical finds wrong with it."""
    calendar: int | None = c().icalparser_parse_string(body.encode("utf-8", "surrogateescape"))
    if not calendar:
        raise Refused("it is no calendar")
    right = c().icalrestriction_check(calendar)
    if c().icalcomponent_count_errors(calendar) or not right:
        lines = c().icalcomponent_as_ical_string(calendar).decode(errors="replace").splitlines()
        raise Refused("; ".join(line for line in lines if "X-LIC-ERROR" in line))
    if c().icalcomponent_isa(calendar) != c().icalcomponent_string_to_kind(b"VCALENDAR"):
        raise Refused("its first component is no VCALENDAR, or there are two")
    return calendar


def occurrences(component: int, last: date) -> list[Moment]:
    """The starts that the component's own rule makes, to some time after a day."""
    begin = c().icaltime_from_string(b"19700101T000000Z")
    until = c().icaltime_from_string(f"{last + FAR:%Y%m%d}T000000Z".encode())
    whole_day = bool((first := moment(component, "DTSTART")) and first.whole_day)
    found: list[Moment] = []

    def visit(_component: int, span: Any, _data: object) -> None:
        found.append(Moment(span.contents.start, whole_day))

    c().icalcomponent_foreach_recurrence(component, begin, until, VISIT(visit), None)
    return found


def shown_at(component: int, last: date) -> list[Moment]:
    """Where a component is shown: an event where it starts, a to-do where it is due."""
    start, due = moment(component, "DTSTART"), moment(component, "DUE")
    if start is None:
        return [due] if due else []
    away = due.seconds - start.seconds if due else 0
    if any(properties(component, "RRULE")) or any(properties(component, "RDATE")):
        starts = occurrences(component, last)
    else:
        starts = [start]
    return [Moment(one.seconds + away, one.whole_day) for one in starts]


def read(asked: dict[str, Any]) -> dict[str, Any]:
    """Answer `read`."""
    calendar = parsed(asked["body"])
    first, last = (date.fromisoformat(asked[key]) for key in ("first", "last"))
    every = [one for kind in KINDS for one in components(calendar, kind)]
    named = {one: (words(one, "UID"), moment(one, "RECURRENCE-ID")) for one in every}
    shown = []
    for one in every:
        uid, original = named[one]
        start, due = moment(one, "DTSTART"), moment(one, "DUE")
        away = due.seconds - start.seconds if due and start else 0
        for at in shown_at(one, last):
            by_rule = at._replace(seconds=at.seconds - away)
            if original is None and (uid, by_rule) in named.values():
                continue  # the override stands for it
            if str(first) <= str(at)[:10] <= str(last):
                shown.append(("".join(words(one, "SUMMARY")), str(at)))
    said = [texts(one, kind) for kind in KINDS for one in components(calendar, kind)]
    c().icalcomponent_free(calendar)
    return {"shown": shown, "texts": said}


def texts(component: int, kind: str) -> dict[str, Any]:
    """The words of a component."""
    return {
        "kind": kind.lower(),
        "uid": "".join(words(component, "UID")),
        "title": "".join(words(component, "SUMMARY")),
        "description": "".join(words(component, "DESCRIPTION")),
        "location": "".join(words(component, "LOCATION")),
        "categories": words(component, "CATEGORIES"),
    }


def offsets(asked: dict[str, Any]) -> dict[str, Any]:
    """Answer `offsets`."""
    calendar = parsed(asked["body"])
    zone = c().icalcomponent_get_timezone(calendar, asked["name"].encode())
    if not zone:
        raise Refused(f"there is no zone {asked['name']}")
    found = []
    for text in asked["times"]:
        at = c().icaltime_from_string(text.replace("-", "").replace(":", "").encode())
        found.append(c().icaltimezone_get_utc_offset(zone, byref(at), byref(c_int())))
    c().icalcomponent_free(calendar)
    return {"offsets": found}


QUESTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "read": read,
    "offsets": offsets,
}


def main() -> None:
    """Answer line by line until standard input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = QUESTIONS[asked["question"]](asked)
        except Refused as error:
            answer = {"refused": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
