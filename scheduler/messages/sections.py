"""PURE. Blocks by how they stand: what several have in common is said once.

A message stays under the size at which mail programs cut it, however much is due: beyond a
number of milestones they are listed in short, and beyond another only counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from scheduler.messages.shown import Block, Tone, shortest
from scheduler.messages.values import NOTICES, Item
from scheduler.messages.words import Words

Pair = tuple[Item, Block]


class Room(NamedTuple):
    """How many milestones are shown in full, and how many at all."""

    full: int
    listed: int


ROOMS = (Room(30, 100), Room(10, 60), Room(0, 40), Room(0, 10))
"""The largest that makes no message too long is taken."""


@dataclass(frozen=True, slots=True)
class Section:
    """The milestones of a message that stand alike; `lines` hold for each of them.

    `brief` sections show their milestones closely, as a list.
    """

    heading: str
    tone: Tone
    lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    more: str = ""
    brief: bool = True


def group_of(item: Item) -> str:
    """Under which heading an item stands among several."""
    if item.kind in NOTICES:
        return "news"
    if item.kind == "date-wanted":
        return "dates"
    return "ahead" if item.urgency == "info" else item.urgency


def summary(words: Words, items: Sequence[Item]) -> str:
    """How many there are of each, "1 late, 2 due today and 3 dates wanted"."""
    counts: dict[str, int] = {}
    for one in items:
        counts[group_of(one)] = counts.get(group_of(one), 0) + 1
    return words.names(tuple(words.count(f"many-{key}", count) for key, count in counts.items()))


def only(block: Block) -> tuple[Section, ...]:
    """The one section of a message on one milestone; its lead is that of the whole message."""
    return (Section("", block.tone, (), (block,), brief=False),)


def sections(words: Words, pairs: Sequence[Pair], room: Room) -> tuple[Section, ...]:
    """The sections of a message on several; `pairs` are in order, those of a group together.

    A single section has no heading: it would say the lead again.
    """
    groups = [(key, list(found)) for key, found in groupby(pairs, lambda one: group_of(one[0]))]
    made = []
    for key, together in groups:
        blocks = [block for _, block in together]
        heading = words.count(f"many-{key}", len(blocks)) if len(groups) > 1 else ""
        made.append(section(words, key, heading, blocks, room))
        room = Room(max(room.full - len(blocks), 0), max(room.listed - len(blocks), 0))
    return tuple(made)


def section(words: Words, key: str, heading: str, blocks: Sequence[Block], room: Room) -> Section:
    """One section, as far as there is room."""
    if len(blocks) == 1 and room.listed:
        alone = replace(blocks[0] if room.full else shortest(blocks[0]), lead="")
        return Section(blocks[0].lead, alone.tone, (), (alone,))
    lines = _common(block.lines for block in blocks)
    shown = [_without(block, lines) for block in blocks[: room.full]]
    shown += [shortest(block) for block in blocks[room.full : room.listed]]
    if key == "dates":
        shown = [replace(block, lead="") for block in shown]
    left = len(blocks) - len(shown)
    return Section(
        heading,
        blocks[0].tone,
        lines,
        tuple(shown),
        words.count("more", left) if left else "",
    )


def _common(found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The sentences that every block has, in the order of the first."""
    every = list(found)
    if len(every) == 1:
        return ()
    shared = set(every[0]).intersection(*every[1:])
    return tuple(line for line in every[0] if line in shared)


def _without(block: Block, lines: Sequence[str]) -> Block:
    return replace(block, lines=tuple(line for line in block.lines if line not in lines))
