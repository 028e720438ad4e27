"""A document as a `.docx` file (Office Open XML, ISO/IEC 29500), with real headings and tables.

The same document gives the same bytes: the dates in the file are those of the document, not the
clock's.
"""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import docx as word_files
from docx.document import Document as Opened
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph as Line
from docx.text.run import Run as Letters

from scheduler.briefing.directions import is_along
from scheduler.briefing.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Run,
    Table,
    Text,
    of,
)
from scheduler.briefing.docx_looks import (
    ABOVE,
    LATE,
    LINK,
    QUIET,
    RULE,
    SHADE,
    WIDTH,
    dress,
    element,
    tag,
)

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the archive: the first that the format knows."""
_ID = qn("r:id")
_TIGHT, _HEAD = Pt(2), Pt(9)
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\u200e", "\u200f"
"""LRM and RLM."""
_TABLE = (
    "tblStyle", "bidiVisual", "tblW", "jc", "tblBorders", "tblLayout", "tblCellMar", "tblLook",
    "tblCaption",
)  # fmt: skip
"""The order in which the schema wants a table's properties."""


def docx(document: Document) -> bytes:
    """The file."""
    opened = word_files.Document()
    dress(opened, document)
    _Writer(opened, document).write()
    raw = io.BytesIO()
    opened.save(raw)
    return _undated(raw.getvalue())


def _undated(raw: bytes) -> bytes:
    """The same archive without the time of its making."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            new.writestr(entry, old.read(name))
    return made.getvalue()


class _Writer:
    """Writes the blocks of one document into an opened file."""

    def __init__(self, opened: Opened, document: Document) -> None:
        self._opened = opened
        self._document = document
        headings = (one for one in document.blocks if isinstance(one, Heading) and one.anchor)
        self._marks = {one.anchor: f"part{at}" for at, one in enumerate(headings, 1)}
        """Anchor -> the name of its bookmark, which may have neither hyphens nor 41 letters."""

        self._links: dict[str, str] = {}
        self._styles = {one.name: one.style_id for one in opened.styles}
        body: Any = opened.element.body
        self._end = body.sectPr

    def write(self) -> None:
        """Write everything."""
        document = self._document
        for line in document.above:
            self._line(ABOVE, of(line))
        self._line("Title", of(document.title))
        for text in document.below:
            self._line("Normal", text)
        if document.warning:
            warning = (Run(document.warning, bold=True, late=True),)
            self._line("Normal", warning)
            self._fill(self._opened.sections[0].header.paragraphs[0], warning)
        self._foot()
        for block in document.blocks:
            self._block(block)

    def _line(self, style: str, text: Text) -> Line:
        line = self._new_line()
        if style != "Normal":
            line._p.style = self._styles[style]
        self._fill(line, text)
        return line

    def _new_line(self) -> Line:
        """An empty paragraph at the end; the library's own way looks through all before it."""
        made: Any = element("p")
        self._end.addprevious(made)
        return Line(made, self._opened._body)

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                line = self._line(f"Heading {block.level - 1}", block.text)
                if block.anchor:
                    self._mark(line, self._marks[block.anchor])
            case Paragraph():
                self._line(QUIET if block.quiet else "Normal", block.text)
            case Bullets():
                for one in block.items:
                    self._line("List Bullet", one)
            case Table():
                self._table(block)

    def _mark(self, line: Line, name: str) -> None:
        number = name.removeprefix("part")
        inner: Any = line._p
        inner.insert(1, element("bookmarkStart", id=number, name=name))
        inner.append(element("bookmarkEnd", id=number))

    def _foot(self) -> None:
        """Title and page number at the foot of each page."""
        line = self._opened.sections[0].footer.paragraphs[0]
        self._fill(line, of(f"{self._document.title}  ·  "))
        for field, after in (("PAGE", " / "), ("NUMPAGES", "")):
            made = element("fldSimple", instr=field)
            made.append(element("r"))
            made[0].append(element("t"))
            made[0][0].text = "1"
            inner: Any = line._p
            inner.append(made)
            self._fill(line, of(after))

    # Text

    def _fill(self, line: Line, text: Text) -> None:
        for run in text:
            if run.text:
                self._letters(line, run)

    def _letters(self, line: Line, run: Run) -> None:
        letters = line.add_run(self._apart(run))
        font = letters.font
        if run.bold:
            font.bold = font.cs_bold = True
        if run.late or run.href:
            font.color.rgb = RGBColor.from_string(LATE if run.late else LINK)
        self._speak(letters, run)
        if run.href:
            self._link(line, letters, run.href)

    def _apart(self, run: Run) -> str:
        """A text of the plan so that what stands beside it keeps to the document's direction.

        Not every word processor knows isolates (UAX 9), all know marks.
        """
        if not run.foreign:
            return run.text
        mark = _RIGHT_TO_LEFT
        if self._document.direction == "ltr":
            mark = "" if is_along(run.text, "ltr") else _LEFT_TO_RIGHT
        return f"{mark}{run.text}{mark}"

    def _speak(self, letters: Letters, run: Run) -> None:
        """The direction and the language of a run."""
        document = self._document
        language = document.plan_language if run.foreign else document.language
        if language.startswith("ar"):
            letters.font.rtl = True
        if language != document.language:
            properties: Any = letters._r.get_or_add_rPr()
            spoken = tag(language)
            properties.append(element("lang", val=spoken, eastAsia=spoken, bidi=spoken))

    def _link(self, line: Line, letters: Letters, href: str) -> None:
        if href.startswith("#"):
            link = element("hyperlink", anchor=self._marks[href[1:]])
        else:
            link = element("hyperlink")
            link.set(_ID, self._relation(line, href))
        letters._r.addprevious(link)
        link.append(letters._r)

    def _relation(self, line: Line, href: str) -> str:
        """The key of an address; each is kept once, and found without looking through all."""
        key = self._links.get(href)
        if key is None:
            key = self._links[href] = f"link{len(self._links) + 1}"
            relations = line.part.rels
            relations.add_relationship(RELATIONSHIP_TYPE.HYPERLINK, href, key, is_external=True)
        return key

    # Tables

    def _table(self, table: Table) -> None:
        rows = [tuple(map(of, table.head)), *table.rows, *([table.foot] if table.foot else [])]
        grid: Any = CT_Tbl.new_tbl(len(rows), len(table.head), WIDTH)
        grid.tblPr.autofit = False
        self._end.addprevious(grid)
        self._frame(grid.tblPr, table)
        widths = [round(WIDTH * share / 100) for share in table.widths]
        for column, width in zip(grid.tblGrid.gridCol_lst, widths, strict=True):
            column.w = width
        for at, (line, row) in enumerate(zip(grid.tr_lst, rows, strict=True)):
            heavy = at == 0 or (bool(table.foot) and at == len(rows) - 1)
            self._row(line, row, widths, table, heavy=heavy, first=at == 0)
        space = self._new_line()
        space.paragraph_format.space_after = Pt(0)
        space.paragraph_format.line_spacing = Pt(6)

    def _frame(self, properties: Any, table: Table) -> None:
        """The properties of the table itself: rules, direction, what it is called."""
        borders = element("tblBorders")
        for side in ("top", "bottom", "insideH"):
            borders.append(element(side, val="single", sz="4", space="0", color=RULE))
        margins = element("tblCellMar")
        for side in ("left", "right"):
            margins.append(element(side, w="70", type="dxa"))
        added = [borders, margins, element("tblCaption", val=table.name)]
        if self._document.direction == "rtl":
            added.append(element("bidiVisual"))
        for one in added:
            properties.append(one)
        for look in properties.xpath("w:tblLook"):
            properties.remove(look)
        properties.append(element("tblLook", val="00A0", firstRow="1", firstColumn="1"))
        order = {element(name).tag: at for at, name in enumerate(_TABLE)}
        properties[:] = sorted(properties, key=lambda one: order[one.tag])

    def _row(
        self,
        line: Any,
        row: Sequence[Text],
        widths: Sequence[int],
        table: Table,
        *,
        heavy: bool,
        first: bool,
    ) -> None:
        properties = line.get_or_add_trPr()
        properties.append(element("cantSplit"))
        if first:
            properties.append(element("tblHeader"))
        for at, (cell, text) in enumerate(zip(line.tc_lst, row, strict=True)):
            cell.width = widths[at]
            if heavy:
                shade = element("shd", val="clear", color="auto", fill=SHADE)
                cell.get_or_add_tcPr().append(shade)
            inner = Line(cell.p_lst[0], self._opened._body)
            inner.paragraph_format.space_after = inner.paragraph_format.space_before = _TIGHT
            if at in table.numbers:
                inner.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            self._fill(inner, tuple(run._replace(bold=run.bold or heavy) for run in text))
            if first:
                for letters in inner.runs:
                    letters.font.size = _HEAD
