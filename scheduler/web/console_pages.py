"""What all pages of the console share: who may see them, and which forms are taken.

A form is taken with the session's token only, and from a page of this service.
"""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from scheduler.console.console import Console
from scheduler.console.doorkeeper import Visit
from scheduler.planning.explain import name_of
from scheduler.web.form import fields
from scheduler.web.posted import FORM_TYPE, body_of, content_type
from scheduler.web.render import Renderer
from scheduler.web.visits import GUARDED, Visits, from_here
from scheduler.web.words import Words, key

_PAGES = (
    ("/console", key("At a glance"), False),
    ("/console/reports", key("Reports"), False),
    ("/console/requests", key("Update requests"), True),
    ("/console/next", key("What goes out"), False),
    ("/console/failures", key("Failures"), True),
    ("/console/service", key("Channels and nodes"), True),
    ("/console/plan", key("The plan"), True),
    ("/console/trail", key("Trail"), True),
)
"""Address, name, and whether only coordinators see it."""
_DONE = {
    "retry": key("It will be tried again."),
    "withdraw": key("It is taken back."),
    "resume": key("The pause is ended: what waits goes out now."),
    "consent": key("The plan is in force."),
    "other": key("Nothing was done: it is another plan by now. Look at it again."),
    "approve": key("The report is approved, and public."),
    "hold": key("The report is approved. It is public when you publish it."),
    "publish": key("It is public now."),
    "return": key("The report is returned. Whoever sent it is told why."),
    "no-word": key("Nothing was done: say why it is returned."),
    "long-word": key("Nothing was done: the word is too long."),
    "decided": key("Nothing was done: somebody has decided on it meanwhile."),
    "not-yours": key("Nothing was done: it is not yours to decide."),
    "unknown": key("Nothing was done: there is no such report."),
    "nothing": key("There was nothing to do any more."),
}
_NOT_HERS = key("That is for the coordinators of the plan")
_FAILED = key("That did not work")
_ELSEWHERE = key("That form was sent from another page")
Shown = Callable[[Request, Visit, Words], Response]
Done = Callable[[Visit, Mapping[str, str]], str]


class ConsolePages:
    """Makes pages for whoever is logged in, and takes their forms."""

    def __init__(self, renderer: Renderer, console: Console) -> None:
        self._renderer, self._site = renderer, renderer.site
        self._console = console
        self._visits = Visits(renderer, console.doorkeeper)

    def shown(self, path: str, page: Shown, *, lead: bool = True) -> Route:
        """A page for whoever is logged in; with `lead` for leads of teams too."""

        def show(request: Request) -> Response:
            visit = self._visits.visit(request)
            if visit is None:
                return RedirectResponse("/login", 303, GUARDED)
            if not lead and not visit.role.coordinates:
                return self.refused(request, visit)
            return page(request, visit, self.words(request, visit))

        return Route(path, show)

    def words(self, request: Request, visit: Visit) -> Words:
        """The words of her choice, else of her language in the plan."""
        return self._renderer.words(request, self._site.plan().people[visit.person].language)

    def page(self, request: Request, visit: Visit, template: str, **values: Any) -> Response:
        """A page of the console, with its ways to the others and what was done last."""
        words = self.words(request, visit)
        done = request.query_params.get("done", "")
        return self._visits.page(
            request,
            template,
            visit,
            pages=[
                (path, words(name))
                for path, name, coordinators in _PAGES
                if visit.role.coordinates or not coordinators
            ],
            me=name_of(self._site.plan(), visit.person),
            coordinates=visit.role.coordinates,
            done=words(_DONE[done]) if done in _DONE else "",
            **values,
        )

    def refused(
        self, request: Request, visit: Visit | None, title: str = "", status: int = 403
    ) -> Response:
        """A page that says why nothing was done, or shown; `title` is the key of what it says."""
        if visit is None:
            words = self._renderer.words(request)
            return self._visits.page(
                request,
                "login_said.html",
                status=403,
                title=words("You are not logged in any more"),
                lines=(words("Nothing was done."),),
                again=True,
            )
        words = self.words(request, visit)
        return self._visits.page(
            request,
            "login_said.html",
            visit,
            status=status,
            title=words(title or _NOT_HERS),
            lines=(words("Nothing was done."),) if request.method == "POST" else (),
            again=False,
        )

    def done(self, path: str, act: Done, back: str, *, lead: bool = False) -> Route:
        """A form: done once it is known to be hers, and then she is back where it was.

        lead: whether leads of teams may send it. What the path names is among its fields.
        """

        def do(request: Request, body: bytes | None) -> Response:
            visit = self._visits.visit(request)
            if visit is None:
                return self.refused(request, None)
            if body is None or content_type(request) != FORM_TYPE:
                status = 413 if body is None else 415
                return self.refused(request, visit, _FAILED, status)
            sent = fields(body)
            if not self._visits.is_own(request, visit, sent):
                return self.refused(request, visit, _ELSEWHERE)
            if not lead and not visit.role.coordinates:
                return self.refused(request, visit)
            sent |= {name: str(value) for name, value in request.path_params.items()}
            return RedirectResponse(f"{back}?done={act(visit, sent)}", 303, GUARDED)

        async def take(request: Request) -> Response:
            return await run_in_threadpool(do, request, await body_of(request))

        return Route(path, take, methods=["POST"])

    def logout(self) -> Route:
        """The form that ends a session."""

        async def leave(request: Request) -> Response:
            return await run_in_threadpool(self._leave, request, await body_of(request))

        return Route("/console/logout", leave, methods=["POST"])

    def _leave(self, request: Request, body: bytes | None) -> Response:
        visit = self._visits.visit(request)
        own = visit is None or self._visits.is_own(request, visit, fields(body or b""))
        if not (own and from_here(request)):
            return self.refused(request, visit, _ELSEWHERE)
        if visit is not None:
            self._console.doorkeeper.log_out(visit)
        return self._visits.end(request, RedirectResponse("/", 303, GUARDED))
