"""The languages that messages are written in: one folder each, with its words.

    en/words.toml        every sentence, with plural forms (see `words`)
    layout/              what all languages share: the look, without a word in it (see `looks`)

A folder is read once in a process, and templates are compiled once for each language and version
of an organisation's own. Whoever reads a language that has no folder gets English throughout,
dates too: half a translation reads worse than none.
"""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from config.plan import Templates
from config.templates import WORDS
from scheduler.messages.looks import Look, OwnLooks
from scheduler.messages.own import OwnWords, own_words
from scheduler.messages.words import Sentences, Words

FALLBACK = "en"
_HERE = Path(__file__).parent
_NONE = OwnWords({}, ())


class Language(NamedTuple):
    """The words of a language and how its mails look."""

    words: Words
    text: Look
    html: Look


@lru_cache(maxsize=1)
def available() -> tuple[str, ...]:
    """The languages that have a folder."""
    return tuple(sorted(path.parent.name for path in _HERE.glob(f"*/{WORDS}")))


def language(tag: str, own: Templates | None = None) -> Language:
    """The language of a tag ("fr", "pt-BR"), by its first part; English where it has no folder.

    own: the words and templates of an organisation.
    """
    return read_language(_known(tag), own)


@lru_cache(maxsize=256)
def _known(tag: str) -> str:
    short = tag.split("-")[0].lower()
    return short if short in available() else FALLBACK


def read_language(name: str, own: Templates | None = None) -> Language:
    """The language of a folder; it is read, and its templates compiled, once."""
    return _read(name, own)


@lru_cache(maxsize=64)
def _read(name: str, own: Templates | None) -> Language:
    direction, sentences = _shipped(name)
    words = Words(name, direction, {**sentences, **words_of(name, own).sentences})
    colon = words.say("colon")
    looks = OwnLooks(own, name, colon) if own else None
    return Language(words, Look("txt", colon, looks), Look("html", colon, looks))


def words_of(name: str, own: Templates | None) -> OwnWords:
    """The own sentences of an organisation in a language."""
    place = f"{name}/{WORDS}"
    text = own.texts.get(place) if own else None
    return _NONE if text is None else own_words(place, text, _shipped(name)[1])


@lru_cache(maxsize=16)
def _shipped(name: str) -> tuple[str, Sentences]:
    content = tomllib.loads((_HERE / name / WORDS).read_text(encoding="utf-8"))
    return content["direction"], content["sentences"]
