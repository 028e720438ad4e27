"""The coordinators' digest: how the whole plan stands, as one message to one of them.

What stands in it is decided by `scheduler.matters`; what failed comes from the outbox.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from calendars.zones import local_day, zone
from config.plan import Plan
from notifiers.message import Message
from scheduler.matters import Matter, Matters
from scheduler.messages.clean import called, clean, shortened
from scheduler.messages.compose import MOST_BYTES, MOST_LINKS
from scheduler.messages.facts import item, zone_of
from scheduler.messages.languages import Language, language
from scheduler.messages.page import Page, foot_links, footer, reader
from scheduler.messages.sections import ROOMS, Room, Section, section
from scheduler.messages.shown import Block, Row, block, fact
from scheduler.messages.values import Item, Past
from scheduler.messages.words import Words
from scheduler.outbox.values import ChannelState, StoredReport, Undelivered
from scheduler.planning.digests import DIGEST
from scheduler.planning.values import Reminder
from scheduler.reports.waiting import line

LONGEST_NAME, LONGEST_REASON = 90, 200
_LATE, _AHEAD, _DATE_WANTED = "escalation:0", "before:0", "date-wanted"
"""As which stages the milestones of the lists are shown."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a digest tells: the milestones, since the last one what failed and what is down, and
    which reports wait for a review."""

    matters: Matters
    undelivered: tuple[Undelivered, ...] = ()
    paused: tuple[ChannelState, ...] = ()
    to_review: tuple[StoredReport, ...] = ()

    @property
    def pressing(self) -> bool:
        """Whether it is worth a message."""
        return self.matters.pressing or bool(self.undelivered or self.paused or self.to_review)


class _Group(NamedTuple):
    """Milestones, or else lines or blocks, under one heading; `key` names the heading."""

    key: str
    number: int
    items: tuple[tuple[Item, Block], ...] = ()
    lines: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()


def compose_digest(
    plan: Plan,
    reminder: Reminder,
    standing: Standing,
    past: Callable[[str], Past],
    now: datetime,
    *,
    key: str,
) -> Message:
    """The message to the recipient of `reminder`; `past` tells what happened to an occurrence.

    `now` is when it is sent (aware), `key` its identity. Raises ValueError where there is nothing
    to say.
    """
    who = reader(plan, reminder.recipient, reminder.channel)
    tongue = language(who.language, plan.templates)
    words = tongue.words
    groups = list(_groups(plan, words, reminder, standing, past, now))
    if not groups:
        raise ValueError("a message needs something to say")
    page, html = _page(plan, tongue, reminder, groups, standing.matters.told)
    return Message(
        key=key,
        to=who.to,
        subject=page.subject,
        lead=page.lead,
        text=tongue.text.render(page=page),
        html=html,
        date=now.astimezone(zone(who.timezone)),
        language=page.language,
        thread=f"{plan.id}//digest",
        list_id=plan.id,
        buttons=page.links,
        urgency="late" if standing.matters.late else "today",
        facts=tuple(_facts(words, groups)),
    )


def _groups(
    plan: Plan,
    words: Words,
    reminder: Reminder,
    standing: Standing,
    past: Callable[[str], Past],
    now: datetime,
) -> Iterator[_Group]:
    found = standing.matters
    shown = _Shown(plan, words, reminder, past, now)
    if found.late:
        yield _Group("late", len(found.late), tuple(map(shown.late, found.late)))
    if standing.to_review:
        lines = tuple(words.isolated(line(plan, one)) for one in standing.to_review)
        yield _Group("review", len(standing.to_review), lines=lines)
    if standing.paused:
        lines = tuple(shown.paused(one) for one in standing.paused)
        yield _Group("paused", len(standing.paused), lines=lines)
    if standing.undelivered:
        count = sum(one.count for one in standing.undelivered)
        yield _Group("failed", count, lines=tuple(map(shown.undelivered, standing.undelivered)))
    if found.blocked:
        yield _Group("blocked", len(found.blocked), tuple(map(shown.blocked, found.blocked)))
    if found.past:
        yield _Group("past", len(found.past), tuple(map(shown.past_day, found.past)))
    if found.wanted:
        yield _Group("dates", len(found.wanted), blocks=tuple(shown.wanted(found.wanted)))


@dataclass(frozen=True, slots=True)
class _Shown:
    """How the single matters are shown to a reader."""

    plan: Plan
    words: Words
    reminder: Reminder
    past: Callable[[str], Past]
    now: datetime

    def late(self, matter: Matter) -> tuple[Item, Block]:
        """With whom the reminders reached, and what comes next."""
        one, made = self._milestone(matter, _LATE)
        further = matter.further
        more = (self.words.count("further-late", further),) if further else ()
        return one, replace(made, said="", lines=(*more, *made.lines))

    def blocked(self, matter: Matter) -> tuple[Item, Block]:
        """With what it waits for."""
        dated = matter.occurrence.due is not None
        one, made = self._milestone(matter, _AHEAD if dated else _DATE_WANTED)
        lines = tuple(
            self.words.say(
                "waits-for",
                title=shortened(clean(self.plan.milestones[need.milestone].title), LONGEST_NAME),
                day=self.words.short_day(need.due),
            )
            for need in matter.needs
            if need.due
        )
        lead = self.words.say("blocked", lead=made.lead[:1].lower() + made.lead[1:])
        return one, replace(made, lead=lead, said="", lines=lines)

    def past_day(self, matter: Matter) -> tuple[Item, Block]:
        """With the advice to report it or to give it another date."""
        one, made = self._milestone(matter, _LATE)
        return one, replace(made, said="", lines=(self.words.say("advice-past"),))

    def wanted(self, found: Sequence[Matter]) -> Iterator[Block]:
        """By track, closely: each has been asked for in a message of its own."""
        tracks = [one.milestone.track for one in found]
        for track in dict.fromkeys(tracks):
            mine = [one for one in found if one.milestone.track == track]
            titles = [shortened(clean(one.milestone.title), LONGEST_NAME) for one in mine]
            since = min((one.since for one in mine if one.since), default=None)
            rows: tuple[Row, ...] = ()
            if since is not None:
                day = self.words.short_day(local_day(since, self._zone))
                rows = ((self.words.say("row-since"), day),)
            name = self.plan.tracks[track].title if track in self.plan.tracks else track
            title = shortened(clean(name), LONGEST_NAME)
            lines = ("; ".join(map(self.words.isolated, titles)),)
            yield Block("info", "", title, "", rows, "", "", lines, (), (), None)

    def paused(self, state: ChannelState) -> str:
        """A channel, since when it is paused and why."""
        since = local_day(state.paused_since or self.now, self._zone)
        reason = shortened(clean(state.reason), LONGEST_REASON)
        day = self.words.short_day(since)
        return self.words.say(
            "channel-paused", channel=state.channel, day=day, reason=self.words.isolated(reason)
        )

    def undelivered(self, one: Undelivered) -> str:
        """Who was not reached, how often, and by what she was after all."""
        name = called(self.plan, one.recipient)
        if one.instead is None:
            return self.words.count("went-nowhere", one.count, name=name, channel=one.channel)
        return self.words.count(
            "went-by",
            one.count,
            name=name,
            channel=one.channel,
            instead=self.words.isolated(one.instead),
        )

    @property
    def _zone(self) -> str:
        return zone_of(self.plan, self.reminder.recipient)

    def _milestone(self, matter: Matter, stage: str) -> tuple[Item, Block]:
        found = matter.occurrence
        day = local_day(self.now, self._zone)
        of_it = self.reminder._replace(
            occurrence=found.id,
            due=found.due,
            stage=stage,
            milestone=found.milestone,
            asked=None,
            day=day,
            nominal=day,
            behalf=(),
        )
        one = item(self.plan, found, of_it, self.now, self.past(found.id))
        return one, block(self.words, one, (), alone=False)


def _page(
    plan: Plan, tongue: Language, reminder: Reminder, groups: Sequence[_Group], told: int
) -> tuple[Page, str]:
    """What the templates show, and the HTML, in the largest form that is not too long."""
    words = tongue.words
    counts = tuple(words.count(f"many-{one.key}", one.number) for one in groups)
    lead = words.names(counts)
    page = Page(
        language=words.language,
        direction=words.direction,
        subject=words.say("digest-subject", plan=shortened(clean(plan.name), LONGEST_NAME)),
        lead=lead,
        preview=f"{lead} · {' · '.join(_first(groups))}",
        tone="late" if groups[0].key == "late" else "today",
        sections=(),
        footer=footer(plan, words, reminder.recipient, tuple(_why(plan, words, reminder))),
        links=foot_links(plan, words, None),
        open=words.say("open"),
        stage=DIGEST,
    )
    html = ""
    for room in ROOMS:
        page = replace(page, sections=tuple(_sections(words, groups, told, room)))
        html = tongue.html.render(page=page)
        if len(html.encode()) <= MOST_BYTES:
            break
    return page, html


def _first(groups: Sequence[_Group]) -> list[str]:
    """The words that a mail program shows beside the subject."""
    return [made.title for _, made in groups[0].items[:3]] or list(groups[0].lines[:1])


def _why(plan: Plan, words: Words, reminder: Reminder) -> Iterator[str]:
    for one in reminder.behalf:
        name = called(plan, one)
        because = words.say("because-coordinator", name=name)
        yield words.say("why-behalf", name=name, because=because)
    if not reminder.behalf:
        yield words.say("attention-why")


def _sections(words: Words, groups: Sequence[_Group], told: int, room: Room) -> Iterator[Section]:
    for one in groups:
        heading = words.count(f"many-{one.key}", one.number) if len(groups) > 1 else ""
        if one.lines:
            yield Section(heading, "today", (), (_lines(one.lines[: room.listed]),))
            continue
        if one.blocks:
            yield Section(heading, "info", (), one.blocks[: room.listed])
            continue
        blocks = [made for _, made in one.items]
        yield section(words, one.key, heading, blocks, room)
        room = Room(max(room.full - len(blocks), 0), max(room.listed - len(blocks), 0))
    if told:
        yield Section("", "info", (words.count("listed-before", told),), ())


def _lines(lines: tuple[str, ...]) -> Block:
    return Block("today", "", "", "", (), "", "", lines, (), (), None)


def _facts(words: Words, groups: Sequence[_Group]) -> Iterator[Row]:
    """What a chat form shows: each milestone with its date, and the lines under their heading."""
    for one in groups:
        if one.lines:
            yield words.count(f"many-{one.key}", one.number), " · ".join(one.lines[:MOST_LINKS])
        yield from ((made.title, made.lines[0]) for made in one.blocks[:MOST_LINKS])
        yield from (fact(words, shown) for shown, _ in one.items[:MOST_LINKS])
