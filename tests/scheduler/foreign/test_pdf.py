"""PDFs as sentences with their pages; and those that are made to do harm."""

import io
import zlib
from contextlib import suppress

import pytest

from calendars.foreign.values import ImportingError
from scheduler.foreign.documents import pdf as reading
from scheduler.foreign.documents.files import read_document
from scheduler.foreign.documents.pages import Line, Lines
from scheduler.foreign.documents.pdf import REVERSED, arranged
from scheduler.foreign.documents.pdflines import DAMAGED, LOCKED, PICTURES, read_lines
from tests.scheduler.foreign.pdfs import Said, packed, page_objects, pages, pdf, stream
from tests.scheduler.foreign.test_texts import outline

TEXT = b"BT /F1 12 Tf 72 700 Td (By 3 May 2024.) Tj ET"
WIDE = "The Secretariat submits the guidelines on safer cities to the Board, and so on and so"
FIRST = [
    Said("UN-Habitat briefing, March 2024", 780, size=9),
    Said("Briefing on resolutions", 740, size=20, bold=True),
    Said("HSP/HA.2/RES.8 (2023) – Urban Planning and", 700, bold=True),
    Said("Sustainable Infrastructure", 686, bold=True),
    Said(WIDE, 660),
    Said("on. The imple-", 646),
    Said("mentation of people-", 632),
    Said("centered cities ends by 30 June 2024. People-centered it is, and a non-", 618),
    Said("profit one.", 604),
    Said("A second paragraph (implementation) stands here.", 580),
    Said("Zero draft: April 2024", 566),
    Said("First draft: June 2024", 552),
    Said("• One item that goes on to", 538, x=80),
    Said("another line", 524, x=92),
    Said("– inner one", 510, x=100),
    Said("•", 495, x=80),
    Said("Another, which the page ends and", 496, x=92),
    Said("1 / 3", 30, x=300, size=9),
]
SECOND = [
    Said("UN-Habitat briefing, March 2024", 780, size=9),
    Said("which goes on here.", 740, x=92),
    Said("2 / 3", 30, x=300, size=9),
]
THIRD = [
    Said("UN-Habitat briefing, March 2024", 780, size=9),
    Said("NEXT STEPS", 740),
    Said("See Annex (OP 7).", 700),
    Said("3 / 3", 30, x=300, size=9),
]


def test_a_briefing() -> None:
    found = read_document(pages([FIRST, SECOND, THIRD]), ".pdf")
    above = (
        "Briefing on resolutions",
        "HSP/HA.2/RES.8 (2023) – Urban Planning and Sustainable Infrastructure",
    )
    assert found.title == "Briefing on resolutions"
    assert found.notes == ()
    assert [(one.line, one.headings, one.text) for one in found.pieces] == [
        (1, above, f"{WIDE} on."),
        (1, above, "The implementation of people-centered cities ends by 30 June 2024."),
        (1, above, "People-centered it is, and a non-profit one."),
        (1, above, "A second paragraph (implementation) stands here."),
        (1, above, "Zero draft: April 2024"),
        (1, above, "First draft: June 2024"),
        (1, above, "One item that goes on to another line"),
        (1, (*above, "One item that goes on to another line"), "inner one"),
        (1, above, "Another, which the page ends and which goes on here."),
        (3, (*above, "NEXT STEPS"), "See Annex (OP 7)."),
    ]


def test_rows_that_are_alike_are_no_headers() -> None:
    rows = [Said(f"By {day} May 2024 all is done.", 700 - 20 * day) for day in range(1, 4)]
    assert len(read_document(pages([rows] * 4), ".pdf").pieces) == 12


def test_its_own_title_where_it_has_no_heading() -> None:
    assert (
        read_document(pages([[Said("By May.", 700)]], "A briefing"), ".pdf").title == "A briefing"
    )
    untitled = pages([[Said("By May.", 700)]], "Microsoft Word - doc1.docx")
    assert read_document(untitled, ".pdf").title == ""


def test_arabic_is_noted() -> None:
    found = arranged(Lines((Line("ﺗﻘﺮﻳﺮ 30 ﻳﻮﻧﻴﻮ", 1), Line("ﬁnal", 1))))
    assert [one.text for one in found.pieces] == ["تقرير 30 يونيو final"]
    assert found.notes == (REVERSED,)


def test_a_page_that_is_damaged_is_noted() -> None:
    objects = page_objects([TEXT, TEXT])
    objects[13] = packed(b"not packed", "/Filter /NoSuchDecode ")
    found = read_document(pdf(objects), ".pdf")
    assert outline(found) == [("By 3 May 2024.",)]
    assert found.notes == ("what stands on page 2 could not be read",)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_password(algorithm: str) -> None:
    import pypdf  # noqa: PLC0415

    for user, readable in (("secret", False), ("", True)):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pages([[Said("By May.", 700)]])))
        writer.encrypt(user, "owner", algorithm=algorithm)
        octets = io.BytesIO()
        writer.write(octets)
        if readable:
            assert outline(read_document(octets.getvalue(), ".pdf")) == [("By May.",)]
        else:
            refused(octets.getvalue(), LOCKED)


def refused(octets: bytes, reason: str = "") -> None:
    """It is not read, in the process of its own either."""
    with pytest.raises(ImportingError) as raised:
        read_document(octets, ".pdf")
    assert reason in str(raised.value)


def test_pictures_alone() -> None:
    refused(pages([[], []]), PICTURES)
    refused(pages([[Said("1", 30)], [Said("2", 30)]]), PICTURES)


@pytest.mark.parametrize(
    "octets",
    [b"", b"%PDF-1.7", b"no PDF at all", pages([FIRST])[:-500], pages([FIRST])[:60], b"PK\x03\x04"],
)
def test_damaged(octets: bytes) -> None:
    try:
        assert read_document(octets, ".pdf").pieces
    except ImportingError as error:
        assert str(error) in (DAMAGED, PICTURES)


def test_too_many_pages() -> None:
    refused(pdf({**page_objects([TEXT]), 2: _pages("10 0 R " * 2_001, 2_001)}), "2,000 pages")


def _pages(kids: str, count: int) -> bytes:
    return f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode()


def _twice_packed(size: int) -> bytes:
    inner = zlib.compress(zlib.compress(b" " * size))
    return packed(inner, "/Filter [/FlateDecode /FlateDecode] ")


FORMS = b"<< /XObject << /X 6 0 R >> >>"
HARMFUL = {
    "bomb": {11: stream(b"(By May) Tj " * 20_000_000)},
    "bomb in a bomb": {11: _twice_packed(400_000_000)},
    "many filters": {11: packed(b"x", f"/Filter [{'/ASCIIHexDecode ' * 500}] ")},
    "page tree in a circle": {2: _pages("2 0 R", 1)},
    "page tree in a wider circle": {2: _pages("6 0 R", 1), 6: _pages("2 0 R", 1)},
    "page is its own parent": {10: b"<< /Type /Page /Parent 10 0 R /Contents 11 0 R >>"},
    "nested arrays": {6: b"[" * 100_000 + b"]" * 100_000, 2: b"6 0 R"},
    "nested dictionaries": {2: b"<</A " * 50_000 + b"1" + b">>" * 50_000},
    "nested in a page": {11: stream(b"[" * 300_000 + TEXT)},
    "length of itself": {11: b"<< /Length 11 0 R >>\nstream\nx\nendstream"},
    "forms in a circle": {
        10: b"<< /Type /Page /Parent 2 0 R /Contents 11 0 R /Resources " + FORMS + b" >>",
        11: stream(b"/X Do " * 1_000),
        6: stream(b"/X Do " * 1_000, f"/Type /XObject /Subtype /Form /Resources {FORMS.decode()} "),
    },
    "count of pages": {2: _pages("10 0 R", 2_000_000_000)},
    "huge numbers": {11: stream(b"BT /F1 1e999 Tf 9" + b"9" * 5_000 + b" 0 Td (x) Tj ET")},
}  # fmt: skip
LONGEST = "forms in a circle"
"""It takes nine seconds."""


@pytest.mark.timeout(100)
@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=pytest.mark.slow) if one == LONGEST else one for one in HARMFUL],
)
def test_what_is_made_to_do_harm(name: str) -> None:
    octets = pdf({**page_objects([TEXT]), **HARMFUL[name]})
    assert len(octets) < 5_000_000
    with suppress(ImportingError):
        assert len(read_document(octets, ".pdf").pieces) < 100


def test_too_much_text() -> None:
    line = b"(" + b"words " * 300 + b") Tj T* "
    content = b"BT /F1 12 Tf 14 TL 72 700 Td " + line * 1_000 + b" ET"
    objects = page_objects([content] * 4)
    refused(pdf(objects), "letters")


def test_the_process_may_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    octets = pages([FIRST])
    monkeypatch.setattr(reading, "_COMMAND", ("/nonexistent/python",))
    refused(octets, "No such file")
    monkeypatch.setattr(reading, "_COMMAND", ("false",))
    refused(octets, "too long")
    monkeypatch.setattr(reading, "_COMMAND", ("sleep", "30"))
    monkeypatch.setattr(reading, "_LONGEST_WAIT", 0.2)
    refused(octets, "too long")


def test_the_process_is_not_told_what_is_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "pass" + "word")
    monkeypatch.setattr(reading, "_COMMAND", ("sh", "-c", 'echo "{\\"error\\": \\"<$SECRET>\\"}"'))
    refused(pages([FIRST]), "<>")


def test_lines_have_their_place() -> None:
    (line,) = read_lines(pages([[Said("By May", 700, 80, 14, bold=True)]])).lines
    assert line == Line("By May", 1, 80.0, 700.0, 14.0, bold=True)
