"""PURE. The octets of one plan file as a document, or what keeps them from being read.

TOML's own reader stops at the first mistake. Where leaving out the line of a mistake lets the
rest be read, the rest is checked too, and each further mistake of spelling is found.
"""

import re
import tomllib
from typing import NamedTuple

from config.documents import HEADER, Document, Lost
from config.positions import Place, Positions, Span, Twice
from config.problems import Problem
from config.spelling import explain

MOST_OCTETS = 32 * 1024 * 1024
"""The largest plan file that is read."""
DEEPEST = 100
"""So deep may tables and lists be nested."""
MOST_MISTAKES = 20
"""So many mistakes of spelling in one file are reported, not more."""
_WHERE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
_KEY = re.compile(r"\s*([\w-]+)\s*=")
_OPENING = re.compile(r"\s*[\w.\"'-]+\s*=\s*[\[{]")
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
    unread, left = Document(name, text, None, "anything"), text
    problems: list[Problem] = []
    lost: Lost = "nothing"
    lines: set[int] = set()
    while len(problems) < MOST_MISTAKES:
        try:
            data = tomllib.loads(left)
            if _too_deep(data):
                raise RecursionError
            return Document(name, text, data, lost, tuple(sorted(lines))), problems
        except tomllib.TOMLDecodeError as error:
            out = _leave_out(unread, left, error)
            lines |= _changed(left, out.left)
            left = out.left
            problems.append(out.problem)
            lost = "anything" if "anything" in (lost, out.lost) else "values"
        except RecursionError:
            return _unreadable(name, "tables or lists are nested too deeply", "", text)
        except ValueError:
            return _unreadable(name, "a number is too long", "write a shorter one", text)
    return unread, problems[:1]


def _too_deep(data: object) -> bool:
    """Whether tables and lists are nested deeper than a plan can need; it does not recurse."""
    level, depth = [data], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            return True
        inner = [one for table in level if isinstance(table, dict) for one in table.values()]
        inner += [one for found in level if isinstance(found, list) for one in found]
        level = [one for one in inner if isinstance(one, dict | list)]
    return False


def _changed(before: str, after: str) -> set[int]:
    pairs = zip(before.split("\n"), after.split("\n"), strict=True)
    return {number for number, (old, new) in enumerate(pairs, 1) if old != new}


def _unreadable(
    name: str, message: str, hint: str, text: str = ""
) -> tuple[Document, list[Problem]]:
    return Document(name, text, None, "anything"), [Problem(name, 1, 1, message, hint)]


def _no_utf8(name: str, octets: bytes, offset: int) -> tuple[Document, list[Problem]]:
    start = octets.rfind(b"\n", 0, offset) + 1
    line, column = octets.count(b"\n", 0, offset) + 1, len(octets[start:offset].decode()) + 1
    message = f"the octet 0x{octets[offset]:02X} is no UTF-8: the file has another encoding"
    hint = "save it as UTF-8; programs call the present encoding Latin-1, ANSI or Windows-1252"
    return Document(name, "", None, "anything"), [Problem(name, line, column, message, hint)]


class _Out(NamedTuple):
    """A text without what the reader stumbled over, what that was, and what is lost by it."""

    left: str
    problem: Problem
    lost: Lost


def _leave_out(document: Document, left: str, error: tomllib.TOMLDecodeError) -> _Out:
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
    problem = document.problem(told.place, told.message, told.hint)
    lost: Lost = "values" if _is_value(lines, place.line) else "anything"
    without = _without_list(lines, place.line) if reason.startswith("Unclosed") else None
    return _Out(without or _without_line(lines, place.line), problem, lost)


def _without_list(lines: list[str], number: int) -> str | None:
    """The lines without the list or table in { } that is open in one of them."""
    above = range(number - 1, -1, -1)
    start = next((at for at in above if _OPENING.match(lines[at])), None)
    if start is None:
        return None
    end = start + 1
    while end < len(lines) and not _KEY.match(lines[end]) and not HEADER.match(lines[end]):
        end += 1
    return "\n".join([*lines[:start], *[""] * (end - start), *lines[end:]])


def _is_value(lines: list[str], number: int) -> bool:
    """Whether a line holds the value of one key of a table with a header, and no id."""
    key = _KEY.match(lines[number - 1])
    above = (line for line in reversed(lines[: number - 1]) if HEADER.match(line))
    header = next(above, "")
    return bool(key and key[1] != "id" and ("." in header or "plan" in header))


def _without_line(lines: list[str], number: int) -> str:
    """The lines without one; without its whole table, where it is a table's header."""
    end = number
    if lines[number - 1].lstrip().startswith("["):
        while end < len(lines) and not lines[end].lstrip().startswith("["):
            end += 1
    return "\n".join([*lines[: number - 1], *[""] * (end - number + 1), *lines[end:]])


def _without_twice(document: Document, left: str, twice: Twice) -> _Out:
    positions = Positions(left)
    first, place = positions.place(twice.first.start), positions.place(twice.second.start)
    name = ".".join(str(step) for step in twice.path)
    message = f"`{name}` is defined twice, first in {document.name}:{first.line}:{first.column}"
    hint = "keep one of the two"
    if twice.path[-1] == "milestones":
        hint = f"each milestone of a track has a header of its own in double brackets: [[{name}]]"
    problem = document.problem(place, message, hint)
    whole_table = left.encode()[twice.piece.start : twice.piece.start + 1] == b"["
    lost: Lost = "anything" if whole_table else "values"
    return _Out(_blanked(positions.octets, twice.piece), problem, lost)


def _blanked(octets: bytes, piece: Span) -> str:
    blank = re.sub(rb"[^\n]+", b"", octets[piece.start : piece.end])
    return (octets[: piece.start] + blank + octets[piece.end :]).decode()
