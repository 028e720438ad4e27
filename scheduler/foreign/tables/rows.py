"""PURE. The rows of a table, or of several sheets -> commitments, each with its date.

A table has a row of headings that names a column of titles and one of dates, in any of the six
languages; each row below it is taken up or skipped with its reason. A row is known again in an
edited file by its id, or else by its title: dates and the order of rows may change.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import PurePath

from calendars.foreign.values import Imported, ImportingError, Reading, Skipped, Standing
from config.fields import slug
from scheduler.foreign.tables.cell_dates import CellError, Order, order_of, quoted
from scheduler.foreign.tables.cell_times import Due, due_of
from scheduler.foreign.tables.cell_words import (
    address_of,
    are_fractions,
    is_yes,
    line_of,
    owners_of,
    percent_of,
    standing_of,
    tags_of,
    text_of,
)
from scheduler.foreign.tables.column_names import (
    DATES,
    HEADING_ROWS,
    TITLE,
    Heading,
    folded,
    heading_in,
    heading_of,
    names_in,
)
from scheduler.foreign.values import Cell, Row, Sheet
from scheduler.taking_up import LONGEST_ID

MOST_ROWS = 20_000
"""The most rows with something in them that are taken up."""
_TELLING = ("uid", "id", "location", "owner", "said", "source", "url")
MOST_NAMED = 12
_ADVICE = 'name them in one row, for example "Title" and "Due date"'


def from_tables(
    sheets: Sequence[Sheet],
    file: str,
    *,
    scope: str = "",
    owners: Mapping[str, str] | None = None,
    known: Collection[str] = (),
) -> Reading:
    """What becomes of each row of the tables in a file.

    scope: what the UIDs made here begin with, such as the track that the file goes into; default:
    the name of the file without its ending. owners: the names, ids and mail addresses of the plan's
    people and teams, `column_names.folded`, and the id that each means. known: the ids of
    milestones that a date may be counted from. Raises `ImportingError`.
    """
    found = [(sheet, heading) for sheet in sheets if (heading := heading_of(sheet.rows))]
    if not found:
        raise ImportingError(_without_headings(sheets))
    names = _Names(scope or slug(PurePath(file).stem) or "table")
    items: list[Imported | Skipped] = []
    for number, (sheet, heading) in enumerate(found):
        place = sheet.name or f"table {number + 1}" if number else ""
        table = _Table(sheet, heading, names.within(place), owners or {}, known)
        if len(items) + len(table) > MOST_ROWS:
            raise ImportingError(f"it has more than {MOST_ROWS:,} rows; import it in parts")
        items += table.read(sheet.name if len(found) > 1 else "")
    return Reading(tuple(items), "", tuple(_notes(sheets, found)))


class _Names:
    """The UIDs of the rows: each once, and the same for the same row of an edited file."""

    def __init__(self, scope: str) -> None:
        self._scope, self._place = scope, ""
        self._taken: set[str] = set()

    def within(self, place: str) -> "_Names":
        """The same for the rows of another sheet, whose titles may be those of the first."""
        self._place = place
        return self

    def uid(self, uid: str, key: str, title: str) -> tuple[str, bool]:
        """The UID of a row, and whether its key names it and no row before it."""
        if len(uid) >= 12:
            return self._free(uid), False
        if named := key or uid:
            found = self._made("id", named)
            if found not in self._taken:
                return self._free(found), bool(key)
        parts = [it for it in (self._place, named) if it]
        return self._free(self._made("row", *parts, title)), False

    def _made(self, *words: str) -> str:
        told = "\0".join(folded(it) or it for it in words)
        return f"{self._scope}:{blake2b(told.encode(), digest_size=8).hexdigest()}"

    def _free(self, wanted: str) -> str:
        uid, number = wanted, 1
        while uid in self._taken:
            number += 1
            uid = f"{wanted}#{number}"
        self._taken.add(uid)
        return uid


class _Table:
    """Reads the rows below the headings of one sheet."""

    def __init__(
        self,
        sheet: Sheet,
        heading: Heading,
        names: _Names,
        owners: Mapping[str, str],
        known: Collection[str],
    ) -> None:
        self._heading, self._names, self._owners, self._known = heading, names, owners, known
        start = next(at for at, row in enumerate(sheet.rows) if row is heading.row) + 1
        self._rows = [row for row in sheet.rows[start:] if _is_filled(row)]
        self._order: Order = "unsettled"
        self._fractions = False

    def _settle(self) -> None:
        """Finds out from its columns what a single cell does not tell."""
        heading = self._heading
        written = " ".join(
            heading.names[at] for it in DATES if (at := heading.columns.get(it)) is not None
        )
        dates = (self._cell(row, field) for field in DATES for row in self._rows)
        self._order = order_of(dates, written)
        self._fractions = are_fractions(self._cell(row, "percent") for row in self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def read(self, place: str) -> Iterator[Imported | Skipped]:
        """What becomes of each row; place: the sheet, where there are several."""
        where = f'in the sheet "{place}"' if place else ""
        self._settle()
        seen: dict[tuple[object, ...], int] = {}
        for row in self._rows:
            if names_in(row) == self._heading.names:
                continue
            title = line_of(self._cell(row, TITLE))
            try:
                due = self._due(row, title)
                first = seen.setdefault(self._told(row, title, due), row.line)
                if first != row.line:
                    raise CellError(f"it says the same as row {first}")
            except CellError as error:
                reason = "; ".join(filter(None, (str(error), where)))
                yield Skipped("row", row.line, reason, title=title)
                continue
            yield self._imported(row, title, due, where)

    def _cell(self, row: Row, field: str) -> Cell:
        at = self._heading.columns.get(field, len(row.cells))
        return row.cells[at] if at < len(row.cells) else None

    def _due(self, row: Row, title: str) -> Due:
        if not title:
            raise CellError("it has no title")
        cells = {field: self._cell(row, field) for field in (*DATES, "time")}
        return due_of(cells, self._order, self._known)

    def _told(self, row: Row, title: str, due: Due) -> tuple[object, ...]:
        """What makes a row another than those before it; a second line of notes does not."""
        return title, due.due, *(line_of(self._cell(row, it)) for it in _TELLING)

    def _imported(self, row: Row, title: str, due: Due, where: str) -> Imported:
        key = line_of(self._cell(row, "id"))
        uid, own = self._names.uid(line_of(self._cell(row, "uid")), key, _whole(row, self._heading))
        owners, strangers = owners_of(self._cell(row, "owner"), self._owners)
        status, percent, doubts = self._progress(row)
        url = self._cell(row, "url")
        notes = [*due.notes, *doubts]
        notes += [f'the owner "{it}" is nobody in the plan' for it in strangers]
        if text_of(url) and not address_of(url):
            notes.append(f"the link {quoted(url)} is no web address and is left out")
        if sum(map(bool, map(text_of, row.cells))) == 1:
            notes.append("nothing but a title stands in its row; is it a heading?")
        return Imported(
            uid=uid,
            title=title,
            line=row.line,
            due=due.due,
            duration=due.duration,
            location=line_of(self._cell(row, "location")) or None,
            url=address_of(url),
            description=text_of(self._cell(row, "notes")) or None,
            status=status,
            percent=percent,
            notes=tuple(filter(None, (*notes, where))),
            said=text_of(self._cell(row, "said")) or (f"{title}: {due.said}" if due.said else None),
            source=line_of(self._cell(row, "source")) or None,
            owners=owners,
            tags=tags_of(self._cell(row, "tags")),
            key=key if own and _is_key(key) else None,
        )

    def _progress(self, row: Row) -> tuple[Standing, int | None, list[str]]:
        """The status and the percentage of a row, and notes on what cannot be read of them."""
        cell, share, notes = self._cell(row, "status"), self._cell(row, "percent"), []
        status = standing_of(cell)
        percent = percent_of(share, fractions=self._fractions)
        if percent is None and status is None and text_of(cell).endswith("%"):
            percent, cell = percent_of(cell, fractions=False), None
        if status is None and text_of(cell):
            notes.append(f"the status {quoted(line_of(cell))} is none that is known; it is planned")
        if percent is None and text_of(share):
            status = status or standing_of(share)
            if status is None:
                notes.append(f"the progress {quoted(line_of(share))} is no percentage")
        if is_yes(self._cell(row, "done")):
            status = "cancelled" if status == "cancelled" else "done"
        return status or "planned", percent, notes


def _whole(row: Row, heading: Heading) -> str:
    """The title of a row, which its UID is made of."""
    return text_of(row.cells[heading.columns[TITLE]])


def _is_filled(row: Row) -> bool:
    return any(cell not in (None, "") and text_of(cell) for cell in row.cells)


def _is_key(key: str) -> bool:
    """Whether an id of a table may be the id of a milestone too."""
    short = slug(key)
    return 0 < len(short) <= LONGEST_ID and short[0].isalpha()


def _notes(sheets: Sequence[Sheet], found: Sequence[tuple[Sheet, Heading]]) -> Iterator[str]:
    """What of the file as a whole was not taken."""
    taken = [sheet for sheet, _ in found]
    for sheet in sheets:
        if not any(sheet is it for it in taken) and sheet.rows:
            yield f'the sheet "{sheet.name}" names no columns of titles and dates; it is left out'
    for sheet, heading in found:
        if heading.other:
            place = f' of the sheet "{sheet.name}"' if len(found) > 1 else ""
            yield f"not taken, for a plan has no such columns: {_listed(heading.other)}{place}"


def _without_headings(sheets: Sequence[Sheet]) -> str:
    """Why there is no table: what is missing, and what was found in its place."""
    rows = [row for sheet in sheets for row in sheet.rows if _is_filled(row)]
    if not rows:
        return "it is empty: there is no row in it"
    widest = max(rows[:HEADING_ROWS], key=lambda row: sum(bool(it) for it in names_in(row)))
    found = heading_in(widest)
    names = [it for it in found.names if it]
    titled, dated = TITLE in found.columns, any(it in found.columns for it in DATES)
    if not names:
        return f"none of its first rows names its columns; {_ADVICE}"
    if titled or dated:
        kind, example = ("dates", "Due date") if titled else ("titles", "Title")
        return f'no column of {kind} is among {_listed(names)}; name one "{example}"'
    return f"no columns of titles and dates are among {_listed(names)}; {_ADVICE}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(quoted(it) for it in names[:MOST_NAMED])
    return shown + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")
