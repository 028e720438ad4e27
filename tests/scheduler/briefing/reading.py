"""A `.docx` read with nothing but the zip and XML of the standard library."""

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARKS = str.maketrans("", "", "\u200e\u200f")


def body(content: bytes) -> ElementTree.Element:
    """The body of the document."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        found = ElementTree.fromstring(opened.read("word/document.xml")).find(f"{_W}body")
    assert found is not None
    return found


def lines(content: bytes) -> list[tuple[str, str]]:
    """Each paragraph as its style and its text, each row of a table as "row" and its cells."""
    return list(_lines(body(content)))


def _lines(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for one in element:
        if one.tag == f"{_W}p":
            yield _style(one), text(one)
        elif one.tag == f"{_W}tbl":
            for row in one.iter(f"{_W}tr"):
                yield "row", " | ".join(text(cell) for cell in row.iter(f"{_W}tc"))


def _style(line: ElementTree.Element) -> str:
    found = line.find(f"{_W}pPr/{_W}pStyle")
    return "" if found is None else found.attrib[f"{_W}val"]


def text(element: ElementTree.Element) -> str:
    """The letters in an element, without the marks of direction."""
    return "".join(one.text or "" for one in element.iter(f"{_W}t")).translate(_MARKS)


def children(content: bytes, name: str) -> list[list[str]]:
    """The names of what each element of a name holds, in its order."""
    return [
        [child.tag.removeprefix(_W) for child in one] for one in body(content).iter(f"{_W}{name}")
    ]
