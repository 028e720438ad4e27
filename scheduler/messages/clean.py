"""PURE. Text of a plan as it may stand in a message: one line, and none of its marks reach out."""

import re
from functools import lru_cache

from config.plan import Plan
from notifiers.headers import one_line
from scheduler.planning.explain import name_of

_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates (UAX 9): one left open would turn round what follows it."""


@lru_cache(maxsize=16_384)
def clean(text: str) -> str:
    """A text in one line, without control characters and without open bidirectional marks."""
    return " ".join(one_line(_BIDI.sub("", text)).split())


def shortened(text: str, most: int) -> str:
    """At the most `most` characters, cut after a word where there is one near, with "…"."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    word, space, _ = kept.rpartition(" ")
    return (word if space and len(word) > most // 2 else kept).rstrip(" ,;:·") + "…"


def called(plan: Plan, recipient: str) -> str:
    """The name of a person or team in one line; the id where the plan does not know it any more."""
    return clean(name_of(plan, recipient))
