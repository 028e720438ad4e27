"""PURE. The words of the pages in the reader's language.

A text's key is its English; a language is a table from it. English needs none, so that a page is
whole before it is translated.
"""

from collections.abc import Mapping
from dataclasses import dataclass

RIGHT_TO_LEFT = frozenset({"ar"})
CATALOGUES: dict[str, Mapping[str, str]] = {"en": {}}


@dataclass(frozen=True, slots=True)
class Words:
    """The catalogue of one language; called with an English text it gives that of the language."""

    language: str

    def __call__(self, text: str, **values: object) -> str:
        found = CATALOGUES[self.language].get(text, text)
        return found.format(**values) if values else found

    def counted(self, one: str, many: str, number: int) -> str:
        """The text for a number, with the number in the place of `{n}`."""
        return self(one if number == 1 else many, n=f"{number:,}")

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, for the page's `dir`."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"


def words(language: str) -> Words:
    """The words of a language tag; English where there is no catalogue for it."""
    short = language.split("-", maxsplit=1)[0].lower()
    return Words(short if short in CATALOGUES else "en")
