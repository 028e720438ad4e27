"""PURE. The first line of an answer -> what it says: a state, a percentage, a note.

It is strict where a mistake costs most: "done" takes back every reminder, so that it counts alone
or before a stop, never before other words. What is not understood is nothing.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from scheduler.incoming.phrases import PHRASES, THANKS, State

LONGEST_PHRASE = 40
LONGEST_NOTE = 500
_HYPHENS = re.compile(r"[-_\u2010-\u2015\u2212]")
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\u00b4`]")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u0640]")
_AROUND = " \t\"'*_¡“”„«»‹›「」()[]"
_STOP = re.compile(r"\s*[.,:;!…。，、：；！،؛()|/\u2013\u2014-]+\s*")
_PERCENT = re.compile(r"(\d{1,3})\s?[%٪﹪％](?:\s|$|(?=[^\w]))")
_SOUNDLESS = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says. state: None where only the percentage is said."""

    state: State | None
    percent: int | None = None
    note: str = ""


def said_in(line: str) -> Said | None:
    """What a line says; None where it says none of the words."""
    clean = _UNSEEN.sub("", line).strip(_AROUND).strip()
    return _percent(clean) or _state(clean)


def same(text: str) -> str:
    """A text as phrases are compared."""
    plain = _APOSTROPHES.sub("'", _UNSEEN.sub("", unicodedata.normalize("NFKC", text)))
    letters = unicodedata.normalize("NFKD", plain.casefold())
    bare = "".join(sign for sign in letters if unicodedata.category(sign) != "Mn")
    return " ".join(_HYPHENS.sub(" ", bare).split())


@lru_cache(maxsize=1)
def _known() -> dict[str, State]:
    return {
        same(phrase): state
        for table in PHRASES.values()
        for state, phrases in table.items()
        for phrase in phrases
    }


def _percent(line: str) -> Said | None:
    """ "75%", alone, before a stop, or before a state: "75%, at risk", "75% done"."""
    found = _PERCENT.match(line)
    if found is None or int(found[1]) > 100:
        return None
    number, rest = int(found[1]), line[found.end() :].strip()
    stop = _STOP.match(rest)
    said = _state(rest[stop.end() :] if stop else rest) if rest else None
    if said is not None and said.percent is None:
        if said.state == "done" and number < 100:
            return Said(None, number, said.note)
        return Said(said.state, number, said.note)
    if rest and not stop:
        return None
    note = rest[stop.end() :] if stop else ""
    return Said("done" if number == 100 else None, number, _note(note))


def _state(line: str) -> Said | None:
    """The longest phrase that the line begins with, and what follows it."""
    for end, state in _beginnings(line):
        said = _after(state, line[:end], line[end:])
        if said is not None:
            return said
    return None


def _beginnings(line: str) -> Iterator[tuple[int, State]]:
    known = _known()
    for end in range(min(len(line), LONGEST_PHRASE), 0, -1):
        state = known.get(same(line[:end]))
        if state is not None and not line[end - 1].isspace():
            yield end, state


def _after(state: State, phrase: str, rest: str) -> Said | None:
    stop = _STOP.match(rest)
    text = rest[stop.end() :] if stop else rest.strip()
    asks = not stop and any(sign in rest for sign in "?؟？")
    word_ends = not rest[:1].isalnum() or bool(_SOUNDLESS.match(phrase[-1]))
    if asks or not word_ends:
        return None
    percent = _PERCENT.match(text)
    if percent and state != "note":
        return _with_percent(state, int(percent[1]), text[percent.end() :], stopped=bool(stop))
    if state == "note":
        return Said("note", None, _note(text)) if stop and _note(text) else None
    if state == "done" and text and not stop and same(text).rstrip(".!。 ") not in _thanks():
        return None
    return Said(state, None, "" if same(text).rstrip(".!。 ") in _thanks() else _note(text))


def _with_percent(state: State, number: int, rest: str, *, stopped: bool) -> Said | None:
    if number > 100:
        return None
    stop = _STOP.match(rest)
    note = _note(rest[stop.end() :] if stop else rest)
    if state == "done" and number < 100:
        return None if stopped else Said(None, number, note)
    return Said(state, number, note)


@lru_cache(maxsize=1)
def _thanks() -> frozenset[str]:
    return frozenset(map(same, THANKS))


def _note(text: str) -> str:
    """The rest as a note: in one line, and not without end."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    closed = line[:-1] if line.endswith(")") and line.count(")") > line.count("(") else line
    return closed[:LONGEST_NOTE]
