"""What people type into forms, in the scripts they write: percentages, numbers and spaces."""

from urllib.parse import urlencode

import pytest

from config.request_values import Question
from scheduler.web.form import fields, percent_of
from scheduler.web.request_form import _wrong


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("", None), ("40", 40), (" 40 % ", 40), ("٤٠", 40), ("٤٠٪", 40), ("４０％", 40),
        ("100", 100), ("101", -1), ("½", -1), ("²", -1), ("-1", -1), ("4 0", -1), ("%", None),
        ("٤٠١", -1),
    ],
)  # fmt: skip
def test_a_percentage_is_read_in_any_digits(text: str, percent: int | None) -> None:
    assert percent_of(text) == percent


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("1 234,5", True), ("1\u202f234", True), ("١٬٢٣٤٫٥", True), ("−3", True), ("-3.5", True),
        ("1.2.3", False), ("many", False), ("-", False), ("٫", False),
    ],
)  # fmt: skip
def test_a_number_is_taken_as_people_write_it(text: str, right: bool) -> None:
    sent = fields(urlencode({"number": text}).encode())["number"]
    assert _wrong(Question("n", "How many?", "number"), sent) == ("" if right else "problem-number")


def test_spaces_of_any_kind_keep_words_apart() -> None:
    pasted = "50\u00a0000\u202f€\tin\u3000May\u2028then\x00\u202e"
    sent = fields(urlencode({"note": pasted + "\r\nnext"}).encode())
    assert sent["note"] == "50 000 € in May then\nnext"
