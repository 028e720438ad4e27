"""The words of a calendar's components, by programs that did not write it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from ical.calendar_stream import IcsCalendarStream

from tests.calendars.feeds.judges import FIRST, LAST, asked, khal_listed, parsed
from tests.judges.programs import ical_js, libical

KINDS = ("vevent", "vtodo")


class Words(NamedTuple):
    """What a component says; components that differ only in their dates say the same."""

    kind: str
    uid: str
    title: str
    description: str
    location: str
    categories: tuple[str, ...]


def _by_icalendar(body: bytes) -> list[Words]:
    found: list[Any] = [one for kind in KINDS for one in parsed(body).walk(kind.upper())]
    return sorted(
        Words(
            one.name.lower(),
            str(one["UID"]),
            str(one["SUMMARY"]),
            str(one["DESCRIPTION"]),
            str(one.get("LOCATION", "")),
            tuple(map(str, one["CATEGORIES"].cats)) if "CATEGORIES" in one else (),
        )
        for one in found
    )


def _by_ical(body: bytes) -> list[Words]:
    calendar = IcsCalendarStream.calendar_from_ics(body.decode())
    found: list[tuple[str, Any]] = [("vevent", one) for one in calendar.events]
    found += [("vtodo", one) for one in calendar.todos]
    return sorted(
        Words(
            kind,
            one.uid,
            one.summary or "",
            one.description or "",
            one.location or "",
            tuple(one.categories),
        )
        for kind, one in found
    )


def by_khal(body: bytes) -> set[Words]:
    """What khal says of the events that it lists; those whose days it does not show are missing."""
    fields = ("{uid}", "{title}", "{description}", "{location}", "{categories}")
    return {
        Words("vevent", uid, title, said, place, tuple(filter(None, tags.split(","))))
        for uid, title, said, place, tags in khal_listed(body, *fields)
    }


def _by_ical_js(body: bytes) -> list[Words]:
    return _words(asked(ical_js(), body, FIRST, LAST))


def _by_libical(body: bytes) -> list[Words]:
    return _words(asked(libical(), body, FIRST, LAST))


def _words(answer: dict[str, Any]) -> list[Words]:
    return sorted(
        Words(**{**said, "categories": tuple(said["categories"])}) for said in answer["texts"]
    )


READERS: dict[str, Callable[[bytes], list[Words]]] = {
    "icalendar": _by_icalendar,
    "ical": _by_ical,
    "ical.js": _by_ical_js,
    "libical": _by_libical,
}
