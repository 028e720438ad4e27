"""Logging in to the console: by a link that is mailed, good once and for a quarter of an hour.

Whoever asks for a link gets the same answer in the same time, whether the address is known or
not: it is looked up, and the mail sent, by a thread of its own. Times are those of the machine's
clock, also in a rehearsal, whose days pass in seconds.
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from queue import Full, Queue

import structlog

from config.plan import Plan
from notifiers.errors import DeliveryError
from notifiers.notifier import Sending
from scheduler.clock import Clock
from scheduler.console.roles import Role, role_of
from scheduler.incoming.addressing import one_form
from scheduler.macs import mac
from scheduler.messages.addresses import web_address
from scheduler.messages.login import compose_login
from scheduler.outbox.access_store import AccessStore, LoginLink, Session
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.trail_store import Act

LINK_GOOD_FOR = timedelta(minutes=15)
SESSION_GOOD_FOR = timedelta(hours=12)
PER = timedelta(minutes=15)
LINKS_FOR_ADDRESS, TRIES_FROM = 5, 30
"""So many links are sent to an address in `PER`, and so many tries taken from one network."""
LONGEST_ADDRESS = 254
"""Characters (RFC 5321, section 4.5.3.1, less the brackets)."""
MOST_WAITING = 200
_MOST_PEOPLE = 5
"""So many people of one address each get a link."""
_KINDS = ("email", "mailbox", "console")
"""By which kinds of channels a link may go: mail, or what stays on this machine."""
_TOKEN_OCTETS = 32
_LOG = structlog.get_logger("milestones")


@dataclass(frozen=True, slots=True)
class Asked:
    """A link that somebody asked for."""

    address: str
    asked_from: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at the console. digest: of her session."""

    person: str
    role: Role
    digest: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """A link that leads in: whose it is, and from where it was asked for, when."""

    person: str
    asked_from: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Times:
    """The clock of links and sessions, and the time of the service, which the trail has."""

    clock: Clock
    shown: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Ways:
    """How links leave. connect: through a channel; `rehearsed` where each leads into a mailbox.

    base: the address of the service as the plan has it, never as a request claims it: else
    somebody could have a link mailed that leads to a server of his.
    """

    connect: Callable[[str], Sending]
    base: Callable[[], str | None]
    rehearsed: bool = False


class Doorkeeper:
    """Lets in who has a role in the plan in force; several threads may use it at once."""

    def __init__(
        self,
        store: AccessStore,
        history: HistoryStore,
        plan: Callable[[], Plan],
        ways: Ways,
        times: Times,
    ) -> None:
        self._store, self._history, self._plan = store, history, plan
        self._ways, self._times = ways, times
        self._secret = history.signing_key()
        self._waiting: Queue[Asked | None] = Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def now(self) -> datetime:
        """The machine's time, UTC."""
        return self._times.clock.now()

    # To ask for a link

    def ask(self, address: str, asked_from: str) -> bool:
        """Have a link mailed to an address, if it is one of a person with a role.

        False where it was asked too often, from there or for that address: then nothing is done.
        """
        address = address.strip()[:LONGEST_ADDRESS]
        limits = {
            self._key("link", one_form(address)): LINKS_FOR_ADDRESS,
            self._key("from", network_of(asked_from)): TRIES_FROM,
        }
        if not self._store.allows(limits, PER, self.now()):
            return False
        try:
            self._waiting.put_nowait(Asked(address, asked_from, self.now()))
        except Full:
            _LOG.error("login links wait", waiting=MOST_WAITING)
            return True
        self._start()
        return True

    def may_try(self, asked_from: str) -> bool:
        """Whether somebody may try a link; each try from one network is counted."""
        key = self._key("from", network_of(asked_from))
        return self._store.allows({key: TRIES_FROM}, PER, self.now())

    def stop(self) -> None:
        """Send what was asked for, and end."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join(10)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="login", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while (asked := self._waiting.get()) is not None:
            try:
                self._mail(asked)
            except DeliveryError as error:
                _LOG.error("a login link was not sent", reason=error.message)
            except Exception as error:  # noqa: BLE001  the next one who asks must get hers
                _LOG.error("a login link was not sent", reason=type(error).__name__)

    def _mail(self, asked: Asked) -> None:
        plan, base = self._plan(), web_address((self._ways.base() or "").rstrip("/"))
        if base is None:
            _LOG.error("a login link was not sent", reason="the plan has no `url`")
            return
        for person in people_behind(plan, asked.address)[:_MOST_PEOPLE]:
            channel = self._channel(plan, person)
            if channel is None:
                _LOG.error("a login link was not sent", person=person, reason="no mail channel")
                continue
            link = base + new_link(self._store, person, asked.asked_from, asked.at)
            minutes = int(LINK_GOOD_FOR.total_seconds() // 60)
            message = compose_login(
                plan, person, channel, link, minutes, asked.asked_from, self._times.shown()
            )
            sending = self._ways.connect(channel)
            try:
                sending.send(message)
            finally:
                sending.close()
            _LOG.info("login link sent", person=person, channel=channel)

    def _channel(self, plan: Plan, person: str) -> str | None:
        """By which channel a link goes: her own mail first, then any mail of the plan."""
        own = plan.people[person].channels
        if self._ways.rehearsed and own:
            return own[0]
        known = [one for one in (*own, *plan.channels) if one in plan.channels]
        for kind in _KINDS:
            found = (one for one in known if plan.channels[one].kind == kind)
            if (first := next(found, None)) is not None:
                return first
        return None

    # To come in

    def admitted(self, token: str) -> Admitted | None:
        """Whose a link is that leads in; None for any other."""
        link = self._store.link(digest_of(token))
        if link is None or link.used_at is not None or link.until <= self.now():
            return None
        if role_of(self._plan(), link.person) is None:
            return None
        return Admitted(link.person, link.asked_from, link.at, link.until)

    def log_in(self, token: str, asked_from: str) -> str | None:
        """Use a link up; the token of the session that begins, None where the link is no good."""
        admitted = self.admitted(token)
        if admitted is None:
            return None
        made, now = secrets.token_urlsafe(_TOKEN_OCTETS), self.now()
        generation = self._history.generation(admitted.person)
        session = Session(digest_of(made), admitted.person, now, now + SESSION_GOOD_FOR, generation)
        act = Act(self._times.shown(), admitted.person, "login", words=asked_from)
        return made if self._store.log_in(digest_of(token), session, act) else None

    def visit(self, token: str) -> Visit | None:
        """Who comes with a session's token; None where it has ended, or her role has."""
        if not token or len(token) > 2 * _TOKEN_OCTETS:
            return None
        session = self._store.session(digest_of(token), self.now())
        if session is None or session.generation != self._history.generation(session.person):
            return None
        role = role_of(self._plan(), session.person)
        return Visit(session.person, role, session.digest) if role else None

    def log_out(self, visit: Visit) -> None:
        """End a session."""
        self._store.log_out(visit.digest, Act(self._times.shown(), visit.person, "logout"))

    def form_token(self, visit: Visit) -> str:
        """What every form of a session must bring along."""
        return self._key("form of a session", visit.digest)

    def _key(self, *parts: str) -> str:
        return mac(self._secret, 20, "console", *parts).hex()


def new_link(store: AccessStore, person: str, asked_from: str, at: datetime) -> str:
    """The path of a link that logs a person in; `asked_from` is "" for the operator's."""
    token = secrets.token_urlsafe(_TOKEN_OCTETS)
    store.add_link(LoginLink(digest_of(token), person, at, at + LINK_GOOD_FOR, asked_from))
    return f"/login/{token}"


def people_behind(plan: Plan, address: str) -> list[str]:
    """The people with a role whom mail to an address reaches."""
    wanted = one_form(address)
    if "@" not in wanted:
        return []
    return [
        person.id
        for person in plan.people.values()
        if wanted in {one_form(one) for one in (person.email, *_mails(plan, person.id)) if one}
        and role_of(plan, person.id)
    ]


def _mails(plan: Plan, person: str) -> list[str]:
    """Her addresses on channels that are mail."""
    own = plan.people[person].addresses
    return [own[one] for one in own if one in plan.channels and plan.channels[one].kind == "email"]


def digest_of(token: str) -> str:
    """SHA-256 of a token, in hexadecimal: what the database holds in its place."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def network_of(address: str) -> str:
    """Whose tries are counted together: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((found, 64), strict=False))
    return str(found)
