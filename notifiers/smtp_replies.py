"""PURE. What the replies of a mail server mean (RFC 5321 4.2, RFC 3463)."""

import re

from notifiers.errors import DeliveryError, Scope
from notifiers.headers import one_line

Reply = tuple[int, bytes]
"""Code and text; a reply that cannot be read has the code -1."""

MAILBOX_FULL_WAIT = 3600.0
"""Seconds until a full mailbox is tried again: the longest step of the back-off."""
ANSWER_LENGTH = 200
_ENHANCED = re.compile(r"\d{3} [245]\.(\d{1,3}\.\d{1,3})\b(?!\.)", re.ASCII)
_SENDER_FAULTS = ("1.7", "1.8")
_TOO_BIG = ("2.3", "3.4")
_CHANNEL_STEPS = frozenset({"connection", "EHLO", "STARTTLS", "AUTH", "MAIL"})


def refusal(server: str, step: str, reply: Reply) -> DeliveryError:
    """What a reply that refuses means (RFC 5321 4.2, RFC 3463).

    4xx is passing. 5xx is lasting: to MAIL, AUTH and before for the whole channel, to RCPT for
    the recipient. A 5.7.x and a fault of the sender's address (5.1.7, 5.1.8) are the channel's,
    whatever they answer. A mail that is too big (552 to MAIL, 5.3.4) is nobody's fault; a full
    mailbox (552, 5.2.2) is passing, but slow.
    """
    code, text = reply[0], answer_line(reply)
    found = _ENHANCED.match(text)
    detail = found[1] if found else ""
    full = detail == "2.2" or (code == 552 and step != "MAIL" and detail not in _TOO_BIG)
    return DeliveryError(
        f"{server} answered {step} with: {text}",
        permanent=500 <= code < 600 and not full,
        retry_after=MAILBOX_FULL_WAIT if full else None,
        scope="recipient" if full else _scope(step, code, detail),
    )


def _scope(step: str, code: int, detail: str) -> Scope:
    lasting_sender_fault = code >= 500 and (detail.startswith("7.") or detail in _SENDER_FAULTS)
    if detail in _TOO_BIG or (step == "MAIL" and code == 552):
        return "unknown"
    if step in _CHANNEL_STEPS or code == 421 or lasting_sender_fault:
        return "channel"
    return "recipient" if step == "RCPT" else "unknown"


def answer_line(reply: Reply) -> str:
    """Code and text in one line, cut to 200 characters."""
    return one_line(f"{reply[0]} {reply[1].decode('utf-8', 'replace')}")[:ANSWER_LENGTH]
