"""Which milestones a feed holds, and how each is shown."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar as Read

from calendars.entry import AllDay, Entry, Timed
from calendars.feeds.ical import write
from calendars.feeds.vevent import block
from config.load import load_texts
from config.plan import Plan
from scheduler.feeds import (
    Gone,
    History,
    Published,
    Scope,
    ScopeError,
    Span,
    basis,
    calendar,
    feed_path,
    parse_scope,
)
from scheduler.remembered import gone, look_again
from scheduler.shown import renewed
from scheduler.stamps import Stamp
from scheduler.standing import State

NOW = datetime(2024, 4, 2, 9, tzinfo=UTC)
PLAN = """
[plan]
name = "Promises"
id = "promises"
timezone = "Africa/Nairobi"
url = "https://tracker.example.org/"
coordinators = ["amina"]

[people.amina]
name = "Amina"
email = "amina@example.org"

[people.bo]
name = "Bo"
email = "bo@example.org"

[teams.drafters]
name = "Drafters"
members = ["bo"]

[channels.email]
type = "email"
host = "localhost"
from = "tracker@example.org"

[tracks.one]
title = "First resolution"
reference = "RES.1"
owner = "drafters"
tags = ["normative"]
"""


def made(*milestones: str, extra: str = "", holidays: Sequence[str] = ()) -> Plan:
    """A plan with these milestones in the track `one`, each a few lines of TOML."""
    head = "[[tracks.one.milestones]]\n"
    base = PLAN.replace("[plan]\n", f"[plan]\nholidays = {list(holidays)}\n") if holidays else PLAN
    return load_texts({"plan.toml": base + extra + "".join(head + one for one in milestones)}).plan


def milestone(name: str, due: str = '"2024-04-30"', more: str = "") -> str:
    """The TOML of one milestone."""
    return f'id = "{name}"\ntitle = "The {name}"\ndue = {due}\n{more}\n'


def published(plan: Plan, scope: str = "all", now: datetime = NOW, **options: object) -> Published:
    """The calendar of a scope with one stamp for all."""
    history = options.pop("history", None) or stamped(plan)
    assert isinstance(history, History)
    return calendar(plan, parse_scope(scope, plan), history, now, **options)  # type: ignore[arg-type]


def stamped(plan: Plan, **states: State) -> History:
    """A history in which every entry was made in March."""
    stamp = Stamp(datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC))
    by_id = {f"one/{key}": state for key, state in states.items()}
    return History(by_id, dict.fromkeys(plan.milestones, stamp))


def ids(made: Published) -> list[str]:
    """The milestones shown, by the name in their UID."""
    return [one.uid.partition("@")[0].removeprefix("one.") for one in made.calendar.entries]


def only(plan: Plan, **options: object) -> Entry:
    """The only entry of a plan's feed."""
    (entry,) = published(plan, **options).calendar.entries  # type: ignore[arg-type]
    return entry


TWO_OWNERS = (milestone("draft"), milestone("report", more='owner = "amina"\ntags = ["finance"]'))


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        ("all", ["draft", "report"]),
        ("track:one", ["draft", "report"]),
        ("team:drafters", ["draft"]),
        ("person:bo", ["draft"]),
        ("person:amina", ["report"]),
        ("tag:finance", ["report"]),
        ("tag:normative", ["draft", "report"]),
    ],
)
def test_a_scope_holds_what_is_its_own(scope: str, shown: list[str]) -> None:
    assert ids(published(made(*TWO_OWNERS), scope)) == shown


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("everything", '"everything" is no scope; write all, track:ID, team:ID, person:ID or'),
        ("all:one", '"all:one" is no scope'),
        ("track:", '"track:" is no scope'),
        ("track:onn", 'there is no track "onn"; did you mean "track:one"?'),
        ("team:drafter", 'did you mean "team:drafters"?'),
        ("person:zoe", 'there is no person "zoe"; there are: amina, bo'),
        ("tag:financ", 'did you mean "tag:finance"?'),
    ],
)
def test_an_unknown_scope_is_refused_with_the_nearest(scope: str, said: str) -> None:
    with pytest.raises(ScopeError) as refused:
        parse_scope(scope, made(*TWO_OWNERS))
    assert said in str(refused.value)


def test_what_is_not_public_is_only_in_private_feeds() -> None:
    plan = made(milestone("draft"), milestone("secret", more="public = false"))
    assert ids(published(plan)) == ["draft"]
    assert ids(published(plan, "team:drafters")) == ["draft"]
    assert ids(published(plan, "team:drafters", private=True)) == ["draft", "secret"]


def test_a_track_that_is_not_public_hides_its_milestones() -> None:
    plan = made(milestone("draft"), extra="public = false\n")
    assert ids(published(plan)) == []
    assert ids(published(plan, private=True)) == ["draft"]


def test_a_private_calendar_does_not_hold_its_own_address() -> None:
    plan = made(milestone("draft"))
    public = published(plan, "team:drafters").calendar
    assert public.source == "https://tracker.example.org/calendars/team/drafters.ics"
    assert published(plan, "team:drafters", private=True).calendar.source == ""


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        ("2024-01-02", []),
        ("2024-01-03", ["draft"]),
        ("2026-04-02", ["draft"]),
        ("2026-04-03", []),
    ],
)
def test_it_covers_90_days_back_and_24_months_ahead(due: str, shown: list[str]) -> None:
    made_up = published(made(milestone("draft", f'"{due}"')))
    assert ids(made_up) == shown
    assert made_up.outside == 1 - len(shown)


def test_another_span_can_be_asked_for() -> None:
    plan = made(milestone("early", '"2023-01-10"'), milestone("draft"))
    wide = published(plan, span=Span(date(2023, 1, 1), date(2023, 12, 31)))
    assert ids(wide) == ["early"]
    assert wide.outside == 1


def test_what_is_left_out_is_counted_in_the_feed() -> None:
    plan = made(milestone("open", '"tbc"'), milestone("far", '"2030"'), milestone("draft"))
    found = published(plan)
    assert (found.without_date, found.outside) == (1, 1)
    about = str(Read.from_ical(write(found.calendar).body)["DESCRIPTION"])
    assert "Outside of the days that this calendar covers, so not shown here: 1" in about
    assert "Without a date, so not shown here: 1" in about


@pytest.mark.parametrize("due", ['"2024-04-30"', '"2024-04"', '"2024-Q2?"', '"2025"'])
def test_the_uid_is_the_same_whatever_the_date(due: str) -> None:
    assert only(made(milestone("draft", due))).uid == "one.draft@promises"


def test_a_low_precision_is_shown_as_promised() -> None:
    entry = only(made(milestone("draft", '"2024-Q2?"')))
    assert entry.due_text == "Q2 2024, to be confirmed"
    assert entry.when == AllDay(date(2024, 6, 30), date(2024, 7, 1))
    assert entry.window == (date(2024, 4, 1), date(2024, 6, 30))
    assert (
        b"SUMMARY:The draft (Q2 2024\\, to be confirmed)"
        in write(published(made(milestone("draft", '"2024-Q2?"'))).calendar).body
    )


def test_only_a_meeting_with_a_length_makes_busy() -> None:
    meeting = only(made(milestone("talk", "2024-04-30T15:00:00", 'duration = "90 minutes"')))
    assert meeting.busy
    assert isinstance(meeting.when, Timed)
    assert meeting.when.start == datetime(2024, 4, 30, 12, tzinfo=UTC)
    assert meeting.when.duration == timedelta(minutes=90)
    assert not only(made(milestone("limit", "2024-04-30T15:00:00"))).busy


def test_a_report_overrules_the_plan_but_not_its_end() -> None:
    plan = made(milestone("draft"))
    done = stamped(plan, draft=State("done", 100, at=NOW))
    assert only(plan, history=done).state == "done"
    assert only(plan, history=done).percent == 100
    cancelled = made(milestone("draft", more='status = "cancelled"'))
    history = stamped(cancelled, draft=State("on-track"))
    assert only(cancelled, now=datetime(2024, 3, 20, tzinfo=UTC), history=history).state == (
        "cancelled"
    )


@pytest.mark.parametrize(("day", "shown"), [(30, ["draft"]), (31, [])])
def test_what_is_cancelled_stays_for_30_days(day: int, shown: list[str]) -> None:
    plan = made(milestone("draft"))
    history = stamped(plan, draft=State("cancelled", at=NOW))
    assert ids(published(plan, now=NOW + timedelta(days=day), history=history)) == shown


@pytest.mark.parametrize(("day", "shown"), [(0, ["draft"]), (30, ["draft"]), (31, [])])
def test_what_is_gone_stays_as_cancelled_for_30_days(day: int, shown: list[str]) -> None:
    plan = made(milestone("draft"), milestone("other", '"2024-05-01"'))
    (looked, _) = look_again(plan, plan.milestones, {}, {}, NOW)
    left = gone("one/draft", looked.shown, looked.stamp, NOW)
    rest = replace(plan, milestones={"one/other": plan.milestones["one/other"]})
    history = replace(stamped(rest), gone=(left,))
    found = published(rest, now=NOW + timedelta(days=day), history=history)
    assert ids(found)[1:] == shown
    if shown:
        entry = found.calendar.entries[-1]
        assert entry.state == "cancelled"
        assert entry.sequence == looked.stamp.sequence + 1
        assert entry.modified > looked.stamp.modified
        assert ids(published(rest, "tag:normative", history=history))[1:] == shown


def left_as(plan: Plan, states: dict[str, State]) -> Gone:
    """The milestone `draft` gone from the plan, with what was reported of it."""
    (looked,) = look_again(plan, plan.milestones, states, {}, NOW)
    return gone("one/draft", looked.shown, looked.stamp, NOW)


def test_of_a_series_that_is_gone_what_was_done_stays_done() -> None:
    weekly = made(milestone("draft", "2024-04-03", 'repeats = "weekly"'))
    said = {"one/draft@2024-04-03": State("done"), "one/draft@2024-04-10": State("at-risk")}
    entry = left_as(weekly, said).entry
    assert (entry.state, [one.state for one in entry.overrides]) == ("cancelled", ["done", None])
    assert b"STATUS:CONFIRMED" not in block(replace(entry, overrides=entry.overrides[1:]))


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        ("2024-01-02", []),
        ("2024-01-03", ["draft"]),
        ("2026-04-02T20:00:00", ["draft"]),
        ("2026-04-03", []),
        ("2024-04-03\nrepeats = 'weekly'", ["draft"]),
        ("'tbc'", ["draft"]),
    ],
)
def test_what_is_gone_is_shown_on_the_days_covered(due: str, shown: list[str]) -> None:
    left = left_as(made(milestone("draft", due)), {})
    rest = made(milestone("other"))
    history = replace(stamped(rest), gone=(left,))
    assert ids(published(rest, history=history))[1:] == shown


@pytest.mark.parametrize(
    ("due", "more"),
    [
        ('"2024-04-30"', ""),
        ('"2024-Q2?"', ""),
        ("2024-04-30T15:00:00", 'duration = "1 hour"'),
        (
            "2024-04-03",
            'repeats = "weekly"\nexcept = [2024-04-10]\nmoved = {2024-04-17 = 2024-04-18}',
        ),
        ("2024-04-03T10:00:00", 'repeats = "weekly"\nmoved = {2024-04-17 = 2024-04-18T09:00:00}'),
    ],
)
def test_what_is_remembered_is_written_as_it_was(due: str, more: str) -> None:
    plan = made(milestone("draft", due, more))
    (looked,) = look_again(plan, plan.milestones, {}, {}, NOW)
    left = gone("one/draft", looked.shown, looked.stamp, NOW)
    again = replace(left.entry, state="planned", sequence=0, modified=looked.stamp.modified)
    overrides = looked.stamp.overrides
    shown = published(plan, history=History(stamps={"one/draft": looked.stamp})).calendar
    other = replace(shown, entries=(replace(again, overrides=overrides),))
    assert write(other).body == write(shown).body


def test_a_milestone_that_came_back_is_shown_once() -> None:
    plan = made(milestone("draft"))
    (looked,) = look_again(plan, plan.milestones, {}, {}, NOW)
    history = replace(stamped(plan), gone=(gone("one/draft", looked.shown, looked.stamp, NOW),))
    assert ids(published(plan, history=history)) == ["draft"]


def test_the_needs_are_named_while_they_are_open() -> None:
    plan = made(milestone("draft"), milestone("final", more='needs = ["draft"]'))
    assert published(plan).calendar.entries[1].notes == ("Waits for: The draft",)
    done = stamped(plan, draft=State("done"))
    assert published(plan, history=done).calendar.entries[1].notes == ()


def test_a_public_entry_names_no_need_that_is_not_public() -> None:
    secret = milestone("secret", more="public = false")
    plan = made(secret, milestone("final", more='needs = ["secret"]'))
    assert published(plan).calendar.entries[0].notes == ()
    plan = made(secret, milestone("hidden", more='needs = ["secret"]\npublic = false'))
    assert published(plan, private=True).calendar.entries[1].notes == ("Waits for: The secret",)


@pytest.mark.parametrize(
    ("kind", "name", "path"),
    [
        ("all", "", "/calendars/all.ics"),
        ("track", "one", "/calendars/track/one.ics"),
        ("tag", "normative", "/calendars/tag/normative.ics"),
    ],
)
def test_one_address_is_one_calendar(kind: str, name: str, path: str) -> None:
    assert feed_path(Scope(kind, name)) == path  # type: ignore[arg-type]


def test_of_what_repeats_the_next_25_years_count_and_the_first_of_all() -> None:
    plan = made(
        milestone("daily", "2024-04-03", 'repeats = "daily"'),
        milestone("late", "2090-04-03", 'repeats = "yearly"'),
        milestone("far", '"2150"'),
    )
    known = renewed(basis(plan, stamped(plan), NOW, date(2199, 12, 31)), {}, None)
    last = {key: one.dues[-1] for key, one in known.items()}
    assert last == {
        "one/daily": date(2049, 4, 2),
        "one/late": date(2090, 4, 3),
        "one/far": date(2150, 12, 31),
    }
