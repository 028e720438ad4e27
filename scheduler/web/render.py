"""Templates -> pages: what all pages share, and the headers that every one carries."""

from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from calendars.wording import day_text
from calendars.zones import zone
from config.plan import Plan
from scheduler.planning.explain import name_of
from scheduler.planning.values import Reminder
from scheduler.web.assets import Assets
from scheduler.web.inbox import Inbox
from scheduler.web.site import Rehearsal, Site
from scheduler.web.texts import speed_text, stage_text, state_text
from scheduler.web.words import Words, words

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

    def __init__(self, site: Site, assets: Assets, inbox: Inbox, *, still: bool = False) -> None:
        """still: the pages are written down once, and no form or filter works."""
        self.site = site
        self.inbox = inbox
        self._assets = assets
        self._still = still
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def words(self) -> Words:
        """The words of the plan's language."""
        return words(self.site.plan().language)

    def page(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page from its template and its own values, beside those that all pages have."""
        text = self._templates.get_template(template).render(
            **self._shared(request, live=values.pop("live", False)), **values
        )
        return HTMLResponse(text, status, {"Cache-Control": "no-cache"})

    def _shared(self, request: Request, *, live: bool) -> dict[str, Any]:
        plan, spoken = self.site.plan(), self.words()
        rehearsal = self.site.rehearsal()
        paused = request.query_params.get("pause") == "1"
        return {
            "_": spoken,
            "plan": plan,
            "asset": self._assets.path,
            "path": request.url.path,
            "clock": None if rehearsal is None else Clock(plan, rehearsal, spoken),
            "mailbox": self.inbox.there,
            "still": self._still,
            "live": live and rehearsal is not None,
            "paused": paused,
            "refresh": REFRESH_SECONDS,
            "state_text": lambda state: state_text(state, spoken),
            "day": lambda one, **options: day_text(one, spoken.language, **options),
        }

    def band(self, limit: int) -> dict[str, Any]:
        """The newest messages and the next reminders, for the top of a rehearsal's overview."""
        if self.site.rehearsal() is None:
            return {"newest": [], "upcoming": []}
        plan, spoken = self.site.plan(), self.words()
        return {
            "newest": self.inbox.newest(limit),
            "upcoming": [Upcoming(plan, one, spoken) for one in self.site.upcoming(limit)],
        }


class Clock:
    """A rehearsal's clock as the pages show it."""

    def __init__(self, plan: Plan, rehearsal: Rehearsal, spoken: Words) -> None:
        local = rehearsal.now.astimezone(zone(plan.timezone))
        self.day = day_text(local.date(), spoken.language, weekday=True)
        self.speed = speed_text(rehearsal.speed, spoken)
        passed = (rehearsal.now - rehearsal.start) / (rehearsal.end - rehearsal.start)
        self.percent = round(100 * min(max(passed, 0), 1))
        self.first = day_text(rehearsal.start.astimezone(local.tzinfo).date(), spoken.language)
        self.last = day_text(rehearsal.end.astimezone(local.tzinfo).date(), spoken.language)
        self.over = rehearsal.now >= rehearsal.end


class Upcoming:
    """A reminder that is to be sent, as the pages show it."""

    def __init__(self, plan: Plan, reminder: Reminder, spoken: Words) -> None:
        milestone = plan.milestones.get(reminder.milestone)
        self.title = milestone.title if milestone else reminder.milestone
        self.path = f"/tracks/{reminder.milestone}"
        self.to = name_of(plan, reminder.recipient)
        self.stage = stage_text(reminder.stage, spoken)
        self.when = moment_text(reminder.at, plan, spoken)


def moment_text(at: datetime, plan: Plan, spoken: Words) -> str:
    """A day and time in the plan's zone: "28 March 2024, 09:00"."""
    local = at.astimezone(zone(plan.timezone))
    return f"{day_text(local.date(), spoken.language)}, {local:%H:%M}"
