"""PURE. The words of a briefing in one language: sentences with gaps, plural forms, lists.

They come from the language's file (see `catalogue`). A sentence has gaps, and plural forms by CLDR
where it has a count. What fills a gap may be a text of runs, which keep their looks.
"""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Literal

from babel.lists import format_list
from babel.numbers import format_decimal

from calendars.durations import Duration
from calendars.wording import locale
from scheduler.briefing.document import Run, Text, of
from scheduler.messages.words import Words as MessageWords

_STOP = "."
Forms = str | Mapping[str, str]
Gap = str | Run | Text


class Words:
    """The sentences of one language by their keys; a key that is missing is a KeyError."""

    def __init__(
        self,
        language: str,
        direction: Literal["ltr", "rtl"],
        sentences: Mapping[str, Forms],
        messages: MessageWords,
    ) -> None:
        """messages: the words of messages in this language, for what is said there too."""
        self.language = language
        self.direction = direction
        self.sentences = sentences
        self._messages = messages

    def __call__(self, key: str) -> str:
        """A sentence without gaps."""
        found = self.sentences[key]
        if not isinstance(found, str):
            raise KeyError(f"{key} has plural forms")
        return found

    def say(self, key: str, **gaps: Gap) -> Text:
        """The sentence of a key with its gaps filled."""
        return filled(self(key), gaps)

    def count(self, key: str, count: int, **gaps: Gap) -> Text:
        """The sentence of a key in the plural form of `count`, which it may name itself."""
        forms = self.sentences[key]
        if isinstance(forms, str):
            raise KeyError(f"{key} has no plural forms")
        form = forms.get(locale(self.language).plural_form(count), forms["other"])
        return filled(form, {**gaps, "count": self.number(count)})

    def number(self, number: int) -> str:
        """A number as the language groups its digits."""
        return format_decimal(number, locale=locale(self.language))

    def duration(self, duration: Duration) -> str:
        """A duration, "4 weeks"."""
        return self._messages.duration(duration)

    def kept_date(self, english: str) -> str:
        """A date that the history keeps in English words."""
        return self._messages.kept_date(english)

    def joined(self, texts: Iterable[Text]) -> Text:
        """Sentences one after the other; empty ones are left out."""
        return _between(texts, self("join"))

    def listed(self, texts: Iterable[Text]) -> Text:
        """Several things as the language lists them: "A, B and C"."""
        found = [text for text in texts if text]
        names = [f"{{{number}}}" for number in range(len(found))]
        pattern = format_list(names, locale=locale(self.language))
        return filled(pattern, {str(number): text for number, text in enumerate(found)})


def filled(sentence: str, gaps: Mapping[str, Gap]) -> Text:
    """A sentence whose `{gaps}` are filled; a gap that nothing fills is a KeyError.

    After what ends with a full stop ("2024 г.") no other follows.
    """
    runs: list[Run] = []
    for text, name, _, _ in Formatter().parse(sentence):
        stopped = runs and runs[-1].text.endswith(_STOP)
        runs += of(text.removeprefix(_STOP) if stopped else text)
        if name is not None:
            gap = gaps[name]
            runs += [gap] if isinstance(gap, Run) else of(gap) if isinstance(gap, str) else gap
    return tuple(runs)


def _between(texts: Iterable[Text], between: str) -> Text:
    found: Text = ()
    for text in texts:
        if text:
            found = (*found, *(of(between) if found else ()), *text)
    return found
