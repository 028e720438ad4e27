"""PURE. The feed formats by name. A new one is a file beside this and one line here."""

from dataclasses import dataclass

from calendars.feeds import ical
from calendars.feeds.feed import Writer


@dataclass(frozen=True, slots=True)
class Format:
    """A feed format: its content type over HTTP, the end of its file names, its writer."""

    content_type: str
    suffix: str
    write: Writer


FORMATS: dict[str, Format] = {
    "ical": Format(ical.CONTENT_TYPE, ".ics", ical.write),
}
