"""What the coordinators must hear beside the reminders -> one message to one of them.

A plan that was not applied and why, what could not be delivered, a channel that is down or works
again, what was missed: each is a `Notice` of the outbox, told in its own text, with what to do.
How the milestones stand is the digest's.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from calendars.zones import zone
from config.plan import Plan
from notifiers.message import Message
from scheduler.messages.clean import clean, shortened
from scheduler.messages.languages import language
from scheduler.messages.page import Page, console_link, foot_links, footer, reader
from scheduler.messages.retold import retold
from scheduler.messages.sections import Section
from scheduler.messages.shown import Block
from scheduler.messages.words import Words
from scheduler.outbox.values import Notice

KINDS = (
    "rejected",
    "waiting",
    "review",
    "template",
    "failed",
    "bounced",
    "paused",
    "recovered",
    "missed",
    "calendar",
    "replies",
)
"""Kinds of notices that have a heading and an advice of their own, in the order shown."""
OTHER = "other"
LONGEST_LINE = 400
MOST_LINES = 40
LONGEST_NAME = 90


def compose_attention(
    plan: Plan, recipient: str, channel: str, notices: Sequence[Notice], now: datetime, *, key: str
) -> Message:
    """One message of notices to a coordinator; those of a kind stand together.

    `now` is when it is sent (aware), `key` its identity. Raises ValueError where there are none.
    """
    if not notices:
        raise ValueError("a message needs at least one notice")
    who = reader(plan, recipient, channel)
    tongue = language(who.language, plan.templates)
    words = tongue.words
    found = _sections(words, notices)
    page = _page(plan, words, recipient, found)
    return Message(
        key=key,
        to=who.to,
        subject=page.subject,
        lead=page.lead,
        text=tongue.text.render(page=page),
        html=tongue.html.render(page=page),
        date=now.astimezone(zone(who.timezone)),
        language=page.language,
        thread=f"{plan.id}//attention",
        list_id=plan.id,
        buttons=page.links,
        urgency="today",
        facts=tuple((one.heading, _fact(words, one)) for one in found),
    )


def _page(plan: Plan, words: Words, recipient: str, found: Sequence[Section]) -> Page:
    single = len(found) == 1
    lead = found[0].heading if single else words.count("attention-lead", len(found))
    return Page(
        language=words.language,
        direction=words.direction,
        subject=words.say("attention-subject", plan=shortened(clean(plan.name), LONGEST_NAME)),
        lead=lead,
        preview=f"{lead} · {_fact(words, found[0])}",
        tone="today",
        sections=(_headless(found[0]),) if single else tuple(found),
        footer=footer(plan, words, recipient, (words.say("attention-why"),)),
        links=(*console_link(plan, words), *foot_links(plan, words, None)),
        open=words.say("open"),
        stage="attention",
    )


def _kind(notice: Notice) -> str:
    return notice.kind if notice.kind in KINDS else OTHER


def _sections(words: Words, notices: Iterable[Notice]) -> tuple[Section, ...]:
    order = [*KINDS, OTHER]
    listed = sorted(notices, key=lambda one: (order.index(_kind(one)), one.at))
    return tuple(_section(words, kind, list(group)) for kind, group in groupby(listed, key=_kind))


def _section(words: Words, kind: str, notices: Sequence[Notice]) -> Section:
    """The notices of one kind: a heading with their number, what to do, each line of text once."""
    count = sum(map(attrgetter("number"), notices))
    lines = tuple(dict.fromkeys(line for one in notices for line in _lines(words, one)))
    left = max(len(lines) - MOST_LINES, 0)
    return Section(
        heading=words.count(f"attention-{kind}", count),
        tone="today",
        lines=(words.say(f"advice-{kind}"),) if kind != OTHER else (),
        blocks=(_block(lines[:MOST_LINES]),),
        more=words.count("more-lines", left) if left else "",
    )


def _lines(words: Words, notice: Notice) -> tuple[str, ...]:
    """The lines of its text, without those that only point at a place in the line above."""
    lines = (clean(line) for line in notice.text.splitlines())
    told = (retold(words, shortened(line, LONGEST_LINE)) for line in lines if line.strip("^~ "))
    return tuple(told) or (notice.kind,)


def _block(lines: tuple[str, ...]) -> Block:
    return Block(
        tone="today",
        lead="",
        title="",
        track="",
        rows=(),
        said="",
        source="",
        lines=lines,
        why=(),
        buttons=(),
        page=None,
    )


def _headless(section: Section) -> Section:
    """The only section of a message: its heading is the message's lead, its advice comes last."""
    lines = tuple(line for block in section.blocks for line in block.lines)
    more = (section.more,) if section.more else ()
    told = _block((*lines, *more, *section.lines))
    return Section("", section.tone, (), (told,), brief=False)


def _fact(words: Words, section: Section) -> str:
    return words.together(line for block in section.blocks for line in block.lines[:3])
