"""The half-minute look of a node: what it takes beside the same node to which nobody reported."""

import resource
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import insert

from bench import plans
from bench.measure import folder, note, title
from bench.places import Place, place
from bench.table import Row, show
from scheduler.clock import ManualClock
from scheduler.outbox.database import CHUNK, Database
from scheduler.outbox.statements import chunks
from scheduler.outbox.tables import moves, reports
from scheduler.planning.occurrences import Dates
from scheduler.reporting import Report
from scheduler.service import Service

MILESTONES = 100
LOOKS = 9
TIMES = 3
"""A look may take so many times what it takes where nothing was reported."""


def run(*, quick: bool, kinds: Sequence[str]) -> None:
    """Print the table."""
    sizes = (1_000, 10_000) if quick else (1_000, 100_000)
    title("The half-minute look, by how much was ever reported and moved")
    note("processor seconds of the node's process; as many dates moved as were reported")
    found: list[Row] = []
    for kind in kinds:
        with folder() as files, place(kind, files) as where:
            if where is not None:
                found.extend(_rows(where, files, sizes))
                show(found)


def _rows(where: Place, files: Path, sizes: Sequence[int]) -> list[Row]:
    file, found = files / "looked.toml", []
    file.write_text(plans.plan_text(MILESTONES), encoding="utf-8")
    clock = ManualClock(plans.NOW)
    service = Service(file, Database(where.new()), clock)
    service.start()
    none = _look(service)
    before = 0
    for size in sizes:
        _say(service, before, size)
        before = size
        service.take_up(clock.now())
        taken, one = _look(service), _look(service, report=True)
        found.append(_row(f"a look, {size:,} reports", where, taken, none))
        found.append(_row(f"the same with a new one of {size:,}", where, one, none))
    service.stop()
    return found


def _row(what: str, where: Place, taken: float, none: float) -> Row:
    return Row(what, where.name, f"{taken * 1e3:.3g} ms", f"{none * 1e3:.3g} ms with none",
               taken / none, TIMES, below=True)  # fmt: skip


def _say(service: Service, first: int, end: int) -> None:
    """Write reports and moves as the store does, several at once."""
    ids, at = list(service.plan.milestones), service.clock.now()
    for some in chunks(range(first, end), CHUNK):
        named = [{"milestone": ids[number % len(ids)], "occurrence": ids[number % len(ids)],
                  "at": at + timedelta(seconds=number)} for number in some]  # fmt: skip
        said = [{"said_at": one["at"], "by": "p0", "state": "on-track", "note": "A note"} | one
                for one in named]  # fmt: skip
        moved = [{"old_text": "tbc", "new_text": "May 2026", "settled_at": at} | one
                 for one in named]  # fmt: skip
        service.database.write(lambda connection, rows=said: connection.execute(  # type: ignore[misc]
            insert(reports), rows))  # fmt: skip
        service.database.write(lambda connection, rows=moved: connection.execute(  # type: ignore[misc]
            insert(moves), rows))  # fmt: skip


def _look(service: Service, *, report: bool = False) -> float:
    """The median processor seconds of a look; with `report` after one came in elsewhere."""
    now, taken = service.clock.now(), []
    occurrence = Dates(service.plan).single(next(iter(service.plan.milestones.values())))
    for number in range(LOOKS):
        if report:
            note_text = f"Note {number}"
            said = Report(state="at-risk", by="p0", said_at=now, note=note_text)
            service.reporting.record(occurrence, said, now)
        begun = _processor()
        service.take_up(now)
        taken.append(_processor() - begun)
    return median(taken)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
