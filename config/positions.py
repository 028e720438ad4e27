"""PURE. Where each key and each value of a TOML text stands.

A key path is a tuple of names and of indexes into arrays: `("tracks", "housing", "milestones",
0, "due")`. The text is read by tree-sitter, which goes on after a syntax error; columns are
turned from its bytes into characters. This is only used when something is wrong, since it takes
longer than reading the plan.
"""

import tomllib
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import tree_sitter
import tree_sitter_toml

Path = tuple[str | int, ...]
KEYS = frozenset({"bare_key", "quoted_key", "dotted_key"})


class Place(NamedTuple):
    """A line and a column, in characters; both count from 1."""

    line: int
    column: int


class Span(NamedTuple):
    """Where something stands: from byte `start` up to byte `end`, and its first place."""

    start: int
    end: int


class Twice(NamedTuple):
    """A key path that is defined twice: both places of its key, and the whole second piece."""

    path: Path
    first: Span
    second: Span
    piece: Span


class Positions:
    """The places in one text; it is read when first asked."""

    def __init__(self, text: str) -> None:
        self.octets = text.encode()
        self._keys: dict[Path, Span] = {}
        self._values: dict[Path, Span] = {}
        self._lengths: dict[Path, int] = {}
        self._tables: dict[Path, Span] = {}
        self._unread: dict[Path, list[tree_sitter.Node]] = {}
        self._twice: list[Twice] = []
        self._read()

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        while (end := self.octets.find(b"\n", starts[-1])) >= 0:
            starts.append(end + 1)
        return starts

    @property
    def twice(self) -> list[Twice]:
        """What is defined twice, in the order of the text; all of it is read for this."""
        for path in list(self._unread):
            self._open(path)
        return sorted(self._twice, key=lambda it: it.second.start)

    def key(self, path: Path) -> Place | None:
        """Where the key of that path is first written, in a header or before a `=`."""
        self._open(path)
        found = self._keys.get(path)
        return self.place(found.start) if found else None

    def value(self, path: Path) -> Place | None:
        """Where the value of that path begins; that of a table is its key."""
        self._open(path)
        found = self._values.get(path) or self._keys.get(path)
        return self.place(found.start) if found else None

    def nearest(self, path: Path) -> Path:
        """The longest beginning of a path that is written here; empty where nothing of it is."""
        while path and self.value(path) is None:
            path = path[:-1]
        return path

    def place(self, offset: int) -> Place:
        """The line and column of a byte."""
        low, high = 0, len(self._starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._starts[middle] <= offset else (low, middle)
        before = self.octets[self._starts[low] : offset].decode(errors="replace")
        return Place(low + 1, len(before) + 1)

    def _read(self) -> None:
        language = tree_sitter.Language(tree_sitter_toml.language())
        root = tree_sitter.Parser(language).parse(self.octets).root_node
        for node in root.children:
            match node.type:
                case "pair":
                    self._pair((), node)
                case "table" | "table_array_element":
                    self._table(node)

    def _table(self, node: tree_sitter.Node) -> None:
        header = next((child for child in node.children if child.type in KEYS), None)
        if header is None:
            return
        names = list(names_of(header))
        path = self._walk((), names[:-1])
        name, where = names[-1]
        path = (*path, name)
        if node.type == "table_array_element":
            self._note_key(path, where)
            index = self._lengths.get(path, 0)
            self._lengths[path] = index + 1
            path = (*path, index)
        elif path in self._tables or path in self._values:
            first = self._tables.get(path) or self._keys[path]
            self._twice.append(Twice(path, first, where, Span(node.start_byte, node.end_byte)))
        else:
            self._tables[path] = where
        self._note_key(path, where)
        self._unread.setdefault(path, []).append(node)

    def _open(self, path: Path) -> None:
        """Read the pairs of the tables on the way to a path, if they are not read yet."""
        for depth in range(len(path) + 1):
            for node in self._unread.pop(path[:depth], ()):
                for child in node.children:
                    if child.type == "pair":
                        self._pair(path[:depth], child)

    def _walk(self, path: Path, names: list[tuple[str, Span]]) -> Path:
        """The path that names lead to; inside an array of tables that is its latest one."""
        for name, where in names:
            path = (*path, name)
            self._note_key(path, where)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        return path

    def _note_key(self, path: Path, where: Span) -> None:
        self._keys.setdefault(path, where)

    def _pair(self, base: Path, node: tree_sitter.Node) -> None:
        if len(node.children) < 3 or node.children[0].type not in KEYS:
            return
        names = list(names_of(node.children[0]))
        name, where = names[-1]
        path = (*self._walk(base, names[:-1]), name)
        if path in self._keys:
            piece = Span(node.start_byte, node.end_byte)
            self._twice.append(Twice(path, self._keys[path], where, piece))
        self._note_key(path, where)
        self._value(path, node.children[2])

    def _value(self, path: Path, node: tree_sitter.Node) -> None:
        self._values.setdefault(path, Span(node.start_byte, node.end_byte))
        match node.type:
            case "inline_table":
                for child in node.children:
                    if child.type == "pair":
                        self._pair(path, child)
            case "array":
                items = [it for it in node.children if it.is_named and it.type != "comment"]
                for index, item in enumerate(items):
                    self._value((*path, index), item)


def names_of(node: tree_sitter.Node) -> Iterator[tuple[str, Span]]:
    """The names in a key, bare, quoted or dotted, each with its place."""
    if node.type == "dotted_key":
        for child in node.children:
            if child.type in KEYS:
                yield from names_of(child)
        return
    text = (node.text or b"").decode(errors="replace")
    yield _unquoted(text), Span(node.start_byte, node.end_byte)


def _unquoted(text: str) -> str:
    if text[:1] not in "\"'":
        return text
    try:
        return str(tomllib.loads(f"key = {text}")["key"])
    except tomllib.TOMLDecodeError:
        return text[1:-1]
