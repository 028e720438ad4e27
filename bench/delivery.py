"""Delivery: mails a second to a sink, each rendered, built, sent and recorded by itself.

A table: the ways to send, each over 1, 8 and 32 connections, at once and over a slow line. All
send the same mails to the same sink; only ours keeps a record of each.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial

from bench import peers, plans
from bench.databases import Fresh, emptied, opened
from bench.measure import Work, figure, folder, in_turn, note, ratio, seconds, title
from bench.servers import mail_sink, postgresql, postgresql_server, slow_line, smtp_sink
from config.plan import Plan
from notifiers.email_options import EmailOptions
from notifiers.notifier import Notifier
from notifiers.registry import make_notifier
from scheduler.channels import MAIL_CONNECTIONS
from scheduler.clock import ManualClock
from scheduler.outbox.crew import Crew, Limits
from scheduler.outbox.database import Database
from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.dispatch import Dispatcher
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.invitation_store import InvitationStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.planner import Planning
from scheduler.planning.forecast import forecast
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import NOTHING_ENDED
from scheduler.rendering import Rendering, Snapshot

AT = datetime(2026, 7, 3, 6, 0, 30, tzinfo=UTC)
"""When all reminders of the plan are due."""
ONE_WAY = 0.010
"""Seconds that each direction of the slow line takes: a round trip of 20 ms."""
ROUNDS = 3
CONNECTIONS = (1, 8, 32)
NEAR, FAR = 2_000, {1: 60, 8: 300, 32: 900}
"""How many mails; over the slow line by connections, since one carries 12 a second."""
NEAR_AIM, FAR_AIM = 2, 7
"""How many times the plain loop over one connection ours is to be, over as many as it uses."""


def run(*, quick: bool) -> None:
    """Print the tables."""
    program = smtp_sink()
    if program is None:
        note("smtp-sink is not here (apt-get install postfix): left out")
        return
    if peers.aiosmtplib() is None:
        note("aiosmtplib is not installed (./milestones installs it for the tests): left out")
    share = 5 if quick else 1
    with ExitStack() as stack:
        place = stack.enter_context(folder())
        port = stack.enter_context(mail_sink(program))
        urls = {"SQLite": Fresh(place).url}
        programs = postgresql()
        if programs is None:
            note("PostgreSQL is not installed: left out")
        else:
            url = stack.enter_context(postgresql_server(programs))
            urls["PostgreSQL"] = partial(emptied, url)
        title("Delivering to a local sink, mails a second")
        _table(dict.fromkeys(CONNECTIONS, NEAR // share), port, urls, NEAR_AIM)
        title("Delivering with 20 ms to the server, mails a second")
        slow = stack.enter_context(slow_line(port, ONE_WAY))
        _table({key: one // share for key, one in FAR.items()}, slow, urls, FAR_AIM)


def _table(
    counts: Mapping[int, int], port: int, urls: Mapping[str, Callable[[], str]], aim: float
) -> None:
    found: dict[int, dict[str, float]] = {}
    for connections, count in counts.items():
        plan = plans.read(plans.plan_text(count, people=count, policy="once", days=1))
        taken = in_turn(_works(plan, port, urls, connections), ROUNDS)
        found[connections] = {name: count / one for name, one in taken.items()}
    for name in found[CONNECTIONS[0]]:
        speeds = "  ".join(f"{found[one][name]:6,.0f}" for one in counts)
        figure(f"{name}, over {', '.join(map(str, counts))} connections", speeds)
    plain = found[1]["smtplib"]
    for name in urls:
        ours = found[MAIL_CONNECTIONS][f"ours on {name}"]
        ratio(f"ours on {name} over {MAIL_CONNECTIONS} against smtplib over one", ours / plain, aim)


def _works(
    plan: Plan, port: int, urls: Mapping[str, Callable[[], str]], connections: int
) -> dict[str, Work]:
    """Each way to send the plan's mails, over so many connections."""
    pages = list(peers.pages(plan, forecast(plan, plans.NOW, AT + timedelta(days=1)), AT))
    works: dict[str, Work] = {
        f"ours on {name}": partial(_ours, plan, url, port, connections)
        for name, url in urls.items()
    }
    works["smtplib"] = partial(peers.by_smtplib, pages, port, connections)
    library = peers.aiosmtplib()
    if library is not None:
        works["aiosmtplib"] = partial(peers.by_aiosmtplib, library, pages, port, connections)
    return works


def _ours(plan: Plan, url: Callable[[], str], port: int, connections: int) -> float:
    """Seconds to claim, render, build, send and record every mail by the product's own means."""
    with opened(url()) as database:
        planning, clock = PlanningStore(database), ManualClock(AT)
        Planning(planning).apply(plan, plans.NOW, None, NOTHING_ENDED)
        sending = crew(plan, database, port, connections)
        dispatcher = Dispatcher(DeliveryStore(database), clock, sending, "me")
        taken = seconds(dispatcher.run_due)
        sent = HistoryStore(database).counts()
        if sent != {"sent": len(plan.milestones)}:
            raise RuntimeError(f"not everything was sent: {sent}")
    return taken


def crew(plan: Plan, database: Database, port: int, connections: int) -> Crew:
    """What sends the mails of a plan to a port, over so many connections."""
    snapshot = Snapshot(plan, Dates(plan))
    rendering = Rendering(
        lambda: snapshot,
        PlanningStore(database),
        HistoryStore(database),
        InvitationStore(database),
    )
    options = EmailOptions(host="127.0.0.1", port=port, security="none", from_=peers.SENDER)

    def connect(_channel: str) -> Notifier:
        return make_notifier("email", options, lambda: AT)

    return Crew(
        connect=connect,
        render=rendering.render,
        next_channel=lambda _recipient, _channel: None,
        limits=lambda _channel: Limits(connections),
        draw=lambda: 0.5,
    )
