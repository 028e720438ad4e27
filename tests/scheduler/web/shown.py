"""A site in memory: the shipped plan with a history that is made up, for the pages' tests."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import config
from config.load import load
from config.plan import Plan
from notifiers.mailbox import MemoryMailbox
from notifiers.message import Address, Message
from scheduler.feeds import Gone
from scheduler.outbox.report_values import Attached
from scheduler.outbox.values import StoredReport
from scheduler.past import Past
from scheduler.planning.explain import name_of
from scheduler.planning.forecast import forecast
from scheduler.planning.values import Reminder
from scheduler.reports.told import Version
from scheduler.stamps import Stamp
from scheduler.standing import State
from scheduler.web.site import Rehearsal, Slip

START = datetime(2024, 3, 20, 21, tzinfo=UTC)
END = datetime(2025, 3, 21, tzinfo=UTC)
SENT = 60
"""So many messages are in the mailbox: more than fit on one page."""
EXAMPLES = Path(str(config.__path__[0])) / "examples"


def shipped() -> Plan:
    """The UN-Habitat plan."""
    return load(EXAMPLES / "un-habitat").plan


@dataclass
class MemorySite:
    """A `Site` whose answers are its attributes."""

    the_plan: Plan
    at: datetime = START
    number: int = 1
    reported: Mapping[str, State] = field(default_factory=dict)
    slips: Sequence[Slip] = ()
    dropped: Sequence[Gone] = ()
    reminders: Sequence[Reminder] = ()
    letters: MemoryMailbox | None = None
    key: bytes = b"a key for tests"
    renewed: Mapping[str, int] = field(default_factory=dict)
    stamped: Mapping[str, Stamp] = field(default_factory=dict)
    changed_at: datetime = START
    said: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unpublished: Mapping[str, State] = field(default_factory=dict)
    told: Sequence[Version] = ()
    reviewed: Collection[str] = ()
    files: Sequence[Attached] = ()

    def plan(self) -> Plan:
        return self.the_plan

    def now(self) -> datetime:
        return self.at

    def version(self) -> str:
        return str(self.number)

    def changed(self) -> datetime:
        return self.changed_at

    def states(self) -> Mapping[str, State]:
        return self.reported

    def as_said(self) -> Mapping[str, State]:
        return self.unpublished or self.reported

    def heard(self) -> Mapping[str, State]:
        return self.unpublished or self.reported

    def versions(self, milestone: str) -> Sequence[Version]:
        reported = [
            Version(number, key, one.state, one.percent, one.note, "", one.at)
            for number, (key, one) in enumerate(self.reported.items(), 1)
            if one.at is not None
        ]
        every = self.told or reported
        return [one for one in every if one.occurrence.partition("@")[0] == milestone]

    def in_review(self) -> Collection[str]:
        return self.reviewed

    def file(self, number: int) -> Attached | None:
        return next((one for one in self.files if one.file.id == number), None)

    def moves(self, milestones: Collection[str]) -> Sequence[Slip]:
        return [one for one in self.slips if one.occurrence.partition("@")[0] in milestones]

    def past(self) -> Past:
        reports = (
            StoredReport(
                number, key, key.partition("@")[0], one.at, one.by, one.state, one.percent,
                one.note, one.at, None,
            )
            for number, (key, one) in enumerate(self.reported.items(), 1)
            if one.at is not None
        )  # fmt: skip
        return Past(tuple(reports), self.slips, self.dropped)

    def stamps(self) -> Mapping[str, Stamp]:
        return self.stamped or {key: Stamp(START, START) for key in self.the_plan.milestones}

    def answered(self, milestone: str) -> Mapping[str, int]:
        return self.said.get(milestone, {})

    def gone(self) -> Sequence[Gone]:
        return self.dropped

    def upcoming(self, limit: int) -> Sequence[Reminder]:
        return [one for one in self.reminders if one.at > self.at][:limit]

    def mailbox(self) -> MemoryMailbox | None:
        return self.letters

    def rehearsal(self) -> Rehearsal | None:
        if self.letters is None:
            return None
        return Rehearsal(START, self.at, END, timedelta(days=1))

    def secret(self) -> bytes:
        return self.key

    def generation(self, owner: str) -> int:
        return self.renewed.get(owner, 0)


def busy_site(at: datetime = datetime(2024, 7, 3, 9, tzinfo=UTC)) -> MemorySite:
    """The shipped plan in the middle of a year, with reports, slips and sent messages."""
    plan = replace(shipped(), url=None)
    reminders = forecast(plan, START, END)
    letters = MemoryMailbox()
    for one in [one for one in reminders if one.at <= at][-SENT:]:
        letters.send(_message(plan, one))
    return MemorySite(
        plan,
        at,
        reported=_reports(),
        slips=_slips(),
        reminders=reminders,
        letters=letters,
    )


def _message(plan: Plan, reminder: Reminder) -> Message:
    milestone = plan.milestones[reminder.milestone]
    person = plan.people.get(reminder.recipient)
    name = name_of(plan, reminder.recipient)
    to = Address(person.email or "", name) if person else None
    lead = f"{reminder.stage}: {milestone.title}"
    html = (
        "<!doctype html><html><head><title>A reminder</title></head>"
        f"<body><h1>{milestone.title}</h1><p>{lead}</p>"
        f"<p><a href='/tracks/{milestone.id}'>Open</a></p></body></html>"
    )
    return Message(
        key=reminder.key,
        to=to,
        subject=milestone.title,
        lead=lead,
        text=f"{lead}\n\nIt is due on {reminder.due}.\n",
        html=html,
        date=reminder.at,
        thread=milestone.id,
    )


def _reports() -> dict[str, State]:
    day = datetime(2024, 5, 6, 8, tzinfo=UTC)
    return {
        "smart-cities/zero-draft": State("done", 100, "Circulated to all members.", day, "mei"),
        "smart-cities/second-draft": State("at-risk", 40, "Two regions are open.", day, "mei"),
        "safer-cities/cairo-meeting": State("delayed", None, "", day, "yusuf"),
        "gender-equality/unswap-scores": State("on-track", 60, "", day, "claire"),
        "crisis-framework/emergency-fund": State("cancelled", None, "Not pursued.", day, "jose"),
    }


def _slips() -> list[Slip]:
    return [
        Slip(
            "smart-cities/third-draft",
            datetime(2024, 5, 3, 9, tzinfo=UTC),
            date(2024, 9, 30),
            "September 2024",
            date(2024, 10, 31),
            "October 2024",
        )
    ]
