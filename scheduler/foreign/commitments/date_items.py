"""PURE. The words of a date phrase -> the dates that it says, as a plan writes them.

A phrase is one date, or several that share their month and year: "6-8 May 2024", "April and
October 2024". What a date does not say itself is that of the next one, or else of the one before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from calendars.dates import DateError, DueDate, parse_due
from scheduler.foreign.commitments.date_tokens import Token
from scheduler.foreign.commitments.date_words import LAST

_THIRDS = {"E": ("01", "10"), "m": ("11", "20")}
_OF_YEAR = {"E": "{}-Q1", "m": "{}-06", "L": "{}-Q4"}
_SEASONS = {1: (3, 5), 2: (6, 8), 3: (9, 11), 4: (12, 2)}
_BETWEEN = {"-": True, "t": True, "/": True, "&": False, ",": False}
"""What stands between two dates: whether it makes a span of them."""


@dataclass(frozen=True, slots=True)
class Item:
    """One date of a phrase, of which some may not be said. place: "", "E" early, "m" mid, "L" late.

    part: "Q2", "H1"; season: 1 to 4. spans: whether it is the last of a span that the one before
    begins.
    """

    day: int = 0
    month: int = 0
    year: int = 0
    part: str = ""
    season: int = 0
    place: str = ""
    spans: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A date that a phrase says; guessed: the year is not said, and is the next one."""

    due: str
    guessed: bool = False


def dates_said(words: Sequence[Token], on: date) -> list[Said]:
    """The dates of a phrase in their order; none where one of them does not exist.

    on: the day after which a date without a year is looked for.
    """
    items = _shared(list(_items(words)))
    guessed = any(one.year == 0 for one in items)
    try:
        return [Said(due, guessed) for due in _spans(_with_years(items, on))]
    except (ValueError, OverflowError):
        return []


def meaning(due: str) -> DueDate | None:
    """What a date means; None where there is no such date."""
    try:
        return parse_due(due)
    except DateError:
        return None


def _items(words: Sequence[Token]) -> Iterator[Item]:
    item, spans, empty = Item(), False, Item()
    for index, one in enumerate(words):
        if one.kind in _BETWEEN and not _within(words, index):
            if item != empty:
                yield replace(item, spans=spans)
                item, spans = empty, False
            spans = spans or _BETWEEN[one.kind]
        else:
            item = _joined(item, one, words, index)
    yield replace(item, spans=spans)


def _within(words: Sequence[Token], index: int) -> bool:
    """Whether a sign stands inside of one date: "mid-2024", "May 20, 2024", "2024-Q2"."""
    before = words[index - 1].kind if index else ""
    after = [it.kind for it in words[index + 1 :] if it.kind not in "fa"][:1]
    if words[index].kind == "-":
        return before in ("E", "m", "L", "Z") or (before == "Y" and after in (["Q"], ["H"]))
    return words[index].kind == "," and (after in (["Y"], []) or (before, *after) == ("Y", "Q"))


def _joined(item: Item, one: Token, words: Sequence[Token], index: int) -> Item:
    """An item with one more word of it."""
    following = next((it.kind for it in words[index + 1 :] if it.kind in "oDqhQHMY日月年"), "")
    if year := _year_in(item, words, index):
        return replace(item, year=year)
    if one.kind in ("D", "o") and following in ("q", "h"):
        return _part(item, following, one.value)
    if one.kind in ("D", "M"):
        is_month = one.kind == "M" or following == "月"
        return replace(item, month=one.value) if is_month else replace(item, day=one.value)
    if one.kind in ("Q", "H", "o"):
        kind = next((it.kind for it in reversed(words[:index]) if it.kind in "qh"), "q")
        return _part(item, one.kind if one.kind != "o" else kind, one.value)
    if one.kind == "S":
        return replace(item, season=one.value)
    return replace(item, place=one.kind) if one.kind in ("E", "m", "L") else item


def _year_in(item: Item, words: Sequence[Token], index: int) -> int:
    """The year that a word says, with four digits or two: "2024-25", "June '24"; else 0."""
    one = words[index]
    if one.kind == "Y":
        return one.value
    if one.kind not in ("D", "N") or index == 0:
        return 0
    before = words[index - 1].kind
    if before in ("-", "/") and _is_short_year(words, index):
        return _short_year(words, one.value)
    return 2000 + one.value if before == "a" and item.month else 0


def _part(item: Item, kind: str, number: int) -> Item:
    most = 4 if kind in "qQ" else 2
    return replace(item, part=f"{kind.upper()}{most if number == LAST else number}")


def _is_short_year(words: Sequence[Token], index: int) -> bool:
    last = index == len(words) - 1
    return last and index >= 2 and words[index - 2].kind == "Y" and len(words[index].text) == 2


def _short_year(words: Sequence[Token], value: int) -> int:
    first = next(it.value for it in words if it.kind == "Y")
    return first - first % 100 + value


def _shared(items: list[Item]) -> list[Item]:
    """Items with the month and the year that they share with others."""
    for order in (range(len(items) - 2, -1, -1), range(1, len(items))):
        step = 1 if order.step < 0 else -1
        for index in order:
            mine, other = items[index], items[index + step]
            month = mine.month or (other.month if mine.day else 0)
            year = mine.year or other.year
            turns = month > other.month > 0 and mine.year == 0 and step > 0 and other.spans
            items[index] = replace(mine, month=month, year=year - 1 if turns and year else year)
    return items


def _with_years(items: list[Item], on: date) -> list[Item]:
    """Items without a year in the next one in which the last of them is not past."""
    if all(one.year for one in items):
        return items
    for year in range(on.year, on.year + 9):
        dated = [replace(one, year=one.year or year) for one in items]
        last = meaning(_written(dated[-1]))
        if last and last.last and last.last >= on:
            first = meaning(_written(dated[0]))
            if first and first.first and first.first > last.last and items[-1].spans:
                dated[0] = replace(dated[0], year=year - 1)
            return dated
    raise ValueError("no such day in years")


def _spans(items: list[Item]) -> list[str]:
    """The dates as the plan writes them: spans, and what is of one kind and next to each other."""
    found: list[str] = []
    for one in items:
        due = _written(one)
        if parse_due(due).last is None:
            raise ValueError(due)
        if found and (one.spans or _next_to(found[-1], due, one)):
            found[-1] = _span(found[-1], due)
        else:
            found.append(due)
    for one_due in found:
        parse_due(one_due)
    return found


def _next_to(before: str, due: str, item: Item) -> bool:
    earlier, later = parse_due(before), parse_due(due)
    if earlier.last is None or later.first is None:
        return False
    alike = earlier.precision is later.precision or "/" in before
    return alike and later.first - earlier.last == timedelta(days=1) and not item.place


def _span(first: str, last: str) -> str:
    mark = "~" if "~" in first + last else ""
    start, end = first.split("/")[0].rstrip("~"), last.split("/")[-1].rstrip("~")
    return f"{start}/{end}{mark}"


def _written(item: Item) -> str:
    """A date as the plan writes it. "End of" adds nothing: a window is due on its last day."""
    year = f"{item.year:04}"
    if item.day:
        return f"{year}-{item.month:02}-{item.day:02}"
    if item.month:
        return _month(f"{year}-{item.month:02}", item.place)
    if item.part:
        return f"{year}-{item.part}" + ("~" if item.place else "")
    if item.season:
        first, last = _SEASONS[item.season]
        ends = item.year + 1 if last < first else item.year
        return f"{year}-{first:02}/{ends:04}-{last:02}~"
    return _OF_YEAR[item.place].format(year) + "~" if item.place else year


def _month(month: str, place: str) -> str:
    if not place:
        return month
    first, last = _THIRDS.get(place, ("21", ""))
    if not last:
        window = parse_due(month).last
        last = f"{window.day:02}" if window else "28"
    return f"{month}-{first}/{month}-{last}~"
