"""PURE. Which sentences of a briefing are dated commitments, and which dates in it are none.

The rules, each of which a `Skipped` tells in plain words:

- A year in a document's symbol or in a name, and a number that counts, is no date.
- What lies wholly ahead of the day on which the document was written is taken up.
- What was past then is left, unless the sentence says that it is still to come.
- Of what had begun (a year, a quarter), the words around it decide: "was launched in 2024" is left,
  "in 2024" and "scores for 2024" are taken up.
- A sentence without a date that says that something is to come is taken up with the date "tbc".
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from calendars.dates import DateError, parse_due
from calendars.foreign.values import Imported, Reading, Skipped
from scheduler.foreign.commitments import tenses, titles
from scheduler.foreign.commitments.date_words import folded
from scheduler.foreign.commitments.names import SYMBOL, counts, is_in, is_of_a_name, symbols_in
from scheduler.foreign.commitments.phrases import Phrase, marked, phrases
from scheduler.foreign.commitments.titles import Sentence, clip, sentence
from scheduler.foreign.commitments.written_on import Written, written_on
from scheduler.foreign.values import Document, Piece

PAST = "it was past when this was written"
DONE = "it tells of what was done"
OF_A_NAME = "its date belongs to the name of a document, a plan or a period"
OWN_DATE = "it is the date of the document itself"
YEARLY = "FREQ=YEARLY"
"""As a rule, which is how a plan that was read has it."""
MOST_NOTES = 5
"""The most dates of a sentence that are told as left out of it."""
_BEGINS_A_CLAUSE = (*",;:)，；、。،؛", "and ", "et ", "y ", "и ")


@dataclass(frozen=True, slots=True)
class _Dated:
    """A date phrase of a sentence, and why it is no promise; "" where it is one.

    is_past: whether it was past when the sentence was written, and is said to be still to come.
    around: from where to where the words of the sentence are its.
    """

    phrase: Phrase
    around: tuple[int, int]
    why_not: str = ""
    repeats: str | None = None
    is_past: bool = False


def commitments(document: Document, file: str, today: date, place: str = "line") -> Reading:
    """The dated commitments of a document, in their order, and what was left out with its reason.

    today: the day it is taken to be written on, where it does not say so itself. place: what the
    number of a sentence is called, such as "paragraph" or "page".
    """
    written = written_on(document, file, today)
    reader = _Reader(file, place, written)
    items = [
        item for piece, heading in _sentences(document) for item in reader.read(piece, heading)
    ]
    return Reading(tuple(items), document.title, (*document.notes, written.note))


def _sentences(document: Document) -> Iterator[tuple[Piece, bool]]:
    """The sentences of a document, and once each heading before what stands under it."""
    texts = {one.text for one in document.pieces}
    seen: set[str] = set()
    for piece in document.pieces:
        for depth, heading in enumerate(piece.headings):
            if heading not in seen and heading not in texts:
                seen.add(heading)
                yield Piece(heading, piece.line, piece.headings[: depth + 1]), True
        yield piece, False


class _Reader:
    def __init__(self, name: str, place: str, written: Written) -> None:
        self._name, self._place, self._written = name, place, written
        self._times: Counter[str] = Counter()

    def read(self, piece: Piece, heading: bool) -> list[Imported | Skipped]:
        """What becomes of one sentence; of a heading only what it promises."""
        of = sentence(piece.text)
        words = " ".join(folded(of.text).split())
        self._times[words] += 1
        uid = _uid(words, self._times[words])
        dated = _dated(of.text, self._written)
        promises = [one for one in dated if not one.why_not]
        if promises:
            return list(self._taken(piece, of, dated, uid))
        if not heading and (tenses.is_to_be_said if dated else tenses.is_to_come)(of.text):
            return [self._to_be_said(piece, of, uid)]
        if heading or not dated:
            return []
        what = clip(of.text)
        return [Skipped("sentence", piece.line, dated[0].why_not, f"{uid}-1", what)]

    def _taken(
        self, piece: Piece, of: Sentence, dated: list[_Dated], uid: str
    ) -> Iterator[Imported]:
        taken = [one for one in dated if not one.why_not]
        left = [one for one in dated if one.why_not][:MOST_NOTES]
        notes = [f"“{one.phrase.text}” is left out: {one.why_not}" for one in left]
        dues = [one.phrase.due for one in taken]
        places = [_of_title(of.text, one, taken[:index]) for index, one in enumerate(taken)]
        named = titles.distinct(
            [titles.title(of, at, one.phrase) for at, one in zip(places, taken, strict=True)], dues
        )
        for number, (one, name) in enumerate(zip(taken, named, strict=True), start=1):
            yield Imported(
                uid=f"{uid}-{number}",
                title=name,
                line=piece.line,
                due=one.phrase.due,
                repeats=one.repeats,
                notes=(_as_read(one), *notes),
                said=of.text,
                source=self._source(piece),
                title_of="words",
            )

    def _to_be_said(self, piece: Piece, of: Sentence, uid: str) -> Imported:
        return Imported(
            uid=f"{uid}-1",
            title=titles.title(of, tenses.to_come_in(of.text), None),
            line=piece.line,
            due="tbc",
            notes=("it says no date, but that it is to come",),
            said=of.text,
            source=self._source(piece),
            title_of="words",
        )

    def _source(self, piece: Piece) -> str:
        """The file with the place, and the heading with a document's symbol above it."""
        symbol = next((one for one in reversed(piece.headings) if SYMBOL.search(one)), "")
        parts = [self._name, f"{self._place} {piece.line}"]
        return ", ".join([*parts, clip(sentence(symbol).text, 120)] if symbol else parts)


def _uid(words: str, times: int) -> str:
    """The same for the same sentence in every reading; the next time it stands there, another."""
    return f"briefing-{sha256(f'{times}:{words}'.encode()).hexdigest()[:20]}"


def _as_read(one: _Dated) -> str:
    note = f"“{one.phrase.text}” read as {one.phrase.due}"
    if one.repeats:
        return f"{note}, every year"
    if one.is_past:
        return f"{note}; it was past when this was written, but is said to be still to come"
    return f"{note}: no year is said, so the next one" if one.phrase.guessed else note


def _dated(text: str, written: Written) -> list[_Dated]:
    """The date phrases of a sentence, each as a promise or with the reason why it is none."""
    symbols = symbols_in(text)
    found = [
        one
        for one in phrases(text, written.on)
        if _is_read(one.due) and not is_in(one, symbols) and not counts(text, one)
    ]
    return [
        _judged(text, one, around, is_of_a_name(text, one, symbols), written)
        for one, around in zip(found, _around(text, found), strict=True)
    ]


def _of_title(text: str, one: _Dated, earlier: list[_Dated]) -> tuple[int, int]:
    """From where to where the words that may name a promise stand.

    They begin after the date before, or, where that would cut a clause, after the promise before.
    """
    start, end = one.around
    if text[start : start + 5].lstrip().startswith(_BEGINS_A_CLAUSE):
        return start, end
    before = [it.phrase.end for it in earlier if it.phrase.end <= one.phrase.start]
    return max(before, default=0), end


def _is_read(due: str) -> bool:
    try:
        return parse_due(due).last is not None
    except DateError:
        return False


def _around(text: str, found: Iterable[Phrase]) -> Iterator[tuple[int, int]]:
    """For each phrase from where to where the words are its: between the phrases beside it."""
    places = sorted({(one.start, one.end) for one in found})
    for one in found:
        index = places.index((one.start, one.end))
        start = places[index - 1][1] if index else 0
        yield start, places[index + 1][0] if index + 1 < len(places) else len(text)


def _judged(
    text: str, phrase: Phrase, around: tuple[int, int], of_a_name: bool, written: Written
) -> _Dated:
    before, after = text[around[0] : phrase.start], text[phrase.end : around[1]]
    if text.strip() in written.lines:
        return _Dated(phrase, around, OWN_DATE)
    if of_a_name:
        return _Dated(phrase, around, OF_A_NAME)
    if _is_a_day(phrase) and tenses.is_yearly(before, after, yearless=phrase.guessed):
        return _Dated(_next_one(phrase, written.on), around, repeats=YEARLY)
    to_the_end = after if around[1] == len(text) else ""
    if why_not := _why_not(phrase, before, after, to_the_end, written.on):
        return _Dated(phrase, around, why_not)
    label = text[: phrase.start].partition(":")[0] if ":" in text[: phrase.start] else ""
    uncertain = tenses.is_uncertain(f"{label} {before}", after)
    due = marked(phrase.due, "?") if uncertain else phrase.due
    last = parse_due(due).last
    is_past = last is not None and last < written.on
    return _Dated(replace(phrase, due=due), around, is_past=is_past)


def _why_not(phrase: Phrase, before: str, after: str, to_the_end: str, on: date) -> str:
    """Why a date is no promise, by its window and the words around it; "" where it is one.

    to_the_end: the words after it that are no other date's; only these may say "still to come".
    """
    due = parse_due(phrase.due)
    if due.first is None or due.last is None:
        return PAST
    said = tenses.tense(before, after)
    if due.last < on:
        if tenses.is_still_to_come(before, to_the_end):
            return ""
        return DONE if said == "done" else PAST
    begun = due.first <= on or phrase.guessed
    if begun and said == "done" and not tenses.reaches_ahead(before):
        return DONE
    return ""


def _is_a_day(phrase: Phrase) -> bool:
    due = parse_due(phrase.due)
    return due.first == due.last and due.instant is None


def _next_one(phrase: Phrase, on: date) -> Phrase:
    """The next day of those that come every year, which is certain."""
    day = parse_due(phrase.due).first
    if day is None:
        return phrase
    if day < on and (day.month, day.day) != (2, 29):
        this = day.replace(year=on.year)
        day = this if this >= on else day.replace(year=on.year + 1)
    return replace(phrase, due=day.isoformat())
