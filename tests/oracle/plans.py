"""Random valid plans, as TOML text, and random spans to look at them in.

A difference between two readers can be narrowed down: `cases(FEATURES - {"quiet"})`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from dateutil.rrule import rrulestr
from hypothesis import strategies as st

from tests.oracle.ingredients import (
    CHANNELS,
    FEATURES,
    HOLIDAYS,
    PEOPLE,
    QUIET,
    TEAMS,
    TRACKS,
    WEEKENDS,
    ZONES,
)
from tests.oracle.written import block, document

Draw = st.DrawFn
Table = dict[str, Any]


@dataclass
class Sketch:
    """What has been drawn of a plan so far, and between which days its dates lie."""

    draw: Draw
    on: frozenset[str]
    first: date
    last: date
    people: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    clock_policies: list[str] = field(default_factory=list)
    day_policies: list[str] = field(default_factory=list)
    leads: bool = False
    single: list[str] = field(default_factory=list)
    zones: Sequence[str] = tuple(ZONES)

    def chance(self, feature: str, of: int = 2) -> bool:
        """Say, once in `of` times, that a feature is to be used, if it is allowed at all."""
        return feature in self.on and self.draw(st.integers(1, of)) == 1

    def coin(self) -> bool:
        """Say yes or no."""
        return self.draw(st.booleans())

    def day(self) -> date:
        """Draw a day of the plan."""
        return self.draw(st.dates(self.first, self.last))

    def one(self, things: Any) -> Any:
        """Draw one of several things."""
        return self.draw(st.sampled_from(things))

    def some(self, things: Any, least: int = 0, most: int = 3) -> list[Any]:
        """Draw several different things."""
        return self.draw(
            st.lists(st.sampled_from(things), min_size=least, max_size=most, unique=True)
        )

    def span(self, longest: int) -> str:
        """Draw a range of days as it is written in `closed` and `away`."""
        start = self.day()
        return f"{start}/{start + timedelta(days=self.draw(st.integers(0, longest)))}"


def length(sketch: Sketch, units: str = "day week month working", most: int = 9) -> str:
    """Draw "3 working days" and the like."""
    unit = sketch.one(units.split()).replace("working", "working day")
    number = sketch.draw(st.integers(1, 3 if unit == "month" else most))
    number *= sketch.one((1, 5)) if unit in ("day", "minute") else 1
    return f"{number} {unit}{'' if number == 1 else 's'}"


def plan_table(sketch: Sketch) -> Table:
    """Draw the `[plan]` table."""
    table: Table = {
        "name": "A plan",
        "timezone": sketch.one(sketch.zones) if sketch.chance("zones", 1) else "Africa/Nairobi",
        "coordinators": sketch.some(sketch.people, 1, 2),
        "weekend": sketch.one(WEEKENDS),
    }
    if sketch.chance("holidays", 1):
        table["holidays"] = sketch.some(HOLIDAYS, 0, 2)
    if sketch.chance("closed"):
        table["closed"] = [sketch.span(12), str(sketch.day())]
    return table


def person(sketch: Sketch, name: str) -> Table:
    """Draw a `[people.ID]` table."""
    table: Table = {"name": name.title(), "email": f"{name}@example.org"}
    if sketch.chance("zones"):
        table["timezone"] = sketch.one(sketch.zones)
    if sketch.chance("teams", 3):
        table["channels"] = sketch.some(list(CHANNELS), 1, 2)
    if sketch.chance("quiet"):
        table["quiet"] = sketch.one(QUIET)
    if sketch.chance("daily", 5):
        table["delivery"] = "daily"
    elif sketch.chance("weekly", 5):
        table["delivery"] = "weekly"
    if sketch.chance("away"):
        table["away"] = [sketch.span(40), sketch.span(5), str(sketch.day())]
    others = [other for other in sketch.people if other != name]
    if others and sketch.chance("deputies"):
        table["deputy"] = sketch.one(others)
    return table


def team(sketch: Sketch, name: str) -> Table:
    """Draw a `[teams.ID]` table; every team has a lead."""
    members = sketch.some(sketch.people, 1, 3)
    table: Table = {"name": f"Team {name}", "members": members, "lead": sketch.one(members)}
    if sketch.chance("teams"):
        table["channels"] = sketch.some(["hook", "chat"], 1, 2)
    if sketch.chance("zones"):
        table["timezone"] = sketch.one(sketch.zones)
    return table


def overdue(sketch: Sketch) -> Table:
    """Draw the rule for what is overdue."""
    if sketch.chance("overdue-without-at-most", 4):
        return {"every": length(sketch)}
    return {"every": length(sketch), "at-most": sketch.draw(st.integers(1, 6))}


def policy(sketch: Sketch, of_the_clock: bool) -> Table:
    """Draw a `[reminders.NAME]` table, for timed occurrences or for any."""
    leads = [length(sketch) for _ in range(sketch.draw(st.integers(0, 3)))]
    if of_the_clock:
        leads += [length(sketch, "minute hour", 40) for _ in range(sketch.draw(st.integers(1, 2)))]
    table: Table = {"before": list(dict.fromkeys(leads))}
    if sketch.coin():
        table["on-the-day"] = sketch.coin()
    if sketch.chance("overdue"):
        table["overdue"] = overdue(sketch)
    if sketch.chance("escalate"):
        to = ["coordinators", *sketch.people, *sketch.teams, *(["lead"] if sketch.leads else [])]
        table["escalate"] = [{"after": length(sketch), "to": one} for one in sketch.some(to, 1, 2)]
    if sketch.coin():
        odd = sketch.chance("odd-hours", 4)
        table["at"] = sketch.one(
            ["00:30", "02:30", "23:45"] if odd else ["06:00", "10:15", "17:45"]
        )
    if sketch.chance("working-days-only"):
        table["only-working-days"] = sketch.coin()
    if sketch.chance("opening"):
        table["opening"] = True
    if sketch.coin():
        table["date-wanted"] = length(sketch, "week month")
    return table


def window(sketch: Sketch) -> str:
    """Draw a date of low precision, or one that is marked uncertain."""
    day = sketch.day()
    year, month = day.year, day.month
    quarter, half = (month + 2) // 3, (month + 5) // 6
    end = day + timedelta(days=sketch.draw(st.integers(0, 60)))
    forms = [
        f"{year}-{month:02}",
        f"{year}-Q{quarter}",
        f"{year}-{32 + quarter}",
        f"{year}-H{half}",
        f"{year}-{39 + half}",
        f"{year}",
        f"{year}/{year + 1}",
        f"{year}-{month:02}/{end.year}-{end.month:02}",
        f"{day}/{end}",
        f"{day}",
    ]
    mark: str = sketch.one(["", "", "?", "~", "%"])
    return str(sketch.one(forms)) + mark


def moment(sketch: Sketch, day: date) -> datetime:
    """Draw a time on a day, with an offset of its own once in a while."""
    early, late = (0, 23) if "any-hour" in sketch.on else (7, 20)
    clock = time(sketch.draw(st.integers(early, late)), sketch.one([0, 15, 30]))
    if sketch.chance("offset", 4):
        clock = clock.replace(tzinfo=timezone(timedelta(hours=sketch.one([-5, 0, 2, 5.5]))))
    return datetime.combine(day, clock)


def rule(sketch: Sketch, day: date) -> str:
    """Draw a rule for `repeats`, with or without an end."""
    plain = sketch.one(
        [
            "FREQ=DAILY",
            "FREQ=DAILY;INTERVAL=3",
            "FREQ=WEEKLY;BYDAY=MO,TH",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA",
            "FREQ=MONTHLY;BYDAY=3TU",
            "FREQ=MONTHLY;BYDAY=-1SU",
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "FREQ=YEARLY",
        ]
    )
    if "DAILY" not in plain and sketch.coin():
        return str(sketch.one(["weekly", "monthly", "yearly"]))
    if sketch.coin():
        return f"{plain};COUNT={sketch.draw(st.integers(1, 8))}"
    until = day + timedelta(days=sketch.draw(st.integers(40, 90)))
    return f"{plain};UNTIL={until:%Y%m%d}"


def repeating(sketch: Sketch, timed: bool) -> Table:
    """Draw a repeating milestone; its first day is one that the rule gives."""
    day = sketch.day()
    text = rule(sketch, day)
    if text == "monthly" and "monthly-on-the-31st" not in sketch.on:
        day = day.replace(day=min(day.day, 28))
    if day.month == 2 and day.day == 29:
        day -= timedelta(days=1)
    full = text if "=" in text else f"FREQ={text.upper()}"
    found = rrulestr(full, dtstart=datetime.combine(day, time()))
    days = [one.date() for one, _ in zip(found, range(7), strict=False)]
    at = moment(sketch, days[0]).replace(tzinfo=None)
    table: Table = {"starts": at} if timed else {"due": days[0]}
    table["repeats"] = text
    others = days[1:]
    if others and sketch.chance("except"):
        table["except"] = [str(others.pop())]
    if others and sketch.chance("moved"):
        old = others.pop(0)
        new = old + timedelta(days=sketch.draw(st.integers(-3, 10)))
        table["moved"] = {str(old): datetime.combine(new, at.time()) if timed else new}
    return table


def dated(sketch: Sketch, track: str) -> Table:
    """Draw when a milestone is due."""
    kinds = ["day", "text-day"]
    kinds += [kind for kind in ("windows", "timed", "tbc") if kind in sketch.on]
    if "repeats" in sketch.on:
        kinds += ["repeats", *(["repeats-timed"] if "timed" in sketch.on else [])]
    if sketch.single and "relative" in sketch.on:
        kinds += ["relative", "relative"]
    kind = sketch.one([*kinds, *(["windows"] if "windows" in kinds else [])])
    if kind.startswith("repeats"):
        return repeating(sketch, kind == "repeats-timed")
    if kind == "timed":
        return {"starts": moment(sketch, sketch.day()), "duration": "90 minutes"}
    plain = {"day": sketch.day(), "text-day": str(sketch.day()), "tbc": "tbc"}
    if kind in plain:
        return {"due": plain[kind]}
    return {"due": window(sketch) if kind == "windows" else relative(sketch, track)}


def relative(sketch: Sketch, track: str) -> str:
    """Draw a date that hangs on an earlier milestone, by its full or its short name."""
    other: str = sketch.one(sketch.single)
    if other.startswith(f"{track}/") and sketch.coin():
        other = other.split("/")[1]
    sign = sketch.one(["", " + ", " - "])
    return f"{other}{sign}{length(sketch)}" if sign else other


def owners(sketch: Sketch) -> Any:
    """Draw one owner or several; where leads are escalated to, only teams own."""
    able = sketch.teams if sketch.leads else [*sketch.people, *sketch.teams]
    found = sketch.some(able, 1, 2)
    return found if len(found) > 1 or sketch.coin() else found[0]


def fitting_policies(sketch: Sketch, timed: bool) -> list[str]:
    """Give the policies a milestone may name; leads of the clock are for timed ones."""
    of_the_clock = timed or "hours-before-days" in sketch.on
    return [*sketch.day_policies, *(sketch.clock_policies if of_the_clock else [])]


def rolls(sketch: Sketch, table: Table) -> bool:
    """Say whether a milestone that is due on a day gets a `roll`."""
    undisputed = "moved" not in table or "moved-and-roll" in sketch.on
    return sketch.chance("roll", 3) and undisputed and table["due"] != "tbc"


def milestone(sketch: Sketch, track: str, number: int) -> Table:
    """Draw a `[[tracks.ID.milestones]]` table."""
    table: Table = {"id": f"step-{number}", "title": f"Step {number}"} | dated(sketch, track)
    timed = "starts" in table
    able = fitting_policies(sketch, timed)
    if able and sketch.coin():
        table["reminders"] = sketch.one(able)
    if sketch.chance("zones", 3) and timed:
        table["timezone"] = sketch.one(sketch.zones)
    if not timed and rolls(sketch, table):
        table["roll"] = sketch.one(["previous", "next"])
    if sketch.coin():
        table["owner"] = owners(sketch)
    if sketch.chance("watchers", 3):
        table["watchers"] = sketch.some([*sketch.people, *sketch.teams], 1, 2)
    if sketch.single and sketch.chance("needs", 5):
        table["needs"] = sketch.some(sketch.single, 1, 1)
    if sketch.chance("status", 3):
        table["status"] = sketch.one(["planned", "on-track", "at-risk", "done", "cancelled"])
    if "repeats" not in table:
        sketch.single.append(f"{track}/{table['id']}")
    return table


def policies(sketch: Sketch) -> list[str]:
    """Draw the policies; the ones with leads of the clock are kept apart."""
    names = sketch.some(["default", "standard", "gentle"], 0, 3)
    blocks = [block(f"[reminders.{name}]", policy(sketch, False)) for name in names]
    sketch.day_policies = names
    if sketch.chance("hours"):
        sketch.clock_policies = ["meeting"]
        blocks.append(block("[reminders.meeting]", policy(sketch, True)))
    return blocks


def track(sketch: Sketch, name: str) -> list[str]:
    """Draw a track and its milestones."""
    table: Table = {"title": f"Track {name}", "owner": owners(sketch)}
    if sketch.day_policies and sketch.coin():
        table["reminders"] = sketch.one(sketch.day_policies)
    if sketch.chance("zones", 4):
        table["timezone"] = sketch.one(sketch.zones)
    steps = range(1, sketch.draw(st.integers(1, 3)) + 1)
    found = [
        block(f"[[tracks.{name}.milestones]]", milestone(sketch, name, step)) for step in steps
    ]
    return [block(f"[tracks.{name}]", table), *found]


@st.composite
def plans(
    draw: Draw,
    on: frozenset[str] = FEATURES,
    first: date = date(2023, 1, 1),
    last: date = date(2026, 12, 31),
    zones: Sequence[str] = tuple(ZONES),
) -> str:
    """Give a valid plan as TOML text, with its dates between two days."""
    sketch = Sketch(draw, on, first, last, zones=zones)
    sketch.people = list(PEOPLE[: draw(st.integers(1, 4))])
    sketch.teams = list(TEAMS[: draw(st.integers(0, 2))]) if "teams" in on else []
    sketch.leads = bool(sketch.teams) and sketch.chance("leads")
    blocks = [block("[plan]", plan_table(sketch))]
    blocks += [block(f"[channels.{name}]", table) for name, table in CHANNELS.items()]
    blocks += [block(f"[people.{name}]", person(sketch, name)) for name in sketch.people]
    blocks += [block(f"[teams.{name}]", team(sketch, name)) for name in sketch.teams]
    blocks += policies(sketch)
    for name in TRACKS[: draw(st.integers(1, 3))]:
        blocks += track(sketch, name)
    return document(blocks)


@st.composite
def cases(draw: Draw, on: frozenset[str] = FEATURES) -> tuple[str, datetime, datetime]:
    """Give a plan with the span (frm, until; UTC, whole minutes) of a preview that shows it."""
    day = draw(st.dates(date(2023, 2, 1), date(2026, 5, 1)))
    plan = draw(
        plans(on, max(day - timedelta(days=7), date(2023, 1, 1)), day + timedelta(days=240))
    )
    minutes = st.integers(0, 24 * 60 - 1)
    frm = datetime.combine(day, time(), UTC) + timedelta(minutes=draw(minutes))
    until = frm + timedelta(days=draw(st.integers(20, 300)), minutes=draw(minutes))
    return plan, frm, until
