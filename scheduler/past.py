"""PURE. All that has happened to the commitments: what was said of them, moved and dropped."""

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.feeds import Gone
from scheduler.outbox.values import StoredReport
from scheduler.standing import Slip


@dataclass(frozen=True, slots=True)
class Past:
    """Every published report and every change of a date, the oldest first, and what left the plan.

    What the pages show is how this came out; a look back over a period needs it whole.
    """

    reports: Sequence[StoredReport] = ()
    slips: Sequence[Slip] = ()
    gone: Sequence[Gone] = ()
