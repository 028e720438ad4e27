"""PURE. The feed formats by name. A new one is a file beside this and one line here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from calendars.entry import Calendar, Entry
from calendars.feeds import atom, csv, ical, json_feed, todo
from calendars.feeds.feed import Writer
from calendars.feeds.parts import Part, Style, Whole


@dataclass(frozen=True, slots=True)
class Format:
    """A feed format: its content type over HTTP, the end of its file names, its writer.

    part, whole: the two halves of `write`, for who keeps the parts between two feeds.
    folder: the first part of its addresses; no two formats share both folder and suffix.
    """

    content_type: str
    suffix: str
    write: Writer
    part: Callable[[Style, Entry], Part]
    whole: Callable[[Calendar, Sequence[Part]], Whole]
    folder: str = "calendars"


DEFAULT = "ical"
FORMATS: dict[str, Format] = {
    "ical": Format(ical.CONTENT_TYPE, ".ics", ical.write, ical.part, ical.whole),
    "todo": Format(ical.CONTENT_TYPE, ".ics", todo.write, todo.part, todo.whole, "todos"),
    "atom": Format(atom.CONTENT_TYPE, ".atom", atom.write, atom.part, atom.whole),
    "json": Format(
        json_feed.CONTENT_TYPE, ".json", json_feed.write, json_feed.part, json_feed.whole
    ),
    "csv": Format(csv.CONTENT_TYPE, ".csv", csv.write, csv.part, csv.whole),
}
