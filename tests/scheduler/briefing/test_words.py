"""The words of a briefing: every language has all of them, with the same gaps and every plural."""

import re
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale

import scheduler.briefing
from calendars.wording import LANGUAGES, locale
from scheduler.briefing.catalogue import languages, words
from scheduler.briefing.document import Run, of, plain
from scheduler.briefing.words import Forms, Words, filled

ROOT = Path(str(scheduler.briefing.__path__[0]))
ENGLISH = words("en").sentences


def gaps(forms: Forms) -> set[str]:
    """The gaps of a sentence; of one with plural forms those that all have, but the count."""
    every = [forms] if isinstance(forms, str) else list(forms.values())
    found = [{name for _, name, _, _ in Formatter().parse(one) if name} for one in every]
    return set.union(*found) - {"count"}


def test_there_are_the_six_languages() -> None:
    assert languages() == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_sentence_with_its_gaps(language: str) -> None:
    found = words(language).sentences
    assert list(found) == list(ENGLISH)
    assert {key: gaps(one) for key, one in found.items()} == {
        key: gaps(one) for key, one in ENGLISH.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_plural_form(language: str) -> None:
    spoken: Locale = locale(language)
    wanted = set(spoken.plural_form.tags) | {"other"}
    for key, forms in words(language).sentences.items():
        assert isinstance(forms, str) == isinstance(ENGLISH[key], str)
        if not isinstance(forms, str):
            assert set(forms) == wanted, key


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_nothing_is_left_in_english(language: str) -> None:
    alike = {
        "label",
        "join",
        "in-brackets",
        "reference",
        "sentence",
        "state-percent",
        "total",
        "quote",
    }
    found = words(language).sentences
    left = {key for key, one in found.items() if one == ENGLISH[key]} - alike
    assert left == set()


def test_no_sentence_is_superfluous() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("*.py"))
    made = {"figure", "col", "state", "outcome"}
    names = set(re.findall(r'"([a-z-]+)"', code))
    for key in ENGLISH:
        head, _, rest = key.partition("-")
        known = key in names or (head in made and rest in names)
        assert (
            known
            or (key.endswith("-by") and key.removesuffix("-by") in names)
            or (key.removeprefix("state-") in {"on-track", "at-risk", "delayed", "planned"})
        ), key


def test_a_language_that_is_none_of_the_six_is_english() -> None:
    assert words("pt-BR").language == words("").language == "en"
    assert words("fr-CA").language == "fr"


def test_a_key_that_is_missing_is_an_error() -> None:
    spoken = words("en")
    for asked in (
        lambda: spoken("nonsense"),
        lambda: spoken("late-by"),
        lambda: spoken.count("title", 1),
        lambda: spoken.say("as-of"),
    ):
        with pytest.raises(KeyError):
            asked()


def test_gaps_keep_the_looks_of_what_fills_them() -> None:
    run = Run("Zero draft", bold=True, foreign=True)
    assert filled("a {x} b {y}", {"x": run, "y": "c"}) == (Run("a "), run, Run(" b "), Run("c"))
    assert filled("{x}", {"x": ""}) == ()


def test_two_full_stops_are_one() -> None:
    assert plain(filled("{x}. A.", {"x": "2024 г."})) == "2024 г. A."
    assert plain(filled("{x}. A.", {"x": "2024"})) == "2024. A."


@pytest.mark.parametrize(
    ("language", "names", "said"),
    [
        ("en", ["A"], "A"),
        ("en", ["A", "B", "C"], "A, B and C"),
        ("fr", ["A", "B"], "A et B"),
        ("zh", ["A", "B", "C"], "A、B和C"),
        ("en", [], ""),
        ("en", ["{0}", "}{"], "{0} and }{"),
    ],
)
def test_lists(language: str, names: list[str], said: str) -> None:
    assert plain(words(language).listed(map(of, names))) == said


def test_sentences_are_joined_as_the_language_joins_them() -> None:
    assert plain(words("en").joined([of("A."), (), of("B.")])) == "A. B."
    assert plain(words("zh").joined([of("甲。"), of("乙。")])) == "甲。乙。"


@pytest.mark.parametrize(
    ("language", "days", "said"),
    [
        ("en", 1, "Late by 1 working day"),
        ("en", 1200, "Late by 1,200 working days"),
        ("ru", 21, "Просрочено на 21 рабочий день"),
        ("ru", 3, "Просрочено на 3 рабочих дня"),
        ("ar", 2, "متأخر يومي عمل"),
        ("zh", 7, "已逾期7个工作日"),
    ],
)
def test_counts(language: str, days: int, said: str) -> None:
    spoken: Words = words(language)
    assert plain(spoken.count("outcome-late", days)) == said
