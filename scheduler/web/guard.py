"""The outermost layer of the pages: the headers of every answer, and an answer for what failed."""

import threading
import time

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scheduler.log_texts import failure
from scheduler.outbox.contact import is_away
from scheduler.web.early import guarded
from scheduler.web.links import masked
from scheduler.web.render import Renderer
from scheduler.web.words import key

TRY_AGAIN_SECONDS = 60
QUIET_SECONDS = 60.0
"""While the database is away the log tells of it once in so long, however many ask."""
_LOG = structlog.get_logger("milestones")


class Guard:
    """Adds the headers of `render.SECURITY` where an answer does not have its own, and answers
    for what failed: with 503 while the database is away, else with 500. The failure itself goes
    into the log."""

    def __init__(self, inner: ASGIApp, renderer: Renderer) -> None:
        self._inner = inner
        self._renderer = renderer
        self._away = _Seldom(QUIET_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with the headers added to the answer's start."""
        started = False

        async def add(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = guarded(message["headers"])
            await send(message)

        try:
            await self._inner(scope, receive, add)
        except Exception as error:
            if started:
                raise
            await self._failed(Request(scope), error)(scope, receive, add)

    def _failed(self, request: Request, error: Exception) -> Response:
        page, words = masked(request.url.path), self._renderer.words(request)
        if not is_away(error):
            _LOG.error("page failed", page=page, **failure(error))
            return self._page(request, 500, key("Something failed on our side"))
        others = self._away.others()
        if others is not None:
            _LOG.error("page failed", page=page, others=others, **failure(error))
        said = words(
            "Our records cannot be reached just now. Try again in a few minutes; "
            "what you have sent, send again then."
        )
        made = self._page(request, 503, key("That is not possible just now"), said)
        made.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
        return made

    def _page(self, request: Request, status: int, title: str, said: str = "") -> Response:
        made = self._renderer.page(request, "refused.html", status=status, title=title, said=said)
        made.headers["Cache-Control"] = "no-store"
        return made


class _Seldom:
    """Lets one in a while through, and counts the others."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last: float | None = None
        self._others = 0
        self._lock = threading.Lock()

    def others(self) -> int | None:
        """How many were held back since the last; None where this one is held back too."""
        now = time.monotonic()
        with self._lock:
            if self._last is not None and now - self._last < self._seconds:
                self._others += 1
                return None
            self._last, found, self._others = now, self._others, 0
            return found
