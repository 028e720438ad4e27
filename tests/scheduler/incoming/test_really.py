"""The whole way with real servers: sent by SMTP, come back by IMAP, shown by the commands."""

import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from scheduler.cli import main
from scheduler.clock import SystemClock
from scheduler.outbox.database import Database
from scheduler.service import Service, real
from scheduler.ticker import Ticker
from tests.imap import Folder, imap_server
from tests.mailbox import SmtpServer
from tests.scheduler.incoming.letters import written
from tests.scheduler.incoming.returned import fields, report

PATIENCE_SECONDS = 60
PLAN = """
[plan]
name = "By mail"
timezone = "UTC"
coordinators = ["cora"]
[people.amina]
name = "Amina Otieno"
email = "amina@example.org"
[people.cora]
name = "Cora"
email = "cora@example.org"
[channels.email]
type = "email"
host = "{host}"
port = {port}
security = "none"
from = "Tracker <noreply@example.org>"
[replies]
host = "127.0.0.1"
port = {imap}
security = "none"
username = "tracker"
password = "swordfish"
address = "tracker@example.org"
[tracks.t]
title = "Track"
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "Zero draft"
due = "{due}"
"""


def wait_for(what: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.05)


@dataclass
class Running:
    """A service with real servers around it."""

    service: Service
    ticker: Ticker
    folder: Folder
    place: tuple[str, ...]

    def come_in(self, mail: bytes, what: Callable[[], object]) -> None:
        """A mail comes in; look, again where a look was under way, until what follows is there."""
        self.folder.add(mail)

        def looked() -> object:
            self.ticker.call("answers")
            return what()

        wait_for(looked)

    def asked(self, *words: str) -> list[dict[str, Any]]:
        """The lines of a command."""
        said = io.StringIO()
        with redirect_stdout(said):
            assert main([*words, "--json", *self.place]) == 0
        return [json.loads(line) for line in said.getvalue().splitlines()]

    def told(self, *words: str, code: int = 0) -> str:
        """What a command says."""
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            assert main([*words, *self.place]) == code
        return said.getvalue()


@contextmanager
def running(folder: Path, smtp: SmtpServer) -> Iterator[Running]:
    due = SystemClock().now().date() + timedelta(days=5)
    path, url = folder / "plan.toml", f"sqlite:///{folder / 'm.sqlite'}"
    with imap_server(Folder()) as inbox:
        text = PLAN.format(host=smtp.host, port=smtp.port, imap=inbox.port, due=due)
        path.write_text(text, encoding="utf-8")
        service, ticker = real(path, Database(url))
        ticker.start()
        try:
            wait_for(lambda: smtp.taken)
            yield Running(service, ticker, inbox, ("--plan", str(path), "--database", url))
        finally:
            ticker.stop()
            service.stop()


def test_a_bounce_by_imap_marks_the_address_and_a_command_lifts_it(
    tmp_path: Path, smtp_server: SmtpServer
) -> None:
    with running(tmp_path, smtp_server) as run:
        (first,) = smtp_server.taken
        assert first.recipients == ("amina@example.org",)
        assert first.sender.startswith("tracker+b")
        bounce = report(fields("5.1.1", "550 5.1.1 no such user"), to=first.sender, original="")
        run.come_in(bounce, run.service.live.marked)
        (marked,) = run.asked("addresses")
        assert (marked["address"], marked["person"]) == ("amina@example.org", "amina")
        assert (marked["code"], marked["reason"]) == ("5.1.1", "550 5.1.1 no such user")
        (status,) = run.asked("status")
        assert status["addresses"] == [marked]
        said = {one["stage"]: one for one in run.asked("why", "t/m", "amina")}
        assert said["address"]["state"] == "no mail"
        ahead = said["on-the-day"]
        assert ahead["state"] == "not sent"
        assert ahead["because"].startswith("amina@example.org takes no mail since ")
        assert ahead["because"].endswith("550 5.1.1 no such user; see `milestones addresses`")
        assert "no such user" in run.told("addresses")
        assert "is not marked" in run.told("addresses", "--clear", "cora@example.org", code=2)
        assert "is sent to" in run.told("addresses", "--clear", "AMINA@example.org")
        assert run.asked("addresses") == []
        assert "every address" in run.told("addresses")


def test_an_answer_by_imap_is_reported_and_what_is_not_understood_is_answered(
    tmp_path: Path, smtp_server: SmtpServer
) -> None:
    with running(tmp_path, smtp_server) as run:
        (asked,) = smtp_server.taken
        to = asked.parsed["Reply-To"].addresses[0].addr_spec
        run.come_in(written(to, "what do you mean?"), lambda: len(smtp_server.taken) == 2)
        back = smtp_server.taken[1]
        assert back.recipients == ("amina@example.org",)
        assert str(back.parsed["Subject"]) == "Your answer: Zero draft"
        run.come_in(written(to, "at risk, 40%: no funds"), run.service.live.as_said)
        lines = [one for one in run.asked("why", "t/m", "amina") if one["stage"] == "reply"]
        assert [(one["state"], one["because"]) for one in lines] == [
            ("unclear", "“what do you mean?”"),
            ("recorded", "“at risk, 40%: no funds”"),
        ]
        (status,) = run.asked("status")
        assert [(one["became"], one["occurrence"]) for one in status["replies"]] == [
            ("recorded", "t/m"),
            ("unclear", "t/m"),
        ]
        assert "Answers by mail" in run.told("status")
        state = run.service.live.as_said()["t/m"]
        assert (state.state, state.percent, state.note) == ("at-risk", 40, "no funds")
