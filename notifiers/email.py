"""Mail by SMTP: one connection, kept for many messages."""

import ssl
from typing import ClassVar

from notifiers.dkim import Signer
from notifiers.email_options import PORTS, EmailOptions
from notifiers.errors import DeliveryError
from notifiers.headers import AddressError, addr_spec, ascii_domain
from notifiers.message import Address, Message
from notifiers.mime import compose
from notifiers.notifier import Clock
from notifiers.oauth import AccessTokens, access_tokens
from notifiers.secret import redact
from notifiers.smtp import LoginError, Server, Session, StaleConnectionError, Timeouts

MESSAGES_PER_CONNECTION = 100


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
        reply_to = self._sender.reply_to
        self._own = (options.sender.address.email, "" if reply_to is None else reply_to.email)
        self._signer: Signer | None = None
        self._session: Session | None = None
        self._context: ssl.SSLContext | None = None
        self._secrets: tuple[str, ...] = ()

    def send(self, message: Message) -> str:
        """Send one mail; returns the server's answer, for example "250 2.0.0 Ok: queued"."""
        bounces_to, recipient, mail = self._prepare(message)
        try:
            return redact(self._send(bounces_to, recipient, mail), self._secrets)
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

    def _prepare(self, message: Message) -> tuple[str, str, bytes]:
        """The sender and the recipient of the envelope, and what is in it."""
        if message.to is None:
            raise DeliveryError(
                "a mail needs a recipient: give the person an address, "
                "or use a channel that is a room",
                permanent=True,
                scope="recipient",
            )
        mail = compose(message, self._sender)
        return self._return_path(message), addr_spec(message.to.email), mail

    def _return_path(self, message: Message) -> str:
        """Where the bounce goes: as the message says, where it does."""
        if not message.return_path:
            return self._bounces_to
        try:
            return addr_spec(message.return_path)
        except AddressError as error:
            raise DeliveryError(str(error), permanent=True, scope="channel") from None

    def _send(self, bounces_to: str, recipient: str, mail: bytes) -> str:
        """Over the kept connection; over a new one where the server has left that."""
        if self._session is not None and self._session.sent >= MESSAGES_PER_CONNECTION:
            self.close()
        try:
            return self._hand_over(bounces_to, recipient, mail)
        except StaleConnectionError:
            self._abandon()
            return self._hand_over(bounces_to, recipient, mail)

    def _hand_over(self, bounces_to: str, recipient: str, mail: bytes) -> str:
        session = self._connected()
        if self._signer is not None:
            mail = self._signer.signed(mail, self._now())
        return session.send(bounces_to, recipient, mail, self._own)

    def _connected(self) -> Session:
        """The open connection; a key to sign with is read anew with each new one."""
        if self._session is None:
            self._signer = self._made_signer()
            grant = self._options.grant
            if grant is None:
                password = self._options.password
                self._log_in("" if password is None else password.reveal())
            else:
                self._log_in_by_token(access_tokens(grant))
        assert self._session is not None
        return self._session

    def _log_in_by_token(self, tokens: AccessTokens) -> None:
        """With the kept access token; where that is refused, once more with a new one."""
        token = tokens.token(self._now)
        try:
            self._log_in(token)
        except LoginError:
            self._abandon()
            tokens.forget(token)
            fresh = tokens.token(self._now)
            self._log_in(fresh)

    def _log_in(self, credential: str) -> None:
        options = self._options
        self._secrets = (credential,)
        self._session = Session(self._server())
        if options.username is not None:
            self._session.log_in(options.username, credential, options.authentication)

    def _made_signer(self) -> Signer | None:
        options = self._options
        if options.dkim_selector is None or options.dkim_key is None:
            return None
        domain = self._sender.domain if options.dkim_domain is None else options.dkim_domain
        selector = ascii_domain(options.dkim_selector)
        return Signer.make(ascii_domain(domain), selector, options.dkim_key.reveal())

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
