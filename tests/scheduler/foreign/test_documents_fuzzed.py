"""Whatever octets are given: sentences or an ImportingError, in a bounded time."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendars.foreign.values import ImportingError
from scheduler.foreign.documents.files import read_document
from scheduler.foreign.documents.pages import Line, Lines
from scheduler.foreign.documents.pdf import arranged
from scheduler.foreign.documents.pdflines import read_lines
from scheduler.foreign.documents.sentences import LONGEST
from scheduler.foreign.values import Document
from tests.scheduler.foreign.pdfs import Said, page_objects, pages, pdf, stream

SIGNS = "aB1.!? \n\n\n-*#_>|`~[]()<>&;\\:/=+\t\r\f–•。؟A/RES/1\u202e\ufb01"
MARKS = [
    "**",
    "# ",
    "- ",
    "  ",
    "\n\n",
    "|-|",
    "<!--",
    "-->",
    "<br>",
    "]( ",
    "```\n",
    "&amp;",
    "---\n",
]
BRIEFING = Path(__file__).parents[2] / "config" / "briefing.txt"
CONTENT = (
    b"BT /F1 12 Tf 72 700 Td (By 3 May 2024.) Tj 0 -14 Td [(A) -300 (b)] TJ ET q 1 0 0 1 0 0 cm Q"
)
slow = settings(max_examples=60, deadline=5_000, suppress_health_check=list(HealthCheck))


def sound(found: Document) -> None:
    """What holds for whatever is read."""
    for piece in found.pieces:
        assert 0 < len(piece.text) <= LONGEST
        assert piece.text == " ".join(piece.text.split())
        assert piece.line >= 1
        assert all(0 < len(one) <= 300 for one in piece.headings)
        (piece.text + "".join(piece.headings)).encode()
    found.title.encode()


def tried(octets: bytes, ending: str) -> None:
    try:
        found = read_document(octets, ending)
    except ImportingError as error:
        assert str(error)
    else:
        sound(found)


def mutated(draw: st.DrawFn, octets: bytes) -> bytes:
    """The octets with some of them cut out, doubled or written over."""
    found = bytearray(octets)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(found) - 1)))
        end = at + draw(st.integers(0, 30))
        with_what = draw(st.one_of(st.binary(max_size=8), st.just(bytes(found[at:end]) * 2)))
        found[at:end] = with_what
    return bytes(found)


@given(st.text(st.one_of(st.sampled_from(SIGNS), st.characters()), max_size=300))
@settings(max_examples=300, deadline=5_000)
def test_any_letters(text: str) -> None:
    tried(text.encode("utf-8", "surrogatepass"), ".md")


@given(st.lists(st.one_of(st.sampled_from(MARKS), st.text(st.sampled_from(SIGNS), max_size=5))))
@settings(max_examples=300, deadline=5_000)
def test_any_marks(parts: list[str]) -> None:
    tried("".join(parts).encode(), ".txt")


@pytest.mark.parametrize("ending", [".txt", ".md", ".docx", ".pdf"])
@given(
    octets=st.binary(max_size=200), begin=st.sampled_from([b"", b"%PD", b"PK\x03\x04", b"\xff\xfe"])
)
@settings(max_examples=60, deadline=10_000)
def test_any_octets(ending: str, octets: bytes, begin: bytes) -> None:
    tried(begin + octets, ending)


@st.composite
def briefings(draw: st.DrawFn) -> bytes:
    return mutated(draw, BRIEFING.read_bytes())


@given(briefings())
@slow
def test_a_text_that_was_damaged(octets: bytes) -> None:
    tried(octets, ".txt")


def packed(change: Callable[[str, bytes], bytes]) -> bytes:
    """A word processor's file whose parts were changed."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as target:
        for name, held in PARTS.items():
            target.writestr(name, change(name, held))
    return octets.getvalue()


def _parts() -> dict[str, bytes]:
    document = docx.Document()
    document.add_heading("Briefing", 1)
    document.add_paragraph("By 3 May 2024. Then more.", style="List Bullet")
    document.add_table(rows=2, cols=2).cell(0, 0).text = "Draft"
    octets = io.BytesIO()
    document.save(octets)
    with zipfile.ZipFile(octets) as source:
        return {name: source.read(name) for name in source.namelist()}


PARTS = _parts()


@st.composite
def word_files(draw: st.DrawFn) -> bytes:
    which = draw(st.sampled_from([name for name in PARTS if name.endswith((".xml", ".rels"))]))
    found = packed(lambda name, held: mutated(draw, held) if name == which else held)
    return found if draw(st.booleans()) else mutated(draw, found)


@given(word_files())
@slow
def test_a_word_file_that_was_damaged(octets: bytes) -> None:
    tried(octets, ".docx")


@st.composite
def pdf_files(draw: st.DrawFn) -> bytes:
    objects = page_objects([CONTENT, CONTENT], "A title")
    kind = draw(st.integers(0, 2))
    if kind == 0:
        objects[11] = stream(mutated(draw, CONTENT))
    elif kind == 1:
        which = draw(st.sampled_from(sorted(objects)))
        objects[which] = mutated(draw, objects[which])
    found = pdf(objects, "/Root 1 0 R /Info 5 0 R")
    return mutated(draw, found) if kind == 2 else found


@pytest.mark.filterwarnings("ignore")
@given(pdf_files())
@settings(slow, max_examples=200)
def test_a_pdf_that_was_damaged(octets: bytes) -> None:
    """In this process, which is faster than another one for each."""
    try:
        sound(arranged(read_lines(octets)))
    except ImportingError as error:
        assert str(error)


@given(pdf_files())
@settings(slow, max_examples=5)
def test_a_pdf_that_was_damaged_in_its_process(octets: bytes) -> None:
    tried(octets, ".pdf")


lines = st.builds(
    Line,
    st.text(st.one_of(st.sampled_from(SIGNS), st.characters()), max_size=20),
    st.integers(1, 3),
    st.sampled_from([0.0, 72.0, 90.5, -1e5]),
    st.sampled_from([0.0, 700.0, 686.0, 672.5]),
    st.sampled_from([0.0, 12.0, 20.0]),
    st.booleans(),
)


@given(st.lists(lines, max_size=12).map(lambda found: sorted(found, key=lambda one: one.page)))
@settings(max_examples=300, deadline=5_000)
def test_any_lines_of_pages(found: list[Line]) -> None:
    try:
        sound(arranged(Lines(tuple(found))))
    except ImportingError as error:
        assert str(error)


def test_the_mutated_are_sound_as_they_are() -> None:
    assert packed(lambda _, held: held)
    sound(read_document(packed(lambda _, held: held), ".docx"))
    sound(read_document(pages([[Said("By May", 700)]]), ".pdf"))
