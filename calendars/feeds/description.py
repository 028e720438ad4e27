"""PURE. The title and the description of an entry in plain text, shared by all formats."""

from calendars.entry import Entry, State
from calendars.feeds.labels import labels
from calendars.wording import day_text

DONE = "✓"


def title(entry: Entry, state: State) -> str:
    """The title with a mark where it is done, and with the date as promised where that says
    more than the day it stands on: "Zero draft (April 2024)"."""
    shown = f"{DONE} {entry.title}" if state == "done" else entry.title
    promised = (entry.vague or not entry.certain) and entry.rrule is None
    return f"{shown} ({entry.due_text})" if promised and entry.due_text else shown


def description(entry: Entry, state: State, language: str) -> str:
    """One line a fact: reference and paragraphs, the words as promised, their source, the date
    as promised with its window, the state, the notes, the link."""
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


def _window(entry: Entry, language: str) -> str:
    """The days that a vague date may fall on; "" for a date that is no window."""
    if entry.window is None or not entry.vague or entry.rrule:
        return ""
    first, last = (day_text(day, language) for day in entry.window)
    return labels(language).window.format(first=first, last=last)
