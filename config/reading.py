"""PURE. The octets of one plan file as a document, or what keeps them from being read.

TOML's own reader stops at the first mistake. Where leaving out the line of a mistake lets the
rest be read, the rest is checked too, and each further mistake of spelling is found.
"""

import re
import tomllib

from config.documents import Document
from config.positions import Place, Positions, Span, Twice
from config.problems import Problem
from config.spelling import explain

MOST_OCTETS = 32 * 1024 * 1024
"""The largest plan file that is read."""
MOST_MISTAKES = 20
"""So many mistakes of spelling in one file are reported, not more."""
_WHERE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
_TWICE = re.compile(r"Cannot (overwrite|declare|mutate)|Duplicate")
_BOMS = (
    (b"\xef\xbb\xbf", "starts with a byte order mark"),
    (b"\xff\xfe", "is written in UTF-16"),
    (b"\xfe\xff", "is written in UTF-16"),
)


def read_octets(name: str, octets: bytes) -> tuple[Document, list[Problem]]:
    """A plan file's octets as a document, and what is wrong with its encoding and spelling."""
    for mark, what in _BOMS:
        if octets.startswith(mark):
            return _unreadable(name, f"the file {what}", "save it as UTF-8 without a mark")
    if len(octets) > MOST_OCTETS:
        most = MOST_OCTETS // 1024 // 1024
        return _unreadable(name, f"the file is larger than {most} MB", "split the plan in files")
    try:
        return read_text(name, octets.decode())
    except UnicodeDecodeError as error:
        return _no_utf8(name, octets, error.start)


def read_text(name: str, text: str) -> tuple[Document, list[Problem]]:
    """A plan's text as a document, and what is wrong with its spelling."""
    left, problems, whole = text, list[Problem](), Document(name, text, None, whole=False)
    while len(problems) < MOST_MISTAKES:
        try:
            data = tomllib.loads(left)
            return Document(name, text, data, whole=not problems), problems
        except tomllib.TOMLDecodeError as error:
            left, problem = _leave_out(whole, left, error)
            problems.append(problem)
        except RecursionError:
            return _unreadable(name, "tables or lists are nested too deeply", "", text)
        except ValueError:
            return _unreadable(name, "a number is too long", "write a shorter one", text)
    return whole, problems[:1]


def _unreadable(
    name: str, message: str, hint: str, text: str = ""
) -> tuple[Document, list[Problem]]:
    return Document(name, text, None, whole=False), [Problem(name, 1, 1, message, hint)]


def _no_utf8(name: str, octets: bytes, offset: int) -> tuple[Document, list[Problem]]:
    start = octets.rfind(b"\n", 0, offset) + 1
    line, column = octets.count(b"\n", 0, offset) + 1, len(octets[start:offset].decode()) + 1
    message = f"the octet 0x{octets[offset]:02X} is no UTF-8: the file has another encoding"
    hint = "save it as UTF-8; programs call the present encoding Latin-1, ANSI or Windows-1252"
    return Document(name, "", None, whole=False), [Problem(name, line, column, message, hint)]


def _leave_out(
    document: Document, left: str, error: tomllib.TOMLDecodeError
) -> tuple[str, Problem]:
    """The text without what the reader stumbled over, and the problem that this is."""
    found = _WHERE.search(str(error))
    reason = _WHERE.sub("", str(error))
    if _TWICE.match(reason) and (twice := Positions(left).twice):
        return _without_twice(document, left, twice[0])
    lines = left.split("\n")
    last = max(number for number, line in enumerate(lines, 1) if line.strip() or number == 1)
    place = Place(last, len(lines[last - 1].rstrip()) + 1)
    if found and found[1]:
        place = Place(min(int(found[1]), len(lines)), int(found[2]))
    told = explain(reason, lines[place.line - 1], place)
    return _without_line(lines, place.line), document.problem(told.place, told.message, told.hint)


def _without_line(lines: list[str], number: int) -> str:
    """The lines without one; without its whole table, where it is a table's header."""
    end = number
    if lines[number - 1].lstrip().startswith("["):
        while end < len(lines) and not lines[end].lstrip().startswith("["):
            end += 1
    return "\n".join([*lines[: number - 1], *[""] * (end - number + 1), *lines[end:]])


def _without_twice(document: Document, left: str, twice: Twice) -> tuple[str, Problem]:
    positions = Positions(left)
    first, place = positions.place(twice.first.start), positions.place(twice.second.start)
    name = ".".join(str(step) for step in twice.path)
    message = f"`{name}` is defined twice, first in {document.name}:{first.line}:{first.column}"
    hint = "keep one of the two"
    if twice.path[-1] == "milestones":
        hint = f"each milestone of a track has a header of its own in double brackets: [[{name}]]"
    return _blanked(positions.octets, twice.piece), document.problem(place, message, hint)


def _blanked(octets: bytes, piece: Span) -> str:
    blank = re.sub(rb"[^\n]+", b"", octets[piece.start : piece.end])
    return (octets[: piece.start] + blank + octets[piece.end :]).decode()
