"""A real service, watched over: ready, metrics, ping, one line a message, a clean end."""

import asyncio
import json
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests import asking
from tests.mailbox import SmtpServer, listening
from tests.notifiers.answering import answering
from tests.scheduler.operation.process import PATIENCE_SECONDS, node, wait_for

PLAN = """
[plan]
timezone = "UTC"
[people.amina]
name = "Amina Otieno"
email = "amina@example.org"
[channels.email]
type = "email"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Tracker <tracker@example.org>"
{more}
[tracks.t]
title = "A track"
owner = "amina"
[[tracks.t.milestones]]
id = "near"
title = "A confidential title"
due = "{due}"
"""
PING = """
[service]
ping = {{ env = "PING_URL" }}
ping-every = "1 minute"
allow-private = true
metrics-token = {{ env = "METRICS_TOKEN" }}
"""
PLACE = "1f6c-a-secret-place"


@dataclass
class SlowServer(SmtpServer):
    """A mail server that answers when it is told to; `asked` once somebody waits for it."""

    asked: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.asked.set()
        for _ in range(PATIENCE_SECONDS * 20):
            if self.released.is_set():
                break
            await asyncio.sleep(0.05)
        return await SmtpServer.handle_DATA(self, server, session, envelope)


@pytest.fixture
def slow_server() -> Iterator[SlowServer]:
    slow = SlowServer("127.0.0.1", 0)
    with listening(slow):
        try:
            yield slow
        finally:
            slow.released.set()


def written(folder: Path, port: int, more: str = "") -> Path:
    due = (datetime.now(UTC) + timedelta(days=5)).date()
    path = folder / "plan.toml"
    path.write_text(PLAN.format(port=port, due=due, more=more.format()), encoding="utf-8")
    return path


def test_a_service_is_watched_over(tmp_path: Path, smtp_server: SmtpServer) -> None:
    path = written(tmp_path, smtp_server.port, PING)
    with (
        answering(lambda request: (200, b"OK")) as watcher,
        node(
            str(path),
            "--port=0",
            PING_URL=f"{watcher.address}/{PLACE}",
            METRICS_TOKEN="0123456789abcdef",
        ) as found,
        asking.client(base_url=found.url) as client,
    ):
        wait_for(lambda: client.get("/ready").status_code == 200, "the node to be ready")
        wait_for(lambda: bool(found.logged("message sent")), "the mail")
        wait_for(lambda: bool(watcher.requests), "the ping")
        assert {one.path for one in watcher.requests} == {f"/{PLACE}"}
        (sent,) = found.logged("message sent")
        assert sent["level"] == "info"
        assert (sent["channel"], sent["recipient"]) == ("email", "amina")
        assert sent["reminders"] == ["t/near before:7 days"]
        assert (sent["attempt"], sent["answer"][:3]) == (1, "250")
        (mail,) = smtp_server.taken
        assert sent["delivery"] in str(mail.parsed["Message-ID"])
        metrics = client.get("/metrics").text
        assert 'milestones_messages_total{channel="email",outcome="sent"} 1.0' in metrics
        assert 'milestones_nodes{role="all"} 1.0' in metrics
        found.tell()
        assert found.ended() == 0
    said = "".join(found.lines)
    assert "Traceback" not in said
    for secret in (PLACE, "0123456789abcdef", "amina@example.org", "A confidential title"):
        assert secret not in said
    assert all(json.loads(line)["event"] for line in found.lines)


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
def test_told_to_end_it_finishes_what_is_being_sent(
    tmp_path: Path, slow_server: SlowServer, number: signal.Signals
) -> None:
    path = written(tmp_path, slow_server.port)
    with node(str(path), "--no-web") as found:
        assert slow_server.asked.wait(PATIENCE_SECONDS)
        found.process.send_signal(number)
        slow_server.released.set()
        assert found.ended() == 0
    assert len(slow_server.taken) == 1
    assert len(found.logged("message sent")) == 1
    with node(str(path), "--no-web") as again:
        wait_for(lambda: bool(again.logged("plan")), "the second start")
        wait_for(lambda: bool(again.logged("started")), "the second start")
        again.tell()
        assert again.ended() == 0
    assert len(slow_server.taken) == 1
