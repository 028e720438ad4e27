"""Who comes to the console: the cookie of a session, and what every form of it must bring along.

A form is taken only where the browser says that a page of this service sent it (Sec-Fetch-Site,
else Origin), and where it has the session's token. Both hold by themselves.
"""

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from scheduler.console.doorkeeper import SESSION_GOOD_FOR, Doorkeeper, Visit
from scheduler.web.render import Renderer

COOKIE = "console"
GUARDED = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
}
"""No copy, nothing in a search, no script at all. With "no-referrer" a browser would send no
Origin that says where a form comes from."""


class Visits:
    """Reads and sets the session's cookie, and makes pages that are for one person alone."""

    def __init__(self, renderer: Renderer, doorkeeper: Doorkeeper) -> None:
        self._renderer = renderer
        self._site = renderer.site
        self._doorkeeper = doorkeeper

    def visit(self, request: Request) -> Visit | None:
        """Who comes; None where nobody is logged in."""
        return self._doorkeeper.visit(request.cookies.get(self._cookie(request), ""))

    def is_own(self, request: Request, visit: Visit, sent: Mapping[str, str]) -> bool:
        """Whether a form was sent by a page that this session was shown."""
        wanted = self._doorkeeper.form_token(visit).encode()
        given = sent.get("form", "").encode("utf-8", "surrogatepass")
        return from_here(request) and hmac.compare_digest(wanted, given)

    def begin(self, request: Request, answer: Response, token: str) -> Response:
        """Keep the session in the reader's browser, until its end."""
        answer.set_cookie(
            self._cookie(request),
            token,
            int(SESSION_GOOD_FOR.total_seconds()),
            path="/",
            secure=self._is_secure(request),
            httponly=True,
            samesite="lax",
        )
        return answer

    def end(self, request: Request, answer: Response) -> Response:
        """Take the cookie back."""
        secure = self._is_secure(request)
        answer.delete_cookie(self._cookie(request), "/", secure=secure, httponly=True)
        return answer

    def page(
        self,
        request: Request,
        template: str,
        visit: Visit | None = None,
        *,
        status: int = 200,
        whose: str = "",
        **values: Any,
    ) -> Response:
        """A page that nobody keeps, in the language of the one it is for."""
        plan = self._site.plan()
        known = plan.people.get(visit.person if visit else whose)
        made: Response = self._renderer.page(
            request,
            template,
            status=status,
            own=known.language if known else None,
            visit=visit,
            form_token=self._doorkeeper.form_token(visit) if visit else "",
            **values,
        )
        made.headers.update(GUARDED)
        return made

    def _is_secure(self, request: Request) -> bool:
        """Whether the reader sees the page by https, also through a proxy that does not say so."""
        if request.url.scheme == "https":
            return True
        own = urlsplit(self._site.plan().url or "")
        return own.scheme == "https" and own.hostname == request.url.hostname

    def _cookie(self, request: Request) -> str:
        """Its name; by https one that only this very host can set (RFC 6265bis, 4.1.3.2)."""
        return f"__Host-{COOKIE}" if self._is_secure(request) else COOKIE


def from_here(request: Request) -> bool:
    """Whether a form comes from a page of this service, as far as the browser says.

    One that says nothing is no browser, and has no cookie that somebody else could make use of.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).hostname == request.url.hostname
    except ValueError:
        return False


def address_of(request: Request) -> str:
    """The network address of whoever asks; "" where there is none."""
    return request.client.host if request.client else ""
