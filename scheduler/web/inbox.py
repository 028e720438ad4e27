"""The mailbox of a rehearsal as the pages read it: each message is read once and kept."""

import threading
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from notifiers.mailbox import StoredMail
from scheduler.web.site import Site

PAGE = 50
_HEADERS = BytesParser(EmailMessage, policy=policy.default)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message; `number` counts from 1 in the order of sending, and is its address."""

    number: int
    mail: StoredMail
    name: str
    urgent: bool

    @property
    def personal(self) -> bool:
        """To a person's address, and not to a room."""
        return "@" in self.mail.recipient

    @property
    def lead(self) -> str:
        """The first line of what it says."""
        return self.mail.text.strip().partition("\n")[0]

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"/mailbox/{self.number}"

    @property
    def date(self) -> datetime:
        """When it was sent, in the recipient's zone."""
        return self.mail.date


class Inbox:
    """What a site's mailbox holds; empty where there is none."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._letters: list[Letter] = []
        self._lock = threading.Lock()

    @property
    def there(self) -> bool:
        """Whether the site has a mailbox that may be read."""
        return self._site.mailbox() is not None

    def all(self) -> list[Letter]:
        """Every message, in the order of sending."""
        mailbox = self._site.mailbox()
        if mailbox is None:
            return []
        with self._lock:
            if len(mailbox) < len(self._letters):
                self._letters = []
            known = len(self._letters)
            if len(mailbox) > known:
                new = enumerate(mailbox.messages(known), known + 1)
                self._letters += [_letter(number, mail) for number, mail in new]
            return list(self._letters)

    def newest(self, limit: int, page: int = 1) -> list[Letter]:
        """The newest messages, the newest first; `page` counts from 1."""
        every = self.all()[::-1]
        return every[(page - 1) * limit : page * limit]

    def find(self, number: int) -> Letter | None:
        """The message of that number; None where there is none."""
        every = self.all()
        return every[number - 1] if 1 <= number <= len(every) else None


def _letter(number: int, mail: StoredMail) -> Letter:
    headers = _HEADERS.parsebytes(mail.content, headersonly=True)
    to = headers["To"]
    name = to.addresses[0].display_name if to is not None and to.addresses else ""
    urgent = str(headers.get("Importance", "")).lower() == "high"
    return Letter(number, mail, name or mail.recipient, urgent)


def headers_of(letter: Letter, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """The headers of a message with these names, decoded, in the order in which they stand."""
    mail = _HEADERS.parsebytes(letter.mail.content, headersonly=True)
    wanted = {name.lower() for name in names}
    return [(name, str(value)) for name, value in mail.items() if name.lower() in wanted]
