"""Public pages that are kept until the state they show changes or a day begins.

A kept page has an ETag and a gzip, which feeds have too. It is the same for all who read one
language under one host, so whoever comes with any other cookie gets a page of her own, made for her
alone; so does everybody in a rehearsal, whose pages change every second.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from scheduler.web.conditional import Body, answer, body, octets
from scheduler.web.days import Days
from scheduler.web.kept import Kept
from scheduler.web.reader import COOKIE, remember
from scheduler.web.render import Renderer

Page = Callable[[Request], Response]
MOST_OCTETS = 64_000_000
"""So much of pages, with their gzip, is kept at once."""
LONGEST = 200
"""Longer questions are not kept: no link of ours asks them."""


class Named(NamedTuple):
    """What a page depends on beside the state."""

    host: str
    path: str
    query: str
    language: str


class KeptPages:
    """The pages of a site that anybody may read."""

    def __init__(self, renderer: Renderer, *, still: bool = False) -> None:
        """still: every page is asked for once, so that none is kept."""
        self._renderer = renderer
        self._site = renderer.site
        self._still = still
        self._days = Days(renderer.site)
        self._pages: Kept[Named, Body] = Kept(MOST_OCTETS, octets)

    def kept(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """The same page, made anew only when something has changed."""

        async def kept(request: Request) -> Response:
            if not self._shared(request):
                return await run_in_threadpool(page, request)
            state, named = self._days.state(), self._named(request)
            found = self._pages.get(state, named)
            if found is None:
                made = await run_in_threadpool(page, request)
                found = _body(made)
                self._pages.put(state, named, found)
            answered = answer(request, found)
            remember(request, answered)
            return answered

        return kept

    def _shared(self, request: Request) -> bool:
        if self._still or self._site.rehearsal() is not None:
            return False
        return request.cookies.keys() <= {COOKIE} and len(request.url.query) <= LONGEST

    def _named(self, request: Request) -> Named:
        language = self._renderer.words(request).language
        return Named(str(request.base_url), request.url.path, request.url.query, language)


def _body(made: Response) -> Body:
    """Without a date: a new release of the product may change a page that nothing else does."""
    names = ("content-type", "cache-control", "content-language")
    headers = {name.title(): made.headers[name] for name in names}
    return body(bytes(made.body), None, headers)
