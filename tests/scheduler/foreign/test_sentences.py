"""Where sentences end: not after abbreviations, initials and the days of German dates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.foreign.documents.sentences import LONGEST, is_said, joined, sentences

TOGETHER = [
    "Guidance, e.g. South Africa, is ready",
    "See No. 5 and para. 4 of Dr. Smith at St. Petersburg.",
    "In Jan. 2024 J. R. Smith of U.N. Women reports (incl. costs etc.) by 1.5 days.",
    "Am 31. Dezember 2024 endet es.",
    "Le rapport (art. 5) est dû le 3 mai à M. Dupont.",
    "до 30 июня 2025 г. будет представлен",
    "on behalf of its 79 member states. (OP 7)",
    "to be observed annually. (OP1 and OP5)",
    "criteria for policy best practices. (OP 3(c) and 3(d))",
    "He said (see below) that it is so.",
    "At 9 a.m. on 3 May 2024, costs approx. five",
    "3. The Council decides.",
]
APART = [
    ("By 3 May. Then more.", ["By 3 May.", "Then more."]),
    ("The answer is no. Then go.", ["The answer is no.", "Then go."]),
    ("It is of the U.N. The end.", ["It is of the U.N.", "The end."]),
    ("Is it? Yes! “It ends.” More…  Last", ["Is it?", "Yes!", "“It ends.”", "More…", "Last"]),
    ("第一句。第二句！「第三句？」完", ["第一句。", "第二句！", "「第三句？」", "完"]),
    ("هل انتهى؟ نعم. في 30 يونيو 2024.", ["هل انتهى؟", "نعم.", "في 30 يونيو 2024."]),
    ("в 2024 г. Доклад готов.", ["в 2024 г.", "Доклад готов."]),
    ("Das Ziel 2024. Es gilt.", ["Das Ziel 2024.", "Es gilt."]),
    ("It ends. (OP 7) More. (a) sub.", ["It ends. (OP 7)", "More.", "(a) sub."]),
    ("", []),
    ("   ", []),
]


@pytest.mark.parametrize("text", TOGETHER)
def test_one_sentence_stays_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(("text", "wanted"), APART)
def test_sentences_are_told_apart(text: str, wanted: list[str]) -> None:
    assert sentences(text) == wanted


@given(st.text(st.sampled_from("aB3.!? ()。؟\"'/№г"), max_size=60))
def test_nothing_is_lost_but_spaces(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@given(st.text(st.sampled_from("ab. "), max_size=9), st.integers(LONGEST // 9, LONGEST // 3))
def test_no_sentence_is_too_long(text: str, times: int) -> None:
    assert all(0 < len(one) <= LONGEST for one in sentences(text * times))


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["a wrapped", " line "], "a wrapped line"),
        (["决议草", "案"], "决议草案"),
        (["the self-", "assessment"], "the self-assessment"),
        (["UN -", "Habitat"], "UN - Habitat"),
        ([], ""),
    ],
)
def test_wrapped_lines_are_joined(lines: list[str], wanted: str) -> None:
    assert joined(lines) == wanted


@pytest.mark.parametrize("text", ["2024", "Page turners", "3 May", "OP1", "第三页的报告"])
def test_what_is_said(text: str) -> None:
    assert is_said(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "----",
        "12",
        "Page 3 of 7",
        "3/7",
        "iv",
        "- 5 -",
        "第 3 页",
        "…",
        "2.1 Syntax . . . . . . 3",
        "Annex ....... iv",
    ],
)
def test_what_is_no_sentence(text: str) -> None:
    assert not is_said(text)
