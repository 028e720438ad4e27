"""Every kind of channel. A new one is its file and one line here.

The configuration check, the schema, the reference and the contract tests follow from `KINDS`.
"""

from typing import Any, Final

from notifiers.apprise_ import Apprise
from notifiers.console import Console
from notifiers.discord import Discord
from notifiers.email import Email
from notifiers.google_chat import GoogleChat
from notifiers.mailbox import Mailbox
from notifiers.matrix import Matrix
from notifiers.mattermost import Mattermost
from notifiers.notifier import Clock, Notifier
from notifiers.ntfy import Ntfy
from notifiers.rocketchat import RocketChat
from notifiers.slack import Slack
from notifiers.teams import Teams
from notifiers.telegram import Telegram
from notifiers.webhook import Webhook

KINDS: Final[dict[str, type[Notifier]]] = {
    "email": Email,
    "slack": Slack,
    "teams": Teams,
    "mattermost": Mattermost,
    "rocket-chat": RocketChat,
    "discord": Discord,
    "google-chat": GoogleChat,
    "telegram": Telegram,
    "matrix": Matrix,
    "ntfy": Ntfy,
    "webhook": Webhook,
    "apprise": Apprise,
    "console": Console,
    "mailbox": Mailbox,
}


def make_notifier(kind: str, options: Any, now: Clock) -> Notifier:
    """The notifier of a channel; `options` is of the kind's `Options`. Opens nothing yet.

    Raises KeyError for a kind that is not there.
    """
    return KINDS[kind](options, now)
