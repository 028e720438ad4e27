"""PURE. An entry as plain facts, for the formats that programs and spreadsheets read.

Days are "2024-04-30", instants "2024-04-30T12:00:00Z". What an entry does not have is missing.
"""

from datetime import UTC, date, datetime, timedelta

from calendars.entry import AllDay, Entry, Override, Timed
from calendars.feeds.labels import labels
from calendars.zones import zone

Facts = dict[str, str | int | bool | list[str]]
"""In the order in which the formats show them."""


def facts(entry: Entry, language: str) -> Facts:
    """Everything that is known of the entry but its title, its words and its stamps."""
    found: dict[str, str | int | bool | list[str] | None] = {
        **_when(entry),
        "due_text": "" if entry.rrule else entry.due_text,
        "precision": entry.precision.value,
        "certain": entry.certain,
        "status": entry.state,
        "status_text": labels(language).states[entry.state],
        "percent": entry.percent,
        "done": instant_text(entry.done) if entry.done else "",
        "reference": entry.reference,
        "paragraphs": list(entry.paragraphs),
        "said": entry.said,
        "source": entry.source,
        "location": entry.location,
        "repeats": entry.rrule or "",
        "except": [_moment(at) for at in sorted(entry.exdates, key=str)],
        "moved": [
            _moved(one) for one in sorted(entry.overrides, key=lambda one: str(one.original))
        ],
        "notes": list(entry.notes),
        "sequence": entry.sequence,
    }
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def _when(entry: Entry) -> Facts:
    """Due day and window; for a time also start, end and zone."""
    value = entry.when
    found: Facts = {}
    if value is None:
        return found
    found["due"] = _due(value).isoformat()
    if entry.window and entry.vague and not entry.rrule:
        found["first"], found["last"] = (day.isoformat() for day in entry.window)
    if isinstance(value, Timed):
        found["starts"] = instant_text(value.start)
        found["ends"] = (
            instant_text(value.start.astimezone(UTC) + value.duration) if value.duration else ""
        )
        found["timezone"] = value.timezone
    return found


def _due(value: AllDay | Timed) -> date:
    """The last of the days, or the day of a time in its own zone."""
    if isinstance(value, AllDay):
        return value.end - timedelta(days=1)
    return value.start.astimezone(zone(value.timezone)).date()


def instant_text(at: datetime) -> str:
    """An instant in UTC to the second, as RFC 3339 has it: "2024-04-30T12:00:00Z"."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _moment(at: date | datetime) -> str:
    return instant_text(at) if isinstance(at, datetime) else at.isoformat()


def _moved(one: Override) -> str:
    """What differs in one occurrence: "2024-04-17: 2024-04-19, done"."""
    state = f", {one.state}" if one.state else ""
    return f"{_moment(one.original)}: {_moment(one.start)}{state}"
