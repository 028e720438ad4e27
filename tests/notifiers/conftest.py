"""Real servers on this machine: mail servers that behave and that do not, and HTTP servers."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from notifiers.email import Email
from notifiers.email_options import EmailOptions
from notifiers.message import Address, Button, Message
from tests.mailbox import started
from tests.notifiers.scripted import Conversation, scripted_server
from tests.notifiers.served import HttpServer, http_serving

FROM = "Resolution tracker <tracker@example.org>"
NAIROBI = timezone(timedelta(hours=3))
SENT = datetime(2024, 3, 28, 9, 0, tzinfo=NAIROBI)
PASSWORD = "correct horse battery"
MakeMessage = Callable[..., Message]


@pytest.fixture
def make_message() -> MakeMessage:
    """A message like those of the product; any field can be given another value."""

    def make(**changes: Any) -> Message:
        values: dict[str, Any] = {
            "key": "smart-cities/zero-draft+30+amina",
            "to": Address("amina@example.org", "Amina Otieno"),
            "subject": "Zero draft, April 2024 · HSP/HA.2/Res.1",
            "lead": "Due in 20 working days",
            "text": "Due in 20 working days\n\nZero draft: April 2024\n.\n.. and dots",
            "html": "<p>Due in 20 working days</p><p>Zero draft: <b>April&nbsp;2024</b></p>",
            "date": SENT,
            "thread": "smart-cities/zero-draft",
            "list_id": "smart-cities",
            "unsubscribe": "https://tracker.example.org/unsubscribe/" + "abc123-_" * 12,
            "buttons": (Button("Report progress", "https://tracker.example.org/report?a=1&b=2"),),
            "facts": (("Due", "April 2024"), ("Owner", "Amina & Jonas")),
        }
        return Message(**(values | changes))

    return make


@pytest.fixture
def now() -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: datetime(2024, 3, 28, 6, 0, 5, tzinfo=UTC)


@dataclass
class Recorder:
    """What aiosmtpd took in: the envelopes, with the bytes as they came."""

    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    connections: int = 0

    async def handle_EHLO(
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return f"250 2.0.0 Ok: queued as {len(self.envelopes)}"

    def log_in(
        self, _server: Any, _session: Any, _envelope: Any, _how: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    @property
    def contents(self) -> list[bytes]:
        return [bytes(envelope.original_content or b"") for envelope in self.envelopes]


@dataclass(frozen=True)
class MailServer:
    port: int
    recorder: Recorder


@pytest.fixture
def start_mail_server(certificate: tuple[Path, Path]) -> Iterator[Callable[..., MailServer]]:
    """Starts aiosmtpd; `security` is that of the channel, `login` asks for one."""
    with ExitStack() as stack:

        def start(security: str = "none", *, login: bool = False, **options: Any) -> MailServer:
            recorder = Recorder()
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            if security == "tls":
                options["ssl_context"] = context
            elif security == "starttls":
                options |= {"tls_context": context, "require_starttls": True}
            if login:
                with_tls = security == "starttls"
                options |= {"auth_required": with_tls, "auth_require_tls": with_tls}
                options["authenticator"] = recorder.log_in
            controller = started(recorder, "127.0.0.1", **options)
            stack.callback(controller.stop)
            return MailServer(controller.port, recorder)

        yield start


@pytest.fixture
def scripted() -> Iterator[Callable[..., Conversation]]:
    """Starts a mail server that answers by scripts, one a connection; the last one stays."""
    with ExitStack() as stack:
        yield lambda *scripts: stack.enter_context(scripted_server(scripts))


@pytest.fixture
def http_server() -> Iterator[HttpServer]:
    """One HTTP server of this machine."""
    with http_serving() as server:
        yield server


@pytest.fixture
def open_email(now: Callable[[], datetime]) -> Iterator[Callable[..., Email]]:
    """Notifiers for servers of this machine, closed at the end."""
    opened: list[Email] = []

    def make(port: int, **changes: Any) -> Email:
        values: dict[str, Any] = {
            "host": "localhost",
            "from_": FROM,
            "port": port,
            "security": "none",
            "connect_timeout": 5.0,
            "command_timeout": 5.0,
            "data_timeout": 5.0,
        }
        email = Email(EmailOptions(**(values | changes)), now)
        opened.append(email)
        return email

    yield make
    for email in opened:
        email.close()
