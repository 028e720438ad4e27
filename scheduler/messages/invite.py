"""A calendar invitation -> the mail that carries it, in the words of its language."""

from datetime import timedelta

from calendars.entry import AllDay, Entry
from calendars.following import following
from calendars.zones import zone
from config.plan import Plan
from notifiers.message import Address, Invitation, Message
from scheduler.messages.addresses import web_address
from scheduler.messages.clean import clean, shortened
from scheduler.messages.facts import LONGEST_TEXT, LONGEST_TITLE
from scheduler.messages.languages import language
from scheduler.messages.leads import LONGEST_TITLE as LONGEST_IN_SUBJECT
from scheduler.messages.leads import LONGEST_TRACK
from scheduler.messages.page import Page, foot_links, footer
from scheduler.messages.sections import Section
from scheduler.messages.shown import Block, Row
from scheduler.messages.words import Words
from scheduler.outbox.values import InvitationKind, Invited


def compose_invitation(
    plan: Plan,
    invited: Invited,
    entry: Entry,
    calendar: Invitation,
    *,
    key: str,
    first_text: str | None = None,
) -> Message:
    """The mail to one person; `entry` is what `calendar` shows, `key` the mail's identity.

    first_text: the date as it was first known, in English, where it has moved since.
    """
    tongue = language(invited.language, plan.templates)
    words = tongue.words
    page = _page(plan, words, invited, entry, first_text)
    return Message(
        key=key,
        to=Address(invited.address, clean(invited.name)),
        subject=page.subject,
        lead=page.lead,
        text=tongue.text.render(page=page),
        html=tongue.html.render(page=page),
        date=invited.at.astimezone(zone(invited.timezone)),
        language=words.language,
        thread=f"{plan.id}/{invited.milestone}",
        list_id=f"{plan.id}/{invited.milestone.partition('/')[0]}",
        invitation=calendar,
    )


def _page(plan: Plan, words: Words, invited: Invited, entry: Entry, first_text: str | None) -> Page:
    when = _when(words, entry, invited)
    lead = _lead(words, invited.kind, when)
    return Page(
        language=words.language,
        direction=words.direction,
        subject=_subject(words, entry, first_text),
        lead=lead,
        preview=f"{lead} · {clean(entry.title)}",
        tone="info",
        sections=(Section("", "info", (), (_block(words, invited, entry, when),), brief=False),),
        footer=footer(plan, words, invited.recipient, (words.say("why-invited"),)),
        links=foot_links(plan, words, None),
        open=words.say("open"),
        stage="invitation",
    )


def _lead(words: Words, kind: InvitationKind, when: str) -> str:
    if kind == "cancelled":
        return words.say("invited-cancelled")
    new = kind == "new"
    return words.say("invited-new", when=when) if new else words.say("invited-changed", when=when)


def _subject(words: Words, entry: Entry, first_text: str | None) -> str:
    """The milestone as its reminders have it; a repeating one has no date there."""
    title = shortened(clean(entry.title), LONGEST_IN_SUBJECT)
    now = clean(entry.due_text)
    due = words.unmarked(now if first_text is None else words.kept_date(first_text))
    what = words.say("subject", title=title, due=due) if due else title
    track = shortened(clean(entry.reference), LONGEST_TRACK)
    return words.say("subject-of", what=what, track=track)


def _when(words: Words, entry: Entry, invited: Invited) -> str:
    """The date as promised, or the time in the reader's zone; of a rule where it begins, or the
    next date where it has begun."""
    reader = zone(invited.timezone)
    value = following(entry, invited.at.astimezone(reader)) or entry.when
    if isinstance(value, AllDay):
        due = value.end - timedelta(days=1)
        vague = entry.vague and not entry.rrule
        promised = clean(entry.due_text)
        day = words.day(due)
        text = words.say("by-the-end", promised=promised, day=day) if vague else day
    elif value is not None:
        local = value.start.astimezone(reader)
        text = words.say(
            "at-place", day=words.day(local.date()), time=words.clock(local), zone=invited.timezone
        )
    else:
        return words.say("no-date")
    text = text if entry.certain or entry.vague else words.open(text)
    if not entry.rrule:
        return text
    if value == entry.when:
        return words.say("invited-repeats", when=text)
    return words.say("invited-next", when=text)


def _block(words: Words, invited: Invited, entry: Entry, when: str) -> Block:
    gone = invited.kind == "cancelled"
    said = shortened(clean(entry.said), LONGEST_TEXT)
    return Block(
        tone="info",
        lead="",
        title=shortened(clean(entry.title), LONGEST_TITLE),
        track=shortened(clean(entry.reference), LONGEST_TITLE),
        rows=_rows(words, entry, when),
        said=words.say("quote", said=said) if said and not gone else "",
        source=clean(entry.source) if said and not gone else "",
        lines=(words.say("ask-uninvited") if gone else words.say("ask-invited"),),
        why=(),
        buttons=(),
        page=web_address(entry.url) if entry.url and not gone else None,
    )


def _rows(words: Words, entry: Entry, when: str) -> tuple[Row, ...]:
    place = shortened(clean(entry.location), LONGEST_TITLE)
    days = isinstance(entry.when, AllDay)
    label = words.say("row-due") if days else words.say("row-starts")
    return (label, when), *([(words.say("row-where"), words.isolated(place))] if place else [])
