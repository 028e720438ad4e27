"""The mails that come in: bounces, answers to reminders; the rest is let be."""

from datetime import datetime

import structlog
from sqlalchemy.exc import DataError, SQLAlchemyError

from config.plan import Plan
from scheduler.incoming.addressing import mail_addresses, one_form
from scheduler.incoming.bounced import Bounced
from scheduler.incoming.letter import Letter, letter
from scheduler.incoming.received import UnreadableError, read
from scheduler.incoming.replied import Replied
from scheduler.incoming.tokens import Seal
from scheduler.mailbox import Mail
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.incoming_store import IncomingStore
from scheduler.reporting import Reporting

_LOG = structlog.get_logger("milestones")


class Post:
    """Takes in the mails that answer no invitation."""

    def __init__(self, history: HistoryStore, reporting: Reporting) -> None:
        self._store = IncomingStore(history.database)
        seal = Seal(history.signing_key(), history.generation)
        self._bounced = Bounced(history, self._store, seal)
        self._replied = Replied(history, self._store, seal, reporting)

    def take(self, plan: Plan, mail: Mail, now: datetime) -> bool:
        """Do what follows from a mail; whether something changed. It does the same once only.

        A database that is away is an error, since the mail is read again then. A mail that breaks
        something, or holds what a database does not keep, is let be, so that it does not hold up
        those behind it.
        """
        authserv_id = plan.replies.authserv_id if plan.replies else None
        try:
            found = read(mail.content, lambda parsed: letter(parsed, authserv_id, now))
            return self._take(plan, mail.identity, found, now)
        except UnreadableError as error:
            _LOG.debug("mail let be", mail=mail.identity, reason=str(error))
        except SQLAlchemyError as error:
            if not isinstance(error, DataError):
                raise
            _LOG.error("mail let be", mail=mail.identity, error=str(error.orig))
        except Exception as error:  # noqa: BLE001
            _LOG.error("mail let be", mail=mail.identity, error=f"{type(error).__name__}: {error}")
        return False

    def _take(self, plan: Plan, mail: str, found: Letter, now: datetime) -> bool:
        if found.bounce is not None:
            return self._bounced.take(plan, mail, found.bounce, found.said_at, now)
        return self._replied.take(plan, mail, found, now)

    def tidy(self, plan: Plan, now: datetime) -> int:
        """Forget the marks of addresses that the plan has no longer; how many."""
        marked = self._store.marks()
        kept = {one_form(address) for _, address in mail_addresses(plan)} if marked else set()
        gone = marked.keys() - kept
        return self._store.lift(gone, now) if gone else 0
