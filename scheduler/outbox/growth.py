"""What is new in a table whose rows are only added: asked for by number, and held against a count.

A service looks every half minute at what was reported and moved in years. Rows have numbers that
go up, but nobody may rely on that alone: on PostgreSQL a transaction may commit after another that
took its number later, and a database brought back from a backup gives numbers a second time. So
three things are looked at, on one state of the table: the newest row that is known is still there
as it was; the rows after it are read; and then as many are known as there are. Where the count
differs it is first looked among the last numbers, and where that does not mend it, or the newest
row is another, everything is read.
"""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, Table, bindparam, func, select

from scheduler.outbox.statements import by_ids

ANEW = 86_400.0
"""After so many seconds everything is read once more, for what somebody changed by hand."""
NEAR = 10_000
"""Among so many numbers it is looked for a row that came later than its number says."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a table was read: how many rows, and the one with the highest number, as it was."""

    count: int = 0
    last: int = 0
    newest: tuple[Any, ...] = ()
    whole_at: float = 0.0
    """When all of it was read, by `time.monotonic`."""


NOTHING = Extent()
"""Of a table that was never read."""


class Grown(NamedTuple):
    """What came into a table. whole: `rows` are all there are, and what was known is to go."""

    rows: list[Row[Any]]
    whole: bool
    extent: Extent


def grown(
    connection: Connection,
    table: Table,
    known: Extent,
    has: Callable[[int], bool],
    changing: Collection[str] = (),
) -> Grown:
    """What came since `known`, by number; the transaction must see one state throughout.

    has: whether the row of a number is known. changing: the columns that may change in a row that
    is there; whoever asks must see by other means that they did.
    """
    names = _names(table)
    lasting = [place for place, name in enumerate(names) if name not in changing]
    rows, count = _from(connection, table, known.last)
    fresh = known.count > 0 and time.monotonic() - known.whole_at < ANEW
    if fresh and rows and _picked(rows[0], lasting) == known.newest:
        new = rows[1:]
        if known.count + len(new) != count:
            new = [*_late(connection, table, known.last, has), *new]
        if known.count + len(new) == count:
            newest = _picked(rows[-1], lasting)
            extent = replace(known, count=count, last=rows[-1].id, newest=newest)
            return Grown(new, False, extent)
    if known.last:
        rows, count = _from(connection, table, 0)
    if not rows:
        return Grown([], True, NOTHING)
    newest = _picked(rows[-1], lasting)
    return Grown(rows, True, Extent(count, rows[-1].id, newest, time.monotonic()))


def _from(connection: Connection, table: Table, last: int) -> tuple[list[Row[Any]], int]:
    """The rows of that number and later ones, by number; and how many rows there are."""
    rows = list(connection.execute(_query(table), {"last": last}))
    return rows, rows[0][-1] if rows else 0


def _late(
    connection: Connection, table: Table, last: int, has: Callable[[int], bool]
) -> list[Row[Any]]:
    """The rows before that number, and near it, that are not known."""
    number = table.c.id
    near = select(number).where(number > last - NEAR, number < last)
    late = [one for one in connection.execute(near).scalars() if not has(one)]
    return list(by_ids(connection, select(table), number, late))


@lru_cache
def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.c)


@lru_cache
def _query(table: Table) -> Select[Any]:
    """The rows of a number and later ones; the last column counts all there are."""
    count = select(func.count()).select_from(table).scalar_subquery().label("all_rows")
    return select(*table.c, count).where(table.c.id >= bindparam("last")).order_by(table.c.id)


def _picked(row: Row[Any], places: Iterable[int]) -> tuple[Any, ...]:
    return tuple(row[place] for place in places)


def values_of(table: Table, row: Row[Any]) -> dict[str, Any]:
    """The columns of a row that was read here, by name."""
    return dict(zip(_names(table), row, strict=False))
