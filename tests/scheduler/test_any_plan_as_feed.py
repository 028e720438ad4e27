"""Any plan -> feed -> programs that did not write it: the same days, instants, titles and counts.

What is expected comes from the plan and from the rules of dates, never from the writer.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendars.dates import LOW
from calendars.feeds import ical, todo
from calendars.recurrence import expand
from calendars.zones import known_zones
from config.load import load_texts
from config.plan import Milestone, Plan
from scheduler.feeds import History, Published, Scope, Span, calendar
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence
from scheduler.stamps import Stamp
from scheduler.standing import State
from tests.calendars.feeds.judges import by_octets
from tests.calendars.probes import changes_of
from tests.judges.programs import Program, ical_js, libical
from tests.oracle.ingredients import FEATURES
from tests.oracle.plans import plans
from tests.oracle.written import block
from tests.scheduler.test_feeds import made
from tests.scheduler.test_feeds import milestone as as_toml

DATES = FEATURES & {
    "windows", "timed", "offset", "tbc", "relative", "needs", "repeats", "except", "moved", "roll",
    "status", "zones", "holidays", "closed",
} | {"monthly-on-the-31st", "moved-and-roll", "any-hour"}  # fmt: skip
"""What decides dates and titles; who is reminded when does not matter here."""
ALL_ZONES = tuple(sorted(known_zones()))
CHANGING = tuple(
    name
    for name in ALL_ZONES
    if len({datetime(2024, month, 5, tzinfo=ZoneInfo(name)).utcoffset() for month in (1, 4, 7)}) > 1
)
"""The zones whose clocks change."""
NOW = datetime(2024, 7, 1, 12, tzinfo=UTC)
STAMP = Stamp(NOW, NOW, 3)
REFUSED = "".join(map(chr, [*range(32), *range(0x7F, 0xA0), 0x2028, 0x2029]))
"""What the plan takes for control characters, or for the end of a line."""
TITLES = (
    st.text(st.characters(exclude_characters=REFUSED, exclude_categories=["Cs"]), min_size=1)
    .map(str.strip)
    .filter(bool)
    .flatmap(lambda text: st.integers(1, 40).map(lambda times: text * times))
)
WINDOWS = {
    "2024-03": (
        "monthly", "yearly", "FREQ=MONTHLY;COUNT=5", "FREQ=MONTHLY;INTERVAL=2",
        "FREQ=MONTHLY;UNTIL=20241115", "FREQ=YEARLY;BYMONTH=3,9", "FREQ=MONTHLY;BYMONTHDAY=1",
    ),
    "2024-Q1": (
        "FREQ=MONTHLY;INTERVAL=3", "yearly", "FREQ=MONTHLY;INTERVAL=3;UNTIL=20250401",
        "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1", "monthly", "FREQ=MONTHLY;INTERVAL=2;UNTIL=20250815",
        "FREQ=WEEKLY;COUNT=30", "FREQ=MONTHLY;BYMONTHDAY=1,15",
    ),
    "2024-H2?": ("FREQ=MONTHLY;INTERVAL=6;COUNT=3", "yearly", "FREQ=YEARLY;UNTIL=20260101"),
    "2024": ("yearly", "FREQ=YEARLY;INTERVAL=2", "monthly"),
    "2024-02-05/2024-02-09": (
        "weekly", "FREQ=DAILY;INTERVAL=20", "FREQ=WEEKLY;COUNT=9", "FREQ=WEEKLY;UNTIL=20240506",
        "FREQ=WEEKLY;BYDAY=MO", "monthly", "yearly",
    ),
    "2024-01-30/2024-02-02": ("monthly", "weekly", "FREQ=MONTHLY;COUNT=4"),
    "2024-02-05": ("FREQ=DAILY;UNTIL=20240305T210000Z", "FREQ=DAILY;UNTIL=20240305T030000Z"),
}  # fmt: skip
"""Days and windows that repeat, each with rules that say how."""
DAILY = st.sampled_from(["FREQ=DAILY;COUNT=5", "FREQ=DAILY;INTERVAL=2;COUNT=3", "daily"])


class Read(NamedTuple):
    """What a program shows in a span, title and start, sorted; and all titles of the file."""

    shown: list[tuple[str, str]]
    titles: list[str]


@dataclass(frozen=True, repr=False)
class Case:
    """A plan, what was reported of it, and the days that its feed covers."""

    text: str
    plan: Plan
    history: History
    span: Span

    def __repr__(self) -> str:
        return f"{self.text}\n{self.history.states}\n{self.span}"


def toml(text: str) -> str:
    """A text as a TOML string; JSON would write what lies beyond 16 bits in two halves."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any plan with any titles, in any zones, and a report on some of its occurrences."""
    text = draw(plans(DATES, zones=ALL_ZONES))
    for number in range(draw(st.integers(0, 2))):
        table = draw(windows()) | {"id": f"more-{number}", "title": "Step"}
        text += "\n" + block("[[tracks.alpha.milestones]]", table) + "\n"
    titled = re.sub(r'(?m)^title = "Step.*"$', lambda _: f"title = {toml(draw(TITLES))}", text)
    plan = load_texts({"plan.toml": titled}).plan
    first = draw(st.dates(date(2022, 6, 1), date(2026, 6, 1)))
    span = Span(first, first + timedelta(days=draw(st.integers(0, 1200))))
    return Case(titled, plan, draw(histories(plan, span)), span)


@st.composite
def windows(draw: st.DrawFn) -> dict[str, Any]:
    """A window, or a day, that repeats."""
    due = draw(st.sampled_from(sorted(WINDOWS)))
    return {"due": due, "repeats": draw(st.sampled_from(WINDOWS[due]))}


@st.composite
def crossings(draw: st.DrawFn) -> dict[str, Any]:
    """A time of the day that repeats over a change of its zone's clock, in the hours around it."""
    name = draw(st.sampled_from(CHANGING))
    change = draw(st.sampled_from(changes_of(name)))
    local = change.astimezone(ZoneInfo(name)).replace(tzinfo=None)
    starts = local + timedelta(minutes=15 * draw(st.integers(-8, 7)), days=-draw(st.integers(0, 3)))
    return {"starts": starts, "timezone": name, "duration": "45 minutes", "repeats": draw(DAILY)}


@st.composite
def histories(draw: st.DrawFn, plan: Plan, span: Span) -> History:
    """Reports on whole milestones and on single occurrences, the stamps the same for all."""
    ids = [one.id for key in plan.milestones.values() for one in found(plan, key, span.last)][:40]
    words = st.sampled_from(["planned", "on-track", "at-risk", "delayed", "done", "cancelled"])
    states = st.builds(State, words, at=st.just(NOW))
    reported = draw(st.dictionaries(st.sampled_from([*ids, *plan.milestones]), states, max_size=3))
    return History(reported, dict.fromkeys(plan.milestones, STAMP))


def found(plan: Plan, milestone: Milestone, last: date) -> list[Occurrence]:
    """The occurrences of a milestone that may lie before `last`, wherever they were moved to."""
    until = max([last + timedelta(days=31), *milestone.moved])
    return list(Dates(plan).of(milestone, until))


def state(case: Case, milestone: Milestone, occurrence: str) -> str:
    """The end that the plan says, else what was last reported, else what the plan says."""
    if milestone.status in ("done", "cancelled"):
        return milestone.status
    states = case.history.states
    reported = states.get(occurrence) or states.get(milestone.id)
    return reported.state if reported else milestone.status


def title(case: Case, milestone: Milestone, one: Occurrence) -> str:
    """The title with a mark when it is done, and with its date where that says more."""
    mark = "✓ " if state(case, milestone, one.id) == "done" else ""
    promised = one.promise
    words = one.promise.precision in LOW or not promised.certain or one.due is None
    date_in_words = f" ({one.due_text('en')})" if words and milestone.repeats is None else ""
    return f"{mark}{milestone.title}{date_in_words}"


def planned(case: Case, *, timed: bool) -> list[tuple[str, str]]:
    """Title and start of each occurrence in the days that are looked at: a day, or an instant."""
    shown = []
    for milestone in case.plan.milestones.values():
        for one in found(case.plan, milestone, case.span.last):
            at = one.starts if timed and one.starts else one.due
            if at is not None:
                shown.append((title(case, milestone, one), written(at)))
    return within(case.span, shown)


def written(at: date | datetime) -> str:
    """A day as 2024-04-30, an instant in UTC as 2024-04-30T12:00:00Z."""
    if isinstance(at, datetime):
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return at.isoformat()


def within(span: Span, shown: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What is shown in the days of a span, by UTC's days where it has a time."""
    return sorted(one for one in shown if str(span.first) <= one[1][:10] <= str(span.last))


def published(case: Case) -> Published:
    """The whole calendar of a case, private milestones too."""
    return calendar(case.plan, Scope("all"), case.history, NOW, private=True, span=case.span)


def by_icalendar(body: bytes, span: Span) -> Read:
    """What icalendar and recurring-ical-events find."""
    read = icalendar.Calendar.from_ical(body)
    dated = [one for one in read.walk() if one.name in ("VEVENT", "VTODO")]
    assert not [one.errors for one in read.walk() if one.errors]
    titles = [str(one["SUMMARY"]) for one in dated]
    # For a to-do without a date recurring-ical-events makes one up.
    read.subcomponents = [one for one in read.subcomponents if _has_date(one)]
    query = recurring_ical_events.of(read, components=["VEVENT", "VTODO"])
    known: Any = query.between(span.first - timedelta(days=1), span.last + timedelta(days=2))
    starts = [(str(one["SUMMARY"]), _moment(one)) for one in known]
    return Read(within(span, starts), sorted(titles))


def _has_date(one: Any) -> bool:
    return one.name != "VTODO" or "DUE" in one


def _moment(one: Any) -> str:
    return written(one["DUE" if one.name == "VTODO" else "DTSTART"].dt)


def by_program(program: Program, body: bytes, span: Span) -> Read:
    """What a program finds."""
    first, last = (day.isoformat() for day in span)
    answer = program.ask("read", body=body.decode(), first=first, last=last)
    assert "refused" not in answer, answer
    shown = [(name, at) for name, at in answer["shown"]]
    return Read(within(span, shown), sorted(one["title"] for one in answer["texts"]))


def readings(case: Case, body: bytes) -> Iterator[tuple[str, Read]]:
    """Each reader's name and what it finds."""
    yield "icalendar", by_icalendar(body, case.span)
    yield "ical.js", by_program(ical_js(), body, case.span)
    if not skips(case):
        yield "libical", by_program(libical(), body, case.span)


def skips(case: Case) -> bool:
    """Whether a repeating time falls into an hour that the clock skips, or into the one before.

    Behind the first the rules of libical 3.0 go on an hour late, whatever the feed says; in
    America/Nuuk also behind the second, though libical's offsets are right there (see
    `tests/calendars/test_timezones_judged.py`).
    """
    timed = [one for one in case.plan.milestones.values() if one.repeats and one.due.instant]
    return any(_skipped(case.plan, one, case.span.last) for one in timed)


def _skipped(plan: Plan, milestone: Milestone, last: date) -> bool:
    at = milestone.due.instant
    assert at is not None and milestone.repeats is not None
    info = ZoneInfo(milestone.timezone)
    end = datetime.combine(last, time.max) + timedelta(days=800)
    fires = expand(milestone.repeats, at.replace(tzinfo=None), milestone.timezone, end)
    near = (one + away for one in fires for away in (timedelta(0), timedelta(hours=1)))
    return any(
        one.replace(tzinfo=info).astimezone(UTC).astimezone(info).replace(tzinfo=None) != one
        for one in near
    )


def undated(case: Case) -> int:
    """How many milestones have no date."""
    return sum(Dates(case.plan).single(one).due is None for one in case.plan.milestones.values())


def outside(case: Case) -> int:
    """How many milestones have dates, but none in the span."""
    days = [
        [one.due for one in found(case.plan, milestone, case.span.last) if one.due]
        for milestone in case.plan.milestones.values()
        if Dates(case.plan).single(milestone).due
    ]
    return sum(not any(case.span.first <= day <= case.span.last for day in one) for one in days)


ANY = settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])


@ANY
@given(cases())
def test_programs_find_every_occurrence_of_any_plan(case: Case) -> None:
    feed_of = published(case)
    feed = ical.write(feed_of.calendar)
    by_octets(feed.body)
    assert feed.broken == ()
    expected = planned(case, timed=True)
    for name, (shown, titles) in readings(case, feed.body):
        assert shown == expected, name
        assert {one for one, _ in expected} <= set(titles)


@ANY
@given(cases())
def test_programs_find_every_todo_of_any_plan(case: Case) -> None:
    feed_of = published(case)
    feed = todo.write(feed_of.calendar)
    by_octets(feed.body)
    assert feed.broken == ()
    expected = planned(case, timed=False)
    open_titles = sorted(
        title(case, one, single)
        for one in case.plan.milestones.values()
        if (single := Dates(case.plan).single(one)).due is None
    )
    for name, (shown, titles) in readings(case, feed.body):
        assert shown == expected, name
        assert not Counter(open_titles) - Counter(titles), name


@ANY
@given(cases())
def test_what_is_left_out_of_any_plan_is_counted(case: Case) -> None:
    feed_of = published(case)
    events, todos = ical.write(feed_of.calendar), todo.write(feed_of.calendar)
    read: Any = icalendar.Calendar.from_ical(events.body)
    every: Any = icalendar.Calendar.from_ical(todos.body)
    count, far = len(case.plan.milestones), outside(case)
    assert int(read["X-MILESTONES-WITHOUT-DATE"]) == events.left_out == undated(case)
    assert int(every["X-MILESTONES-WITHOUT-DATE"]) == todos.left_out == 0
    assert feed_of.outside == far
    assert bool(far) == (f": {far}" in str(read.get("DESCRIPTION", "")).partition("\n")[0])
    assert len({str(one["UID"]) for one in read.walk("VEVENT")}) == count - far - undated(case)
    assert len({str(one["UID"]) for one in every.walk("VTODO")}) == count - far


@settings(max_examples=150)
@given(crossings())
def test_programs_find_times_around_a_change_of_the_clock(table: dict[str, Any]) -> None:
    text = block("", {"id": "call", "title": "Call"} | table)
    plan = made(text.strip() + "\n")
    day = table["starts"].date()
    span = Span(day - timedelta(days=3), day + timedelta(days=12))
    case = Case(text, plan, History({}, dict.fromkeys(plan.milestones, STAMP)), span)
    feed = ical.write(published(case).calendar)
    assert feed.broken == ()
    for name, (shown, _) in readings(case, feed.body):
        assert shown == planned(case, timed=True), name


def test_libical_goes_on_late_behind_an_hour_that_is_skipped() -> None:
    """When this fails, `skips` has no reason any more."""
    rule = 'repeats = "FREQ=DAILY;COUNT=3"\ntimezone = "Europe/Paris"'
    plan = made(as_toml("call", "2024-03-30T02:30:00", rule))
    span = Span(date(2024, 3, 1), date(2024, 4, 30))
    case = Case("", plan, History({}, dict.fromkeys(plan.milestones, STAMP)), span)
    assert skips(case)
    shown, _ = by_program(libical(), ical.write(published(case).calendar).body, span)
    assert planned(case, timed=True)[-1] == ("The call", "2024-04-01T00:30:00Z")
    assert shown[-1] == ("The call", "2024-04-01T01:30:00Z")
