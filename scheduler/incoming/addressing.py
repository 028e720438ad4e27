"""Where the answer to a mail goes, and its bounce: into the mailbox that the plan names."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from config.plan import Plan, Replies
from notifiers.email_options import EmailOptions
from notifiers.headers import AddressError, addr_spec
from notifiers.message import Address, Message
from scheduler.incoming.tokens import SEVERAL, Seal


def one_form(address: str) -> str:
    """An address as it is compared: its domain in ASCII, and no capitals."""
    try:
        return addr_spec(address).casefold()
    except AddressError:
        return address.casefold()


def mailed_to(plan: Plan, recipient: str, channel: str) -> str | None:
    """The address that mail to a person goes to by a channel; None for a room, or no mail."""
    if _mail(plan, recipient, channel) is None:
        return None
    person = plan.people[recipient]
    return person.addresses.get(channel, person.email)


def mail_addresses(plan: Plan) -> list[tuple[str, str]]:
    """Each person with each address that mail to her goes to."""
    found = {
        (person.id, address): None
        for person in plan.people.values()
        for channel in person.channels
        if (address := mailed_to(plan, person.id, channel))
    }
    return list(found)


def people_at(plan: Plan, address: str) -> list[str]:
    """The people whom mail to an address reaches."""
    return [person for person, email in mail_addresses(plan) if _same(email, address)]


def answerable(plan: Plan, recipient: str, channel: str) -> bool:
    """Whether a mail to a person can be answered into the mailbox that is read."""
    return _answers_to(plan, recipient, channel) is not None


def _answers_to(plan: Plan, recipient: str, channel: str) -> str | None:
    """The mailbox's address. A channel that names another `reply-to` keeps that."""
    options = _mail(plan, recipient, channel)
    address = plan.replies.address if plan.replies else None
    if options is None or address is None:
        return None
    other = options.reply_to and Address.parse(options.reply_to).email
    return address if not other or _same(other, address) else None


def _mail(plan: Plan, recipient: str, channel: str) -> EmailOptions | None:
    found = plan.channels.get(channel)
    if recipient not in plan.people or found is None:
        return None
    return found.options if isinstance(found.options, EmailOptions) else None


def _bounces_to(replies: Replies | None, options: EmailOptions) -> str | None:
    """The mailbox's address. A channel that names another `envelope-sender` keeps that."""
    address = replies.address if replies else None
    other = options.envelope_sender and Address.parse(options.envelope_sender).email
    return address if address and (not other or _same(other, address)) else None


def _same(one: str, other: str) -> bool:
    return one_form(one) == one_form(other)


def addressed(
    plan: Plan,
    message: Message,
    recipient: str,
    channel: str,
    occurrences: Collection[str],
    seal: Seal,
) -> Message:
    """The message with the addresses that its answer and its bounce go to, where it is a mail.

    occurrences: what it speaks of and may be answered; none for a message without an answer.
    """
    options = _mail(plan, recipient, channel)
    if options is None or message.to is None:
        return message
    today: date = message.date.date()
    bounces = _bounces_to(plan.replies, options)
    if bounces:
        path = seal.return_path(bounces, recipient, message.to.email, today)
        message = replace(message, return_path=path)
    answers = _answers_to(plan, recipient, channel)
    if answers and occurrences:
        one = next(iter(occurrences)) if len(occurrences) == 1 else SEVERAL
        to = Address(seal.reply_to(answers, recipient, one, today), options.sender.address.name)
        message = replace(message, reply_to=to)
    return message
