"""The progress briefing over a period: as a page that prints well, as Markdown and as `.docx`."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from calendars.wording import LANGUAGES
from calendars.zones import instant, local_day
from scheduler.briefing.document import Document
from scheduler.briefing.html import article
from scheduler.briefing.making import FORMATS, Wanted, made
from scheduler.briefing.period import PeriodError, period
from scheduler.messages.languages import FALLBACK
from scheduler.web.catalogues import known
from scheduler.web.conditional import Body, answer, body
from scheduler.web.kept import Kept
from scheduler.web.kept_pages import KeptPages
from scheduler.web.render import Renderer
from scheduler.web.words import Words

PATH = "/briefing"
FILES = ("docx", "md")
"""The forms that are served as files."""
_MOST = 16_000_000
"""So many octets of briefings are kept until something changes."""


class _State(NamedTuple):
    """Everything that a briefing depends on, beside what was asked for."""

    version: str
    today: date


class Briefings:
    """The briefings of a site; several threads may ask at once."""

    def __init__(self, renderer: Renderer, keeping: KeptPages, *, still: bool = False) -> None:
        """still: the page is written down once, and names its files without parameters."""
        self._renderer = renderer
        self._keeping = keeping
        self._site = renderer.site
        self._still = still
        self._pages: Kept[Wanted, str] = Kept(_MOST, len)
        self._files: Kept[tuple[Wanted, str, str | None], Body] = Kept(
            _MOST, lambda kept: len(kept.content)
        )

    def routes(self) -> list[Route]:
        """Their addresses, which stay as they are."""
        return [
            Route(PATH, self._keeping.kept(self.page)),
            Route(f"{PATH}.{{form}}", self.file),
        ]

    def page(self, request: Request) -> Response:
        """The briefing with a form for another period, and its files."""
        words = self._renderer.words(request)
        wanted, state = self._wanted(request, words.language), self._state()
        found = self._pages.get(state, wanted)
        if found is None:
            found = str(article(self._document(wanted, "")))
            self._pages.put(state, wanted, found)
        query = "" if self._still else f"?{_query(wanted)}"
        return self._renderer.page(
            request,
            "briefing.html",
            article=found,
            period=wanted.period,
            kept={"track": wanted.tracks, "lang": request.query_params.getlist("lang")[-1:]},
            files={form: f"{PATH}.{form}{query}" for form in FILES},
        )

    def file(self, request: Request) -> Response:
        """The same as a file."""
        form = request.path_params["form"]
        if form not in FILES:
            raise HTTPException(404)
        spoken = self._renderer.words(request).language if self._still else ""
        wanted, state, base = self._wanted(request, spoken), self._state(), self._base(request)
        found = self._files.get(state, (wanted, form, base))
        if found is None:
            content = FORMATS[form].write(self._document(wanted, base))
            found = body(content, self._changed(state), _headers(form, wanted))
            self._files.put(state, (wanted, form, base), found)
        return answer(request, found)

    def _document(self, wanted: Wanted, base: str | None) -> Document:
        site = self._site
        return made(site.plan(), site.past(), wanted, site.now(), base)

    def _state(self) -> _State:
        site = self._site
        return _State(site.version(), local_day(site.now(), site.plan().timezone))

    def _changed(self, state: _State) -> datetime:
        midnight = instant(state.today, time(), self._site.plan().timezone)
        return max(self._site.changed(), midnight)

    def _base(self, request: Request) -> str | None:
        """Where the links in a file lead: to the public address, else to the one asked."""
        url = self._site.plan().url
        if url and not self._site.rehearsal():
            return url.rstrip("/")
        return None if self._still else str(request.base_url).rstrip("/")

    def _wanted(self, request: Request, spoken: str) -> Wanted:
        """What is asked for; refused with 400 where it cannot be.

        spoken: the language where the address names none, "" for the plan's.
        """
        given, plan = request.query_params, self._site.plan()
        words = self._renderer.words(request)
        today = local_day(self._site.now(), plan.timezone)
        first, last = (_day(given.get(name), name, words) for name in ("from", "until"))
        try:
            found = period(first, last, today)
        except PeriodError as error:
            raise HTTPException(400, str(error)) from None
        own = known(plan.language) or FALLBACK
        language = given.get("lang", "" if spoken == own else spoken)
        if language and language not in LANGUAGES:
            raise HTTPException(400, f"`lang` is one of {', '.join(LANGUAGES)}")
        tracks = given.getlist("track")
        if any(one not in plan.tracks or not plan.tracks[one].public for one in tracks):
            raise HTTPException(
                400, words("`{filter}` takes one that the plan has", filter="track")
            )
        return Wanted(found, language=language, tracks=_in_order(tracks))


def _in_order(tracks: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(tracks)))


def _day(text: str | None, name: str, words: Words) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        said = words("`{filter}` takes a day such as 2024-03-21", filter=name)
        raise HTTPException(400, said) from None


def _query(wanted: Wanted) -> str:
    days = [("from", wanted.period.first), ("until", wanted.period.last)]
    tracks = [("track", one) for one in wanted.tracks]
    language = [("lang", wanted.language)] if wanted.language else []
    return urlencode([*days, *tracks, *language])


def _headers(form: str, wanted: Wanted) -> dict[str, str]:
    name = f"briefing-{wanted.period.first}-{wanted.period.last}.{form}"
    kind = "attachment" if form == "docx" else "inline"
    return {
        "Content-Type": FORMATS[form].media_type,
        "Content-Disposition": f'{kind}; filename="{name}"',
        "Cache-Control": "no-cache",
    }
