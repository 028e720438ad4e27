"""PURE. A date in words, "1-3 May 2024", "mi-2024", "2024年第二季度", -> the plan's own form.

The words are turned into signs first (m5 a month, q2 a quarter, h1 a half), whatever the language;
what is then no pattern of signs is no date.
"""

import re
from collections.abc import Callable, Iterable

from scheduler.foreign.tables.cell_names import (
    BY,
    HALF,
    HALF_BEFORE,
    NOISE,
    ORDINALS,
    PARTS,
    QUARTER,
    QUARTER_BEFORE,
    TO,
    months,
    plain,
    weekdays,
)

_CHINESE = str.maketrans("〇零一二三四五六七八九", "00123456789")
_TENS = re.compile(r"([一二三]?)十([一二三四五六七八九]?)")
_CHINESE_PARTS = (
    ("下旬", " late "), ("上旬", " early "), ("中旬", " mid "), ("上半年", " h1 "),
    ("下半年", " h2 "), ("底", " end "), ("末", " end "), ("初", " early "), ("中", " mid "),
)  # fmt: skip
_SUFFIX = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|er|ere|re|eme|e|o|-?(?:и|го|е|я|ое|ого|м))\b")


class PhraseError(ValueError):
    """Words that are no date; the text says more where there is more to say."""


def dated_phrase(text: str) -> str:
    """The due date that a `plain` text says. Raises `PhraseError`."""
    signs = _signs(text)
    for pattern, make in _PATTERNS:
        if found := pattern.fullmatch(signs):
            return make(found)
    if re.search(r"\bm\d+ (?:- )?(?:\d{1,2} )?(?:- )?\d\d$", signs):
        raise PhraseError("; write its year with four digits")
    if re.fullmatch(r"(?:\d{1,2} )?m\d+(?: \d{1,2})?|[qh]\d", signs):
        raise PhraseError("; it names no year")
    raise PhraseError("")


def _signs(text: str) -> str:
    text = _chinese(text)
    text = _SUFFIX.sub(r"\1", _BY.sub(" ", _BEFORE_END.sub("", text)))
    text = _PART.sub(lambda it: f" {_PARTS[it[0]]} ", text)
    text = _MONTH.sub(lambda it: f" m{months()[it[0]]} ", text)
    for pattern, sign in _NUMBERED:
        text = pattern.sub(lambda it, sign=sign: f" {sign}{_ordinal(it)} ", text)  # type: ignore[misc]
    words = re.findall(r"[mqh]\d+|\d+|[^\W\d_]+|[^\w\s]", text)
    return " ".join(_sign(it) for it in words if it not in _IDLE).removeprefix("- ")


def _sign(word: str) -> str:
    return "-" if word in _TO or word in "-/" else word


def _ordinal(found: re.Match[str]) -> int:
    return next(number for number, words in _ORDINALS.items() if found["which"] in words)


def _chinese(text: str) -> str:
    if not re.search(r"[\u3007\u4e00-\u9fff]", text):
        return text
    text = re.sub(r"(?:星期|周|礼拜)[一二三四五六日天]", " ", text)
    text = _TENS.sub(lambda it: f"{it[1] or '一'}{it[2] or '〇'}", text).translate(_CHINESE)
    text = re.sub(r"第?([1-4])季度?", r" q\1 ", text)
    for sign, part in _CHINESE_PARTS:
        text = text.replace(sign, part)
    text = re.sub(r"(?<!\d)(0?[1-9]|1[0-2])月份?", r" m\1 ", text)
    return re.sub(r"[年日号第]", " ", text)


def _any(words: Iterable[str]) -> str:
    known = sorted({plain(it) for it in words}, key=lambda it: (-len(it), it))
    return "|".join(re.escape(it) for it in known)


def _word(pattern: str) -> re.Pattern[str]:
    """A pattern that has no letter before or after it."""
    return re.compile(rf"(?<![^\W\d_])(?:{pattern})(?![^\W\d_])\.?")


_TO = frozenset(plain(it) for it in TO)
_IDLE = (frozenset(plain(it) for it in NOISE) | weekdays() | {".", ",", "'", "’", "،"}) - _TO
_ORDINALS = {number: frozenset(plain(it) for it in words) for number, words in ORDINALS.items()}
_PARTS = {plain(word): part for part, words in PARTS.items() for word in words}
_ORDINAL = f"(?P<which>{_any(it for words in ORDINALS.values() for it in words)})"
_BY = re.compile(rf"(?<!\w)(?:{_any(BY)})(?!\w)|在|于|之前|以前|前")
_BEFORE_END = re.compile(
    r"\b(?:before|avant|antes de) (?=(?:the |la |el |de )?(?:end|fin|final)\b)"
)
_PART = re.compile(rf"(?<![^\W\d_])(?:{_any(_PARTS)})(?![^\W_])")
_MONTH = re.compile(rf"(?<![^\W\d_])(?:{_any(months())})(?![^\W\d_])")
_NUMBERED: tuple[tuple[re.Pattern[str], str], ...] = (
    (_word(rf"{_ORDINAL}(?:-?\w{{1,2}})?\s+(?:{_any(QUARTER)})"), "q"),
    (_word(rf"(?:{_any(QUARTER_BEFORE + QUARTER)})\s+{_ORDINAL}"), "q"),
    (re.compile(r"\b[qt]\s?(?P<which>[1-4])\b"), "q"),
    (re.compile(r"\b(?P<which>[1-4])q\b"), "q"),
    (_word(rf"{_ORDINAL}(?:-?\w{{1,2}})?\s+(?:{_any(HALF)})"), "h"),
    (_word(rf"(?:{_any(HALF_BEFORE + HALF)})\s+{_ORDINAL}"), "h"),
    (re.compile(r"\b[hs]\s?(?P<which>[12])\b"), "h"),
    (re.compile(r"\b(?P<which>[12])h\b"), "h"),
)

_D, _E = r"(?P<d>\d{1,2})", r"(?P<e>\d{1,2})"
_M, _N = r"m(?P<m>\d{1,2})", r"m(?P<n>\d{1,2})"
_Y, _Z = r"(?P<y>\d{4})", r"(?P<z>\d{4})"
_P = r"(?P<p>early|mid|late|end)"
_Q, _R = r"(?P<q>[qh]\d)", r"(?P<r>[qh]\d)"


def _iso(found: re.Match[str], year: str, month: str, day: str) -> str:
    return f"{found[year]}-{int(found[month]):02}-{int(found[day]):02}"


def _month(found: re.Match[str], year: str, month: str) -> str:
    return f"{found[year]}-{int(found[month]):02}"


def _part_of_year(found: re.Match[str]) -> str:
    ends = {"early": "-Q1~", "mid": "-06~", "late": "-Q4~", "end": ""}
    return f"{found['y']}{ends[found['p']]}"


def _part_of_month(found: re.Match[str]) -> str:
    return _month(found, "y", "m") + ("" if found["p"] == "end" else "~")


def _part(found: re.Match[str]) -> str:
    part = f"{found['y']}-{found['q'].upper()}"
    return part + ("" if "p" not in found.re.groupindex or found["p"] == "end" else "~")


_MAKERS: tuple[tuple[tuple[str, ...], Callable[[re.Match[str]], str]], ...] = (
    ((f"{_D} (?:- )?{_M} (?:- )?{_Y}", f"{_M} (?:- )?{_D} (?:- )?{_Y}",
      f"{_Y} (?:- )?{_M} (?:- )?{_D}"),
     lambda it: _iso(it, "y", "m", "d")),
    ((f"{_M} (?:- )?{_Y}", f"{_Y} (?:- )?{_M}"), lambda it: _month(it, "y", "m")),
    ((f"{_Q} (?:- )?{_Y}", f"{_Y} (?:- )?{_Q}", f"{_P} (?:- )?{_Q} {_Y}"), _part),
    ((f"{_P} (?:- )?{_M} {_Y}", f"{_Y} {_M} {_P}", f"{_M} {_P} {_Y}"), _part_of_month),
    ((f"{_P} (?:- )?{_Y}", f"{_Y} {_P}"), _part_of_year),
    ((_Y,), lambda it: it["y"]),
    ((f"{_D} - {_E} {_M} {_Y}", f"{_M} {_D} - {_E} {_Y}", f"{_Y} {_M} {_D} - {_E}"),
     lambda it: f"{_iso(it, 'y', 'm', 'd')}/{_iso(it, 'y', 'm', 'e')}"),
    ((f"{_D} {_M} - {_E} {_N} {_Y}", f"{_M} {_D} - {_N} {_E} {_Y}", f"{_Y} {_M} {_D} - {_N} {_E}"),
     lambda it: f"{_iso(it, 'y', 'm', 'd')}/{_iso(it, 'y', 'n', 'e')}"),
    ((f"{_D} {_M} {_Y} - {_E} {_N} {_Z}", f"{_M} {_D} {_Y} - {_N} {_E} {_Z}",
      f"{_Y} {_M} {_D} - {_Z} {_N} {_E}"),
     lambda it: f"{_iso(it, 'y', 'm', 'd')}/{_iso(it, 'z', 'n', 'e')}"),
    ((f"{_M} - {_N} {_Y}", f"{_Y} {_M} - {_N}"),
     lambda it: f"{_month(it, 'y', 'm')}/{_month(it, 'y', 'n')}"),
    ((f"{_M} {_Y} - {_N} {_Z}", f"{_Y} {_M} - {_Z} {_N}"),
     lambda it: f"{_month(it, 'y', 'm')}/{_month(it, 'z', 'n')}"),
    ((f"{_Q} - {_R} {_Y}", f"{_Y} {_Q} - {_R}"),
     lambda it: f"{it['y']}-{it['q'].upper()}/{it['y']}-{it['r'].upper()}"),
    ((f"{_Q} {_Y} - {_R} {_Z}", f"{_Y} {_Q} - {_Z} {_R}"),
     lambda it: f"{it['y']}-{it['q'].upper()}/{it['z']}-{it['r'].upper()}"),
    ((f"{_Y} - {_Z}",), lambda it: f"{it['y']}/{it['z']}"),
)  # fmt: skip
_PATTERNS = tuple(
    (re.compile(pattern, re.ASCII), make) for patterns, make in _MAKERS for pattern in patterns
)
