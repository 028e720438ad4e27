"""Where the forms of update requests come in: drafts are kept, answers become reports."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from scheduler.asked import Asking, answered_ids, asking, has_closed
from scheduler.inforce import InForce
from scheduler.outbox.request_store import RequestStore
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence
from scheduler.reporting import Report, Reporting
from scheduler.request_values import Kept, Sent, Statement, said_of
from scheduler.standing import States


class RequestDesk:
    """Takes the forms of update requests; several threads may use it at once."""

    def __init__(
        self,
        store: RequestStore,
        reporting: Reporting,
        force: InForce,
        changed: Callable[[datetime], None],
    ) -> None:
        self._store = store
        self._reporting = reporting
        self._force = force
        self._changed = changed

    def kept(self, occurrence: str, reader: str) -> Kept:
        """What is kept of a part, as it stands in the database now."""
        return Kept(self._store.draft(occurrence, reader), self._store.sent(occurrence))

    def shown(self, dates: Dates, occurrence: Occurrence, states: States) -> Asking | None:
        """What a form asks for: also what it has itself reported as done, to be corrected."""
        mine = {name for one in self._store.sent(occurrence.id) for name in said_of(one.fields)}
        others = {key: one for key, one in states.items() if key not in mine}
        return asking(dates, occurrence, others)

    def save(
        self, occurrence: str, reader: str, fields: Mapping[str, str], kept: Kept, now: datetime
    ) -> bool:
        """Keep a draft in place of the one in `kept`; False where another was saved meanwhile."""
        known = kept.draft.version if kept.draft else 0
        return self._store.save_draft(occurrence, reader, fields, known, now) is not None

    def send(  # an answer has so many parts
        self,
        asked: Asking,
        reader: str,
        statements: Sequence[Statement],
        fields: Mapping[str, str],
        source: str,
        now: datetime,
    ) -> None:
        """Record what a form says; the same `source` does it once.

        The reports come first: after a crash the draft is still there, and what was reported is
        not reported again.
        """
        occurrence, plan = asked.occurrence, self._force.plan
        for one in statements:
            report = Report(
                state=one.state,
                by=reader,
                said_at=now,
                percent=one.percent,
                note=one.note,
                link=one.link,
                request=occurrence.id,
                source=f"{source}:{one.target.id}",
            )
            self._reporting.record(one.target, report, now)
        late = has_closed(occurrence, asked.part.milestone.timezone, now)
        sent = self._store.answered() | {occurrence.id}
        relieved = sorted(answered_ids(plan, self._force.heard(), sent, now) - sent)
        self._store.send(Sent(occurrence.id, reader, now, late, fields, source), relieved)
        self._changed(now)
