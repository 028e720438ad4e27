"""What is done by hand, at the console as by commands: each with its line in the trail."""

from collections.abc import Callable
from datetime import datetime

from scheduler.inforce import Considered, InForce
from scheduler.outbox.acts_store import ActsStore
from scheduler.outbox.database import Database
from scheduler.outbox.trail_store import Act, TrailStore

OPERATOR = ""
"""Stands in the trail for whoever has the command line."""


class Acts:
    """Does what a person asks for at an instant; several threads may use it at once.

    changed: called when another plan came into force.
    """

    def __init__(
        self, database: Database, force: InForce, changed: Callable[[datetime], None]
    ) -> None:
        self._store = ActsStore(database)
        self._trail = TrailStore(database)
        self._force = force
        self._changed = changed

    def retry(self, who: str, now: datetime, delivery: str) -> int:
        """Try a message that failed once more; how many reminders are in it."""
        return self._store.retry(Act(now, who, "retry", delivery), delivery=delivery)

    def retry_all(self, who: str, now: datetime, channel: str) -> int:
        """Try all that failed on a channel once more."""
        return self._store.retry(Act(now, who, "retry", channel), channel=channel)

    def withdraw(self, who: str, now: datetime, key: str) -> int:
        """Take back one reminder that is not sent."""
        return self._store.withdraw(Act(now, who, "withdraw", key), key)

    def resume(self, who: str, now: datetime, channel: str) -> None:
        """End the pause of a channel at once."""
        self._store.resume(Act(now, who, "resume", channel), channel)

    def consent(self, who: str, now: datetime, digest: str) -> Considered | None:
        """Let in the plan that waits; None where it is another than the one that was shown.

        It is in the trail before it is done, since that takes several transactions.
        """
        if not self._force.waits(digest):
            return None
        self._trail.add(Act(now, who, "consent", digest))
        considered = self._force.consent(digest, now)
        if considered is not None:
            self._changed(now)
        return considered
