"""PURE. A few words out of a sentence that name what is promised in it.

Best is its bold part; else a day with a name; else what stands before the date, or after it where
nothing does. The date itself, references such as "(OP4)" and what is left hanging are taken out.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scheduler.foreign.commitments.date_words import folded, folded_words, weekdays
from scheduler.foreign.commitments.names import SYMBOL, symbols_in
from scheduler.foreign.commitments.phrases import Phrase
from scheduler.foreign.commitments.tenses import NAMED_DAY

LONGEST = 80
_BOLD = re.compile(r"\*\*([^*]{1,1000})\*\*|__([^_]{1,1000})__")
_LINK = re.compile(r"!?\[([^\[\]]{1,500})\]\([^()\s]{0,1000}\)")
_LIST_MARK = re.compile(r"^\s*(?:[-*•–—▪●◦o✓✔]\s+|\(?[0-9a-zA-Z]{1,2}[.)]\s+)+")
_REFERENCE = re.compile(
    r"\s{0,2}\((?:OP|PP|para)s?\.? ?[0-9][^()]{0,60}(?:\([a-z]\)[^()]{0,30}){0,4}\)", re.IGNORECASE
)
_BRACKETS = re.compile(r"\s?\([^()]{0,500}\)")
_EDGES = " \t\n,;:.-–—/()[]'\"“”«»’،؛。，、；：（）"
_HANGING = folded_words(
    "a an the in on by of for from at to until till before after during since around about circa "
    "early mid late end as and or with between is are was were will be once which that due no "
    "later than scheduled planned expected targeting every each annually imminently being "
    "tentatively starting beginning through not within más tardar tard plus "
    "en le la les l d de du des à au aux pour par dès avant après fin et ou entre qui est sont "
    "sera ici el los las del al para por desde hasta antes y o que será "
    "в к до с по на от и или для не позднее каждый каждое каждую каждого chaque cada "
    "في من إلى حتى بحلول قبل بعد خلال و عام نهاية على أن"
)
_LEADING = folded_words(
    "onwards onward and or then et ou y o и или و by in on the le la les el los las"
)
_CHINESE_EDGES = re.compile(r"(?:[于在将到至前底]|并将|以及|将于|计划于|预计)+$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without the marks of Markdown; bold: the parts that stood out."""

    text: str
    bold: tuple[str, ...] = ()


def sentence(text: str) -> Sentence:
    """A piece of a document as a sentence on one line."""
    plain = _LIST_MARK.sub("", _LINK.sub(r"\1", text[:LONGEST_READ]))
    parts = tuple(" ".join((one[1] or one[2]).split()) for one in _BOLD.finditer(plain))
    return Sentence(" ".join(_BOLD.sub(lambda one: one[1] or one[2], plain).split()), parts)


LONGEST_READ = 20_000
"""The most characters that are read of one sentence."""


def title(of: Sentence, around: tuple[int, int], phrase: Phrase | None) -> str:
    """The title of what is promised at a phrase; around: from where to where the words are its."""
    start, end = around
    if phrase is None:
        candidates = [_bold(of, around, phrase), short(of.text[start:end])]
        return next((one for one in candidates if _says_something(one)), None) or _whole(of)
    before = short(_last_clause(of.text[start : phrase.start]))
    after = short(of.text[phrase.end : end])
    if _is_cut_off(before, of.text[: phrase.start][-3:], of.text[phrase.end : end].lstrip()):
        before, after = _whole(of), ""
    candidates = [_bold(of, around, phrase), _day(of.text, phrase), before, after]
    return next((one for one in candidates if _says_something(one)), None) or _whole(of)


def _last_clause(text: str) -> str:
    """What stands after the last semicolon or stop, if that is anything."""
    if text.rstrip().endswith((";", "；", "؛", "。")):
        return ""
    clauses = [one for one in re.split(r"[;；؛。]|\. ", text) if short(one)]
    return clauses[-1] if clauses else text


@lru_cache(maxsize=8)
def _whole(of: Sentence) -> str:
    return short(of.text) or clip(of.text)


def short(text: str) -> str:
    """A text without references and hanging words, at most 80 characters, at a word's end."""
    symbol = SYMBOL.match(text)
    plain = _REFERENCE.sub("", text[symbol.end() if symbol else 0 :]).strip(_EDGES)
    if len(plain) > LONGEST:
        plain = _BRACKETS.sub("", plain)
    words = plain.split()
    while words and folded(words[-1].strip(_EDGES)) in {*_HANGING, *weekdays(), ""}:
        words.pop()
    while words and folded(words[0].strip(_EDGES)) in {*_LEADING, ""}:
        words.pop(0)
    plain = _CHINESE_EDGES.sub("", " ".join(words).strip(_EDGES))
    if plain.count("(") > plain.count(")") and "(" in plain[1:]:
        plain = plain + ")" if len(plain) < LONGEST else plain[: plain.rindex("(")].strip(_EDGES)
    clipped = clip(plain)
    return clipped[:1].upper() + clipped[1:]


def clip(text: str, most: int = LONGEST) -> str:
    """A text of at most so many characters, cut at a word's end."""
    if len(text) <= most:
        return text
    head = text[:most].rpartition(" ")[0] or text[: most - 1]
    return head[: most - 1].rstrip(_EDGES) + "…"


def distinct(titles: Sequence[str], dues: Sequence[str]) -> list[str]:
    """The titles of one sentence, made to differ by their dates, and at last by a number."""
    times, found = Counter(titles), []
    numbers: Counter[str] = Counter()
    for one, due in zip(titles, dues, strict=True):
        dated = one
        if times[one] > 1:
            dated = f"{clip(one, LONGEST - len(due) - 9)} ({due.rstrip('?~%')})"
        numbers[dated] += 1
        found.append(f"{dated} ({numbers[dated]})" if numbers[dated] > 1 else dated)
    return found


def _is_cut_off(before: str, joint: str, after: str) -> bool:
    """Whether the words before a date say too little without those after it: "Extended to"."""
    alone = " " not in before and before.isascii() and bool(before)
    return alone and after[:1].isalpha() and ":" not in joint


def _bold(of: Sentence, around: tuple[int, int], phrase: Phrase | None) -> str:
    """The bold part among the words of a date, else the first one; without the date in it."""
    fit = [one for one in of.bold if one in of.text[slice(*around)]]
    fit = fit or list(of.bold[: 1 if phrase else 0])
    chosen = next((one for one in fit if not symbols_in(one)), "")
    return short(chosen.partition(phrase.text)[0] if phrase else chosen)


def _day(text: str, phrase: Phrase | None) -> str:
    found = NAMED_DAY.search(text)
    return found.group() if found and phrase and phrase.guessed else ""


def _says_something(text: str) -> bool:
    """Whether a title has more than a word of two letters."""
    return sum(sign.isalpha() for sign in text) > (1 if any(s > "⺀" for s in text) else 3)
