"""PURE. Plain text in lines of 72 columns, in any script.

A Chinese character takes two columns (UAX 11) and a line may end after almost any of them, but not
before a closing mark nor after an opening one. Everywhere else lines end at spaces.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len

COLUMNS = 72
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
"""FSI and PDI (UAX 9): what stands between them turns nothing round them."""
_OPENING = f"“‘（《〈「『【〔({FIRST_STRONG_ISOLATE}"
_CLOSING = f"，。、；：！？）》〉」』】〕”’…){POP_ISOLATE}"
_WIDE = "\u2e80-\u2fdf\u3040-\u4dbf\u4e00-\ua4cf\uac00-\ud7af\uf900-\ufaff"
_HAS_WIDE = re.compile(f"[{_WIDE}]")
_ATOM = re.compile(
    rf"[{_OPENING}]*(?:[{_WIDE}]|[^{_WIDE}{_OPENING}{_CLOSING}]+[{_WIDE}]?)[{_CLOSING}]*"
    rf"|[{_OPENING}{_CLOSING}]+"
)
"""What stays on one line: a character with its marks, or a number with what it counts."""


@lru_cache(maxsize=16_384)
def fold(text: str, indent: int = 0, first: int | None = None) -> str:
    """A paragraph in lines of at most 72 columns; a longer word, as an address, stays whole.

    `indent` spaces stand before each line, `first` before the first one where that differs.
    """
    line = " " * (indent if first is None else first)
    if len(line) + cell_len(text) <= COLUMNS:
        return line + text
    lines, column, empty = [], len(line), True
    for space, atom in _atoms(text):
        width = cell_len(atom)
        if not empty and column + len(space) + width > COLUMNS:
            lines.append(line)
            line, column, empty = " " * indent, indent, True
        if not empty:
            line, column = line + space, column + len(space)
        line, column, empty = line + atom, column + width, False
    return "\n".join(_isolating([*lines, line]))


def _isolating(lines: Iterable[str]) -> Iterator[str]:
    """A line ends what a name in another direction began (UAX 9): it begins again in the next."""
    opened = 0
    for line in lines:
        bare = line.lstrip(" ")
        begun = opened
        opened = max(opened + line.count(FIRST_STRONG_ISOLATE) - line.count(POP_ISOLATE), 0)
        again, end = FIRST_STRONG_ISOLATE * begun, POP_ISOLATE * opened
        yield f"{line[: len(line) - len(bare)]}{again}{bare}{end}"


def _atoms(text: str) -> Iterator[tuple[str, str]]:
    """What is not parted, each with the space before it."""
    for word in filter(None, text.split(" ")):
        if not _HAS_WIDE.search(word):
            yield " ", word
            continue
        for number, found in enumerate(_ATOM.finditer(word)):
            yield "" if number else " ", found[0]


def aligned(rows: Sequence[tuple[str, str]]) -> str:
    """Labels and values in two columns."""
    width = max(cell_len(label) for label, _ in rows) + 4
    return "\n".join(
        f"  {label}{' ' * (width - 2 - cell_len(label))}{fold(value, width)[width:]}"
        for label, value in rows
    )
