"""A rehearsal with its pages on a real server, and the links out of the mails that it sent."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from scheduler.web.app import app
from scheduler.web.server import serve
from tests import asking
from tests.scheduler.rehearsing import Stage, at, rehearsal

BASE = "https://tracker.example.org"
PLAN = f"""
[plan]
name = "The plan"
timezone = "UTC"
url = "{BASE}"
coordinators = ["cora"]
[people.amina]
name = "Amina Odhiambo"
email = "amina@example.org"
[people.omar]
name = "عمر"
email = "omar@example.org"
language = "ar"
[people.wim]
name = "Wim"
email = "wim@example.org"
language = "fr"
[people.cora]
name = "Cora"
email = "cora@example.org"
[channels.email]
type = "console"
[channels.room]
type = "console"
[teams.crew]
name = "The crew"
members = ["omar"]
channels = ["room"]
[reminders.default]
before = ["30 days", "7 days", "1 day"]
on-the-day = true
at = "09:00"
only-working-days = false
acknowledged = "10 days"
escalate = [{{ after = "2 days", to = "coordinators" }}]
[tracks.t]
title = "Safer cities"
reference = "HSP/HA.2/Res.1"
owner = "amina"
watchers = ["wim"]
review = false
[[tracks.t.milestones]]
id = "m"
title = "Zero draft"
due = "2024-06-28"
said = "A zero draft by the end of June"
[[tracks.t.milestones]]
id = "n"
title = "Second draft"
due = "2024-09-27"
needs = ["m"]
[[tracks.t.milestones]]
id = "c"
title = "The crew's paper"
due = "2024-06-28"
owner = "crew"
"""
START, FIRST = at("2024-05-01T08:00"), at("2024-05-29T10:00")
"""The first reminders go out on 29 May, thirty days before."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(slots=True)
class Linked:
    """A rehearsal, and a browser without cookies or scripts."""

    stage: Stage
    client: httpx.Client

    def link(self, recipient: str, kind: str = "answer", number: int = 0) -> str:
        """The path of the first (or a later) link of that kind in the last mail to somebody that
        has one."""
        mails = [one for one in self.stage.mails() if one.recipient.startswith(recipient)]
        found = [re.findall(rf"{BASE}(/{kind}/\S+)", one.text) for one in mails]
        path: str = next(filter(None, reversed(found)))[number]
        return path

    def page_token(self, path: str) -> str:
        """The token of the form behind a link, as shown now."""
        return token_in(self.client.get(path))

    def send(self, path: str, page: str | None = None, **fields: str) -> httpx.Response:
        """Open the form behind a link and send it."""
        token = self.page_token(path) if page is None else page
        return self.client.post(path.partition("?")[0], data={"page": token, **fields})

    def states(self, recipient: str, milestone: str = "t/m") -> dict[str, str]:
        """Stage -> state of somebody's reminders of a milestone."""
        rows = self.stage.service.history.outbox(milestone=milestone, recipient=recipient)
        return {str(row["stage"]): str(row["state"]) for row in rows}

    def everything(self) -> tuple[object, ...]:
        """All that an answer could change."""
        history = self.stage.service.history
        reports = [one for key in ("t/m", "t/n", "t/c") for one in history.reports_of(key)]
        return (reports, history.mutes(), history.outbox(), self.stage.service.live.version())


def token_in(response: httpx.Response) -> str:
    """The token of the form in a page."""
    found = re.search(r'name="page" value="([^"]+)"', response.text)
    assert found is not None, response.text
    return found[1]


@contextmanager
def linked(folder: Path, text: str = PLAN, url: str | None = None) -> Iterator[Linked]:
    """A rehearsal that has sent its first reminders."""
    with rehearsal(folder, text, START, url) as stage:
        stage.until(FIRST)
        service = stage.service
        server = serve(app(service.live, service.desk, console=service.console), port=0)
        try:
            with asking.client(base_url=server.url) as client:
                yield Linked(stage, client)
        finally:
            server.stop()
