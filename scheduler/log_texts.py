"""PURE. What a line of the log may hold: no secret, no more than one line, and a failure in words.

Whatever the text of an error brings along is struck out here: the values of an SQL statement,
the password in an address, the token of a private link. The values of local variables, which a
traceback may show, are not even looked at.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

LONGEST = 1000
"""The most of a failure's text that is kept, in characters: it may quote what somebody sent."""
_HOME = Path(__file__).parents[1]
_ROOMS = frozenset({"scheduler", "config", "calendars", "notifiers"})
_STRUCK: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"\s*\[SQL: .*|\s*\[parameters: .*", re.DOTALL), ""),
    (re.compile(r"\s*\(Background on this error at: \S+\)"), ""),
    (re.compile(r"(\w://[^\s:/@]*):[^\s]*@"), r"\1:…@"),
    (re.compile(r"(password|passwd|secret|token)=('[^']*'|[^\s&]+)", re.IGNORECASE), r"\1=…"),
    (re.compile(r"(/(?:private|answer|stop|request|login)/)[\w.~=%-]{24,}[^\s\"']*"), r"\1…"),
)
_SUSPECT = re.compile(r"://|=|\[|\(Back|/(?:private|answer|stop|request|login)/")
"""What each of these has in it; most texts have none of it."""
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def without_secrets(text: str) -> str:
    """A text with everything struck out that is for nobody's eyes."""
    if not _SUSPECT.search(text):
        return text
    for pattern, instead in _STRUCK:
        text = pattern.sub(instead, text)
    return text


def on_one_line(text: str) -> str:
    """A text whose line breaks and other control signs are written as escapes."""
    return _BREAKS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def failure(error: BaseException) -> Mapping[str, str]:
    """A failure for whoever mends it: its kind and text, and its place in the program.

    `place` is the way through our own files to the last step, wherever that was.
    """
    text = without_secrets(str(error).strip())
    kind = type(error).__name__
    return {
        "error": f"{kind}: {text[:LONGEST]}" if text else kind,
        "place": " > ".join(_places(error.__traceback__)),
    }


def _places(trace: TracebackType | None) -> Iterator[str]:
    frames = list(walk_tb(trace))
    for number, (frame, line) in enumerate(frames, 1):
        code = frame.f_code
        path = _shown(Path(code.co_filename))
        if path.parts[0] in _ROOMS or number == len(frames):
            yield f"{path.as_posix()}:{line} {code.co_name}"


def _shown(path: Path) -> Path:
    """A file of ours from its room on; of another one its folder and its name."""
    if path.is_relative_to(_HOME):
        inside = path.relative_to(_HOME)
        if inside.parts[0] in _ROOMS:
            return inside
    return Path(*path.parts[-2:])
