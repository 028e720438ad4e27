"""What a node keeps of reports and moves is, after each look, what reading everything gives."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, delete, insert, select, text, update

from scheduler.moved import Moved
from scheduler.outbox import growth, report_growth
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.report_values import ReviewStep, Upload
from scheduler.outbox.schema import prepare
from scheduler.outbox.tables import attachments, moves, report_reviews, reports
from scheduler.outbox.values import Review, StoredMove, StoredReport
from scheduler.planning.changes import Move
from scheduler.reported import Reported
from scheduler.reports.told import changed, told_from
from scheduler.standing import ended_ids
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import HOUR, MINUTE, START

STATES = ("on-track", "at-risk", "done", "cancelled", "note", "snoozed")
_NEXT = "SELECT nextval(pg_get_serial_sequence('reports', 'id'))"
Act = tuple[str, int, int]
_SAY: Act = ("say", 1, 1)
_LOOK: Act = ("look", 0, 0)
TABLES = (reports, report_reviews, attachments, moves)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["say", "say", "file", "decide", "look", "move", "back", "late", "copy", "clock"]
        ),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=40,
)


class Writers:
    """Whoever writes reports and moves: nodes, coordinators, a restore, a late transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.history, self.planning = HistoryStore(database), PlanningStore(database)
        self.nodes = [(Reported(self.history), Moved(self.planning)) for _ in range(2)]
        self.now, self.steps = START, 0
        self.kept: dict[Table, list[dict[str, Any]]] = {}
        self.taken: int | None = None

    def act(self, what: str, first: int, second: int) -> None:
        self.steps += 1
        self.now += MINUTE + timedelta(microseconds=self.steps)
        getattr(self, f"_{what}")(first, second)

    def _say(self, first: int, second: int, upload: Upload | None = None) -> None:
        milestone = f"t/{first % 3}"
        occurrence = f"{milestone}@2024-0{1 + second % 2}-01" if first % 2 else milestone
        review: Review = "submitted" if second % 3 == 0 else "published"
        self.history.add_report(
            occurrence, milestone, state=STATES[second], by="amina", at=self.now,
            said_at=self.now - first * HOUR, note=f"{self.now}", review=review, upload=upload,
        )  # fmt: skip

    def _file(self, first: int, second: int) -> None:
        self._say(first, second, Upload("a.txt", "text/plain", b"x"))

    def _decide(self, first: int, second: int) -> None:
        known = self.history.every_report()
        if known:
            one = known[first % len(known)]
            state = ("approved", "returned", "published")[second % 3]
            step = ReviewStep(one.id, self.now, "cora", state, "a word")  # type: ignore[arg-type]
            self.history.decide(step, ("submitted", "approved", "published", "returned"))

    def _look(self, first: int, _: int) -> None:
        self.looked(first % 2)

    def _move(self, first: int, second: int) -> None:
        move = Move(f"t/{first % 3}", f"t/{first % 3}", None, "tbc", None, f"{second}")
        self.planning.save_seen([], [], [move], self.now - second * HOUR)
        self.planning.settle_moves([1 + second], self.now)

    def _late(self, first: int, second: int) -> None:
        """A transaction takes a number, or one that took its number before others commits."""
        if self.taken is None:
            self.taken = self.database.write(self._number)
            return
        values = {"id": self.taken, "occurrence": f"t/{first % 3}", "milestone": f"t/{first % 3}",
                  "at": self.now, "said_at": self.now, "state": STATES[second], "by": "amina",
                  "note": ""}  # fmt: skip
        self.database.write(lambda connection: connection.execute(insert(reports).values(values)))
        self.taken = None

    def _number(self, connection: Connection) -> int | None:
        if not self.database.is_sqlite:
            number: int = connection.execute(text(_NEXT)).scalar_one()
            return number
        rows = list(connection.execute(select(reports).order_by(reports.c.id)))
        if not rows:
            return None
        last = dict(rows[-1]._mapping)
        taken = int(last["id"]) + 1
        new = last | {"id": taken + 1, "at": self.now, "source": None}
        connection.execute(insert(reports).values(new))
        return taken

    def _copy(self, _: int, __: int) -> None:
        """A backup is made."""

        def work(connection: Connection) -> dict[Table, list[dict[str, Any]]]:
            return {
                table: [dict(row._mapping) for row in connection.execute(select(table))]
                for table in TABLES
            }

        self.kept = self.database.read(work)

    def _back(self, _: int, __: int) -> None:
        """The last backup is brought back, or all is lost."""

        def work(connection: Connection) -> None:
            for table in TABLES:
                connection.execute(delete(table))
                if self.kept.get(table):
                    connection.execute(insert(table), self.kept[table])

        self.database.write(work)
        self.taken = None

    def _clock(self, first: int, second: int) -> None:
        """The clock is set back, or forward."""
        self.now += timedelta(hours=(first - 3) * 10 + second)

    def looked(self, node: int) -> None:
        reported, moved = self.nodes[node]
        every = self.history.every_report()
        told = told_from(every, self.history.attachments_of())
        assert reported.read() == told
        assert list(reported.read().reports) == list(told.reports)
        assert reported.ended() == ended_ids(told.states)
        found: dict[str, list[StoredMove]] = {}
        for one in self.planning.moves_of():
            found.setdefault(one.milestone, []).append(one)
        assert moved.read() == found


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(acts=[("say", 0, 0), ("late", 0, 0), *[("say", 1, 1)] * 5, _LOOK, ("late", 2, 2)])
@example(acts=[_SAY, ("copy", 0, 0), _SAY, _SAY, _LOOK, ("back", 0, 0), _SAY, _SAY, _LOOK])
@example(acts=[_SAY, _SAY, ("decide", 0, 0), _LOOK, ("decide", 0, 1), _LOOK])
@given(acts=ACTS)
def test_whatever_is_written_a_look_sees_what_is_there(
    database: Database, acts: list[Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(growth, "NEAR", 3)
        writers = Writers(database)
        writers.act("back", 0, 0)
        for act in acts:
            writers.act(*act)
        for node in (0, 1):
            writers.looked(node)


def _say(stores: Stores, number: int) -> None:
    at = START + number * MINUTE
    stores.history.add_report(
        f"t/{number}", f"t/{number}", state="on-track", by="amina", at=at, said_at=at
    )


def test_a_look_reads_what_is_new_and_the_rest_stays_the_very_same(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        _say(stores, number)
    reading = Reported(stores.history)
    first = reading.read()
    assert reading.read() is first
    made: list[StoredReport] = []
    monkeypatch.setattr(report_growth, "StoredReport", lambda **row: _made(made, row))
    _say(stores, 40)
    second = reading.read()
    assert [one.occurrence for one in made] == ["t/40"]
    assert second.states["t/7"] is first.states["t/7"]
    assert second.in_review is first.in_review
    assert changed(first, second) == {"t/40"}
    stores.history.decide(ReviewStep(5, START, "cora", "returned", "why"), ["published"])
    third = reading.read()
    assert [one.id for one in made[1:]] == [5]
    assert "t/4" not in third.states
    assert changed(second, third) == {"t/4"}


def _made(made: list[StoredReport], row: dict[str, Any]) -> StoredReport:
    made.append(StoredReport(**row))
    return made[-1]


def test_what_a_slow_transaction_commits_after_a_later_one_is_seen_at_the_next_look(
    postgres_url: str,
) -> None:
    database = Database(postgres_url)
    prepare(database)
    history = HistoryStore(database)
    reading = Reported(history)
    values = {"occurrence": "t/slow", "milestone": "t/slow", "at": START, "said_at": START,
              "state": "done", "by": "amina", "note": ""}  # fmt: skip
    for _ in range(2):
        with database.engine.begin() as slow:
            slow.execute(insert(reports).values(values))
            history.add_report("t/quick", "t/quick", state="done", by="b", at=START, said_at=START)
            assert "t/quick" in reading.read().states
            seen = len(reading.read().reports)
        assert len(reading.read().reports) == seen + 1
        assert reading.read() == told_from(history.every_report(), [])
    database.close()


def test_what_somebody_changed_by_hand_is_seen_after_a_day(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    _say(stores, 1)
    reading, moved = Reported(stores.history), Moved(stores.planning)
    stores.planning.save_seen([], [], [Move("t/1", "t/1", None, "tbc", None, "May")], START)
    assert reading.read().states["t/1"].state == "on-track"
    assert len(moved.read()["t/1"]) == 1
    stores.database.write(lambda connection: connection.execute(update(reports).values(note="x")))
    stores.database.write(lambda connection: connection.execute(update(moves).values(new_text="x")))
    monkeypatch.setattr(growth, "ANEW", 0.0)
    assert reading.read().states["t/1"].note == "x"
    assert moved.read()["t/1"][0].new_text == "x"
