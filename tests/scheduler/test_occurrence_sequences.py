"""The SEQUENCE of one occurrence of a repeating milestone: its own, and never lower than before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import icalendar
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.feeds.ical import write
from config.plan import Plan
from scheduler.feeds import History, calendar, parse_scope
from scheduler.remembered import gone, look_again, overrides_of
from scheduler.stamps import Stamp
from scheduler.standing import State
from tests.scheduler.test_feeds import NOW, made, milestone

WEEKLY = 'repeats = "weekly"\n'
PLAIN = made(milestone("meeting", "2024-04-03", WEEKLY))


def moved(**days: str) -> Plan:
    """The weekly meeting with occurrences moved: `a10="12"` is 10 to 12 April."""
    inside = ", ".join(f"2024-04-{key[1:]} = 2024-04-{day}" for key, day in days.items())
    return made(milestone("meeting", "2024-04-03", f"{WEEKLY}moved = {{{inside}}}"))


@dataclass
class Kept:
    """The history as the store keeps it: a stamp without its overrides, and the text."""

    stamp: Stamp | None = None
    shown: str = ""
    day: int = 0
    seen: list[dict[str, int]] = field(default_factory=list)

    def look(self, plan: Plan, states: Mapping[str, State] | None = None) -> dict[str, int]:
        """Look a day later; SEQUENCE by RECURRENCE-ID ("" for the rule) as the feed has them."""
        self.day += 1
        now = NOW + timedelta(days=self.day)
        known = {} if self.stamp is None else {"one/meeting": self.stamp}
        for one in look_again(plan, plan.milestones, states or {}, known, now):
            self.shown = one.shown
            row = one.stamp
            self.stamp = Stamp(
                row.created,
                row.modified,
                row.sequence,
                row.look,
                row.placing,
                overrides_of(one.shown),
            )
            assert self.stamp == one.stamp, "what is stored is what was stamped"
        assert self.stamp is not None
        history = History(states or {}, {"one/meeting": self.stamp})
        feed = write(calendar(plan, parse_scope("all", plan), history, now).calendar)
        assert feed.broken == ()
        self.seen.append(_sequences(feed.body))
        return self.seen[-1]


def _sequences(body: bytes) -> dict[str, int]:
    found: dict[str, int] = {}
    read: Any = icalendar.Calendar.from_ical(body)
    for event in read.walk("VEVENT"):
        key = event["RECURRENCE-ID"].dt.isoformat() if "RECURRENCE-ID" in event else ""
        found[key] = int(event["SEQUENCE"])
    return found


def test_only_the_occurrence_that_moves_counts_up() -> None:
    kept = Kept()
    assert kept.look(PLAIN) == {"": 0}
    assert kept.look(moved(a10="11")) == {"": 0, "2024-04-10": 1}
    assert kept.look(moved(a10="12")) == {"": 0, "2024-04-10": 2}
    assert kept.look(moved(a10="12")) == {"": 0, "2024-04-10": 2}
    assert kept.look(moved(a10="12", a17="18")) == {"": 0, "2024-04-10": 2, "2024-04-17": 1}


def test_one_that_comes_back_is_shown_there_with_a_higher_number() -> None:
    kept = Kept()
    kept.look(PLAIN)
    kept.look(moved(a10="11"))
    assert kept.look(PLAIN) == {"": 0, "2024-04-10": 2}
    assert kept.look(PLAIN) == {"": 0, "2024-04-10": 2}
    assert kept.look(moved(a10="11")) == {"": 0, "2024-04-10": 3}


def test_a_state_of_its_own_counts_up_too() -> None:
    kept = Kept()
    plan = moved(a10="11")
    kept.look(plan)
    done = {"one/meeting@2024-04-10": State("done", at=NOW)}
    assert kept.look(plan, done) == {"": 0, "2024-04-10": 2}


def test_none_is_older_than_its_rule() -> None:
    kept = Kept()
    kept.look(moved(a10="11"))
    for zone in ("Europe/Paris", "Asia/Tokyo", "Africa/Nairobi"):
        other = made(
            milestone(
                "meeting",
                "2024-04-03T10:00:00",
                f'{WEEKLY}timezone = "{zone}"\nmoved = {{2024-04-10 = 2024-04-11}}',
            )
        )
        numbers = list(kept.look(other).values())
        assert numbers[1] >= numbers[0]
    assert kept.seen[-1][""] == 3


def test_a_title_changes_the_stamp_but_no_sequence() -> None:
    kept = Kept()
    kept.look(moved(a10="11"))
    before = kept.stamp
    assert before is not None
    more = f'{WEEKLY}moved = {{2024-04-10 = 2024-04-11}}\nnotes = "Bring the draft."'
    assert kept.look(made(milestone("meeting", "2024-04-03", more))) == kept.seen[0]
    assert kept.stamp is not None
    assert kept.stamp.modified > before.modified


def test_all_of_one_that_goes_are_cancelled_with_higher_numbers() -> None:
    kept = Kept()
    kept.look(moved(a10="11"))
    assert kept.stamp is not None
    left = gone("one/meeting", kept.shown, kept.stamp, NOW).entry
    assert left.sequence == 1
    assert [one.sequence for one in left.overrides] == [1]


def test_an_occurrence_that_is_left_out_is_no_component() -> None:
    kept = Kept()
    kept.look(moved(a10="11"))
    without = made(milestone("meeting", "2024-04-03", f"{WEEKLY}except = [2024-04-10]"))
    assert kept.look(without) == {"": 1}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["a10", "a17", "a24"]), st.sampled_from(
    ["11", "12", "18", "19"]), max_size=3), min_size=1, max_size=6))  # fmt: skip
def test_no_number_ever_goes_back(edits: list[dict[str, str]]) -> None:
    kept, last = Kept(), dict[str, int]()
    for edit in edits:
        now = kept.look(moved(**edit) if edit else PLAIN)
        assert now.keys() >= last.keys()
        assert all(now[key] >= number for key, number in last.items())
        last = now
