"""PURE. The day on which a document was written, as it says itself on its first pages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from calendars.dates import Precision, parse_due
from scheduler.foreign.commitments.phrases import Phrase, phrases
from scheduler.foreign.commitments.titles import sentence
from scheduler.foreign.values import Document

_FIRST = 15
"""How many sentences the first pages have."""
_LONGEST_PLACE = 30
_AHEAD = timedelta(days=62)
"""How far ahead of today a document may be dated: that of a meeting to come."""
_LABEL = re.compile(
    r"^(?:(?:date|dated|as of|distr\.?(?:: general)?|issued|fecha|le|à|дата|التاريخ|日期)\b[\s:]*"
    r"|[^\W\d_]{3,30}(?: [^\W\d_]{2,20})?\s?[,،，]\s*)?(?:the |le |el )?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Written:
    """The day, and how it is known. lines: the texts that say nothing else but that day."""

    on: date
    note: str
    lines: frozenset[str] = frozenset()


def written_on(document: Document, file: str, today: date) -> Written:
    """The day of a document: a line of its first pages with nothing but a date, else its title's,
    else the one in the file's name, else today.
    """
    texts = list(_first_texts(document))
    for text in texts:
        found = _only_date(text, today)
        if found:
            same = frozenset(one for one in texts if _only_date(one, today) == found)
            return Written(found, f"read as written on {found.isoformat()}, as it says", same)
    for text, where in ((document.title, "its title"), (file, "the file's name")):
        days = [day for one in phrases(text[:1000], today) if (day := _day(one, today))]
        if days:
            note = f"read as written on {days[-1].isoformat()}, by {where}"
            return Written(days[-1], note)
    return Written(today, f"it does not say when it was written; read as of {today.isoformat()}")


def _first_texts(document: Document) -> Iterator[str]:
    seen: set[str] = set()
    for piece in document.pieces[:_FIRST]:
        for raw in (*piece.headings, piece.text):
            text = sentence(raw).text.strip()
            if text and text not in seen:
                seen.add(text)
                yield text


def _only_date(text: str, today: date) -> date | None:
    """The day of a line such as "21 March 2024", "Nairobi, 21 March 2024", "Date: 21.03.2024"."""
    if len(text) > 3 * _LONGEST_PLACE:
        return None
    found = phrases(text, today)
    if len(found) != 1 or not _LABEL.match(text[: found[0].start]):
        return None
    rest = text[found[0].end :].strip(" .,:;)г年")
    return _day(found[0], today) if not rest else None


def _day(phrase: Phrase, today: date) -> date | None:
    """The day that a phrase says in full and that a document may be of; of a month the first."""
    due = parse_due(phrase.due)
    exact = due.precision in (Precision.DAY, Precision.MONTH) and due.certain
    if not exact or phrase.guessed or due.first is None:
        return None
    return due.first if due.first <= today + _AHEAD else None
