"""The plan of a simulation: a few milestones of every kind, written as TOML."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

PEOPLE = ("amina", "jonas", "dora", "wim")
CHANNELS = ("mail", "chat")

HEAD = """\
[plan]
name = "Simulated"
timezone = "Africa/Nairobi"
weekend = []
coordinators = ["cora"]

[channels.mail]
type = "email"
host = "mail.example.org"
from = "milestones@example.org"

[channels.chat]
type = "webhook"
url = "https://hooks.example.org/h"

[people.amina]
email = "amina@example.org"
channels = ["mail", "chat"]

[people.jonas]
email = "jonas@example.org"
timezone = "Europe/Paris"
quiet = "20:00-07:00"
channels = ["mail"]

[people.dora]
email = "dora@example.org"
channels = ["mail"]
delivery = "daily"

[people.wim]
email = "wim@example.org"
timezone = "America/New_York"
channels = ["chat"]
delivery = "weekly"

[people.wanja]
email = "wanja@example.org"
channels = ["mail"]

[people.cora]
email = "cora@example.org"
channels = ["mail"]

[reminders.default]
before = ["30 days", "7 days", "1 day"]
on-the-day = true
overdue = { every = "3 days", at-most = 4 }
escalate = [{ after = "8 days", to = "coordinators" }]
date-wanted = "2 weeks"

[tracks.t]
title = "T"
"""


@dataclass(frozen=True)
class Entry:
    """One milestone. due: a day, or None for "tbc"; repeats: on that day of each month.

    wide: only the month is promised, whose last day is `due`; sure: the date is confirmed.
    """

    id: str
    due: date | None
    owner: str = "amina"
    status: str = "planned"
    needs: tuple[str, ...] = ()
    watched: bool = False
    repeats: bool = False
    title: str = ""
    sure: bool = True
    wide: bool = False

    @property
    def called(self) -> str:
        """Its title."""
        return self.title or f"Step {self.id}"

    def promised(self) -> str:
        """Its date as TOML has it."""
        if self.due is None:
            return "tbc"
        day = f"{self.due:%Y-%m}" if self.wide else f"{self.due}"
        return day if self.sure else f"{day}?"

    def written(self) -> str:
        """The milestone as TOML."""
        lines = [
            "[[tracks.t.milestones]]",
            f'id = "{self.id}"',
            f'title = "{self.called}"',
            f'due = "{self.promised()}"',
            f'owner = "{self.owner}"',
            f'status = "{self.status}"',
        ]
        if self.needs:
            lines.append(f"needs = {list(self.needs)}")
        if self.watched:
            lines.append('watchers = ["wanja"]')
        if self.repeats:
            lines.append('repeats = "FREQ=MONTHLY;COUNT=9"')
        return "\n".join(lines) + "\n"


Entries = Mapping[str, Entry]


def written(entries: Entries) -> str:
    """The plan as TOML. A need that is not in the plan is left out."""
    kept = (
        replace(one, needs=tuple(need for need in one.needs if need in entries))
        for one in entries.values()
    )
    return "\n".join([HEAD, *(one.written() for one in kept)])


def end_of_month(day: date) -> date:
    """The last day of the month in which a day is."""
    return day.replace(day=monthrange(day.year, day.month)[1])


BROKEN = HEAD.replace("coordinators =", "coordinatosr =")
"""A plan that cannot be read."""
