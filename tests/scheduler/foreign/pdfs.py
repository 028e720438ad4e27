"""Makes small PDFs, good ones and others."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Said(NamedTuple):
    """A line of a page."""

    text: str
    y: float
    x: float = 72.0
    size: float = 12.0
    bold: bool = False


def pdf(objects: Mapping[int, bytes], trailer: str = "/Root 1 0 R") -> bytes:
    """A PDF with those objects, and its table of where they are."""
    parts = [b"%PDF-1.7\n"]
    places: dict[int, int] = {}
    for number, body in sorted(objects.items()):
        places[number] = sum(map(len, parts))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    begin = sum(map(len, parts))
    size = max(objects) + 1
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    parts += (b"%010d 00000 n \n" % places.get(number, 0) for number in range(1, size))
    end = f"trailer\n<< /Size {size} {trailer} >>\nstartxref\n{begin}\n%%EOF\n"
    return b"".join([*parts, end.encode()])


def stream(content: bytes, more: str = "") -> bytes:
    """A stream as the body of an object, packed."""
    return packed(zlib.compress(content), "/Filter /FlateDecode " + more)


def packed(octets: bytes, more: str) -> bytes:
    """A stream of those octets."""
    return f"<< /Length {len(octets)} {more}>>\nstream\n".encode() + octets + b"\nendstream"


def pages(written: Sequence[Iterable[Said]], title: str = "") -> bytes:
    """A PDF with those lines on its pages."""
    return pdf(page_objects([_content(page) for page in written], title), _trailer(title))


def page_objects(contents: Sequence[bytes], title: str = "") -> dict[int, bytes]:
    """The objects of a PDF with pages of those contents, to be changed before it is made."""
    kids = " ".join(f"{10 + 2 * at} 0 R" for at in range(len(contents)))
    found = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        3: _font("Helvetica"),
        4: _font("Helvetica-Bold"),
        5: f"<< /Title ({title}) >>".encode("latin-1"),
    }
    fonts = "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>"
    for at, content in enumerate(contents):
        own = f"/Parent 2 0 R /MediaBox [0 0 612 792] /Contents {11 + 2 * at} 0 R"
        found[10 + 2 * at] = f"<< /Type /Page {own} {fonts} >>".encode()
        found[11 + 2 * at] = stream(content)
    return found


def _trailer(title: str) -> str:
    return "/Root 1 0 R" + (" /Info 5 0 R" if title else "")


def _font(name: str) -> bytes:
    encoding = "/Encoding /WinAnsiEncoding"
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} {encoding} >>".encode()


def _content(page: Iterable[Said]) -> bytes:
    return b"\n".join(map(_line, page))


def _line(said: Said) -> bytes:
    text = said.text.encode("cp1252")
    for sign in (b"\\", b"(", b")"):
        text = text.replace(sign, b"\\" + sign)
    font = "F2" if said.bold else "F1"
    return f"BT /{font} {said.size} Tf {said.x} {said.y} Td (".encode() + text + b") Tj ET"
