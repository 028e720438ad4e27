"""A message as its reader sees it: of each milestone the first line, the title and the rows."""

import re
from collections.abc import Collection, Iterable, Mapping
from html.parser import HTMLParser
from typing import NamedTuple

_RULE = re.compile(r"-{20,}")
_ROW = re.compile(r"  (\S.*?)  +(\S.*)")
_BLOCKS = frozenset({"p", "div", "h1", "h2", "a", "br", "blockquote"})
_UNSEEN = frozenset({"head", "style"})


class Content(NamedTuple):
    """What came: its subject, each form of its body in lines, and a hook's facts."""

    subject: str
    forms: tuple[tuple["Line", ...], ...]
    facts: tuple[tuple[str, str], ...] = ()


class Line(NamedTuple):
    """A line, which may begin a paragraph; or a row with its label."""

    text: str
    label: str = ""
    begins: bool = True


class Segment(NamedTuple):
    """What a form says of one milestone."""

    lead: str
    title: str
    rows: Mapping[str, str]


def segments(form: Iterable[Line], titles: Collection[str]) -> list[Segment]:
    """The milestones with these titles, in their order; the first line is what stands before."""
    found: list[Segment] = []
    before, here = "", list[str]()
    rows = dict[str, str]()
    for line in form:
        if line.label:
            rows[line.label] = line.text
            continue
        if line.begins:
            before, here = " ".join(here) or before, []
        if line.text in titles:
            rows = {}
            found.append(Segment(" ".join(here) or before, line.text, rows))
        here.append(line.text)
    return found


def of_text(text: str) -> tuple[Line, ...]:
    """A plain text; rows that were broken are whole again."""
    found: list[Line] = []
    begins = True
    for line in text.splitlines():
        row = _ROW.fullmatch(line)
        if not line.strip() or _RULE.fullmatch(line):
            begins = True
            continue
        if line.startswith("   ") and found and found[-1].label:
            found[-1] = Line(f"{found[-1].text} {line.strip()}", found[-1].label)
        elif row:
            found.append(Line(row[2], row[1]))
        else:
            found.append(Line(line.strip(), "", begins))
        begins = False
    return tuple(found)


class _Reader(HTMLParser):
    """Lines of HTML: what stands in one block."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self._text = self._label = ""
        self._in_label = False
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.end()
        self._in_label = tag == "span" and (dict(attrs).get("class") or "").split()[:1] == ["m"]

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN
        if tag in _BLOCKS:
            self.end()
        self._in_label = False

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._in_label:
            self._label += data
        else:
            self._text += data

    def end(self) -> None:
        """A line ends."""
        text = " ".join(self._text.split())
        if text:
            self.lines.append(Line(text, self._label.strip().removesuffix(":")))
        self._text = self._label = ""


def of_html(html: str) -> tuple[Line, ...]:
    """An HTML page."""
    reader = _Reader()
    reader.feed(html)
    reader.end()
    return tuple(reader.lines)
