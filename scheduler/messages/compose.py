"""Items -> one Message for one recipient on one channel, in her language.

One milestone makes a message in that milestone's thread, under its constant subject; several make
one message without a thread. Nothing is read from outside but, once, the templates.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from calendars.zones import zone
from config.plan import Plan
from notifiers.message import Button, Message, Urgency
from scheduler.messages.clean import shortened
from scheduler.messages.languages import Language, language
from scheduler.messages.leads import subject
from scheduler.messages.page import Page, foot_links, footer, reader
from scheduler.messages.sections import ROOMS, Pair, only, sections, summary
from scheduler.messages.shown import Block, block, fact, facts
from scheduler.messages.values import NO_LINKS, NOTICES, Item, Kind, Links
from scheduler.messages.words import Words

SEVERAL = "several"
"""The stage of a message on several milestones, for its template."""
MOST_OF_A_SERIES = 3
"""So many of its dates are shown where an edit moves or cancels many."""
LONGEST_BUTTON = 60
MOST_LINKS = 100
"""So many of the milestones have a button and a fact in a chat form."""
MOST_BYTES = 95_000
"""A mail program cuts the HTML at 102,400 bytes."""
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
    "fresh-link",
)
"""Of two reminders of one occurrence in a message the later one is shown."""


def compose(
    plan: Plan,
    recipient: str,
    channel: str,
    items: Iterable[Item],
    now: datetime,
    *,
    key: str,
    links: Links = NO_LINKS,
) -> Message:
    """One message of the reminders that are due together.

    `now` is when it is sent (aware), `key` its identity. Raises ValueError where
    there is nothing to say.
    """
    shown = _sorted(items)
    if not shown:
        raise ValueError("a message needs at least one reminder")
    who = reader(plan, recipient, channel)
    tongue = language(who.language, plan.templates)
    words = tongue.words
    pairs = _pairs(words, shown, links)
    page, html = _page(plan, recipient, tongue, pairs, links)
    first, alone = pairs[0], len(pairs) == 1
    return Message(
        key=key,
        to=who.to,
        subject=page.subject,
        lead=page.lead,
        text=tongue.text.render(page=page),
        html=html,
        date=now.astimezone(zone(who.timezone)),
        language=words.language,
        thread=f"{plan.id}/{first[0].occurrence}" if alone else None,
        list_id=_list_id(plan, shown),
        unsubscribe=by_one_post(links),
        buttons=_buttons(words, [one for _, one in pairs], foot_links(plan, words, None)),
        urgency=first[0].urgency,
        facts=facts(words, first[1]) if alone else _listed(words, shown),
    )


def by_one_post(links: Links) -> str | None:
    """The address for the header: only https may stand there (RFC 8058, section 2)."""
    https = links.unsubscribe is not None and links.unsubscribe.startswith("https://")
    return links.unsubscribe if https else None


def _pairs(words: Words, items: Sequence[Item], links: Links) -> list[Pair]:
    alone = len(items) == 1
    actions = links.actions
    return [(one, block(words, one, actions.get(one.occurrence, ()), alone=alone)) for one in items]


def _page(
    plan: Plan, recipient: str, tongue: Language, pairs: Sequence[Pair], links: Links
) -> tuple[Page, str]:
    """What the templates show, and the HTML, in the largest form that is not too long."""
    words = tongue.words
    items, blocks = [item for item, _ in pairs], [block for _, block in pairs]
    alone = len(pairs) == 1
    why = tuple(dict.fromkeys(line for block in blocks for line in block.why))
    if links.by_mail and alone and _asks(items[0]):
        why = (words.say("answer-by-mail", words=words.say("answer-words")), *why)
    lead = blocks[0].lead if alone else summary(words, items)
    page = Page(
        language=words.language,
        direction=words.direction,
        subject=_subject(words, items),
        lead=lead,
        preview=f"{lead} · {_preview(words, blocks)}",
        tone=blocks[0].tone,
        sections=only(blocks[0]) if alone else sections(words, pairs, ROOMS[0]),
        footer=footer(plan, words, recipient, why),
        links=foot_links(plan, words, links.unsubscribe),
        open=words.say("open"),
        stage=items[0].kind if alone else SEVERAL,
    )
    html = tongue.html.render(page=page)
    for room in () if alone else ROOMS[1:]:
        if len(html.encode()) <= MOST_BYTES:
            break
        page = replace(page, sections=sections(words, pairs, room))
        html = tongue.html.render(page=page)
    return page, html


def _asks(item: Item) -> bool:
    """Whether the reader is asked anything: those who only follow a milestone are not."""
    return item.kind not in NOTICES and item.role.kind != "watcher"


def _sorted(items: Iterable[Item]) -> list[Item]:
    """Each occurrence once, by its latest stage; the most urgent first, then by date."""
    latest: dict[str, Item] = {}
    for one in items:
        other = latest.get(one.occurrence)
        if other is None or _rank(one) > _rank(other):
            latest[one.occurrence] = one
    return list(_few_of_a_series(sorted(latest.values(), key=_order)))


def _few_of_a_series(items: Iterable[Item]) -> Iterator[Item]:
    """Where many dates of a series moved or were cancelled, the first; the last says how many."""
    series: dict[tuple[str, Kind], list[Item]] = {}
    for one in items:
        milestone, _, day = one.occurrence.partition("@")
        if day and one.kind in ("moved", "cancelled"):
            series.setdefault((milestone, one.kind), []).append(one)
        else:
            yield one
    for dates in series.values():
        first, further = dates[:MOST_OF_A_SERIES], len(dates) - MOST_OF_A_SERIES
        yield from first[:-1]
        yield replace(first[-1], further=max(further, 0))


def _rank(item: Item) -> tuple[int, int]:
    number = item.stage.partition(":")[2]
    return _RANKS.index(item.kind), int(number) if number.isdecimal() else 0


def _order(item: Item) -> tuple[int, bool, bool, date, str, str, str]:
    """By urgency and day; those of one day, or without one, by their tracks."""
    return (
        _URGENCIES.index(item.urgency),
        item.kind in NOTICES,
        item.kind == "date-wanted",
        item.due or date.max,
        item.track_title,
        item.title,
        item.occurrence,
    )


def _subject(words: Words, items: Sequence[Item]) -> str:
    first = subject(words, items[0])
    return first if len(items) == 1 else words.count("subject-many", len(items), first=first)


def _preview(words: Words, blocks: Sequence[Block]) -> str:
    """What a mail program shows beside the subject, after the lead."""
    if len(blocks) == 1 and blocks[0].rows:
        return blocks[0].rows[0][1]
    return " · ".join(words.isolated(one.title) for one in blocks[:3])


def _list_id(plan: Plan, items: Sequence[Item]) -> str:
    """What a filter sorts by: the track, or the plan where the message is on several."""
    tracks = {one.track for one in items}
    return f"{plan.id}/{items[0].track}" if len(tracks) == 1 else plan.id


def _buttons(
    words: Words, blocks: Sequence[Block], everything: tuple[Button, ...]
) -> tuple[Button, ...]:
    """The links of a chat form: the answers and the page.

    Of several milestones one link each, the most urgent first: to its answers, which lead on to
    its page, or to the page where it has none; and last `everything`, the page that lists all,
    which is what a service opens that shows a few links only.
    """
    if len(blocks) == 1:
        page = blocks[0].page
        return blocks[0].buttons + ((Button(words.say("open"), page),) if page else ())
    return (*filter(None, (_way_in(words, one) for one in blocks[:MOST_LINKS])), *everything)


def _way_in(words: Words, block: Block) -> Button | None:
    title = shortened(block.title, LONGEST_BUTTON)
    if block.buttons:
        return Button(words.say("answer-to", title=title), block.buttons[0].url)
    return Button(title, block.page) if block.page else None


def _listed(words: Words, items: Sequence[Item]) -> tuple[tuple[str, str], ...]:
    return tuple(fact(words, one) for one in items[:MOST_LINKS])
