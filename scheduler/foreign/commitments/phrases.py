"""PURE. The date phrases of a sentence, in the six UN languages, each as a plan writes dates.

A sentence becomes a row of words with a sign each (`date_tokens`), and what is a
date is told from these signs: "20 September 2024" is `DMY`, "6-8 May 2024" is `D-DMY`.

Where a phrase says less than a day, so does its date: "by the end of 2024" is 2024, which is due on
its last day too; nothing more exact is made of it. "Early", "mid" and "late", seasons, and what
"around" stands before, are approximate (`~`). A day or a month without a year is the next one, and
uncertain (`?`), for nobody said the year.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from scheduler.foreign.commitments.date_items import Said, dates_said, meaning
from scheduler.foreign.commitments.date_tokens import Token, tokens
from scheduler.foreign.commitments.date_words import folded, folded_words
from scheduler.foreign.commitments.relative_dates import relative_dates

_F, _SEP = "[fa]{0,4}", "(?:,&|[-t/&,])f?"
_PLACE = f"(?:[EmLZ]-?{_F})"
_YEAR = rf"[.,]?{_F}Y(?:f\.?)?"
_DAYS = f"D(?:{_SEP}D){{0,9}}f{{0,2}}M"
_US_DAY = rf"M\.?D(?:{_SEP}D){{0,9}}"
_PART = "(?:Q|H|[oD](?:[-t&]f?o)?-?[qh]|[qh]o)"
_ZH_DAY = "(?:D月|M)(?:D日)?"
_GRAMMAR = re.compile(
    "|".join(
        (
            "(?P<iso>[IX](?:[-t/][IX])?)",
            f"(?P<zh>Y年{_ZH_DAY}[EmLZ]?(?:[-t&,](?:Y年)?(?:{_ZH_DAY}|D日))?"
            f"|Y年?(?:[QHSEmLZ]|oq)|Y年?(?:[-t&/]Y年?)?(?<=年))",
            f"(?P<days>{_PLACE}?{_DAYS}(?:{_YEAR})?(?:{_SEP}{_DAYS}(?:{_YEAR})?){{0,9}})",
            rf"(?P<us>{_US_DAY}(?:,?{_F}Y)?(?:[-t&]{_US_DAY}(?:,?{_F}Y)?)?)",
            rf"(?P<month>{_PLACE}?M\.?(?:{_SEP}{_PLACE}?M\.?){{0,11}}(?:{_YEAR}|,?a[DN])"
            rf"(?:[-t/]{_PLACE}?M\.?{_YEAR})?)",
            f"(?P<part>{_PLACE}?{_PART}(?:{_SEP}{_PART}){{0,3}}[.,]?{_F}Yf?|Y[-,/]?{_F}{_PART})",
            f"(?P<season>{_PLACE}?S{_F}Yf?)",
            f"(?P<placed>{_PLACE}Yf?)",
            "(?P<years>Y[-t/&]f?Y|Y[-/][DN](?![-/DNMY]))",
            "(?P<year>Yf?)",
            f"(?P<zh_day>{_ZH_DAY}[EmLZ]?(?<=[日月EmLZ])|MD日)",
            rf"(?P<only_month>{_PLACE}?M(?:[-/]M)?)",
        )
    )
)
"""What is a date, by the signs of its words; at each place the first of these that fits."""

_IN = folded_words(
    "in by until till for before after from since during through of throughout en au d'ici para "
    "hasta desde avant pour dès depuis antes в к до с после في حتى بحلول خلال قبل بعد منذ"
)
_NEAR = 40
"""How far apart, in characters, two dates stand that share a year."""
_YEAR_WORDS = folded_words("года году год годы годах годов г гг year")
_BETWEEN = folded_words("between entre между بين")
_ABOUT = re.compile(
    r"(?:\b(?:around|about|approximately|approx\.?|circa|ca?\.|roughly|environ|vers|hacia"
    r"|alrededor de|aproximadamente|около|примерно|ориентировочно|حوالي|تقريبا)|大约|约)"
    r"\s{0,3}(?:the |le |el )?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A date phrase of a sentence. text: as it stands from `start` to `end`; due: as a plan says.

    A phrase with several dates, "April and October 2024", is several of the same place. form: what
    kind of phrase it is, such as "days" or "year". guessed: its year is not said.
    """

    text: str
    start: int
    end: int
    due: str
    form: str
    guessed: bool = False


def phrases(text: str, on: date) -> list[Phrase]:
    """The date phrases of a sentence in their order.

    on: the day on which it was written; what says no year is looked for from that day on.
    """
    relative = [
        Phrase(text[start:end], start, end, due, "relative")
        for start, end, due in relative_dates(text, on)
    ]
    taken = [(one.start, one.end) for one in relative]
    found = [
        one
        for one in _absolute(text, on)
        if not any(one.start < end and start < one.end for start, end in taken)
    ]
    return _with_shared_years(sorted([*relative, *found], key=lambda one: one.start))


def _with_shared_years(found: list[Phrase]) -> list[Phrase]:
    """The phrases, of "one in May and one in September 2024" the first with the second's year."""
    shared = list(found)
    for index in range(len(found) - 2, -1, -1):
        one, other = shared[index], shared[index + 1]
        near = other.start - one.end <= _NEAR and not other.guessed and other.form != "relative"
        if one.guessed and near and "/" not in one.due:
            year = int(other.due[:4])
            year -= one.due[5:7] > other.due[5:7] != ""
            due = f"{year}{one.due[4:]}".replace("?", "").replace("%", "~")
            if meaning(due):
                shared[index] = replace(one, due=due, guessed=False)
    return shared


def marked(due: str, mark: str) -> str:
    """A date with one more mark: `?` uncertain, `~` approximate, both `%`."""
    if due == "tbc" or due[-1] in ("%", mark):
        return due
    return due[:-1] + "%" if due[-1] in "?~" else due + mark


def _absolute(text: str, on: date) -> Iterator[Phrase]:
    words = tokens(text)
    signs, place = "".join(one.kind for one in words), 0
    while found := _GRAMMAR.search(signs, place):
        place = found.start() + 1
        form, span = found.lastgroup or "", (found.start(), found.end())
        said = _said(form, words, span, on)
        if said:
            place = span[1]
            yield from _phrased(text, words[span[0] : span[1]], form, said)


def _said(form: str, words: Sequence[Token], span: tuple[int, int], on: date) -> list[Said]:
    inner = words[span[0] : span[1]]
    before = folded(words[span[0] - 1].text) if span[0] else ""
    if form == "iso":
        return _iso(inner)
    if form == "us" and not all(one.is_english_month for one in inner if one.kind == "M"):
        return []
    if form == "us" and (month := _month_and_short_year(inner, on)):
        return [Said(month)]
    if form == "only_month" and before not in _IN and inner[0].kind == "M":
        return []
    if form == "years" and inner[1].kind == "-" and inner[2].kind in "DN" and not _later(inner):
        return []
    if before in _BETWEEN:
        inner = [replace(one, kind="-") if one.kind == "&" else one for one in inner]
    return dates_said(inner, on)


def _later(words: Sequence[Token]) -> bool:
    """Whether "2024-25" goes up, so that it is two years."""
    return words[2].value > words[0].value % 100


def _month_and_short_year(words: Sequence[Token], on: date) -> str:
    """ "June 24" of a text of 2024: rather the month of that year than a day in it."""
    if [one.kind for one in words if one.kind != "."] != ["M", "D"]:
        return ""
    day = words[-1]
    short = day.value == on.year % 100 and day.text.isdigit()
    return f"{on.year}-{words[0].value:02}?" if short else ""


def _iso(words: Sequence[Token]) -> list[Said]:
    days = [_numbered(one) for one in words if one.kind in "IX"]
    due = "/".join(day.rstrip("?") for day in days) + ("?" if any("?" in it for it in days) else "")
    found = meaning(due) if due else None
    return [Said(due)] if found and found.last else []


def _numbered(word: Token) -> str:
    """ "20.09.2024" the day first; where the month might stand first, uncertain."""
    if word.kind == "I":
        return word.text
    day, month, year = re.split(r"[./]", word.text)
    if len(day) == 4:
        return f"{day}-{int(month):02}-{int(year):02}"
    if int(month) > 12:
        day, month = month, day
    unclear = "/" in word.text and int(day) <= 12 and day != month
    return f"{year}-{int(month):02}-{int(day):02}" + ("?" if unclear else "")


def _phrased(
    text: str, words: Sequence[Token], form: str, said: Sequence[Said]
) -> Iterator[Phrase]:
    while len(words) > 1 and not _ends_date(words):
        words = words[:-1]
    start, end = words[0].start, words[-1].end
    about = _ABOUT.search(text[max(0, start - 30) : start])
    for one in said:
        due = marked(one.due, "~") if about else one.due
        due = marked(due, "?") if one.guessed else due
        yield Phrase(text[start:end], start, end, due, form, one.guessed)


def _ends_date(words: Sequence[Token]) -> bool:
    """Whether the last word belongs to the date: not "of", but the "г." of a Russian year."""
    before, last = words[-2:]
    if last.kind == ".":
        return folded(before.text) in ("г", "гг")
    return last.kind not in "fa," or folded(last.text) in _YEAR_WORDS
