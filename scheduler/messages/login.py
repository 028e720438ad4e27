"""The mail with the link that logs somebody in to the console."""

from datetime import datetime

from calendars.durations import Duration, Unit
from calendars.zones import zone
from config.plan import Plan
from notifiers.message import Button, Message
from scheduler.messages.clean import clean
from scheduler.messages.languages import language
from scheduler.messages.page import Page, foot_links, reader
from scheduler.messages.sections import Section
from scheduler.messages.shown import Block


def compose_login(  # a mail has so many parts
    plan: Plan, person: str, channel: str, link: str, minutes: int, asked_from: str, now: datetime
) -> Message:
    """The mail; `now` is when it is sent (aware), `minutes` how long the link is good.

    asked_from: the network address of whoever asked for it. It has the product's own look and
    words, since an organisation's own might leave the link out. The link is also the key, which
    is hashed, so that each mail is one by itself.
    """
    who = reader(plan, person, channel)
    tongue = language(who.language)
    words = tongue.words
    local = now.astimezone(zone(who.timezone))
    asked = words.say(
        "login-asked", day=words.short_day(local.date()), time=words.clock(local), place=asked_from
    )
    good_for = words.duration(Duration(minutes, Unit.MINUTES))
    lines = (words.say("login-once", time=good_for), asked, words.say("login-not-you"))
    lead = words.say("login-lead")
    block = Block(
        tone="info",
        lead="",
        title="",
        track="",
        rows=(),
        said="",
        source="",
        lines=lines,
        why=(),
        buttons=(Button(words.say("login-open"), link),),
        page=None,
    )
    page = Page(
        language=words.language,
        direction=words.direction,
        subject=words.say("login-subject", plan=clean(plan.name)),
        lead=lead,
        preview=lead,
        tone="info",
        sections=(Section("", "info", (), (block,), brief=False),),
        footer=(words.say("sent-by", plan=clean(plan.name)),),
        links=foot_links(plan, words, None),
        open=words.say("open"),
    )
    return Message(
        key=f"login|{link}",
        to=who.to,
        subject=page.subject,
        lead=lead,
        text=tongue.text.render(page=page),
        html=tongue.html.render(page=page),
        date=local,
        language=words.language,
        list_id=plan.id,
    )
