"""The whole way with real servers: invited by SMTP, answered by IMAP, shown by the commands."""

import io
import json
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import icalendar

from scheduler.cli import main
from scheduler.clock import SystemClock
from scheduler.outbox.database import Database
from scheduler.service import real
from tests.imap import Folder, imap_server
from tests.mailbox import SmtpServer

PATIENCE_SECONDS = 30
PLAN = """
[plan]
name = "By mail"
id = "example"
timezone = "UTC"
coordinators = ["amina"]
[people.amina]
name = "Amina Otieno"
email = "amina@example.org"
[channels.email]
type = "email"
host = "{host}"
port = {port}
security = "none"
from = "Tracker <tracker@example.org>"
reply-to = "answers@example.org"
[replies]
host = "127.0.0.1"
port = {imap}
security = "none"
username = "tracker"
password = "swordfish"
[reminders.default]
before = []
[tracks.t]
title = "Track"
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "Zero draft"
due = "{due}"
invite = true
"""


def wait_for(what: Callable[[], object]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.05)


def answer_to(mail: EmailMessage) -> bytes:
    """What a calendar program makes of an invitation that is accepted."""
    (part,) = (one for one in mail.walk() if one.get_content_type() == "text/calendar")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    calendar = icalendar.Calendar.from_ical(content)
    calendar["METHOD"] = "REPLY"
    (event,) = calendar.walk("VEVENT")
    assert str(event["ORGANIZER"]) == f"mailto:{mail['Reply-To'].addresses[0].addr_spec}"
    event["ATTENDEE"].params["PARTSTAT"] = "ACCEPTED"
    reply = EmailMessage()
    reply["From"] = mail["To"]
    reply.set_content("Amina has accepted.")
    reply.add_attachment(calendar.to_ical(), "text", "calendar", params={"method": "REPLY"})
    return reply.as_bytes()


def asked(*words: str) -> list[dict[str, Any]]:
    said = io.StringIO()
    with redirect_stdout(said):
        assert main([*words, "--json"]) == 0
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_invited_by_smtp_and_answered_by_imap(tmp_path: Path, smtp_server: SmtpServer) -> None:
    due = SystemClock().now().date() + timedelta(days=60)
    path, url = tmp_path / "plan.toml", f"sqlite:///{tmp_path / 'm.sqlite'}"
    with imap_server(Folder()) as folder:
        text = PLAN.format(host=smtp_server.host, port=smtp_server.port, imap=folder.port, due=due)
        path.write_text(text, encoding="utf-8")
        service, ticker = real(path, Database(url))
        ticker.start()
        try:
            wait_for(lambda: smtp_server.taken)
            folder.add(answer_to(smtp_server.taken[0].parsed))

            def answered() -> object:
                ticker.call("answers")  # again where a look was under way when the mail came
                return service.live.answered("t/m")

            wait_for(answered)
            assert service.live.answered("t/m") == {"ACCEPTED": 1}
        finally:
            ticker.stop()
            service.stop()
    assert [one.recipients for one in smtp_server.taken] == [("amina@example.org",)]
    place = ("--plan", str(path), "--database", url)
    (shown,) = asked("status", *place)
    (answer,) = shown["answers"]
    assert (answer["person"], answer["answer"], answer["older"]) == ("amina", "accepted", False)
    lines = asked("why", "t/m", "amina", *place)
    assert [(one["stage"], one["state"]) for one in lines if one["state"] != "not sent"] == [
        ("invitation:0", "sent"),
        ("answer", "accepted"),
    ]
