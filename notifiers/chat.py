"""PURE. What the forms of chat services share: colours, JSON, and leaving out what has no room."""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final, TypeVar

from notifiers.headers import one_line
from notifiers.message import Message, Urgency
from notifiers.plain import Form, fitted, units

T = TypeVar("T")
Json = dict[str, Any]
Fact = tuple[str, str]

HEADERS: Final = {"Content-Type": "application/json; charset=utf-8"}
COLOURS: Final[Mapping[Urgency, str]] = {
    "info": "#1a73e8",
    "soon": "#b06000",
    "today": "#d93025",
    "late": "#8c1d18",
}
"""The colour of a message's edge, by its urgency."""


def as_json(value: Any) -> bytes:
    """The body of a request, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def characters(value: Any) -> int:
    """How long a part of the body is as JSON, with its comma, in UTF-16 units."""
    return units(json.dumps(value, ensure_ascii=False, separators=(",", ":"))) + 1


def line(text: str, limit: int, form: Form) -> str:
    """A text in one line, in a form, within a limit; never empty, which services refuse."""
    return fitted(one_line(text), limit, form) or "…"


def short(message: Message, limit: int, form: Form) -> str:
    """The whole in one line, for notifications and for screens that show no rich form."""
    return line(f"{message.lead} · {message.subject}", limit, form)


def kept(
    parts: Sequence[T], *, room: int, most: int, size: Callable[[T], int], rest: Callable[[int], T]
) -> list[T]:
    """As many parts as have room; where some have none, the last says how many these are."""
    sums = [0, *accumulate(map(size, parts))]
    fits = sum(1 for total in sums[1 : most + 1] if total <= room)
    if fits == len(parts):
        return list(parts)
    spare = size(rest(len(parts)))
    while fits and (sums[fits] + spare > room or fits >= most):
        fits -= 1
    return [*parts[:fits], rest(len(parts) - fits)] if spare <= room else []


def left_out(count: int) -> Fact:
    """The fact that stands for those that have no room, in any language."""
    return "…", f"+{count}"


def groups(parts: Sequence[T], length: int) -> list[list[T]]:
    """The parts in lists of that length; the last may be shorter."""
    return [list(parts[at : at + length]) for at in range(0, len(parts), length)]
