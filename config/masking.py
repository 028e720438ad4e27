"""PURE. A line of the plan as it may be shown: without what could be a secret.

It works on the text alone, so that it also serves where the text is no TOML. In a table of a
channel each value is masked but those of keys that are known to be harmless; elsewhere the
values of keys whose names sound like a secret.
"""

import re
from collections.abc import Sequence

MASK = "***"
HARMLESS = frozenset(
    [
        "type",
        "host",
        "port",
        "security",
        "from",
        "reply-to",
        "envelope-sender",
        "rate",
        "timeout",
        "certificates",
        "every",
        "timezone",
        "public",
        "allow-private",
        "ping-every",
    ]
)
"""Keys of a channel, a calendar and the service whose values are shown."""

_REFERENCE = {
    "env": re.compile(r"""["'][A-Za-z_][A-Za-z0-9_]{0,80}["']""", re.ASCII),
    "file": re.compile(r"""["'][A-Za-z0-9_./~-]{1,120}["']""", re.ASCII),
}
_SOUNDS_SECRET = re.compile(r"pass|secret|token|key|credential|auth|login", re.IGNORECASE)
_HEADER = re.compile(r"\s*\[\[?\s*([^\]]*)")
_PAIR = re.compile(
    r"""(?P<key>[\w-]++|"[^"]*+"|'[^']*+')(?P<rest>(?:\s*+\.\s*+[\w"'-]++)*+\s*+=\s*+)"""
    r"""(?P<value>"(?:[^"\\]|\\.)*+"?|'[^']*+'?|(?=[{\[])|[^,}\]\n#]*+)"""
    r"""|[\w-]++(?:\s*+\.\s*+[\w-]++)*+"""
)
"""A key with its value; or words that are none, passed over at once, so that a long line takes no
time."""
_CHANNELS = re.compile(r"""\b(?:channels|calendars|service)["']?\s*(\.|=\s*\{)""")
_ITEM = re.compile(r"""(?<=[\[,])\s*("(?:[^"\\]|\\.)*"?|'[^']*'?)(?!\s*[=.])""")
_RUN = re.compile(r"[^\s\"']+")
_BEGINS = re.compile(r"\b(?:xox[a-z]-|whsec_|https?://(?:hooks\.)?)")


def masked(lines: Sequence[str], number: int, end: int | None = None) -> str:
    """The line of that number (from 1), or its first `end` characters, without secrets.

    What could be a secret is replaced by `***`.
    """
    line = lines[number - 1][:end]
    table = _table(lines, number)
    channel = bool(re.match(r"[\"']?(channels|calendars|service)\b", table))
    channel = channel or bool(_CHANNELS.search(line))
    known = _PAIR.sub(lambda found: _pair(found, channel), line)
    known = _ITEM.sub(MASK, known) if channel else known
    if channel and known == line and "=" not in line and not _HEADER.match(line):
        known = _loose(line)
    return _RUN.sub(_without_token, known)


def _table(lines: Sequence[str], number: int) -> str:
    for at in range(number - 2, -1, -1):
        line = lines[at]
        if (found := _HEADER.match(line)) and "=" not in line:
            return found[1]
    return ""


def _pair(found: re.Match[str], channel: bool) -> str:
    if found["key"] is None:
        return found[0]
    key = found["key"].strip("\"'").lower()
    value = found["value"].rstrip()
    if not value or key in HARMLESS:
        return found[0]
    if key in _REFERENCE and _REFERENCE[key].fullmatch(value):
        return found[0]
    secret = channel or key in _REFERENCE or _SOUNDS_SECRET.search(key)
    space = found["value"][len(value) :]
    return found["key"] + found["rest"] + MASK + space if secret else found[0]


def _without_token(found: re.Match[str]) -> str:
    """A run of signs up to where a token, or an address with a password, begins in it."""
    run = found[0]
    last = run.rfind("@")
    for begun in _BEGINS.finditer(run):
        if not begun[0].endswith("://") or begun.end() <= last:
            return run[: begun.start()] + MASK
    return run


def _loose(line: str) -> str:
    """A line of a channel without a key, such as the middle of a long text: all of it."""
    return re.sub(r"[^\s\[\]{},]+", MASK, line)
