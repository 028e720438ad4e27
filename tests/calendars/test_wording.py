"""Dates in words, as promised, in the six languages."""

from datetime import date

import pytest

from calendars.dates import parse_due
from calendars.wording import LANGUAGES, day_text, due_text


@pytest.mark.parametrize(
    ("written", "language", "words"),
    [
        ("2024-04", "en", "April 2024"),
        ("2024-04", "fr", "avril 2024"),
        ("2024-04", "es", "abril de 2024"),
        ("2024-04", "zh", "2024年4月"),
        ("2024-Q2", "en", "Q2 2024"),
        ("2024-Q2", "fr", "T2 2024"),
        ("2024-12/2025-02", "en", "December 2024 to February 2025"),
        ("2024-H2", "en", "second half of 2024"),
        ("2030", "en", "2030"),
        ("2024/2025", "en", "2024 to 2025"),
        ("2024-04/2024-06", "en", "April to June 2024"),
        ("2024-01/2024-12", "en", "January to December 2024"),
        ("2024/2024", "ru", "январь – декабрь 2024\u202fг."),
        ("2024-04-01/2024-04-30", "en", "April 2024"),
        ("2024-05-06/2024-05-08", "en", "6 to 8 May 2024"),
        ("2024-05-30/2024-06-02", "en", "30 May to 2 June 2024"),
        ("2024-05-06/2024-05-06", "en", "6 May 2024"),
        ("2024-05/2024-05", "en", "May 2024"),
        ("2024-09-20", "en", "20 September 2024"),
        ("2024-09-20T14:00", "en", "20 September 2024, 14:00"),
        ("2024-04?", "en", "April 2024, to be confirmed"),
        ("tbc", "en", "date to be confirmed"),
        ("2024-04", "de", "April 2024"),
    ],
)
def test_due_text(written: str, language: str, words: str) -> None:
    assert due_text(parse_due(written), language) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_form(language: str) -> None:
    forms = [
        "2024-04",
        "2024-Q1",
        "2024-H1",
        "2024",
        "2024/2025",
        "2024-04/2024-06",
        "2024-05-06/2024-05-08",
        "2024-09-20",
        "2024-09-20T14:00",
        "2024-04?",
        "tbc",
    ]
    words = [due_text(parse_due(form), language) for form in forms]
    assert all(words) and len(set(words)) == len(forms)


def test_weekday() -> None:
    assert day_text(date(2024, 4, 30), "en", weekday=True) == "Tuesday 30 April 2024"
