"""PURE. What the reports on an occurrence come to.

Some say how it stands; a note leaves that as it was, and what concerns only the reminders of the
one who says it (see `wishes`) does too. For reminders everything counts that was not returned, from
the moment it is said; the public sees only what is published.
"""

from collections.abc import Iterable
from dataclasses import replace

from scheduler.outbox.values import StoredReport

STANDS = frozenset({"planned", "on-track", "at-risk", "delayed", "done", "cancelled"})
"""The words that say how an occurrence stands."""
SETTLES = frozenset({"done", "cancelled"})
NOTE = "note"


def how_it_stands(
    reports: Iterable[StoredReport], *, notes: bool = False
) -> dict[str, StoredReport]:
    """Occurrence -> how it was last said to stand, with the last note on it.

    reports: in the order in which they were said. A note on what is done changes nothing. notes:
    also what only notes were said of, as planned, for those who ask whether anything was said.
    """
    found: dict[str, StoredReport] = {}
    for one in reports:
        if one.state in STANDS:
            found[one.occurrence] = one
        elif one.state == NOTE and one.occurrence in found:
            found[one.occurrence] = _noted(found[one.occurrence], one)
        elif one.state == NOTE and notes:
            found[one.occurrence] = replace(one, state="planned")
    return found


def counting(reports: Iterable[StoredReport]) -> list[StoredReport]:
    """Those that count for reminders: all that were not returned."""
    return [one for one in reports if one.review != "returned"]


def published(reports: Iterable[StoredReport]) -> list[StoredReport]:
    """Those that everybody may see, without what concerns only one person's reminders."""
    return [one for one in reports if one.review == "published" and is_said(one)]


def in_review(reports: Iterable[StoredReport]) -> frozenset[str]:
    """The milestones of which something was said that nobody has decided on, or published, yet."""
    return frozenset(one.milestone for one in reports if one.review in ("submitted", "approved"))


def is_said(report: StoredReport) -> bool:
    """Whether a report says something of the occurrence, and not of somebody's reminders."""
    return report.state in STANDS or report.state == NOTE


def _noted(known: StoredReport, note: StoredReport) -> StoredReport:
    if known.state in SETTLES:
        return known
    percent = known.percent if note.percent is None else note.percent
    return replace(note, state=known.state, percent=percent, note=note.note or known.note)
