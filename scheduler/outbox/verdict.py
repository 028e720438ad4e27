"""PURE. What a try to send comes to: sent, to be tried again, or failed; and who is told."""

from datetime import datetime

from notifiers.errors import DeliveryError
from scheduler.outbox.retry import next_try
from scheduler.outbox.values import EMPTY, Claimed, Outcome, State, Touch
from scheduler.planning.timing import apart, message_of
from scheduler.planning.values import Reminder


def accepted(claimed: Claimed, ids: tuple[int, ...], answer: str, now: datetime) -> Outcome:
    """The server took the message with the rows `ids`."""
    return Outcome(claimed, State.SENT, answer, now, ids, touch=Touch(well=True))


def nothing_to_say(claimed: Claimed, ids: tuple[int, ...], now: datetime) -> Outcome:
    """The message would have been empty."""
    return Outcome(claimed, State.WITHDRAWN, EMPTY, now, ids)


def refused(
    claimed: Claimed,
    ids: tuple[int, ...],
    error: DeliveryError,
    now: datetime,
    draw: float,
    *,
    instead: str | None,
) -> Outcome:
    """The message did not go out, or perhaps did.

    `instead` is the recipient's next channel. A lasting fault fails at once. One of the channel
    itself (a refused login) is nobody's fault who waits for the message: it fails over to the
    next channel at once where there is one, and else waits for the channel to be mended.
    """
    touch = None
    if error.scope != "recipient":
        lasting = error.permanent and error.scope == "channel"
        touch = Touch(well=False, lasting=lasting, retry_after=error.retry_after, draw=draw)
    again = None
    if not error.permanent or (error.scope == "channel" and instead is None):
        first = claimed.first_tried or now
        again = next_try(claimed.attempt, first, now, draw, error.retry_after)
    if again is not None:
        return Outcome(claimed, State.RETRYING, error.message, now, ids, next_at=again, touch=touch)
    return failed(claimed, ids, error.message, now, instead=instead, touch=touch)


def failed(
    claimed: Claimed,
    ids: tuple[int, ...],
    reason: str,
    now: datetime,
    *,
    instead: str | None,
    touch: Touch | None = None,
) -> Outcome:
    """The message is given up: on to the next channel, and to the coordinators' attention."""
    planned = dict(zip(claimed.ids, claimed.reminders, strict=True))
    replacements = tuple(_replacement(planned[one], instead, now) for one in ids) if instead else ()
    further = f"sent by {instead} instead" if instead else "there is no other channel"
    about = ", ".join(dict.fromkeys(planned[one].occurrence for one in ids))
    notice = (
        f"{claimed.recipient} was not reached by {claimed.channel} ({about}): {reason}; {further}"
    )
    return Outcome(
        claimed,
        State.FAILED,
        reason,
        now,
        ids,
        replacements=replacements,
        notice=notice,
        touch=touch,
    )


def _replacement(reminder: Reminder, channel: str, now: datetime) -> Reminder:
    """The same reminder on another channel, due now."""
    alone = apart(reminder.occurrence)
    message = message_of(reminder.recipient, channel, now, alone)
    return reminder._replace(channel=channel, at=now, message=message, digest=None)
