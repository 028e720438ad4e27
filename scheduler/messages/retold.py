"""What the service notes in English, said again in another language.

A notice is kept as a text, in English. Each sentence that the service notes stands among the words
under `told-…`, in English word for word: a line that has its form is taken apart by it and put
together again by the reader's. What no sentence fits (the plan's mistakes, what a mail server
answered) stays as it is.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from string import Formatter

from scheduler.messages.dated import due_of
from scheduler.messages.languages import FALLBACK, read_language
from scheduler.messages.words import Words

TOLD = "told-"
_DATES = frozenset({"day", "since"})
_AND_MORE = re.compile(r"(.*) and (\d+) more")


def retold(words: Words, line: str) -> str:
    """A line of a notice in the language of `words`."""
    if words.language == FALLBACK:
        return line
    for key, pattern in _patterns():
        found = pattern.fullmatch(line)
        if found:
            return _said(words, key, found.groupdict())
    return words.isolated(line)


def _said(words: Words, key: str, gaps: Mapping[str, str]) -> str:
    filled: dict[str, object] = {name: _gap(words, name, text) for name, text in gaps.items()}
    count = filled.pop("count", None)
    return (
        words.say(key, **filled) if count is None else words.count(key, int(str(count)), **filled)
    )


def _gap(words: Words, name: str, text: str) -> str:
    if name in _DATES:
        text = text.removeprefix("0")
        return words.kept_date(text) if due_of(text) else text
    if name == "named" and (found := _AND_MORE.fullmatch(text)):
        return f"{words.isolated(found[1])} {words.count('more', int(found[2]))}"
    return text if name == "count" else words.isolated(text)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    english = read_language(FALLBACK).words
    return tuple(
        (key, _pattern(form))
        for key in english.listed()
        if key.startswith(TOLD)
        for form in english.forms(key)
    )


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile("".join(_parts(sentence)), re.DOTALL)


def _parts(sentence: str) -> Iterator[str]:
    for text, name, _, _ in Formatter().parse(sentence):
        yield re.escape(text)
        if name:
            yield rf"(?P<{name}>\d+)" if name == "count" else f"(?P<{name}>.+?)"
