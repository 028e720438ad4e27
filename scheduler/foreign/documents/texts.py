"""PURE. The headings, paragraphs, items and rows of a text, with marks of Markdown or without."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from calendars.foreign.values import ImportingError
from scheduler.foreign.documents.blocks import Block, sign_of
from scheduler.foreign.documents.indents import Depths, marked
from scheduler.foreign.documents.markup import plain, without_comments
from scheduler.foreign.documents.sentences import joined

_LINE_END = re.compile(r"\r\n?|[\v\x85\u2028]")
_FRONT = re.compile(r"\ufeff?---[ \t]*\n(?:[^\n]*\n){0,100}?(?:---|\.\.\.)[ \t]*\n")
_TITLE = re.compile(r"^title:(.*)$", re.MULTILINE | re.IGNORECASE)
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(\S.*)")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_RULE = re.compile(r"[\s=*_~.·•\-–—+|:#]*$")
_QUOTE = re.compile(r"\A(?:\s{0,3}>\s?){1,20}")
_COLUMNS = re.compile(r"[\s|:]*-[\s|:-]*$")
_CELLS = re.compile(r"(?<!\\)\|")
_TABBED = re.compile(r"\s*[^\s#>][^\t]*\t+[^\t\s]")
_DEFINED = re.compile(r"\s{0,3}\[[^\]\n]{1,200}\]:\s*(?:https?:|mailto:|<|#|/)\S*\s*(?:[\"'(].*)?$")
_BOLD = re.compile(r"(\*\*\*?|__)(?=\S)(?:(?!\*\*|__).)+(?<=\S)\1", re.DOTALL)
_LABELLED = re.compile(r"\W*\w[^:.]{0,40}:\W{0,5}?\s\W{0,5}\w|\W*\d")
MOST_LINES = 300_000
_GAP = 3
"""Empty lines that stand between slides."""


@dataclass(slots=True)
class _Group:
    """Lines that belong together, as they stand in the file."""

    kind: str
    line: int
    lines: list[str] = field(default_factory=list)
    level: int = 0
    blanks: int = 0


def read_text(text: str) -> tuple[list[Block], str]:
    """The blocks of the text, and the title that it gives itself in front of all."""
    text = _LINE_END.sub("\n", without_comments(text)).replace("\f", "\n")
    title, text = _without_front(text)
    if text.count("\n") > MOST_LINES:
        raise ImportingError(
            f"it has more than {MOST_LINES:,} lines; split it and import its parts"
        )
    return list(blocks_of(text.split("\n"))), title


def blocks_of(lines: Iterable[str]) -> Iterator[Block]:
    """The blocks of lines, which are counted from 1."""
    groups = list(_groups(list(lines)))
    gaps = _gaps_mean_something(groups)
    anew = _anew(groups)
    before = "heading"
    for at, group in enumerate(groups):
        if gaps and group.blanks >= _GAP and before != "heading":
            yield Block("gap", "", group.line)
        for block in _blocks(group):
            before = block.kind
            yield replace(block, sign="anew") if at in anew else block


def _without_front(text: str) -> tuple[str, str]:
    """The title in the front matter of Markdown, and the text with empty lines in its place."""
    front = _FRONT.match(text)
    if front is None or ":" not in front[0]:
        return "", text
    title = _TITLE.search(front[0])
    return plain(title[1].strip(" \t\"'")) if title else "", "\n" * front[0].count("\n") + text[
        front.end() :
    ]


def _groups(lines: list[str]) -> Iterator[_Group]:
    depths = Depths()
    group: _Group | None = None
    blanks = 0
    table = False
    for number, raw in enumerate(lines, 1):
        line = _QUOTE.sub("", raw, count=1) if ">" in raw else raw
        if _RULE.match(line) or _FENCE.match(line) or _DEFINED.match(line):
            if group is not None and (level := _underlined(group, line)):
                group.kind, group.level = "heading", level
            if group is not None:
                yield group
            group, blanks = None, blanks + (not line.strip())
            table = table and _COLUMNS.match(line) is not None
            continue
        table = _in_table(line, lines[number : number + 1], table and not blanks)
        begun = _begun(line, group, depths, table, blanks)
        if begun is None and group is not None:
            group.lines.append(line)
            continue
        if group is not None:
            yield group
        group = begun or _Group("text", 0, [line])
        group.line, group.blanks, blanks = number, blanks, 0
    if group is not None:
        yield group


def _begun(
    line: str, group: _Group | None, depths: Depths, table: bool, blanks: int
) -> _Group | None:
    """The group that the line begins; None where it goes on with the one before."""
    if heading := _HEADING.match(line):
        depths.end()
        return _Group("heading", 0, [heading[2].rstrip("# \t")], len(heading[1]))
    if table:
        depths.end()
        return _Group("row", 0, [line])
    item = marked(line, inside=group is not None and group.kind == "text")
    if item is not None:
        return _Group("item", 0, [item.text], depths.of(item))
    if group is not None and group.kind in ("text", "item"):
        return None
    if depths.holds(line) and blanks:
        return _Group("item", 0, [line], depths.inside)
    depths.end()
    return _Group("text", 0, [line])


def _underlined(group: _Group, line: str) -> int:
    """The level of the heading that a row of signs makes of the line above it; 0 for none."""
    signs = set(line.strip())
    if group.kind != "text" or len(group.lines) != 1 or len(line.strip()) < 3:
        return 0
    return 1 if signs == {"="} else 2 if signs == {"-"} else 0


def _in_table(line: str, following: list[str], table: bool) -> bool:
    """Whether it is a table's row, by pipes, or by tabs that the next line has too."""
    if "|" not in line:
        return _is_tabbed(line) and (table or any(map(_is_tabbed, following)))
    if table or line.lstrip().startswith("|"):
        return True
    return any("|" in one and _COLUMNS.match(one) is not None for one in following)


def _is_tabbed(line: str) -> bool:
    return _TABBED.match(line) is not None and marked(line, inside=False) is None


def _blocks(group: _Group) -> Iterator[Block]:
    if group.kind == "row":
        cells = [plain(cell.replace("\\|", "|")) for cell in _cells(group.lines[0])]
        yield Block("row", " – ".join(filter(None, cells)), group.line)
        return
    if group.kind == "text" and len(group.lines) > 1:
        yield from _of_lines(group)
        return
    text = plain(joined(group.lines))
    if group.kind == "heading":
        yield Block("heading", text, group.line, group.level)
    elif group.kind == "item":
        yield Block("item", text, group.line, group.level)
    else:
        yield _paragraph(joined(group.lines), group.line)


def _cells(line: str) -> list[str]:
    return _CELLS.split(line) if "|" in line else line.split("\t")


def _of_lines(group: _Group) -> Iterator[Block]:
    """A paragraph of several lines: wrapped ones, or a list without bullets."""
    if all(_LABELLED.match(line) for line in group.lines):
        yield from (_paragraph(line, at) for at, line in enumerate(group.lines, group.line))
        return
    first, rest = _paragraph(group.lines[0], group.line), joined(group.lines[1:])
    if first.sign == "symbol" and rest.rstrip().endswith("."):
        yield first
        yield _paragraph(rest, group.line + 1)
    else:
        yield _paragraph(joined(group.lines), group.line)


def _paragraph(raw: str, line: int) -> Block:
    text = plain(raw)
    sign = sign_of(text, _BOLD.fullmatch(raw.strip()) is not None)
    return Block("heading" if sign else "text", text, line, sign=sign)


def _gaps_mean_something(groups: list[_Group]) -> bool:
    """Whether what stands after a gap mostly begins a new part, as between slides."""
    after = [group for group in groups if group.blanks >= _GAP]
    heads = sum(next(_blocks(group)).kind == "heading" for group in after)
    return heads >= 2 and heads * 2 >= len(after)


def _anew(groups: list[_Group]) -> set[int]:
    """Where a list begins anew right after another, in a text whose lists have no empty lines."""
    items = [
        (at, group.blanks > 0)
        for at, group in enumerate(groups)
        if at and group.kind == "item" and groups[at - 1].kind == "item"
    ]
    apart = {at for at, blank in items if blank and groups[at].level == 0}
    return apart if len(apart) * 5 <= len(items) else set()
