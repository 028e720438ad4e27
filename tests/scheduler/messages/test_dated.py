"""Dates kept in English words are read back as what they were."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.dates import DueDate, parse_due
from calendars.wording import LANGUAGES, due_text
from scheduler.messages.dated import due_of
from scheduler.messages.languages import read_language

years = st.integers(1990, 2090).map(str)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
months = days.map(lambda day: f"{day:%Y-%m}")
moments = days.map(lambda day: f"{day}T{day.day % 24:02}:{day.month * 4:02}:00")
ranges = st.one_of(
    st.tuples(days, st.integers(0, 900)).map(
        lambda one: f"{one[0]}/{one[0] + timedelta(days=one[1])}"
    ),
    st.tuples(years, years).map(sorted).map("/".join),
    st.tuples(months, months).map(sorted).map("/".join),
)
parts = st.tuples(years, st.sampled_from(["Q1", "Q2", "Q3", "Q4", "H1", "H2"])).map("-".join)
written = st.tuples(
    st.one_of(years, months, days.map(str), moments, ranges, parts),
    st.sampled_from(["", "?", "~", "%"]),
).map("".join)


def same(kept: DueDate | None, due: DueDate) -> bool:
    assert kept is not None
    return all(due_text(kept, language) == due_text(due, language) for language in LANGUAGES)


@given(written)
def test_every_date_comes_back_in_every_language(text: str) -> None:
    due = parse_due(text)
    assert same(due_of(due_text(due)), due)


def test_no_date_comes_back_as_none() -> None:
    due = parse_due("tbc")
    assert same(due_of(due_text(due)), due)


@pytest.mark.parametrize(
    "words", ["", "soon", "April", "32 April 2024", "Apr 2024", " to ", "2025 to 2024", "Q5 2024"]
)
def test_what_is_no_date_stays_as_it_is(words: str) -> None:
    assert due_of(words) is None
    assert read_language("fr").words.kept_date(words) == words.strip()


def test_a_kept_date_is_in_the_readers_words() -> None:
    french, english = read_language("fr").words, read_language("en").words
    assert french.kept_date("Q2 2024, to be confirmed") == "T2 2024, à confirmer"
    assert english.kept_date("Q2 2024, to be confirmed") == "Q2 2024, to be confirmed"
    assert read_language("zh").words.kept_date("1 to 3 May 2024") == "2024年5月1日至3日"
