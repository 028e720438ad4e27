"""PURE. Numbers that somebody wrote into an address or a form."""

MOST_DIGITS = 18
"""Of a number that every database can hold."""


def number_of(text: str) -> int | None:
    """The whole number, written in plain digits; None for anything else, or what is too long."""
    right = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if right else None
