"""PURE. From the lines on the pages of a PDF to headings, paragraphs and items."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from scheduler.foreign.documents.blocks import Block, is_symbol, sign_of
from scheduler.foreign.documents.indents import BULLETS, Depths, Item, marked
from scheduler.foreign.documents.markup import single_spaced, unshaped
from scheduler.foreign.documents.sentences import is_said, joined
from scheduler.foreign.documents.widths import width

_EDGE = 3
"""Lines at the top and at the foot of a page that may be the same on all."""
_LONGEST = 200
"""Lines of a paragraph."""
_WORDS = re.compile(r"\w+(?:-\w+)*")
_LAST_WORD = re.compile(r"(\w+(?:-\w+)*)-$")
_FIRST_WORD = re.compile(r"\w+")
_SENTENCE_END = (".", "!", "?", ":", ";", "。", "؟", ".)", ".”", '."')
_MAY_END = (*_SENTENCE_END, ")")
_CITED = re.compile(r"\((?:OP|PP|para\.?|§)s? ?\d[^()]*\)$")
"""With the paragraph of a resolution an item ends, as "(OP1, OP4)"."""
_KEPT = frozenset(
    [
        "self",
        "non",
        "co",
        "mid",
        "well",
        "vice",
        "ex",
        "long",
        "short",
        "high",
        "low",
        "cross",
        "multi",
        "follow",
    ]
)
"""First parts of words that mostly have a hyphen."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; x and y from its lower left corner, and the size of letters, in points."""

    text: str
    page: int
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of a PDF, the title that it gives itself, and the pages that were not read."""

    lines: tuple[Line, ...]
    title: str = ""
    unread: tuple[int, ...] = ()


def blocks_of(lines: Iterable[Line]) -> Iterator[Block]:
    """The blocks of the pages; `line` of each is the page that it begins on."""
    seen = [replace(one, text=text) for one in lines if (text := _cleaned(one.text))]
    kept = _without_edges([one for one in _with_marks(seen) if is_said(one.text)])
    words = {word.lower() for one in kept for word in _WORDS.findall(one.text)}
    depths = Depths()
    layout = _layout(kept)
    for group in _groups(kept, layout):
        text = group[0].text
        for line in group[1:]:
            text = _rejoined(text, line.text, words)
        yield _block(text, group, layout, depths)


def _cleaned(text: str) -> str:
    text = text.rstrip()
    if text.endswith(("\xad", "\u2010")):
        text = text[:-1] + "-"
    return single_spaced(unshaped(text))


def _with_marks(lines: list[Line]) -> Iterator[Line]:
    """The lines, with the mark of an item that was written as a line of its own before it."""
    mark: Line | None = None
    for line in lines:
        if line.text in BULLETS:
            mark = line
            continue
        here = mark is not None and mark.page == line.page and abs(mark.y - line.y) < 4
        yield replace(mark, text=f"{mark.text} {line.text}") if mark and here else line
        mark = None


def _without_edges(lines: list[Line]) -> list[Line]:
    """The lines without those that stand at the edge of most pages, numbers aside.

    What is more than twice on a page is no header, but rows that are alike.
    """
    pages: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    edges: set[Line] = set()
    on_pages: Counter[str] = Counter()
    for page in pages.values():
        ordered = sorted(page, key=lambda line: line.y)
        own = {*ordered[:_EDGE], *ordered[-_EDGE:]}
        alike = Counter(map(_like, page))
        edges |= own
        on_pages.update(like for like in set(map(_like, own)) if alike[like] <= 2)
    repeated = {like for like, count in on_pages.items() if count >= 3 and count * 2 > len(pages)}
    return [line for line in lines if line not in edges or _like(line) not in repeated]


def _like(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.lower())


def _sizes(lines: list[Line]) -> list[float]:
    """The sizes of letters that are those of headings, the largest first."""
    counted: Counter[float] = Counter()
    for line in lines:
        counted[line.size] += len(line.text)
    if not counted:
        return []
    body = counted.most_common(1)[0][0]
    return sorted((size for size in counted if size > body * 1.12), reverse=True)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Sizes of headings, the largest first; how far below each other the lines of a size mostly
    stand; the edges of what is written."""

    sizes: list[float]
    leading: dict[float, float]
    left: dict[int, float]
    right: dict[tuple[int, float], float]


def _layout(lines: list[Line]) -> _Layout:
    left: dict[int, float] = {}
    right: dict[tuple[int, float], float] = {}
    for line in lines:
        left[line.page] = min(line.x, left.get(line.page, line.x))
        end = line.x + width(line.text, line.size)
        right[line.page, line.size] = max(end, right.get((line.page, line.size), end))
    return _Layout(_sizes(lines), _leading(lines), left, right)


def _groups(lines: list[Line], layout: _Layout) -> Iterator[list[Line]]:
    """Lines that are a paragraph, an item or a heading."""
    group: list[Line] = []
    for line in lines:
        if group and (len(group) > _LONGEST or _begins(group[-1], line, layout)):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _leading(lines: list[Line]) -> dict[float, float]:
    """How far below each other lines of one size mostly stand."""
    steps: dict[float, Counter[float]] = defaultdict(Counter)
    for above, below in pairwise(lines):
        step = round(above.y - below.y)
        if above.page == below.page and above.size == below.size and 0 < step < above.size * 3:
            steps[above.size][step] += 1
    return {size: counted.most_common(1)[0][0] for size, counted in steps.items()}


def _begins(above: Line, line: Line, layout: _Layout) -> bool:
    """Whether a line begins something new, rather than go on with the one above."""
    ended = above.text.endswith(_SENTENCE_END)
    goes_on = line.text[0].islower() and not ended
    if marked(line.text, inside=goes_on) is not None:
        return True
    if abs(above.size - line.size) > above.size * 0.05:
        return not goes_on or above.size > line.size * 1.12
    fits = _would_fit(above, line, layout)
    if goes_on:
        return abs(line.x - above.x) > 2 * line.size and fits
    if above.page != line.page:
        return ended or fits or above.size in layout.sizes or above.size == 0.0
    step, leading = above.y - line.y, layout.leading.get(line.size, line.size * 1.3)
    if step > max(leading * 1.3, leading + 1) or step < -1 or is_symbol(line.text):
        return True
    if above.bold != line.bold:
        return fits or ended
    return fits and not line.bold


def _would_fit(above: Line, line: Line, layout: _Layout) -> bool:
    """Whether the line above ends although the next word had room in it, or with what it cites."""
    if line.text[0].isupper() and _CITED.search(above.text[-40:]):
        return True
    word = width(" " + line.text.split(" ", 1)[0], line.size)
    end = above.x + width(above.text, above.size) + word
    left, right = layout.left[above.page], layout.right[above.page, above.size]
    sure = 0.95 if above.text.endswith(_MAY_END) and line.text[0].isupper() else 0.88
    return end - left <= (right - left) * sure


def _rejoined(text: str, line: str, words: set[str]) -> str:
    """Two lines as one, without the hyphen that a word was broken with."""
    left, right = _LAST_WORD.search(text[-80:]), _FIRST_WORD.match(line)
    if left is None or right is None or not line[0].islower():
        return joined([text, line])
    whole, apart = (left[1] + right[0]).lower(), f"{left[1]}-{right[0]}".lower()
    hyphened = apart in words or left[1].lower() in _KEPT or left[1].isupper()
    return text + line if hyphened and whole not in words else text[:-1] + line


def _block(text: str, group: list[Line], layout: _Layout, depths: Depths) -> Block:
    """Bold letters make a heading at the left edge only: further in it may be an item."""
    first = group[0]
    item = marked(text, inside=False)
    bold = all(line.bold for line in group) and first.x <= layout.left[first.page] + 2
    sign = sign_of(text, bold) if item is None else ""
    if item is None and first.size in layout.sizes and sign_of(text, bold=True):
        depths.end()
        return Block("heading", text, first.page, layout.sizes.index(first.size) + 1)
    if item is not None:
        depth = depths.of(Item(max(0, round(first.x)), item.mark, item.text))
        return Block("item", item.text, first.page, depth)
    depths.end()
    return Block("heading" if sign else "text", text, first.page, sign=sign)
