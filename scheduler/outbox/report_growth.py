"""What is new of reports: those that came, those whose review went on, and the files of the first.

A report never changes but for how far its review is, and each step of that is a row of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from scheduler.outbox.growth import NOTHING, Extent, grown, values_of
from scheduler.outbox.report_values import Attachment
from scheduler.outbox.statements import by_ids
from scheduler.outbox.tables import attachments, report_reviews, reports
from scheduler.outbox.values import StoredReport

_ATTACHMENT = tuple(attachments.c[name] for name in Attachment.__slots__)


@dataclass(frozen=True, slots=True)
class Heard:
    """How far reports and the steps of their review were read."""

    reports: Extent = NOTHING
    steps: Extent = NOTHING


class Fresh(NamedTuple):
    """What is new since `Heard`. whole: it is all there is, and what was known is to go.

    reports: in any order. steps: the numbers of the steps that were read.
    """

    reports: list[StoredReport]
    files: list[Attachment]
    steps: list[int]
    whole: bool
    heard: Heard


def fresh_reports(
    connection: Connection,
    heard: Heard,
    has: Callable[[int], bool],
    has_step: Callable[[int], bool],
) -> Fresh:
    """What is new; the transaction must see one state throughout. A report and its file, and a step
    and what it makes of the report, are each written in one transaction."""
    came = grown(connection, reports, heard.reports, has, changing=("review",))
    steps = grown(connection, report_reviews, heard.steps, has_step)
    whole = came.whole or (steps.whole and heard.steps.count > 0)
    if whole:
        came = came if came.whole else grown(connection, reports, NOTHING, has)
        steps = steps if steps.whole else grown(connection, report_reviews, NOTHING, has_step)
    rows = list(came.rows)
    if not whole:
        new = {row.id for row in rows}
        went_on = sorted({row.report for row in steps.rows} - new)
        rows += by_ids(connection, select(reports), reports.c.id, went_on)
    which = None if whole and rows else [row.id for row in came.rows]
    files = by_ids(connection, select(*_ATTACHMENT), attachments.c.report, which)
    return Fresh(
        [StoredReport(**values_of(reports, row)) for row in rows],
        [Attachment(**row._mapping) for row in files],
        [row.id for row in steps.rows],
        whole,
        Heard(came.extent, steps.extent),
    )
