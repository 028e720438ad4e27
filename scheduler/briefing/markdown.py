"""PURE. A document as Markdown (CommonMark, with the tables of GitHub Flavored Markdown).

No text of the plan becomes markup: whatever Markdown could read as a sign is escaped.
"""

import re
import unicodedata

from scheduler.briefing.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Run,
    Table,
    Text,
)

_SIGNS = re.compile(r"([\\`*_\[\]<>|~&$^#])")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])")
_LISTED = re.compile(r"^([+\-=:])")
_AGAINST = {"ltr": frozenset({"R", "AL"}), "rtl": frozenset({"L"})}
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
    runs = _together(text)
    after = ["", *(run.text[:1] for run in reversed(runs))][-2::-1] if runs else []
    made = [_run(document, run, next_) for run, next_ in zip(runs, after, strict=True)]
    return _begun("".join(made))


def _begun(line: str) -> str:
    return _NUMBERED.sub(r"\1\\\2", _LISTED.sub(r"\\\1", line))


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)


def _together(text: Text) -> Text:
    """Runs of one look as one: `**a****b**` would not be bold."""
    made: list[Run] = []
    for run in (one for one in text if one.text):
        if made and made[-1]._replace(text="", late=False) == run._replace(text="", late=False):
            made[-1] = made[-1]._replace(text=made[-1].text + run.text)
        else:
            made.append(run)
    return tuple(made)


def _run(document: Document, run: Run, after: str) -> str:
    """A run. after: the sign that follows it, "" for none."""
    inner, outer = run.text, ""
    if run.bold and after.isalnum() and _is_punctuation(inner[-1]):
        inner, outer = inner[:-1], inner[-1]
    made = _isolated(document, _escaped(inner), inner)
    if run.href and not run.href.startswith("#"):
        made = f"[{made}]({run.href.replace('(', '%28').replace(')', '%29')})"
    return (f"**{made}**" if run.bold and inner else made) + _escaped(outer)


def _is_punctuation(sign: str) -> bool:
    """Whether asterisks after this sign end nothing where a letter follows (CommonMark, 6.2)."""
    return unicodedata.category(sign)[0] in "PS"


def _isolated(document: Document, made: str, text: str) -> str:
    against = _AGAINST[document.direction]
    if against.isdisjoint(map(unicodedata.bidirectional, text)):
        return made
    return f"{_ISOLATE}{made}{_POP}"
