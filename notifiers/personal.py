"""What the kinds share on which a person may have an address of her own.

Her address stands in `[people.ID] addresses`, under the channel's id, and comes as that of the
message's recipient. Where she has none, a message carries her e-mail address, which is none here.
"""

import json
import re
from collections.abc import Callable
from typing import Any, Final

from notifiers.chat import kept, left_out, line
from notifiers.errors import DeliveryError
from notifiers.headers import one_line
from notifiers.http import Answer
from notifiers.message import Message
from notifiers.plain import GAP, Form, fitted, inert, units
from notifiers.secret import Secret, redact

FACT: Final = 600
"""Characters of one fact, at the most."""
_TOKEN = re.compile(r"[!-~]+", re.ASCII)
_MORE = re.compile(
    r"""(?<![\w/])/(?=\w)              # a command of a bot
    | \$(?=[A-Za-z])                   # a share
    | \+(?=\d)                         # a telephone number
    | (?<=\d)\.(?=\d)                  # an IP address
    | (?<=\S)\.(?=[^\W\d_]{2})         # a host of other signs than letters
    | [\u3002\uff0e\uff61](?=\w)       # the full stops of East Asia, in hosts (RFC 3490 3.1)
    """,
    re.VERBOSE,
)


def still(text: str) -> str:
    """`inert`, and no command, share, telephone number or IP address either.

    Telegram and the programs of Matrix and ntfy look for these in any text, marked up or not.
    """
    return _MORE.sub(lambda found: found[0] + GAP, inert(text))


def own_address(message: Message, good: Callable[[str], bool], room: str | None, what: str) -> str:
    """Where a message goes: to the person's own address, else to the channel's room.

    what: what an address is on this channel, with its article. Raises DeliveryError where there
    is neither.
    """
    if message.to is not None and good(message.to.email):
        return message.to.email
    if room:
        return room
    who = "a message to nobody" if message.to is None else one_line(message.to.name) or "somebody"
    raise DeliveryError(
        f"{who} has no address on this channel: write {what} under the channel's id in the "
        "person's `addresses`, or give the channel a room",
        permanent=True,
        scope="recipient",
    )


def fact_lines(message: Message, room: int, form: Form = still) -> list[tuple[str, str]]:
    """As many facts as have room in UTF-16 units, each on a line of its own."""
    return kept(
        [(line(label, FACT // 2, form), line(value, FACT, form)) for label, value in message.facts],
        room=room,
        most=len(message.facts),
        size=lambda fact: units(fact[0]) + units(fact[1]) + 3,
        rest=left_out,
    )


def body(message: Message, room: int, form: Form = still) -> str:
    """The text in place of the facts, in so many UTF-16 units at the most."""
    return fitted(message.body_without_lead, room, form) if room > 0 else ""


def fields_of(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer; an empty one where it is none."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def bearer(token: Secret) -> str:
    """The value of `Authorization` (RFC 6750 2.1), the token read now. Raises DeliveryError."""
    found = token.reveal()
    if not _TOKEN.fullmatch(found):
        raise DeliveryError(
            "`token` is no access token: it has spaces, or other letters than ASCII",
            permanent=True,
            scope="channel",
        )
    return f"Bearer {found}"


def without(answer: Answer, *secrets: str) -> Answer:
    """The answer with secrets struck out, to be shown; what it says is read before."""
    return Answer(answer.status, answer.headers, redact(answer.body, secrets))


def strange(answer: Answer, host: str, service: str) -> DeliveryError:
    """An answer that the service does not give, as a page to log in, where the message is lost."""
    return DeliveryError(
        f"{host} answered {answer.line}, which is not what {service} answers: check `server`, and "
        "that nothing on the way answers in its place",
        permanent=False,
        scope="channel",
    )
