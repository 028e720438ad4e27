"""PURE. What a notifier raises.

    Exception
    └── DeliveryError             a message did not go out, or perhaps did (`unknown`)
        ├── LoginError            a mail server refuses the login; see `notifiers.smtp`
        ├── SecretError           a secret cannot be read; see `notifiers.secret`
        └── PrivateAddressError   a webhook points into the private network; see `notifiers.guard`

Nothing else leaves `send` and `check`. `permanent` decides whether it is tried again, `scope`
whose fault it is.
"""

from typing import Literal

Scope = Literal["recipient", "channel", "unknown"]


class DeliveryError(Exception):
    """A message was not delivered; the text has no secret in it and says what to do.

    permanent: trying the same again cannot help.
    retry_after: seconds to wait before the next try, where the server named them; at the most
        a day.
    scope: "recipient" where this person cannot be reached and others can; "channel" where
        everything on this channel will fail until somebody mends it, so that it should be paused
        and the operator told, and the recipient not blamed; "unknown" for neither.
    unknown: the server had the whole message when the connection was lost. It may have been
        delivered; it is tried again with the same identity (RFC 1047).
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        retry_after: float | None = None,
        scope: Scope = "unknown",
        unknown: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.retry_after = retry_after
        self.scope = scope
        self.unknown = unknown

    def rephrased(self, message: str) -> "DeliveryError":
        """The same fault in other words, for instance with a secret struck out."""
        return DeliveryError(
            message,
            permanent=self.permanent,
            retry_after=self.retry_after,
            scope=self.scope,
            unknown=self.unknown,
        )

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.message!r}, permanent={self.permanent}, "
            f"retry_after={self.retry_after}, scope={self.scope!r}, unknown={self.unknown})"
        )
