"""PURE. A calendar as a JSON Feed (version 1.1, jsonfeed.org).

Beside the format's own keys, `_milestones` holds what a program wants to know of a date: its
window, its precision, whether it is certain, its state.
"""

import json
from collections.abc import Mapping

from calendars.entry import Calendar, Entry
from calendars.feeds.description import description, repeats, title
from calendars.feeds.facts import facts, instant_text
from calendars.feeds.feed import Feed, check, check_texts, each
from calendars.feeds.header import about, clean
from calendars.grammar import uri

CONTENT_TYPE = "application/feed+json; charset=utf-8"
VERSION = "https://jsonfeed.org/version/1.1"


def write(calendar: Calendar) -> Feed:
    """The whole feed; an entry that cannot be written is left out and named in `broken`."""
    items, broken = each(calendar, lambda entry: _item(calendar, entry))
    head = {
        "version": VERSION,
        "title": clean(calendar.name),
        "home_page_url": uri(clean(calendar.url)),
        "feed_url": uri(clean(calendar.source)),
        "description": "\n".join(about(calendar, calendar.left_out)),
        "language": clean(calendar.language),
        "authors": [{"name": clean(calendar.author or calendar.name)}],
    }
    whole = {**_filled(head), "_milestones": {"left_out": calendar.left_out}, "items": items}
    body = json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"
    return Feed(body, calendar.left_out, broken)


def _item(calendar: Calendar, entry: Entry) -> dict[str, object]:
    check(entry)
    check_texts(entry)
    said = description(entry, entry.state, calendar.language)
    item = {
        "id": entry.uid,
        "url": uri(entry.url),
        "title": title(entry, entry.state),
        "content_text": "\n".join(filter(None, (repeats(entry, calendar.language), said))),
        "date_published": instant_text(entry.created),
        "date_modified": instant_text(entry.modified),
        "tags": list(entry.categories),
    }
    return {**_filled(item), "_milestones": facts(entry, calendar.language)}


def _filled(values: Mapping[str, object]) -> dict[str, object]:
    """The keys that say something; the format wants no empty ones."""
    return {key: value for key, value in values.items() if value not in ("", [])}
