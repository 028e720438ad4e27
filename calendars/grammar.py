"""PURE. The content lines of RFC 5545 (sections 3.1 and 3.3): folding, escaping, value types.

It knows lines and values, no components. Whatever goes into a line is checked here, so that
one text with a control character cannot spoil a whole calendar.
"""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

CRLF = "\r\n"
OCTETS = 75
"""The longest line in octets, without its line end (section 3.1)."""

_SPECIAL = re.compile(r"[\\;,\x00-\x08\n-\x1f\x7f\ud800-\udfff]")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_URI_SAFE = ":/?#[]@!$&'()*+,;=%~"


class GrammarError(ValueError):
    """A value that no iCalendar line can hold; the text says which, and where it stands."""


def text(value: str) -> str:
    """A TEXT value (section 3.3.11), escaped.

    Line ends of any kind become `\\n`. Raises `GrammarError` for other control characters and
    for lone surrogates, which UTF-8 cannot hold.
    """
    if not _SPECIAL.search(value):
        return value
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    if found := _FORBIDDEN.search(plain):
        raise GrammarError(
            f"character {found.start() + 1} is U+{ord(found[0]):04X}, which a calendar cannot "
            "hold; remove it"
        )
    escaped = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def plain(value: str) -> str:
    """The text as it is, where a feed of any format can hold it; raises `GrammarError`."""
    text(value)
    return value


def uri(value: str) -> str:
    """A URI value (section 3.3.13): what may not stand in a URI is percent-encoded."""
    try:
        return quote(value, safe=_URI_SAFE)
    except UnicodeEncodeError:
        raise GrammarError("an address with a lone surrogate; write it anew") from None


def line(content: str) -> str:
    """A content line with its line end, folded at 75 octets and never inside a character."""
    if len(content) <= OCTETS and content.isascii():
        return content + CRLF
    octets = content.encode()
    if len(octets) <= OCTETS:
        return content + CRLF
    return _folded(octets)


def _folded(octets: bytes) -> str:
    pieces = []
    start, room = 0, OCTETS
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, OCTETS - 1
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces).decode() + CRLF


def day(value: date) -> str:
    """A DATE value (section 3.3.4): "20240430"."""
    return value.isoformat()[:10].replace("-", "")


def local(value: datetime) -> str:
    """A DATE-TIME value without a zone of its own (section 3.3.5): "20240430T140000"."""
    return value.isoformat()[:19].replace("-", "").replace(":", "")


def utc(value: datetime) -> str:
    """A DATE-TIME value in UTC: "20240430T110000Z"; raises `GrammarError` for a naive one."""
    if value.tzinfo is UTC:
        return local(value) + "Z"
    if value.utcoffset() is None:
        raise GrammarError(f"{value.isoformat()} has no time zone; give an instant")
    return local(value.astimezone(UTC)) + "Z"


def duration(value: timedelta) -> str:
    """A DURATION value (section 3.3.6) in exact time, "PT1H30M"; `value` is not negative."""
    seconds = int(value.total_seconds())
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else ""]
    parts.append(f"{rest}S" if rest or not seconds else "")
    if hours and rest and not minutes:
        parts[1] = "0M"
    return "PT" + "".join(parts)


def trigger(value: timedelta) -> str:
    """A DURATION value from a start, nominal days first (sections 3.3.6 and 3.8.6.3).

    "-P29DT15H" is 9:00 on the 30th day before, whatever the clocks do meanwhile; "PT9H" comes
    after the start. Whole minutes.
    """
    minutes = abs(value) // timedelta(minutes=1)
    days, rest = divmod(minutes, 24 * 60)
    clock = duration(timedelta(minutes=rest)).removeprefix("P") if rest or not days else ""
    sign = "-" if value < timedelta(0) else ""
    return f"{sign}P{f'{days}D' if days else ''}{clock}"


def offset(value: timedelta) -> str:
    """A UTC-OFFSET value (section 3.3.14): "+0300", with seconds only where there are any."""
    seconds = int(value.total_seconds())
    sign = "-" if seconds < 0 else "+"
    minutes, rest = divmod(abs(seconds), 60)
    short = f"{sign}{minutes // 60:02d}{minutes % 60:02d}"
    return f"{short}{rest:02d}" if rest else short
