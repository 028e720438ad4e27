"""PURE. An Item in the words of a language: the lines that text, HTML and chat have in common."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from calendars.dates import Relative
from notifiers.message import Button, Urgency
from scheduler.messages.clean import clean, shortened
from scheduler.messages.leads import due_row, lead, shown_due
from scheduler.messages.values import LISTED, NOTICES, Item, Standing, Step, Times
from scheduler.messages.words import Words
from scheduler.standing import State

Tone = Urgency | Literal["done"]
Row = tuple[str, str]
SHORT_QUOTE = 240
"""Characters of the words as promised, among several milestones."""
LONGEST_LIST = 300
FEW_DAYS = 3
"""So many days are listed one by one."""


@dataclass(frozen=True, slots=True)
class Block:
    """One milestone as a message shows it; `lines` are sentences, `rows` labels with values."""

    tone: Tone
    lead: str
    title: str
    track: str
    rows: tuple[Row, ...]
    said: str
    source: str
    lines: tuple[str, ...]
    why: tuple[str, ...]
    """Why the reader gets it; it stands at the foot of the message."""
    buttons: tuple[Button, ...]
    """Answers by a link."""
    page: str | None
    """The address of the milestone's page."""


def block(words: Words, item: Item, actions: tuple[Button, ...], *, alone: bool) -> Block:
    """The block of one item, with less in it where it is not `alone` in its message.

    `actions` are answers by a link, which take the place of the asking.
    """
    said = item.said if alone else shortened(item.said, SHORT_QUOTE)
    return Block(
        tone="done" if item.kind == "done" else item.urgency,
        lead=lead(words, item),
        title=item.title,
        track=" · ".join(words.isolated(it) for it in (item.track_title, item.reference) if it),
        rows=tuple(_rows(words, item, alone=alone)),
        said=words.say("quote", said=said) if said else "",
        source=item.source if alone else "",
        lines=tuple(_lines(words, item, answerable=bool(actions), alone=alone)),
        why=tuple(_why(words, item)) if alone or not item.behalf else (),
        buttons=actions,
        page=item.page,
    )


def shortest(block: Block) -> Block:
    """A block with no more than what it is, when, and where to read on."""
    return replace(block, rows=block.rows[:1], said="", source="", lines=(), buttons=())


def _rows(words: Words, item: Item, *, alone: bool) -> Iterator[Row]:
    yield from _dates(words, item, alone=alone)
    if item.location:
        yield words.say("row-where"), words.isolated(item.location)
    if item.report is not None:
        yield words.say("row-reported"), _reported(words, item, item.report)
    if item.owners and _wants_owner(item):
        yield words.say("row-owner"), words.names(item.owners)
    if alone:
        yield from _details(words, item)


def _dates(words: Words, item: Item, *, alone: bool) -> Iterator[Row]:
    had_none = item.kind == "cancelled" and item.due is None and item.due_words is None
    if item.kind != "date-wanted" and not had_none:
        yield words.say(_date_label(item)), due_row(words, item)
    if item.kind == "moved" and item.move is not None and item.move.old_due is not None:
        yield words.say("row-old"), words.kept_date(item.move.old_text)
    if item.promise.relative is not None and item.counted_from and alone:
        yield words.say("row-counted"), _counted(words, item, item.promise.relative)


def _details(words: Words, item: Item) -> Iterator[Row]:
    if item.paragraphs:
        yield words.say("row-paragraphs"), words.names(_short_list(item.paragraphs))
    if item.notes:
        yield words.say("row-notes"), words.isolated(item.notes)
    if item.document:
        yield words.say("row-document"), item.document


def _short_list(texts: Sequence[str]) -> tuple[str, ...]:
    """The first of them, as far as they are no more than 300 characters together."""
    left, kept = LONGEST_LIST, list[str]()
    for text in texts:
        if len(text) > left:
            return (*kept, shortened(text, left) if left > 1 else "…")
        kept.append(text)
        left -= len(text) + 2
    return tuple(kept)


def _counted(words: Words, item: Item, relative: Relative) -> str:
    title = item.counted_from
    if relative.duration is None:
        return words.say("counted-with", title=title)
    key = "counted-after" if relative.sign > 0 else "counted-before"
    return words.say(key, time=words.duration(relative.duration), title=title)


def _date_label(item: Item) -> str:
    if item.kind == "moved":
        return "row-new"
    if item.kind == "cancelled":
        return "row-old"
    return "row-starts" if item.meeting else "row-due"


def _wants_owner(item: Item) -> bool:
    """Whoever is not responsible herself is told who is."""
    return bool(item.behalf) or item.role.kind not in ("owner", "member", "room")


def _reported(words: Words, item: Item, report: State) -> str:
    what = words.say(f"state-{report.state}")
    if report.percent is not None and report.state != "done":
        what = words.say("reported-percent", state=what, percent=report.percent)
    day = words.short_day(item.reported_on) if item.reported_on else ""
    if day and item.reporter:
        what = words.say("reported-by", what=what, name=item.reporter, day=day)
    elif day:
        what = words.say("reported-on", what=what, day=day)
    note = clean(report.note)
    return words.say("reported-note", what=what, note=note) if note else what


def _lines(words: Words, item: Item, *, answerable: bool, alone: bool) -> Iterator[str]:
    """What is asked, what came before, and what comes next; among several, also for whom."""
    if item.behalf and not alone:
        yield from _why(words, item)
    if item.kind == "escalation":
        yield _earlier(words, item.earlier)
    if not answerable or (item.kind == "date-wanted" and item.is_coordinator):
        yield from _asked(words, item)
    elif item.kind == "date-wanted":
        yield words.say("ask-date-here")
    if item.steps:
        yield words.say("steps", steps=_joined(words, "steps-joined", _steps(words, item)))
    elif item.kind == "overdue" and item.stage != LISTED:
        yield words.say("last")
    if item.asked_every is not None and alone:
        yield words.say("ask-again", every=words.duration(item.asked_every))
    if item.further:
        yield words.count("further-changed", item.further)


def _asked(words: Words, item: Item) -> Iterator[str]:
    key = _ask(item)
    if key == "ask-escalated":
        yield words.say(key)
    elif key and (item.is_coordinator or not item.coordinators):
        yield words.say(f"{key}-self")
    elif key:
        yield words.say(key, names=words.names(item.coordinators))


def _ask(item: Item) -> str:
    """What the reader is asked to do: nothing of one who only follows, nor about a meeting."""
    if item.kind == "date-wanted":
        return "ask-date"
    if item.kind == "escalation":
        return "ask-escalated"
    if item.kind in NOTICES or item.role.kind == "watcher":
        return ""
    if item.urgency == "late":
        return "ask-late"
    return "" if item.meeting else "ask"


def _steps(words: Words, item: Item) -> list[str]:
    return [_step(words, step) for step in item.steps]


def _step(words: Words, step: Step) -> str:
    day = words.day(step.day)
    if not step.told and not step.you:
        return words.say("step-reminder", day=day)
    told: tuple[str, ...] = step.told
    if step.coordinators and told:
        told = (words.say("step-coordinators", names=words.names(told)),)
    if step.you:
        told = (*told, words.say("step-you"))
    return words.say("step-told", day=day, names=words.names(told))


def _earlier(words: Words, earlier: tuple[Times, ...]) -> str:
    if not earlier:
        return words.say("earlier-none")
    listed = [_times(words, one) for one in earlier]
    return words.say("earlier", list=_joined(words, "earlier-joined", listed))


def _times(words: Words, one: Times) -> str:
    name = one.name or words.say("step-you")
    if len(one.days) <= FEW_DAYS:
        days = words.names(tuple(words.short_day(day) for day in one.days))
        return words.say("earlier-one", name=name, channel=one.channel, days=days)
    return words.count(
        "earlier-times",
        len(one.days),
        name=name,
        channel=one.channel,
        first=words.short_day(one.days[0]),
        last=words.short_day(one.days[-1]),
    )


def _joined(words: Words, key: str, parts: list[str]) -> str:
    joined = parts[0]
    for part in parts[1:]:
        joined = words.say(key, first=joined, rest=part)
    return joined


def _why(words: Words, item: Item) -> Iterator[str]:
    for one in item.behalf:
        yield words.say("why-behalf", name=one.name, because=_because(words, one)).rstrip()
    if not item.behalf and item.role.kind != "none":
        yield words.say(f"why-{item.role.kind}", team=item.role.team)


def _because(words: Words, one: Standing) -> str:
    if one.role.kind in ("none", "room"):
        return ""
    return words.say(f"because-{one.role.kind}", name=one.name, team=one.role.team)


def facts(words: Words, block: Block) -> tuple[Row, ...]:
    """What a chat form shows of a single milestone: what the mail has, without the reasons."""
    asked = words.together(block.lines)
    more = (("row-track", block.track), ("row-said", block.said), ("row-asked", asked))
    return (*block.rows, *((words.say(key), value) for key, value in more if value))


def fact(words: Words, item: Item) -> Row:
    """One milestone among several as a chat form shows it: its title, its date and how far off."""
    return item.title, f"{shown_due(words, item)} · {lead(words, item)}"
