"""PURE. The letters of a text file, in whatever way they were written down."""

from calendars.foreign.values import ImportingError

_WIDE = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_OTHERS = (
    (b"%PDF", "it is a PDF; give its name the ending .pdf"),
    (b"PK\x03\x04", "it is a packed file; give its name the ending it had, such as .docx or .xlsx"),
    (b"\xd0\xcf\x11\xe0", "it is a file of an older office program; save it as .docx"),
    (b"{\\rtf", "it is a file of a word processor (RTF); save it as .docx"),
)
OLDER = "its letters were read as Windows-1252, the older Western one: look whether they are right"


def decoded(octets: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, and notes of what may be wrong with it."""
    for begin, advice in _OTHERS:
        if octets.startswith(begin):
            raise ImportingError(advice)
    for mark, name in _WIDE:
        if octets.startswith(mark):
            return octets.decode(name, "replace"), ()
    if b"\x00" in octets:
        raise ImportingError("it is no text; save it as text in UTF-8")
    try:
        return octets.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace"), (OLDER,)
