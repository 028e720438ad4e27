"""The console: what coordinators and the leads of teams see and do, each act by a form.

A form is taken with the session's token only, and what it does is in the trail. What is shown is
read anew each time; nothing of it is kept by anybody.
"""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scheduler.channels import channels_of
from scheduler.console.console import Console
from scheduler.console.doorkeeper import Visit
from scheduler.outbox.values import State
from scheduler.planning.explain import name_of
from scheduler.web.console_pages import ConsolePages
from scheduler.web.console_views import (
    Changes,
    Channel,
    Line,
    Seen,
    Stored,
    Trace,
    failures,
)
from scheduler.web.numbers import number_of
from scheduler.web.site import Site
from scheduler.web.words import Words

FIRST, NEXT, FAILED, TRAIL = 10, 50, 200, 100
"""So many lines a page has."""


class ConsoleRoutes:
    """The pages of the console and what can be done there."""

    def __init__(self, pages: ConsolePages, site: Site, console: Console) -> None:
        self._pages, self._site, self._console = pages, site, console

    def routes(self) -> list[Route]:
        """Their addresses, which stay as they are."""
        return [
            self._pages.shown("/console", self._home),
            self._pages.shown("/console/next", self._next),
            self._pages.shown("/console/failures", self._failures, lead=False),
            self._pages.shown("/console/service", self._service, lead=False),
            self._pages.shown("/console/plan", self._plan, lead=False),
            self._pages.shown("/console/trail", self._trail, lead=False),
            self._pages.done("/console/retry", self._retry, "/console/failures"),
            self._pages.done("/console/withdraw", self._withdraw, "/console/next"),
            self._pages.done("/console/resume", self._resume, "/console/service"),
            self._pages.done("/console/consent", self._consent, "/console/plan"),
            self._pages.logout(),
        ]

    # Pages

    def _home(self, request: Request, visit: Visit, words: Words) -> Response:
        plan, now = self._site.plan(), self._site.now()
        lines = self._coming(visit, words, FIRST)
        waiting = len(self._console.reviewing.waiting(visit.person))
        review = words.counted("{n} report to review", "{n} reports to review", waiting)
        to_do = [("/console/reports", review)] if waiting else []
        if not visit.role.coordinates:
            return self._pages.page(request, visit, "console_home.html", lines=lines, to_do=to_do)
        channels = channels_of(plan, self._console.history.channel_states(), now)
        paused = sum(one.doing == "paused" for one in channels)
        failed = len(failures(plan, self._console.outbox.failed(FAILED), words))
        nodes = self._nodes(words)
        silent = sum(not one.lives for one in nodes)
        to_do += [
            (path, text)
            for there, path, text in (
                (self._console.waiting.plan(), "/console/plan",
                 words("A plan waits for consent")),
                (self._console.waiting.rejected(), "/console/plan",
                 words("The last plan has mistakes and is not in force")),
                (failed, "/console/failures",
                 words.counted("{n} message failed", "{n} messages failed", failed)),
                (paused, "/console/service",
                 words.counted("{n} channel is paused", "{n} channels are paused", paused)),
                (silent, "/console/service",
                 words.counted("{n} node says nothing", "{n} nodes say nothing", silent)),
            )
            if there
        ]  # fmt: skip
        return self._pages.page(request, visit, "console_home.html", lines=lines, to_do=to_do)

    def _coming(self, visit: Visit, words: Words, limit: int, **narrowed: Any) -> list[Line]:
        """What goes out next, as far as somebody may see it."""
        plan, role = self._site.plan(), visit.role
        only = None if role.coordinates else role.milestones(plan)
        found = self._console.outbox.coming(limit, milestones=only, **narrowed)
        return [Line(plan, one, words) for one in found]

    def _next(self, request: Request, visit: Visit, words: Words) -> Response:
        plan, asked = self._site.plan(), request.query_params
        person, channel = asked.get("person") or None, asked.get("channel") or None
        named = {key: name_of(plan, key) for key in (*plan.people, *plan.teams)}
        known = person in {None, *named} and channel in {None, *plan.channels}
        narrowed = {"recipient": person, "channel": channel}
        lines = self._coming(visit, words, NEXT, **narrowed) if known else []
        return self._pages.page(
            request,
            visit,
            "console_next.html",
            lines=lines,
            people=sorted(named.items(), key=lambda one: one[1].casefold()),
            channels=list(plan.channels),
            person=person or "",
            channel=channel or "",
        )

    def _failures(self, request: Request, visit: Visit, words: Words) -> Response:
        plan = self._site.plan()
        failed = failures(plan, self._console.outbox.failed(FAILED), words)
        tried = self._console.outbox.coming(NEXT, states=[State.RETRYING])
        return self._pages.page(
            request,
            visit,
            "console_failures.html",
            failed=failed,
            channels=list(dict.fromkeys(one.channel for one in failed)),
            retrying=[Line(plan, one, words) for one in tried],
        )

    def _service(self, request: Request, visit: Visit, words: Words) -> Response:
        plan, now = self._site.plan(), self._site.now()
        found = channels_of(plan, self._console.history.channel_states(), now)
        return self._pages.page(
            request,
            visit,
            "console_service.html",
            channels=[Channel(plan, one, words) for one in found],
            nodes=self._nodes(words),
        )

    def _nodes(self, words: Words) -> list[Seen]:
        """The nodes; in a rehearsal there is none."""
        plan, history = self._site.plan(), self._console.history
        if self._site.rehearsal() is not None:
            return []
        digest = history.digest_in_force() or ""
        now = self._console.doorkeeper.now()
        return [Seen(plan, one, digest, now, words) for one in history.nodes()]

    def _plan(self, request: Request, visit: Visit, words: Words) -> Response:
        plan, waiting = self._site.plan(), self._console.waiting
        in_force = self._console.history.plan("in force")
        waits, rejected = waiting.plan(), waiting.rejected()
        found = waiting.difference(waits, self._site.now()) if waits else None
        return self._pages.page(
            request,
            visit,
            "console_plan.html",
            in_force=Stored(plan, in_force, words) if in_force else None,
            milestones=len(plan.milestones),
            waits=Stored(plan, waits, words) if waits else None,
            rejected=Stored(plan, rejected, words) if rejected else None,
            changes=Changes(plan, found, words) if found else None,
        )

    def _trail(self, request: Request, visit: Visit, words: Words) -> Response:
        plan, before = self._site.plan(), number_of(request.query_params.get("before", ""))
        found = self._console.trail.newest(TRAIL + 1, before)
        return self._pages.page(
            request,
            visit,
            "console_trail.html",
            lines=[Trace(plan, act, words) for _, act in found[:TRAIL]],
            older=found[TRAIL - 1][0] if len(found) > TRAIL else 0,
        )

    # Acts

    def _retry(self, visit: Visit, sent: Mapping[str, str]) -> str:
        acts, now = self._console.acts, self._site.now()
        if delivery := sent.get("delivery"):
            count = acts.retry(visit.person, now, delivery)
        elif channel := sent.get("channel"):
            count = acts.retry_all(visit.person, now, channel)
        else:
            count = 0
        return "retry" if count else "nothing"

    def _withdraw(self, visit: Visit, sent: Mapping[str, str]) -> str:
        found = self._console.outbox.one(sent.get("key", ""))
        if found is None:
            return "nothing"
        count = self._console.acts.withdraw(visit.person, self._site.now(), found.key)
        return "withdraw" if count else "nothing"

    def _resume(self, visit: Visit, sent: Mapping[str, str]) -> str:
        channel = sent.get("channel", "")
        state = self._console.history.channel_states().get(channel)
        if state is None or state.paused_since is None:
            return "nothing"
        self._console.acts.resume(visit.person, self._site.now(), channel)
        return "resume"

    def _consent(self, visit: Visit, sent: Mapping[str, str]) -> str:
        digest = sent.get("digest", "")
        found = self._console.acts.consent(visit.person, self._site.now(), digest)
        return "consent" if found else "other"
