"""PURE. The tables of a TOML text as blocks that can be cut out and put back.

A block runs from its header to the end of its last line that says something, so that comments
and blank lines between two tables belong to neither.
"""

from dataclasses import dataclass

import tree_sitter
import tree_sitter_toml

from config.positions import KEYS, names_of


@dataclass(frozen=True, slots=True)
class Block:
    """One table of a text. `names` are those of its header; `end` is after its line break.

    index: of a table in double brackets how many of the same name stand before it, else None.
    """

    names: tuple[str, ...]
    index: int | None
    start: int
    end: int


def blocks(octets: bytes) -> list[Block]:
    """The tables of a text, in its order. Offsets are in octets."""
    language = tree_sitter.Language(tree_sitter_toml.language())
    root = tree_sitter.Parser(language).parse(octets).root_node
    found: list[Block] = []
    counts: dict[tuple[str, ...], int] = {}
    for node in root.children:
        header = next((child for child in node.children if child.type in KEYS), None)
        if header is None or node.type not in ("table", "table_array_element"):
            continue
        names = tuple(name for name, _ in names_of(header))
        index = None
        if node.type == "table_array_element":
            index = counts.get(names, 0)
            counts[names] = index + 1
        found.append(Block(names, index, node.start_byte, _end(octets, node)))
    return found


def _end(octets: bytes, node: tree_sitter.Node) -> int:
    last = [it for it in node.children if it.is_named and it.type != "comment"][-1]
    line_end = octets.find(b"\n", last.end_byte)
    return len(octets) if line_end < 0 else line_end + 1
