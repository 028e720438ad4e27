"""The feeds over HTTP: `/calendars/….ics` and the other formats, public ones and private ones by a
secret link."""

import re
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from calendars.durations import add_months
from calendars.feeds.registry import FORMATS
from calendars.zones import instant, local_day
from config.plan import Plan
from scheduler.feeds import DAYS_BACK, KEPT, MONTHS_AHEAD, History, Kind, Scope, known_ids
from scheduler.planning.occurrences import Dates
from scheduler.published import Wanted, WantedError, answer
from scheduler.web.asked import asked
from scheduler.web.conditional import Body, body
from scheduler.web.conditional import answer as conditional
from scheduler.web.kept import Kept
from scheduler.web.links import is_token
from scheduler.web.site import Site

MAX_AGE = 900
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+", re.ASCII)
"""What a file name in a header had better not hold."""


class Feeds:
    """The feeds of a site; what was written is kept until something changes or a day begins.

    Only what covers the usual days and every status is kept: there are as many of these as there
    are scopes, formats and languages.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._bodies: Kept[Wanted, Body] = Kept()

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

    async def _answer(self, request: Request, plain: Wanted) -> Response:
        version, plan = self._site.version(), self._site.plan()
        try:
            wanted = asked(plain, request.query_params)
            state = (version, local_day(self._site.now(), plan.timezone))
            found = self._bodies.get(state, wanted)
            if found is None:
                if plain.scope.id and plain.scope.id not in known_ids(plan, plain.scope.kind):
                    raise HTTPException(404)
                found = await run_in_threadpool(self._written, plan, wanted)
                if wanted.usual:
                    self._bodies.put(state, wanted, found)
        except WantedError as error:
            raise HTTPException(400, str(error)) from None
        return conditional(request, found)

    def _written(self, plan: Plan, wanted: Wanted) -> Body:
        site, now = self._site, self._site.now()
        history = History(site.states(), site.stamps(), site.gone())
        feed, published = answer(plan, wanted, history, now)
        headers = _headers(wanted)
        headers["X-Milestones-Without-Date"] = str(feed.left_out)
        headers["X-Milestones-Outside"] = str(published.outside)
        headers["X-Milestones-Other-Status"] = str(published.otherwise)
        headers["X-Milestones-Broken"] = str(len(feed.broken))
        return body(feed.body, last_modified(site, plan, now), headers)


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


def last_modified(site: Site, plan: Plan, now: datetime) -> datetime:
    """When the feeds last changed: by an edit or a report, or because a day began on which a
    milestone entered the days they cover, or left them. It never goes back."""
    today = local_day(now, plan.timezone)
    turned = (instant(day, time(), plan.timezone) for day in _turning_days(site, plan, today))
    return max([site.changed(), *turned])


def _turning_days(site: Site, plan: Plan, today: date) -> list[date]:
    """The days up to today on which an entry came into a feed's span, left it, or expired."""
    dates, stamps = Dates(plan), site.stamps()
    found = []
    for milestone in plan.milestones.values():
        for one in dates.of(milestone, today):
            if one.due is not None:
                left = one.due + timedelta(days=DAYS_BACK + 1)
                found += [add_months(one.due, -MONTHS_AHEAD), left]
    cancelled = [one.at for one in site.gone()]
    cancelled += [one.at for one in site.states().values() if one.state == "cancelled" and one.at]
    by_plan = (key for key, one in plan.milestones.items() if one.status == "cancelled")
    cancelled += [stamps[key].modified for key in by_plan if key in stamps]
    found += [local_day(at, plan.timezone) + KEPT + timedelta(days=1) for at in cancelled]
    return [day for day in found if day <= today]
