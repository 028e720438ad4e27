"""Planning: reminders into the outbox, against one date trigger for each in APScheduler's store."""

from collections.abc import Callable
from datetime import timedelta

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, create_engine, event

from bench import plans
from bench.databases import Fresh, emptied, opened
from bench.measure import figure, folder, in_turn, note, ratio, seconds, title
from bench.servers import postgresql, postgresql_server
from config.plan import Plan
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.planner import Planning
from scheduler.planning.values import NOTHING_ENDED

PEER = 2_000
"""How many date triggers of the peer are measured; its speed hardly depends on it."""
ROUNDS = 3


def run(*, quick: bool) -> None:
    """Print the comparison on SQLite and, where it is installed, on PostgreSQL."""
    milestones = 1_000 if quick else 10_000
    written = plans.plan_text(milestones)
    edited = plans.read(plans.one_edit(written, milestones // 2))
    title(f"Planning {milestones * plans.EACH:,} reminders of {milestones:,} milestones")
    taken = seconds(lambda: plans.read(written))
    figure("reading the plan, not counted below", f"{taken:.2f} s")
    plan = plans.read(written)
    note(f"the peer is measured with {PEER:,} date triggers and scaled")
    _on_sqlite(plan, edited)
    programs = postgresql()
    if programs is None:
        note("PostgreSQL is not installed: left out")
        return
    with postgresql_server(programs) as url:
        _on_postgresql(url, plan, edited)


def _on_sqlite(plan: Plan, edited: Plan) -> None:
    with folder() as place:
        fresh = Fresh(place)
        ours = _Ours(plan, edited, fresh.url)
        taken = in_turn(
            {
                "ours": ours.first,
                "default": lambda: _peer(create_engine(fresh.url())),
                "WAL": lambda: _peer(_wal(fresh.url(), "FULL")),
                "WAL, not synced": lambda: _peer(_wal(fresh.url(), "NORMAL")),
            },
            ROUNDS,
        )
    count = len(plan.milestones) * plans.EACH
    ours.say("SQLite", taken["ours"])
    _compare("SQLite, its default", taken["ours"], count, taken["default"], 50)
    _compare("SQLite, with WAL", taken["ours"], count, taken["WAL"], 20)
    _compare("SQLite, with WAL and synchronous=NORMAL", taken["ours"], count,
             taken["WAL, not synced"], None)  # fmt: skip


def _on_postgresql(url: str, plan: Plan, edited: Plan) -> None:
    ours = _Ours(plan, edited, lambda: emptied(url))
    taken = in_turn(
        {"ours": ours.first, "peer": lambda: _peer(create_engine(emptied(url)))}, ROUNDS
    )
    ours.say("PostgreSQL", taken["ours"])
    _compare("PostgreSQL", taken["ours"], len(plan.milestones) * plans.EACH, taken["peer"], None)


def _compare(where: str, ours: float, count: int, peer: float, aim: float | None) -> None:
    times = peer / PEER * count / ours
    figure(f"APScheduler on {where}, entries a second", f"{PEER / peer:,.0f}")
    if aim is None:
        figure(f"planning against APScheduler on {where}", f"{times:.3g} x")
    else:
        ratio(f"planning against APScheduler on {where}", times, aim)


class _Ours:
    """Our planning of a plan, and the re-plan after an edit, each time in a new database."""

    def __init__(self, plan: Plan, edited: Plan, url: Callable[[], str]) -> None:
        self._plan, self._edited, self._url = plan, edited, url
        self._again: list[float] = []
        self._unchanged: list[float] = []

    def first(self) -> float:
        """The first planning; afterwards one edit, and the start of a service, are timed too."""
        with opened(self._url()) as database:
            planning = Planning(PlanningStore(database))
            plan, edited, later = self._plan, self._edited, plans.NOW + timedelta(hours=1)
            taken = seconds(lambda: planning.apply(plan, plans.NOW, None, NOTHING_ENDED))
            planned = HistoryStore(database).counts().get("planned", 0)
            if planned != len(plan.milestones) * plans.EACH:
                raise RuntimeError(f"{planned} reminders were planned")
            self._again.append(seconds(lambda: planning.apply(edited, later, plan, NOTHING_ENDED)))
            self._unchanged.append(
                seconds(lambda: planning.apply(edited, later, None, NOTHING_ENDED))
            )
        return taken

    def say(self, where: str, first: float) -> None:
        again, unchanged = sorted(self._again), sorted(self._unchanged)
        count = len(self._plan.milestones) * plans.EACH
        figure(f"our first planning on {where}", f"{first:.2f} s")
        figure(f"our reminders a second on {where}", f"{count / first:,.0f}")
        figure(f"our re-plan after one edit on {where}", f"{again[len(again) // 2]:.4f} s")
        share = again[len(again) // 2] / first * 100
        ratio(f"re-plan after one edit on {where}", share, 2, below=True, unit="%")
        middle = unchanged[len(unchanged) // 2]
        figure(f"start with nothing changed on {where}", f"{middle / first * 100:.3g} %")


def _wal(url: str, synchronous: str) -> Engine:
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def prepare_connection(connection: object, _: object) -> None:
        for setting in ("journal_mode=WAL", f"synchronous={synchronous}"):
            connection.execute(f"PRAGMA {setting}")  # type: ignore[attr-defined]

    return engine


def _nothing(reminder: str) -> None:
    """What the peer would call when a reminder is due."""


def date_triggers(engine: Engine, count: int) -> float:
    """Seconds for a date trigger each of so many reminders in APScheduler's SQLAlchemy store."""
    peer = BackgroundScheduler(jobstores={"default": SQLAlchemyJobStore(engine=engine)})
    peer.start(paused=True)

    def add() -> None:
        for number in range(count):
            due = plans.NOW + timedelta(days=36_500, minutes=number)
            name = f"t/m{number}|2126-01-01|on-the-day|p{number}|email"
            peer.add_job(_nothing, "date", run_date=due, args=[name], id=name)

    taken = seconds(add)
    peer.shutdown(wait=False)
    engine.dispose()
    return taken


def _peer(engine: Engine) -> float:
    return date_triggers(engine, PEER)
