"""The mailbox of a rehearsal in the browser: the list, one message, its HTML in a frame."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from scheduler.web.inbox import PAGE, Inbox, Letter, headers_of
from scheduler.web.numbers import number_of
from scheduler.web.render import Renderer

SHOWN_HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
    "Importance",
    "X-Entity-Ref-ID",
)
_FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
)
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


class MailRoutes:
    """The pages of the mailbox; not found where the site has none that may be read."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._inbox: Inbox = renderer.inbox

    def routes(self) -> list[Route]:
        """The list, one message, and its HTML alone."""
        return [
            Route("/mailbox", self.listed),
            Route("/mailbox/{number}", self.one),
            Route("/mailbox/{number}/html", self.html),
        ]

    def listed(self, request: Request) -> Response:
        """The newest first, fifty to a page."""
        if not self._inbox.there:
            raise HTTPException(404)
        every = len(self._inbox.all())
        pages = max(1, -(-every // PAGE))
        page = _page_number(request, pages)
        return self._renderer.page(
            request,
            "mailbox.html",
            live=page == 1,
            letters=self._inbox.newest(PAGE, page),
            every=every,
            page=page,
            pages=pages,
        )

    def one(self, request: Request) -> Response:
        """One message: its HTML in a frame, its text, its headers."""
        letter = self._letter(request)
        return self._renderer.page(
            request,
            "letter.html",
            letter=letter,
            headers=headers_of(letter, SHOWN_HEADERS),
            previous=self._inbox.find(letter.number - 1),
            following=self._inbox.find(letter.number + 1),
        )

    def html(self, request: Request) -> Response:
        """The HTML as it was sent, for the frame: no script, nothing from outside."""
        letter = self._letter(request)
        if letter.mail.html is None:
            raise HTTPException(404)
        headers = {
            "Content-Security-Policy": _FRAME_POLICY,
            "X-Frame-Options": "SAMEORIGIN",
            "Cache-Control": "no-cache",
        }
        return HTMLResponse(_opening_outside(letter.mail.html), headers=headers)

    def _letter(self, request: Request) -> Letter:
        number = number_of(request.path_params["number"])
        found = None if number is None else self._inbox.find(number)
        if found is None:
            raise HTTPException(404)
        return found


def _page_number(request: Request, pages: int) -> int:
    number = number_of(request.query_params.get("page", "1"))
    if number is None or not 1 <= number <= pages:
        raise HTTPException(404)
    return number


def _opening_outside(html: str) -> str:
    """The HTML with its links opening in place of the page, not inside the frame."""
    return _HEAD.sub(lambda found: f'{found[0]}<base target="_top">', html, count=1)
