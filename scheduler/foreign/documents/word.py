"""Word processors' files (.docx) as blocks: paragraphs and tables in their order.

What was inserted while changes were tracked is read, what was deleted is not. Footnotes, headers
and tables of contents are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from zipfile import ZipFile

from calendars.foreign.values import ImportingError
from scheduler.foreign.archive import checked
from scheduler.foreign.documents.blocks import Block, sign_of
from scheduler.foreign.documents.indents import marked
from scheduler.foreign.documents.markup import single_spaced
from scheduler.foreign.documents.outline import bounded, document
from scheduler.foreign.documents.wordstyles import Element, Styles, W, on, said
from scheduler.foreign.values import Document

KIND = "document of a word processor"
MOST_XML = 30 * 1024 * 1024
_DAMAGED = "it cannot be read as a .docx; open it in the word processor and save it anew"
_LEFT_OUT = {
    W + name for name in ("del", "moveFrom", "footnoteReference", "rPr", "sdtPr", "instrText")
} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath",
}
_AS = {W + "tab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_BOX = W + "txbxContent"
_TRACKED = "it has tracked changes: what was inserted is read, what was deleted is left out"
_ROW_AT_MOST = 600
"""Characters of a table's row that is one piece."""


def read_word(octets: bytes) -> Document:
    """The document's sentences; ImportingError where it cannot be read."""
    if octets.startswith(b"\xd0\xcf\x11\xe0"):
        raise ImportingError(
            "it is of an older word processor or has a password; save it as .docx without one"
        )
    file = checked(octets, KIND)
    with ZipFile(file) as archive:
        if sum(one.file_size for one in archive.infolist() if _is_xml(one.filename)) > MOST_XML:
            raise ImportingError("it has too much in it; split it and import its parts")
    import docx  # noqa: PLC0415

    try:
        whole = docx.Document(file)
        reader = _Reader(Styles(whole.styles.element))
        blocks = list(reader.blocks(whole.element.body))
        title = single_spaced(whole.core_properties.title or "")[:300]
    except ImportingError:
        raise
    except Exception:  # noqa: BLE001 - what a damaged file makes of it has no one type
        raise ImportingError(_DAMAGED) from None
    bounded(sum(len(block.text) for block in blocks))
    return document(blocks, title, [_TRACKED] if reader.tracked else [])


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


@dataclass(slots=True)
class _Text:
    """What a paragraph says, whether all of it is bold, and the text boxes that hang on it."""

    parts: list[str] = field(default_factory=list)
    bold: bool = True
    boxes: list[Element] = field(default_factory=list)

    @property
    def whole(self) -> str:
        return "".join(self.parts)


@dataclass(slots=True)
class _Reader:
    """Goes through the document once; `line` is the number of the paragraph."""

    styles: Styles
    line: int = 0
    tracked: bool = False

    def blocks(self, parent: Element) -> Iterator[Block]:
        """What stands in the body, in a text box or in a cell."""
        for one in parent:
            if one.tag == W + "p":
                yield from self._paragraph(one)
            elif one.tag == W + "tbl":
                yield from self._table(one)
            elif isinstance(one.tag, str) and one.tag not in _LEFT_OUT:
                yield from self.blocks(one)

    def _paragraph(self, paragraph: Element) -> Iterator[Block]:
        self.line += 1
        line, text = self.line, _Text()
        self._gather(paragraph, text, self.styles.of(paragraph).bold)
        style = self.styles.of(paragraph)
        if not style.contents:
            lines = [single_spaced(part) for part in text.whole.split("\n")]
            for part in _rejoined([part for part in lines if part], style.level is not None):
                yield self._block(part, line, style.level, style.depth, text.bold)
        for box in text.boxes:
            yield from self.blocks(box)

    def _block(
        self, text: str, line: int, level: int | None, depth: int | None, bold: bool
    ) -> Block:
        if level is not None:
            return Block("heading", text[:300], line, level)
        if depth is not None:
            return Block("item", text, line, depth)
        if item := marked(text, inside=False):
            return Block("item", item.text, line, 0)
        sign = sign_of(text, bold)
        return Block("heading" if sign else "text", text, line, sign=sign)

    def _gather(self, element: Element, text: _Text, bold: bool) -> None:
        """The text of a paragraph's element into `text`."""
        for one in element:
            tag = one.tag
            if tag in (W + "del", W + "ins", W + "moveFrom", W + "moveTo"):
                self.tracked = True
            if tag == _BOX:
                text.boxes.append(one)
            elif tag == W + "t":
                text.parts.append(one.text or "")
                text.bold = text.bold and (bold or not (one.text or "").strip())
            elif tag in _AS:
                text.parts.append(_AS[tag])
            elif isinstance(tag, str) and tag not in _LEFT_OUT and tag != W + "pPr":
                if tag == W + "r" and on(said(one, "rPr", "vanish")):
                    continue
                set_here = said(one, "rPr", "b") if tag == W + "r" else None
                self._gather(one, text, bold if set_here is None else on(set_here))

    def _table(self, table: Element) -> Iterator[Block]:
        above: dict[int, str] = {}
        for row in _under(table, W + "tr"):
            if said(row, "trPr", "del") is not None:
                continue
            line, found = self.line + 1, list(_under(row, W + "tc"))
            cells = [list(self.blocks(cell)) for cell in found]
            merged = [said(cell, "tcPr", "vMerge") for cell in found]
            texts = [" ".join(block.text for block in cell) for cell in cells]
            for at, mark in enumerate(merged):
                if mark is not None and mark.get(W + "val", "") != "restart" and not texts[at]:
                    texts[at] = above.get(at, "")
                above[at] = texts[at]
            yield from _row(cells, texts, line)


def _under(element: Element, tag: str) -> Iterator[Element]:
    """The rows of a table, or the cells of a row, but none of a table inside it."""
    for one in element:
        if one.tag == tag:
            yield one
        elif isinstance(one.tag, str) and one.tag not in (W + "tbl", W + "tc", W + "p"):
            yield from _under(one, tag)


def _row(cells: list[list[Block]], texts: list[str], line: int) -> Iterator[Block]:
    """A row as one piece; a long one, and a cell that only frames text, as what stands in it."""
    whole = " – ".join(filter(None, texts))
    if len(cells) > 1 and len(whole) <= _ROW_AT_MOST:
        yield Block("row", whole, line)
        return
    for at, cell in enumerate(cells):
        if at == 0 and len(cells) > 1 and len(texts[0]) <= _ROW_AT_MOST // 3:
            yield Block("text", texts[0], line)
        else:
            yield from cell


def _rejoined(lines: list[str], heading: bool) -> list[str]:
    """The lines of a paragraph that was broken by hand; those within a sentence are joined."""
    found: list[str] = []
    for line in lines:
        if found and (heading or line[0].islower() or found[-1].endswith((",", "-", "–"))):
            found[-1] += " " + line
        else:
            found.append(line)
    return found
