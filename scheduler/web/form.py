"""PURE. What a form sent -> the answer in it, or what is amiss with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from scheduler.choices import REPORTS, Choice
from scheduler.desk_values import Answer
from scheduler.reports.uploads import accepted
from scheduler.web.multipart import Sent, sent_parts

MOST_OCTETS = 16 * 1024
MOST_FIELDS = 20
LONGEST_NOTE, LONGEST_WISH, LONGEST_LINK = 1000, 100, 500
_NOT_IN_LINKS = frozenset('<>"\\^`{|}')
"""What no address may hold as it is (RFC 3986)."""
_PERCENT_SIGNS = ("%", "٪", "﹪", "％")
FARTHEST = timedelta(days=90)
"""So far ahead a snooze may last."""
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is amiss: the key of its sentence. `field` names the input that it is about."""

    key: str
    field: str


def fields(body: bytes, most: int = MOST_FIELDS) -> dict[str, str]:
    """The fields of a form (`application/x-www-form-urlencoded`), the first of each name.

    Whatever the octets are; those that are no UTF-8 become U+FFFD. Of a form with more than `most`
    fields nothing is read.
    """
    text = body.decode("utf-8", "replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=most)
    except ValueError:
        return {}
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, _plain(value))
    return found


def form_of(content_type: str, body: bytes) -> Sent:
    """The fields and the file of a form, whichever of the two ways it was sent; whatever the
    octets are."""
    if not content_type.lower().startswith("multipart/"):
        return Sent(fields(body))
    sent = sent_parts(content_type, body) or Sent({})
    return Sent({name: _plain(value) for name, value in sent.fields.items()}, sent.file)


def read(sent: Sent, may: Collection[Choice], today: date, wished: str) -> Answer | Problem:
    """The answer in a form.

    may: what the reader may choose. today: in her zone. wished: the sentence that says in a note
    which date is wished, with a gap of that name.
    """
    answer = _read(sent.fields, may, today, wished)
    if isinstance(answer, Problem) or answer.choice not in REPORTS:
        return answer
    link = link_of(sent.fields.get("link", ""))
    if link is None:
        return Problem("problem-link", "link")
    upload = accepted(*sent.file) if sent.file else None
    if isinstance(upload, str):
        return Problem(f"problem-file-{upload}", "file")
    whole = replace(answer, link=link, upload=upload)
    empty = not (whole.note or link or upload) and whole.percent is None
    return Problem("problem-choice", "note") if whole.choice == "note" and empty else whole


def _read(
    sent: Mapping[str, str], may: Collection[Choice], today: date, wished: str
) -> Answer | Problem:
    choice = sent.get("say", "")
    if choice not in may:
        return Problem("problem-choice", "say")
    day = _day(sent.get("day", ""), today) if choice == "snoozed" else None
    if choice == "snoozed" and day is None:
        return Problem("problem-day", "day")
    percent = percent_of(sent.get("percent", ""))
    if percent == -1:
        return Problem("problem-percent", "percent")
    note, wish = sent.get("note", "").strip(), " ".join(sent.get("wished", "").split())
    if len(note) > LONGEST_NOTE:
        return Problem("problem-long", "note")
    if len(wish) > LONGEST_WISH:
        return Problem("problem-long", "wished")
    if choice == "done":
        percent = None
    said = wished.format(wished=wish.rstrip(".")) if wish and choice != "done" else ""
    whole = f"{said} {note}".strip()
    return Answer(choice=cast(Choice, choice), note=whole, percent=percent, day=day)


def days(today: date) -> tuple[date, date, date]:
    """The first and last day for a snooze, and one in between for an example."""
    return today + timedelta(days=1), today + FARTHEST, today + A_WEEK


def _day(text: str, today: date) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    first, last, _ = days(today)
    return found if first <= found <= last else None


def link_of(text: str) -> str | None:
    """An address of the web, "" where nothing is written; None for anything else."""
    link = text.strip()
    if not link:
        return ""
    if len(link) > LONGEST_LINK or not link.isprintable() or " " in link:
        return None
    try:
        parts = urlsplit(link)
        known = parts.scheme in ("http", "https") and parts.hostname and not parts.username
    except ValueError:
        return None
    return link if known and not _NOT_IN_LINKS & set(link) else None


def percent_of(text: str) -> int | None:
    """A whole number from 0 to 100, in the digits of any script; None where nothing is written, -1
    for anything else."""
    text = text.strip()
    text = text[:-1].strip() if text.endswith(_PERCENT_SIGNS) else text
    if not text:
        return None
    right = text.isdecimal() and len(text) <= 3 and int(text) <= 100
    return int(text) if right else -1


def _plain(text: str) -> str:
    """A text without control characters but line breaks, which forms send as CRLF. Every other
    space is a plain one: words stay apart, whatever was typed or pasted between them."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    spaced = (" " if one.isspace() and one != "\n" else one for one in kept)
    return "".join(one for one in spaced if one == "\n" or one.isprintable())
