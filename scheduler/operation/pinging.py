"""The dead man's ping: an address that is asked as long as planning and delivery are well.

Whoever is behind it (Healthchecks, Uptime Kuma, Cronitor and the like) warns when it is asked no
more. So it is asked for nothing else, and a failure to reach it is only logged. It is asked in a
thread of its own: a slow server holds up no round.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog

from config.plan import Operation
from notifiers.errors import DeliveryError
from notifiers.http import Http, HttpTimeouts
from notifiers.secret import SecretError
from notifiers.urls import host_of

TIMEOUTS = HttpTimeouts(connect=10, read=10)
AGAIN = timedelta(seconds=30)
"""So soon it is looked again whether all is well: a node that starts is, a moment later."""
_LOG = structlog.get_logger("milestones")


class Pinging:
    """Asks the address, or says in the log why not."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="ping")
        self._under_way: Future[None] | None = None
        self._said: tuple[str, datetime] | None = None

    def round(
        self, operation: Operation, reasons: Callable[[], Sequence[str]], now: datetime
    ) -> datetime | None:
        """Ask where there is no reason against it; when the next ask is due.

        None where the plan names no address. An ask that is still under way is not doubled. Where
        there is a reason it is looked again soon, and that is logged as often as it would be asked.
        """
        if operation.ping is None:
            return None
        every = operation.ping_every.as_timedelta()
        found = "; ".join(reasons())
        if found:
            if self._said is None or self._said[0] != found or now - self._said[1] >= every:
                _LOG.warning("no ping", reasons=found)
                self._said = found, now
            return now + min(AGAIN, every)
        self._said = None
        if self._under_way is None or self._under_way.done():
            self._under_way = self._pool.submit(self._ask_safely, operation)
        return now + every

    def stop(self) -> None:
        """Wait for what is under way; it has time-outs."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _ask_safely(self, operation: Operation) -> None:
        try:
            host = ask(operation, self._now)
        except (DeliveryError, SecretError) as error:
            _LOG.warning("ping failed", problem=str(error))
        else:
            _LOG.debug("ping", host=host)


def ask(operation: Operation, now: Callable[[], datetime]) -> str:
    """Ask the address once; its host. Raises DeliveryError or SecretError, without the address."""
    if operation.ping is None:
        return ""
    url = operation.ping.reveal().strip()
    http = Http(
        now,
        TIMEOUTS,
        public_only=not operation.allow_private,
        http_allowed=operation.allow_private,
    )
    try:
        answer = http.exchange("GET", url, b"", {})
    except DeliveryError as error:
        raise DeliveryError(_of_ping(str(error)), permanent=error.permanent) from None
    finally:
        http.close()
    if not 200 <= answer.status < 300:
        raise DeliveryError(f"{host_of(url)} answered {answer.status}", permanent=True)
    return host_of(url)


def _of_ping(text: str) -> str:
    """What the HTTP of channels says, as it is true of the ping."""
    return (
        text.replace("the channel's `url`", "`ping` in [service]")
        .replace("on the channel", "in [service]")
        .replace("nothing is sent there", "it is not asked")
        .replace("had the message, but", "was asked, but")
    )
