"""The rows on planning: a million reminders, one edit, what is due among them, a node's start."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import create_engine

from bench import plans
from bench.databases import opened
from bench.measure import figure, in_turn, seconds
from bench.nodes import told
from bench.places import OnSqlite, Place, without_reminders
from bench.planning import date_triggers
from bench.table import Row
from config.load import load_texts
from scheduler.outbox.database import Database
from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.dispatch import LEASE
from scheduler.outbox.lane import BATCH
from scheduler.outbox.planning_store import PlanningStore
from scheduler.planner import Planning
from scheduler.planning.timing import message_of
from scheduler.planning.values import NOTHING_ENDED, Reminder

DUE_AT = plans.NOW + timedelta(hours=1)
"""When some reminders are due and no other is."""
DUE, FEW = 10, 100
"""How many are due, and the milestones of the small plan beside them, of ten reminders each."""
CLAIMS = 30


class Size(NamedTuple):
    """How many milestones, how many date triggers of the peer, how often a start is measured."""

    milestones: int
    triggers: int
    starts: int


def rows(place: Place, folder: Path, size: Size) -> Iterator[Row]:
    """Plan once, in a process of its own, and measure all else on what it has planned."""
    file, url = folder / f"{place.name}.toml", place.new()
    file.write_text(plans.plan_text(size.milestones), encoding="utf-8")
    beside = OnSqlite(folder / "peer")
    (folder / "peer").mkdir()
    peers = [_peer(beside, size.triggers)]
    found = told("plan", file, url)
    peers.append(_peer(beside, size.triggers))
    count = size.milestones * plans.EACH
    if found["planned"] != count:
        raise RuntimeError(f"{found['planned']} reminders were planned")
    yield from _planned(place, found, count, size.triggers / median(peers))
    yield _claimed(place, url, count)
    yield _started(place, file, url, count, size.starts)


def _peer(place: OnSqlite, count: int) -> float:
    return date_triggers(create_engine(place.new()), count)


def _planned(place: Place, found: dict[str, Any], count: int, peer: float) -> Iterator[Row]:
    first, again = found["first"], median(found["again"])
    more = max(found["more"], 0.0)
    figure(f"{place.name}: a first start, calendars and all", f"{found['anew']:.1f} s")
    figure(f"{place.name}: an edit of the file, the same", f"{median(found['reloads']):.1f} s")
    yield Row(f"plan {count:,} reminders", place.name, f"{count / first:,.0f} a second",
              f"{peer:,.0f} a second", count / first / peer, 100)  # fmt: skip
    yield Row("memory of the planner beside the plan", place.name, f"{more:,.0f} MB",
              f"{found['plan']:,.0f} MB", more / found["plan"] * 100, 20, below=True,
              unit="%")  # fmt: skip
    yield Row("plan anew after one edit", place.name, f"{again * 1000:,.1f} ms",
              f"{first:,.1f} s", again / first * 100, 1, below=True, unit="%")  # fmt: skip


def _claimed(place: Place, url: str, count: int) -> Row:
    """Find and claim what is due; what was claimed is given back, and that is not counted."""
    small = load_texts({"plan.toml": plans.plan_text(FEW)}).plan
    with ExitStack() as stack:
        many = stack.enter_context(opened(place.copy(url)))
        few = stack.enter_context(opened(place.new()))
        Planning(PlanningStore(few)).apply(small, plans.NOW, None, NOTHING_ENDED)
        for one in (many, few):
            PlanningStore(one).insert(_due(), plans.NOW)
            _claim(one)
        taken = in_turn({"many": lambda: _claim(many), "few": lambda: _claim(few)}, CLAIMS)
    return Row(f"claim {DUE} due among {count:,} planned", place.name,
               f"{taken['many'] * 1000:.2f} ms", f"{taken['few'] * 1000:.2f} ms",
               taken["many"] / taken["few"], 2, below=True)  # fmt: skip


def _claim(database: Database) -> float:
    store, claimed = DeliveryStore(database), []

    def look() -> None:
        store.due_by_channel()
        claimed.extend(store.claim("email", DUE_AT, "me", LEASE, BATCH))

    taken = seconds(look)
    if len(claimed) != DUE:
        raise RuntimeError(f"{len(claimed)} messages were claimed")
    store.release(claimed, DUE_AT)
    return taken


def _due() -> list[Reminder]:
    day = DUE_AT.date()
    return [
        Reminder(
            occurrence=f"due/m{number}",
            due=day,
            stage="on-the-day",
            recipient=f"q{number}",
            channel="email",
            asked=None,
            milestone=f"due/m{number}",
            at=DUE_AT,
            day=day,
            message=message_of(f"q{number}", "email", DUE_AT),
            nominal=day,
            late=False,
            behalf=(),
        )
        for number in range(DUE)
    ]


def _started(place: Place, file: Path, url: str, count: int, times: int) -> Row:
    """With the same plan and calendars: all that differs is what is planned."""
    none = without_reminders(place, url)
    taken = in_turn({"full": lambda: _start(file, url), "none": lambda: _start(file, none)}, times)
    return Row(f"a node's start with {count:,} planned", place.name, f"{taken['full']:.2f} s",
               f"{taken['none']:.2f} s", taken["full"] / taken["none"], 2, below=True)  # fmt: skip


def _start(file: Path, url: str) -> float:
    return float(told("start", file, url)["seconds"])
