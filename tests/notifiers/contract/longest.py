"""The longest messages that a plan can bring about, and longer ones than any plan can.

The product cuts titles at 300 and texts at 800 characters; a notifier relies on none of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from itertools import product

from config.plan import Milestone
from notifiers.message import LONGEST_URL, Address, Button, Message
from scheduler.messages.compose import compose
from scheduler.messages.facts import item
from scheduler.messages.values import Links
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence
from tests.scheduler.messages.scenes import ANSWERS, ZERO, plan, reminder

NASTY: Mapping[str, str] = {
    "letters": "Smart cities ",
    "entities": "&<>\"'",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈🇰🇪",
    "combining": "Z̷̢͓̈́a̸l̶g̴o" + "\u0301" * 20,
    "right to left": "\u202eمدن ذكية\u202c \u2067עיר\u2069 ",
    "markup": "*b* _i_ ~~s~~ `c` ```x``` # > - + 1. | ||s|| \\ [a](https://evil.example) ![i](x) ",
    "mentions": "@here @everyone @all @channel <!channel> <@U1> <users/all> <@&1> <#1> <at>x</at> ",
    "links": "https://evil.example www.evil.example mailto:x@evil.example <http://x.example|x> ",
    "emoji names": ":tada: :+1: <:a:1> :) {{DATE(2024-01-01T00:00:00Z, SHORT)}} <t:1:R> ",
    "controls": "\x00\x07\x1b[2J\r\n\t\u2028\x85 ",
    "quotes": '\\"\\u0000\\\\ ',
}
"""What a text may hold, by name; each is repeated until it is long."""
_URL = ("https://tracker.example.org/report?" + "a=%7C_*~)&" * 90)[:LONGEST_URL]


def _long(name: str, length: int) -> str:
    return (NASTY[name] * (length // len(NASTY[name]) + 1))[:length]


def _full(milestone: Milestone, name: str) -> Milestone:
    """The milestone with that in each of its texts."""
    return replace(
        milestone,
        title=_long(name, 5000),
        said=_long(name, 5000),
        source=_long(name, 5000),
        location=_long(name, 5000),
        notes=_long(name, 5000),
        paragraphs=tuple(_long(name, 90) for _ in range(50)),
    )


@cache
def of_one(name: str) -> Message:
    """What the product says of one milestone that is full of it, with links to answer."""
    full = replace(
        plan(), milestones={**plan().milestones, ZERO: _full(plan().milestones[ZERO], name)}
    )
    one = reminder(ZERO, "overdue:1", "jose")
    found = Dates(full).find(ZERO)
    assert found is not None
    shown = [item(full, found, one, one.at)]
    return compose(full, "jose", "email", shown, one.at, key=f"one/{name}", links=ANSWERS)


@cache
def of_hundred(name: str) -> Message:
    """What the product says of a hundred milestones that are due together."""
    base = plan().milestones[ZERO]
    ids = [f"{ZERO}-{number}" for number in range(100)]
    rows = {key: replace(_full(base, name), id=key) for key in ids}
    full = replace(plan(), milestones={**plan().milestones, **rows})
    first = reminder(ZERO, "overdue:1", "jose")
    shown = [
        item(
            full,
            Occurrence(key, key, first.due, base.due),
            first._replace(occurrence=key, milestone=key),
            first.at,
        )
        for key in ids
    ]
    links = Links({key: (Button("Done", _URL),) for key in ids}, ANSWERS.unsubscribe)
    return compose(full, "jose", "email", shown, first.at, key=f"many/{name}", links=links)


def beyond(name: str) -> Message:
    """More than the product makes: nothing is cut before, and there are 120 of all."""
    text = _long(name, 20_000)
    return Message(
        key=f"beyond/{name}",
        to=Address("amina@example.org", text[:200]),
        subject=text,
        lead=text,
        text=text,
        date=of_one("letters").date,
        thread=text,
        urgency="late",
        facts=((text[:400], text[:400]),) * 120,
        buttons=(Button(text[:200], _URL),) * 120,
    )


def without_facts(name: str) -> Message:
    """A chat form shows the text in place of the facts."""
    return replace(
        beyond(name), key=f"text/{name}", facts=(), text="\n\n".join([NASTY[name]] * 900)
    )


_MAKERS: Mapping[str, Callable[[str], Message]] = {
    "one": of_one,
    "hundred": of_hundred,
    "beyond": beyond,
    "without facts": without_facts,
}
LONGEST: Mapping[str, Callable[[], Message]] = {
    f"{how} of {name}": partial(_MAKERS[how], name) for how, name in product(_MAKERS, NASTY)
}
"""Name -> what makes the message."""
