"""A service on a clock of its own over a plan in a folder, for tests that edit and report."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from notifiers.mailbox import MemoryMailbox, StoredMail
from scheduler.inforce import Considered
from scheduler.outbox.database import Database
from scheduler.planning.occurrences import Dates
from scheduler.reporting import Report, Word
from scheduler.service import Rehearsed, Service, rehearse
from scheduler.ticking import Rounds

FAST = timedelta(days=100_000)
"""So fast that nothing is waited for."""


@dataclass(slots=True)
class Stage:
    """A rehearsal under way."""

    service: Service
    rounds: Rounds
    mailbox: MemoryMailbox
    path: Path

    def until(self, at: datetime) -> None:
        """Run up to an instant."""
        self.rounds.run(at)

    def write(self, text: str) -> Considered:
        """Edit the plan, and let the service see it."""
        self.path.write_text(text, encoding="utf-8")
        return self.service.reload(self.service.clock.now())

    def report(self, occurrence: str, state: Word) -> None:
        """Record a report, as a command or a form would."""
        service, now = self.service, self.service.clock.now()
        found = Dates(service.plan).find(occurrence)
        assert found is not None
        said = Report(state=state, by="amina", said_at=now)
        service.reporting.record(found, said, now)
        service.take_up(now)

    def sent(self) -> list[tuple[str, str, str]]:
        """Stage, recipient and time of everything that was sent, in order."""
        rows = self.service.history.outbox(states=["sent"])
        return [(row["stage"], row["recipient"], f"{row['at']:%m-%d %H:%M}") for row in rows]

    def mails(self) -> list[StoredMail]:
        """The mailbox, by date; of one instant, which several workers deliver, by recipient."""
        return sorted(self.mailbox.messages(), key=lambda mail: (mail.date, mail.recipient))


def at(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@contextmanager
def rehearsal(folder: Path, text: str, start: datetime, url: str | None = None) -> Iterator[Stage]:
    """A rehearsal of a plan from `start` on, on SQLite in `folder` or at `url`."""
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    mailbox = MemoryMailbox()
    rehearsed = Rehearsed(start, start + timedelta(days=3650), FAST, mailbox)
    database = Database(url or f"sqlite:///{folder / 'rehearsal.sqlite'}")
    service, rounds = rehearse(path, database, rehearsed)
    try:
        yield Stage(service, rounds, mailbox, path)
    finally:
        service.stop()
