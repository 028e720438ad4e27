"""PURE. What is kept of the mails that come in: bounces, marked addresses, answers.

Instants are aware and in UTC. Addresses of bounces and marks are in the form of
`addressing.one_form`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scheduler.incoming.dsn import Kind

Became = Literal["recorded", "unclear", "several", "expired", "renewed", "not-asked", "refused"]
"""What became of an answer. recorded: it is a report now. unclear: its first line is none of the
words. several: the mail that it answers spoke of more than one milestone. expired: its token is too
old. renewed: her links were made anew since. not-asked: the person only follows the milestone, or
the plan itself says that it is settled. refused: it came from another address, or its sender is not
proved."""


@dataclass(frozen=True, slots=True)
class StoredBounce:
    """A mail of ours that came back. mail: the identity of the bounce; said_at: when it was sent.

    lifted_at: since when it counts no more, else None.
    """

    mail: str
    recipient: str
    address: str
    channel: str
    kind: Kind
    code: str
    words: str
    said_at: datetime
    at: datetime
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """An address to which no mail is sent any more, since when, and what the server said."""

    address: str
    recipient: str
    since: datetime
    code: str
    reason: str

    @property
    def because(self) -> str:
        """In a few words, for a reminder that is not sent there."""
        return f"{self.address} takes no mail since {self.since:%-d %B %Y}: {self.reason}"


@dataclass(frozen=True, slots=True)
class StoredReply:
    """An answer to a reminder, from the mail `mail`. line: its first line, or why it was refused.

    channel: by which the reminder went out, "" where that is not known.
    """

    mail: str
    person: str
    occurrence: str
    channel: str
    became: Became
    line: str
    at: datetime
