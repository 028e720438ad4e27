"""Texts and Markdown as sentences with their headings; the briefing of Nairobi whole."""

import os
from pathlib import Path

import pytest

from calendars.foreign.values import ImportingError
from scheduler.foreign.documents.files import read_document
from scheduler.foreign.values import Document, Piece

HERE = Path(__file__).parent
BRIEFING = HERE.parents[1] / "config" / "briefing.txt"
GOLDEN = HERE / "golden" / "briefing.txt"


def read(text: str, ending: str = ".md") -> Document:
    return read_document(text.encode(), ending)


def outline(found: Document) -> list[tuple[str, ...]]:
    """Each sentence with the headings above it before it."""
    return [(*one.headings, one.text) for one in found.pieces]


def shown(found: Document) -> str:
    """A document, for people to read."""
    lines = [f"title: {found.title}", *(f"note: {note}" for note in found.notes)]
    above: tuple[str, ...] = ()
    for piece in found.pieces:
        if piece.headings != above:
            lines += ["", " > ".join(piece.headings)]
            above = piece.headings
        lines.append(f"{piece.line}: {piece.text}")
    return "\n".join(lines) + "\n"


def test_the_briefing_of_nairobi() -> None:
    found = shown(read_document(BRIEFING.read_bytes(), ".txt"))
    if os.environ.get("REWRITE_GOLDEN"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")


def test_it_reads_the_same_as_markdown_and_with_other_line_ends() -> None:
    octets = BRIEFING.read_bytes()
    wanted = read_document(octets, ".txt")
    assert read_document(octets, ".md") == wanted
    for end in (b"\r\n", b"\r"):
        assert read_document(octets.replace(b"\n", end), ".txt") == wanted


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_encodings_with_a_mark(encoding: str) -> None:
    octets = BRIEFING.read_text(encoding="utf-8").encode(encoding)
    assert read_document(octets, ".txt") == read_document(BRIEFING.read_bytes(), ".txt")


def test_the_older_encoding_is_told() -> None:
    found = read_document("Das Büro – fällig im März 2024".encode("cp1252"), ".txt")
    assert found.pieces == (Piece("Das Büro – fällig im März 2024", 1),)
    assert "Windows-1252" in found.notes[0]


MARKDOWN = """---
title: "The plan"
---
# Briefing <!-- of
March -->
Intro with [a link](https://example.org), `code`, _words_ and **bold** snake_case.

## Part &amp; parcel ##

1. One by 3 May. Two
   wrapped.
   - nested by *June* 2024

     And its paragraph.
2. ~~May~~ [x] 2 * 3 \\*stars\\*
- [ ] A task<br>with a break

| What | When |
|------|:----:|
| **Zero** draft | April 2024 |

Part two
--------
> Quoted line
> that goes on.

***

HSP/HA.2/RES.8 (2023): Urban
planning

Text. <b>Bold</b> <https://example.org/a> end.
"""


def test_markdown() -> None:
    found = read(MARKDOWN)
    assert found.title == "Briefing"
    assert found.notes == ()
    parcel = ("Briefing", "Part & parcel")
    assert [(one.line, one.headings, one.text) for one in found.pieces] == [
        (6, ("Briefing",), "Intro with a link, code, words and bold snake_case."),
        (10, parcel, "One by 3 May."),
        (10, parcel, "Two wrapped."),
        (12, parcel, "nested by June 2024"),
        (14, (*parcel, "nested by June 2024"), "And its paragraph."),
        (15, parcel, "[x] 2 * 3 *stars*"),
        (16, (*parcel, "[x] 2 * 3 *stars*"), "A task with a break"),
        (18, parcel, "What – When"),
        (20, parcel, "Zero draft – April 2024"),
        (24, ("Briefing", "Part two"), "Quoted line that goes on."),
        (32, ("Briefing", "Part two", "HSP/HA.2/RES.8 (2023): Urban planning"), "Text."),
        (
            32,
            ("Briefing", "Part two", "HSP/HA.2/RES.8 (2023): Urban planning"),
            "Bold https://example.org/a end.",
        ),
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "HSP/HA.1/RES.1 (2019) – Strategic Plan for 2020-2023",
        "HSP/HA.2/Res.1 (2023) - International guidelines",
        "**A/RES/71/256**",
        "A/RES/71/256*: New Urban Agenda",
        "E/2024/5",
        "Decision 2/1 (2023)",
        "Resolution 2/5 – Climate",
        "HSP/EB.2024/INF/3 | Report",
        "WHA75.11 – Health",
        "NEXT STEPS",
        "**Next steps**",
        "СЛЕДУЮЩИЕ ШАГИ",
        "REPORT OF THE MEETING OF 21 MARCH 2024 TO THE EXECUTIVE BOARD",
    ],
)
def test_a_line_that_is_a_heading(heading: str) -> None:
    found = read(f"First.\n\n{heading}\n\nBy May 2024.", ".txt")
    assert outline(found) == [("First.",), (heading.replace("*", ""), "By May 2024.")]


@pytest.mark.parametrize(
    "text",
    [
        "30 JUNE 2024",
        "DEADLINE: 30 JUNE 2024",
        "**Due 3 May 2024**",
        "**Draft: June 30, 2024**",
        "**2024-06-30**",
        "**零草案：2024年6月30日**",
        "**Vencimiento: 3 de mayo de 2024**",
        "A/RES/71/256 was adopted in 2016 and asks for a report",
        "A/RES/71/256 – asks for a report by 2026.",
        "and/or – by May",
        "24/7 – help",
        "**Zero draft:** April 2024",
        "NO REPORT WAS MADE.",
        "第三次会议",
    ],
)
def test_a_line_that_is_none(text: str) -> None:
    found = read(f"First.\n\n{text}\n\nBy May 2024.", ".txt")
    assert outline(found) == [("First.",), (text.replace("**", ""),), ("By May 2024.",)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Zero draft: April 2024\nFirst draft: June 2024\n",
            [("Zero draft: April 2024",), ("First draft: June 2024",)],
        ),
        ("It is due\n31. Dezember 2024", [("It is due 31. Dezember 2024",)]),
        ("31. Dezember 2024: Bericht", [("31. Dezember 2024: Bericht",)]),
        ("Learn\n– 30 courses", [("Learn – 30 courses",)]),
        ("By May:\n\n- one\n- two.", [("By May:",), ("By May", "one"), ("By May", "two.")]),
        ("By May.\n\n- one", [("By May.",), ("one",)]),
        ("• one\n– inner\n– more\n• two", [("one",), ("one", "inner"), ("one", "more"), ("two",)]),
        ("\uf0b7 one\no Two", [("one",), ("one", "Two")]),
        ("## Due 3 May 2024\n\nIt is", [("Due 3 May 2024",), ("Due 3 May 2024", "It is")]),
        ("(a) one\n(b) two", [("one",), ("two",)]),
        ("```\ncode by May\n```\n![alt](x.png)", [("code by May",), ("alt",)]),
        ("a | b\n--|--\nx \\| y | May", [("a – b",), ("x | y – May",)]),
        ("What\tWhen\nDraft\tMay\n1.\tItem", [("What – When",), ("Draft – May",), ("Item",)]),
        ("By\tMay\nall", [("By May all",)]),
        ("Mail <mei@example.org> by May", [("Mail mei@example.org by May",)]),
        ("If 3 < 5 and 6 > 4", [("If 3 < 5 and 6 > 4",)]),
        ("Turned \u202earound\u202c\u200b", [("Turned around",)]),
        ("\n\n12\n\n- 3 -\n\nPage 4 of 5\n", []),
        ("[a]: https://example.org\nA note[^1]", [("A note",)]),
        ("[Mei]: /see/ it by May", [("[Mei]: /see/ it by May",)]),
    ],
)
def test_small_texts(text: str, wanted: list[tuple[str, ...]]) -> None:
    assert outline(read(text)) == wanted


def test_a_part_ends_with_the_gap_between_slides() -> None:
    slide = "A/RES/1/{0} – One\n\n- item {0}\n\n\n\n"
    found = read(slide.format(1) + slide.format(2) + slide.format(3) + "Without a heading", ".txt")
    assert outline(found)[-1] == ("Without a heading",)
    only = read("A/RES/1/1 – One\n\n\n\nText\n\n\n\nMore", ".txt")
    assert [one.headings for one in only.pieces] == [("A/RES/1/1 – One",)] * 2


def test_a_part_in_capitals_stands_above_the_resolutions_after_it() -> None:
    text = (
        "PART ONE\n\nA/RES/1/1 – a\n\none\n\nTO DO NOW\n\ntwo\n\nPART TWO\n\nA/RES/1/2 – b\n\nend"
    )
    assert outline(read(text, ".txt")) == [
        ("PART ONE", "A/RES/1/1 – a", "one"),
        ("PART ONE", "A/RES/1/1 – a", "TO DO NOW", "two"),
        ("PART TWO", "A/RES/1/2 – b", "end"),
    ]


@pytest.mark.parametrize(
    ("octets", "word"),
    [
        (b"%PDF-1.7", ".pdf"),
        (b"PK\x03\x04rest", ".docx"),
        (b"\xd0\xcf\x11\xe0\xa1", "older"),
        (b"{\\rtf1 text}", "RTF"),
        (b"a\x00b", "no text"),
        (b"a" * (20 * 1024 * 1024 + 1), "20 MB"),
        (b"a" * 5_000_001, "5,000,000"),
        (b"- a\n" * 100_001, "100,000"),
        (b"\n" * 300_001, "300,000 lines"),
    ],
)
def test_what_is_not_read(octets: bytes, word: str) -> None:
    with pytest.raises(ImportingError, match=word):
        read_document(octets, ".txt")


def test_a_long_sentence_is_cut() -> None:
    found = read("word " * 3_000)
    assert [len(one.text) for one in found.pieces] == [4999, 4999, 4999]


def test_a_long_row_and_a_long_heading_are_cut() -> None:
    found = read(f"# {'heading ' * 100}\n\n| {'word ' * 3_000}|\n")
    assert [len(one.text) for one in found.pieces] == [4999, 4999, 4999]
    assert len(found.title) == len(found.pieces[0].headings[0]) == 300


def test_nothing() -> None:
    assert read("") == Document(())
