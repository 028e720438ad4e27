"""The feeds over HTTP: `/calendars/….ics` and the other formats, public ones and private ones by a
secret link."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import partial
from itertools import chain
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from calendars.feeds.registry import FORMATS
from calendars.zones import instant, local_day
from config.plan import Plan
from scheduler.feeds import History, Kind, Scope, known_ids
from scheduler.published import Wanted, WantedError, written
from scheduler.shelf import Shelf
from scheduler.shown import Known, expiry
from scheduler.web.asked import asked
from scheduler.web.conditional import Body, packed_body
from scheduler.web.conditional import answer as conditional
from scheduler.web.early import LONGEST, Address, Ready, address
from scheduler.web.kept import Kept
from scheduler.web.links import is_token
from scheduler.web.segments import Segments
from scheduler.web.site import Site

MAX_AGE = 900
MOST_OCTETS = 128_000_000
"""So much of written feeds is kept at once."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+", re.ASCII)
"""What a file name in a header had better not hold."""


class Feeds:
    """The feeds of a site; what was written is kept until something changes or a day begins.

    Only what covers the usual days and every status is kept: there are as many of these as there
    are scopes, formats and languages. Of what changed only the changed parts are written anew.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._bodies: Kept[Wanted, Ready] = Kept(MOST_OCTETS, _octets)
        self._asked: Kept[Address, Wanted] = Kept()
        self._shelf = Shelf()
        self._segments = Segments()

    def routes(self) -> list[Route]:
        """One address for each scope and format; a tag may hold a slash."""
        return [route for form in FORMATS for route in self._routes(form)]

    def _routes(self, form: str) -> list[Route]:
        folder, suffix = FORMATS[form].folder, FORMATS[form].suffix
        public, private = partial(self.public, form=form), partial(self.private, form=form)
        return [
            Route(f"/{folder}/all{suffix}", public),
            Route(f"/{folder}/private/{{token}}/{{kind}}/{{id}}{suffix}", private),
            Route(f"/{folder}/{{kind}}/{{id:path}}{suffix}", public),
        ]

    async def public(self, request: Request, form: str) -> Response:
        """A feed that anybody may read; persons have none."""
        scope = _scope(request)
        if scope.kind == "person":
            raise HTTPException(404)
        return await self._answer(request, Wanted(scope, form=form))

    async def private(self, request: Request, form: str) -> Response:
        """A feed by a secret link; a wrong link is as unknown as any other address."""
        scope = _scope(request)
        secret, generation = self._site.secret(), self._site.generation(scope.id)
        right = is_token(request.path_params["token"], secret, scope, generation)
        if not right or scope.kind not in ("person", "team"):
            raise HTTPException(404)
        return await self._answer(request, Wanted(scope, private=True, form=form))

    def ready(self, address: Address) -> Ready | None:
        """The answers of an address that was asked for already, while nothing has changed."""
        state = self._state()
        wanted = self._asked.get(state, address)
        return None if wanted is None else self._bodies.get(state, wanted)

    def _state(self) -> tuple[str, date]:
        site = self._site
        return site.version(), local_day(site.now(), site.plan().timezone)

    async def _answer(self, request: Request, plain: Wanted) -> Response:
        state, plan = self._state(), self._site.plan()
        try:
            wanted = asked(plain, request.query_params)
            found = self._bodies.get(state, wanted)
            if found is None:
                if plain.scope.id and plain.scope.id not in known_ids(plan, plain.scope.kind):
                    raise HTTPException(404)
                found = Ready(await run_in_threadpool(self.written, wanted))
                if wanted.usual:
                    self._bodies.put(state, wanted, found)
        except WantedError as error:
            raise HTTPException(400, str(error)) from None
        if wanted.usual and len(request.scope["query_string"]) <= LONGEST:
            self._asked.put(state, address(request.scope), wanted)
        return conditional(request, found.kept)

    def written(self, wanted: Wanted) -> Body:
        """The feed, of which only what changed since the last time is written anew.

        Raises `WantedError` as `scheduler.published.written` does.
        """
        site, plan, now = self._site, self._site.plan(), self._site.now()
        history = History(site.states(), site.stamps(), site.gone())
        whole, published, known = written(plan, wanted, history, now, self._shelf)
        headers = _headers(wanted)
        headers["X-Milestones-Without-Date"] = str(whole.left_out)
        headers["X-Milestones-Outside"] = str(published.outside)
        headers["X-Milestones-Other-Status"] = str(published.otherwise)
        headers["X-Milestones-Broken"] = str(len(whole.broken))
        modified = max(site.changed(), turned(plan, history, known, now))
        made = self._segments.bytes_of(whole)
        return packed_body(made.content, made.packed, made.digest, modified, headers)


def _octets(ready: Ready) -> int:
    return len(ready.kept.content) + len(ready.kept.packed or b"")


def _headers(wanted: Wanted) -> dict[str, str]:
    made = FORMATS[wanted.form]
    cache = f"max-age={MAX_AGE}, must-revalidate"
    name = _PLAIN.sub("-", wanted.scope.id or wanted.scope.kind)
    return {
        "Content-Type": made.content_type,
        "Content-Disposition": f'inline; filename="{name}{made.suffix}"',
        "Cache-Control": f"private, {cache}" if wanted.private else cache,
        "X-Robots-Tag": "noindex",
    }


def _scope(request: Request) -> Scope:
    kind = request.path_params.get("kind", "all")
    if kind not in ("all", "track", "team", "person", "tag"):
        raise HTTPException(404)
    return Scope(cast("Kind", kind), request.path_params.get("id", ""))


def turned(plan: Plan, history: History, known: Known, now: datetime) -> datetime:
    """When the feeds last changed without an edit or a report: because a day began on which a
    milestone entered the days they cover, or left them, or one that was cancelled expired.

    In UTC; it never goes back.
    """
    today = local_day(now, plan.timezone)
    days = filter(today.__ge__, chain.from_iterable([one.turns for one in known.values()]))
    expired = (day for at in _cancelled(history) if (day := expiry(plan, at)) <= today)
    last = max(max(days, default=date.min), max(expired, default=date.min))
    return _NEVER if last == date.min else instant(last, time(), plan.timezone)


def _cancelled(history: History) -> Iterator[datetime]:
    """When something was reported cancelled, or left the plan."""
    yield from (one.at for one in history.gone)
    reported = (one for one in history.states.values() if one.state == "cancelled")
    yield from (one.at for one in reported if one.at)
