"""PURE. How wide a line is, about, from its letters alone: a PDF tells only where it begins."""

_NARROW = frozenset("ijltfrI.,:;|'’!()[]/- ")
_WIDE = frozenset("mwMW—%@")


def width(text: str, size: float) -> float:
    """In the measure of `size`; within some hundredths for the usual fonts."""
    return size * sum(map(_letter, text))


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.29
    if letter in _WIDE:
        return 0.85
    if letter >= "\u2e80":
        return 1.0
    return 0.67 if letter.isupper() else 0.52
