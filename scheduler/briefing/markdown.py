"""PURE. A document as Markdown (CommonMark, with the tables of GitHub Flavored Markdown).

No text of the plan becomes markup: whatever Markdown could read as a sign is escaped.
"""

import re
import unicodedata
from itertools import groupby
from typing import NamedTuple

from scheduler.briefing.directions import is_along
from scheduler.briefing.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Run,
    Table,
    Text,
    plain,
)

_SIGNS = re.compile(r"([\\`*_\[\]<>|~&$^#])")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])")
_LISTED = re.compile(r"^([+\-=:])")
_ISOLATE, _POP = "\u2068", "\u2069"
"""FSI and PDI (UAX 9), around a text that runs against the document's direction."""


def markdown(document: Document) -> str:
    """The whole document."""
    head = [
        *(_plain(line) for line in document.above),
        f"# {_plain(document.title)}",
        *(_line(document, text) for text in document.below),
        *([f"**{_plain(document.warning)}**"] if document.warning else []),
    ]
    return "\n\n".join([*head, *(_block(document, one) for one in document.blocks)]) + "\n"


def _block(document: Document, block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_line(document, block.text)}"
        case Paragraph():
            return _line(document, block.text)
        case Bullets():
            return "\n".join(f"- {_line(document, one)}" for one in block.items)
        case Table():
            return _table(document, block)


def _table(document: Document, table: Table) -> str:
    rows = [
        [_plain(name) for name in table.head],
        ["---:" if at in table.numbers else "---" for at in range(len(table.head))],
        *([_line(document, cell) for cell in row] for row in table.rows),
    ]
    if table.foot:
        rows.append([_line(document, cell and _bold(cell)) for cell in table.foot])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _bold(text: Text) -> Text:
    return tuple(run._replace(bold=True) for run in text)


def _plain(text: str) -> str:
    """Words of ours, or a title that was given."""
    return _begun(_escaped(text))


def _line(document: Document, text: Text) -> str:
    """A line of text, which is nothing but that whatever it begins with."""
    groups = [
        _Group(bold, href, tuple(runs))
        for (bold, href), runs in groupby(
            (run for run in text if run.text), lambda run: (run.bold, _target(run.href))
        )
    ]
    made = ""
    for at, group in enumerate(groups):
        after = groups[at + 1].begin if at + 1 < len(groups) else ""
        made += _written(document, group, groups[at - 1].end if at else "", after)
    return _begun(made.strip())


class _Group(NamedTuple):
    """Runs that are bold or a link together: `**a****b**` would not be bold."""

    bold: bool
    href: str
    runs: Text

    @property
    def begin(self) -> str:
        """The sign that it begins with."""
        return "[" if self.href else self.runs[0].text[0]

    @property
    def end(self) -> str:
        """The sign that it ends with."""
        return ")" if self.href else self.runs[-1].text[-1]


def _written(document: Document, group: _Group, before: str, after: str) -> str:
    if group.href:
        before, after = "[", "]"
    made = "".join(_isolated(document, run.text) for run in group.runs)
    if group.bold:
        first, last = _inside(plain(group.runs), before, after)
        parts = (_cut(group.runs, *ends) for ends in ((0, first), (first, last), (last, None)))
        lead, bold, rest = (
            "".join(_isolated(document, run.text) for run in part) for part in parts
        )
        made = f"{lead}**{bold}**{rest}" if bold else lead + rest
    return f"[{made}]({group.href})" if group.href else made


def _inside(text: str, before: str, after: str) -> tuple[int, int]:
    """What of a text asterisks can enclose, between these two signs (CommonMark, 6.2).

    They may not stand inside of a space, nor between a letter and a punctuation mark within.
    """
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    if first < last and _is_sign(text[first]) and _is_letter(text[first - 1] if first else before):
        first += 1 + len(text[first + 1 :]) - len(text[first + 1 :].lstrip())
    if first < last and _is_sign(text[last - 1]) and _is_letter((text[last:] or after)[:1]):
        last = max(first, len(text[: last - 1].rstrip()))
    return first, max(first, last)


def _is_sign(sign: str) -> bool:
    """Whether some reader takes it for a punctuation mark."""
    return unicodedata.category(sign)[0] in "PS"


def _is_letter(sign: str) -> bool:
    """Whether some reader takes it for neither a space nor a punctuation mark; no sign is none."""
    return bool(sign) and not sign.isspace() and unicodedata.category(sign)[0] != "P"


def _cut(runs: Text, first: int, last: int | None) -> Text:
    """The runs of a part of their text."""
    made: list[Run] = []
    begin = 0
    for run in runs:
        end = None if last is None else max(last - begin, 0)
        made.append(run._replace(text=run.text[max(first - begin, 0) : end]))
        begin += len(run.text)
    return tuple(run for run in made if run.text)


def _target(href: str) -> str:
    """Where a link leads; headings have no certain address in Markdown."""
    return "" if href.startswith("#") else href.replace("(", "%28").replace(")", "%29")


def _begun(line: str) -> str:
    return _NUMBERED.sub(r"\1\\\2", _LISTED.sub(r"\\\1", line))


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)


def _isolated(document: Document, text: str) -> str:
    """A text so that it does not turn round what stands beside it."""
    made = _escaped(text)
    if is_along(text, document.direction):
        return made
    return f"{_ISOLATE}{made}{_POP}"
