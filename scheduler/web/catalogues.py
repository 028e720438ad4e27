"""The catalogues of the pages: `languages/LANGUAGE.po`, in the form that gettext and every tool of
translators know. One is read when somebody first asks for its language, and kept.
"""

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from scheduler.messages.languages import FALLBACK, read_language
from scheduler.web.words import Words

FOLDER = Path(__file__).parent / "languages"


@lru_cache(maxsize=1)
def available() -> tuple[str, ...]:
    """The languages that the pages are in."""
    return tuple(sorted({FALLBACK, *(path.stem for path in FOLDER.glob("*.po"))}))


def known(tag: str) -> str | None:
    """The language of a tag ("fr", "fr-CA", "zh_Hans"), by its first part; None where there are
    no pages in it."""
    short = tag.replace("_", "-").split("-", maxsplit=1)[0].strip().lower()
    return short if short in available() else None


def words(tag: str) -> Words:
    """The words of a language tag; English where there is no catalogue for it."""
    return _words(known(tag) or FALLBACK)


@lru_cache(maxsize=16)
def _words(language: str) -> Words:
    return Words(language, translations(language), read_language(language).words)


@lru_cache(maxsize=16)
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; of English an empty one, whose texts are their keys."""
    if language == FALLBACK:
        return NullTranslations()
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
