"""A packed file (.xlsx, .docx) is looked at before anything in it is unpacked.

What unpacks to very much (a zip bomb) is refused by the sizes that its directory tells: a reader
takes no octet more of a part than that. XML that defines entities is refused too: no office program
writes any, and one may grow to very much.
"""

import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from calendars.foreign.scanning import MOST_OCTETS
from calendars.foreign.values import ImportingError

MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 5_000
_UNREADABLE = (
    BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError,
)  # fmt: skip
_DEFINES = (b"<!doctype", b"<!entity")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
"""How XML begins that is not in UTF-8, in which what it defines would go unseen."""


def checked(octets: bytes, kind: str) -> BytesIO:
    """The file, to be read; ImportingError where it is no packed file, or not to be trusted.

    kind: what it should be, such as "spreadsheet".
    """
    check_size(octets, kind)
    try:
        with ZipFile(BytesIO(octets)) as archive:
            _check(archive, kind)
    except ImportingError:
        raise
    except _UNREADABLE:
        raise ImportingError(f"it is no {kind} that can be unpacked; save it anew") from None
    return BytesIO(octets)


def check_size(octets: bytes, kind: str) -> None:
    """ImportingError for a file that is larger than any calendar may be, too."""
    if len(octets) > MOST_OCTETS:
        most = MOST_OCTETS // 1024 // 1024
        raise ImportingError(f"it is larger than {most} MB; is it a {kind}?")


def _check(archive: ZipFile, kind: str) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNPACKED:
        most = MOST_UNPACKED // 1024 // 1024
        raise ImportingError(f"it unpacks to more than {most} MB or {MOST_PARTS:,} parts")
    for one in parts:
        if one.flag_bits & 1:
            raise ImportingError(f"the {kind} has a password; save it without")
        if one.filename.lower().endswith((".xml", ".rels", ".vml")):
            _check_xml(archive.read(one), kind)


def _check_xml(octets: bytes, kind: str) -> None:
    lowered = octets.lower()
    if lowered.startswith(_WIDE) or any(mark in lowered for mark in _DEFINES):
        raise ImportingError(f"it has parts such as no {kind} has; save it anew")
