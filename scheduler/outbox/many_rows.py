"""Many rows by one INSERT, without Core in between: it would spend more on each than the database.

On SQLite one statement takes some hundred rows, and meanwhile Python's other threads run: each
statement by itself lets them in once. psycopg sends the rows of an `executemany` together; rows
that are likely to be new, in a table that is filled for the first time, go by COPY.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, literal, literal_column

Values = tuple[object, ...]
"""The values of a row as the driver takes them, in the order of the statement's columns."""
_SIZES = (256, 64, 16, 4, 1)
"""How many rows a statement of SQLite has: few kinds, so that the driver keeps all prepared."""
_NONE: Mapping[str, object] = MappingProxyType({})


class ManyRows:
    """One INSERT of any number of rows, in the words of one database."""

    def __init__(
        self,
        statement: Any,
        columns: Sequence[str],
        dialect: Dialect,
        alike: Mapping[str, object] = _NONE,
    ) -> None:
        """`statement` inserts one row; those of `columns`, in the table's order, each row gives,
        and those of `alike` have these values in every row."""
        self._columns, self._alike = tuple(columns), alike
        self._table = statement.table.name
        if alike:
            same = {name: _as_text(value, dialect) for name, value in alike.items()}
            statement = statement.values(same).inline()
        compiled = statement.compile(dialect=dialect, column_keys=self._columns)
        self._text = str(compiled)
        if tuple(compiled.params) != self._columns:
            raise ValueError(f"not in the table's order: {', '.join(columns)}")
        self._named = not dialect.positional
        own = [statement.table.columns[name].type for name in (*columns, *alike)]
        self._types = [one.compile(dialect).lower().partition("(")[0] for one in own]

    def run(self, connection: Connection, rows: Sequence[Values], *, new: bool = False) -> int:
        """Insert the rows; returns how many were written. `new`: most likely none is there."""
        if not rows:
            return 0
        if self._named:
            if new and self._copied(connection, rows):
                return len(rows)
            named = [dict(zip(self._columns, row, strict=True)) for row in rows]
            return connection.exec_driver_sql(self._text, named).rowcount
        return sum(
            connection.exec_driver_sql(self._wide[len(some)], _flat(some)).rowcount
            for some in _portions(rows)
        )

    def _copied(self, connection: Connection, rows: Sequence[Values]) -> bool:
        """Whether the rows were written by COPY; if not, none is, and the INSERT says why."""
        same = tuple(self._alike.values())
        names = ", ".join((*self._columns, *self._alike))
        try:
            with connection.begin_nested():
                driver: Any = connection.connection.driver_connection
                with driver.cursor().copy(f"COPY {self._table} ({names}) FROM STDIN") as copy:
                    copy.set_types(self._types)  # else each value is asked for its own
                    for row in rows:
                        copy.write_row(row + same)
        except connection.dialect.loaded_dbapi.Error:
            return False
        return True

    @cached_property
    def _wide(self) -> dict[int, str]:
        """The statement of so many rows, by their number."""
        head, _, rest = self._text.partition("VALUES ")
        row, _, end = rest.partition(" ON CONFLICT")
        return {size: f"{head}VALUES {', '.join([row] * size)} ON CONFLICT{end}" for size in _SIZES}


def _as_text(value: object, dialect: Dialect) -> ColumnElement[Any]:
    """A value as it stands in the statement's text."""
    words = literal(value).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return literal_column(str(words))


def _portions(rows: Sequence[Values]) -> Iterator[Sequence[Values]]:
    begin = 0
    for size in _SIZES:
        while len(rows) - begin >= size:
            yield rows[begin : begin + size]
            begin += size


def _flat(rows: Sequence[Values]) -> Values:
    return tuple(chain.from_iterable(rows))
