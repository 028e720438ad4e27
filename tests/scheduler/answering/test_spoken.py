"""The words of the forms: six languages with the same keys, gaps and plural forms; none unused."""

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from calendars.wording import LANGUAGES, locale
from scheduler import web
from scheduler.web.spoken_words import accepted, available, spoken

FOLDER = Path(web.__path__[0])
KEY = re.compile(r'"([a-z]+(?:-[a-z]+)*)"')
STATES = ("planned", "on-track", "at-risk", "delayed", "done", "cancelled")
SAID = ("done", "on-track", "at-risk", "delayed", "note", "acknowledged", "snoozed",
        "mute-milestone", "mute-track")  # fmt: skip
IN_PARTS = {
    *(f"state-{one}" for one in STATES),
    *(f"{before}-{one}" for before in ("say", "answered") for one in SAID),
    *(f"{one}-what" for one in ("expired", "renewed", "unknown", "nobody", "gone", "refused")),
    "busy-what", "settled-done", "settled-cancelled", "muted-milestone", "muted-track",
    "muted-too",    "nobody", "gone",
}  # fmt: skip


def catalogue(name: str) -> dict[str, str | dict[str, str]]:
    content = tomllib.loads((FOLDER / "spoken" / f"{name}.toml").read_text(encoding="utf-8"))
    sentences: dict[str, str | dict[str, str]] = content["sentences"]
    return sentences


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_six_languages_are_there() -> None:
    assert set(available()) == set(LANGUAGES)


@pytest.mark.parametrize("name", sorted(LANGUAGES))
def test_a_language_says_what_english_says(name: str) -> None:
    english, found = catalogue("en"), catalogue(name)
    assert list(found) == list(english), "the same keys in the same order"
    for key, one in english.items():
        other = found[key]
        if isinstance(one, str):
            assert isinstance(other, str)
            assert gaps(other) == gaps(one), key
            continue
        assert isinstance(other, dict)
        assert "other" in other
        needed = {locale(name).plural_form(count) for count in (*range(201), 1000, 1_000_000)}
        assert needed <= other.keys() | {"other"}
        assert needed - {"many"} <= other.keys(), f"{key}: {needed}"
        assert all(gaps(form) <= gaps(one["other"]) for form in other.values())


def test_only_arabic_reads_from_the_right() -> None:
    assert {name: spoken(name).direction for name in available()} == {
        "ar": "rtl", "en": "ltr", "es": "ltr", "fr": "ltr", "ru": "ltr", "zh": "ltr",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(LANGUAGES) - {"en"}))
def test_nothing_is_left_in_english(name: str) -> None:
    english, found = catalogue("en"), catalogue(name)
    same = {key for key, text in found.items() if text == english[key]}
    assert same <= {"quote", "reported-percent", "reported-by", "reported-note"}


def test_no_word_is_without_use() -> None:
    files = [*FOLDER.glob("*.py"), *(FOLDER / "templates").glob("*.html")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    used = set(KEY.findall(source)) | IN_PARTS
    assert set(catalogue("en")) - used == set()


def test_which_language_a_stranger_is_answered_in() -> None:
    assert accepted("fr-CH, fr;q=0.9, en;q=0.8") == "fr"
    assert accepted("xx, zh-Hant-TW;q=0.5") == "zh"
    assert accepted("de, *;q=0.5") is None
    assert accepted("," * 100_000) is None
    assert spoken("pt-BR").language == "en"
    assert spoken("ar-EG").language == "ar"
