"""The end of somebody's messages by a link: `/stop/TOKEN`, with one POST of a mail program too.

RFC 8058: the POST of a mail program has the body `List-Unsubscribe=One-Click` and nothing else, no
cookie and no page before it. It is answered in place. A GET shows a page, and changes nothing.
"""

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from scheduler.desk import Desk
from scheduler.messages.clean import called, clean
from scheduler.web.form import fields
from scheduler.web.link_pages import PRIVATE, Came, LinkPages, Press, coordinators_of
from scheduler.web.posted import Sparing, body_of, content_type, is_one_click
from scheduler.web.render import Renderer
from scheduler.web.sheets import muted_scopes

ALL = "all"


class StopRoutes:
    """The pages on which a person ends her messages, and begins them again."""

    def __init__(self, renderer: Renderer, desk: Desk) -> None:
        self._pages = LinkPages(renderer)
        self._desk = desk
        self._sparing = Sparing()

    def routes(self) -> list[Route]:
        """One address for each link."""
        return [Route("/stop/{token}", self.stop, methods=["GET", "POST"])]

    async def stop(self, request: Request) -> Response:
        """Show the page, or take what it or a mail program sends."""
        if request.method != "POST":
            return await run_in_threadpool(self._show, request)
        body = await body_of(request)
        return await run_in_threadpool(self._take, request, body)

    def _show(self, request: Request) -> Response:
        came = self._pages.came(request, "stop")
        if refusal := _refusal(came):
            return self._pages.refused(came, refusal)
        return self._page(came)

    def _take(self, request: Request, body: bytes | None) -> Response:
        came = self._pages.came(request, "stop", self._desk.generation)
        if refusal := _refusal(came):
            return self._pages.refused(came, refusal)
        if hindered := self._pages.hindered(came, body, self._sparing):
            return hindered
        if is_one_click(content_type(request), body or b""):
            self._desk.mute(came.link.recipient, ALL, came.now)
            return PlainTextResponse(f"{came.words.say('stopped')}\n", headers=PRIVATE)
        sent = fields(body or b"")
        if self._pages.form(came, sent.get("page", "")) is None:
            return self._page(came, came.words.say("problem-stale"), 409)
        return self._act(came, sent)

    def _act(self, came: Came, sent: Mapping[str, str]) -> Response:
        """Do what the page's form says."""
        recipient = came.link.recipient
        if "stop" in sent:
            self._desk.mute(recipient, ALL, came.now)
            return self._page(came)
        scope = sent.get("start", "")
        if scope in self._desk.mutes(recipient):
            self._desk.unmute(recipient, scope, came.now)
        return self._page(came, came.words.say("started") if scope == ALL else "")

    def _page(self, came: Came, first: str = "", status: int = 200) -> Response:
        """How it stands, and what can be done about it."""
        words, recipient = came.words, came.link.recipient
        mutes = self._desk.mutes(recipient)
        token = ("page", self._pages.token_of_form(came))
        if ALL in mutes:
            title, lines = words.say("stopped"), [_stopped(came)]
            forms = [Press(words.say("start-send"), (token, ("start", ALL)), second=True)]
        else:
            name, plan = called(came.plan, recipient), clean(came.plan.name)
            who = words.say("stop-who", name=name, plan=plan)
            title, lines = words.say("stop-title"), [who, words.say("stop-what")]
            forms = [Press(words.say("stop-send"), (token, ("stop", ALL)))]
        if recipient in came.plan.coordinators:
            lines.append(words.say("stop-coordinator"))
        narrower = muted_scopes(words, came.plan, mutes)
        for scope, text in narrower:
            fields_of = (token, ("start", scope))
            said = f"{words.say('muted-too')}: {text}"
            forms.append(Press(words.say("undo-mute"), fields_of, text=said, second=True))
        return self._pages.said(
            came, title, [first, *lines] if first else lines, status=status, forms=forms
        )


def _refusal(came: Came) -> str:
    """Why the link ends nothing; only a person's own messages can be ended."""
    if not came.refusal and came.link.recipient not in came.plan.people:
        return "unknown"
    return came.refusal


def _stopped(came: Came) -> str:
    words, names = came.words, coordinators_of(came.plan, came.link)
    day = words.short_day(came.link.until)
    if names:
        return words.say("stopped-what", day=day, names=words.names(names))
    return words.say("stopped-what-alone", day=day)
