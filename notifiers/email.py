"""Mail by SMTP: one connection, kept for many messages."""

import ssl
from dataclasses import dataclass, field
from typing import ClassVar

from notifiers.errors import DeliveryError
from notifiers.headers import AddressError, addr_spec, ascii_domain
from notifiers.message import Address, Message
from notifiers.mime import Sender, compose
from notifiers.notifier import Clock
from notifiers.options import Problem
from notifiers.secret import Secret, redact
from notifiers.smtp import Authentication, Security, Server, Session, StaleConnectionError, Timeouts

MESSAGES_PER_CONNECTION = 100
PORTS = {"starttls": 587, "tls": 465, "none": 25}
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class EmailOptions:
    """The keys of a channel of the kind `email`."""

    host: str = field(metadata={"doc": "The mail server's name.", "example": '"smtp.example.org"'})
    from_: str = field(
        metadata={
            "doc": "Whom the mails come from: an address, or a name and an address.",
            "example": '"Resolution tracker <tracker@example.org>"',
        }
    )
    port: int | None = field(
        default=None,
        metadata={"doc": "The server's port; without it 587, with `tls` 465, with `none` 25."},
    )
    security: Security = field(
        default="starttls",
        metadata={"doc": "How the connection is encrypted; `none` only inside a trusted network."},
    )
    username: str | None = field(default=None, metadata={"doc": "The name to log in with."})
    password: Secret | None = field(
        default=None,
        metadata={
            "doc": "The password, or with `xoauth2` an access token.",
            "example": '{ env = "SMTP_PASSWORD" }',
        },
    )
    authentication: Authentication = field(
        default="password",
        metadata={"doc": "How to log in: by password, or by an OAuth 2 access token."},
    )
    envelope_sender: str | None = field(
        default=None,
        metadata={"doc": "Where bounces go, a mailbox that is read; without it the one in `from`."},
    )
    reply_to: str | None = field(
        default=None, metadata={"doc": "Where answers go, if not to the address in `from`."}
    )
    certificates: str | None = field(
        default=None,
        metadata={
            "doc": "A PEM file of the authorities to trust in place of the system's.",
            "path": True,
        },
    )
    hello: str | None = field(
        default=None,
        metadata={
            "doc": "The name this machine greets the server with; without it the domain in `from`."
        },
    )
    connect_timeout: float = field(default=10.0, metadata={"doc": "Seconds to connect."})
    command_timeout: float = field(
        default=30.0, metadata={"doc": "Seconds for the answer to a command."}
    )
    data_timeout: float = field(
        default=600.0,
        metadata={
            "doc": "Seconds for the answer to a whole mail; a shorter time makes double mails."
        },
    )

    def problems(self) -> list[Problem]:
        """Everything that is wrong with the values."""
        return [
            *self._connection_problems(),
            *self._login_problems(),
            *self._address_problems(),
        ]

    def _connection_problems(self) -> list[Problem]:
        found = []
        if not self.host.strip() or any(character.isspace() for character in self.host):
            found.append(("host", "takes the name of a mail server"))
        if self.port is not None and not 0 < self.port < 65536:
            found.append(("port", "takes a number from 1 to 65535"))
        for key, value in (
            ("connect-timeout", self.connect_timeout),
            ("command-timeout", self.command_timeout),
            ("data-timeout", self.data_timeout),
        ):
            if not 0 < value <= 3600:
                found.append((key, "takes a number of seconds above 0, at the most 3600"))
        return found

    def _login_problems(self) -> list[Problem]:
        if (self.username is None) != (self.password is None):
            there, wanting = ("username", "password")
            if self.username is None:
                there, wanting = wanting, there
            return [(there, f"is of no use without `{wanting}`")]
        if self.username is None:
            return []
        if not self.username:
            return [("username", "is empty")]
        if self.security == "none" and self.host not in _THIS_MACHINE:
            return [
                ("security", '"none" would send the password in the clear: use "starttls" or "tls"')
            ]
        return []

    def _address_problems(self) -> list[Problem]:
        written = {
            "from": self.from_,
            "envelope-sender": self.envelope_sender,
            "reply-to": self.reply_to,
        }
        found = [
            (key, "takes a mail address, as in name@example.org")
            for key, text in written.items()
            if text is not None and not _is_address(text)
        ]
        if self.hello is not None and not _is_domain(self.hello):
            found.append(("hello", "takes the name of a machine, as in host.example.org"))
        return found

    @property
    def sender(self) -> Sender:
        """Whom the mails come from; where `problems` finds none it has good addresses."""
        reply_to = None if self.reply_to is None else Address.parse(self.reply_to)
        return Sender(Address.parse(self.from_), reply_to)


class Email:
    """Mail by SMTP. The connection is renewed after an error and after 100 messages.

    Options that have problems raise AddressError here.
    """

    Options: ClassVar[type[EmailOptions]] = EmailOptions
    needs_recipient: ClassVar[bool] = True

    def __init__(self, options: EmailOptions, now: Clock) -> None:
        self._options = options
        self._now = now
        self._sender = options.sender
        bounces_to = Address.parse(options.envelope_sender or options.from_)
        self._bounces_to = addr_spec(bounces_to.email)
        self._session: Session | None = None
        self._context: ssl.SSLContext | None = None
        self._secrets: tuple[str, ...] = ()

    def send(self, message: Message) -> str:
        """Send one mail; returns the server's answer, for example "250 2.0.0 Ok: queued"."""
        recipient, mail = self._prepare(message)
        try:
            return redact(self._send(recipient, mail), self._secrets)
        except DeliveryError as error:
            self._abandon()
            raise error.rephrased(redact(error.message, self._secrets)) from None
        except BaseException:
            self._abandon()
            raise

    def check(self) -> str:
        """Connect, start TLS, log in, and say so."""
        self.close()
        try:
            answer = self._connected().noop()
        except DeliveryError as error:
            raise error.rephrased(redact(error.message, self._secrets)) from None
        finally:
            self.close()
        options = self._options
        login = f"logged in as {options.username}" if options.username else "no login"
        found = f"{options.host} is ready (security {options.security}, {login}): {answer}"
        return redact(found, self._secrets)

    def close(self) -> None:
        """Say goodbye to the server."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _abandon(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.abandon()

    def _prepare(self, message: Message) -> tuple[str, bytes]:
        if message.to is None:
            raise DeliveryError(
                "a mail needs a recipient: give the person an address, "
                "or use a channel that is a room",
                permanent=True,
                scope="recipient",
            )
        mail = compose(message, self._sender)
        return addr_spec(message.to.email), mail

    def _send(self, recipient: str, mail: bytes) -> str:
        """Over the kept connection; over a new one where the server has left that."""
        if self._session is not None and self._session.sent >= MESSAGES_PER_CONNECTION:
            self.close()
        try:
            return self._connected().send(self._bounces_to, recipient, mail)
        except StaleConnectionError:
            self._abandon()
            return self._connected().send(self._bounces_to, recipient, mail)

    def _connected(self) -> Session:
        if self._session is None:
            options = self._options
            password = "" if options.password is None else options.password.reveal()
            self._secrets = (password,)
            self._session = Session(self._server())
            if options.username is not None:
                self._session.log_in(options.username, password, options.authentication)
        return self._session

    def _server(self) -> Server:
        options = self._options
        return Server(
            host=options.host,
            port=options.port or PORTS[options.security],
            security=options.security,
            hello=options.hello or self._sender.domain,
            timeouts=Timeouts(
                options.connect_timeout, options.command_timeout, options.data_timeout
            ),
            tls=self._tls(),
        )

    def _tls(self) -> ssl.SSLContext | None:
        """The context that checks certificates; made once, because reading them takes a while."""
        if self._context is None and self._options.security != "none":
            try:
                self._context = ssl.create_default_context(cafile=self._options.certificates)
            except OSError:
                raise DeliveryError(
                    f"the file {self._options.certificates} (`certificates`) holds no "
                    "certificates that can be read: name a PEM file",
                    permanent=True,
                    scope="channel",
                ) from None
        return self._context


def _is_address(text: str) -> bool:
    try:
        addr_spec(Address.parse(text).email)
    except AddressError:
        return False
    return True


def _is_domain(text: str) -> bool:
    try:
        ascii_domain(text)
    except AddressError:
        return False
    return True
