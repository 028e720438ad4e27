"""PURE. A form with a file, `multipart/form-data` (RFC 7578) -> its fields and its file.

Whoever hands a body over has bounded its length; here the number of parts is, and what stands
before each. What is written otherwise than browsers write it is refused whole.
"""

import re
from typing import NamedTuple

MOST_PARTS = 24
LONGEST_HEAD = 4 * 1024
LONGEST_FIELD = 16 * 1024
_BOUNDARY = re.compile(r'boundary=(?:"([^"\r\n]{1,70})"|([^\s;,"]{1,70}))', re.IGNORECASE)
_NAMED = re.compile(r'^content-disposition:\s*form-data\s*;.*?\bname="([^"]*)"', re.IGNORECASE)
_FILE = re.compile(r'\bfilename="([^"]*)"', re.IGNORECASE)
_ESCAPES = {"%22": '"', "%0D": "\r", "%0A": "\n"}


class Sent(NamedTuple):
    """The fields, the first of each name, and the file as (name, content) where one was chosen."""

    fields: dict[str, str]
    file: tuple[str, bytes] | None = None


def sent_parts(content_type: str, body: bytes) -> Sent | None:
    """What a form sent; None for what is no such body."""
    named = _BOUNDARY.search(content_type)
    if named is None:
        return None
    mark = b"\r\n--" + (named[1] or named[2]).encode("latin-1", "replace")
    _, *parts = (b"\r\n" + body).split(mark, MOST_PARTS + 1)
    if len(parts) > MOST_PARTS or not parts or not parts[-1].startswith(b"--"):
        return None
    fields: dict[str, str] = {}
    file: tuple[str, bytes] | None = None
    for part in parts[:-1]:
        found = _part(part)
        if found is None:
            return None
        name, filename, content = found
        if filename is None:
            fields.setdefault(name, content.decode("utf-8", "replace"))
        elif filename and file is None:
            file = (filename, content)
    return Sent(fields, file)


def _part(part: bytes) -> tuple[str, str | None, bytes] | None:
    """The name of a part, that of its file if it is one, and its content."""
    head, between, content = part.partition(b"\r\n\r\n")
    if not between or len(head) > LONGEST_HEAD or not head.startswith(b"\r\n"):
        return None
    for line in head[2:].decode("utf-8", "replace").split("\r\n"):
        if named := _NAMED.match(line):
            file = _FILE.search(line)
            if file is None and len(content) > LONGEST_FIELD:
                return None
            return named[1], _unescaped(file[1]) if file else None, content
    return None


def _unescaped(name: str) -> str:
    """As browsers escape what would end the name (HTML, multipart/form-data encoding)."""
    for escape, one in _ESCAPES.items():
        name = name.replace(escape, one).replace(escape.lower(), one)
    return name
