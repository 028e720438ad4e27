"""PURE. A mail in the mailbox of answers -> the answers to invitations that are in it.

An answer is known by the UID of the invitation and by the address that was invited. Who sent the
mail is not looked at: people answer from other addresses of theirs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from itertools import islice
from urllib.parse import unquote

from calendars.reply import Reply, ReplyError, parse_reply
from scheduler.incoming.received import POLICY
from scheduler.outbox.values import Answer, Invited, State

MOST_OCTETS = 1024 * 1024
MOST_PARTS = 100
_CALENDARS = frozenset({"text/calendar", "application/ics"})


def replies_in(mail: bytes) -> tuple[Reply, ...]:
    """The answers of the first calendar in a mail that is one; raises `ReplyError`.

    Whatever the octets are, it ends in one or the other.
    """
    if len(mail) > MOST_OCTETS:
        raise ReplyError(f"the mail is larger than {MOST_OCTETS // 1024} KB")
    reason = "no calendar is in it"
    try:
        for content in islice(_calendars(message_from_bytes(mail, policy=POLICY)), MOST_PARTS):
            try:
                return parse_reply(content)
            except ReplyError as error:
                reason = str(error)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        reason = "it is no mail that can be read"
    raise ReplyError(reason)


def _calendars(mail: Message) -> Iterator[bytes]:
    for part in islice(mail.walk(), MOST_PARTS):
        if part.is_multipart():
            continue
        if part.get_content_type() in _CALENDARS or _is_file_of_one(part):
            content = part.get_payload(decode=True)
            yield content if isinstance(content, bytes) else b""


def _is_file_of_one(part: Message) -> bool:
    return (part.get_filename() or "").lower().endswith(".ics")


def answer_to(
    reply: Reply, known: Sequence[Invited], timezone: str, mail: str, now: datetime
) -> Answer | None:
    """What an answer says; None where nobody with that address was invited.

    known: the invitations under its UID. timezone: of the milestone, whose days name occurrences.
    mail: the identity of the mail.
    """
    # Our invitations write letters beyond ASCII in percents (RFC 6068); programs give these back.
    addresses = {reply.attendee.casefold(), unquote(reply.attendee).casefold()}
    mine = [one for one in known if one.address.casefold() in addresses]
    if not mine:
        return None
    original = reply.original.within(timezone) if reply.original else None
    return Answer(
        mail=mail,
        milestone=mine[-1].milestone,
        recipient=mine[-1].recipient,
        occurrence=original.isoformat()[:10] if original else "",
        sequence=reply.sequence,
        answer=reply.answer,
        comment=reply.comment,
        said_at=min(reply.said_at or now, now),
        at=now,
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said last. older: it was said of a date that has changed since."""

    milestone: str
    recipient: str
    occurrence: str
    answer: str
    comment: str
    said_at: datetime
    older: bool


def last_said(answers: Sequence[Answer], invited: Sequence[Invited]) -> list[Said]:
    """What each person who is invited said last, of all of a milestone or of one occurrence.

    An answer to a later invitation counts before one that was sent later (RFC 5546, section
    2.1.5). An invitation that was put away before it went out counts for nothing. Both are given
    in the order in which they came.
    """
    stands = (one for one in invited if one.state != State.SUPERSEDED)
    told = {(one.milestone, one.recipient): one for one in stands}
    last: dict[tuple[str, str, str], Answer] = {}
    for one in answers:
        key = (one.milestone, one.recipient, one.occurrence)
        if key not in last or one.sequence >= last[key].sequence:
            last[key] = one
    return [
        _said(one, told[key[:2]].sequence)
        for key, one in last.items()
        if key[:2] in told and told[key[:2]].kind != "cancelled"
    ]


def _said(one: Answer, sequence: int) -> Said:
    older = one.sequence < sequence
    return Said(
        one.milestone, one.recipient, one.occurrence, one.answer, one.comment, one.said_at, older
    )


def counts(found: Sequence[Said]) -> dict[str, dict[str, int]]:
    """Milestone -> how many said what of all of it, as it is in force: no names."""
    numbers: dict[str, dict[str, int]] = {}
    for one in found:
        if not one.older and not one.occurrence:
            of_one = numbers.setdefault(one.milestone, {})
            of_one[one.answer] = of_one.get(one.answer, 0) + 1
    return numbers
