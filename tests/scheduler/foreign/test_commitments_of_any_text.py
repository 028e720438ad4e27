"""Whatever a document says, reading it fails never, takes no time, and every date is one."""

from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.dates import parse_due
from calendars.foreign.values import Imported
from scheduler.foreign.commitments.phrases import phrases
from scheduler.foreign.commitments.promises import commitments
from scheduler.foreign.commitments.titles import LONGEST
from scheduler.foreign.values import Document, Piece

WORDS = [
    "1", "6", "20", "31", "24", "0", "99", "2024", "2030", "1999", "2,030", "May", "april", "mai",
    "de", "mayo", "сентября", "года", "نيسان", "أبريل", "كانون الثاني", "و", "年", "月", "日", "至",
    "-", "–", "/", ",", ".", ":", "(", ")", "'", "**", "[", "](", "to", "and", "of", "the", "in",
    "by", "early", "mid", "end", "first", "half", "quarter", "Q2", "H1", "every", "annually",
    "was", "held", "will be", "to be", "confirmed", "tbc", "next", "HSP/HA.1/RES.1", "resolution",
    "71/256", "period", "World", "Day", "ISO", "2024-02-30", "31.02.2024", "2024-06", "around",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=25).map("".join),
)
DAYS = st.dates(date(1971, 1, 1), date(2190, 12, 31))


@given(st.lists(TEXTS, max_size=4), st.lists(TEXTS, max_size=2), TEXTS, DAYS)
def test_any_document_is_read(
    texts: list[str], headings: list[str], title: str, today: date
) -> None:
    pieces = tuple(Piece(text, line, tuple(headings)) for line, text in enumerate(texts, 1))
    document = Document(pieces, title)
    reading = commitments(document, "file.txt", today)
    assert reading == commitments(document, "file.txt", today)
    assert len({one.uid for one in reading.items}) == len(reading.items)
    for item in reading.items:
        assert item.title and "\n" not in item.title
        if isinstance(item, Imported):
            assert parse_due(item.due).relative is None
            assert len(item.title) <= LONGEST + 8
            assert item.said and item.source


@given(TEXTS, DAYS)
def test_any_phrase_has_its_place_and_a_date(text: str, on: date) -> None:
    for one in phrases(text, on):
        assert text[one.start : one.end] == one.text != ""
        assert parse_due(one.due).last


LONG = [
    "1" * 5_000, " " * 5_000, "1 " * 2_500, "2024 " * 1_000, "May " * 1_250, "May 2024 " * 550,
    "20 and " * 700 + "May 2024", "1," * 2_500, "2024-" * 1_000, "1/" * 2_500, "a/" * 2_500,
    "(" * 5_000, "**" * 2_500, "[" * 5_000, "to be " * 800, "will " * 1_000, "for " * 1_250,
    "World " * 800, "first " * 800, "end of " * 700, "A" * 5_000, "é" * 5_000, "年" * 5_000,
    "ó" * 5_000, "2024年" * 1_000, "و" * 5_000, "resolution " * 450, "(OP1 " * 1_000, "a. " * 1_600,
]  # fmt: skip


@pytest.mark.parametrize("text", LONG, ids=[text[:10] for text in LONG])
def test_a_long_text_takes_no_time(text: str) -> None:
    commitments(Document((Piece("May 2024", 1),)), "file.txt", date(2024, 1, 1))
    begun = process_time()
    commitments(Document((Piece(text, 1),)), "file.txt", date(2024, 1, 1))
    assert process_time() - begun < 1
