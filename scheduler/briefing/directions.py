"""PURE. Which texts run against the direction of a document (UAX 9)."""

import unicodedata

_AGAINST = {"ltr": frozenset({"R", "AL"}), "rtl": frozenset({"L"})}


def is_along(text: str, direction: str) -> bool:
    """Whether nothing in a text runs against "ltr" or "rtl"."""
    return _AGAINST[direction].isdisjoint(map(unicodedata.bidirectional, text))
