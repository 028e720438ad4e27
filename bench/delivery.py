"""Delivery: mails a second to a sink, each rendered, built, sent and recorded by itself."""

import smtplib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial

from bench import plans
from bench.databases import Fresh, emptied, opened
from bench.measure import Work, figure, folder, in_turn, note, ratio, seconds, title
from bench.servers import mail_sink, postgresql, postgresql_server, slow_line, smtp_sink
from config.plan import Plan
from notifiers.email_options import EmailOptions
from notifiers.notifier import Notifier
from notifiers.registry import make_notifier
from scheduler.clock import ManualClock
from scheduler.messages.facts import item
from scheduler.messages.languages import language
from scheduler.messages.page import Page, foot_links, footer
from scheduler.messages.sections import only
from scheduler.messages.shown import block
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
from scheduler.rendering import Rendering, Snapshot
from scheduler.ways_out import MAIL_CONNECTIONS

SENDER = "Resolution tracker <tracker@example.org>"
AT = datetime(2026, 7, 3, 6, 0, 30, tzinfo=UTC)
"""When all reminders of the plan are due."""
ONE_WAY = 0.010
"""Seconds that each direction of the slow line takes: a round trip of 20 ms."""
ROUNDS = 3


def run(*, quick: bool) -> None:
    """Print the comparison on each database, at once and over a slow line."""
    program = smtp_sink()
    count, far = (400, 60) if quick else (3_000, 300)
    title(f"Delivering {count:,} mails to a local sink, each to another person")
    if program is None:
        note("smtp-sink is not here (apt-get install postfix): left out")
        return
    near_plan, far_plan = _plan(count), _plan(far)
    with folder() as place, mail_sink(program) as port:
        fresh = Fresh(place)
        _compare("SQLite", near_plan, port, fresh.url, 2)
        _with_postgresql(partial(_compare, "PostgreSQL", near_plan, port, aim=2))
        title(f"Delivering {far} mails with 20 ms to the server")
        with slow_line(port, ONE_WAY) as slow:
            _compare("SQLite", far_plan, slow, fresh.url, 7)
            _with_postgresql(partial(_compare, "PostgreSQL", far_plan, slow, aim=7))


def _plan(count: int) -> Plan:
    return plans.read(plans.plan_text(count, people=count, policy="once", days=1))


def _with_postgresql(work: Callable[[Callable[[], str]], None]) -> None:
    programs = postgresql()
    if programs is None:
        note("PostgreSQL is not installed: left out")
        return
    with postgresql_server(programs) as url:
        work(lambda: emptied(url))


def _compare(where: str, plan: Plan, port: int, url: Callable[[], str], aim: float) -> None:
    pages = list(_pages(plan))
    works: dict[str, Work] = {
        "ours": lambda: _ours(plan, url(), port),
        "peer": lambda: _peer(pages, port),
    }
    taken = in_turn(works, ROUNDS)
    figure(f"ours on {where}, recorded one by one, mails a second", _speed(plan, taken["ours"]))
    figure("smtplib over one connection, mails a second", _speed(plan, taken["peer"]))
    ratio(f"delivery on {where} against the plain loop", taken["peer"] / taken["ours"], aim)


def _speed(plan: Plan, taken: float) -> str:
    return f"{len(plan.milestones) / taken:,.0f}"


def _ours(plan: Plan, url: str, port: int) -> float:
    """Seconds to claim, render, build, send and record every mail by the product's own means."""
    with opened(url) as database:
        planning, clock = PlanningStore(database), ManualClock(AT)
        Planning(planning).apply(plan, plans.NOW, None, frozenset())
        dispatcher = Dispatcher(DeliveryStore(database), clock, _crew(plan, database, port), "me")
        taken = seconds(dispatcher.run_due)
        sent = HistoryStore(database).counts()
        if sent != {"sent": len(plan.milestones)}:
            raise RuntimeError(f"not everything was sent: {sent}")
    return taken


def _crew(plan: Plan, database: Database, port: int) -> Crew:
    snapshot = Snapshot(plan, Dates(plan))
    rendering = Rendering(
        lambda: snapshot,
        PlanningStore(database),
        HistoryStore(database),
        InvitationStore(database),
    )
    options = EmailOptions(host="127.0.0.1", port=port, security="none", from_=SENDER)

    def connect(_channel: str) -> Notifier:
        return make_notifier("email", options, lambda: AT)

    return Crew(
        connect=connect,
        render=rendering.render,
        next_channel=lambda _recipient, _channel: None,
        limits=lambda _channel: Limits(MAIL_CONNECTIONS),
        draw=lambda: 0.5,
    )


def _pages(plan: Plan) -> Iterator[tuple[str, Page]]:
    """What the peer's templates are given, and to whom it goes: made before, and not counted."""
    words, dates = language("en").words, Dates(plan)
    for one in forecast(plan, plans.NOW, AT + timedelta(days=1)):
        occurrence = dates.find(one.occurrence)
        if occurrence is None:
            raise RuntimeError(f"{one.occurrence} is not in the plan")
        shown = block(words, item(plan, occurrence, one, AT), (), alone=True)
        yield (
            plan.people[one.recipient].email or "",
            Page(
                language="en",
                direction="ltr",
                subject=shown.title,
                lead=shown.lead,
                preview=shown.lead,
                tone=shown.tone,
                sections=only(shown),
                footer=footer(plan, words, one.recipient, shown.why),
                links=foot_links(plan, words, None),
                open=words.say("open"),
            ),
        )


def _peer(pages: list[tuple[str, Page]], port: int) -> float:
    """Seconds of the plain loop: render, build an EmailMessage, send; nothing is recorded."""
    spoken = language("en")

    def send_all() -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            for address, page in pages:
                mail = EmailMessage()
                mail["From"], mail["To"], mail["Subject"] = SENDER, address, page.subject
                mail.set_content(spoken.text.render(page=page))
                mail.add_alternative(spoken.html.render(page=page), subtype="html")
                server.send_message(mail)

    return seconds(send_all)
