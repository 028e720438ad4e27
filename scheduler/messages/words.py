"""PURE. The words of one language: sentences with gaps, plural forms, lists, days and durations.

They come from the language's folder (see `languages`). Plural forms are those of CLDR (TR35,
Part 3): a sentence with a count is a table with "one", "few", "many", "other" as it needs.

What comes from the plan may be in another script: where it runs in the other direction it is put
between FSI and PDI (UAX 9), so that neither turns the other round.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache

from babel.lists import format_list

from calendars.dates import TBC, DueDate
from calendars.durations import Duration
from calendars.wording import clock_text, day_text, due_text, locale, to_be_confirmed_text
from scheduler.messages.clean import clean
from scheduler.messages.dated import due_of
from scheduler.messages.folding import FIRST_STRONG_ISOLATE, POP_ISOLATE

Forms = str | Mapping[str, str]
"""A sentence, or its plural forms."""
Sentences = Mapping[str, Forms]
FREE = frozenset(
    {"channel", "file", "name", "note", "plan", "said", "team", "title", "track", "zone"}
)
"""The gaps that hold a text of the plan or a name; in the others stands what the language says."""
_ISOLATED = re.compile(f"{FIRST_STRONG_ISOLATE}[^{POP_ISOLATE}]*{POP_ISOLATE}")
_COMMAND = re.compile("«([a-z -]+)»")
_AGAINST = {"ltr": frozenset({"R", "AL"}), "rtl": frozenset({"L"})}


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
        if direction == "rtl":
            self._single = {key: _commands_apart(one) for key, one in self._single.items()}

    def listed(self) -> tuple[str, ...]:
        """The keys of all sentences."""
        return (*self._single, *self._plural)

    def forms(self, key: str) -> tuple[str, ...]:
        """A sentence with its gaps, in each of its plural forms."""
        one = self._single.get(key)
        return (one,) if one is not None else tuple(self._plural[key].values())

    def say(self, key: str, **gaps: object) -> str:
        """The sentence of a key with its gaps filled."""
        sentence = self._single[key]
        return sentence.format(**self._apart(gaps)) if gaps else sentence

    def count(self, key: str, count: int, **gaps: object) -> str:
        """The sentence of a key in the plural form of `count`, which it may name itself."""
        forms = self._plural[key]
        form = _plural(self.language, abs(count))
        return forms.get(form, forms["other"]).format(count=count, **self._apart(gaps))

    def _apart(self, gaps: Mapping[str, object]) -> Mapping[str, object]:
        if FREE.isdisjoint(gaps):
            return gaps
        return {
            name: self.isolated(value) if name in FREE and isinstance(value, str) else value
            for name, value in gaps.items()
        }

    def isolated(self, text: str) -> str:
        """A text of the plan as it may stand in a line of this language."""
        if self.direction == "ltr" and text.isascii():
            return text
        return _isolated(text, self.direction)

    def names(self, names: tuple[str, ...]) -> str:
        """Several things as the language lists them: "A, B and C"."""
        return _listed(tuple(map(self.isolated, names)), self.language)

    def together(self, sentences: Iterable[str]) -> str:
        """Sentences as one paragraph."""
        joined = ""
        for one in sentences:
            joined = self.say("sentences-joined", first=joined, rest=one) if joined else one
        return joined

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

    def kept_date(self, english: str) -> str:
        """A date that the history keeps in English words, in this language's."""
        due = due_of(english) if self.language != "en" else None
        return due_text(due, self.language) if due else clean(english)

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


def _commands_apart(sentence: str) -> str:
    """A sentence with the commands that it quotes set apart."""
    return _COMMAND.sub(rf"«{FIRST_STRONG_ISOLATE}\1{POP_ISOLATE}»", sentence)


@lru_cache(maxsize=16_384)
def _isolated(text: str, direction: str) -> str:
    if _AGAINST[direction].isdisjoint(map(unicodedata.bidirectional, _ISOLATED.sub("", text))):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


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
