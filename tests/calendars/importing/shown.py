"""What was read of a calendar as lines of text, for expectations that can be read."""

from dataclasses import fields

from calendars.foreign.values import Imported, Reading, Skipped

_QUIET = {"uid": "one@example.org", "title": "Third session", "status": "planned"}
"""What most samples say, which is therefore not shown."""


def shown(reading: Reading) -> str:
    """One line for each component, with its values that are not those of most samples."""
    lines = [*(f"note: {note}" for note in reading.notes), *map(_line, reading.items)]
    return "".join(f"{line}\n" for line in lines)


def _line(one: Imported | Skipped) -> str:
    if isinstance(one, Skipped):
        return f"{'kept' if one.kept else 'skipped'} {one.what} of line {one.line}: {one.reason}"
    found = {field.name: getattr(one, field.name) for field in fields(one)}
    values = [
        f"{name}={value!r}"
        for name, value in found.items()
        if value not in (None, ()) and _QUIET.get(name) != value and name not in ("line", "due")
    ]
    return " ".join([f"{one.due}", *values])
