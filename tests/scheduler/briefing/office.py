"""Small plans with a past, for the tests of the briefing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from config.load import load_texts
from config.plan import Plan
from scheduler.briefing.items import Chapter, Item, Outlook, outlook
from scheduler.briefing.period import Period
from scheduler.outbox.values import StoredReport
from scheduler.past import Past
from scheduler.standing import Slip

HERE = Path(__file__).parent
SPRING = Period(date(2024, 4, 1), date(2024, 6, 30))
LATER = datetime(2024, 8, 1, 9, tzinfo=UTC)
"""An instant after the period."""
HEAD = """
[plan]
name = "Office"
timezone = "Africa/Nairobi"
holidays = ["KE"]
coordinators = ["amina"]

[people.amina]
name = "Amina Otieno"
email = "amina@example.org"

[teams.housing]
name = "Housing"
members = ["amina"]

[channels.email]
type = "email"
host = "smtp.example.org"
from = "tracker@example.org"

[reminders.meeting]
before = ["1 day"]

[tracks.one]
title = "One"
owner = "housing"
"""


def plan(*milestones: str, more: str = "") -> Plan:
    """A plan with these milestones, each the lines of its table, in the track `one`."""
    tables = "".join(f"\n[[tracks.one.milestones]]\n{lines}\n" for lines in milestones)
    return load_texts({"plan.toml": HEAD + tables + more}, HERE).plan


def milestone(key: str, due: str, *more: str) -> str:
    """The lines of a milestone whose title is its id."""
    return "\n".join([f'id = "{key}"', f'title = "{key}"', f"due = {due}", *more])


def at(day: str) -> datetime:
    """Noon of a day, UTC."""
    return datetime.fromisoformat(f"{day}T12:00:00+00:00")


def report(
    key: str, day: str, state: str, note: str = "", percent: int | None = None, by: str = "amina"
) -> StoredReport:
    """What somebody said of a milestone of the track `one`."""
    occurrence = f"one/{key}"
    owner = occurrence.partition("@")[0]
    return StoredReport(0, occurrence, owner, at(day), by, state, percent, note, at(day), None)


def slip(key: str, day: str, old: tuple[str, str] | None, new: tuple[str, str] | None) -> Slip:
    """A date that moved: the due day and the words before and after; None for no date."""
    sides = [
        (date.fromisoformat(side[0]), side[1]) if side else (None, "date to be confirmed")
        for side in (old, new)
    ]
    return Slip(f"one/{key}", at(day), *sides[0], *sides[1])


def shown(
    plan: Plan,
    reports: Sequence[StoredReport] = (),
    slips: Sequence[Slip] = (),
    *,
    now: datetime = LATER,
    period: Period = SPRING,
    internal: bool = False,
) -> Outlook:
    """The outlook over the spring of 2024, seen from August."""
    return outlook(plan, Past(reports, slips), period, now, internal=internal)


def chapter(found: Outlook) -> Chapter:
    """That of the only track."""
    (one,) = found.chapters
    return one


def only(found: Outlook) -> Item:
    """The only item."""
    (one,) = chapter(found).items
    return one
