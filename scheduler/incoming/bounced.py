"""A bounce -> whose address it is of, and what follows. One that names no mail of ours is nothing.

Anybody can write a mail that looks like a bounce. It is believed where it came to an address that
was made for one recipient's mails (`tokens`), or where it names by its Message-ID a mail that was
sent to that recipient within 30 days.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from config.plan import Plan
from notifiers.headers import one_line
from scheduler.incoming.addressing import mail_addresses, mailed_to, one_form
from scheduler.incoming.dsn import Bounce, Failed
from scheduler.incoming.notes import marked, senders_fault
from scheduler.incoming.tokens import Seal, tokens
from scheduler.incoming.values import Mark, StoredBounce
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.incoming_store import IncomingStore

RECENT = timedelta(days=30)
"""So old a mail may be that a bounce names by its Message-ID."""
_LOG = structlog.get_logger("milestones")


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose mail came back, and the address it went to."""

    person: str
    channel: str
    address: str
    by_token: bool


class Bounced:
    """Takes bounces."""

    def __init__(self, history: HistoryStore, store: IncomingStore, seal: Seal) -> None:
        self._history = history
        self._store = store
        self._seal = seal

    def take(self, plan: Plan, mail: str, bounce: Bounce, said_at: datetime, now: datetime) -> bool:
        """Keep a bounce and do what follows; whether an address is marked since.

        mail: the identity of the bounce; said_at: when it was sent.
        """
        if not bounce.failures:
            return False
        whose = self._whose(plan, bounce, now)
        if whose is None:
            _LOG.info("bounce of no mail of ours", mail=mail)
            return False
        failed = _of(bounce, whose)
        if failed is None:
            _LOG.info("bounce of another address", mail=mail, person=whose.person)
            return False
        if failed.kind == "ours":
            self._tell_of_set_up(whose, failed, now)
        return self._keep(plan, mail, whose, failed, said_at, now) is not None

    def _keep(
        self,
        plan: Plan,
        mail: str,
        whose: Whose,
        failed: Failed,
        said_at: datetime,
        now: datetime,
    ) -> Mark | None:
        words = one_line(failed.words) or "no reason is given"
        stored = StoredBounce(
            mail=mail,
            recipient=whose.person,
            address=one_form(whose.address),
            channel=whose.channel,
            kind=failed.kind,
            code=failed.code,
            words=words if failed.code in words else f"{failed.code} {words}",
            said_at=said_at,
            at=now,
        )
        name, left = plan.people[whose.person].name, _left(plan, whose)
        mark = self._store.add_bounce(stored, lambda mark: marked(mark, name, left), now)
        _LOG.info("bounce", person=whose.person, kind=failed.kind, code=failed.code)
        return mark

    def _tell_of_set_up(self, whose: Whose, failed: Failed, now: datetime) -> None:
        """Once a day and code: such a fault brings back every mail."""
        text = senders_fault(whose.address, whose.channel, failed.words or failed.code)
        key = f"sender|{whose.channel}|{failed.code}|{now.date()}"
        self._history.notice(key, "sender", text, now)

    def _whose(self, plan: Plan, bounce: Bounce, now: datetime) -> Whose | None:
        return self._by_token(plan, bounce, now) or self._by_message(plan, bounce, now)

    def _by_token(self, plan: Plan, bounce: Bounce, now: datetime) -> Whose | None:
        ours = plan.replies.address if plan.replies else None
        listed = mail_addresses(plan) if ours else []
        for token in tokens(bounce.sent_to, ours or ""):
            for one in listed:
                if self._seal.bounced(token, [one], now.date()) is not None:
                    person, address = one
                    return Whose(person, _channel(plan, person, address), address, True)
        return None

    def _by_message(self, plan: Plan, bounce: Bounce, now: datetime) -> Whose | None:
        named = [one.rpartition("@")[0] for one in bounce.messages]
        for sent in self._store.sent(named) if named else ():
            address = mailed_to(plan, sent.recipient, sent.channel)
            if address is not None and now - sent.at < RECENT:
                return Whose(sent.recipient, sent.channel, address, False)
        return None


def _left(plan: Plan, whose: Whose) -> list[str]:
    """The channels by which the person is still reached."""
    person, wrong = plan.people[whose.person], one_form(whose.address)
    mails = ((one, mailed_to(plan, person.id, one)) for one in person.channels)
    return [one for one, address in mails if one_form(address or "") != wrong]


def _channel(plan: Plan, person: str, address: str) -> str:
    """The first channel by which mail goes to a person's address."""
    channels = plan.people[person].channels
    return next(one for one in channels if mailed_to(plan, person, one) == address)


def _of(bounce: Bounce, whose: Whose) -> Failed | None:
    """What failed of the address; a token proves it also where the mail was forwarded.

    Without one the server must name the address that mail goes to now.
    """
    wanted = one_form(whose.address)
    for one in bounce.failures:
        if wanted in map(one_form, one.addresses):
            return one
    return bounce.failures[0] if whose.by_token and len(bounce.failures) == 1 else None
