"""PURE. A calendar as a JSON Feed (version 1.1, jsonfeed.org).

Beside the format's own keys, `_milestones` holds what a program wants to know of a date: its
window, its precision, whether it is certain, its state.
"""

import json
from collections.abc import Mapping, Sequence

from calendars.entry import Calendar, Entry
from calendars.feeds.description import description, repeats, title
from calendars.feeds.facts import facts, instant_text
from calendars.feeds.feed import Feed, check, check_texts
from calendars.feeds.header import about, clean
from calendars.feeds.parts import Part, Style, Whole, joined, sound, style_of
from calendars.feeds.parts import part as part_of
from calendars.grammar import uri

CONTENT_TYPE = "application/feed+json; charset=utf-8"
VERSION = "https://jsonfeed.org/version/1.1"


def write(calendar: Calendar) -> Feed:
    """The whole feed; an entry that cannot be written is left out and named in `broken`."""
    style = style_of(calendar)
    return joined(whole(calendar, [part(style, entry) for entry in calendar.entries]))


def part(style: Style, entry: Entry) -> Part:
    """One entry's item."""
    return part_of(_item, style, entry)


def whole(calendar: Calendar, parts: Sequence[Part]) -> Whole:
    """The feed around its parts; the calendar's own `entries` are not read."""
    items, broken = sound(parts)
    head = {
        "version": VERSION,
        "title": clean(calendar.name),
        "home_page_url": uri(clean(calendar.url)),
        "feed_url": uri(clean(calendar.source)),
        "description": "\n".join(about(calendar, calendar.left_out)),
        "language": clean(calendar.language),
        "authors": [{"name": clean(calendar.author or calendar.name)}],
    }
    known = {**_filled(head), "_milestones": {"left_out": calendar.left_out}, "items": []}
    before = _dumped(known).removesuffix("]\n}").encode()
    after = b"\n ]\n}\n" if items else b"]\n}\n"
    return Whole(before, items, b",", after, calendar.left_out, broken)


def _item(style: Style, entry: Entry) -> bytes:
    check(entry)
    check_texts(entry)
    said = description(entry, entry.state, style.language)
    item = {
        "id": entry.uid,
        "url": uri(entry.url),
        "title": title(entry, entry.state),
        "content_text": "\n".join(filter(None, (repeats(entry, style.language), said))),
        "date_published": instant_text(entry.created),
        "date_modified": instant_text(entry.modified),
        "tags": list(entry.categories),
    }
    made = _dumped({**_filled(item), "_milestones": facts(entry, style.language)})
    return "\n  ".join(("", *made.split("\n"))).encode()


def _dumped(value: object) -> str:
    """A value as JSON with one space for each level; line ends in texts are escaped."""
    return json.dumps(value, ensure_ascii=False, indent=1)


def _filled(values: Mapping[str, object]) -> dict[str, object]:
    """The keys that say something; the format wants no empty ones."""
    return {key: value for key, value in values.items() if value not in ("", [])}
