"""What all pages behind links share: who came with which link, in which language, and headers."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from config.plan import Plan
from scheduler.messages.clean import called
from scheduler.messages.words import Words
from scheduler.planning.recipients import people_of
from scheduler.web.posted import FORM_TYPE, PARTS_TYPE, Sparing, content_type
from scheduler.web.render import Renderer
from scheduler.web.signed import (
    FORM_GOOD_FOR,
    Form,
    Kind,
    Link,
    Reading,
    form_token,
    read_form,
    read_link,
)
from scheduler.web.spoken_words import spoken

PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
"""No copy, no trace of the address elsewhere, and nothing in a search."""
_STATUS = {
    "unknown": 404,
    "expired": 410,
    "renewed": 410,
    "nobody": 410,
    "gone": 410,
    "request-over": 410,
}


@dataclass(frozen=True, slots=True)
class Press:
    """A button of a page that says something: a form of its own."""

    label: str
    fields: Sequence[tuple[str, str]]
    action: str = "?"
    text: str = ""
    second: bool = False


@dataclass(frozen=True, slots=True)
class Came:
    """A request with a link: what its token turned out to be, and the words of the answer."""

    request: Request
    token: str
    reading: Reading
    words: Words
    plan: Plan
    now: datetime
    kind: Kind
    link: Link = field(init=False)

    def __post_init__(self) -> None:
        if self.reading.link is not None:
            object.__setattr__(self, "link", self.reading.link)

    @property
    def refusal(self) -> str:
        """Why the link leads nowhere: "" where it does lead somewhere."""
        found, link = self.reading
        if link is None or link.kind != self.kind:
            return "unknown"
        if found != "good":
            return found
        known = link.recipient in self.plan.people or link.recipient in self.plan.teams
        return "" if known else "nobody"


class LinkPages:
    """Reads links and makes pages."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._site = renderer.site

    def came(
        self, request: Request, kind: Kind, generation: Callable[[str], int] | None = None
    ) -> Came:
        """Who came; `generation` where it is to be asked of the database itself."""
        site, token = self._site, request.path_params["token"]
        now, plan = site.now(), site.plan()
        reading = read_link(site.secret(), token, generation or site.generation, now)
        words = spoken(self._renderer.words(request, _own(plan, reading.link)).language)
        return Came(request, token, reading, words, plan, now, kind)

    def token_of_form(self, came: Came) -> str:
        """The token of a form that is shown now."""
        nonce = secrets.token_bytes(6)
        return form_token(self._site.secret(), came.token, came.now, nonce)

    def form(self, came: Came, given: str) -> Form | None:
        """The form that was sent. In a rehearsal it is good for as long by the reader's clock."""
        rehearsal, good_for = self._site.rehearsal(), FORM_GOOD_FOR
        if rehearsal is not None:
            good_for *= max(1.0, rehearsal.speed.total_seconds())
        return read_form(self._site.secret(), came.token, given, came.now, good_for)

    def page(self, came: Came, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page in the reader's words, with the headers of what is private."""
        made = self._renderer.page(
            came.request,
            template,
            status=status,
            own=_own(came.plan, came.reading.link),
            words=came.words,
            **values,
        )
        made.headers.update(PRIVATE)
        return made

    def said(  # noqa: PLR0913  # a page has so many parts
        self,
        came: Came,
        title: str,
        lines: Sequence[str] = (),
        *,
        status: int = 200,
        about: str = "",
        forms: Sequence[Press] = (),
        links: Sequence[tuple[str, str]] = (),
        signed: str = "",
    ) -> Response:
        """A page that says something."""
        return self.page(
            came,
            "said.html",
            status=status,
            title=title,
            lines=lines,
            about=about,
            forms=forms,
            links=links,
            signed=signed,
        )

    def refused(self, came: Came, key: str, status: int = 0) -> Response:
        """A page that says why nothing can be done here, and who can help."""
        words, forms = came.words, list[Press]()
        lines = [words.say(f"{key}-what")]
        link = came.reading.link
        if key == "expired" and link and link.occurrence and link.recipient in came.plan.people:
            lines.append(words.say("expired-ask"))
            page = ("page", self.token_of_form(came))
            forms.append(Press(words.say("fresh-send"), (page, ("fresh", "1"))))
        if names := coordinators_of(came.plan, came.reading.link):
            lines.append(words.say("ask-coordinators", names=words.names(names)))
        made = self.said(
            came,
            words.say(key),
            lines,
            status=status or _STATUS[key],
            forms=forms,
            links=(("/", words.say("home")),),
        )
        if key == "busy":
            made.headers["Retry-After"] = "600"
        return made

    def fresh(self, came: Came, send: Callable[[str, str, datetime], object]) -> Response:
        """Send a new link; what is said is the same whether there is somebody to send it to."""
        send(came.link.recipient, came.link.occurrence, came.now)
        words = came.words
        return self.said(came, words.say("fresh-sent"), [words.say("fresh-sent-what")])

    def hindered(self, came: Came, body: bytes | None, sparing: Sparing) -> Response | None:
        """The answer to a POST that is too large, of another type, or one of too many."""
        if body is None:
            return self.refused(came, "refused", 413)
        if content_type(came.request) not in (FORM_TYPE, PARTS_TYPE):
            return self.refused(came, "refused", 415)
        if not sparing.allows(came.token, came.now):
            return self.refused(came, "busy", 429)
        return None


def coordinators_of(plan: Plan, link: Link | None) -> tuple[str, ...]:
    """The coordinators' names, for one who came with a link that is or was good; not for others."""
    if link is None:
        return ()
    found = people_of(plan, plan.coordinators)
    return tuple(called(plan, one) for one in found if one != link.recipient)


def _own(plan: Plan, link: Link | None) -> str | None:
    """The reader's language as the plan has it; None of somebody unknown."""
    if link is None:
        return None
    known = plan.people.get(link.recipient) or plan.teams.get(link.recipient)
    return known.language if known else None
