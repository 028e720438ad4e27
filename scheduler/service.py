"""The service: planning, delivery, reload and the pages, on the machine's clock or another."""

import os
import random
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from config.plan import Plan
from notifiers.mailbox import MemoryMailbox
from scheduler.abreast import Abreast
from scheduler.answers import Answering
from scheduler.attention import Attention
from scheduler.clock import Clock, RehearsalClock, SystemClock
from scheduler.console.console import Console, console_of
from scheduler.console.doorkeeper import Times, Ways
from scheduler.desk import Desk
from scheduler.digesting import Digesting
from scheduler.incoming.post import Post
from scheduler.inforce import Considered, InForce, start_of_next_day
from scheduler.invitations import Inviting
from scheduler.live import Live
from scheduler.offering import Offering
from scheduler.operation.operated import Operated, program_version
from scheduler.outbox.database import Database
from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.dispatch import GRACE, Dispatcher
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.invitation_store import InvitationStore
from scheduler.outbox.news import Listener, News
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.retention import clean_up
from scheduler.outbox.schema import prepare
from scheduler.outbox.values import Node
from scheduler.planner import NOTHING, Planning
from scheduler.rendering import Rendering
from scheduler.reporting import Reporting
from scheduler.reports.told import Told, changed
from scheduler.reports.waiting import note_waiting
from scheduler.ticker import Ticker
from scheduler.ticking import Rounds, Work
from scheduler.touched import watch_files
from scheduler.uncollected import set_aside
from scheduler.watching import Watching
from scheduler.ways_out import WaysOut

A_DAY = timedelta(days=1)
BEAT = timedelta(seconds=30)
"""How often a node says that it lives, and looks whether others have written something."""
_CALLED = {News.DUE: "deliver", News.KNOWN: "take-up", News.NOTICE: "attention"}
"""What is called for by what another node, or a command, has written."""
_OF_A_PLAN = ("settle", "invite", "watch", "answers", "digest", "ping", "attention", "deliver")
"""What is called for by another plan."""
_LOG = structlog.get_logger("milestones")


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A rehearsal: no message leaves, the mailbox takes all of them."""

    start: datetime
    end: datetime
    speed: timedelta
    mailbox: MemoryMailbox


class Service:
    """One node. `rounds` are what it does; who runs them decides on which clock."""

    def __init__(
        self,
        path: Path,
        database: Database,
        clock: Clock,
        *,
        rehearsed: Rehearsed | None = None,
        role: str = "all",
    ) -> None:
        prepare(database)
        self.clock = clock
        self.database = database
        self.history = HistoryStore(database)
        self.planning_store = PlanningStore(database)
        self.deliveries = DeliveryStore(database)
        self.invitations = InvitationStore(database)
        self.inviting = Inviting(self.invitations, self.planning_store)
        self.planning = Planning(self.planning_store)
        self.force = InForce(path, self.planning, self.history)
        self.reporting = Reporting(database, self.history, self.planning, self.force)
        self.node = Node(
            f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}",
            clock.now(),
            clock.now(),
            role,
            "",
            program_version(),
        )
        self._listener = Listener(database, self._hear, _trouble)
        self.stopping = threading.Event()
        self._rehearsed = rehearsed
        self.operated = Operated(database, lambda: self.plan, clock.now, rehearsal=bool(rehearsed))
        self._call: Callable[[str], None] = lambda _name: None
        self.watching = Watching(self.history, lambda: self._call("watch"))
        self.post = Post(self.history, self.reporting)
        self.answering = Answering(
            self.history, self.invitations, self.post, lambda: self._call("beat")
        )
        self.digesting = Digesting(self.planning_store, self.history, lambda: self._call("deliver"))
        self._told: Told | None = None
        self.live: Live
        self.dispatcher: Dispatcher
        self.attention: Attention
        self.offering: Offering
        self.desk: Desk
        self.console: Console

    @property
    def plan(self) -> Plan:
        """The plan in force."""
        return self.force.plan

    def start(self) -> Considered:
        """Bring the plan into force and be ready to run; see `InForce.start` for errors."""
        now = self.clock.now()
        considered = self.force.start(now, shows_only=self._shows_only)
        _log_plan(considered, self.force.digest)
        rehearsed = self._rehearsed
        mailbox = rehearsed.mailbox if rehearsed else None
        self.live = Live(
            self.force,
            self.planning_store,
            self.history,
            self.invitations,
            self.clock,
            mailbox=mailbox,
            rehearsed=(rehearsed.start, rehearsed.end, rehearsed.speed) if rehearsed else None,
        )
        self.live.refresh(now)
        self.desk = Desk(
            self.history, self.planning_store, self.reporting, self.force, self._answered
        )
        self.attention = Attention(self.history, self.planning_store)
        self.offering = Offering(self.live.secret(), self.live.generation)
        rendering = Rendering(
            self.live.snapshot,
            self.planning_store,
            self.history,
            self.invitations,
            self.offering.links,
        )
        ways = WaysOut(lambda: self.plan, self.clock.now, mailbox, self.live.marked)
        draw = random.random if rehearsed is None else _middle
        crew = ways.crew(rendering.render, draw, _trouble, self.operated.recorded)
        if rehearsed is None:
            asked = Abreast(self.history, self.live, lambda: self._call("take-up"), self.stopping)
            crew = replace(crew, abreast=asked)
        self.console = console_of(
            self.force,
            self.history,
            self.reporting,
            Ways(ways.connect, lambda: self.offering.base or self.plan.url, rehearsed is not None),
            Times(SystemClock(), self.clock.now),
            self._consented,
            self._answered,
        )
        contact = self.database.contact
        self.dispatcher = Dispatcher(
            self.deliveries,
            self.clock,
            crew,
            self.node.id,
            may_take_over=lambda: bool(rehearsed) or contact.kept_for(GRACE),
        )
        return considered

    def _consented(self, now: datetime) -> None:
        """Another plan is in force by consent: the pages show it, the rounds do the rest."""
        self.live.refresh(now)
        if not self._shows_only:
            for name in (*_OF_A_PLAN, "reload"):
                self._call(name)

    @property
    def _shows_only(self) -> bool:
        """Whether this node has pages and feeds, and leaves planning and delivery to others."""
        return self.node.role == "web"

    def rounds(self) -> Mapping[str, Work]:
        """What the service does, by name, in the order in which it is done."""
        works: dict[str, Work] = {"beat": self._beat, "take-up": self._take_up}
        if self._shows_only:
            return self.operated.pulse.watched(works)
        works |= {
            "ahead": self._ahead,
            "settle": self._settle,
            "invite": self._invite,
            "digest": lambda now: self.digesting.round(self.live.snapshot(), now),
            "attention": self._attention,
            "deliver": self._deliver,
        }
        if self._rehearsed is None:
            works["watch"] = self._watch
            works["answers"] = lambda now: self.answering.round(self.plan, now)
            works["ping"] = self.operated.ping
        works |= {"clean-up": self._clean_up, "reload": self._reload}
        return self.operated.pulse.watched(works)

    def attend(self, call: Callable[[str], None]) -> None:
        """Call for rounds when the plan's files change, and when another node has written."""
        self.on_call(call)
        if not self._shows_only:
            watch_files(self.force.files.places, self.stopping, lambda: call("reload"))
        if self._rehearsed is None:
            self._listener.start()

    def _hear(self, news: News) -> None:
        self._call(_CALLED[news])

    def on_call(self, call: Callable[[str], None]) -> None:
        """How a round asks for another: by its name."""
        self._call = call

    def _beat(self, now: datetime) -> datetime | None:
        """Say that this node lives, and take up what others have reported."""
        if self._rehearsed is None:
            self.history.beat(replace(self.node, seen=now, plan=self.force.digest))
        self.take_up(now)
        if not self._shows_only and self.force.bring_back(now):
            self._call("deliver")
        return now + (BEAT if self._rehearsed is None else A_DAY)

    def _take_up(self, now: datetime) -> datetime | None:
        """Look what others have written; called when they have."""
        self.take_up(now)
        return None

    def take_up(self, now: datetime) -> None:
        """Look whether something was reported since, and do what follows from it."""
        if self.force.adopt():
            for name in _OF_A_PLAN:
                self._call(name)
        if self._shows_only:
            self.force.know_events()
        elif self.force.renew_events(now):
            self._call("settle")
        if not self._shows_only:
            self.reporting.make_up(now)
        told, before = self.force.told(), self._told
        if before is not None and not self._shows_only:
            self.reporting.catch_up(changed(before, told), now)
        if told is not before:
            self._call("settle")
        self._told = told
        self.live.refresh(now)
        self.live.look_ahead()
        self._call("invite")
        self._call("deliver")

    def _answered(self, now: datetime) -> None:
        """An answer came in by a link: the pages show it, the rounds do the rest."""
        self.live.refresh(now)
        self._call("beat")

    def _watch(self, now: datetime) -> datetime | None:
        """Look at the calendars that are due; none is fetched in a rehearsal."""
        following = self.watching.round(self.plan, now)
        self.take_up(now)
        self._call("attention")
        return following

    def reload(self, now: datetime) -> Considered:
        """Read the plan's files again; called when they change."""
        considered = self.force.reload(now)
        if considered.verdict != "unchanged":
            _log_plan(considered, self.force.digest)
            self.live.refresh(now)
            for name in _OF_A_PLAN:
                self._call(name)
        return considered

    def _reload(self, now: datetime) -> datetime | None:
        """Read the plan's files again; called when they have changed."""
        self.reload(now)
        return None

    def _ahead(self, now: datetime) -> datetime | None:
        """Plan what has come into the horizon; daily."""
        plan, ended = self.plan, self.force.ended(self.plan, now)
        with self.database.planning():
            counts = NOTHING if self.force.behind() else self.planning.look_ahead(plan, now, ended)
        note_waiting(self.history, self.plan, now)
        _LOG.debug("looked ahead", **counts._asdict())
        self.live.refresh(now)
        return start_of_next_day(self.plan, now)

    def _settle(self, now: datetime) -> datetime | None:
        """Tell of moved dates once the edit has settled."""
        ended, settle = self.force.ended(self.plan, now), self.planning.telling.settle
        with self.database.planning():
            due = None if self.force.behind() else settle(self.plan, now, ended)
        self._call("deliver")
        return due

    def _invite(self, now: datetime) -> datetime | None:
        """Tell those who are invited what has changed; when something did, and daily."""
        following = start_of_next_day(self.plan, now)
        if self.inviting.round(self.live.present(now), (self.live.version(), following)):
            self._call("deliver")
        return following

    def _attention(self, now: datetime) -> datetime | None:
        """Hand what the coordinators must hear to the outbox; called whenever there may be such."""
        if self.attention.tell(self.plan, now):
            self._call("deliver")
        return now + BEAT if self._rehearsed is None else None

    def _deliver(self, now: datetime) -> datetime | None:
        """Send what is due; when the next will be.

        In a rehearsal time stands until all is sent; else the lanes work on by themselves, and
        wake whoever waits for them when they end.
        """
        if self._rehearsed:
            self.dispatcher.run_due()
            self._call("attention")
        else:
            self.dispatcher.start_due()
        self.live.look_ahead()
        following = self.dispatcher.next_due()
        return None if following is None else max(following, now + timedelta(seconds=1))

    def _clean_up(self, now: datetime) -> datetime | None:
        """Delete what is older than it must be kept; daily."""
        clean_up(self.database, now)
        return now + A_DAY

    def stop(self) -> None:
        """Finish what is being sent, and say good-bye."""
        self.stopping.set()
        self._listener.stop()
        self.watching.stop()
        self.answering.stop()
        self.operated.stop()
        self.console.doorkeeper.stop()
        self.dispatcher.stop()
        if self._rehearsed is None:
            _say_good_bye(self.history, self.node.id)
        self.database.close()


def rehearse(path: Path, database: Database, rehearsed: Rehearsed) -> tuple[Service, Rounds]:
    """A service on a clock of its own; `Rounds.run` runs it to the rehearsal's end."""
    clock = RehearsalClock(rehearsed.start, rehearsed.speed.total_seconds())
    service = Service(path, database, clock, rehearsed=rehearsed)
    service.start()
    rounds = Rounds(clock, service.rounds(), rehearsed.start)
    service.attend(rounds.call)
    return service, rounds


def real(path: Path, database: Database, role: str = "all") -> tuple[Service, Ticker]:
    """A service on the machine's clock; the role is "all", "no-web" or "web" (pages alone)."""
    service = Service(path, database, SystemClock(), role=role)
    service.start()
    set_aside()
    ticker = Ticker(service.clock, service.rounds(), service.dispatcher.wake)
    service.attend(ticker.call)
    return service, ticker


def _log_plan(considered: Considered, digest: str) -> None:
    """What a plan that is in force came to; why one is not was said when it was weighed."""
    if considered.verdict in ("rejected", "waiting"):
        return
    counts = considered.counts._asdict()
    _LOG.info("plan", verdict=considered.verdict, digest=digest[:12], **counts)


def _middle() -> float:
    """In place of chance, so that a rehearsal is the same each time."""
    return 0.5


def _say_good_bye(history: HistoryStore, node: str) -> None:
    """A database that is away at the end is told nothing; the node is forgotten after a week."""
    try:
        history.remove_node(node)
    except SQLAlchemyError as error:
        _trouble(error)


def _trouble(error: Exception) -> None:
    _LOG.error("delivery waits", error=f"{type(error).__name__}: {error}")
