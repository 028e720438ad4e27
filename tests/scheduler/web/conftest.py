"""A real server for the tests of the pages: one a module, with the site of each test."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from scheduler.web.app import app
from scheduler.web.server import serve
from tests import asking
from tests.scheduler.web.shown import MemorySite, busy_site


class Served:
    """An application that passes everything on to the one that is set."""

    def __init__(self) -> None:
        self.inner: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.inner is not None
        await self.inner(scope, receive, send)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Served, httpx.Client]]:
    """A server and a client that asks it; redirections are not followed."""
    passing = Served()
    server = serve(passing, port=0)
    headers = {"Accept-Encoding": "identity"}
    try:
        with asking.client(base_url=server.url, headers=headers) as client:
            yield passing, client
    finally:
        server.stop()


@pytest.fixture(scope="module")
def busy() -> MemorySite:
    """The shipped plan in the middle of a rehearsed year."""
    return busy_site()


@pytest.fixture
def site(busy: MemorySite) -> MemorySite:
    """The site behind `client`; a module may say which."""
    return busy


@pytest.fixture
def client(served: tuple[Served, httpx.Client], site: MemorySite) -> httpx.Client:
    """A client of the test's own site."""
    passing, asking = served
    asking.cookies.clear()
    passing.inner = app(site)
    return asking
