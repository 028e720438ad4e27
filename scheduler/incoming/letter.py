"""PURE. A mail -> what the rules for bounces and answers ask of it."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from scheduler.incoming.automatic import is_automatic
from scheduler.incoming.dsn import Bounce, bounce_in, sent_to
from scheduler.incoming.received import addresses, headers, sent_at
from scheduler.incoming.written import first_line

_COMMENT = re.compile(r"\([^()]*\)")
_DMARC_FAILS = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it is judged. sender: the one address in From, "" where there is not just one.

    forged: the server that is trusted says that the sender is not proved. line: the first line.
    """

    bounce: Bounce | None
    automatic: bool
    sent_to: tuple[str, ...]
    sender: str
    forged: bool
    line: str
    said_at: datetime


def letter(mail: Message, authserv_id: str | None, now: datetime) -> Letter:
    """Read a mail; of one that a program wrote no line is looked for."""
    bounce = bounce_in(mail)
    automatic = bounce is not None or is_automatic(mail)
    senders = addresses(mail, "From")
    return Letter(
        bounce=bounce,
        automatic=automatic,
        sent_to=sent_to(mail),
        sender=senders[0] if len(senders) == 1 else "",
        forged=_forged(mail, authserv_id),
        line="" if automatic else first_line(mail),
        said_at=sent_at(mail, now),
    )


def _forged(mail: Message, authserv_id: str | None) -> bool:
    """Whether the named server writes `dmarc=fail` (RFC 8601, section 2.2). Of others nothing."""
    if authserv_id is None:
        return False
    for value in headers(mail, "Authentication-Results"):
        server, _, results = _COMMENT.sub(" ", value).partition(";")
        words = server.split()
        trusted = bool(words) and words[0].casefold() == authserv_id.casefold()
        if trusted and _DMARC_FAILS.search(results):
            return True
    return False
