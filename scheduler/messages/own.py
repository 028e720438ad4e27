"""PURE. The sentences that an organisation says otherwise, held against the product's own.

    templates/fr/words.toml
        [sentences]
        due-today = "À remettre aujourd’hui"

A sentence has the gaps of ours, or fewer, and all the plural forms of its language. One that does
not fit is left out: a message is never lost for a word.
"""

import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import NamedTuple

from config.positions import Path, Positions
from config.problems import listed, nearest
from scheduler.messages.words import Forms

TABLE = "sentences"
LONGEST = 1000


class Fault(NamedTuple):
    """What is wrong in one of an organisation's files, by its place in their folder."""

    place: str
    line: int
    column: int
    message: str
    hint: str = ""


class OwnWords(NamedTuple):
    """The sentences that can be used, and what is wrong with the others."""

    sentences: Mapping[str, Forms]
    faults: tuple[Fault, ...]


def own_words(place: str, text: str, ours: Mapping[str, Forms]) -> OwnWords:
    """The sentences of a file, by the keys of `ours`, which are the product's of that language."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        if not line:
            line, column = _where(str(error), text)
        return OwnWords({}, (Fault(place, line, column, str(error).partition(" (at")[0]),))
    except (RecursionError, ValueError):
        return OwnWords({}, (Fault(place, 1, 1, "this cannot be read"),))
    places = Positions(text)
    good: dict[str, Forms] = {}
    faults = [_fault(place, places, *one) for one in _odd_tables(content)]
    sentences = content.get(TABLE, {})
    for key, own in sentences.items() if isinstance(sentences, dict) else ():
        wrong = _wrong(key, own, ours)
        if wrong is None:
            good[key] = own
        else:
            faults.append(_fault(place, places, (TABLE, key), *wrong))
    return OwnWords(good, tuple(faults))


def _where(message: str, text: str) -> tuple[int, int]:
    """The line and column that the reader of TOML names in its words."""
    numbers = [int(word) for word in message.replace(",", " ").replace(")", " ").split()
               if word.isascii() and word.isdecimal()]  # fmt: skip
    if "(at line" in message and len(numbers) >= 2:
        return numbers[-2], numbers[-1]
    return text.count("\n") + 1, 1


def _odd_tables(content: Mapping[str, object]) -> Iterator[tuple[Path, str, str]]:
    for key, value in content.items():
        if key != TABLE:
            message = f"`{key}` is not read: the file has one table, [{TABLE}]"
            yield (key,), message, f"write the sentences under [{TABLE}]"
        elif not isinstance(value, dict):
            yield (key,), f"`{TABLE}` is a table", f"write [{TABLE}] and the sentences under it"


def _fault(place: str, places: Positions, path: Path, message: str, hint: str) -> Fault:
    unknown = message.startswith(f"`{path[-1]}` is no")
    found = places.key(path) if unknown else places.value(path) or places.key(path)
    line, column = found or (1, 1)
    return Fault(place, line, column, message, hint)


def _wrong(key: str, own: object, ours: Mapping[str, Forms]) -> tuple[str, str] | None:
    """What is wrong with a sentence, and what to write instead; None where it can be used."""
    known = ours.get(key)
    if known is None:
        near = nearest(key, ours)
        hint = f"did you mean `{near}`?" if near else "the reference of messages lists them"
        return f"`{key}` is no sentence of a message", hint
    if isinstance(known, str):
        if not isinstance(own, str):
            return f"`{key}` is one sentence", f'write {key} = "{known}" in your words'
        return _wrong_text(own, gaps_of(known))
    return _wrong_forms(key, own, known)


def _wrong_forms(key: str, own: object, known: Mapping[str, str]) -> tuple[str, str] | None:
    needed = ", ".join(f'{form} = "…"' for form in known)
    hint = f"write {key} = {{ {needed} }}"
    if not isinstance(own, dict) or not all(isinstance(text, str) for text in own.values()):
        return f"`{key}` has a form for each kind of number", hint
    missing, more = known.keys() - own.keys(), own.keys() - known.keys()
    if missing:
        return f"`{key}` has no form {listed(f'`{it}`' for it in sorted(missing))}", hint
    if more:
        return f"the language has no form {listed(f'`{it}`' for it in sorted(more))}", hint
    gaps = set().union(*(gaps_of(text) for text in known.values()))
    found = (_wrong_text(text, gaps) for text in own.values())
    return next((one for one in found if one), None)


def gaps_of(sentence: str) -> set[str]:
    """The names of the gaps in a sentence of ours."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def _wrong_text(text: str, known: set[str]) -> tuple[str, str] | None:
    may = (
        f"the gaps are {listed(sorted(f'{{{it}}}' for it in known))}" if known else "it has no gap"
    )
    if not text.strip() or len(text) > LONGEST:
        return f"a sentence has 1 to {LONGEST} characters", ""
    if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs") for sign in text):
        return "a sentence is one line without control characters", ""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        return f"a brace is open or alone: {error}", "write {{ and }} for braces themselves"
    for _, name, form, conversion in parts:
        if name is not None and (form or conversion):
            return f"the gap {{{name}}} is written with more than its name", may
        if name is not None and name not in known:
            return f"there is nothing for the gap {{{name}}}", may
    return None
