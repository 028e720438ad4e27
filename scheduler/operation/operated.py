"""What a service shows of itself to those who watch over it, and what it logs of each message."""

from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

import structlog
from sqlalchemy.exc import SQLAlchemyError

from config.plan import Plan
from notifiers.secret import SecretError
from scheduler.operation.measures import Measures, Sources, Stored
from scheduler.operation.pinging import Pinging
from scheduler.operation.pulse import Pulse
from scheduler.operation.wellness import LATE, not_ready, unwell
from scheduler.operation.zone_data import zone_data
from scheduler.outbox.backlog_store import BacklogStore
from scheduler.outbox.database import Database
from scheduler.outbox.decisions import Decision, listen
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.values import Outcome, State

_LOG = structlog.get_logger("milestones")


class Operated:
    """One node, looked at. Every method may be called from several threads.

    plan: the plan in force. rehearsal: nothing leaves the machine, and nobody is pinged.
    """

    def __init__(
        self,
        database: Database,
        plan: Callable[[], Plan],
        now: Callable[[], datetime],
        *,
        rehearsal: bool = False,
    ) -> None:
        self.pulse = Pulse(now())
        self.pinging = Pinging(now)
        self._plan = plan
        self._now = now
        self._rehearsal = rehearsal
        self._token_problem = ""
        self._backlog = BacklogStore(database)
        self._history = HistoryStore(database)
        if not rehearsal:
            listen(database, _log_decision)
        versions = {"version": program_version() or "unknown", "zone_data": zone_data().version}
        self._measures = Measures(
            Sources(self.pulse, now, self._stored, lambda: tuple(plan().channels), versions)
        )

    def not_ready(self) -> list[str]:
        """Why this node is not to be sent requests; nothing where it may be."""
        if self._rehearsal:
            return []
        beats, stopping = self.pulse.beats(), self.pulse.stopping
        return list(not_ready(beats, self._now(), stopping=stopping))

    def unwell(self) -> list[str]:
        """Why planning and delivery are not well; nothing where they are."""
        now, beats = self._now(), self.pulse.beats()
        try:
            backlog = self._backlog.backlog(now, LATE)
        except SQLAlchemyError:
            return ["the database does not answer"]
        return list(unwell(beats, backlog, now, stopping=self.pulse.stopping))

    def ping(self, now: datetime) -> datetime | None:
        """Ask the address of the plan where all is well; when it is next due."""
        return self.pinging.round(self._plan().operation, self.unwell, now)

    def metrics(self, accept: str) -> tuple[bytes, str]:
        """The metrics and their content type; see `Measures.answer`."""
        return self._measures.answer(accept)

    def token(self) -> str | None:
        """The token of the metrics; None where there is none, or it cannot be read."""
        token = self._plan().operation.metrics_token
        try:
            return (token.reveal().strip() or None) if token else None
        except SecretError as error:
            self._say_once(str(error))
            return None

    def _say_once(self, problem: str) -> None:
        """Log what is wrong with the token; not each time, since anybody may ask."""
        if problem != self._token_problem:
            self._token_problem = problem
            _LOG.warning("metrics token", problem=problem)

    def recorded(self, outcome: Outcome) -> None:
        """Count what came of a message, and log it in one line; a rehearsal has its mailbox."""
        self.pulse.recorded(outcome)
        if self._rehearsal:
            return
        log = _LOG.info if outcome.state in (State.SENT, State.WITHDRAWN) else _LOG.warning
        claimed = outcome.claimed
        log(
            f"message {outcome.state.value}",
            channel=claimed.channel,
            recipient=claimed.recipient,
            delivery=claimed.delivery,
            reminders=_names(outcome),
            attempt=claimed.attempt,
            answer=outcome.answer,
            **({"again": f"{outcome.next_at:%Y-%m-%dT%H:%M:%SZ}"} if outcome.next_at else {}),
        )

    def stop(self) -> None:
        """The process has been told to end; waits for a ping under way."""
        self.pulse.stop()
        self.pinging.stop()

    def _stored(self, now: datetime) -> Stored:
        return Stored(
            now,
            self._backlog.backlog(now, LATE),
            self._history.nodes(),
            self._backlog.plan_dates(),
        )


def _log_decision(decided: Decision) -> None:
    _LOG.info(
        f"reminders {decided.state.value}",
        number=decided.number,
        cause=decided.cause,
        reminders=decided.named,
    )


def _names(outcome: Outcome) -> Sequence[str]:
    """The reminders of an outcome, as an occurrence and its stage."""
    planned = zip(outcome.claimed.ids, outcome.claimed.reminders, strict=True)
    return [f"{one.occurrence} {one.stage}" for one_id, one in planned if one_id in outcome.ids]


def program_version() -> str:
    """The program's version, as its package says it; "" from a folder that was not installed."""
    try:
        return version("milestone-scheduler")
    except PackageNotFoundError:
        return ""
