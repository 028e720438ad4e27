"""PURE. What the templates are given, and to whom a message goes; shared by all messages."""

from dataclasses import dataclass
from typing import NamedTuple

from config.plan import Plan
from notifiers.message import Address, Button
from scheduler.messages.addresses import web_address
from scheduler.messages.clean import called, clean
from scheduler.messages.sections import Section
from scheduler.messages.shown import Tone
from scheduler.messages.words import Words
from scheduler.planning.recipients import people_of


class Reader(NamedTuple):
    """Who reads a message: a person with her address, or a room, which has none."""

    to: Address | None
    language: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Page:
    """What the templates show; `open` labels the link to a milestone's page.

    stage: what the message is about, by which an organisation may have a template of its own.
    """

    language: str
    direction: str
    subject: str
    lead: str
    preview: str
    tone: Tone
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
    links: tuple[Button, ...]
    open: str
    stage: str = ""


def reader(plan: Plan, recipient: str, channel: str) -> Reader:
    """The recipient as the messages on a channel need her; one gone from the plan is a room."""
    person = plan.people.get(recipient)
    if person is not None:
        address = person.addresses.get(channel, person.email) or ""
        to = Address(address, person.name) if address else None
        return Reader(to, person.language, person.timezone)
    team = plan.teams.get(recipient)
    if team is not None:
        return Reader(None, team.language, team.timezone)
    return Reader(None, plan.language, plan.timezone)


def footer(plan: Plan, words: Words, recipient: str, why: tuple[str, ...]) -> tuple[str, ...]:
    """Why she gets it, how to change that, and who sends it."""
    coordinators = people_of(plan, plan.coordinators)
    names = tuple(called(plan, one) for one in coordinators)
    asks = names and recipient not in coordinators
    change = (words.say("change", names=words.names(names)),) if asks else ()
    return (*why, *change, words.say("sent-by", plan=clean(plan.name)))


def console_link(plan: Plan, words: Words) -> tuple[Button, ...]:
    """The way to the console, for who has one; none where the pages have no address."""
    address = web_address(f"{plan.url.rstrip('/')}/console") if plan.url else None
    return (Button(words.say("open-console"), address),) if address else ()


def foot_links(plan: Plan, words: Words, unsubscribe: str | None) -> tuple[Button, ...]:
    """The links at the foot: all milestones, and the end of these messages."""
    home = web_address(plan.url) if plan.url else None
    pages = (Button(words.say("all"), home),) if home else ()
    stop = (Button(words.say("unsubscribe"), unsubscribe),) if unsubscribe else ()
    return pages + stop
