"""What feeds and pages need of the past, as commands read it: from the database, or without one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from config.load import Loaded
from config.plan import Plan
from scheduler.commands.history import exists, with_history
from scheduler.entry_stamps import stamps_of
from scheduler.feeds import History
from scheduler.inforce import read_past, slips_of
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.report_values import Attached
from scheduler.outbox.schema import prepare
from scheduler.past import Past
from scheduler.remembered import gone_of
from scheduler.reports.told import Told, told_from
from scheduler.stamps import Stamp
from scheduler.standing import Slip, is_public


class Recorded(NamedTuple):
    """What has happened: for the feeds, and for the pages every change of a date, oldest first."""

    history: History
    slips: Sequence[Slip]
    told: Told


def recorded(loaded: Loaded, url: str) -> Recorded:
    """What the database holds; without one, and for what it has not seen yet, everything was
    made, and last changed, when the plan's files were."""
    newest = max(file.stat().st_mtime for file in loaded.files)
    changed = datetime.fromtimestamp(int(newest), UTC)
    fresh = dict.fromkeys(loaded.plan.milestones, Stamp(changed, changed))
    if not exists(url):
        return Recorded(History(stamps=fresh), (), Told())
    database = Database(url)
    try:
        prepare(database)
        return _read(HistoryStore(database), PlanningStore(database), fresh)
    finally:
        database.close()


def public_files(plan: Plan, told: Told, url: str) -> dict[int, Attached]:
    """The files that came with published reports on what is public, by number."""
    shown = (versions for key, versions in told.versions.items()
             if (milestone := plan.milestones.get(key)) and is_public(plan, milestone))  # fmt: skip
    numbers = [file.id for versions in shown for one in versions for file in one.files]
    if not numbers:
        return {}
    found = with_history(url, lambda history: [history.attachment(one) for one in numbers])
    return {one.file.id: one for one in found if one is not None}


def past(url: str) -> Past:
    """All that the database holds of what happened; nothing without one."""
    if not exists(url):
        return Past()
    database = Database(url)
    try:
        prepare(database)
        return read_past(HistoryStore(database), PlanningStore(database))
    finally:
        database.close()


def _read(store: HistoryStore, planning: PlanningStore, fresh: dict[str, Stamp]) -> Recorded:
    rows = store.stamp_rows()
    stamps = stamps_of(rows)
    told = told_from(store.every_report(), store.attachments_of())
    history = History(told.published, {**fresh, **stamps}, gone_of(rows, stamps))
    slips = slips_of(planning.moves_of())
    return Recorded(history, slips, told)
