"""PURE. The feed formats by name. A new one is a file beside this and one line here."""

from dataclasses import dataclass

from calendars.feeds import atom, csv, ical, json_feed, todo
from calendars.feeds.feed import Writer


@dataclass(frozen=True, slots=True)
class Format:
    """A feed format: its content type over HTTP, the end of its file names, its writer.

    folder: the first part of its addresses; no two formats share both folder and suffix.
    """

    content_type: str
    suffix: str
    write: Writer
    folder: str = "calendars"


DEFAULT = "ical"
FORMATS: dict[str, Format] = {
    "ical": Format(ical.CONTENT_TYPE, ".ics", ical.write),
    "todo": Format(ical.CONTENT_TYPE, ".ics", todo.write, "todos"),
    "atom": Format(atom.CONTENT_TYPE, ".atom", atom.write),
    "json": Format(json_feed.CONTENT_TYPE, ".json", json_feed.write),
    "csv": Format(csv.CONTENT_TYPE, ".csv", csv.write),
}
