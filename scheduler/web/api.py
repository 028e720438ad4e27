"""The JSON interface: what the public pages show, for programs. It only reads.

Anybody may read it, from any page (CORS), since it holds nothing that the pages do not show.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from scheduler.web import openapi, records
from scheduler.web.conditional import Body, answer, body, octets
from scheduler.web.kept import Kept
from scheduler.web.kept_pages import LONGEST
from scheduler.web.picturing import Pictures
from scheduler.web.search import STATUSES, SearchError, found, parse
from scheduler.web.site import Site
from scheduler.web.views import Picture, Row

_HEADERS = {
    "Content-Type": "application/json",
    "Cache-Control": "no-cache",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified",
}
_TITLES = {
    400: "A parameter cannot be read",
    404: "There is none",
    405: "The interface only reads",
}


Endpoint = Callable[[Request], Awaitable[Response]]
MOST_OCTETS = 32_000_000
"""So much of answers, with their gzip, is kept at once."""


class Api:
    """The addresses of the interface."""

    def __init__(self, site: Site, pictures: Pictures) -> None:
        self._site = site
        self._pictures = pictures
        self._bodies: Kept[tuple[str, str], Body] = Kept(MOST_OCTETS, octets)

    def routes(self) -> list[Route]:
        """Their addresses, which stay as they are."""
        return [
            Route("/api/openapi.json", self._guarded(self.openapi)),
            Route("/api/overview", self._guarded(self.overview)),
            Route("/api/tracks/{track}", self._guarded(self.track)),
            Route("/api/milestones", self._guarded(self.milestones)),
            Route("/api/milestones/{track}/{milestone}", self._guarded(self.milestone)),
            Route("/api/{rest:path}", self._guarded(self.nothing)),
        ]

    def openapi(self, request: Request) -> Body:
        """The description of the interface."""
        plan = self._site.plan()
        described = openapi.description(plan.name, (plan.url or "").rstrip("/"), STATUSES)
        return self._body(json.dumps(described, ensure_ascii=False).encode())

    def overview(self, request: Request) -> Body:
        """The plan in short."""
        return self._record(records.overview(self._picture(), self._site.changed()))

    def track(self, request: Request) -> Body:
        """A track in short."""
        shown = self._picture()
        summary = shown.tracks.get(request.path_params["track"])
        if summary is None:
            raise HTTPException(404, "there is no such track; /api/overview names all")
        return self._record(records.track(shown, summary))

    def milestones(self, request: Request) -> Body:
        """The milestones that are looked for."""
        shown = self._picture()
        try:
            search = parse(request.query_params.multi_items(), shown)
        except SearchError as error:
            raise HTTPException(400, str(error)) from None
        limit = _number(request, "limit", openapi.USUAL, 1, openapi.MOST)
        offset = _number(request, "offset", 0, 0, openapi.MOST_OFFSET)
        rows = found(shown, search)
        after = offset + limit
        query = "&".join(filter(None, [search.query(), f"limit={limit}", f"offset={after}"]))
        record = records.Found(
            total=len(rows),
            offset=offset,
            milestones=[records.milestone(shown, row) for row in rows[offset:after]],
            next=f"/api/milestones?{query}" if after < len(rows) else None,
        )
        return self._record(record)

    def milestone(self, request: Request) -> Body:
        """All of a milestone."""
        shown = self._picture()
        row = shown.rows.get("{track}/{milestone}".format(**request.path_params))
        if row is None:
            raise HTTPException(404, "there is no such milestone; /api/milestones lists all")
        return self._record(self._whole(shown, row))

    def _whole(self, shown: Picture, row: Row) -> records.Whole:
        key, site = row.milestone.id, self._site
        return records.whole(shown, row, site.versions(key), in_review=key in site.in_review())

    def nothing(self, request: Request) -> Body:
        """Any other address."""
        raise HTTPException(404, "there is no such address; /api/openapi.json describes all")

    def _picture(self) -> Picture:
        return self._pictures.now()

    def _record(self, record: BaseModel) -> Body:
        return self._body(record.model_dump_json().encode())

    def _body(self, content: bytes) -> Body:
        return body(content, self._changed(), _HEADERS)

    def _changed(self) -> datetime:
        """When the content may have changed last: with the plan's state, or with the day."""
        return max(self._site.changed(), self._pictures.days.began())

    def _guarded(self, inner: Callable[[Request], Body]) -> Endpoint:
        """The same, kept until something changes; with refusals in JSON (RFC 9457)."""

        async def guarded(request: Request) -> Response:
            state, asked = self._pictures.days.state(), (request.url.path, request.url.query)
            found = self._bodies.get(state, asked)
            if found is None:
                try:
                    found = await run_in_threadpool(inner, request)
                except HTTPException as error:
                    return refused(error)
                if len(request.url.query) <= LONGEST:
                    self._bodies.put(state, asked, found)
            return answer(request, found)

        return guarded


def refused(error: HTTPException) -> Response:
    """What is wrong, in JSON (RFC 9457)."""
    status = error.status_code
    problem = records.Problem(title=_TITLES[status], status=status, detail=error.detail)
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "no-cache",
        **(error.headers or {}),
    }
    media_type = "application/problem+json"
    return JSONResponse(problem.model_dump(), status, headers, media_type=media_type)


def _number(request: Request, name: str, usual: int, least: int, most: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return usual
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
    if not least <= number <= most:
        raise HTTPException(400, f"`{name}` takes a whole number from {least} to {most:,}")
    return number
