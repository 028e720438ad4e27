"""The JSON interface: what the public pages show, for programs. It only reads.

Anybody may read it, from any page (CORS), since it holds nothing that the pages do not show.
"""

import json
from collections.abc import Callable
from datetime import datetime, time

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from calendars.zones import instant
from scheduler.web import openapi, records
from scheduler.web.conditional import answer, body
from scheduler.web.picturing import Pictures
from scheduler.web.search import STATUSES, SearchError, found, parse
from scheduler.web.site import Site
from scheduler.web.views import Picture

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


class Api:
    """The addresses of the interface."""

    def __init__(self, site: Site, pictures: Pictures) -> None:
        self._site = site
        self._pictures = pictures

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

    def openapi(self, request: Request) -> Response:
        """The description of the interface."""
        plan = self._site.plan()
        described = openapi.description(plan.name, (plan.url or "").rstrip("/"), STATUSES)
        return self._answer(request, json.dumps(described, ensure_ascii=False).encode())

    def overview(self, request: Request) -> Response:
        """The plan in short."""
        return self._record(request, records.overview(self._picture(), self._site.changed()))

    def track(self, request: Request) -> Response:
        """A track in short."""
        shown = self._picture()
        summary = shown.tracks.get(request.path_params["track"])
        if summary is None:
            raise HTTPException(404, "there is no such track; /api/overview names all")
        return self._record(request, records.track(shown, summary))

    def milestones(self, request: Request) -> Response:
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
        return self._record(request, record)

    def milestone(self, request: Request) -> Response:
        """All of a milestone."""
        shown = self._picture()
        row = shown.rows.get("{track}/{milestone}".format(**request.path_params))
        if row is None:
            raise HTTPException(404, "there is no such milestone; /api/milestones lists all")
        return self._record(request, records.whole(shown, row))

    def nothing(self, request: Request) -> Response:
        """Any other address."""
        raise HTTPException(404, "there is no such address; /api/openapi.json describes all")

    def _picture(self) -> Picture:
        return self._pictures.now()

    def _record(self, request: Request, record: BaseModel) -> Response:
        return self._answer(request, record.model_dump_json().encode())

    def _answer(self, request: Request, content: bytes) -> Response:
        return answer(request, body(content, self._changed(), _HEADERS))

    def _changed(self) -> datetime:
        """When the content may have changed last: with the plan's state, or with the day."""
        shown = self._picture()
        return max(self._site.changed(), instant(shown.today, time(), shown.plan.timezone))

    def _guarded(self, inner: Callable[[Request], Response]) -> Callable[[Request], Response]:
        """The same, with refusals in JSON (RFC 9457)."""

        def guarded(request: Request) -> Response:
            try:
                return inner(request)
            except HTTPException as error:
                return refused(error)

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
