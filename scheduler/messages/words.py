"""PURE. The words of one language: sentences with gaps, plural forms, lists, days and durations.

They come from the language's folder (see `languages`). Plural forms are those of CLDR (TR35,
Part 3): a sentence with a count is a table with "one", "few", "many", "other" as it needs.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from babel.lists import format_list

from calendars.dates import TBC, DueDate
from calendars.durations import Duration
from calendars.wording import clock_text, day_text, due_text, locale, to_be_confirmed_text

Sentences = Mapping[str, str | Mapping[str, str]]


class Words:
    """The sentences of a language by their keys.

    A key that is missing is a KeyError: the tests hold every language against the keys in use.
    """

    def __init__(self, language: str, direction: str, sentences: Sentences) -> None:
        """`direction` is "ltr" or "rtl"."""
        self.language = language
        self.direction = direction
        self._single = {key: one for key, one in sentences.items() if isinstance(one, str)}
        self._plural = {key: one for key, one in sentences.items() if not isinstance(one, str)}

    def say(self, key: str, **gaps: object) -> str:
        """The sentence of a key with its gaps filled."""
        sentence = self._single[key]
        return sentence.format(**gaps) if gaps else sentence

    def count(self, key: str, count: int, **gaps: object) -> str:
        """The sentence of a key in the plural form of `count`, which it may name itself."""
        forms = self._plural[key]
        form = _plural(self.language, abs(count))
        return forms.get(form, forms["other"]).format(count=count, **gaps)

    def names(self, names: tuple[str, ...]) -> str:
        """Several things as the language lists them: "A, B and C"."""
        return _listed(names, self.language)

    def day(self, day: date) -> str:
        """A day with its day of the week, "Tuesday 30 April 2024"."""
        return day_text(day, self.language, weekday=True)

    def short_day(self, day: date) -> str:
        """A day, "30 April 2024"."""
        return day_text(day, self.language)

    def clock(self, local: datetime) -> str:
        """The time of day of a local date-time, "14:00"."""
        return clock_text(local, self.language)

    def due(self, promise: DueDate) -> str:
        """A date in words as promised."""
        return due_text(promise, self.language)

    def open(self, words: str) -> str:
        """A date in words with its mark "to be confirmed"."""
        return to_be_confirmed_text(words, self.language)

    def unmarked(self, words: str) -> str:
        """A date in words without its mark "to be confirmed"; empty for no date at all."""
        before, after = _mark(self.language)
        if words == _no_date(self.language):
            return ""
        if after and words.endswith(after):
            words = words.removesuffix(after)
        return words.removeprefix(before)

    def duration(self, duration: Duration) -> str:
        """A duration, "4 weeks"."""
        return self.count(f"unit-{duration.unit.value.replace(' ', '-')}", duration.count)


@lru_cache(maxsize=4096)
def _plural(language: str, count: int) -> str:
    return locale(language).plural_form(count)


@lru_cache(maxsize=4096)
def _listed(names: tuple[str, ...], language: str) -> str:
    return format_list(names, locale=locale(language))


@lru_cache(maxsize=16)
def _mark(language: str) -> tuple[str, str]:
    before, _, after = to_be_confirmed_text("\0", language).partition("\0")
    return before, after


@lru_cache(maxsize=16)
def _no_date(language: str) -> str:
    return due_text(TBC, language)
