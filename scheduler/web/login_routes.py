"""Logging in: `/login` asks for an address, `/login/TOKEN` is the link that is mailed to it.

What `/login` answers does not depend on the address. Looking at a link changes nothing, since mail
programs and scanners do so; its button uses it up.
"""

import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from calendars.wording import moment_text
from calendars.zones import zone
from scheduler.console.doorkeeper import LINK_GOOD_FOR, PER, Doorkeeper
from scheduler.web.form import fields
from scheduler.web.posted import FORM_TYPE, body_of, content_type
from scheduler.web.render import Renderer
from scheduler.web.signed import form_token, read_form
from scheduler.web.visits import GUARDED, Visits, address_of, from_here
from scheduler.web.words import Words, key

CONSOLE = "/console"
_ASKING = "login"
"""Stands in the place of a link's token in the form that asks for one."""
LONGEST_TOKEN = 100
_STALE = key("The page was open for too long. Try again.")


class LoginRoutes:
    """The pages of logging in."""

    def __init__(self, renderer: Renderer, doorkeeper: Doorkeeper) -> None:
        self._renderer = renderer
        self._site = renderer.site
        self._doorkeeper = doorkeeper
        self._visits = Visits(renderer, doorkeeper)

    def routes(self) -> list[Route]:
        """Their addresses, which stay as they are."""
        return [
            Route("/login", self.ask, methods=["GET", "POST"]),
            Route("/login/{token}", self.link, methods=["GET", "POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Show the form, or take an address from it."""
        if request.method != "POST":
            return await run_in_threadpool(self._form, request)
        body = await body_of(request)
        return await run_in_threadpool(self._asked, request, body)

    async def link(self, request: Request) -> Response:
        """Show whose link it is, or use it up."""
        if request.method != "POST":
            return await run_in_threadpool(self._show, request)
        body = await body_of(request)
        return await run_in_threadpool(self._enter, request, body)

    def _form(self, request: Request, problem: str = "", status: int = 200) -> Response:
        words = self._renderer.words(request)
        return self._visits.page(
            request,
            "login.html",
            status=status,
            page_token=self._token(_ASKING),
            problem=problem,
            minutes=words.number(_minutes(LINK_GOOD_FOR.total_seconds())),
        )

    def _asked(self, request: Request, body: bytes | None) -> Response:
        words = self._renderer.words(request)
        if refused := self._refused(request, body):
            return refused
        sent = fields(body or b"")
        if not self._is_shown(_ASKING, sent.get("page", "")):
            return self._form(request, words(_STALE), 409)
        address = sent.get("address", "")
        if "@" not in address:
            return self._form(request, words("Write a mail address, as in name@example.org."), 400)
        if not self._doorkeeper.ask(address, address_of(request)):
            return self._too_often(request, words)
        minutes = words.number(_minutes(LINK_GOOD_FOR.total_seconds()))
        return self._said(
            request,
            words("Look into your mail"),
            words(
                "If that is the address of a coordinator or a team’s lead, a link is on its way."
            ),
            words("It works once, within {n} minutes.", n=minutes),
        )

    def _show(self, request: Request, problem: str = "", status: int = 200) -> Response:
        token = request.path_params["token"]
        admitted = self._doorkeeper.admitted(token) if len(token) <= LONGEST_TOKEN else None
        if admitted is None:
            return self._gone(request)
        plan = self._site.plan()
        person = plan.people[admitted.person]
        words = self._renderer.words(request, person.language)
        asked = moment_text(admitted.at.astimezone(zone(person.timezone)), words.language)
        return self._visits.page(
            request,
            "enter.html",
            status=status,
            whose=admitted.person,
            name=person.name,
            asked_from=admitted.asked_from,
            asked_at=asked,
            here=address_of(request),
            page_token=self._token(token),
            problem=words(problem) if problem else "",
        )

    def _enter(self, request: Request, body: bytes | None) -> Response:
        words, token = self._renderer.words(request), request.path_params["token"]
        if refused := self._refused(request, body):
            return refused
        if not self._doorkeeper.may_try(address_of(request)):
            return self._too_often(request, words)
        if len(token) > LONGEST_TOKEN:
            return self._gone(request)
        if not self._is_shown(token, fields(body or b"").get("page", "")):
            return self._show(request, _STALE, 409)
        made = self._doorkeeper.log_in(token, address_of(request))
        if made is None:
            return self._gone(request)
        answer = RedirectResponse(CONSOLE, 303, GUARDED)
        return self._visits.begin(request, answer, made)

    def _refused(self, request: Request, body: bytes | None) -> Response | None:
        """The answer to a form that is too large, of another type, or of another page."""
        words = self._renderer.words(request)
        if body is None or content_type(request) != FORM_TYPE:
            return self._said(
                request, words("That did not work"), status=413 if body is None else 415
            )
        if not from_here(request):
            return self._said(request, words("That form was sent from another page"), status=403)
        return None

    def _gone(self, request: Request) -> Response:
        words = self._renderer.words(request)
        return self._said(
            request,
            words("This link leads in no more"),
            words("It works once, and only for a short time. Ask for another."),
            status=410,
            again=True,
        )

    def _too_often(self, request: Request, words: Words) -> Response:
        made = self._said(
            request,
            words("That was tried too often"),
            words("Try again in {n} minutes.", n=words.number(_minutes(PER.total_seconds()))),
            status=429,
        )
        made.headers["Retry-After"] = str(int(PER.total_seconds()))
        return made

    def _said(
        self, request: Request, title: str, *lines: str, status: int = 200, again: bool = False
    ) -> Response:
        return self._visits.page(
            request, "login_said.html", status=status, title=title, lines=lines, again=again
        )

    def _token(self, of: str) -> str:
        nonce = secrets.token_bytes(6)
        return form_token(self._site.secret(), of, self._doorkeeper.now(), nonce)

    def _is_shown(self, of: str, given: str) -> bool:
        """Whether a form was shown here, and not too long ago."""
        return read_form(self._site.secret(), of, given, self._doorkeeper.now()) is not None


def _minutes(seconds: float) -> int:
    return int(seconds // 60)
