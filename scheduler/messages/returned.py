"""A report that was returned -> the message to whoever made it, with the word and the way to answer
again."""

from datetime import datetime
from typing import NamedTuple

from calendars.zones import zone
from config.plan import Plan
from notifiers.message import Button, Message
from scheduler.messages.clean import called, clean, shortened
from scheduler.messages.languages import language
from scheduler.messages.page import Page, foot_links, footer, reader
from scheduler.messages.sections import Section
from scheduler.messages.shown import Block
from scheduler.messages.words import Words

LONGEST_TITLE = 90
STAGE = "returned"


class Returned(NamedTuple):
    """What is told. title: of the milestone. by: who returned it, "" for nobody named.

    answers: the links with which it is answered again.
    """

    title: str
    by: str
    word: str
    answers: tuple[Button, ...] = ()


def compose_returned(
    plan: Plan, recipient: str, channel: str, what: Returned, now: datetime, *, key: str
) -> Message:
    """The message to a person or a room; `now` is when it is sent (aware), `key` its identity."""
    who = reader(plan, recipient, channel)
    tongue = language(who.language, plan.templates)
    words = tongue.words
    page = _page(plan, words, recipient, what)
    return Message(
        key=key,
        to=who.to,
        subject=page.subject,
        lead=page.lead,
        text=tongue.text.render(page=page),
        html=tongue.html.render(page=page),
        date=now.astimezone(zone(who.timezone)),
        language=words.language,
        list_id=plan.id,
        buttons=what.answers,
        urgency="soon",
    )


def _page(plan: Plan, words: Words, recipient: str, what: Returned) -> Page:
    title = shortened(clean(what.title), LONGEST_TITLE)
    lead = words.say("returned-lead")
    block = Block(
        tone="soon",
        lead="",
        title=title,
        track="",
        rows=(),
        said="",
        source="",
        lines=(_word(plan, words, what), words.say("returned-what")),
        why=(),
        buttons=what.answers,
        page=None,
    )
    return Page(
        language=words.language,
        direction=words.direction,
        subject=words.say("returned-subject", title=title),
        lead=lead,
        preview=f"{lead} · {title}",
        tone="soon",
        sections=(Section("", "soon", (), (block,), brief=False),),
        footer=footer(plan, words, recipient, (words.say("why-returned"),)),
        links=foot_links(plan, words, None),
        open=words.say("open"),
        stage=STAGE,
    )


def _word(plan: Plan, words: Words, what: Returned) -> str:
    word = clean(what.word)
    if not what.by:
        return words.say("quote", said=word)
    return words.say("returned-word", name=called(plan, what.by), word=words.isolated(word))
