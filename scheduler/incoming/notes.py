"""PURE. What the coordinators are told of mails that come in.

Each sentence stands among the words too, under `told-…`, so that it is said again in any language.
"""

from collections.abc import Sequence

from scheduler.incoming.values import Mark


def marked(mark: Mark, name: str, left: Sequence[str]) -> str:
    """An address is marked. name: the person's; left: the channels that still reach her."""
    if left:
        return f"{mark.because}. {name} is still reached by {', '.join(left)}"
    return f"{mark.because}. {name} has no other channel and is not reminded"


def senders_fault(address: str, channel: str, reason: str) -> str:
    """A mail came back, and the recipient's address is not to blame."""
    return (
        f"A mail to {address} by {channel} came back for a fault of the sender's set-up or of the "
        f"mail, not of the address: {reason}. See what “milestones doctor” says of SPF, DKIM and "
        "DMARC; mail goes on"
    )


def from_elsewhere(sender: str, what: str, name: str) -> str:
    """An answer came from an address that is not the person's. what: the occurrence."""
    return (
        f"A mail from {sender} answers the reminder of {what} to {name}, whose address is another: "
        "nothing was recorded. If it is right, report it yourself, or put the address into the plan"
    )


def forged(sender: str, what: str, name: str) -> str:
    """The mail server says that the sender of an answer is not proved."""
    return (
        f"A mail that says it is from {sender} answers the reminder of {what} to {name}, but the "
        "mail server does not believe it: nothing was recorded"
    )
