"""PURE. From a document's blocks to its sentences, each with the headings above it."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from calendars.foreign.values import ImportingError
from scheduler.foreign.documents.blocks import LONGEST_HEADING, Block, is_dated, ranked
from scheduler.foreign.documents.sentences import cut, is_said, sentences
from scheduler.foreign.values import Document, Piece

MOST_PIECES = 100_000
MOST_CHARACTERS = 5_000_000
_LEAD = 200
"""Characters of a line above a list, or of an item with others under it, that is their heading."""
_LISTED = 5


def document(blocks: Iterable[Block], title: str = "", notes: Iterable[str] = ()) -> Document:
    """The document; `title` is its own, for where it has no headings."""
    listed = list(ranked(one for one in blocks if one.kind == "gap" or is_said(one.text)))
    pieces: list[Piece] = []
    for piece in _pieces(listed):
        pieces.append(piece)
        if len(pieces) > MOST_PIECES:
            raise ImportingError(
                f"it has more than {MOST_PIECES:,} sentences; split it and import its parts"
            )
    return Document(
        tuple(pieces), (_title(listed) or title)[:LONGEST_HEADING], (*notes, *_begun_anew(listed))
    )


def bounded(characters: int) -> None:
    """ImportingError for a document with too much text."""
    if characters > MOST_CHARACTERS:
        raise ImportingError(
            f"it has more than {MOST_CHARACTERS:,} letters; split it and import its parts"
        )


def _pieces(blocks: list[Block]) -> Iterator[Piece]:
    headings: list[tuple[int, str]] = []
    leads: list[tuple[int, str]] = []
    for block, following in zip_longest(blocks, blocks[1:]):
        if block.kind in ("heading", "gap"):
            _end(headings, block.level)
            leads.clear()
            if block.kind == "heading":
                if is_dated(block.text):
                    yield Piece(block.text, block.line, tuple(text for _, text in headings))
                headings.append((block.level, _heading(block.text)))
            continue
        level = block.level if block.kind == "item" else -1
        _end(leads, level)
        said = list(cut(block.text)) if block.kind == "row" else sentences(block.text)
        above = tuple(text for _, text in (*headings, *leads))
        yield from (Piece(text, block.line, above) for text in said if is_said(text))
        if _leads(block, said, following):
            leads.append((level, _heading(block.text)))


def _end(open_ones: list[tuple[int, str]], level: int) -> None:
    """Close what is not above something of that level."""
    while open_ones and open_ones[-1][0] >= level:
        open_ones.pop()


def _leads(block: Block, said: list[str], following: Block | None) -> bool:
    """Whether the list that follows stands under this line or item."""
    if following is None or following.kind != "item" or len(said) != 1 or block.kind == "row":
        return False
    if block.kind == "text":
        deeper = ":" not in block.text.rstrip(" :")
    else:
        deeper = following.level > block.level
    return deeper and len(block.text) <= _LEAD and not block.text.endswith((".", "。"))


def _heading(text: str) -> str:
    return text.rstrip(" :：")[:LONGEST_HEADING]


def _title(blocks: list[Block]) -> str:
    """The first heading; of those before any text the first with more than one word."""
    first = [block for block in blocks if block.kind == "heading"]
    if not first:
        return ""
    before = next((at for at, one in enumerate(blocks) if one.kind not in ("heading", "gap")), None)
    opening = [one for one in blocks[:before] if one.kind == "heading" and one.sign != "symbol"]
    return next((one.text for one in opening if " " in one.text), first[0].text)


def _begun_anew(blocks: list[Block]) -> Iterator[str]:
    """A note of lists that follow another at once, as where a slide's heading is a picture."""
    lines = [block.line for block in blocks if block.sign == "anew"]
    if lines:
        shown = ", ".join(map(str, lines[:_LISTED])) + (" …" if len(lines) > _LISTED else "")
        yield f"lists begin anew under the same heading (line {shown}): are they still about that?"
