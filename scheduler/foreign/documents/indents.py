"""PURE. Items of lists in a text: their marks, and how deep they stand in each other."""

import re
from dataclasses import dataclass, field

from scheduler.foreign.documents.sentences import GERMAN_MONTHS

BULLETS = "•◦▪▫‣⁃·●○■□►▶➢➤✓✔❖\uf02d\uf076\uf0a7\uf0b7\uf0d8\uf0fc"
"""The last ones are those of the fonts Symbol and Wingdings, as converters leave them."""
_MARK = re.compile(
    r"(?P<indent>\s*)(?:(?P<sign>[-*+" + BULLETS + r"]|o(?=\s\s|\s[A-Z]))|(?P<dash>[–—])"
    r"|(?P<number>\d{1,3})[.)]|\(?(?P<letter>[a-z]|[ivx]{1,5})\))\s+(?:\[[ xX]\]\s+)?(?=\S)"
)
_SAME = dict.fromkeys("*+", "-")


@dataclass(frozen=True, slots=True)
class Item:
    """An item's text without its mark; `mark` is the kind of that."""

    indent: int
    mark: str
    text: str


def marked(line: str, inside: bool) -> Item | None:
    """The item that a line begins; None for none.

    inside: whether a paragraph stands right above it, which a dash or a number may go on with.
    """
    line = line.expandtabs(4)
    found = _MARK.match(line)
    if found is None or (inside and _goes_on(found)) or _is_date(line, found):
        return None
    mark = found["sign"] or (found["dash"] and "–") or (found["number"] and "1") or "a"
    return Item(len(found["indent"]), _SAME.get(mark, mark), line[found.end() :])


def _goes_on(found: "re.Match[str]") -> bool:
    return bool(found["dash"]) or found["sign"] == "o" or (found["number"] or "1") != "1"


def _is_date(line: str, found: "re.Match[str]") -> bool:
    """Whether the number is the day of a date: 3. Mai, 3. 5. 2024."""
    following = line[found.end() : found.end() + 20].split()
    word = following[0].rstrip(".,").lower() if following else ""
    return bool(found["number"]) and (word in GERMAN_MONTHS or word.isdigit())


@dataclass(slots=True)
class Depths:
    """The items that are open, the outermost first, as indents and marks."""

    _open: list[tuple[int, str]] = field(default_factory=list)

    def of(self, item: Item) -> int:
        """How deep an item stands, from 0; it is open from now on.

        One with another mark at the same indent stands in the one before, as where a program lost
        the indents.
        """
        while self._open and self._open[-1][0] > item.indent:
            self._open.pop()
        here = (item.indent, item.mark)
        if here in self._open:
            del self._open[self._open.index(here) :]
        if len(self._open) < 50:
            self._open.append(here)
        return len(self._open) - 1

    def holds(self, line: str) -> bool:
        """Whether a line after an empty one is so far in that it belongs to the open item."""
        indent = len(line) - len(line.lstrip())
        return bool(self._open) and indent > self._open[-1][0]

    @property
    def inside(self) -> int:
        """How deep a paragraph of the open item stands."""
        return len(self._open)

    def end(self) -> None:
        """No item is open any more."""
        self._open.clear()
