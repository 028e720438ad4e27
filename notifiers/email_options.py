"""The keys of a mail channel, and everything that can be wrong with them."""

from dataclasses import dataclass, field

from notifiers.headers import AddressError, addr_spec, ascii_domain
from notifiers.http import HttpTimeouts
from notifiers.message import Address
from notifiers.mime import Sender
from notifiers.oauth import Grant
from notifiers.options import Problem
from notifiers.secret import Secret
from notifiers.smtp import Authentication, Security
from notifiers.urls import url_problem

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
            "doc": "The password, or with `xoauth2` an access token that does not expire.",
            "example": '{ env = "SMTP_PASSWORD" }',
        },
    )
    authentication: Authentication = field(
        default="password",
        metadata={"doc": "How to log in: by password, or by an OAuth 2 access token."},
    )
    token_url: str | None = field(
        default=None,
        metadata={
            "doc": "Where access tokens are asked for, with `xoauth2`; in place of `password`.",
            "example": '"https://oauth2.googleapis.com/token"',
        },
    )
    client_id: str | None = field(
        default=None,
        metadata={"doc": "The application's id at the provider, for `token-url`."},
    )
    client_secret: Secret | None = field(
        default=None,
        metadata={
            "doc": "The application's secret at the provider, for `token-url`.",
            "example": '{ env = "MAIL_CLIENT_SECRET" }',
        },
    )
    refresh_token: Secret | None = field(
        default=None,
        metadata={
            "doc": "The consent of the mailbox's owner; without it the application's own right.",
            "example": '{ file = "secrets/refresh-token" }',
        },
    )
    scope: str | None = field(
        default=None,
        metadata={
            "doc": "The right that is asked for at `token-url`, where the provider wants one.",
            "example": '"https://outlook.office365.com/.default"',
        },
    )
    envelope_sender: str | None = field(
        default=None,
        metadata={"doc": "Where bounces go, a mailbox that is read; without it the one in `from`."},
    )
    reply_to: str | None = field(
        default=None, metadata={"doc": "Where answers go, if not to the address in `from`."}
    )
    dkim_selector: str | None = field(
        default=None,
        metadata={
            "doc": "Sign mails with DKIM; the name of the key's record, SELECTOR._domainkey.DOMAIN."
        },
    )
    dkim_key: Secret | None = field(
        default=None,
        metadata={
            "doc": "The private key to sign with, in PEM: RSA or Ed25519.",
            "example": '{ file = "secrets/dkim.pem" }',
        },
    )
    dkim_domain: str | None = field(
        default=None,
        metadata={"doc": "The domain that signs; without it the one in `from`."},
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
            *self._token_problems(),
            *self._address_problems(),
            *self._signing_problems(),
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
        credential = "password" if self.token_url is None else "token-url"
        if self.token_url is not None and self.password is not None:
            return [("password", "is of no use beside `token-url`: leave one of them out")]
        given = self.password is not None or self.token_url is not None
        if (self.username is None) == given:
            there, wanting = ("username", "password") if not given else (credential, "username")
            return [(there, f"is of no use without `{wanting}`")]
        if self.username is None:
            if self.authentication == "password":
                return []
            return [("authentication", "is of no use without `username`")]
        if not self.username:
            return [("username", "is empty")]
        if self.security == "none" and self.host not in _THIS_MACHINE:
            return [
                ("security", '"none" would send the password in the clear: use "starttls" or "tls"')
            ]
        return []

    def _token_problems(self) -> list[Problem]:
        parts = {
            "client-id": self.client_id,
            "client-secret": self.client_secret,
            "refresh-token": self.refresh_token,
            "scope": self.scope,
        }
        if self.token_url is None:
            given = [key for key, value in parts.items() if value is not None]
            return [(key, "is of no use without `token-url`") for key in given]
        found: list[Problem] = []
        problem = url_problem(self.token_url)
        if problem is not None:
            found.append(("token-url", problem))
        if self.authentication != "xoauth2":
            found.append(("token-url", 'is of no use without `authentication` = "xoauth2"'))
        if not self.client_id:
            found.append(("token-url", "is of no use without `client-id`"))
        if self.client_secret is None and self.refresh_token is None:
            found.append(("token-url", "needs a `refresh-token`, a `client-secret`, or both"))
        return found

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

    def _signing_problems(self) -> list[Problem]:
        if (self.dkim_selector is None) != (self.dkim_key is None):
            there, wanting = ("dkim-selector", "dkim-key")
            if self.dkim_selector is None:
                there, wanting = wanting, there
            return [(there, f"is of no use without `{wanting}`")]
        found = []
        if self.dkim_selector is not None and not _is_domain(self.dkim_selector):
            found.append(
                ("dkim-selector", "takes a part of a domain's name, as in 2024-milestones")
            )
        if self.dkim_domain is not None and self.dkim_selector is None:
            found.append(("dkim-domain", "is of no use without `dkim-selector`"))
        elif self.dkim_domain is not None and not _is_domain(self.dkim_domain):
            found.append(("dkim-domain", "takes a domain, as in example.org"))
        return found

    @property
    def grant(self) -> Grant | None:
        """Where access tokens come from, if not out of `password`."""
        if self.token_url is None:
            return None
        return Grant(
            url=self.token_url,
            client_id=self.client_id or "",
            client_secret=self.client_secret,
            refresh_token=self.refresh_token,
            scope=self.scope,
            timeouts=HttpTimeouts(self.connect_timeout, self.command_timeout),
        )

    @property
    def sender(self) -> Sender:
        """Whom the mails come from; where `problems` finds none it has good addresses."""
        reply_to = None if self.reply_to is None else Address.parse(self.reply_to)
        return Sender(Address.parse(self.from_), reply_to)


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
