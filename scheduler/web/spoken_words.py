"""The words of the forms behind links, by keys: in English in `spoken.toml`, in other languages in
the catalogues of the pages, where each key is the context of its sentence.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path

from calendars.wording import locale
from scheduler.messages.languages import FALLBACK, read_language
from scheduler.messages.words import Forms, Words
from scheduler.web.catalogues import known, translations

ENGLISH = Path(__file__).parent / "spoken.toml"
_SAMPLES = (*range(201), 1_000_000)
"""Numbers among which there is one of every plural form (TR35, Part 3)."""


def spoken(tag: str) -> Words:
    """The words of a language tag ("fr", "pt-BR"), by its first part; else English."""
    return _read(known(tag) or FALLBACK)


@lru_cache(maxsize=1)
def english() -> Mapping[str, Forms]:
    """Every sentence in English by its key; one with a number has `one` and `other`."""
    sentences: Mapping[str, Forms] = tomllib.loads(ENGLISH.read_text(encoding="utf-8"))["sentences"]
    return sentences


@lru_cache(maxsize=16)
def _read(language: str) -> Words:
    found = translations(language)
    said = {key: _said(language, found, key, one) for key, one in english().items()}
    return Words(language, read_language(language).words.direction, said)


def _said(language: str, found: NullTranslations, key: str, sentence: Forms) -> Forms:
    """A sentence in the language, or its plural forms by their names in CLDR."""
    if isinstance(sentence, str):
        return found.pgettext(key, sentence)
    one, other = sentence["one"], sentence["other"]
    forms = {
        locale(language).plural_form(number): found.npgettext(key, one, other, number)
        for number in _SAMPLES
    }
    return {"other": list(forms.values())[-1], **forms}
