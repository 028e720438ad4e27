"""PURE. Blocks by how they stand: what several have in common is said once.

A message stays under the size at which mail programs cut it, however much is due: beyond a
number of milestones they are listed in short, and beyond another only counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from scheduler.messages.shown import Block, Tone, shortest
from scheduler.messages.values import NOTICES, Item
from scheduler.messages.words import Words

MOST_FULL = 30
"""So many milestones are shown in full."""
MOST_LISTED = 100
"""So many are shown at all."""
Pair = tuple[Item, Block]


@dataclass(frozen=True, slots=True)
class Section:
    """The milestones of a message that stand alike; `lines` and `why` hold for each of them."""

    heading: str
    tone: Tone
    lines: tuple[str, ...]
    why: tuple[str, ...]
    blocks: tuple[Block, ...]
    more: str = ""


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
    return (Section("", block.tone, (), (), (block,)),)


def sections(words: Words, pairs: Sequence[Pair]) -> tuple[Section, ...]:
    """The sections of a message on several; `pairs` are in order, those of a group together."""
    found = []
    room_full, room_listed = MOST_FULL, MOST_LISTED
    for key, together in groupby(pairs, lambda pair: group_of(pair[0])):
        blocks = [block for _, block in together]
        heading = words.count(f"many-{key}", len(blocks))
        found.append(_section(words, heading, blocks, max(room_full, 0), max(room_listed, 0)))
        room_full -= len(blocks)
        room_listed -= len(blocks)
    return tuple(found)


def _section(
    words: Words, heading: str, blocks: Sequence[Block], full: int, listed: int
) -> Section:
    lines = _common(block.lines for block in blocks)
    why = _common(block.why for block in blocks)
    same_lead = len({block.lead for block in blocks}) == 1 and not blocks[0].rows
    shown = [_without(block, lines, why, same_lead=same_lead) for block in blocks[:full]]
    shown += [shortest(block) for block in blocks[full:listed]]
    left = len(blocks) - len(shown)
    more = words.count("more", left) if left else ""
    return Section(heading, blocks[0].tone, lines, why, tuple(shown), more)


def _common(found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The sentences that every block has, in the order of the first."""
    every = list(found)
    if len(every) == 1:
        return ()
    shared = set(every[0]).intersection(*every[1:])
    return tuple(line for line in every[0] if line in shared)


def _without(block: Block, lines: Sequence[str], why: Sequence[str], *, same_lead: bool) -> Block:
    return replace(
        block,
        lead="" if same_lead else block.lead,
        lines=tuple(line for line in block.lines if line not in lines),
        why=tuple(line for line in block.why if line not in why),
    )
