"""PURE. What the components VEVENT and VTODO share (RFC 5545, sections 3.6.1 and 3.6.2).

Identity, stamps, words, marks, alarms, and how a repeating entry becomes one component with its
rule and one for each occurrence that differs. What a component says in words comes from
`description.py`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from calendars.entry import AllDay, Entry, Override, State, Timed
from calendars.feeds.description import description, title
from calendars.feeds.feed import EntryError
from calendars.feeds.repeats import moment_property, moved, repeat_lines, start_property
from calendars.grammar import GrammarError, line, text, trigger, uri, utc

SETTLED = frozenset({"done", "cancelled"})


class Kind(NamedTuple):
    """What each kind of component does in its own way.

    span: the end of an occurrence that has a DTSTART. standing: the lines of its state.
    trigger: the property of an alarm, without its value.
    """

    name: str
    span: Callable[[AllDay | Timed], str]
    standing: Callable[[Entry, State], str]
    trigger: str = "TRIGGER"


def component(
    kind: Kind,
    entry: Entry,
    times: str,
    language: str,
    override: Override | None = None,
) -> str:
    """One component; `times` are its lines of time, each ended.

    override: the occurrence of a repeating entry that it stands for.
    """
    state, stamps = entry.state, _stamps(entry.created, entry.modified, entry.sequence)
    if override is not None:
        state = override.state or state
        modified = override.modified or entry.modified
        stamps = _stamps(entry.created, modified, override.sequence)
    return "".join(
        (
            f"BEGIN:{kind.name}\r\n",
            line(f"UID:{_text('uid', entry.uid)}"),
            stamps,
            times,
            _words(entry, state, language),
            kind.standing(entry, state),
            _marks(entry),
            _alarms(kind, entry, state) if entry.alarms else "",
            f"END:{kind.name}\r\n",
        )
    )


def repeating(kind: Kind, entry: Entry, value: AllDay | Timed, language: str) -> str:
    """The rule's component, then one for each occurrence that differs from it.

    value: the rule's first occurrence, see `repeats.synchronised`.
    """
    start = "".join(map(line, (start_property(value, own=True), *repeat_lines(entry, value))))
    made = [component(kind, entry, start + kind.span(value), language)]
    for override in sorted(entry.overrides, key=lambda one: str(one.original)):
        now = moved(value, override)
        original = line(moment_property("RECURRENCE-ID", value, override.original))
        times = f"{original}{line(start_property(now, own=False))}{kind.span(now)}"
        own = entry if override.done is None else replace(entry, done=override.done)
        made.append(component(kind, own, times, language, override))
    return "".join(made)


def _stamps(created: datetime, modified: datetime, sequence: int) -> str:
    """Without METHOD, DTSTAMP means the last revision (RFC 5545, section 3.8.7.2)."""
    changed = utc(modified)
    return (
        f"DTSTAMP:{changed}\r\nCREATED:{utc(created)}\r\nLAST-MODIFIED:{changed}\r\n"
        f"SEQUENCE:{sequence}\r\n"
    )


def _text(field: str, value: str) -> str:
    try:
        return text(value)
    except GrammarError as error:
        raise EntryError(f"{field}: {error}") from None


def _words(entry: Entry, state: State, language: str) -> str:
    words = _text("title", title(entry, state))
    about = _text("description", description(entry, state, language))
    made = line(f"SUMMARY:{words}") + line(f"DESCRIPTION:{about}")
    return made + line(f"LOCATION:{_text('location', entry.location)}") if entry.location else made


def _marks(entry: Entry) -> str:
    made = ""
    if entry.categories:
        made = line(f"CATEGORIES:{','.join(_text('category', tag) for tag in entry.categories)}")
    return made + line(f"URL:{uri(entry.url)}") if entry.url else made


def _alarms(kind: Kind, entry: Entry, state: State) -> str:
    """A DISPLAY alarm for each reminder of the policy (RFC 5545, section 3.6.6).

    They count from the start, so that a program shows them by its reader's own clock, as the
    policy's hour is the recipient's; nobody is reminded of what is done or cancelled.
    """
    if state in SETTLED:
        return ""
    about = line(f"DESCRIPTION:{_text('title', title(entry, state))}")
    return "".join(
        f"BEGIN:VALARM\r\nACTION:DISPLAY\r\n{about}{kind.trigger}:{trigger(away)}\r\nEND:VALARM\r\n"
        for away in sorted(entry.alarms)
    )
