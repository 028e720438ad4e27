"""PURE. The words of the pages in the reader's language.

A text's key is its English, as in gettext; a language is a catalogue (see `catalogues`). English
needs none. A text that is kept in a table and looked up later is marked with `key` there, so that
whoever gathers the texts for translators finds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import NullTranslations

from babel.numbers import format_decimal, format_percent

from calendars.durations import Duration
from calendars.wording import locale
from scheduler.messages.words import FREE
from scheduler.messages.words import Words as Sentences


def key(text: str) -> str:
    """The text itself: a key of the catalogues."""
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; called with an English text it gives that of the language.

    sentences: those of the messages, for durations, lists and dates that the history keeps.
    """

    language: str
    found: NullTranslations
    sentences: Sentences

    def __call__(self, text: str, /, **gaps: object) -> str:
        return self._filled(self.found.gettext(text), gaps)

    def of(self, context: str, text: str, /, **gaps: object) -> str:
        """The text of a word with several meanings; `context` says which is meant."""
        return self._filled(self.found.pgettext(context, text), gaps)

    def counted(self, one: str, many: str, number: int, /, **gaps: object) -> str:
        """The text for a number, which stands in the place of `{n}`."""
        return self._filled(self.found.ngettext(one, many, number), {"n": number, **gaps})

    def number(self, number: int) -> str:
        """A number in digits, grouped: "1,200"."""
        return format_decimal(number, locale=locale(self.language))

    def decimal(self, number: float) -> str:
        """A number with one place after the point: "1.2"."""
        return format_decimal(round(number, 1), locale=locale(self.language))

    def percent(self, number: int) -> str:
        """A whole number of per cent: "40%"."""
        return format_percent(number / 100, locale=locale(self.language))

    def duration(self, duration: Duration) -> str:
        """A duration, "10 working days"."""
        return self.sentences.duration(duration)

    def kept_date(self, english: str) -> str:
        """A date that the history keeps in English words, in this language's."""
        return self.sentences.kept_date(english)

    @property
    def comma(self) -> str:
        """What stands between the parts of a list, with its space."""
        return self.of("between the parts of a list", ", ")

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, for the page's `dir`."""
        return self.sentences.direction

    def _filled(self, text: str, gaps: Mapping[str, object]) -> str:
        return text.format(**{name: self._gap(name, gap) for name, gap in gaps.items()})

    def _gap(self, name: str, gap: object) -> object:
        if isinstance(gap, int):
            return self.number(gap)
        return self.sentences.isolated(gap) if name in FREE and isinstance(gap, str) else gap
