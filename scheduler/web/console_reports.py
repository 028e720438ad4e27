"""Reports at the console: which wait for a decision, all of one, and the forms that decide."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from config.plan import Plan
from scheduler.console.console import Console
from scheduler.console.doorkeeper import Visit
from scheduler.messages.clean import clean
from scheduler.outbox.report_values import Attachment, ReviewStep
from scheduler.outbox.said import is_said
from scheduler.outbox.values import Review, StoredReport
from scheduler.planning.explain import name_of
from scheduler.reports.reviewing import LONGEST_WORD, NotDecided
from scheduler.web.console_pages import ConsolePages
from scheduler.web.console_views import about
from scheduler.web.numbers import number_of
from scheduler.web.render import local_text
from scheduler.web.site import Site
from scheduler.web.texts import state_text
from scheduler.web.visits import GUARDED
from scheduler.web.words import Words, key

_REVIEWS = {
    "submitted": key("To be reviewed"),
    "approved": key("Approved, not public yet"),
    "published": key("Public"),
    "returned": key("Returned"),
}
_TAGS = {"submitted": "at-risk", "approved": "planned", "published": "on-track", "returned": "late"}
_HELD: tuple[Review, ...] = ("approved",)


class Reported:
    """A report as the console shows it."""

    def __init__(self, plan: Plan, one: StoredReport, words: Words) -> None:
        self.number, self.note = one.id, one.note
        self.about = about(plan, one.occurrence)
        self.state = "" if one.state == "note" else one.state
        self.said = words("A note") if one.state == "note" else state_text(one.state, words)
        self.percent = "" if one.percent is None else words.percent(one.percent)
        self.by = name_of(plan, one.by) if one.by else ""
        self.when = local_text(one.said_at, plan, words)
        self.link = one.link if urlsplit(one.link).scheme in ("http", "https") else ""
        self.review, self.tag = words(_REVIEWS[one.review]), _TAGS[one.review]
        self.open, self.held = one.review == "submitted", one.review == "approved"
        self.returned = one.review == "returned"


class Step:
    """A step of a report's review."""

    def __init__(self, plan: Plan, one: ReviewStep, words: Words) -> None:
        self.when = local_text(one.at, plan, words)
        self.who = name_of(plan, one.by) if one.by else ""
        self.became, self.word = words(_REVIEWS[one.state]), one.word


class File:
    """A file that came with a report."""

    def __init__(self, one: Attachment, words: Words) -> None:
        self.path, self.name = f"/console/files/{one.id}", clean(one.name)
        self.size = words("{n} KB", n=max(1, round(one.size / 1024)))


class ReportRoutes:
    """The pages on which reports are reviewed, by coordinators and by the leads of teams."""

    def __init__(self, pages: ConsolePages, site: Site, console: Console) -> None:
        self._pages, self._site, self._console = pages, site, console

    def routes(self) -> list[Route]:
        """Their addresses, which stay as they are."""
        one, back = "/console/reports/{number}", "/console/reports"
        return [
            self._pages.shown(back, self._list),
            self._pages.shown(one, self._one),
            self._pages.shown("/console/files/{number}", self._file),
            self._pages.done(f"{one}/decide", self._decide, back, lead=True),
            self._pages.done(f"{back}/publish", self._publish, back, lead=True),
        ]

    def _list(self, request: Request, visit: Visit, words: Words) -> Response:
        plan, console = self._site.plan(), self._console
        held = [
            one for one in console.history.reports_in(_HELD) if visit.role.sees(plan, one.milestone)
        ]
        return self._pages.page(
            request,
            visit,
            "console_reports.html",
            waiting=[Reported(plan, one, words) for one in console.reviewing.waiting(visit.person)],
            held=[Reported(plan, one, words) for one in held],
        )

    def _one(self, request: Request, visit: Visit, words: Words) -> Response:
        plan, history = self._site.plan(), self._console.history
        report = self._seen(request, visit, history.report)
        versions = [
            one
            for one in reversed(history.reports_of(report.milestone))
            if one.occurrence == report.occurrence and is_said(one)
        ]
        files = history.attachments_of([report.id])
        return self._pages.page(
            request,
            visit,
            "console_report.html",
            report=Reported(plan, report, words),
            files=[File(one, words) for one in files],
            steps=[Step(plan, one, words) for one in history.steps_of([report.id])],
            versions=[Reported(plan, one, words) for one in versions],
            most=LONGEST_WORD,
        )

    def _file(self, request: Request, visit: Visit, words: Words) -> Response:
        """A file, to be kept and never to be shown in the page's own right."""
        found = self._seen(request, visit, self._console.history.attachment)
        file, report, octets = found
        if not visit.role.sees(self._site.plan(), report.milestone):
            raise HTTPException(404)
        headers = GUARDED | {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        }
        return Response(octets, headers=headers, media_type="application/octet-stream")

    def _seen(self, request: Request, visit: Visit, find: Any) -> Any:
        """What has the number in the path; not found where she may not see it."""
        number = number_of(request.path_params["number"])
        found = None if number is None else find(number)
        milestone = found.milestone if isinstance(found, StoredReport) else None
        if found is None or (milestone and not visit.role.sees(self._site.plan(), milestone)):
            raise HTTPException(404)
        return found

    def _decide(self, visit: Visit, sent: Mapping[str, str]) -> str:
        reviewing, now = self._console.reviewing, self._site.now()
        number, word = number_of(sent["number"]), sent.get("word", "")
        if number is None:
            return "unknown"
        try:
            match sent.get("decide"):
                case "approve" | "hold" as said:
                    reviewing.approve(number, visit.person, now, word=word, hold=said == "hold")
                case "publish":
                    reviewing.publish(visit.person, now, [number])
                case "return":
                    reviewing.return_(number, visit.person, word, now)
                case _:
                    return "nothing"
        except NotDecided as error:
            return error.reason
        self._console.changed(now)
        return sent["decide"]

    def _publish(self, visit: Visit, sent: Mapping[str, str]) -> str:
        now = self._site.now()
        found = self._console.reviewing.publish(visit.person, now)
        self._console.changed(now)
        return "publish" if found else "nothing"
