"""Plans of any size for the measurements; the same size always gives the same text."""

from datetime import UTC, date, datetime, timedelta

from config.load import load_texts
from config.plan import Plan

NOW = datetime(2026, 1, 5, 6, tzinfo=UTC)
"""When the plans are first seen: before the first lead of the first due day."""
EACH = 10
"""The reminders of a milestone: six leads, one on the day, three afterwards."""
_FIRST = date(2026, 8, 3)
_HEAD = """[plan]
id = "measured"
name = "A plan to measure"
timezone = "Africa/Nairobi"
url = "https://tracker.example.org"
holidays = ["KE"]
coordinators = ["p0"]

[reminders.standard]
before = ["180 days", "120 days", "90 days", "60 days", "30 days", "14 days"]
on-the-day = true
overdue = { every = "3 working days", at-most = 3 }
at = "09:00"
only-working-days = true

[reminders.once]
before = ["30 days"]
on-the-day = false
at = "09:00"
"""


def plan_text(milestones: int, people: int = 500, policy: str = "standard", days: int = 400) -> str:
    """A plan of so many milestones on tracks of 100, each owned by one person with one address.

    With the policy "standard" it has ten reminders for each milestone, with "once" one. The due
    days are spread over so many `days`.
    """
    parts = [_HEAD, *(_person(number) for number in range(people))]
    for number in range(milestones):
        if number % 100 == 0:
            track = number // 100
            parts.append(f'[tracks.t{track}]\ntitle = "Track {track}"\nreminders = "{policy}"\n')
        parts.append(_milestone(number, people, days))
    return "\n".join(parts)


def read(text: str) -> Plan:
    """The plan that a text says."""
    return load_texts({"plan.toml": text}).plan


def due_of(number: int, days: int = 400) -> date:
    """The due day of a milestone, where they are spread over so many days."""
    return _FIRST + timedelta(days=number % days)


def one_edit(text: str, number: int) -> str:
    """The text with the due day of one milestone moved by eleven days."""
    old = f'title = "Report {number} to the Executive Board"\ndue = "{due_of(number)}"'
    if text.count(old) != 1:
        raise ValueError(f"milestone {number} is not in the plan once")
    return text.replace(old, old.replace(f"{due_of(number)}", f"{due_of(number + 11)}"))


def _person(number: int) -> str:
    return f'[people.p{number}]\nname = "Person {number}"\nemail = "p{number}@example.org"\n'


def _milestone(number: int, people: int, days: int) -> str:
    return (
        f"[[tracks.t{number // 100}.milestones]]\n"
        f'id = "m{number}"\n'
        f'title = "Report {number} to the Executive Board"\n'
        f'due = "{due_of(number, days)}"\n'
        f'owner = "p{number % people}"\n'
        f'said = "The secretariat will present report {number} at the next session."\n'
        f'source = "operative paragraph {number % 20 + 1}"\n'
    )
