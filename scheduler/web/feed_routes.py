"""The feeds over HTTP: `/calendars/….ics`, public ones and private ones by a secret link."""

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, cast

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from calendars.durations import add_months
from calendars.feeds.registry import FORMATS, Format
from calendars.workdays import FIRST_YEAR, LAST_YEAR
from calendars.zones import instant, local_day
from config.plan import Plan
from scheduler.feeds import (
    DAYS_BACK,
    KEPT,
    MONTHS_AHEAD,
    History,
    Kind,
    Scope,
    Span,
    calendar,
    default_span,
    known_ids,
)
from scheduler.planning.occurrences import Dates
from scheduler.web.conditional import Body, answer, body
from scheduler.web.kept import Kept
from scheduler.web.links import is_token
from scheduler.web.site import Site

MAX_AGE = 900
_FORMAT = "ical"
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+", re.ASCII)
"""What a file name in a header had better not hold."""


class Wanted(NamedTuple):
    """What a client asks for, and nothing else: the key under which its answer is kept."""

    scope: Scope
    private: bool
    first: date | None
    last: date | None
    windows: bool


class Feeds:
    """The feeds of a site; what was written is kept until something changes or a day begins.

    Only what covers the usual days is kept: there are as many of these as there are scopes.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._bodies: Kept[Wanted, Body] = Kept()

    def routes(self) -> list[Route]:
        """One address for each scope; a tag may hold a slash."""
        return [
            Route("/calendars/all.ics", self.public),
            Route("/calendars/private/{token}/{kind}/{id}.ics", self.private),
            Route("/calendars/{kind}/{id:path}.ics", self.public),
        ]

    async def public(self, request: Request) -> Response:
        """A feed that anybody may read; persons have none."""
        scope = _scope(request)
        if scope.kind == "person":
            raise HTTPException(404)
        return await self._answer(request, scope, private=False)

    async def private(self, request: Request) -> Response:
        """A feed by a secret link; a wrong link is as unknown as any other address."""
        scope = _scope(request)
        secret, generation = self._site.secret(), self._site.generation(scope.id)
        right = is_token(request.path_params["token"], secret, scope, generation)
        if not right or scope.kind not in ("person", "team"):
            raise HTTPException(404)
        return await self._answer(request, scope, private=True)

    async def _answer(self, request: Request, scope: Scope, *, private: bool) -> Response:
        version, plan = self._site.version(), self._site.plan()
        wanted = _wanted(request, scope, private=private)
        state = (version, local_day(self._site.now(), plan.timezone))
        found = self._bodies.get(state, wanted)
        if found is None:
            if scope.id and scope.id not in known_ids(plan, scope.kind):
                raise HTTPException(404)
            found = await run_in_threadpool(self._written, plan, wanted)
            if wanted.first is None and wanted.last is None:
                self._bodies.put(state, wanted, found)
        return answer(request, found)

    def _written(self, plan: Plan, wanted: Wanted) -> Body:
        site, now = self._site, self._site.now()
        made = FORMATS[_FORMAT]
        span = default_span(plan, now)
        span = Span(wanted.first or span.first, wanted.last or span.last)
        history = History(site.states(), site.stamps(), site.gone())
        private = wanted.private
        published = calendar(plan, wanted.scope, history, now, private=private, span=span)
        feed = made.write(published.calendar, windows=wanted.windows)
        headers = _headers(made, wanted)
        headers["X-Milestones-Without-Date"] = str(published.without_date)
        headers["X-Milestones-Outside"] = str(published.outside)
        headers["X-Milestones-Broken"] = str(len(feed.broken))
        return body(feed.body, last_modified(site, plan, now), headers)


def _headers(made: Format, wanted: Wanted) -> dict[str, str]:
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


def _wanted(request: Request, scope: Scope, *, private: bool) -> Wanted:
    first, last = _day(request, "from"), _day(request, "until")
    if first and last and last < first:
        raise HTTPException(400, "`until` lies before `from`: swap them")
    windows = request.query_params.get("windows", "0")
    if windows not in ("0", "1"):
        raise HTTPException(400, "`windows` is 0 or 1")
    return Wanted(scope, private, first, last, windows == "1")


def _day(request: Request, name: str) -> date | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.max
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise HTTPException(400, f"`{name}` takes a day such as 2024-03-21")
    return found


def last_modified(site: Site, plan: Plan, now: datetime) -> datetime:
    """When the feeds last changed: by an edit or a report, or because a day began on which a
    milestone entered the days they cover, or left them. It never goes back."""
    today = local_day(now, plan.timezone)
    turned = (instant(day, time(), plan.timezone) for day in _turning_days(site, plan, today))
    return max([site.changed(), *turned])


def _turning_days(site: Site, plan: Plan, today: date) -> list[date]:
    """The days up to today on which an entry came into a feed's span, left it, or expired."""
    dates = Dates(plan)
    found = []
    for milestone in plan.milestones.values():
        for one in dates.of(milestone, today):
            if one.due is not None:
                left = one.due + timedelta(days=DAYS_BACK + 1)
                found += [add_months(one.due, -MONTHS_AHEAD), left]
    cancelled = [one.at for one in site.gone()]
    cancelled += [one.at for one in site.states().values() if one.state == "cancelled" and one.at]
    found += [local_day(at, plan.timezone) + KEPT + timedelta(days=1) for at in cancelled]
    return [day for day in found if day <= today]
