"""The pages and feeds of a site as one ASGI application."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from scheduler.console.console import Console
from scheduler.desk import Desk
from scheduler.operation.operated import Operated
from scheduler.web.answer_routes import AnswerRoutes
from scheduler.web.api import Api, refused
from scheduler.web.assets import Assets
from scheduler.web.attached import AttachedFiles
from scheduler.web.briefings import Briefings
from scheduler.web.console_pages import ConsolePages
from scheduler.web.console_reports import ReportRoutes
from scheduler.web.console_requests import WhoAnswered
from scheduler.web.console_routes import ConsoleRoutes
from scheduler.web.early import Early
from scheduler.web.feed_routes import Feeds
from scheduler.web.guard import Guard
from scheduler.web.inbox import Inbox
from scheduler.web.kept_pages import KeptPages
from scheduler.web.login_routes import LoginRoutes
from scheduler.web.mail_routes import MailRoutes
from scheduler.web.operation_routes import OperationRoutes
from scheduler.web.pages import Pages
from scheduler.web.picturing import Pictures
from scheduler.web.render import Renderer
from scheduler.web.request_routes import RequestRoutes
from scheduler.web.site import Site
from scheduler.web.stop_routes import StopRoutes
from scheduler.web.words import key

_TITLES = {
    400: key("That address cannot be read"),
    404: key("There is no such page"),
    405: key("That cannot be done here"),
}


def app(
    site: Site,
    desk: Desk | None = None,
    *,
    still: bool = False,
    language: str = "",
    operated: Operated | None = None,
    console: Console | None = None,
) -> ASGIApp:
    """The application; it holds nothing that is not in the site but kept answers.

    desk: takes the answers of the links in messages; without one there are no such pages.
    still: its pages are written down once, so that nothing in them asks a server; in `language`,
    or else in the plan's.
    operated: the node, for those who watch over it. console: for the coordinators.
    """
    assets = Assets()
    renderer = Renderer(
        site, assets, Inbox(site), still=still, language=language, console=console is not None
    )
    pictures = Pictures(site)
    keeping = KeptPages(renderer, still=still)
    feeds = Feeds(site)
    routed = Starlette(
        routes=[
            *Pages(renderer, pictures, keeping).routes(),
            *Briefings(renderer, keeping, still=still).routes(),
            *Api(site, pictures).routes(),
            *feeds.routes(),
            *MailRoutes(renderer).routes(),
            *AttachedFiles(site).routes(),
            *_answers(renderer, desk),
            *_console(renderer, console),
            assets.route(),
            *(OperationRoutes(operated).routes() if operated else ()),
        ],
        middleware=[Middleware(Guard, renderer=renderer)],
        exception_handlers={HTTPException: _refused(renderer)},
    )
    return Early(routed, feeds.ready)


def _answers(renderer: Renderer, desk: Desk | None) -> list[Route]:
    if desk is None:
        return []
    return [
        *AnswerRoutes(renderer, desk).routes(),
        *RequestRoutes(renderer, desk).routes(),
        *StopRoutes(renderer, desk).routes(),
    ]


def _console(renderer: Renderer, console: Console | None) -> list[Route]:
    if console is None:
        return []
    pages = ConsolePages(renderer, console)
    return [
        *LoginRoutes(renderer, console.doorkeeper).routes(),
        *ConsoleRoutes(pages, renderer.site, console).routes(),
        *ReportRoutes(pages, renderer.site, console).routes(),
        *WhoAnswered(pages, renderer.site, console).routes(),
    ]


Answering = Callable[[Request, Exception], Awaitable[Response]]


def _refused(renderer: Renderer) -> Answering:
    async def page(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and request.url.path.startswith("/api/"):
            return refused(error)
        code = error.status_code if isinstance(error, HTTPException) else 500
        headers = dict(getattr(error, "headers", None) or {})
        title = _TITLES.get(code, key("That did not work"))
        said = getattr(error, "detail", "") if code == 400 else ""
        made = renderer.page(request, "refused.html", status=code, title=title, said=said)
        made.headers.update(headers)
        return made

    return page
