"""A feed of ours, imported: the same days and times, whatever the entry, the zone and the rule."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from calendars.dates import Precision
from calendars.entry import AllDay, Override, Timed
from calendars.feeds.ical import write
from calendars.importing import read
from calendars.recurrence import expand, parse_recurrence
from calendars.zones import known_zones, local_instant, zone
from tests.calendars.feeds.life import CALL, DAY, calendar

DAYS = st.dates(date(1972, 1, 1), date(2197, 12, 31))
ZONES = st.sampled_from(sorted(known_zones()))
RULES = st.sampled_from(
    ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=3TU", "FREQ=YEARLY"]
)


@given(DAYS, st.integers(1, 60))
def test_days_come_back(first: date, length: int) -> None:
    entry = replace(DAY, when=AllDay(first, first + timedelta(days=length)))
    (one,) = read(write(calendar(entry)).body).imported
    assert (one.promise.first, one.promise.last) == (first, first + timedelta(days=length - 1))
    assert one.uid == entry.uid
    kept = Precision.DAY if length == 1 else Precision.RANGE
    assert one.promise.precision is kept


@given(
    st.datetimes(datetime(1972, 1, 1), datetime(2197, 12, 31)).map(
        lambda it: it.replace(microsecond=0)
    ),
    st.integers(0, 5_000),
    ZONES,
)
def test_a_single_time_is_the_same_instant(local: datetime, minutes: int, name: str) -> None:
    start = local_instant(local, name).astimezone(zone(name))
    entry = replace(CALL, when=Timed(start, timedelta(minutes=minutes), name), rrule=None,
                    exdates=(), overrides=())  # fmt: skip
    (one,) = read(write(calendar(entry)).body).imported
    assert one.promise.instant == start
    assert one.timezone is None


@given(DAYS, RULES, st.integers(1, 4), st.integers(1, 4))
def test_a_rule_of_days_leaves_out_and_moves_the_same(
    first: date, rule: str, out: int, moved: int
) -> None:
    start = datetime.combine(first, datetime.min.time())
    until = min(start + timedelta(days=4_000), datetime(2199, 1, 1))
    days = [at.date() for at in expand(parse_recurrence(rule), start, "UTC", until)][:5]
    if len(days) < 5 or out == moved:
        return
    start = datetime.combine(days[0], datetime.min.time())
    to = days[moved] + timedelta(days=1)
    entry = replace(
        DAY,
        when=AllDay(days[0], days[0] + timedelta(days=1)),
        rrule=rule,
        exdates=(days[out],),
        overrides=(Override(days[moved], to, 1),),
    )
    (one,) = read(write(calendar(entry)).body).imported
    assert (one.repeats, one.promise.last) == (rule, days[0])
    assert one.exceptions == (days[out],)
    assert one.moved == ((days[moved], to),)


@given(ZONES, RULES)
def test_a_rule_of_times_keeps_its_zone(name: str, rule: str) -> None:
    local = next(
        expand(parse_recurrence(rule), datetime(2027, 5, 11, 15), name, datetime(2030, 1, 1))
    )
    when = Timed(local_instant(local, name).astimezone(zone(name)), timedelta(minutes=90), name)
    entry = replace(CALL, when=when, rrule=rule, exdates=(), overrides=())
    (one,) = read(write(calendar(entry)).body).imported
    assert (one.timezone, one.promise.instant, one.duration) == (name, local, "90 minutes")
    assert one.repeats == rule
