"""A console on a real server, over a rehearsed plan, with browsers that keep cookies."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import httpx

from notifiers.notifier import Sending
from scheduler.clock import ManualClock
from scheduler.console.console import console_of
from scheduler.console.doorkeeper import Times, Ways
from scheduler.web.app import app
from scheduler.web.server import serve
from tests import asking
from tests.scheduler.answering.linked import BASE, PLAN
from tests.scheduler.rehearsing import Stage, at, rehearsal

TODAY = datetime(2024, 5, 29, 10, tzinfo=UTC)
CONSOLE_PLAN = (
    PLAN.replace("review = false\n", "").replace(
        'name = "The crew"', 'name = "The crew"\nlead = "omar"'
    )
    + """
[[tracks.t.milestones]]
id = "p"
title = "The crew's second paper"
due = "2024-06-30"
owner = "crew"
"""
)
SECONDS = 30.0


@dataclass(slots=True)
class Office:
    """The rehearsal, its console, and the clock of links and sessions."""

    stage: Stage
    url: str
    clock: ManualClock
    stack: ExitStack
    troubles: list[Exception] = field(default_factory=list)
    """What goes wrong when a mail is sent, the next first."""

    def browser(self, **headers: str) -> httpx.Client:
        """A browser of its own, without a cookie."""
        client = asking.client(base_url=self.url, headers=headers)
        return self.stack.enter_context(client)

    def ask(self, client: httpx.Client, address: str) -> httpx.Response:
        """Ask for a link, as the form does."""
        page = form_field(client.get("/login"), "page")
        return client.post("/login", data={"page": page, "address": address})

    def links(self) -> list[tuple[str, str]]:
        """Every link that was mailed, as (address, path), the newest last."""
        return [
            (one.recipient, found[1])
            for one in self.stage.mailbox.messages()
            if (found := re.search(rf"{BASE}(/login/\S+)", one.text))
        ]

    def mailed(self, address: str, client: httpx.Client | None = None) -> str:
        """The path of a link that is asked for now, once its mail is there."""
        before = len(self.links())
        assert self.ask(client or self.browser(), address).status_code == 200
        self.wait_for(before + 1)
        found = self.links()[-1]
        assert found[0] == address
        return found[1]

    def wait_for(self, number: int) -> None:
        """Wait until so many links were mailed."""
        _wait(lambda: len(self.links()) >= number)

    def wait_for_mail(self, number: int) -> None:
        """Wait until there are so many mails of any kind."""
        _wait(lambda: len(self.stage.mailbox) >= number)

    def enter(self, client: httpx.Client, path: str) -> httpx.Response:
        """Press the button of a link's page."""
        page = form_field(client.get(path), "page")
        return client.post(path, data={"page": page})

    def logged_in(self, person: str) -> httpx.Client:
        """A browser in which somebody is logged in."""
        client = self.browser()
        answer = self.enter(client, self.mailed(f"{person}@example.org"))
        assert answer.status_code == 303, answer.text
        return client

    def trail(self) -> list[tuple[str, str, str]]:
        """Who did what to what, the oldest first."""
        found = self.stage.service.console.trail.newest(100)
        return [(act.who, act.did, act.of) for _, act in reversed(found)]


def _wait(until: Callable[[], bool]) -> None:
    waited = Event()
    for _ in range(int(SECONDS / 0.02)):
        if until():
            return
        waited.wait(0.02)
    raise AssertionError("the mail did not come")


def form_field(answer: httpx.Response, name: str) -> str:
    """The hidden field of the first form that has one of that name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found is not None, answer.text
    return found[1]


@contextmanager
def office(
    folder: Path, text: str = CONSOLE_PLAN, until: datetime = TODAY, url: str | None = None
) -> Iterator[Office]:
    """A console on the day on which the first reminders have gone."""
    with ExitStack() as stack:
        stage = stack.enter_context(rehearsal(folder, text, at("2024-05-28T08:00"), url))
        stage.until(until)
        service, clock = stage.service, ManualClock(datetime(2030, 1, 1, tzinfo=UTC))
        troubles: list[Exception] = []

        def connect(channel: str) -> Sending:
            if troubles:
                raise troubles.pop(0)
            return stage.mailbox.room(channel)

        service.console.doorkeeper.stop()
        service.console = console_of(
            service.force,
            service.history,
            service.reporting,
            Ways(connect, lambda: service.plan.url, rehearsed=True),
            Times(clock, service.clock.now),
            service._consented,
            service._answered,
        )
        stack.callback(service.console.doorkeeper.stop)
        server = serve(app(service.live, service.desk, console=service.console), port=0)
        stack.callback(server.stop)
        yield Office(stage, server.url, clock, stack, troubles)
