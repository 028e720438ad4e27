"""Mail: the replies of SMTP that stand for those of HTTP (RFC 5321 4.2, RFC 3463)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from notifiers.secret import Secret
from notifiers.smtp_replies import MAILBOX_FULL_WAIT
from tests.notifiers.contract.case import NOBODY, TOKEN, Opened, Outcome, unused_port
from tests.notifiers.scripted import GOOD, Script, scripted_server

_GOOD: Script = {
    **GOOD,
    "EHLO": b"250-here\r\n250-AUTH PLAIN\r\n250 SIZE 1000000",
    "AUTH": b"235 ok",
}
_LATER = Outcome(permanent=False, scope="channel")
_WRONG = Outcome(permanent=True, scope="channel")
_LOST = Outcome(permanent=False, scope="channel", unknown=True)
_FAULTS: Mapping[str, tuple[str, bytes | None, Outcome]] = {
    "the mail refused": ("dot", b"554 5.6.0 refused", Outcome(permanent=True, scope="unknown")),
    "the login refused": ("AUTH", f"535 5.7.8 no: {TOKEN}".encode(), _WRONG),
    "the sender refused": ("MAIL", b"550 5.1.8 who are you", _WRONG),
    "no such mailbox": ("RCPT", b"550 5.1.1 nobody", Outcome(permanent=True, scope="recipient")),
    "too big": ("dot", b"552 5.3.4 too big", Outcome(permanent=True, scope="unknown")),
    "too many": ("RCPT", b"450 4.7.1 slowly", Outcome(permanent=False, scope="recipient")),
    "mailbox full": (
        "RCPT",
        b"552 5.2.2 full",
        Outcome(permanent=False, scope="recipient", retry_after=MAILBOX_FULL_WAIT),
    ),
    "an error of the server": ("MAIL", b"451 4.3.0 ill", _LATER),
    "not now": ("greeting", b"421 4.3.2 not now", _LATER),
    "elsewhere": ("RCPT", b"551 5.1.6 try x@", Outcome(permanent=True, scope="recipient")),
    "a hang at first": ("greeting", b"", _LATER),
    "a hang at the end": ("dot", b"", _LOST),
    "a cut at first": ("greeting", None, _LATER),
    "a cut at the end": ("dot", None, _LOST),
    "odd bytes": ("greeting", b"\xff\xfe\x00 not SMTP", _LATER),
}


class EmailCase:
    secrets: Sequence[str] = (TOKEN,)

    @property
    def outcomes(self) -> Mapping[str, Outcome]:
        return {name: found for name, (_, _, found) in _FAULTS.items()} | {NOBODY: _LATER}

    @contextmanager
    def opened(self, folder: Path, fault: str | None = None) -> Iterator[Opened]:
        if fault == NOBODY:
            with unused_port() as port:
                yield Opened(_options(port), list)
            return
        script = _GOOD
        if fault is not None:
            step, reply, _ = _FAULTS[fault]
            script = {**_GOOD, step: reply}
        brief = 0.3 if fault is not None and fault.startswith("a hang") else 20.0
        with scripted_server([script]) as server:
            options = _options(server.port) | {"command_timeout": brief, "data_timeout": brief}
            yield Opened(options, lambda: server.mails)

    def check_limits(self, taken: Any) -> None:
        limits(taken)


def _options(port: int) -> dict[str, Any]:
    return {
        "host": "localhost",
        "from_": "tracker@example.org",
        "port": port,
        "security": "none",
        "username": "tracker",
        "password": Secret(plain=TOKEN),
    }


def limits(mail: bytes) -> None:
    """A line holds 998 octets and CRLF (RFC 5322 2.1.1); Gmail cuts HTML at 102 KB."""
    assert not re.search(rb"[^\r]\n|\r[^\n]", mail)
    assert max(map(len, mail.split(b"\r\n"))) <= 998
    read = message_from_bytes(mail, policy=policy.default)
    assert read["Subject"]
    html = read.get_body(("html",))
    assert html is None or len(html.get_content().encode()) < 102_400


CASE = EmailCase()
