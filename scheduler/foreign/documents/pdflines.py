"""Reads the lines of a PDF, as a program, in a process of its own.

A PDF may be made so that reading it takes all of a machine. The process is bounded in memory and
time by what the system gives it, and takes nothing with it when it ends. The file comes in by the
standard input; what was found goes out as JSON.
"""

import json
import re
import resource
import sys
from contextlib import suppress
from dataclasses import asdict, astuple
from io import BytesIO
from typing import TYPE_CHECKING, Any

from calendars.foreign.values import ImportingError
from scheduler.foreign.documents.outline import bounded
from scheduler.foreign.documents.pages import Line, Lines

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MOST_PAGES = 2_000
MOST_MEMORY = 1536 * 1024 * 1024
MOST_SECONDS = 120
_BOUNDS: dict[str, Any] = {
    "zlib_maximum_output_length": 30_000_000,
    "lzw_maximum_output_length": 30_000_000,
    "run_length_maximum_output_length": 30_000_000,
    "stream_decoding_work_maximum_length": 60_000_000,
    "xform_maximum_invocations_per_extraction": 500,
    "jbig2dec_binary": None,
}
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
LOCKED = "it has a password; save it without one"
PICTURES = "it has no text, only pictures; have its text recognised (OCR) and import that"
DAMAGED = "it cannot be read as a PDF; save it anew, or save its text as .docx or .txt"


def read_lines(octets: bytes) -> Lines:
    """The lines of a PDF's pages; ImportingError where there are none."""
    import pypdf  # noqa: PLC0415
    from pypdf.errors import DependencyError, FileNotDecryptedError  # noqa: PLC0415

    with pypdf.apply_configuration(**_BOUNDS):
        try:
            reader = pypdf.PdfReader(BytesIO(octets))
            if reader.is_encrypted and not reader.decrypt(""):
                raise ImportingError(LOCKED)
            return _read(reader)
        except ImportingError:
            raise
        except (DependencyError, FileNotDecryptedError):
            raise ImportingError(LOCKED) from None
        except Exception:  # noqa: BLE001 - what a damaged file makes of it has no one type
            raise ImportingError(DAMAGED) from None


def _read(reader: "PdfReader") -> Lines:
    count = len(reader.pages)
    if count > MOST_PAGES:
        raise ImportingError(
            f"it has more than {MOST_PAGES:,} pages; split it and import its parts"
        )
    lines: list[Line] = []
    unread: list[int] = []
    characters = 0
    for number in range(1, count + 1):
        try:
            page = _page(reader.pages[number - 1], number)
        except Exception:  # noqa: BLE001 - as above; the other pages may be whole
            unread.append(number)
            continue
        lines += page
        characters += sum(len(line.text) for line in page)
        bounded(characters)
    if not lines:
        raise ImportingError(DAMAGED if unread else PICTURES)
    return Lines(tuple(lines), _title(reader), tuple(unread))


def _title(reader: "PdfReader") -> str:
    with suppress(Exception):
        return str((reader.metadata and reader.metadata.title) or "")[:300]
    return ""


def _page(page: "PageObject", number: int) -> list[Line]:
    """The lines of one page, in the order in which they were written."""
    gathered = _Gathered(number)
    page.extract_text(visitor_text=gathered.take)
    gathered.end()
    return gathered.lines


class _Gathered:
    """Puts the snippets that are written on a page together to lines."""

    def __init__(self, page: int) -> None:
        self.lines: list[Line] = []
        self._page = page
        self._parts: list[str] = []
        self._place = (0.0, 0.0, 0.0)
        self._bold = True

    def take(self, text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        """One snippet, with the matrices of where it stands, and its font."""
        first, *others = text.split("\n")
        self._add(first, cm, tm, font, size)
        for part in others:
            self.end()
            self._add(part, cm, tm, font, size)

    def _add(self, text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        if text.strip():
            if not any(part.strip() for part in self._parts):
                self._place = _place(cm, tm, size)
            named = font.get("/BaseFont") if hasattr(font, "get") else ""
            self._bold = self._bold and _BOLD.search(str(named)) is not None
        self._parts.append(text)

    def end(self) -> None:
        """The line is at its end."""
        text = "".join(self._parts)
        if text.strip():
            self.lines.append(Line(text.strip(), self._page, *self._place, self._bold))
        self._parts, self._bold = [], True


def _place(cm: Any, tm: Any, size: Any) -> tuple[float, float, float]:
    """Where on the page a snippet begins, and how large its letters are; rounded to a tenth."""
    try:
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = abs((tm[0] * tm[3] - tm[1] * tm[2]) * (cm[0] * cm[3] - cm[1] * cm[2])) ** 0.5
        place = (float(x), float(y), abs(float(size)) * float(scale))
    except (ArithmeticError, TypeError, ValueError, IndexError):
        return 0.0, 0.0, 0.0
    return tuple(round(one, 1) if abs(one) < 1e6 else 0.0 for one in place)  # type: ignore[return-value]


def main() -> None:
    """Read the file from the standard input, within bounds."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))
    try:
        found = read_lines(sys.stdin.buffer.read())
        said: dict[str, Any] = asdict(found) | {"lines": [astuple(one) for one in found.lines]}
    except ImportingError as error:
        said = {"error": str(error)}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
