"""PURE. A calendar as an Atom feed (RFC 4287), the newest change first.

An id is a UUID that is counted from the UID alone (RFC 9562, version 5), so that it is the same
for ever. `updated` is the last change of what is shown, never the clock.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from uuid import UUID, uuid5

from calendars.entry import Calendar, Entry
from calendars.feeds.description import description, repeats, title
from calendars.feeds.facts import instant_text
from calendars.feeds.feed import Feed, check, check_texts
from calendars.feeds.header import about, clean
from calendars.feeds.parts import Part, Style, Whole, joined, sound, style_of
from calendars.feeds.parts import part as part_of
from calendars.grammar import uri

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
_NAMES = UUID("6f6d7c3e-6a0b-5c4e-9d53-2f3c6c1f0a77")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_IN_XML = {0xFFFE: "\N{REPLACEMENT CHARACTER}", 0xFFFF: "\N{REPLACEMENT CHARACTER}"}


def write(calendar: Calendar) -> Feed:
    """The whole feed; an entry that cannot be written is left out and named in `broken`."""
    style = style_of(calendar)
    return joined(whole(calendar, [part(style, entry) for entry in calendar.entries]))


def part(style: Style, entry: Entry) -> Part:
    """One entry's element."""
    return part_of(_entry, style, entry)


def whole(calendar: Calendar, parts: Sequence[Part]) -> Whole:
    """The feed around its parts; the calendar's own `entries` are not read."""
    made, broken = sound(parts)
    newest = sorted(made, key=lambda one: one.modified, reverse=True)
    updated = newest[0].modified if newest else _NEVER
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_attribute(calendar.language)}">',
        *_head(calendar, updated),
        "",
    ]
    head = "\n".join(lines).encode()
    return Whole(head, newest, b"", b"</feed>\n", calendar.left_out, broken)


def atom_id(uid: str) -> str:
    """The id of a feed or an entry: "urn:uuid:…", the same for the same UID."""
    return uuid5(_NAMES, uid).urn


def _head(calendar: Calendar, updated: datetime) -> list[str]:
    lines = [
        _element("id", atom_id(f"feed {calendar.id or calendar.name}")),
        _element("title", clean(calendar.name)),
        _element("subtitle", "\n".join(about(calendar, calendar.left_out))),
        _element("updated", instant_text(updated)),
        f"<author>{_element('name', clean(calendar.author or calendar.name))}</author>",
        "<generator>Milestones</generator>",
    ]
    if calendar.source:
        lines.append(_link("self", clean(calendar.source), "application/atom+xml"))
    if calendar.url:
        lines.append(_link("alternate", clean(calendar.url), "text/html"))
    return list(filter(None, lines))


def _entry(style: Style, entry: Entry) -> bytes:
    check(entry)
    check_texts(entry)
    said = description(entry, entry.state, style.language)
    lines = [
        "<entry>",
        _element("id", atom_id(entry.uid)),
        _element("title", title(entry, entry.state)),
        _element("updated", instant_text(entry.modified)),
        _element("published", instant_text(entry.created)),
        _link("alternate", entry.url, "text/html") if entry.url else "",
        *(f'<category term="{_attribute(tag)}"/>' for tag in entry.categories),
        _element("content", "\n".join(filter(None, (repeats(entry, style.language), said)))),
        "</entry>\n",
    ]
    return "\n".join(filter(None, lines)).encode()


def _element(name: str, value: str) -> str:
    """An element of text; "" for none. A line end of any kind is read as `\\n`."""
    return f"<{name}>{_text(value)}</{name}>" if value else ""


def _link(rel: str, to: str, kind: str) -> str:
    return f'<link rel="{rel}" type="{kind}" href="{_attribute(uri(to))}"/>'


def _text(value: str) -> str:
    return escape(value.translate(_NOT_IN_XML), quote=False).replace("\r", "&#13;")


def _attribute(value: str) -> str:
    """A value between quotes; line ends and tabs are kept from being read as spaces."""
    shown = escape(value.translate(_NOT_IN_XML))
    return shown.replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
