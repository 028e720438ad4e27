"""PDFs as sentences. They are read by another process, which is ended where it takes too long."""

import json
import os
import re
import subprocess
import sys

from calendars.foreign.values import ImportingError
from scheduler.foreign.documents.markup import single_spaced
from scheduler.foreign.documents.outline import document
from scheduler.foreign.documents.pages import Line, Lines, blocks_of
from scheduler.foreign.documents.pdflines import DAMAGED, MOST_SECONDS, PICTURES
from scheduler.foreign.values import Document

_COMMAND = (sys.executable, "-P", "-m", "scheduler.foreign.documents.pdflines")
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")
_LONGEST_WAIT = MOST_SECONDS + 30
_TOO_MUCH = "it takes too long or too much memory to read; save its text as .docx or .txt"
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]")
REVERSED = "Arabic in a PDF may come out in another order: compare each sentence"
_NO_TITLE = re.compile(
    r"(?:untitled|microsoft (?:word|powerpoint) - .*|powerpoint presentation|about:blank"
    r"|.*\.\w{2,4})",
    re.IGNORECASE,
)


def read_pdf(octets: bytes) -> Document:
    """The sentences of a PDF, each with its page; ImportingError where it cannot be read."""
    if b"%PDF" not in octets[:2048]:
        raise ImportingError(DAMAGED)
    return arranged(_lines(octets))


def arranged(lines: Lines) -> Document:
    """The sentences of its lines."""
    notes = []
    if lines.unread:
        pages = ", ".join(map(str, lines.unread[:5])) + (" …" if len(lines.unread) > 5 else "")
        notes.append(f"what stands on page {pages} could not be read")
    title = single_spaced(lines.title)
    found = document(blocks_of(lines.lines), "" if _NO_TITLE.fullmatch(title) else title, notes)
    if not found.pieces:
        raise ImportingError(PICTURES)
    if any(_ARABIC.search(piece.text) for piece in found.pieces):
        return Document(found.pieces, found.title, (*found.notes, REVERSED))
    return found


def _lines(octets: bytes) -> Lines:
    """What the other process found. It has none of this one's secrets in its environment."""
    places = os.pathsep.join(os.path.abspath(place) for place in sys.path)  # noqa: PTH100
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    try:
        done = subprocess.run(
            _COMMAND,
            input=octets,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**inherited, "PYTHONPATH": places},
            timeout=_LONGEST_WAIT,
            check=True,
        )
        said = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise ImportingError(_TOO_MUCH) from None
    except OSError as error:
        raise ImportingError(f"no process can be begun to read it: {error.strerror}") from None
    if "error" in said:
        raise ImportingError(said["error"])
    lines = tuple(Line(*one) for one in said["lines"])
    return Lines(lines, said["title"], tuple(said["unread"]))
