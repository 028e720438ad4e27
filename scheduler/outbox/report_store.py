"""The statements of what was reported: every version, its review, and the files that go with it.

Each method is one transaction on one state of the tables. A report is never changed but for how far
its review is, and each step of that is kept.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from hashlib import sha256
from typing import cast

from sqlalchemy import Connection, delete, insert, select, update

from scheduler.outbox.news import News, announce
from scheduler.outbox.report_growth import Fresh, Heard, fresh_reports
from scheduler.outbox.report_values import Attached, Attachment, ReviewStep, Upload
from scheduler.outbox.said import counting, how_it_stands
from scheduler.outbox.service_store import FOLLOW, ServiceStore, to_follow
from scheduler.outbox.statements import by_ids, end_unsent, of_policy, upsert, upserting
from scheduler.outbox.tables import attachments, reminders, report_reviews, reports, settings
from scheduler.outbox.trail_store import Act, Did, note_act
from scheduler.outbox.values import MOVED, WISHES, Review, State, StoredReport, Wish
from scheduler.outbox.wishes import grant

WITHDRAWING = ("done", "cancelled")
"""The states of a report that withdraw what is not sent (Change 2 and 3)."""
DECIDED = "decided:"
"""Stands before a report's number and a step of its review whose consequences are still to do."""
_STEP = tuple(report_reviews.c[name] for name in ReviewStep.__slots__)
_ATTACHMENT = tuple(attachments.c[name] for name in Attachment.__slots__)


class ReportStore(ServiceStore):
    """Reports and their review."""

    def add_report(  # noqa: PLR0913  # a report has so many parts
        self,
        occurrence: str,
        milestone: str,
        *,
        state: str,
        by: str,
        at: datetime,
        said_at: datetime,
        percent: int | None = None,
        note: str = "",
        until: datetime | None = None,
        source: str | None = None,
        review: Review = "published",
        link: str = "",
        request: str | None = None,
        upload: Upload | None = None,
    ) -> int | None:
        """Record a report; `done` and `cancelled` withdraw what is not sent, but their notices.

        What a person asks for her own reminders (`WISHES`, with `until`) takes them out of what is
        being prepared. All in one transaction that is on the disk before this returns, so that no
        worker begins to send after the report stands; a message on its way is recorded as sent.
        Returns how many reminders were taken back, and None where the same `source` was recorded
        before. A report on a repeating milestone names one occurrence.
        """
        values = {
            "occurrence": occurrence,
            "milestone": milestone,
            "at": at,
            "by": by,
            "state": state,
            "percent": percent,
            "note": note,
            "said_at": said_at,
            "until": until,
            "source": source,
            "review": review,
            "link": link,
            "request": request,
        }
        statement = upserting(self.database.engine.dialect, reports).values(values)
        statement = statement.on_conflict_do_nothing(index_elements=["source"])
        statement = statement.returning(reports.c.id)  # PostgreSQL's driver does not say how many

        def work(connection: Connection) -> int | None:
            number = connection.execute(statement).scalar()
            if number is None:
                return None
            if upload is not None:
                _attach(connection, number, upload)
            if state not in WISHES:
                to_follow(connection, number, occurrence)
            announce(connection, News.KNOWN)
            if until is not None and state in WISHES:
                return grant(connection, Wish(occurrence, milestone, by, state, at, until), at)
            if state not in WITHDRAWING:
                return 0
            which = reminders.c.milestone == milestone
            which &= reminders.c.occurrence == occurrence
            which &= of_policy(reminders.c.stage) | (reminders.c.stage == MOVED)
            return end_unsent(connection, which, State.WITHDRAWN, f"reported {state} by {by}", at)

        return self.database.write(work)

    # What was said

    def unfollowed(self) -> list[StoredReport]:
        """Reports of which what follows has not been done yet, the oldest first."""
        numbers = [int(name.removeprefix(FOLLOW)) for name in self.names(FOLLOW)]
        query = select(reports).where(reports.c.id.in_(numbers)).order_by(reports.c.id)
        return [StoredReport(**row._mapping) for row in self._rows(query)] if numbers else []

    def latest_reports(self) -> dict[str, StoredReport]:
        """How each occurrence was last said to stand; what was returned does not count."""
        return how_it_stands(counting(self._reports(None)))

    def last_heard(self) -> dict[str, StoredReport]:
        """The same, also for what only notes were said of."""
        return how_it_stands(counting(self._reports(None)), notes=True)

    def reports_of(self, milestone: str) -> list[StoredReport]:
        """Every report on a milestone's occurrences, the oldest first."""
        return self._reports(milestone)

    def every_report(self) -> list[StoredReport]:
        """Every report there ever was, the oldest first."""
        return self._reports(None)

    def fresh_reports(
        self, heard: Heard, has: Callable[[int], bool], has_step: Callable[[int], bool]
    ) -> Fresh:
        """What is new of reports since `heard`; see `report_growth`."""
        return self.database.read(
            lambda connection: fresh_reports(connection, heard, has, has_step)
        )

    def report(self, number: int) -> StoredReport | None:
        """One report; None where there is none with that number."""
        rows = self._rows(select(reports).where(reports.c.id == number))
        return StoredReport(**rows[0]._mapping) if rows else None

    def reports_in(self, states: Collection[Review]) -> list[StoredReport]:
        """The reports whose review is so far, the oldest first."""
        query = select(reports).where(reports.c.review.in_(states))
        rows = self._rows(query.order_by(reports.c.said_at, reports.c.id))
        return [StoredReport(**row._mapping) for row in rows]

    def _reports(self, milestone: str | None) -> list[StoredReport]:
        query = select(reports).order_by(reports.c.said_at, reports.c.id)
        if milestone is not None:
            query = query.where(reports.c.milestone == milestone)
        return [StoredReport(**row._mapping) for row in self._rows(query)]

    # The review

    def decide(self, step: ReviewStep, before: Collection[Review]) -> bool:
        """Take a step of a report's review; whether it was taken.

        It is taken only while the review is at one of `before`: of two who decide at once the
        second's step is not taken. What follows from it, and its line in the trail, are written in
        the same transaction.
        """
        row = reports.c
        which = (row.id == step.report) & row.review.in_(before)
        statement = update(reports).where(which).values(review=step.state)
        statement = statement.returning(row.occurrence)

        def work(connection: Connection) -> bool:
            occurrence = connection.execute(statement).scalar()
            if occurrence is None:
                return False
            values = {name: getattr(step, name) for name in ReviewStep.__slots__}
            connection.execute(insert(report_reviews).values(values))
            note_act(connection, _act(step, occurrence, before))
            mark = {"name": f"{DECIDED}{step.report}:{step.state}", "value": occurrence}
            upsert(connection, settings, [mark])
            announce(connection, News.KNOWN)
            return True

        return self.database.write(work)

    def steps_of(self, numbers: Collection[int] | None = None) -> list[ReviewStep]:
        """The steps of the review of these reports, or of all, the first one first."""
        query = select(*_STEP, report_reviews.c.id)
        found = self.database.read(
            lambda connection: sorted(
                by_ids(connection, query, report_reviews.c.report, numbers), key=lambda row: row.id
            )
        )
        return [ReviewStep(row.report, row.at, row.by, row.state, row.word) for row in found]

    def decided(self) -> list[tuple[StoredReport, Review]]:
        """Steps of which what follows has not been done yet: the report, and what became of it.

        They stand beside `unfollowed`, since a report may be decided on while somebody else still
        does what follows from its coming in.
        """
        found = []
        for name in sorted(self.names(DECIDED)):
            number, _, state = name.removeprefix(DECIDED).partition(":")
            report = self.report(int(number))
            if report is not None:
                found.append((report, cast(Review, state)))
        return found

    def decision_followed(self, report: int, state: Review) -> None:
        """What follows from a step has been done."""
        self._execute(delete(settings).where(settings.c.name == f"{DECIDED}{report}:{state}"))

    # Files

    def attachments_of(self, numbers: Collection[int] | None = None) -> list[Attachment]:
        """The files that came with these reports, or with any, by number; not their content."""
        found = self.database.read(
            lambda connection: list(
                by_ids(connection, select(*_ATTACHMENT), attachments.c.report, numbers)
            )
        )
        return sorted((Attachment(**row._mapping) for row in found), key=lambda one: one.id)

    def attachment(self, number: int) -> Attached | None:
        """A file with its report and its content; None where there is none of that number."""
        query = select(*_ATTACHMENT, attachments.c.octets).where(attachments.c.id == number)
        for row in self._rows(query):
            values = dict(row._mapping)
            octets = bytes(values.pop("octets"))
            found = Attachment(**values)
            report = self.report(found.report)
            return Attached(found, report, octets) if report else None
        return None


def _act(step: ReviewStep, occurrence: str, before: Collection[Review]) -> Act:
    """The line in the trail of a step of a review; the report's number stands behind a bar."""
    did: Did = "approve"
    if step.state != "published":
        did = "return" if step.state == "returned" else "hold"
    elif "submitted" not in before:
        did = "publish"
    return Act(step.at, step.by, did, f"{occurrence}|{step.report}", step.word)


def _attach(connection: Connection, report: int, upload: Upload) -> None:
    values = {
        "report": report,
        "name": upload.name,
        "kind": upload.kind,
        "size": len(upload.octets),
        "digest": sha256(upload.octets).hexdigest(),
        "octets": upload.octets,
    }
    connection.execute(insert(attachments).values(values))
