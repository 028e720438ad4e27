"""A rehearsal whose mailbox of answers is a real IMAP server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from config.plan import Replies
from notifiers.mailbox import StoredMail
from notifiers.secret import Secret
from scheduler.answers import Answering
from scheduler.incoming.tokens import Seal
from tests.imap import Folder, imap_server
from tests.scheduler.rehearsing import Stage, at, rehearsal

START = at("2024-03-01T08:00")
OURS = "tracker@example.org"
PLAN = """
[plan]
name = "By mail"
id = "example"
timezone = "UTC"
coordinators = ["cora"]
[people.amina]
name = "Amina Otieno"
email = "Amina@example.org"
channels = {channels}
[people.cora]
name = "Cora"
email = "cora@example.org"
[channels.email]
type = "email"
host = "mail.example.org"
from = "Tracker <tracker@example.org>"
[channels.slack]
type = "slack"
url = {{ env = "SLACK_URL" }}
[replies]
host = "127.0.0.1"
security = "none"
username = "tracker"
password = {{ env = "IMAP_PASSWORD" }}
address = "tracker@example.org"
authserv-id = "mx.example.org"
[reminders.default]
before = ["30 days", "20 days", "10 days"]
on-the-day = true
at = "09:00"
[tracks.t]
title = "Track"
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "Zero draft"
due = "2024-04-15"
"""


@dataclass
class Mailed:
    """A service under way, and the folder that it reads."""

    stage: Stage
    folder: Folder
    answering: Answering

    @property
    def seal(self) -> Seal:
        """The seal of the service's tokens."""
        history = self.stage.service.history
        return Seal(history.signing_key(), history.generation)

    @property
    def now(self) -> datetime:
        """The rehearsal's time."""
        return self.stage.service.clock.now()

    def look(self, *mails: bytes) -> int:
        """Put mails into the folder and let the service look into it."""
        for mail in mails:
            self.folder.add(mail)
        plan = self.stage.service.plan
        assert plan.replies is not None
        replies: Replies = replace(
            plan.replies, port=self.folder.port, password=Secret(plain="swordfish")
        )
        count = self.answering.look(plan, replies, self.now)
        self.stage.service.take_up(self.now)
        self.stage.service.attention.tell(plan, self.now)
        return count

    def until(self, text: str) -> None:
        """Run up to an instant."""
        self.stage.until(at(text))

    def to(self, address: str) -> list[StoredMail]:
        """What was sent to an address."""
        return [one for one in self.stage.mails() if one.recipient == address]

    def asked(self) -> list[StoredMail]:
        """The reminders that Amina got by mail: those that can be answered."""
        return [one for one in self.to("Amina@example.org") if b"\nReply-To:" in one.content]

    def states(self, channel: str = "email", person: str = "amina") -> list[tuple[str, str]]:
        """Stage and state of each reminder of a person on a channel."""
        rows = self.stage.service.history.outbox(recipient=person)
        return [(str(one["stage"]), str(one["state"])) for one in rows if one["channel"] == channel]

    def return_path(self, email: str = "Amina@example.org", person: str = "amina") -> str:
        """Where bounces of mails of today go."""
        return self.seal.return_path(OURS, person, email, self.now.date())

    def told(self) -> list[str]:
        """What the coordinators are told, or will be, beside their weekly digest."""
        self.stage.until(self.now + timedelta(minutes=2))
        mails = [one for one in self.to("cora@example.org") if "For the coord" in one.subject]
        return [" ".join(one.text.split()) for one in mails]


@contextmanager
def mailed(folder: Path, channels: str = '["email", "slack"]') -> Iterator[Mailed]:
    """A rehearsal from 1 March on that has sent its first reminder on the 16th."""
    with (
        rehearsal(folder, PLAN.format(channels=channels), START) as stage,
        imap_server(Folder()) as inbox,
    ):
        service = stage.service
        answering = Answering(service.history, service.invitations, service.post, lambda: None)
        stage.until(at("2024-03-17T12:00"))
        yield Mailed(stage, inbox, answering)
        answering.stop()
