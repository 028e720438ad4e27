"""Mail to real servers: one that behaves, with every security, and scripted ones that do not."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope

from notifiers.email import Email
from notifiers.email_options import EmailOptions
from notifiers.errors import DeliveryError
from notifiers.message import Message
from notifiers.mime import build
from notifiers.secret import Secret
from notifiers.smtp_replies import MAILBOX_FULL_WAIT
from tests.notifiers.scripted import GOOD, PIPELINING, Conversation, Script

PASSWORD = "correct horse battery"
FROM = "Resolution tracker <tracker@example.org>"
OpenEmail = Callable[..., Email]
MakeMessage = Callable[..., Message]
Scripted = Callable[..., Conversation]
StartMailServer = Callable[..., Any]


def refused(email: Email, message: Message) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        email.send(message)
    return caught.value


def test_the_server_gets_what_was_built(
    start_mail_server: StartMailServer, open_email: OpenEmail, make_message: MakeMessage
) -> None:
    server = start_mail_server()
    message = make_message()
    email = open_email(server.port)
    assert email.send(message) == "250 2.0.0 Ok: queued as 1"
    (envelope,) = server.recorder.envelopes
    assert envelope.mail_from == "tracker@example.org"
    assert envelope.rcpt_tos == ["amina@example.org"]
    assert server.recorder.contents == [build(message, EmailOptions("h", FROM).sender)]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_encrypted_and_logged_in(
    start_mail_server: StartMailServer,
    open_email: OpenEmail,
    make_message: MakeMessage,
    certificate: tuple[Path, Path],
    security: str,
) -> None:
    server = start_mail_server(security, login=True)
    email = open_email(
        server.port,
        security=security,
        certificates=str(certificate[0]),
        username="tracker",
        password=Secret(plain=PASSWORD),
    )
    assert f"security {security}, logged in as tracker" in email.check()
    assert email.send(make_message()).startswith("250 ")
    assert server.recorder.logins == [b"tracker", b"tracker"]
    assert len(server.recorder.envelopes) == 1


def test_a_wrong_password_stops_the_channel(
    start_mail_server: StartMailServer, open_email: OpenEmail, make_message: MakeMessage
) -> None:
    server = start_mail_server(login=True)
    password = Secret(plain="wrong-passw0rd")
    error = refused(open_email(server.port, username="t", password=password), make_message())
    assert "AUTH with: 535" in error.message
    assert (error.permanent, error.scope) == (True, "channel")
    assert "wrong-passw0rd" not in repr(error)


def test_the_password_is_struck_out_of_a_reply_that_echoes_it(
    scripted: Scripted, open_email: OpenEmail, make_message: MakeMessage
) -> None:
    echo = b"535 5.7.8 no: wrong-passw0rd AHQAd3JvbmctcGFzc3cwcmQ= d3JvbmctcGFzc3cwcmQ="
    server = scripted({**GOOD, "EHLO": b"250-here\r\n250 AUTH PLAIN", "AUTH": echo})
    password = Secret(plain="wrong-passw0rd")
    email = open_email(server.port, username="t", password=password)
    for attempt in (email.check, lambda: email.send(make_message())):
        with pytest.raises(DeliveryError) as caught:
            attempt()
        assert "***" in caught.value.message
        assert "wrong-passw0rd" not in repr(caught.value)
        assert "d3JvbmctcGFzc3cwcmQ" not in repr(caught.value)


def test_login_by_an_access_token(
    scripted: Scripted, open_email: OpenEmail, make_message: MakeMessage
) -> None:
    server = scripted({**GOOD, "EHLO": b"250-here\r\n250 AUTH XOAUTH2", "AUTH": b"235 welcome"})
    email = open_email(
        server.port, username="t@e.org", password=Secret(plain="tok"), authentication="xoauth2"
    )
    email.send(make_message())
    assert server.lines[1] == "AUTH XOAUTH2 dXNlcj10QGUub3JnAWF1dGg9QmVhcmVyIHRvawEB"


@pytest.mark.parametrize("authentication", ["password", "xoauth2"])
def test_no_login_offered(
    scripted: Scripted, open_email: OpenEmail, make_message: MakeMessage, authentication: str
) -> None:
    server = scripted({**GOOD, "AUTH": b"502 5.5.1 not here"})
    password = Secret(plain="x")
    email = open_email(server.port, username="t", password=password, authentication=authentication)
    error = refused(email, make_message())
    assert (error.permanent, error.scope) == (True, "channel")
    assert "MAIL" not in " ".join(server.lines)


def test_a_secret_that_is_missing_makes_no_connection(
    scripted: Scripted, open_email: OpenEmail, make_message: MakeMessage
) -> None:
    server = scripted(GOOD)
    email = open_email(server.port, username="t", password=Secret(env="TEST_NOTIFIER_NOT_SET"))
    error = refused(email, make_message())
    assert "TEST_NOTIFIER_NOT_SET is not set" in error.message
    assert (error.permanent, error.scope, server.connections) == (True, "channel", 0)


def test_nothing_goes_in_the_clear_where_starttls_is_wanted(
    scripted: Scripted, open_email: OpenEmail, make_message: MakeMessage
) -> None:
    server = scripted(GOOD)
    error = refused(open_email(server.port, security="starttls"), make_message())
    assert (error.permanent, error.scope) == (True, "channel")
    assert "offers no STARTTLS" in error.message
    assert [line.split()[0] for line in server.lines] == ["ehlo"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for(
    start_mail_server: StartMailServer,
    open_email: OpenEmail,
    make_message: MakeMessage,
    security: str,
) -> None:
    server = start_mail_server(security)
    error = refused(open_email(server.port, security=security), make_message())
    assert "certificate is not trusted" in error.message
    assert (error.permanent, error.scope) == (False, "channel")
    assert server.recorder.envelopes == []


def test_tls_to_a_server_that_speaks_none(
    scripted: Scripted, open_email: OpenEmail, make_message: MakeMessage
) -> None:
    error = refused(open_email(scripted(GOOD).port, security="tls"), make_message())
    assert "no TLS" in error.message


def test_certificates_that_cannot_be_read(
    scripted: Scripted, open_email: OpenEmail, make_message: MakeMessage
) -> None:
    email = open_email(scripted(GOOD).port, security="tls", certificates="/nowhere.pem")
    error = refused(email, make_message())
    assert "`certificates`" in error.message
    assert (error.permanent, error.scope) == (True, "channel")


def test_one_connection_for_many_and_a_new_one_after_a_hundred(
    start_mail_server: StartMailServer, open_email: OpenEmail, make_message: MakeMessage
) -> None:
    server = start_mail_server()
    email = open_email(server.port)
    for number in range(101):
        email.send(make_message(key=f"k{number}"))
    assert server.recorder.connections == 2
    assert len(server.recorder.envelopes) == 101


@pytest.mark.parametrize("good", [GOOD, PIPELINING])
def test_the_words_of_a_transaction(
    scripted: Scripted,
    open_email: OpenEmail,
    make_message: MakeMessage,
    good: Script,
) -> None:
    server = scripted(good)
    email = open_email(server.port, envelope_sender="bounces@bücher.example", hello="me.example")
    message = make_message(text=".\n..\n.x\nend")
    assert email.send(message) == "250 2.0.0 queued"
    email.close()
    size = len(build(message, EmailOptions("h", FROM).sender))
    assert server.lines == [
        "ehlo me.example",
        f"MAIL FROM:<bounces@xn--bcher-kva.example> SIZE={size}",
        "RCPT TO:<amina@example.org>",
        "DATA",
        "quit",
    ]
    (mail,) = server.mails
    assert mail.replace(b"\r\n..", b"\r\n.") == build(message, EmailOptions("h", FROM).sender)


@pytest.mark.parametrize("good", [GOOD, PIPELINING])
@pytest.mark.parametrize(
    ("step", "reply", "meaning"),
    [
        ("greeting", b"421 4.3.2 later", (False, "channel", None)),
        ("greeting", b"554 5.3.2 no", (True, "channel", None)),
        ("EHLO", b"421 later", (False, "channel", None)),
        ("EHLO", b"550 no", (True, "channel", None)),
        ("MAIL", b"451 4.3.0 later", (False, "channel", None)),
        ("MAIL", b"550 5.1.0 not you", (True, "channel", None)),
        ("MAIL", b"552 5.3.4 too big", (True, "unknown", None)),
        ("RCPT", b"450 4.2.0 greylisted", (False, "recipient", None)),
        ("RCPT", b"421 4.7.0 too many", (False, "channel", None)),
        ("RCPT", b"550 5.1.1 no such user", (True, "recipient", None)),
        ("RCPT", b"550 no such user", (True, "recipient", None)),
        ("RCPT", b"554 5.7.1 relay denied", (True, "channel", None)),
        ("RCPT", b"550 5.1.8 bad sender", (True, "channel", None)),
        ("RCPT", b"552 5.2.2 full", (False, "recipient", MAILBOX_FULL_WAIT)),
        ("RCPT", b"452 4.2.2 full", (False, "recipient", MAILBOX_FULL_WAIT)),
        ("DATA", b"451 later", (False, "unknown", None)),
        ("DATA", b"554 no valid recipients", (True, "unknown", None)),
        ("dot", b"451 4.3.0 later", (False, "unknown", None)),
        ("dot", b"554 5.6.0 odd", (True, "unknown", None)),
        ("dot", b"550 5.7.1 no DKIM", (True, "channel", None)),
        ("dot", b"552 full", (False, "recipient", MAILBOX_FULL_WAIT)),
        ("dot", b"552-5.2.3 too\r\n552 5.2.3 big", (True, "unknown", None)),
    ],
)
def test_each_refusal_means_what_it_says(
    scripted: Scripted,
    open_email: OpenEmail,
    make_message: MakeMessage,
    good: Script,
    step: str,
    reply: bytes,
    meaning: tuple[bool, str, float | None],
) -> None:
    server = scripted({**good, step: reply}, good)
    email = open_email(server.port)
    error = refused(email, make_message())
    assert (error.permanent, error.scope, error.retry_after) == meaning
    assert not error.unknown
    assert reply.splitlines()[0][:3].decode() in error.message
    assert email.send(make_message()) == "250 2.0.0 queued"
    assert server.connections == 2


def test_data_accepted_after_a_refusal_is_not_used(
    scripted: Scripted, open_email: OpenEmail, make_message: MakeMessage
) -> None:
    server = scripted({**PIPELINING, "RCPT": b"550 5.1.1 unknown"})
    assert refused(open_email(server.port), make_message()).scope == "recipient"
    assert server.mails == []


@pytest.mark.parametrize("good", [GOOD, PIPELINING])
@pytest.mark.parametrize("trouble", [None, b"", b"\xff\xfe not SMTP", b"x" * 9000])
@pytest.mark.parametrize("step", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "dot"])
def test_a_server_that_cuts_stalls_or_babbles(
    scripted: Scripted,
    open_email: OpenEmail,
    make_message: MakeMessage,
    good: Script,
    trouble: bytes | None,
    step: str,
) -> None:
    server = scripted({**good, step: trouble}, good)
    short = {"data_timeout" if step == "dot" else "command_timeout": 0.1}
    email = open_email(server.port, **(short if trouble == b"" else {}))
    error = refused(email, make_message())
    assert not error.permanent
    assert error.unknown == (step == "dot")
    assert "\n" not in error.message
    patient = open_email(server.port) if trouble == b"" else email
    assert patient.send(make_message()) == "250 2.0.0 queued"


@pytest.mark.parametrize("good", [GOOD, PIPELINING])
@pytest.mark.parametrize("trouble", [None, b"421 4.4.2 idle"])
def test_a_kept_connection_that_the_server_has_left_is_no_failure(
    scripted: Scripted,
    open_email: OpenEmail,
    make_message: MakeMessage,
    good: Script,
    trouble: bytes | None,
) -> None:
    class Leaving(dict[str, bytes | None]):
        """Takes one mail, and is gone at the second."""

        def get(self, key: str, default: Any = None) -> Any:
            if key == "MAIL":
                self.seen = getattr(self, "seen", 0) + 1
                return self["MAIL"] if self.seen == 1 else trouble
            return super().get(key, default)

    server = scripted(Leaving(good), good)
    email = open_email(server.port)
    email.send(make_message(key="one"))
    assert email.send(make_message(key="two")) == "250 2.0.0 queued"
    assert (server.connections, len(server.mails)) == (2, 2)


def test_a_server_that_is_not_there(open_email: OpenEmail, make_message: MakeMessage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    error = refused(open_email(port), make_message())
    assert (error.permanent, error.scope, error.unknown) == (False, "channel", False)
    assert "refuses the connection" in error.message


def test_a_name_that_nobody_knows(open_email: OpenEmail, make_message: MakeMessage) -> None:
    error = refused(open_email(25, host="nowhere.invalid"), make_message())
    assert "name is not known" in error.message
    assert not error.permanent


def test_a_mail_needs_somebody(open_email: OpenEmail, make_message: MakeMessage) -> None:
    error = refused(open_email(25), make_message(to=None))
    assert (error.permanent, error.scope) == (True, "recipient")


def test_several_threads_with_a_notifier_each(
    start_mail_server: StartMailServer, open_email: OpenEmail, make_message: MakeMessage
) -> None:
    server = start_mail_server()

    def work(worker: int) -> None:
        email = open_email(server.port)
        for number in range(5):
            email.send(make_message(key=f"{worker}-{number}"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = {ident(envelope) for envelope in server.recorder.envelopes}
    assert ids == {f"<{worker}-{number}@example.org>" for worker in range(4) for number in range(5)}


def ident(envelope: Envelope) -> str:
    content = bytes(envelope.original_content or b"").decode()
    return content.partition("Message-ID: ")[2].partition("\r\n")[0]
