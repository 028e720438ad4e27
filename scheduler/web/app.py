"""The pages and feeds of a site as one ASGI application."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scheduler.web.assets import Assets
from scheduler.web.feed_routes import Feeds
from scheduler.web.inbox import Inbox
from scheduler.web.mail_routes import MailRoutes
from scheduler.web.pages import Pages
from scheduler.web.render import SECURITY, Renderer
from scheduler.web.site import Site

_TITLES = {
    400: "That address cannot be read",
    404: "There is no such page",
    405: "That cannot be done here",
}


def app(site: Site) -> Starlette:
    """The application; it holds nothing that is not in the site but kept answers."""
    assets = Assets()
    renderer = Renderer(site, assets, Inbox(site))
    return Starlette(
        routes=[
            *Pages(renderer).routes(),
            *Feeds(site).routes(),
            *MailRoutes(renderer).routes(),
            assets.route(),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={HTTPException: _refused(renderer), 500: _failed(renderer)},
    )


class SecurityHeaders:
    """Adds the headers of `render.SECURITY` where an answer does not have its own."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with the headers added to the answer's start."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                known = {name.lower() for name, _ in message["headers"]}
                missing = ((one.lower().encode(), value) for one, value in SECURITY.items())
                message["headers"] = [
                    *message["headers"],
                    *((name, value.encode()) for name, value in missing if name not in known),
                ]
            await send(message)

        await self._inner(scope, receive, add)


Answering = Callable[[Request, Exception], Awaitable[Response]]


def _refused(renderer: Renderer) -> Answering:
    async def page(request: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else 500
        headers = dict(getattr(error, "headers", None) or {})
        title = _TITLES.get(code, "That did not work")
        said = getattr(error, "detail", "") if code == 400 else ""
        made = renderer.page(request, "refused.html", status=code, title=title, said=said)
        made.headers.update(headers)
        return made

    return page


def _failed(renderer: Renderer) -> Answering:
    async def page(request: Request, _error: Exception) -> Response:
        title = "Something failed on our side"
        return renderer.page(request, "refused.html", status=500, title=title, said="")

    return page
