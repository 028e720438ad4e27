"""PURE. A file that somebody sends with a report -> what is kept of it, or why it is not taken.

It is known by its content as well as by its name, and never opened: of an archive only the names in
it are looked for, which stand there as they are, so that nothing is unpacked.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Literal

from scheduler.outbox.report_values import Upload

MOST_OCTETS = 5 * 1024 * 1024
LONGEST_NAME, _LONGEST_ENDING = 100, 10
Fault = Literal["type", "size", "empty"]
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*%]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_ODF = b"mimetypeapplication/vnd.oasis.opendocument."


def _begins(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda octets: octets.startswith(beginnings)


def _office(folder: bytes) -> Callable[[bytes], bool]:
    """An Office Open XML document of that kind, without macros (ECMA-376)."""

    def check(octets: bytes) -> bool:
        parts = folder in octets and b"[Content_Types].xml" in octets
        return octets.startswith(b"PK\x03\x04") and parts and b"vbaProject.bin" not in octets

    return check


def _open(kind: bytes) -> Callable[[bytes], bool]:
    """An OpenDocument file: its first entry says what it is (ODF 1.3, part 2, section 3.3)."""
    return lambda octets: octets[:4] == b"PK\x03\x04" and octets[30:].startswith(_ODF + kind)


def _is_text(octets: bytes) -> bool:
    return _CONTROLS.search(octets) is None


_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LETTER = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES: Mapping[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", _begins(b"%PDF-")),
    "png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "docx": (_LETTER, _office(b"word/document.xml")),
    "xlsx": (_SHEET, _office(b"xl/workbook.xml")),
    "odt": ("application/vnd.oasis.opendocument.text", _open(b"text")),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", _open(b"spreadsheet")),
    "txt": ("text/plain", _is_text),
    "csv": ("text/csv", _is_text),
}
"""How a name ends -> the media type, and whether the content is of it."""


def accepted(name: str, octets: bytes) -> Upload | Fault:
    """What is kept of a file; or why it is not taken."""
    if len(octets) > MOST_OCTETS:
        return "size"
    if not octets:
        return "empty"
    kept = file_name(name)
    kind, is_one = TYPES.get(kept.rpartition(".")[2], ("", _begins()))
    if not kind or not is_one(octets):
        return "type"
    return Upload(kept, kind, octets)


def file_name(name: str) -> str:
    """A name that can stand in a header, a page and any folder.

    Without a path, line breaks, marks that turn the direction of writing, and what some system
    forbids; no longer than `LONGEST_NAME` characters, and its end in small letters.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(one if one.isprintable() else " " for one in last)
    plain = " ".join(_NOT_IN_NAMES.sub("_", plain).split())
    stem, dot, ending = plain.rpartition(".")
    stem, ending = (stem, ending) if dot else (ending, "bin")
    stem, ending = stem.strip(". ") or "file", ending.strip().lower()[:_LONGEST_ENDING].strip()
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return f"{stem[: LONGEST_NAME - _LONGEST_ENDING - 1].rstrip('. ')}.{ending or 'bin'}"
