"""Many rows by one INSERT, without Core in between: it would spend more on each than the database.

On SQLite one statement takes some hundred rows, and meanwhile Python's other threads run: each
statement by itself lets them in once. psycopg sends the rows of an `executemany` together.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Dialect

Values = tuple[object, ...]
"""The values of a row as the driver takes them, in the order of the statement's columns."""
_SIZES = (256, 64, 16, 4, 1)
"""How many rows a statement of SQLite has: few kinds, so that the driver keeps all prepared."""


class ManyRows:
    """One INSERT of any number of rows, in the words of one database."""

    def __init__(self, statement: Any, columns: Sequence[str], dialect: Dialect) -> None:
        """`statement` inserts one row; those of `columns`, in the table's order, each row gives."""
        self._columns = tuple(columns)
        compiled = statement.compile(dialect=dialect, column_keys=self._columns)
        self._text = str(compiled)
        if tuple(compiled.params) != self._columns:
            raise ValueError(f"not in the table's order: {', '.join(columns)}")
        self._named = not dialect.positional

    def run(self, connection: Connection, rows: Sequence[Values]) -> int:
        """Insert the rows; returns how many were written."""
        if not rows:
            return 0
        if self._named:
            named = [dict(zip(self._columns, row, strict=True)) for row in rows]
            return connection.exec_driver_sql(self._text, named).rowcount
        return sum(
            connection.exec_driver_sql(self._wide[len(some)], _flat(some)).rowcount
            for some in _portions(rows)
        )

    @cached_property
    def _wide(self) -> dict[int, str]:
        """The statement of so many rows, by their number."""
        head, _, rest = self._text.partition("VALUES ")
        row, _, end = rest.partition(" ON CONFLICT")
        return {size: f"{head}VALUES {', '.join([row] * size)} ON CONFLICT{end}" for size in _SIZES}


def _portions(rows: Sequence[Values]) -> Iterator[Sequence[Values]]:
    begin = 0
    for size in _SIZES:
        while len(rows) - begin >= size:
            yield rows[begin : begin + size]
            begin += size


def _flat(rows: Sequence[Values]) -> Values:
    return tuple(chain.from_iterable(rows))
