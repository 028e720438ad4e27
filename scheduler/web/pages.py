"""The public pages: overview, tracks, milestones, months, how to subscribe."""

from datetime import date
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from calendars.wording import day_of_year_text, day_text, month_text, weekday_text
from calendars.workdays import FIRST_YEAR, LAST_YEAR
from calendars.zones import local_day
from config.plan import Plan
from scheduler.feeds import Kind, Scope, feed_path, public_scopes
from scheduler.web.history import file_path, happened, size_text
from scheduler.web.kept_pages import KeptPages
from scheduler.web.money import amount_text, of_track, share_text, tables
from scheduler.web.months import month
from scheduler.web.picturing import Pictures
from scheduler.web.render import Renderer, local_text
from scheduler.web.search import SearchError, choices, found, parse
from scheduler.web.site import Site, Slip
from scheduler.web.texts import answers_text, at_the_start, derived, distance, promised, slip_text
from scheduler.web.timeline import timeline
from scheduler.web.views import Picture, owners
from scheduler.web.words import Words, key

NEXT = 8
BAND = 5
A_PAGE = 50
"""So many milestones stand on one page of the list."""
_FORMS = {
    "todo": key("To-dos"),
    "atom": key("Atom"),
    "json": key("JSON Feed"),
    "csv": key("Table (CSV)"),
}


class Address(NamedTuple):
    """A feed as the page to subscribe shows it."""

    name: str
    https: str
    webcal: str
    forms: tuple[tuple[str, str], ...]


class Pages:
    """The public pages of a site."""

    def __init__(self, renderer: Renderer, pictures: Pictures, keeping: KeptPages) -> None:
        self._renderer = renderer
        self._keeping = keeping
        self._site: Site = renderer.site
        self._pictures = pictures

    def routes(self) -> list[Route]:
        """Their addresses, which stay as they are."""
        kept = self._keeping.kept
        return [
            Route("/", kept(self.overview)),
            Route("/milestones", kept(self.milestones)),
            Route("/tracks/{track}", kept(self.track)),
            Route("/tracks/{track}/{milestone}", kept(self.milestone)),
            Route("/calendar", kept(self.month)),
            Route("/subscribe", kept(self.subscribe)),
            Route("/health", self.health),
        ]

    def overview(self, request: Request) -> Response:
        """Each track with its state and next deadline, what is late, what comes next."""
        shown, words = self._picture(), self._renderer.words(request)
        tracks = list(shown.tracks.values())
        return self._renderer.page(
            request,
            "overview.html",
            live=True,
            tracks=tracks,
            counted=sum(one.counted for one in tracks),
            done=sum(one.done for one in tracks),
            undated=sum(one.undated for one in tracks),
            late=shown.late(),
            coming=shown.coming()[:NEXT],
            waiting=shown.waiting(),
            unanswered=shown.unanswered,
            money=tables(shown),
            **self._renderer.band(BAND, words),
            **_texts(shown, words),
        )

    def milestones(self, request: Request) -> Response:
        """The milestones that are looked for, a part at a time."""
        shown, words = self._picture(), self._renderer.words(request)
        try:
            search = parse(request.query_params.multi_items(), shown)
        except SearchError as error:
            raise HTTPException(400, error.said(words)) from None
        rows = found(shown, search)
        last = max((len(rows) - 1) // A_PAGE, 0)
        number = min(_number(request.query_params.get("page", "")), last + 1)
        return self._renderer.page(
            request,
            "milestones.html",
            search=search,
            choices=choices(shown),
            rows=rows[(number - 1) * A_PAGE : number * A_PAGE],
            total=len(rows),
            number=number,
            last=last + 1,
            owners=lambda ids: owners(shown.plan, ids),
            **_texts(shown, words),
        )

    def track(self, request: Request) -> Response:
        """A track with its timeline."""
        shown, words = self._picture(), self._renderer.words(request)
        summary = shown.tracks.get(request.path_params["track"])
        if summary is None:
            raise HTTPException(404)
        return self._renderer.page(
            request,
            "track.html",
            summary=summary,
            line=timeline(summary.rows, shown.today, words.language),
            owners=owners(shown.plan, summary.track.owner),
            moneys=of_track(summary),
            feed=feed_path(Scope("track", summary.track.id)),
            atom=feed_path(Scope("track", summary.track.id), form="atom"),
            **_texts(shown, words),
        )

    def milestone(self, request: Request) -> Response:
        """All of one milestone."""
        shown, words = self._picture(), self._renderer.words(request)
        row = shown.rows.get("{track}/{milestone}".format(**request.path_params))
        if row is None:
            raise HTTPException(404)
        return self._renderer.page(
            request,
            "milestone.html",
            row=row,
            summary=shown.tracks[row.milestone.track],
            line=timeline([row], shown.today, words.language),
            derived=derived(shown.plan, shown.dates, row.occurrence, words),
            owners=owners(shown.plan, row.milestone.owner),
            counted_from=shown.found(row.milestone.hangs_on or ""),
            needs=[one for key in row.milestone.needs if (one := shown.found(key))],
            dependents=shown.dependents.get(row.milestone.id, ()),
            unanswered=shown.unanswered.get(row.milestone.id),
            history=happened(self._site.versions(row.milestone.id), row),
            in_review=row.milestone.id in self._site.in_review(),
            file_path=file_path,
            file_size=lambda file: size_text(file.size, words),
            answers=answers_text(self._site.answered(row.milestone.id), words),
            **_texts(shown, words),
        )

    def month(self, request: Request) -> Response:
        """A month as a table."""
        shown, words = self._picture(), self._renderer.words(request)
        first = _month(request, shown.today, words)
        return self._renderer.page(
            request,
            "month.html",
            month=month(shown, first),
            name=at_the_start(month_text(first, words.language)),
            this=shown.today.replace(day=1),
            weekday=lambda day: weekday_text(day, words.language),
            day_of_year=lambda day: day_of_year_text(day, words.language),
            **_texts(shown, words),
        )

    def subscribe(self, request: Request) -> Response:
        """The address of every public feed, and how each program takes one."""
        plan, words = self._site.plan(), self._renderer.words(request)
        host = str(request.base_url).rstrip("/")
        base = plan.url.rstrip("/") if plan.url and not self._site.rehearsal() else host
        return self._renderer.page(
            request,
            "subscribe.html",
            groups=_groups(plan, base, words, self._renderer.feed_question(words)),
        )

    def health(self, request: Request) -> Response:
        """That the service answers, for whoever watches over it."""
        self._site.plan()
        return PlainTextResponse("well\n", headers={"Cache-Control": "no-store"})

    def _picture(self) -> Picture:
        return self._pictures.now()


def _texts(shown: Picture, words: Words) -> dict[str, Any]:
    """The functions with which templates put a row's dates in words."""

    def slip(one: Slip) -> str:
        day = day_text(local_day(one.at, shown.plan.timezone), words.language)
        return slip_text(one, day, words)

    return {
        "promised": lambda one: promised(shown.plan, one, words),
        "distance": lambda days: distance(days, words),
        "moment": lambda at: local_text(at, shown.plan, words),
        "slip": slip,
        "confirmed": lambda row: local_day(row.reported.at, shown.plan.timezone),
        "amount": lambda amount, of: amount_text(amount, of.currency, words.language),
        "share": lambda of: share_text(of, words.language),
        "month_link": lambda day: f"/calendar?month={day:%Y-%m}",
    }


def _number(text: str) -> int:
    """The number of a part of the list, from 1; the first for what is none."""
    return max(int(text), 1) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


def _month(request: Request, today: date, words: Words) -> date:
    text = request.query_params.get("month")
    if text is None:
        return today.replace(day=1)
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise HTTPException(400, words("`month` takes a month such as 2024-04")) from None
    if not FIRST_YEAR < found.year < LAST_YEAR:
        raise HTTPException(404)
    return found


_GROUPS: dict[Kind, str] = {
    "all": key("Everything"),
    "track": key("By resolution"),
    "team": key("By team"),
    "tag": key("By subject"),
}


def _groups(plan: Plan, base: str, words: Words, question: str) -> list[tuple[str, list[Address]]]:
    """The feeds by what they hold: everything, tracks, teams, tags."""
    scopes = public_scopes(plan)
    return [
        (
            words(title),
            [_address(plan, base, one, words, question) for one in scopes if one.kind == kind],
        )
        for kind, title in _GROUPS.items()
    ]


def _address(plan: Plan, base: str, scope: Scope, words: Words, question: str) -> Address:
    url = base + feed_path(scope) + question
    forms = tuple(
        (words(label), base + feed_path(scope, form=form) + question)
        for form, label in _FORMS.items()
    )
    return Address(_name(plan, scope), url, f"webcal://{url.partition('://')[2]}", forms)


def _name(plan: Plan, scope: Scope) -> str:
    """What a feed is called beside others of its kind."""
    match scope.kind:
        case "track":
            return plan.tracks[scope.id].title
        case "team":
            return plan.teams[scope.id].name
    return scope.id or plan.name
