"""Answers by the links in messages: `/answer/TOKEN` shows a form, and its POST does what it says.

A GET changes nothing, whoever sends it. A POST does something only with the token that the page
has, once, and shows in place what has happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scheduler.choices import MUTES, REPORTS, WAITS, choices
from scheduler.desk import Desk, scope_of
from scheduler.messages.clean import clean
from scheduler.planning.occurrences import Dates
from scheduler.reports.uploads import MOST_OCTETS as MOST_FILE
from scheduler.reports.uploads import TYPES
from scheduler.web.form import (
    LONGEST_NOTE,
    LONGEST_WISH,
    MOST_OCTETS,
    Problem,
    days,
    form_of,
    read,
)
from scheduler.web.link_pages import Came, LinkPages, Press
from scheduler.web.multipart import Sent
from scheduler.web.posted import PARTS_TYPE, Sparing, body_of, content_type
from scheduler.web.render import Renderer
from scheduler.web.sheets import Known, answered, form_values, page_path, rows

_EMPTY = {"say": "", "note": "", "wished": "", "percent": "", "day": "", "link": ""}
MOST_WITH_FILE = MOST_FILE + 4 * MOST_OCTETS
"""The octets of a form with its file."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What came by POST."""

    sent: Sent
    source: str


class AnswerRoutes:
    """The forms of a site. `desk` does what they say."""

    def __init__(self, renderer: Renderer, desk: Desk) -> None:
        self._pages = LinkPages(renderer)
        self._site = renderer.site
        self._desk = desk
        self._sparing = Sparing()

    def routes(self) -> list[Route]:
        """One address for each link."""
        return [Route("/answer/{token}", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        """Show the form, or take what it sends."""
        if request.method != "POST":
            return await run_in_threadpool(self._show, request)
        body = await body_of(request, self._most(request))
        return await run_in_threadpool(self._take, request, body)

    def _most(self, request: Request) -> int:
        """The octets that are read: a file's only of one whose link leads somewhere."""
        if content_type(request) != PARTS_TYPE:
            return MOST_OCTETS
        return MOST_OCTETS if self._pages.came(request, "answer").refusal else MOST_WITH_FILE

    def _show(self, request: Request) -> Response:
        came = self._pages.came(request, "answer")
        known = self._known(came)
        if isinstance(known, Response):
            return known
        return self._form(came, known, {"say": request.query_params.get("say", "")})

    def _take(self, request: Request, body: bytes | None) -> Response:
        came = self._pages.came(request, "answer", self._desk.generation)
        if hindered := self._hindered(came, body):
            return hindered
        sent = form_of(request.headers.get("content-type", ""), body or b"")
        form = self._pages.form(came, sent.fields.get("page", ""))
        if came.refusal == "expired" and form is not None and "fresh" in sent.fields:
            return self._pages.fresh(came, self._desk.send_link)
        known = self._known(came)
        if isinstance(known, Response):
            return known
        if form is None:
            return self._form(came, known, sent.fields, Problem("problem-stale", ""))
        do = self._undo if "undo" in sent.fields else self._act
        return do(came, known, Posted(sent, form.source))

    def _hindered(self, came: Came, body: bytes | None) -> Response | None:
        """The answer to a POST that is not looked at any further."""
        if came.refusal == "unknown":
            return self._pages.refused(came, "unknown")
        return self._pages.hindered(came, body, self._sparing)

    def _known(self, came: Came) -> Known | Response:
        """What is known of the link's milestone, or the page that says why it leads nowhere."""
        if came.refusal:
            return self._pages.refused(came, came.refusal)
        occurrence = Dates(came.plan).find(came.link.occurrence)
        if occurrence is None:
            return self._pages.refused(came, "gone")
        recipient, states = came.link.recipient, self._site.as_said()
        return Known(
            came.plan,
            came.link,
            occurrence,
            states.get(occurrence.id) or states.get(occurrence.milestone),
            self._desk.mutes(recipient),
            self._desk.wish(recipient, occurrence.id, came.now),
            came.now,
            self._desk.returned(recipient, occurrence),
        )

    def _form(
        self, came: Came, known: Known, sent: Mapping[str, str], problem: Problem | None = None
    ) -> Response:
        words, undo = came.words, _undo_of(known)
        may = choices(came.plan, known.milestone, came.link.recipient, known.today)
        status = 400 if problem else 200
        shown = _EMPTY | {name: sent[name] for name in _EMPTY if name in sent}
        return self._pages.page(
            came,
            "answer.html",
            status=409 if problem and problem.key == "problem-stale" else status,
            title=clean(known.milestone.title),
            track=_track(known),
            rows=rows(words, known),
            sent=shown,
            open_details=shown["say"] in ("at-risk", "delayed", "note") or _has_details(shown),
            open_waits=shown["say"] in (*WAITS, *MUTES) or not set(REPORTS) & set(may),
            problem=problem,
            problem_text=_problem_text(came, known, problem) if problem else "",
            milestone_page=page_path(known),
            page_token=self._pages.token_of_form(came),
            undo=undo,
            undo_text=words.say("undo-wish" if undo == "wish" else "undo-mute") if undo else "",
            **form_values(words, known, may),
        )

    def _act(self, came: Came, known: Known, posted: Posted) -> Response:
        words, recipient = came.words, came.link.recipient
        may = choices(came.plan, known.milestone, recipient, known.today)
        sent, source = posted.sent, posted.source
        answer = read(sent, may, known.today, words.say("wished-note", wished="{wished}"))
        if isinstance(answer, Problem):
            return self._form(came, known, sent.fields, answer)
        effect = self._desk.answer(recipient, known.occurrence, answer, source, came.now)
        heading, *lines = answered(words, known, answer, effect)
        undo = ""
        if answer.choice in MUTES:
            undo = scope_of(answer.choice, known.occurrence)
        elif answer.choice in WAITS:
            undo = "wish"
        return self._said(came, known, heading, lines, undo)

    def _undo(self, came: Came, known: Known, posted: Posted) -> Response:
        """Take back a wish or a mute; of a mute only one that covers this milestone."""
        undo, recipient = posted.sent.fields["undo"], came.link.recipient
        if undo == "wish":
            self._desk.resume(recipient, known.occurrence, posted.source, came.now)
            return self._said(came, known, came.words.say("answered-resume"), [], "")
        if undo in covering(known):
            self._desk.unmute(recipient, undo, came.now)
        return self._said(came, known, came.words.say("answered-unmute"), [], "")

    def _said(
        self, came: Came, known: Known, heading: str, lines: list[str], undo: str
    ) -> Response:
        words = came.words
        key = "undo-wish" if undo == "wish" else "undo-mute"
        token = ("page", self._pages.token_of_form(came))
        back = [Press(words.say(key), (token, ("undo", undo)), second=True)] if undo else []
        links = [("?", words.say("again"))]
        if path := page_path(known):
            links.append((path, words.say("open")))
        about = f"{clean(known.milestone.title)} · {_track(known)}"
        return self._pages.said(came, heading, lines, about=about, forms=back, links=links)


def _has_details(sent: Mapping[str, str]) -> bool:
    return any(sent[name] for name in ("note", "wished", "percent", "link"))


def covering(known: Known) -> list[str]:
    """The scopes muted by the reader that cover the milestone, the narrowest first."""
    milestone = known.milestone
    scopes = (f"milestone:{milestone.id}", f"track:{milestone.track}", "all")
    return [one for one in scopes if one in known.mutes]


def _undo_of(known: Known) -> str:
    """What a press takes back: the wish, or the narrowest mute."""
    return next(iter(covering(known)), "wish" if known.wish else "")


def _track(known: Known) -> str:
    track = known.plan.tracks.get(known.milestone.track)
    parts = (track.title, track.reference) if track else (known.milestone.track,)
    return " · ".join(clean(part) for part in parts if part)


def _problem_text(came: Came, known: Known, problem: Problem) -> str:
    first, last, example = days(known.today)
    most = LONGEST_WISH if problem.field == "wished" else LONGEST_NOTE
    types = ", ".join(one for one in TYPES if one != "jpeg")
    return came.words.say(
        problem.key,
        first=came.words.short_day(first),
        last=came.words.short_day(last),
        example=example.isoformat(),
        most=most,
        types=types,
        megabytes=MOST_FILE // 1024**2,
    )
