"""A reader of Atom that is not ours (the standard library's XML), with the rules of RFC 4287."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from xml.etree import ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
_FEED = {"author", "category", "generator", "id", "link", "subtitle", "title", "updated", "entry"}
_ENTRY = {"category", "content", "id", "link", "published", "title", "updated"}
_ONCE = ("id", "title", "updated")


class Item(NamedTuple):
    """One entry as a feed reader shows it."""

    id: str
    title: str
    updated: datetime
    published: datetime
    content: str
    tags: tuple[str, ...]
    link: str


class Read(NamedTuple):
    """A feed that keeps the rules."""

    id: str
    title: str
    updated: datetime
    entries: tuple[Item, ...]


def read(body: bytes) -> Read:
    """Read a feed; a broken rule is an AssertionError, broken XML a ParseError."""
    root = ET.fromstring(body)
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang")
    _check(root, _FEED)
    assert root.find(f"{ATOM}author/{ATOM}name") is not None, "section 4.1.1: an author"
    entries = tuple(_item(one) for one in root.iterfind(f"{ATOM}entry"))
    assert len({one.id for one in entries}) == len(entries)
    return Read(_text(root, "id"), _text(root, "title"), _date(root, "updated"), entries)


def _check(element: ET.Element, allowed: Iterable[str]) -> None:
    names = Counter(child.tag.removeprefix(ATOM) for child in element)
    assert names.keys() <= set(allowed)
    assert all(names[name] == 1 for name in _ONCE), "sections 4.1.1 and 4.1.2: exactly one"
    assert names["subtitle"] <= 1
    assert names["published"] <= 1
    assert _text(element, "id").startswith("urn:uuid:")
    links = [(one.get("rel"), one.get("type")) for one in element.iterfind(f"{ATOM}link")]
    assert len(links) == len(set(links)), "one alternate of a kind"
    assert all(one.get("href", "").isascii() for one in element.iterfind(f"{ATOM}link"))


def _item(entry: ET.Element) -> Item:
    _check(entry, _ENTRY)
    assert entry.find(f"{ATOM}content") is not None
    link = entry.find(f"{ATOM}link")
    return Item(
        _text(entry, "id"),
        _text(entry, "title"),
        _date(entry, "updated"),
        _date(entry, "published"),
        _text(entry, "content"),
        tuple(one.get("term", "") for one in entry.iterfind(f"{ATOM}category")),
        "" if link is None else link.get("href", ""),
    )


def _text(element: ET.Element, name: str) -> str:
    found = element.find(ATOM + name)
    assert found is not None
    assert found.get("type", "text") == "text"
    return found.text or ""


def _date(element: ET.Element, name: str) -> datetime:
    """RFC 3339, in UTC."""
    text = _text(element, name)
    assert text.endswith("Z")
    return datetime.fromisoformat(text)
