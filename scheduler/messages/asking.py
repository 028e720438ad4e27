"""What an update request asks of one -> one message, with what is known of each milestone.

One button leads to the form. Whoever is told by an escalation reads who has not answered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from calendars.zones import local_day, zone
from config.plan import Plan
from notifiers.message import Button, Message, Urgency
from scheduler.asked import Asking
from scheduler.messages.clean import called, clean, shortened
from scheduler.messages.compose import MOST_BYTES, MOST_LINKS, by_one_post
from scheduler.messages.facts import LONGEST_TEXT, LONGEST_TITLE, item, zone_of
from scheduler.messages.languages import Language, language
from scheduler.messages.leads import LONGEST_TITLE as LONGEST_IN_SUBJECT
from scheduler.messages.page import Page, foot_links, footer, reader
from scheduler.messages.sections import ROOMS, Room, Section, section
from scheduler.messages.shown import Block, Row, block, fact
from scheduler.messages.values import NO_LINKS, Item, Links, Past
from scheduler.messages.words import Words
from scheduler.planning.values import Occurrence, Reminder
from scheduler.standing import States

STAGE = "request"
SOON = 3
"""So many days before the close the asking is urgent."""
_AHEAD, _DATE_WANTED = "before:0", "date-wanted"
"""As which stages the milestones are shown."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a message asks, and what was last reported; `draft`: the reader has saved one."""

    asked: Asking
    reminder: Reminder
    states: States = field(default_factory=dict)
    draft: bool = False

    @property
    def escalated(self) -> bool:
        """Whether the reader is told of what somebody else has not answered."""
        mine = self.asked.part.focal == self.reminder.recipient
        return self.reminder.stage.startswith("escalation") and not mine


@dataclass(frozen=True, slots=True)
class _Told:
    """An asking as its reader is told of it."""

    plan: Plan
    words: Words
    ask: Ask
    now: datetime
    links: Links

    @property
    def close(self) -> str:
        """The last day on which an answer is in time, with the hour where it closes at one."""
        found = self.ask.asked.occurrence
        assert found.due is not None
        if found.starts is None:
            return self.words.day(found.due)
        timezone = zone_of(self.plan, self.ask.reminder.recipient)
        local = found.starts.astimezone(zone(timezone))
        day, time = self.words.day(local.date()), self.words.clock(local)
        return self.words.say("at-place", day=day, time=time, zone=timezone)

    @property
    def urgency(self) -> Urgency:
        """How near the close is, or that it is past."""
        due = self.ask.asked.occurrence.due
        today = local_day(self.now, zone_of(self.plan, self.ask.reminder.recipient))
        left = (due - today).days if due else 0
        if left < 0:
            return "late"
        return "today" if left == 0 else "soon" if left <= SOON else "info"

    @property
    def button(self) -> tuple[Button, ...]:
        """The way to the form; none where the pages have no address."""
        return tuple(self.links.actions.get(self.ask.asked.occurrence.id, ()))

    def lead(self) -> str:
        """What is asked and until when."""
        count, words = len(self.ask.asked.targets), self.words
        if self.ask.escalated:
            name = called(self.plan, self.ask.asked.part.focal)
            return words.say("request-told", name=name, day=self.close)
        if self.urgency == "late":
            return words.count("request-lead-late", count, day=self.close)
        if self.urgency == "today":
            return words.count("request-lead-today", count)
        return words.count("request-lead", count, day=self.close)

    def head(self) -> Block:
        """The request itself, with the button."""
        request = self.ask.asked.part.request
        rows: tuple[Row, ...] = ((self.words.say("request-until"), self.close),)
        if request.questions:
            asked = tuple(shortened(clean(one.text), LONGEST_TITLE) for one in request.questions)
            rows += ((self.words.say("request-also"), self.words.together(asked)),)
        return Block(
            tone=self.urgency,
            lead="",
            title=shortened(clean(request.title), LONGEST_TITLE),
            track="",
            rows=rows,
            said="",
            source="",
            lines=tuple(self._lines()),
            why=(),
            buttons=self.button,
            page=None,
        )

    def _lines(self) -> Iterator[str]:
        words, request = self.words, self.ask.asked.part.request
        for one in self.ask.reminder.behalf:
            yield words.say("request-behalf", name=called(self.plan, one))
        if request.text:
            yield shortened(" ".join(map(clean, request.text.split("\n"))), LONGEST_TEXT)
        if self.ask.draft:
            yield words.say("request-draft")
        if self.ask.escalated:
            yield words.say("request-ask-told")
        else:
            yield words.say("request-ask") if self.button else words.say("request-ask-alone")

    def milestones(self) -> list[tuple[Item, Block]]:
        """What is asked for, each with what is known of it."""
        return [self._milestone(one) for one in self.ask.asked.targets]

    def _milestone(self, one: Occurrence) -> tuple[Item, Block]:
        stage = _AHEAD if one.due else _DATE_WANTED
        shown = self.ask.reminder._replace(
            occurrence=one.id, milestone=one.milestone, due=one.due, stage=stage, behalf=()
        )
        states = self.ask.states
        report = states.get(one.id) or states.get(one.milestone)
        made = item(self.plan, one, shown, self.now, Past(report=report))
        found = block(self.words, made, (), alone=False)
        return made, replace(found, said="", lines=(), why=(), buttons=())

    def page(self, pairs: Sequence[tuple[Item, Block]], room: Room) -> Page:
        """What the templates show, with as many milestones as there is room for."""
        words, reminder = self.words, self.ask.reminder
        blocks = [found for _, found in pairs]
        heading = words.count("request-list", len(blocks))
        listed = section(words, STAGE, heading, blocks, room)
        if len(blocks) == 1 and room.listed:
            listed = replace(listed, heading=heading, blocks=(blocks[0],))
        told = self.ask.escalated
        why = words.say("request-why-told") if told else words.say("request-why")
        lead = self.lead()
        return Page(
            language=words.language,
            direction=words.direction,
            subject=self.subject(),
            lead=lead,
            preview=f"{lead} · {clean(self.ask.asked.part.request.title)}",
            tone=self.urgency,
            sections=(Section("", self.urgency, (), (self.head(),), brief=False), listed),
            footer=footer(self.plan, words, reminder.recipient, (why,)),
            links=foot_links(self.plan, words, self.links.unsubscribe),
            open=words.say("open"),
            stage=STAGE,
        )

    def subject(self) -> str:
        """The same for every message of one round, so that they stand together."""
        title = shortened(clean(self.ask.asked.part.request.title), LONGEST_IN_SUBJECT)
        due = self.ask.asked.occurrence.due
        day = self.words.short_day(due) if due else ""
        return self.words.say("request-subject", title=title, day=day)


def compose_request(
    plan: Plan, ask: Ask, now: datetime, *, key: str, links: Links = NO_LINKS
) -> Message:
    """The message to the recipient of the reminder, sent at `now` (aware), of identity `key`.

    Raises ValueError where nothing is asked for any more.
    """
    if not ask.asked.targets:
        raise ValueError("a request needs something to ask for")
    reminder = ask.reminder
    who = reader(plan, reminder.recipient, reminder.channel)
    tongue = language(who.language, plan.templates)
    told = _Told(plan, tongue.words, ask, now, links)
    pairs = told.milestones()
    page, html = _fitting(told, tongue, pairs)
    return Message(
        key=key,
        to=who.to,
        subject=page.subject,
        lead=page.lead,
        text=tongue.text.render(page=page),
        html=html,
        date=now.astimezone(zone(who.timezone)),
        language=page.language,
        thread=f"{plan.id}/{ask.asked.occurrence.id}",
        list_id=f"{plan.id}/{ask.asked.part.milestone.track.replace(':', '/')}",
        unsubscribe=by_one_post(links),
        buttons=told.button + page.links,
        urgency=told.urgency,
        facts=tuple(fact(told.words, one) for one, _ in pairs[:MOST_LINKS]),
    )


def _fitting(
    told: _Told, tongue: Language, pairs: Sequence[tuple[Item, Block]]
) -> tuple[Page, str]:
    """The page and its HTML, in the largest form that is not too long."""
    page = told.page(pairs, ROOMS[0])
    html = tongue.html.render(page=page)
    for room in ROOMS[1:]:
        if len(html.encode()) <= MOST_BYTES:
            break
        page = told.page(pairs, room)
        html = tongue.html.render(page=page)
    return page, html
