"""One SMTP connection (RFC 5321) and what its replies mean.

The standard library opens it, greets, starts TLS and logs in; a mail itself goes in two round
trips where the server offers PIPELINING (RFC 2920), in four where it does not.
What is not done here: keeping a connection, or trying anything again (`notifiers.email`).
"""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from notifiers.errors import DeliveryError
from notifiers.headers import needs_utf8, one_line
from notifiers.smtp_replies import Reply, answer_line, refusal

Security = Literal["starttls", "tls", "none"]
Authentication = Literal["password", "xoauth2"]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect; for the reply to a command; for the reply to the final dot.

    The last is long, because a server that is given up too early has often taken the mail, and
    gets it a second time (RFC 1047).
    """

    connect: float
    command: float
    data: float


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to connect; `hello` is the name this side gives itself."""

    host: str
    port: int
    security: Security
    hello: str
    timeouts: Timeouts
    tls: ssl.SSLContext | None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class LoginError(DeliveryError):
    """The server refuses the name and the password, or the access token."""


class StaleConnectionError(Exception):
    """The server had closed a kept connection before it saw anything of this mail."""


class _Client(smtplib.SMTP):
    """smtplib's client with a time-out for connecting and another one for each reply."""

    def __init__(self, server: Server) -> None:
        self._server = server
        super().__init__(server.host, server.port, local_hostname=server.hello)

    def _get_socket(self, host: str, port: int, _timeout: object) -> socket.socket:
        plain = socket.create_connection((host, port), self._server.timeouts.connect)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._server.security != "tls" or self._server.tls is None:
            plain.settimeout(self._server.timeouts.command)
            return plain
        wrapped = self._server.tls.wrap_socket(plain, server_hostname=host)
        wrapped.settimeout(self._server.timeouts.command)
        return wrapped


class Session:
    """An open, greeted and logged-in connection. After any error it is to be closed."""

    def __init__(self, server: Server) -> None:
        """Connect, greet and start TLS. Raises DeliveryError."""
        self._server = server
        self.sent = 0
        try:
            self._client = _Client(server)
        except smtplib.SMTPConnectError as error:
            raise self._refused("connection", (error.smtp_code, _bytes(error.smtp_error))) from None
        except (OSError, UnicodeError) as error:
            raise self._lost(error) from None
        try:
            self._greet()
        except BaseException:
            self._client.close()
            raise

    def _greet(self) -> None:
        try:
            self._hello()
            if self._server.security == "starttls":
                self._start_tls()
                self._hello()
        except OSError as error:
            raise self._lost(error) from None

    def _hello(self) -> None:
        code, text = self._client.ehlo()
        if code != 250:
            raise self._refused("EHLO", (code, text))

    def _start_tls(self) -> None:
        if not self._client.has_extn("starttls"):
            raise DeliveryError(
                f"{self._server} offers no STARTTLS, and nothing is sent in the clear: "
                'check `host` and `port`, or set `security` to "tls" or "none"',
                permanent=True,
                scope="channel",
            )
        try:
            self._client.starttls(context=self._server.tls)
        except smtplib.SMTPResponseException as error:
            raise self._refused("STARTTLS", (error.smtp_code, _bytes(error.smtp_error))) from None

    def log_in(self, username: str, password: str, authentication: Authentication) -> None:
        """Log in; for XOAUTH2 the password is an access token.

        Raises DeliveryError, and LoginError where the server refuses it for good (5xx).
        """
        bearer = _XOauth2(username, password)
        try:
            if authentication == "xoauth2":
                self._client.auth("XOAUTH2", bearer)
            else:
                self._client.login(username, password)
        except smtplib.SMTPResponseException as error:
            raise self._not_logged_in(error, bearer.report) from None
        except smtplib.SMTPServerDisconnected as error:
            raise self._lost(error) from None
        except smtplib.SMTPException:
            raise DeliveryError(
                f"{self._server} offers no login: take `username` and `password` out, "
                "or check `port` and `security`",
                permanent=True,
                scope="channel",
            ) from None
        except UnicodeError:
            raise DeliveryError(
                "the user name or the password has characters that this login cannot carry",
                permanent=True,
                scope="channel",
            ) from None
        except OSError as error:
            raise self._lost(error) from None

    def _not_logged_in(self, error: smtplib.SMTPResponseException, report: str) -> DeliveryError:
        told = self._refused("AUTH", (error.smtp_code, _bytes(error.smtp_error)))
        if not told.permanent:
            return told
        text = f"{told.message} ({report})" if report else told.message
        return LoginError(text, permanent=True, scope="channel")

    def noop(self) -> str:
        """Ask for a sign of life; returns the answer. Raises DeliveryError."""
        try:
            code, text = self._client.noop()
        except OSError as error:
            raise self._lost(error) from None
        if code != 250:
            raise self._refused("NOOP", (code, text))
        return answer_line((code, text))

    def send(self, sender: str, recipient: str, mail: bytes, in_headers: Sequence[str] = ()) -> str:
        """Send one mail; returns the server's answer to it.

        `in_headers` are further addresses that stand in the mail. Raises DeliveryError, or
        StaleConnectionError where this was not the first mail and the server had gone before it
        saw this one.
        """
        own = (sender, *in_headers)
        envelope = self._envelope(sender, recipient, len(mail), own)
        try:
            self._open_transaction(envelope)
        except OSError as error:
            if self.sent and not isinstance(_cause(error), TimeoutError):
                raise StaleConnectionError from None
            raise self._lost(error) from None
        self._transfer(mail)
        answer = self._last_reply()
        self.sent += 1
        return answer

    def close(self) -> None:
        """Say goodbye if the server listens, and close."""
        try:
            self._timeout(1.0)
            self._client.quit()
        except (OSError, smtplib.SMTPException):
            self._client.close()

    def abandon(self) -> None:
        """Close without a word, as after an error."""
        self._client.close()

    def _envelope(
        self, sender: str, recipient: str, size: int, own: Sequence[str]
    ) -> Sequence[str]:
        """The commands before the mail; SMTPUTF8 only where an address needs it (RFC 6531 3.2)."""
        options = f" SIZE={size}" if self._client.has_extn("size") else ""
        foreign = next(filter(needs_utf8, (recipient, *own)), None)
        if foreign is not None:
            if not self._client.has_extn("smtputf8"):
                raise DeliveryError(
                    f"{self._server} cannot carry the address {foreign}, since it offers no "
                    "SMTPUTF8: write another address, or send through another server",
                    permanent=True,
                    scope="recipient" if foreign is recipient else "channel",
                )
            options += " SMTPUTF8 BODY=8BITMIME"
        return f"MAIL FROM:<{sender}>{options}", f"RCPT TO:<{recipient}>", "DATA"

    def _open_transaction(self, commands: Sequence[str]) -> None:
        """MAIL, RCPT and DATA, at once where the server lets them come so.

        The first reply that refuses ends it. The connection is then closed without the final
        dot, so that nothing is delivered even where a later reply would have been a 354.
        """
        self._timeout(self._server.timeouts.command)
        at_once = self._client.has_extn("pipelining")
        if at_once:
            self._write(*commands)
        for command in commands:
            if not at_once:
                self._write(command)
            self._expect(command.partition(" ")[0], self._client.getreply())

    def _expect(self, step: str, reply: Reply) -> None:
        if reply[0] in ((354,) if step == "DATA" else (250, 251, 252)):
            return
        if self.sent and step == "MAIL" and reply[0] == 421:
            raise StaleConnectionError
        raise self._refused(step, reply)

    def _write(self, *commands: str) -> None:
        self._client.send("".join(f"{command}\r\n" for command in commands).encode())

    def _transfer(self, mail: bytes) -> None:
        """Hand the mail over to the final dot, each dot at the start of a line doubled."""
        try:
            self._timeout(self._server.timeouts.data)
            self._client.send(mail.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        except OSError as error:
            raise self._lost(error) from None

    def _last_reply(self) -> str:
        """The reply to the final dot. Without one that can be read, the mail's fate is unknown."""
        try:
            reply = self._client.getreply()
        except OSError:
            reply = -1, b""
        if not 200 <= reply[0] < 600:
            raise DeliveryError(
                f"{self._server} had the whole mail, but no answer came "
                "back: it may have been delivered, and is tried again under the same id",
                permanent=False,
                scope="channel",
                unknown=True,
            )
        if reply[0] >= 300:
            raise self._refused("final dot", reply)
        return answer_line(reply)

    def _timeout(self, seconds: float) -> None:
        if self._client.sock is None:
            raise smtplib.SMTPServerDisconnected("closed")
        self._client.sock.settimeout(seconds)

    def _refused(self, step: str, reply: Reply) -> DeliveryError:
        return refusal(str(self._server), step, reply)

    def _lost(self, error: Exception) -> DeliveryError:
        return DeliveryError(
            f"{self._server}: {_why(_cause(error))}", permanent=False, scope="channel"
        )


class _XOauth2:
    """Login by an access token, in the words of Google's XOAUTH2, which Microsoft shares.

    A challenge is a report of what is wrong, in JSON; it is answered empty, and then refused.
    """

    def __init__(self, username: str, token: str) -> None:
        self._initial = f"user={username}\1auth=Bearer {token}\1\1"
        self.report = ""

    def __call__(self, challenge: bytes | None = None) -> str:
        if challenge is None:
            return self._initial
        self.report = one_line(f"the access token: {challenge.decode('utf-8', 'replace')}")[:200]
        return ""


def _cause(error: Exception) -> BaseException:
    """What happened to the socket; smtplib wraps it in an error that does not say."""
    disconnected = isinstance(error, smtplib.SMTPServerDisconnected)
    return error.__context__ or error if disconnected else error


def _why(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"its certificate is not trusted ({error.verify_message}): set `host` to the name "
            "in the certificate, or `certificates` to the file of your authority"
        )
    if isinstance(error, ssl.SSLError):
        return "no TLS was agreed on: check `port` and `security`"
    if isinstance(error, TimeoutError):
        return "no answer in time: check `host`, `port` and the firewall"
    if isinstance(error, socket.gaierror | UnicodeError):
        return "the host's name is not known: check `host`"
    if isinstance(error, ConnectionRefusedError):
        return "it refuses the connection: check `host`, `port` and that the server runs"
    if isinstance(error, smtplib.SMTPResponseException):
        return "its answer cannot be read: check that `port` is that of a mail server"
    return "the connection was lost before the mail was handed over"


def _bytes(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "replace")
