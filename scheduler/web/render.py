"""Templates -> pages: what all pages share, and the headers that every one carries."""

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from calendars.wording import LANGUAGES, day_text, moment_text
from calendars.zones import zone
from config.plan import Plan
from config.request_values import is_request
from scheduler.planning.explain import name_of
from scheduler.planning.values import Reminder
from scheduler.web.assets import Assets
from scheduler.web.catalogues import words
from scheduler.web.inbox import Inbox
from scheduler.web.reader import PARAMETER, language_of, remember
from scheduler.web.site import Rehearsal, Site
from scheduler.web.texts import at_the_start, speed_text, stage_text, state_text
from scheduler.web.words import Words

REFRESH_SECONDS = 2
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""What every answer carries that does not say otherwise."""


class Renderer:
    """The templates, compiled once, bound to a site."""

    def __init__(
        self,
        site: Site,
        assets: Assets,
        inbox: Inbox,
        *,
        still: bool = False,
        language: str = "",
        console: bool = False,
    ) -> None:
        """still: the pages are written down once, in `language` or else the plan's, and no form or
        filter works. console: whether coordinators can log in."""
        self.site = site
        self.inbox = inbox
        self._assets = assets
        self._still = still
        self._language = language
        self._console = console
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.filters["own"] = _own

    def words(self, request: Request, own: str | None = None) -> Words:
        """The words of the reader's choice. own: the language of one who is known."""
        plain = self.site.plan().language
        if self._still:
            return words(self._language or plain)
        return words(language_of(request, lambda: own) or plain)

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        own: str | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """A page from its template and its own values, beside those that all pages have.

        own: the language of a reader who is known.
        """
        spoken = self.words(request, own)
        text = self._templates.get_template(template).render(
            **self._shared(request, spoken, live=values.pop("live", False)), **values
        )
        headers = {"Cache-Control": "no-cache", "Content-Language": spoken.language}
        made = HTMLResponse(text, status, headers)
        remember(request, made)
        return made

    def _shared(self, request: Request, spoken: Words, *, live: bool) -> dict[str, Any]:
        plan, rehearsal = self.site.plan(), self.site.rehearsal()
        paused = request.query_params.get("pause") == "1"
        return {
            "_": spoken,
            "plan": plan,
            "asset": self._assets.path,
            "path": request.url.path,
            "clock": None if rehearsal is None else Clock(plan, rehearsal, spoken),
            "mailbox": self.inbox.there,
            "console": self._console,
            "still": self._still,
            "live": live and rehearsal is not None,
            "paused": paused,
            "refresh": REFRESH_SECONDS,
            "languages": () if self._still else _languages(request),
            "own": lambda text: _isolated(text, _marked(plan, spoken)),
            "own_language": _marked(plan, spoken),
            "feed_language": self.feed_question(spoken),
            "state_text": lambda state: state_text(state, spoken),
            "day": lambda one, **options: day_text(one, spoken.language, **options),
            "at": lambda local: moment_text(local, spoken.language),
        }

    def feed_question(self, spoken: Words) -> str:
        """What to put behind a feed's address so that it is in the reader's language."""
        own = self._still or _is_own(self.site.plan(), spoken)
        return "" if own else f"?{PARAMETER}={spoken.language}"

    def band(self, limit: int, spoken: Words) -> dict[str, Any]:
        """The newest messages and the next reminders, for the top of a rehearsal's overview."""
        if self.site.rehearsal() is None:
            return {"newest": [], "upcoming": []}
        plan = self.site.plan()
        return {
            "newest": self.inbox.newest(limit),
            "upcoming": [Upcoming(plan, one, spoken) for one in self.site.upcoming(limit)],
        }


class Clock:
    """A rehearsal's clock as the pages show it."""

    def __init__(self, plan: Plan, rehearsal: Rehearsal, spoken: Words) -> None:
        local = rehearsal.now.astimezone(zone(plan.timezone))
        self.day = at_the_start(day_text(local.date(), spoken.language, weekday=True))
        self.speed = speed_text(rehearsal.speed, spoken)
        passed = (rehearsal.now - rehearsal.start) / (rehearsal.end - rehearsal.start)
        self.percent = round(100 * min(max(passed, 0), 1))
        self.first = day_text(rehearsal.start.astimezone(local.tzinfo).date(), spoken.language)
        self.last = day_text(rehearsal.end.astimezone(local.tzinfo).date(), spoken.language)
        self.over = rehearsal.now >= rehearsal.end


class Upcoming:
    """A reminder that is to be sent, as the pages show it."""

    def __init__(self, plan: Plan, reminder: Reminder, spoken: Words) -> None:
        milestone = plan.reminded(reminder.milestone)
        self.title = milestone.title if milestone else reminder.milestone
        asks = is_request(reminder.occurrence)
        self.path = None if asks else f"/tracks/{reminder.milestone}"
        self.to = name_of(plan, reminder.recipient)
        self.stage = stage_text(reminder.stage, spoken)
        self.when = local_text(reminder.at, plan, spoken)


def local_text(at: datetime, plan: Plan, spoken: Words) -> str:
    """A day and time in the plan's zone: "28 March 2024, 09:00"."""
    return moment_text(at.astimezone(zone(plan.timezone)), spoken.language)


@pass_context
def _own(context: Context, text: str) -> Markup:
    """The filter of templates that `own` is as a function: a text of the plan."""
    return _isolated(text, context["own_language"])


def _isolated(text: str, mark: Markup) -> Markup:
    return Markup("<bdi{}>{}</bdi>").format(mark, text)


def _is_own(plan: Plan, spoken: Words) -> bool:
    return plan.language.split("-", maxsplit=1)[0].lower() == spoken.language


def _marked(plan: Plan, spoken: Words) -> Markup:
    """The mark of the plan's own texts on a page in another language (WCAG 2.2, 3.1.2)."""
    if _is_own(plan, spoken):
        return Markup("")
    return Markup(' lang="{}"').format(plan.language)


def _languages(request: Request) -> list[tuple[str, str, str]]:
    """Each language, its own name for itself, and the address of the same page in it.

    What comes by POST has no page in another language.
    """
    if request.method not in ("GET", "HEAD"):
        return []
    rest = [one for one in request.query_params.multi_items() if one[0] != PARAMETER]
    return [
        (tag, name_of_language(tag), "?" + urlencode([*rest, (PARAMETER, tag)]))
        for tag in LANGUAGES
    ]


def name_of_language(tag: str) -> str:
    """What a language calls itself: "Français"."""
    name = Locale(tag).get_language_name(tag) or tag
    return at_the_start(name)
