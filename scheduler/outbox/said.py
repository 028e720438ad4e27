"""PURE. What the reports on an occurrence come to.

Some say how it stands; a note leaves that as it was, and what concerns only the reminders of the
one who says it (see `wishes`) does too.
"""

from collections.abc import Iterable
from dataclasses import replace

from scheduler.outbox.values import StoredReport

STANDS = frozenset({"planned", "on-track", "at-risk", "delayed", "done", "cancelled"})
"""The words that say how an occurrence stands."""
SETTLES = frozenset({"done", "cancelled"})
NOTE = "note"


def how_it_stands(reports: Iterable[StoredReport]) -> dict[str, StoredReport]:
    """Occurrence -> how it was last said to stand, with the last note on it.

    reports: in the order in which they were said. A note on what is done changes nothing.
    """
    found: dict[str, StoredReport] = {}
    for one in reports:
        if one.state in STANDS:
            found[one.occurrence] = one
        elif one.state == NOTE and one.occurrence in found:
            found[one.occurrence] = _noted(found[one.occurrence], one)
    return found


def _noted(known: StoredReport, note: StoredReport) -> StoredReport:
    if known.state in SETTLES:
        return known
    percent = known.percent if note.percent is None else note.percent
    return replace(note, state=known.state, percent=percent, note=note.note or known.note)
