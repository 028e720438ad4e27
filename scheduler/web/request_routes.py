"""The form of an update request: `/request/TOKEN` shows one reader her part of it.

A GET changes nothing. A POST saves a draft or sends the answer, with the token that the page has;
what was saved or sent elsewhere meanwhile is never overwritten unasked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scheduler.asked import Asking, has_closed
from scheduler.desk import Desk
from scheduler.messages.clean import clean
from scheduler.planning.occurrences import Dates
from scheduler.request_values import Kept, said_of
from scheduler.web.form import fields
from scheduler.web.link_pages import Came, LinkPages
from scheduler.web.posted import Sparing, body_of
from scheduler.web.render import Renderer
from scheduler.web.request_form import (
    MOST_FIELDS,
    MOST_OCTETS,
    Amiss,
    most_of,
    of_form,
    read,
    too_long,
)
from scheduler.web.request_sheets import Shown, closed_on, form_values, thanks
from scheduler.web.signed import Link, link_path


@dataclass(frozen=True, slots=True)
class Part:
    """A reader's part of a request, as it stands when she comes."""

    asked: Asking
    kept: Kept


class RequestRoutes:
    """The forms of a site's update requests."""

    def __init__(self, renderer: Renderer, desk: Desk) -> None:
        self._pages = LinkPages(renderer)
        self._site = renderer.site
        self._desk = desk
        self._sparing = Sparing()

    def routes(self) -> list[Route]:
        """One address for each link."""
        return [Route("/request/{token}", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        """Show the form, or take what it sends."""
        if request.method != "POST":
            return await run_in_threadpool(self._show, request)
        body = await body_of(request, MOST_OCTETS)
        return await run_in_threadpool(self._take, request, body)

    def _show(self, request: Request) -> Response:
        came = self._pages.came(request, "request")
        part = self._part(came)
        if isinstance(part, Response):
            return part
        if self._is_over(came, part):
            return self._closed(came, part)
        return self._form(came, part, part.kept.fields)

    def _take(self, request: Request, body: bytes | None) -> Response:
        came = self._pages.came(request, "request", self._desk.generation)
        if came.refusal == "unknown":
            return self._pages.refused(came, "unknown")
        if hindered := self._pages.hindered(came, body, self._sparing):
            return hindered
        sent = fields(body or b"", MOST_FIELDS)
        form = self._pages.form(came, sent.get("page", ""))
        if came.refusal == "expired" and form is not None and "fresh" in sent:
            return self._pages.fresh(came, self._desk.send_link)
        part = self._part(came)
        if isinstance(part, Response):
            return part
        if form is None:
            return self._form(came, part, of_form(part.asked, sent), Amiss("problem-stale", ""))
        return self._act(came, part, sent, form.source)

    def _act(self, came: Came, part: Part, sent: Mapping[str, str], source: str) -> Response:
        """Save or send what came with a good token."""
        said = of_form(part.asked, sent)
        if any(one.source == source for one in part.kept.sent):
            return self._thanks(came, part)
        if self._is_over(came, part):
            return self._closed(came, part)
        if sent.get("mark", "") != part.kept.mark:
            return self._form(came, part, said, Amiss("problem-elsewhere", ""))
        if "send" in sent:
            return self._send(came, part, said, source)
        return self._save(came, part, said)

    def _part(self, came: Came) -> Part | Response:
        """The reader's part, or the page that says why there is none."""
        if came.refusal:
            return self._pages.refused(came, came.refusal)
        dates = Dates(came.plan)
        occurrence = dates.find(came.link.occurrence)
        asked = None
        if occurrence is not None:
            asked = self._desk.requests.shown(dates, occurrence, self._site.as_said())
        if asked is None or not asked.targets:
            return self._pages.refused(came, "request-over")
        return Part(asked, self._desk.requests.kept(asked.occurrence.id, came.link.recipient))

    def _is_over(self, came: Came, part: Part) -> bool:
        """Whether it has closed with an answer: until then it is corrected, and late ones come."""
        timezone = part.asked.part.milestone.timezone
        return bool(part.kept.sent) and has_closed(part.asked.occurrence, timezone, came.now)

    def _closed(self, came: Came, part: Part) -> Response:
        words = came.words
        lines = closed_on(words, came.plan, came.link, part.asked, part.kept)
        title = clean(part.asked.part.request.title)
        return self._pages.said(came, words.say("request-closed"), lines, status=410, about=title)

    def _form(
        self, came: Came, part: Part, said: Mapping[str, str], amiss: Amiss | None = None
    ) -> Response:
        stale = amiss is not None and amiss.key in ("problem-stale", "problem-elsewhere")
        shown = Shown(
            came.words, came.plan, came.link, part.asked, part.kept, said, came.now, self._path
        )
        return self._pages.page(
            came,
            "request.html",
            status=409 if stale else 400 if amiss else 200,
            title=clean(part.asked.part.request.title),
            amiss=amiss,
            amiss_text=self._amiss_text(came, shown, amiss) if amiss else "",
            page_token=self._pages.token_of_form(came),
            **form_values(shown, self._site.as_said(), amiss.field if amiss else ""),
        )

    def _path(self, link: Link) -> str | None:
        return link_path(self._site.secret(), link, self._desk.generation(link.recipient))

    def _amiss_text(self, came: Came, shown: Shown, amiss: Amiss) -> str:
        return came.words.say(amiss.key, most=most_of(amiss.field), day=shown.touched)

    def _save(self, came: Came, part: Part, said: Mapping[str, str]) -> Response:
        if amiss := too_long(said):
            return self._form(came, part, said, amiss)
        recipient, occurrence = came.link.recipient, part.asked.occurrence.id
        desk = self._desk.requests
        saved = desk.save(occurrence, recipient, said, part.kept, came.now)
        now_kept = Part(part.asked, desk.kept(occurrence, recipient))
        return self._form(came, now_kept, said, None if saved else Amiss("problem-elsewhere", ""))

    def _send(self, came: Came, part: Part, said: Mapping[str, str], source: str) -> Response:
        before = part.kept.sent[-1].fields if part.kept.sent else {}
        found = read(part.asked, said, before)
        if isinstance(found, Amiss):
            return self._form(came, part, said, found)
        recipient, desk = came.link.recipient, self._desk.requests
        desk.send(part.asked, recipient, found, said, source, came.now)
        return self._thanks(came, Part(part.asked, desk.kept(part.asked.occurrence.id, recipient)))

    def _thanks(self, came: Came, part: Part) -> Response:
        words = came.words
        said = set(said_of(part.kept.sent[-1].fields)) if part.kept.sent else set[str]()
        late = has_closed(part.asked.occurrence, part.asked.part.milestone.timezone, came.now)
        lines = thanks(words, part.asked, said, late=late)
        links = [] if late else [("?", words.say("request-again"))]
        return self._pages.said(
            came,
            words.say("request-thanks"),
            lines,
            about=clean(part.asked.part.request.title),
            links=links,
        )
