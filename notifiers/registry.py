"""Every kind of channel. A new one is its file and one line here.

The configuration check, the schema, the reference and the contract tests follow from `KINDS`.
"""

from typing import Any, Final

from notifiers.console import Console
from notifiers.email import Email
from notifiers.mailbox import Mailbox
from notifiers.notifier import Clock, Notifier
from notifiers.slack import Slack
from notifiers.webhook import Webhook

KINDS: Final[dict[str, type[Notifier]]] = {
    "email": Email,
    "slack": Slack,
    "webhook": Webhook,
    "console": Console,
    "mailbox": Mailbox,
}


def make_notifier(kind: str, options: Any, now: Clock) -> Notifier:
    """The notifier of a channel; `options` is of the kind's `Options`. Opens nothing yet.

    Raises KeyError for a kind that is not there.
    """
    return KINDS[kind](options, now)
