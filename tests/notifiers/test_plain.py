"""Texts that no service reads anything into, and that people still read."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifiers.plain import GAP, cleaned, escaped, fitted, inert, units
from tests.notifiers.hostile import HOSTILE, READ, TEXTS, seen
from tests.notifiers.reader import shown


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_only_texts(text: str) -> None:
    check(text)


@settings(deadline=None)
@given(TEXTS)
@example("~a")
@example("a\n    code\n\tcode")
@example("a\n===")
@example("|a|\n|-|\n|b|")
@example("1. a\n2) b")
@example("\\*\\[a](b)")
@example("&amp;&#64;&#x40;here")
@example("\u200b@here")
def test_any_text_is_only_text(text: str) -> None:
    check(text)


def check(text: str) -> None:
    wanted = seen(text)
    assert seen(shown(escaped(text))) == wanted
    for form in (inert(text), shown(escaped(text))):
        assert seen(form) == wanted
        assert READ.findall(form) == []
    assert len(escaped(text)) >= len(inert(text)) >= len(cleaned(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@here", "@"), ("a @U1 b", "@"), (":tada:", ":"), ("https://x.example", "://"),
        ("www.x.example", "www"), ("x.example", "."), ("#tag", "#"), ("~town", "~"),
        ("<@1>", "<"), ("[a](b)", "]("), ("&lt;", "&"), ("a ||b||", "||"), ("{{x}}", "{{"),
        ("mailto:a", ":"), ("tel:1", ":"), (":)", ":"), (";-)", ";"), ("$$x$$", "$$"),
    ],
)  # fmt: skip
def test_the_check_sees_what_services_read(text: str, found: str) -> None:
    assert found in READ.search(text)[0]  # type: ignore[index]
    assert READ.search(inert(text)) is None


@pytest.mark.parametrize(
    "text", ["Due at 09:30", "HSP/HA.2/Res.1", "a, b; c: d", "e.g. 3.5 %", "R&D", "Zürich – Genf"]
)
def test_common_texts_stay_as_they_are(text: str) -> None:
    assert inert(text) == escaped(text) == text


@settings(deadline=None)
@given(TEXTS, st.integers(2, 60))
@example("&&&&", 6)
@example("*" * 90, 5)
@example("e\u0301" * 40, 20)
def test_a_fitted_text_fits(text: str, limit: int) -> None:
    for form in (inert, escaped):
        short = fitted(text, limit, form)
        assert units(short) <= limit
        assert short == form(cleaned(text)) or short.endswith("…")
        if form is escaped:
            assert seen(text).startswith(seen(shown(short)).removesuffix("…").strip())


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("e\u0301" * 9, 6, "e\u0301e\u0301…"),
        ("👍🏽👍🏽👍🏽", 7, "👍🏽…"),
        ("👩‍👩‍👧 and", 5, "…"),
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("*" * 9, 8, "\\*\\*\\*…"),
    ],
)
def test_letters_are_not_split(text: str, limit: int, short: str) -> None:
    found = fitted(text, limit, escaped).replace(GAP, "")
    assert found == short or (units(found) <= limit and short == "…" and found.endswith("…"))


def test_units() -> None:
    assert (units("a"), units("é"), units("👍")) == (1, 1, 2)
    assert cleaned("\r\na\x00\x07b \r\n c\ud800\u2028") == "a b\nc?"
    assert re.fullmatch(f"{GAP}# a", inert("# a"))
