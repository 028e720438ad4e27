"""PURE. What the styles of a word processor's file say about its paragraphs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(
    r"(?:heading|h|[üu]?berschrift|titre|t[íi]?tulo|titolo|kop|rubrik|overskrift|otsikko|nag[łl][óo]wek"
    r"|nadpis|заголовок|标题|見出し|عنوان|العنوان)\s*([1-9])",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"(?:toc|verzeichnis|tm|tdc|contents|table of figures)\s*\d?", re.IGNORECASE)
_DEEPEST = 50
"""Styles that stand on each other; more are a circle."""


class Element(Protocol):
    """An element of XML; of a comment the tag is no text."""

    @property
    def tag(self) -> object: ...
    @property
    def text(self) -> str | None: ...
    def get(self, key: str, default: str, /) -> str: ...
    def find(self, path: str, /) -> "Element | None": ...
    def iter(self, tag: str, /) -> Iterator["Element"]: ...
    def __iter__(self) -> Iterator["Element"]: ...


@dataclass(frozen=True, slots=True)
class Style:
    """level: of a heading, the title's 0. depth: of an item, from 0. contents: a line of a table
    of contents."""

    level: int | None = None
    depth: int | None = None
    bold: bool = False
    contents: bool = False


class Styles:
    """The styles of one file, by the ids that its paragraphs name."""

    def __init__(self, element: Element) -> None:
        self._elements = {
            one.get(W + "styleId", ""): one
            for one in element.iter(W + "style")
            if one.get(W + "type", "paragraph") == "paragraph"
        }
        self._known: dict[str, Style] = {}

    def of(self, paragraph: Element) -> Style:
        """What a paragraph is by its style and by what it says itself."""
        named = said(paragraph, "pPr", "pStyle")
        return _with(self._named(_value(named)), paragraph)

    def _named(self, name: str) -> Style:
        if name not in self._known:
            chain: list[Element] = []
            one = self._elements.get(name)
            while one is not None and len(chain) < _DEEPEST:
                chain.append(one)
                one = self._elements.get(_value(said(one, "basedOn")))
            style = _by_name(name) if not chain else Style()
            for element in reversed(chain):
                style = _styled(style, element)
            self._known[name] = style
        return self._known[name]


def said(element: Element, *path: str) -> Element | None:
    """The child of a child … by those names; None where there is none."""
    found: Element | None = element
    for name in path:
        found = None if found is None else found.find(W + name)
    return found


def on(element: Element | None) -> bool:
    """Whether a switch such as bold is on."""
    return element is not None and element.get(W + "val", "1") not in ("0", "false", "off", "none")


def _value(element: Element | None) -> str:
    return "" if element is None else element.get(W + "val", "")


def _styled(above: Style, element: Element) -> Style:
    """A style that stands on another."""
    bold = said(element, "rPr", "b")
    style = above if bold is None else replace(above, bold=on(bold))
    names = (_value(said(element, "name")), element.get(W + "styleId", ""))
    for name in names:
        by_name = _by_name(name)
        if by_name.level is not None or by_name.contents:
            return replace(style, level=by_name.level, contents=by_name.contents, depth=None)
        if by_name.depth is not None:
            style = replace(style, depth=by_name.depth)
    return _with(style, element)


def _by_name(name: str) -> Style:
    if name.lower() in ("title", "titel", "titre"):
        return Style(level=0)
    if found := _HEADING.fullmatch(name.strip()):
        return Style(level=int(found[1]))
    if _CONTENTS.fullmatch(name.strip()):
        return Style(contents=True)
    if name.lower().replace(" ", "").startswith(("listbullet", "listnumber")):
        return Style(depth=int(name[-1]) - 1 if name[-1] in "23456789" else 0)
    return Style()


def _with(style: Style, element: Element) -> Style:
    """A style with what a paragraph or another style says over it."""
    outline = _number(said(element, "pPr", "outlineLvl"))
    if outline is not None:
        style = replace(style, level=outline + 1 if outline <= 8 else None)
    listed = said(element, "pPr", "numPr")
    if listed is not None:
        number, depth = _number(said(listed, "numId")), _number(said(listed, "ilvl"))
        depth = style.depth or 0 if depth is None else min(depth, _DEEPEST)
        style = replace(style, depth=None if number == 0 else depth)
    return style


def _number(element: Element | None) -> int | None:
    value = _value(element)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else None
