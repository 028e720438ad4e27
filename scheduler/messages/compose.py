"""Items -> one Message for one recipient on one channel, in her language.

One milestone makes a message in that milestone's thread, under its constant subject; several make
one message without a thread. Nothing is read from outside but, once, the templates.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from calendars.zones import zone
from config.plan import Plan
from notifiers.message import Address, Button, Message, Urgency
from scheduler.messages.clean import called, clean
from scheduler.messages.facts import zone_of
from scheduler.messages.languages import Language, language
from scheduler.messages.leads import subject
from scheduler.messages.shown import Block, Row, Tone, block, fact
from scheduler.messages.values import NOTICES, Item, Kind
from scheduler.messages.words import Words
from scheduler.planning.recipients import people_of

_URGENCIES: tuple[Urgency, ...] = ("late", "today", "soon", "info")
_RANKS: tuple[Kind, ...] = (
    "opening",
    "before",
    "on-the-day",
    "overdue",
    "escalation",
    "date-wanted",
    "moved",
    "done",
    "cancelled",
)
"""Of two reminders of one occurrence in a message the later one is shown."""
Actions = Mapping[str, tuple[Button, ...]]


@dataclass(frozen=True, slots=True)
class Page:
    """What the templates show."""

    language: str
    direction: str
    subject: str
    lead: str
    preview: str
    tone: Tone
    many: bool
    blocks: tuple[Block, ...]
    footer: tuple[str, ...]
    links: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a message: a person with her address, or a room, which has none."""

    to: Address | None
    language: Language
    timezone: str

    @property
    def words(self) -> Words:
        """The words of her language."""
        return self.language.words


def reader(plan: Plan, recipient: str, channel: str) -> Reader:
    """The recipient as the messages on a channel need her."""
    person = plan.people.get(recipient)
    if person is None:
        team = plan.teams.get(recipient)
        tongue = team.language if team else plan.language
        return Reader(None, language(tongue), zone_of(plan, recipient))
    address = person.addresses.get(channel, person.email) or ""
    to = Address(address, person.name) if address else None
    return Reader(to, language(person.language), person.timezone)


def compose(
    plan: Plan,
    recipient: str,
    channel: str,
    items: Iterable[Item],
    now: datetime,
    *,
    key: str,
    actions: Actions | None = None,
    unsubscribe: str | None = None,
) -> Message:
    """One message of the reminders that are due together.

    `now` is when it is sent (aware), `key` its identity. `actions` are the links by which an
    occurrence is answered, by its id; `unsubscribe` is the https address of RFC 8058. Raises
    ValueError where there is nothing to say.
    """
    shown = _sorted(items)
    if not shown:
        raise ValueError("a message needs at least one reminder")
    who = reader(plan, recipient, channel)
    words = who.words
    alone = len(shown) == 1
    answers = actions or {}
    blocks = tuple(block(words, one, answers.get(one.occurrence, ()), alone=alone) for one in shown)
    lead = blocks[0].lead if alone else _summary(words, shown)
    page = Page(
        language=words.language,
        direction=words.direction,
        subject=_subject(words, shown),
        lead=lead,
        preview=f"{lead} · {_preview(blocks)}",
        tone=blocks[0].tone,
        many=not alone,
        blocks=blocks,
        footer=_footer(plan, who, blocks[0].why if alone else (), is_coordinator(plan, recipient)),
        links=links(plan, words, unsubscribe),
    )
    first = shown[0]
    tracks = {one.track for one in shown}
    return Message(
        key=key,
        to=who.to,
        subject=page.subject,
        lead=lead,
        text=who.language.text.render(page=page),
        html=who.language.html.render(page=page),
        date=now.astimezone(zone(who.timezone)),
        language=words.language,
        thread=f"{plan.id}/{first.occurrence}" if alone else None,
        list_id=f"{plan.id}/{first.track}" if len(tracks) == 1 else plan.id,
        unsubscribe=unsubscribe,
        buttons=tuple(button for one in blocks for button in one.buttons),
        urgency=first.urgency,
        facts=_facts(blocks[0]) if alone else tuple(fact(words, one) for one in shown),
    )


def is_coordinator(plan: Plan, recipient: str) -> bool:
    """Whether a recipient is one of the plan's coordinators."""
    return recipient in people_of(plan, plan.coordinators)


def _sorted(items: Iterable[Item]) -> list[Item]:
    """Each occurrence once, by its latest stage; the most urgent first, then by date."""
    latest: dict[str, Item] = {}
    for one in items:
        other = latest.get(one.occurrence)
        if other is None or _rank(one) > _rank(other):
            latest[one.occurrence] = one
    return sorted(latest.values(), key=_order)


def _rank(item: Item) -> tuple[int, int]:
    number = item.stage.partition(":")[2]
    return _RANKS.index(item.kind), int(number) if number.isdecimal() else 0


def _order(item: Item) -> tuple[int, bool, date, str, str]:
    news = item.kind in NOTICES
    return (
        _URGENCIES.index(item.urgency),
        news,
        item.due or date.max,
        item.title,
        item.occurrence,
    )


def _subject(words: Words, items: Sequence[Item]) -> str:
    first = subject(words, items[0])
    return first if len(items) == 1 else words.count("subject-many", len(items), first=first)


def _summary(words: Words, items: Sequence[Item]) -> str:
    """How many of each urgency, "1 late, 2 due within a week"."""
    counts: dict[str, int] = {}
    for one in items:
        key = _summed(one)
        counts[key] = counts.get(key, 0) + 1
    return words.names(tuple(words.count(f"many-{key}", count) for key, count in counts.items()))


def _summed(item: Item) -> str:
    if item.kind in NOTICES:
        return "news"
    if item.kind == "date-wanted":
        return "dates"
    return "ahead" if item.urgency == "info" else item.urgency


def _preview(blocks: Sequence[Block]) -> str:
    if len(blocks) > 1:
        return " · ".join(map(attrgetter("title"), blocks[:3]))
    return blocks[0].rows[0][1]


def _facts(shown: Block) -> tuple[Row, ...]:
    """What a chat form shows of a single milestone: its rows, what was promised, what is asked."""
    said = ((shown.track, shown.said),) if shown.said else ()
    return (*shown.rows, *said)


def _footer(plan: Plan, who: Reader, why: Sequence[str], coordinator: bool) -> tuple[str, ...]:
    words = who.words
    names = tuple(called(plan, one) for one in people_of(plan, plan.coordinators))
    change = () if coordinator or not names else (words.say("change", names=words.names(names)),)
    return (*why, *change, words.say("sent-by", plan=clean(plan.name)))


def links(plan: Plan, words: Words, unsubscribe: str | None) -> tuple[Button, ...]:
    """The links at the foot: all milestones, and the end of these messages."""
    pages = (Button(words.say("all"), plan.url),) if plan.url else ()
    stop = (Button(words.say("unsubscribe"), unsubscribe),) if unsubscribe else ()
    return pages + stop
