"""The plan of these tests: two tracks, a team, a deputy, and a request that the tests vary."""

from collections.abc import Iterable
from datetime import UTC, datetime

from config.load import load_texts
from config.plan import Plan
from scheduler.planning.forecast import forecast

START, END = datetime(2024, 2, 20, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC)
OFFICE = """
[plan]
name = "Resolutions"
url = "https://tracker.example.org"
timezone = "Africa/Nairobi"
coordinators = ["cora"]
coordinators-digest = "off"
[people.amina]
name = "Amina Otieno"
email = "amina@example.org"
[people.jonas]
name = "Jonas Berg"
email = "jonas@example.org"
language = "fr"
[people.lea]
name = "Léa Martin"
email = "lea@example.org"
timezone = "Europe/Paris"
[people.cora]
name = "Cora Lund"
email = "cora@example.org"
[teams.cities]
name = "Smart cities"
members = ["amina", "jonas"]
lead = "lea"
[teams.desk]
name = "Front desk"
channels = ["room"]
[channels.email]
type = "email"
host = "smtp.example.org"
from = "Tracker <tracker@example.org>"
[channels.room]
type = "slack"
url = { env = "ROOM_URL" }
[reminders.none]
[reminders.chase]
before = ["3 days"]
on-the-day = true
overdue = { every = "5 working days", at-most = 2 }
escalate = [{ after = "3 working days", to = "lead" }]
[tracks.guidelines]
title = "Guidelines"
owner = "cities"
reminders = "none"
[[tracks.guidelines.milestones]]
id = "draft"
title = "Zero draft"
due = "2024-04"
[[tracks.guidelines.milestones]]
id = "outlook"
title = "Outlook report"
due = "2024-09-30"
owner = ["amina", "lea"]
[[tracks.guidelines.milestones]]
id = "launch"
title = "Launch"
due = "2024-01-15"
status = "done"
owner = "cora"
[tracks.housing]
title = "Housing"
reminders = "none"
[[tracks.housing.milestones]]
id = "survey"
title = "Survey"
due = "tbc"
owner = "desk"
[[tracks.housing.milestones]]
id = "platform"
title = "Platform"
due = "2025"
owner = "jonas"
"""
REQUEST = """
[requests.march]
title = "Progress, March 2024"
opens = 2024-03-01
closes = 2024-03-15
reminders = "chase"
"""


def plan(request: str = REQUEST, office: str = OFFICE) -> Plan:
    """The plan with a request."""
    return load_texts({"plan.toml": office + request}).plan


def asked(of: Plan) -> dict[str, list[str]]:
    """Who is asked of which milestones."""
    return {one.focal: list(one.asked) for one in of.parts.values()}


def sent(of: Plan, stages: Iterable[str] = (), start: datetime = START) -> list[tuple[str, ...]]:
    """What goes out for requests, as (stage, part, recipient, when)."""
    return [
        (one.stage, one.occurrence.partition("/")[2], one.recipient, f"{one.at:%m-%d %H:%M}")
        for one in forecast(of, start, END)
        if one.occurrence.startswith("request:") and (not stages or one.stage in stages)
    ]
