"""What word processors write, as sentences with the number of their paragraph."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from calendars.foreign.values import ImportingError
from scheduler.foreign.documents.files import read_document
from scheduler.foreign.values import Document
from tests.scheduler.foreign.test_texts import outline

W = nsdecls("w")


def saved(document: Any) -> bytes:
    octets = io.BytesIO()
    document.save(octets)
    return octets.getvalue()


def read(*paragraphs: str) -> Document:
    """A document of paragraphs that are given as XML."""
    document = docx.Document()
    end = document.element.body.sectPr
    for paragraph in paragraphs:
        end.addprevious(parse_xml(paragraph.replace(">", f" {W}>", 1)))
    return read_document(saved(document), ".docx")


def changed(part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A small document with one of its parts changed."""
    document = docx.Document()
    document.add_paragraph("By May.")
    octets = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(document))) as source,
        zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            held = source.read(name)
            target.writestr(name, change(held) if name == part else held)
    return octets.getvalue()


def test_a_briefing() -> None:
    document = docx.Document()
    document.core_properties.title = "Not this"
    document.add_heading("Briefing on resolutions", 0)
    document.add_heading("Part one", 1)
    document.add_paragraph("First, e.g. this. It ends by 30 June 2024. (OP 7)")
    document.add_paragraph("Item by May 2025:", style="List Bullet")
    document.add_paragraph("nested", style="List Bullet 2")
    document.add_paragraph("")
    document.add_paragraph().add_run("HSP/HA.2/RES.8 (2023) – Urban Planning").bold = True
    paragraph = document.add_paragraph("The report ")
    paragraph.add_run("is due").bold = True
    paragraph.add_run(" by 1 May 2024.")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["What", "When", "Draft", "April 2024"], strict=True):
        cell.text = text
    document.add_paragraph("Zero: May 2024\nFirst: June 2024")
    document.add_paragraph("NEXT STEPS")
    document.add_paragraph("2) All that.")
    document.add_heading("Part two", 1)
    document.add_paragraph("The end.", style="Body Text")
    found = read_document(saved(document), ".docx")
    assert found.title == "Briefing on resolutions"
    assert found.notes == ()
    one = ("Briefing on resolutions", "Part one")
    planning = (*one, "HSP/HA.2/RES.8 (2023) – Urban Planning")
    assert [(piece.line, piece.headings, piece.text) for piece in found.pieces] == [
        (3, one, "First, e.g. this."),
        (3, one, "It ends by 30 June 2024. (OP 7)"),
        (4, one, "Item by May 2025:"),
        (5, (*one, "Item by May 2025"), "nested"),
        (8, planning, "The report is due by 1 May 2024."),
        (9, planning, "What – When"),
        (11, planning, "Draft – April 2024"),
        (13, planning, "Zero: May 2024"),
        (13, planning, "First: June 2024"),
        (15, (*planning, "NEXT STEPS"), "All that."),
        (17, ("Briefing on resolutions", "Part two"), "The end."),
    ]


def test_its_own_title_where_it_has_no_heading() -> None:
    document = docx.Document()
    document.core_properties.title = "A briefing"
    document.add_paragraph("By May.")
    assert read_document(saved(document), ".docx").title == "A briefing"


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


@pytest.mark.parametrize(
    ("inner", "wanted"),
    [
        (f"<w:ins>{run('in ')}</w:ins>{run('2024')}", "in 2024"),
        (f"<w:del><w:r><w:delText>out</w:delText></w:r></w:del>{run('2024')}", "2024"),
        (f"<w:moveFrom>{run('from')}</w:moveFrom><w:moveTo>{run('to')}</w:moveTo>", "to"),
        (f"<w:hyperlink>{run('a link')}</w:hyperlink>{run(' here')}", "a link here"),
        (f"<w:sdt><w:sdtContent>{run('filled in')}</w:sdtContent></w:sdt>", "filled in"),
        (f"<w:fldSimple>{run('a field')}</w:fldSimple>", "a field"),
        ("<w:r><w:t>30</w:t><w:tab/><w:t>June</w:t></w:r>", "30 June"),
        ("<w:r><w:t>non</w:t><w:noBreakHyphen/><w:t>profit</w:t></w:r>", "non-profit"),
        ("<w:r><w:t>soft</w:t><w:softHyphen/><w:t>ly</w:t></w:r>", "softly"),
        ("<w:r><w:t>by</w:t><w:br/><w:t>May</w:t></w:r>", "by", ),
        ('<w:r><w:t>note</w:t><w:footnoteReference w:id="2"/></w:r>', "note"),
        (f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>{run('seen')}", "seen"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r>" + run("said"), "said"),
    ],
)  # fmt: skip
def test_what_a_paragraph_says(inner: str, wanted: str) -> None:
    assert read(f"<w:p>{inner}</w:p>").pieces[0].text == wanted


def test_tracked_changes_are_noted() -> None:
    (note,) = read(f"<w:p><w:ins>{run('By May.')}</w:ins></w:p>").notes
    assert "tracked changes" in note


def test_a_text_box_is_read_once() -> None:
    box = f"<w:txbxContent><w:p>{run('In a box by May.')}</w:p></w:txbxContent>"
    found = read(
        "<w:p><w:r><mc:AlternateContent "
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        f"</mc:AlternateContent></w:r>{run('Beside it.')}</w:p>"
    )
    assert outline(found) == [("Beside it.",), ("In a box by May.",)]


def styled(pr: str, text: str) -> str:
    return f"<w:p><w:pPr>{pr}</w:pPr>{run(text)}</w:p>"


@pytest.mark.parametrize(
    "pr",
    [
        '<w:pStyle w:val="berschrift1"/>',
        '<w:pStyle w:val="Titre1"/>',
        '<w:pStyle w:val="Heading1"/>',
        '<w:pStyle w:val="Own"/>',
        '<w:outlineLvl w:val="0"/>',
    ],
)
def test_headings_by_style(pr: str) -> None:
    document = docx.Document()
    document.styles.element.append(
        parse_xml(
            f'<w:style {W} w:type="paragraph" w:styleId="Own"><w:name w:val="Mine"/>'
            '<w:basedOn w:val="Heading1"/></w:style>'
        )
    )
    for paragraph in (styled(pr, "Part one"), f"<w:p>{run('By May.')}</w:p>"):
        document.element.body.sectPr.addprevious(parse_xml(paragraph.replace(">", f" {W}>", 1)))
    found = read_document(saved(document), ".docx")
    assert outline(found) == [("Part one", "By May.")]
    assert found.title == "Part one"


def test_a_style_that_stands_on_itself() -> None:
    def circle(styles: bytes) -> bytes:
        return styles.replace(b'w:basedOn w:val="Normal"', b'w:basedOn w:val="BodyText"')

    assert outline(read_document(changed("word/styles.xml", circle), ".docx")) == [("By May.",)]


def test_lists_and_tables_of_contents() -> None:
    number = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="{}"/></w:numPr>'
    found = read(
        styled('<w:pStyle w:val="TOC1"/>', "Part one 3"),
        styled(number.format(0, 1), "Over"),
        styled(number.format(1, 1), "Under"),
        styled(number.format(0, 0), "No item."),
    )
    assert outline(found) == [("Over",), ("Over", "Under"), ("No item.",)]


def cell(text: str, pr: str = "") -> str:
    return f"<w:tc><w:tcPr>{pr}</w:tcPr><w:p>{run(text)}</w:p></w:tc>"


def test_tables() -> None:
    inner = f"<w:tbl><w:tr>{cell('in')}{cell('ner')}</w:tr></w:tbl>"
    begin, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    long = "A long sentence about what is to be done. " * 15
    found = read(
        f"<w:tbl><w:tr>{cell('Draft', begin)}{cell('April')}</w:tr>"
        f"<w:tr>{cell('', on)}{cell('May')}</w:tr>"
        f"<w:tr><w:trPr><w:del/></w:trPr>{cell('gone')}{cell('June')}</w:tr>"
        f"<w:sdt><w:sdtContent><w:tr>{cell('Control')}{cell('July')}</w:tr></w:sdtContent></w:sdt>"
        f"<w:tr><w:tc>{inner}<w:p/></w:tc>{cell('August')}</w:tr>"
        f"<w:tr>{cell('')}{cell('')}</w:tr></w:tbl>",
        f"<w:tbl><w:tr>{cell('Alone in a frame. Two.')}</w:tr></w:tbl>",
        f"<w:tbl><w:tr>{cell('Wide')}{cell(long)}</w:tr></w:tbl>",
    )
    assert outline(found) == [
        ("Draft – April",),
        ("Draft – May",),
        ("Control – July",),
        ("in – ner – August",),
        ("Alone in a frame.",),
        ("Two.",),
        ("Wide",),
        *[(long[:41],)] * 15,
    ]


def refused(octets: bytes, reason: str) -> None:
    with pytest.raises(ImportingError) as raised:
        read_document(octets, ".docx")
    assert reason in str(raised.value)


DOCTYPE = b'<!DOCTYPE w [<!ENTITY a "aaaa">]>'


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"", "save it anew"),
        (b"no file", "save it anew"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "password"),
        (saved(docx.Document())[:-200], "save it anew"),
        (changed("word/document.xml", lambda held: held[:-100]), "save it anew"),
        (changed("word/document.xml", lambda _: b"<a/>"), "save it anew"),
        (changed("[Content_Types].xml", lambda _: b"<a/>"), "save it anew"),
        (changed("word/document.xml", lambda held: DOCTYPE + held), "save it anew"),
        (changed("word/document.xml", lambda held: held + b" " * 200_000_000), "100 MB"),
        (changed("word/document.xml", lambda held: held + b" " * 40_000_000), "too much"),
        (
            changed("word/document.xml", lambda held: b"<w:p>" * 100_000 + b"</w:p>" * 100_000),
            "save it anew",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_not_read(octets: bytes, reason: str) -> None:
    refused(octets, reason)


def test_too_many_sentences() -> None:
    def grown(held: bytes) -> bytes:
        return held.replace(b"By May.", b"By May. " * 100_001)

    refused(changed("word/document.xml", grown), "100,000")


def test_nothing_in_it() -> None:
    assert read_document(saved(docx.Document()), ".docx").pieces == ()
