"""PURE. The texts of a plan as one tree, and where each part of it is written.

A plan is one text or several that are merged; a key that two of them define is a mistake that
names both places. A text that cannot be read does not hide the mistakes of the others.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeGuard

from config.masking import masked
from config.positions import Path, Place, Positions
from config.problems import Problem, Severity

Table = dict[str, object]
Lost = Literal["nothing", "values", "anything"]
HEADER = re.compile(r"\s*\[\[?[\w\s.\"'-]+\]\]?\s*(#.*)?$")
"""A line that is the header of a table."""


@dataclass(frozen=True)
class Document:
    """One text of the plan. `data` is None where it could not be read at all.

    lost: what was left out because it could not be read: nothing, the values of single keys, or
    anything. lost_lines: where that was.
    """

    name: str
    text: str
    data: Table | None
    lost: Lost = "nothing"
    lost_lines: tuple[int, ...] = ()

    @cached_property
    def positions(self) -> Positions:
        """The places of its keys and values; reading them takes time."""
        return Positions(self.text)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        return self.text.split("\n")

    def torn(self, path: Path) -> bool:
        """Whether something was left out of the table of that path."""
        first = _place(self.positions, path, "key").line
        after = (at for at in range(first, len(self.lines)) if HEADER.match(self.lines[at]))
        end = next(after, len(self.lines))
        return any(first <= line <= end for line in self.lost_lines)

    def problem(
        self, place: Place, message: str, hint: str = "", severity: Severity = "error"
    ) -> Problem:
        """A problem at a place of this text, with its line under it."""
        source = masked(self.lines, place.line).rstrip("\r")
        caret = len(masked(self.lines, place.line, place.column - 1))
        return Problem(self.name, place.line, place.column, message, hint, severity, source, caret)


@dataclass(frozen=True)
class Fault:
    """A mistake at a key path of the merged plan, before its place is looked up.

    at: whether the caret stands under the key or under the value.
    """

    path: Path
    message: str
    hint: str = ""
    at: str = "value"
    severity: Severity = "error"
    rests_on: Literal["", "table", "plan"] = ""
    """What must have been read whole for this to be true: nothing, its table, or the plan."""
    other: Path | None = None
    """A second place, which stands in the message for `{place}`."""


@dataclass(frozen=True)
class Merged:
    """All texts as one tree. `problems` are those of reading and of merging."""

    documents: tuple[Document, ...]
    data: Table = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    joined: Mapping[Path, Sequence[tuple[int, Document]]] = field(default_factory=dict)
    """Lists of tables that several texts have: the place from which on the items are whose."""

    @property
    def complete(self) -> bool:
        """Whether no table and no id can have been left out of any text."""
        return all(document.lost != "anything" for document in self.documents)

    def problems_of(self, faults: Iterable[Fault]) -> Iterator[Problem]:
        """The faults with their places, without those that a text left out may explain."""
        for fault in faults:
            if fault.rests_on == "plan" and not self.complete:
                continue
            document, path = self.find(fault.path)
            if fault.rests_on == "table" and document.lost_lines and document.torn(path):
                continue
            yield self.problem(fault)

    def problem(self, fault: Fault) -> Problem:
        """The fault with its place and its line."""
        document, path = self.find(fault.path)
        whole = len(path) == len(fault.path)
        place = _place(document.positions, path, fault.at if whole else "key")
        if not path:
            nowhere = replace(self.documents[0], text="")
            return nowhere.problem(Place(1, 1), fault.message, fault.hint, fault.severity)
        message = fault.message
        if fault.other is not None:
            message = message.replace("{place}", self.where(fault.other))
        return document.problem(place, message, fault.hint, fault.severity)

    def where(self, path: Path) -> str:
        """A path's place as `FILE:LINE:COLUMN`."""
        document, known = self.find(path)
        place = _place(document.positions, known, "key")
        return f"{document.name}:{place.line}:{place.column}"

    def find(self, path: Path) -> tuple[Document, Path]:
        """The document that has most of a path, and the part of the path that it has there."""
        for depth, step in enumerate(path):
            for start, document in self.joined.get(path[:depth], ()):
                if isinstance(step, int) and step >= start:
                    there = (*path[:depth], step - start, *path[depth + 1 :])
                    return document, _known_part(document.data or {}, there)
        best, known = self.documents[0], _known_part(self.documents[0].data or {}, path)
        for document in self.documents[1:]:
            part = _known_part(document.data or {}, path)
            if len(part) > len(known):
                best, known = document, part
        return best, known


def _known_part(data: object, path: Path) -> Path:
    for depth, step in enumerate(path):
        if not _has(data, step):
            return path[:depth]
        data = data[step]  # type: ignore[index]
    return path


def _has(data: object, step: str | int) -> bool:
    if isinstance(data, dict):
        return step in data
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _place(positions: Positions, path: Path, at: str) -> Place:
    while path:
        found = positions.key(path) if at == "key" else positions.value(path)
        found = found or positions.value(path)
        if found:
            return found
        path, at = path[:-1], "key"
    return Place(1, 1)


def merge(documents: Sequence[Document], problems: Sequence[Problem] = ()) -> Merged:
    """The documents as one tree, in their order; a key of two of them keeps its first value.

    A list of tables that two of them have is a mistake too. It is put together all the same, so
    that the mistakes in the second are found, and what it has is known.
    """
    merging = _Merging()
    for document in documents:
        merging.add(merging.data, document.data or {}, (), document)
    return Merged(tuple(documents), merging.data, (*problems, *merging.clashes), merging.joined)


@dataclass(slots=True)
class _Merging:
    data: Table = field(default_factory=dict)
    clashes: list[Problem] = field(default_factory=list)
    joined: dict[Path, list[tuple[int, Document]]] = field(default_factory=dict)
    owners: dict[Path, Document] = field(default_factory=dict)

    def add(self, into: Table, data: Mapping[str, object], path: Path, document: Document) -> None:
        """Add a table of a document to the one that stands at `path`."""
        for key, value in data.items():
            here = (*path, key)
            present = into.get(key)
            if key not in into:
                into[key] = _copy(value)
                self.owners[here] = document
            elif isinstance(present, dict) and isinstance(value, dict):
                self.add(present, value, here, document)
            elif _is_tables(present) and _is_tables(value):
                self._clash(here, document, "write all of them in one file")
                self.joined.setdefault(here, []).insert(0, (len(present), document))
                into[key] = [*present, *value]
            else:
                self._clash(here, document, "keep one of the two")

    def _clash(self, path: Path, document: Document, hint: str) -> None:
        self.clashes.append(_clash(path, document, _owner(path, self.owners), hint))


def _is_tables(value: object) -> TypeGuard[list[Table]]:
    return isinstance(value, list) and all(isinstance(it, dict) for it in value)


def _copy(value: object) -> object:
    """A copy whose tables can be merged into; arrays are shared, since they never are."""
    return {key: _copy(it) for key, it in value.items()} if isinstance(value, dict) else value


def _owner(path: Path, owners: Mapping[Path, Document]) -> Document:
    while path not in owners:
        path = path[:-1]
    return owners[path]


def _clash(path: Path, document: Document, first: Document, hint: str) -> Problem:
    place = _place(document.positions, path, "key")
    before = _place(first.positions, path, "key")
    name = ".".join(str(step) for step in path)
    return document.problem(
        place,
        f"`{name}` is defined twice, first in {first.name}:{before.line}:{before.column}",
        hint,
    )
