"""PURE. The title and the description of an entry in plain text, shared by all formats."""

from calendars.entry import AllDay, Entry, State
from calendars.feeds.labels import labels
from calendars.wording import day_text

DONE = "✓"


def title(entry: Entry, state: State) -> str:
    """The title with a mark where it is done, and with the date as promised where that says
    more than the day it stands on: "Zero draft (April 2024)"."""
    shown = f"{DONE} {entry.title}" if state == "done" else entry.title
    open_date = entry.when is None or entry.vague or not entry.certain
    promised = open_date and entry.rrule is None
    return f"{shown} ({entry.due_text})" if promised and entry.due_text else shown


def description(entry: Entry, state: State, language: str) -> str:
    """One line a fact: reference and paragraphs, the words as promised, their source, the date
    as promised with its window, the state, the notes, the link.

    A repeating entry has no date of its own; where a format shows none, see `repeats`.
    """
    words = labels(language)
    progress = "" if entry.percent is None else f" ({entry.percent}%)"
    facts = (
        (words.reference, ", ".join(filter(None, (entry.reference, *entry.paragraphs)))),
        (words.said, entry.said),
        (words.source, entry.source),
        (words.date, "" if entry.rrule else entry.due_text),
        (words.status, words.states[state] + progress),
    )
    lines = [f"{label}: {fact}" for label, fact in facts if fact]
    return "\n".join(filter(None, (*lines, _window(entry, language), *entry.notes, entry.url)))


def repeats(entry: Entry, language: str) -> str:
    """The first day and the rule of a repeating entry, in a line; "" for any other."""
    if entry.rrule is None or entry.when is None:
        return ""
    first = entry.when.first if isinstance(entry.when, AllDay) else entry.when.start.date()
    return f"{labels(language).repeats}: {day_text(first, language)}; {entry.rrule}"


def _window(entry: Entry, language: str) -> str:
    """The days that a vague date may fall on; "" for a date that is no window."""
    if entry.window is None or not entry.vague or entry.rrule:
        return ""
    first, last = (day_text(day, language) for day in entry.window)
    return labels(language).window.format(first=first, last=last)
