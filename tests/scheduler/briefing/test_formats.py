"""The three forms of a document: every text arrives as it is, and nothing in it becomes markup."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import docx as word_files
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from scheduler.briefing.document import (
    Bullets,
    Document,
    Heading,
    Paragraph,
    Run,
    Table,
    Text,
    of,
    plain,
)
from scheduler.briefing.docx_file import docx
from scheduler.briefing.html import article, page
from scheduler.briefing.making import FORMATS
from scheduler.briefing.markdown import markdown
from scheduler.messages.clean import clean
from tests.scheduler.briefing.reading import children, lines

MARKS = str.maketrans("", "", "\u2068\u2069")
WORDS = st.text(
    st.one_of(
        st.sampled_from("ab1 .)(*_[]<>&|\\`#+-=~:!$^\"'/\u200f\u05d0\u0645\u4e2d：。"),
        st.characters(codec="utf-8"),
    ),
    max_size=24,
).map(clean)
RUNS = st.builds(Run, WORDS, st.booleans(), st.booleans(), st.sampled_from(["", "/a/b", "#x"]))
TEXTS = st.lists(RUNS, min_size=1, max_size=4).map(tuple)
"""Texts are cleaned before they come into a document, and so are those here."""


def document(*blocks: Heading | Paragraph | Bullets | Table, direction: str = "ltr") -> Document:
    """A document of these blocks."""
    return Document(
        language="ar" if direction == "rtl" else "en",
        plan_language="en",
        direction="rtl" if direction == "rtl" else "ltr",
        author="Office",
        title="A title",
        above=("Office",),
        below=(of("Below"),),
        warning="",
        modified=datetime(2024, 6, 3, 12, tzinfo=UTC),
        blocks=(Heading(2, of("x"), "x"), *blocks),
    )


def whole(text: Text) -> Document:
    """A document with the text in each place where one can be."""
    return document(
        Heading(3, text),
        Paragraph(text),
        Bullets((text, text)),
        Table("T", ("A", "B"), ((text, text),), (text, text), frozenset({1}), (60, 40)),
    )


class Words(HTMLParser):
    """The text of a page, by the element it stands in, and every element there is."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "br"}:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag in _PLACES:
            self.texts.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if any(tag in _PLACES for tag in self.open) and self.texts:
            tag, before = self.texts[-1]
            self.texts[-1] = (tag, before + data)


_PLACES = {"h1", "h2", "h3", "p", "li", "th", "td", "caption"}


@given(TEXTS)
def test_every_text_arrives_in_html(text: Text) -> None:
    found = Words(page(whole(text), "p { color: red }"))
    said = plain(text)
    wanted = ["h3", "p", "li", "li", "th", "td", "th", "td"]
    assert [tag for tag, one in found.texts if one == said][-8:] == wanted
    assert set(found.links) <= {"/a/b", "#x"}


def said_of(tokens: list[Token]) -> list[str]:
    """The text of each block of Markdown."""
    return [
        "".join(_inline(child) for child in one.children or ())
        for one in tokens
        if one.type == "inline"
    ]


def _inline(token: Token) -> str:
    assert token.type in {"text", "text_special", "strong_open", "strong_close", "link_open",
                          "link_close"}, token  # fmt: skip
    return token.content


@given(TEXTS)
@settings(max_examples=200)
def test_every_text_arrives_in_markdown(text: Text) -> None:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    made = markdown(whole(text))
    found = [one.translate(MARKS) for one in said_of(reader.parse(made))]
    said = plain(text).strip().translate(MARKS)
    wanted = [said] * 4 + ["A", "B"] + [said] * 4
    assert [one for one in found if one][4:] == [one for one in wanted if one]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ((Run("Zero draft", bold=True, foreign=True), Run(":", bold=True), Run(" April")),
            "**Zero draft:** April"),
        ((Run("Zero draft", bold=True), Run("：", bold=True), Run("四月")), "**Zero draft**：四月"),
        ((Run("Draft", bold=True, href="/a(b)"), Run(":", bold=True), Run(" x")),
            "[**Draft**](/a%28b%29)**:** x"),
        ((Run("1. One"),), "1\\. One"),
        ((Run("- One"),), "\\- One"),
        ((Run("a_b*c|d"),), "a\\_b\\*c\\|d"),
        ((Run("HSP/HA.1/RES.2 (2019) - x"),), "HSP/HA.1/RES.2 (2019) - x"),
        ((Run("Here", href="#x"),), "Here"),
    ],
)  # fmt: skip
def test_markdown(text: Text, made: str) -> None:
    assert markdown(document(Paragraph(text))).split("\n\n")[-1] == f"{made}\n"


@given(TEXTS)
@settings(max_examples=12)
def test_every_text_arrives_in_a_docx(text: Text) -> None:
    content = docx(whole(text))
    said = plain(text).translate(str.maketrans("", "", "\u200e\u200f"))
    found = lines(content)
    assert [one for style, one in found if style == "Heading2"] == [said]
    assert [one for style, one in found if style == "ListBullet"] == [said, said]
    rows = [one for style, one in found if style == "row"]
    assert rows == ["A | B", f"{said} | {said}", f"{said} | {said}"]
    assert docx(whole(text)) == content


def test_a_docx_is_read_by_its_own_library_too() -> None:
    text = (
        Run("Zero draft", bold=True, href="https://tracker.example.org/a"),
        Run(": x", late=True),
    )
    opened = word_files.Document(io.BytesIO(docx(whole(text))))
    (table,) = opened.tables
    assert [cell.text for cell in table.rows[1].cells] == ["Zero draft: x"] * 2
    heads = [one.text for one in opened.paragraphs if one.style and one.style.name == "Title"]
    assert heads == ["A title"]
    said = opened.core_properties
    assert (said.title, said.author, said.comments) == ("A title", "Office", "")
    assert said.created == said.modified == datetime(2024, 6, 3, 12, tzinfo=UTC)
    assert said.language == "en-GB"


def test_a_docx_knows_nothing_of_the_time_of_its_making() -> None:
    with zipfile.ZipFile(io.BytesIO(docx(document()))) as opened:
        assert {one.date_time for one in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert opened.testzip() is None
        assert "docProps/thumbnail.jpeg" not in opened.namelist()
        core = opened.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\d", core)) == {"2024-06-03"}
    assert "python" not in core


ORDER = {
    "rPr": ["rStyle", "rFonts", "b", "bCs", "i", "color", "sz", "szCs", "rtl", "cs", "lang"],
    "pPr": ["pStyle", "keepNext", "bidi", "spacing", "ind", "jc"],
    "tblPr": ["tblStyle", "bidiVisual", "tblW", "jc", "tblBorders", "tblLayout", "tblCellMar",
              "tblLook", "tblCaption"],
    "trPr": ["cantSplit", "tblHeader"],
    "tcPr": ["tcW", "shd"],
}  # fmt: skip
"""Of the properties that are written, the order in which the schema of ISO/IEC 29500 has them."""


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("name", ORDER)
def test_properties_stand_in_the_order_of_the_schema(direction: str, name: str) -> None:
    text = (Run("a", True, True, "#x", True), Run("b", True), Run("c", foreign=True))
    made = document(*whole(text).blocks[1:], direction=direction)
    found = children(docx(replace(made, warning="Inside")), name)
    assert found
    for one in found:
        assert one == [key for key in ORDER[name] if key in one]


def test_arabic_runs_from_the_right() -> None:
    text = (Run("Draft", foreign=True), Run("نص"))
    made = document(Paragraph(text), whole(text).blocks[-1], direction="rtl")
    opened = word_files.Document(io.BytesIO(docx(made)))
    normal = opened.styles["Normal"].element
    assert normal.xpath("w:pPr/w:bidi")
    assert opened.element.xpath("//w:tblPr/w:bidiVisual")
    runs = {one.text.strip("\u200f"): bool(one.font.rtl) for one in opened.paragraphs[4].runs}
    assert runs == {"Draft": False, "نص": True}
    html = str(article(made))
    assert '<article class="briefing" lang="ar" dir="rtl">' in html
    assert '<p><bdi lang="en">Draft</bdi>نص</p>' in html
    assert "\u2068Draft\u2069نص" in markdown(made)


@pytest.mark.parametrize(
    ("direction", "language", "title", "marked"),
    [
        ("ltr", "en", "المسودة", "\u200eالمسودة\u200e"),
        ("rtl", "ar", "Draft (v2).", "\u200fDraft (v2).\u200f"),
    ],
)
def test_a_title_that_runs_the_other_way_turns_nothing_round(
    direction: str, language: str, title: str, marked: str
) -> None:
    text = (Run(title, foreign=True), Run(": 30"))
    made = replace(document(Paragraph(text), direction=direction), plan_language=language)
    assert f"<p><bdi>{title}</bdi>: 30</p>" in article(made)
    assert f"\u2068{title}\u2069: 30" in markdown(made)
    last = word_files.Document(io.BytesIO(docx(made))).paragraphs[-1]
    assert last.text == f"{marked}: 30"


def test_every_form_has_a_writer() -> None:
    assert {form: bool(one.write(document())) for form, one in FORMATS.items()} == {
        "html": True, "md": True, "docx": True,
    }  # fmt: skip
