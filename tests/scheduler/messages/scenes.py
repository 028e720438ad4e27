"""The plan of these tests, and messages out of it by occurrence, stage and recipient.

Everybody in it reads the language of `speaking`, English at first.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from config.load import load
from config.plan import Milestone, Plan
from notifiers.message import Button, Invitation, Message
from scheduler.entries import entry_of
from scheduler.matters import Matter, Matters
from scheduler.messages.attention import compose_attention
from scheduler.messages.buttons import answers
from scheduler.messages.compose import compose
from scheduler.messages.digest import Standing, compose_digest
from scheduler.messages.facts import item
from scheduler.messages.invite import compose_invitation
from scheduler.messages.languages import language
from scheduler.messages.values import NOTHING, Item, LastKnown, Links, Past, Reached
from scheduler.outbox.values import ChannelState, InvitationKind, Invited, Notice, Undelivered
from scheduler.planning.changes import Move
from scheduler.planning.digests import DIGEST
from scheduler.planning.forecast import forecast
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence, Reminder
from scheduler.standing import State
from tests.scheduler.messages.requested import requested

HERE = Path(__file__).parent
START, END = datetime(2024, 2, 20, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
KEY = "key"


_spoken = ["en"]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it everybody reads that language."""
    _spoken.append(language)
    try:
        yield
    finally:
        _spoken.pop()


def plan() -> Plan:
    """The plan beside this file."""
    return _plan(_spoken[-1])


@lru_cache(maxsize=6)
def _plan(language: str) -> Plan:
    found = load(HERE / "plan.toml").plan
    people = {key: replace(one, language=language) for key, one in found.people.items()}
    teams = {key: replace(one, language=language) for key, one in found.teams.items()}
    return replace(found, people=people, teams=teams, language=language)


@lru_cache(maxsize=1)
def reminders() -> tuple[Reminder, ...]:
    """All that it sends."""
    return tuple(forecast(plan(), START, END))


def occurrence(milestone: str, of: Plan | None = None) -> Occurrence:
    """The occurrence of a milestone that does not repeat."""
    found = Dates(of or plan()).find(milestone)
    assert found is not None
    return found


def reminder(milestone: str, stage: str, recipient: str) -> Reminder:
    """The first reminder of that stage for that recipient."""
    return next(
        one
        for one in reminders()
        if (one.milestone, one.stage, one.recipient) == (milestone, stage, recipient)
    )


def made(milestone: str, stage: str, recipient: str, past: Past = NOTHING) -> Item:
    """What a message says of that reminder."""
    one = reminder(milestone, stage, recipient)
    return item(plan(), occurrence(milestone), one, one.at, past)


def message(milestone: str, stage: str, recipient: str, past: Past = NOTHING) -> Message:
    """The message of that reminder alone."""
    one = reminder(milestone, stage, recipient)
    shown = [item(plan(), occurrence(milestone), one, one.at, past)]
    return compose(plan(), recipient, one.channel, shown, one.at, key=KEY)


def notice(milestone: str, stage: str, recipient: str, past: Past, day: date) -> Message:
    """The message of a notice, sent at seven in the morning UTC of a day."""
    at = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
    last = past.known.due if past.known else None
    found = Dates(plan()).find(milestone) or gone(milestone, last)
    told = Reminder(
        milestone, found.due, stage, recipient, "email", day, milestone, at, day, "m", day,
        late=False, behalf=(),
    )  # fmt: skip
    shown = [item(plan(), found, told, at, past)]
    return compose(plan(), recipient, "email", shown, at, key=KEY)


def gone(milestone: str, due: date | None = None) -> Occurrence:
    """An occurrence as the service has it when the plan has it no longer."""
    return Occurrence(milestone, milestone, due, occurrence("cities/outlook").promise)


def many(recipient: str, *asked: tuple[str, str], now: datetime | None = None) -> Message:
    """One message of several reminders, sent at the time of the first, or `now`."""
    chosen = [reminder(milestone, stage, recipient) for milestone, stage in asked]
    at = now or chosen[0].at
    shown = [item(plan(), occurrence(one.milestone), one, at) for one in chosen]
    return compose(plan(), recipient, "email", shown, at, key=KEY)


def flood(count: int) -> Message:
    """One message of very many milestones with long texts."""
    base = plan().milestones["housing/survey"]
    rows = {
        f"housing/m{number}": replace(
            base, id=f"housing/m{number}", title=f"Milestone {number} " + "of a long name " * 10,
            said="What was promised in many words, again and again. " * 20,
        )
        for number in range(count)
    }  # fmt: skip
    large = replace(plan(), milestones=rows)
    first = reminder("housing/survey", "before:30 days", "yusuf")
    shown = [
        item(large, Occurrence(key, key, first.due, base.due), _of(first, key), first.at)
        for key in rows
    ]
    return compose(large, "yusuf", "email", shown, first.at, key=KEY)


def _of(reminder: Reminder, milestone: str) -> Reminder:
    return reminder._replace(occurrence=milestone, milestone=milestone)


def titled(change: Callable[[Milestone], Milestone]) -> Message:
    """The reminder of the day for the budget, with something of the milestone changed."""
    budget = plan().milestones["internal/budget"]
    changed = replace(
        plan(), milestones={**plan().milestones, budget.id: change(replace(budget, public=True))}
    )
    one = reminder(budget.id, "on-the-day", "amina")
    shown = [item(changed, occurrence(budget.id, changed), one, one.at)]
    return compose(changed, "amina", "email", shown, one.at, key=KEY)


def reached(*days: tuple[str, str, int, int]) -> tuple[Reached, ...]:
    """Earlier reminders as (recipient, channel, month, day) of 2024."""
    return tuple(
        Reached(recipient, channel, datetime(2024, month, day, 6, tzinfo=UTC))
        for recipient, channel, month, day in days
    )


EARLIER = reached(
    ("mei", "email", 3, 28), ("mei", "email", 4, 23), ("mei", "email", 4, 29),
    ("mei", "email", 4, 30), ("mei", "email", 5, 6), ("jose", "email", 5, 6),
)  # fmt: skip
REPORT = State(
    "at-risk", 60, "Two chapters are missing.", datetime(2024, 4, 25, tzinfo=UTC), "jose"
)
DONE = State("done", None, "Sent to the Bureaux.", datetime(2024, 4, 12, 8, tzinfo=UTC), "mei")
MOVED = Move(
    "cities/zero-draft", "cities/zero-draft", date(2024, 2, 29), "February 2024",
    date(2024, 4, 30), "April 2024",
)  # fmt: skip
DATED = replace(MOVED, old_due=None, old_text="date to be confirmed")
OPENED = replace(MOVED, new_due=None, new_text="date to be confirmed")
ZERO, GROUP = "cities/zero-draft", "cities/group"


ANSWER = "https://tracker.example.org/r/abc"
UNSUBSCRIBE = "https://tracker.example.org/u/abc"
ANSWERS = Links({ZERO: (Button("Done", f"{UNSUBSCRIBE}?d=1&s=2"),)}, UNSUBSCRIBE)


def answerable(stage: str = "overdue:1") -> Message:
    """A message that can be answered by links, and stopped by one."""
    one = reminder(ZERO, "overdue:1", "jose")._replace(stage=stage)
    shown = [item(plan(), occurrence(ZERO), one, one.at)]
    words = language(plan().language).words
    made = answers(words, shown, lambda _, answer: f"{ANSWER}?d={answer}&s=2")
    links = Links(made, UNSUBSCRIBE)
    return compose(plan(), "jose", "email", shown, one.at, key=KEY, links=links)


def attention(*kinds: str) -> Message:
    """What a coordinator is told of those kinds of notices."""
    at = datetime(2024, 5, 2, 6, tzinfo=UTC)
    mistakes = ("The plan has mistakes:", "plan.toml:4:7: no person “amna”", "  owner = x", "  ^^^")
    texts = {
        "rejected": "\n".join(mistakes),
        "failed": "email to jose@example.org: 550 mailbox unavailable",
    }
    notices = [
        Notice(f"{kind}|{number}", kind, texts.get(kind, f"What is {kind}, {number}."), at, None)
        for number, kind in enumerate(kinds)
    ]
    return compose_attention(plan(), "amina", "email", notices, at, key=KEY)


NOTED = (
    ("rejected", "The plan has mistakes, so the last good one goes on:\nplan.toml:4:7: no person"),
    ("waiting", "The plan was changed so that 12 open milestones would go: a/b, c/d and 2 more. It "
     "waits, and the last good plan goes on. If it is meant so: milestones apply "
     "--accept-removals"),
    ("template", "templates/fr/mail.html failed while a message was made: division by zero"),
    ("failed", "jose was not reached by email (cities/zero-draft): 550 no such user; there is no "
     "other channel"),
    ("failed", "mei was not reached by chat (cities/group): 410 gone; sent by email instead"),
    ("paused", "the channel chat is paused, and tried from time to time: 401 who are you"),
    ("missed", "3 reminders were due while the service was not running and more than 7 days late "
     "when it came back: not sent, recorded as missed"),
    ("recovered", "the channel chat works again; it was paused since 3 June 2024, 06:15 UTC"),
    ("calendar", 'The calendar "Union" cannot be read since 4 May 2024, 09:15 UTC: timed out; the '
     "one of 2 May 2024 goes on."),
    ("calendar", 'The calendar "Bank" cannot be read since 4 May 2024, 09:15 UTC: 404; no '
     "calendar was ever read, so what hangs on it has no date."),
    ("replies", "The mailbox of answers to invitations cannot be read: refused"),
)  # fmt: skip
"""What the service notes for the coordinators, a line of each form."""


def everything_noted() -> Message:
    """A coordinator is told of one of each."""
    at = datetime(2024, 5, 2, 6, tzinfo=UTC)
    notices = [
        Notice(str(number), kind, text, at, None, 3 if kind == "missed" else 1)
        for number, (kind, text) in enumerate(NOTED)
    ]
    return compose_attention(plan(), "amina", "email", notices, at, key=KEY)


def invitation(milestone: str, kind: InvitationKind) -> Message:
    """The mail of a calendar invitation to José."""
    tongue = _spoken[-1]
    entry = entry_of(plan(), Dates(plan()), plan().milestones[milestone], {})
    told = Invited(
        key="k", milestone=milestone, uid="u", recipient="jose", channel="email",
        address="jose@example.org", name="José Fernández", language=tongue,
        timezone="America/New_York", kind=kind, sequence=0, mark="m", entry="",
        at=datetime(2024, 3, 4, 7, tzinfo=UTC),
    )  # fmt: skip
    method = "CANCEL" if kind == "cancelled" else "REQUEST"
    carried = Invitation(method, b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    return compose_invitation(plan(), told, entry, carried, key=KEY)


def digest(matters: Matters, *, failed: bool = False) -> Message:
    """How the plan stands, as a coordinator is told on a Monday."""
    at = datetime(2024, 6, 10, 6, tzinfo=UTC)
    of_it = Reminder(
        "coordinators", None, DIGEST, "amina", "email", at.date(), "", at, at.date(), "m",
        at.date(), late=False, behalf=("peter",) if failed else (),
    )  # fmt: skip
    undelivered: tuple[Undelivered, ...] = ()
    paused: tuple[ChannelState, ...] = ()
    if failed:
        undelivered = (
            Undelivered("jose", "chat", "email", 3),
            Undelivered("cities", "chat", None, 1),
        )
        paused = (ChannelState("chat", 9, datetime(2024, 6, 3, 6, tzinfo=UTC), None, "503 closed"),)
    told = {ZERO: Past(EARLIER, REPORT)}
    return compose_digest(
        plan(), of_it, Standing(matters, undelivered, paused), lambda one: told.get(one, NOTHING),
        at, key=KEY,
    )  # fmt: skip


def matter(milestone: str, *needs: str, further: int = 0) -> Matter:
    """One of them in a list, asked for since 21 March."""
    since = datetime(2024, 3, 21, 6, tzinfo=UTC)
    needed = tuple(map(occurrence, needs))
    return Matter(plan().milestones[milestone], occurrence(milestone), needed, further, since)


def standing() -> Matters:
    """Something in each list."""
    return Matters(
        (matter("housing/report"), matter(ZERO, further=2)),
        (matter("cities/group", ZERO), matter("housing/launch", "housing/report")),
        (matter("internal/budget"),),
        (matter("cities/outlook"),),
        1,
    )


SCENES: dict[str, Callable[[], Message]] = {
    "before-month": lambda: message(ZERO, "before:30 days", "jose"),
    "before-near-reported": lambda: message(ZERO, "before:7 days", "mei", Past(report=REPORT)),
    "before-tomorrow-room": lambda: message(ZERO, "before:1 working day", "cities"),
    "on-the-day": lambda: message(ZERO, "on-the-day", "jose"),
    "on-the-day-watcher": lambda: message(ZERO, "on-the-day", "yusuf"),
    "on-the-day-early-long-title": lambda: message("housing/report", "on-the-day", "jose"),
    "overdue-1": lambda: message(ZERO, "overdue:1", "jose"),
    "overdue-2-last": lambda: message(ZERO, "overdue:2", "jose"),
    "overdue-answerable": answerable,
    "fresh-link": lambda: answerable("fresh-link"),
    "escalation-lead": lambda: message(ZERO, "escalation:1", "mei", Past(EARLIER)),
    "escalation-coordinator": lambda: message(ZERO, "escalation:2", "amina", Past(EARLIER)),
    "escalation-nobody-reached": lambda: message(ZERO, "escalation:2", "peter"),
    "deputy-uncertain-quarter": lambda: message("housing/survey", "before:30 days", "yusuf"),
    "escalation-reported": lambda: message(ZERO, "escalation:1", "mei", Past(EARLIER, REPORT)),
    "relative-uncertain": lambda: message("housing/launch", "before:7 days", "jose"),
    "timed-day-before": lambda: message(GROUP, "before:1 day", "jose"),
    "timed-hours-before": lambda: message(GROUP, "before:2 hours", "mei"),
    "opening-year": lambda: message("housing/platform", "opening", "jose"),
    "date-wanted-owner": lambda: message("cities/outlook", "date-wanted", "jose"),
    "date-wanted-coordinator": lambda: message("cities/outlook", "date-wanted", "amina"),
    "private-markup-in-title": lambda: message("internal/budget", "before:7 days", "amina"),
    "moved": lambda: notice(
        ZERO, "moved", "jose", Past(move=MOVED, first_text="February 2024"), date(2024, 3, 4)
    ),
    "before-after-a-move": lambda: message(
        ZERO, "before:7 days", "jose", Past(first_text="February 2024")
    ),
    "moved-first-date": lambda: notice(
        ZERO, "moved", "jose", Past(move=DATED, first_text=DATED.old_text), date(2024, 3, 4)
    ),
    "moved-open-again": lambda: notice(
        "cities/outlook", "moved", "jose", Past(move=OPENED, first_text="May 2024"),
        date(2024, 3, 4),
    ),
    "cancelled-gone": lambda: notice(
        "cities/final-draft", "cancelled", "jose",
        Past(known=LastKnown("Final draft", "cities", date(2024, 9, 30), "September 2024")),
        date(2024, 3, 4),
    ),
    "done-watcher": lambda: notice(ZERO, "done", "yusuf", Past(report=DONE), date(2024, 4, 12)),
    "many": lambda: many(
        "jose", (ZERO, "overdue:1"), ("cities/outlook", "date-wanted"), (GROUP, "before:1 day"),
        (ZERO, "before:7 days"),
    ),
    "many-dates-wanted": lambda: many(
        "amina", ("cities/outlook", "date-wanted"), ("internal/budget", "before:7 days"),
        now=reminder("internal/budget", "before:7 days", "amina").at + timedelta(minutes=1),
    ),
    "many-of-a-kind-for-another": lambda: many(
        "yusuf", ("housing/survey", "before:7 days"), (ZERO, "on-the-day"),
        now=reminder("housing/survey", "before:7 days", "yusuf").at,
    ),
    "attention-plan": lambda: attention("rejected"),
    "invitation-new": lambda: invitation(GROUP, "new"),
    "invitation-changed": lambda: invitation(ZERO, "changed"),
    "invitation-cancelled": lambda: invitation(GROUP, "cancelled"),
    "attention-everything": everything_noted,
    "attention-several": lambda: attention("recovered", "failed", "rejected", "failed", "odd"),
    "digest-all": lambda: digest(standing(), failed=True),
    "digest-late-alone": lambda: digest(Matters(late=(matter(ZERO),))),
    "digest-failures-alone": lambda: digest(Matters(), failed=True),
    "request-opening": lambda: requested(plan(), "opening", "jose"),
    "request-before-draft": lambda: requested(plan(), "before:7 days", "mei", draft=True),
    "request-on-the-day-no-pages": lambda: requested(plan(), "on-the-day", "jose", public=False),
    "request-overdue": lambda: requested(plan(), "overdue:1", "amina"),
    "request-deputy": lambda: requested(plan(), "opening", "yusuf", "claire", away="claire"),
    "request-told-lead": lambda: requested(plan(), "escalation:1", "mei", "jose"),
}  # fmt: skip
"""Name of the golden file -> how its message is made."""
