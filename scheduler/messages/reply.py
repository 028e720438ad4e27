"""An answer by mail that could not be taken -> the mail back, with what would be understood."""

from datetime import datetime

from calendars.zones import zone
from config.plan import Plan
from notifiers.message import Message
from scheduler.incoming.tokens import KEPT
from scheduler.incoming.values import StoredReply
from scheduler.messages.clean import clean, shortened
from scheduler.messages.languages import language
from scheduler.messages.page import Page, foot_links, footer, reader
from scheduler.messages.sections import Section
from scheduler.messages.shown import Block
from scheduler.messages.words import Words

LONGEST_LINE = 120
LONGEST_TITLE = 90


def compose_unclear(plan: Plan, reply: StoredReply, now: datetime, *, key: str) -> Message:
    """The mail to the one who answered; `now` is when it is sent (aware), `key` its identity."""
    who = reader(plan, reply.person, reply.channel)
    tongue = language(who.language, plan.templates)
    words = tongue.words
    page = _page(plan, words, reply)
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
        urgency="soon",
    )


def _page(plan: Plan, words: Words, reply: StoredReply) -> Page:
    milestone = plan.milestones.get(reply.occurrence.partition("@")[0])
    title = shortened(clean(milestone.title if milestone else plan.name), LONGEST_TITLE)
    lead = words.say("reply-lead")
    return Page(
        language=words.language,
        direction=words.direction,
        subject=words.say("reply-subject", title=title),
        lead=lead,
        preview=f"{lead} · {title}",
        tone="soon",
        sections=(Section("", "soon", (), (_block(words, reply),), brief=False),),
        footer=footer(plan, words, reply.person, (words.say("why-reply"),)),
        links=foot_links(plan, words, None),
        open=words.say("open"),
        stage="unclear",
    )


def _block(words: Words, reply: StoredReply) -> Block:
    return Block(
        tone="soon",
        lead="",
        title="",
        track="",
        rows=(),
        said="",
        source="",
        lines=_lines(words, reply),
        why=(),
        buttons=(),
        page=None,
    )


def _lines(words: Words, reply: StoredReply) -> tuple[str, ...]:
    if reply.became == "several":
        return words.say("reply-several"), words.say("reply-nothing")
    if reply.became == "expired":
        return words.say("reply-expired", days=KEPT.days), words.say("reply-nothing")
    if reply.became == "renewed":
        return words.say("reply-renewed"), words.say("reply-nothing")
    if reply.became == "not-asked":
        return words.say("reply-not-asked"), words.say("reply-nothing")
    line = shortened(clean(reply.line), LONGEST_LINE)
    begun = words.say("reply-unclear", line=line) if line else words.say("reply-empty")
    return (
        begun,
        words.say("reply-nothing"),
        words.say("reply-words", words=words.say("answer-words")),
    )
