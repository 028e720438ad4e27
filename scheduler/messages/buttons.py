"""PURE. Which answers a message offers by a link: few, and the rest behind the last of them.

The address of each comes from whoever signs it; what is asked by a button is not asked in words.
"""

from collections.abc import Callable, Mapping, Sequence

from notifiers.message import Button
from scheduler.messages.values import Item
from scheduler.messages.words import Words

AddressOf = Callable[[str, str], str | None]
"""Occurrence and answer ("done", "at-risk", "note", "" for none) -> the address of its form; None
where it cannot be written."""


def answers(
    words: Words, items: Sequence[Item], address_of: AddressOf
) -> Mapping[str, tuple[Button, ...]]:
    """The buttons of a message by occurrence; among several milestones one each."""
    alone = len({one.occurrence for one in items}) == 1
    found = {}
    for one in items:
        made = [
            Button(words.say(key), address)
            for key, answer in _offered(one, alone=alone)
            if (address := address_of(one.occurrence, answer))
        ]
        if made:
            found[one.occurrence] = tuple(made)
    return found


def to_the_form(words: Words, address: str) -> Button:
    """The button of an update request."""
    return Button(words.say("button-request"), address)


def _offered(item: Item, *, alone: bool) -> tuple[tuple[str, str], ...]:
    """The words of each button and the answer that it chooses."""
    if item.kind in ("moved", "cancelled", "done"):
        return ()
    if item.role.kind == "watcher" or not alone:
        return (("button-answer", ""),)
    if item.kind == "date-wanted":
        return ("button-date", "note"), ("button-more", "")
    if item.meeting and item.urgency != "late":
        return (("button-answer", ""),)
    return ("button-done", "done"), ("button-later", "at-risk"), ("button-more", "")
