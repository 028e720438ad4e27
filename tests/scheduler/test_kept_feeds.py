"""What is kept between two feeds changes nothing: after any edits, reports and days the feeds are
those that would be written anew, octet for octet, in every format."""

import gzip
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from calendars.durations import Duration, Unit
from calendars.entry import Entry
from calendars.feeds.parts import Style, joined, part, segments
from calendars.feeds.registry import FORMATS
from config.plan import Plan, Policy
from scheduler.feeds import Gone, History, Scope, basis, default_span
from scheduler.published import Fresh, Wanted, written
from scheduler.remembered import gone, look_again
from scheduler.shelf import Shelf
from scheduler.shown import renewed, same, sharing
from scheduler.stamps import Stamp
from scheduler.standing import State
from scheduler.web.feed_routes import turned
from scheduler.web.segments import Segments
from tests.scheduler.test_feeds import NOW, made, milestone

NAMES = ("alpha", "beta", "gamma", "delta", "omega")
DUES = (
    "2024-04-30",
    "2024-05-02",
    '"2024-06"',
    '"2024-Q3?"',
    '"tbc"',
    "2024-04-16T15:00:00",
    "2024-04-16T15:00:00Z",
    "2021-01-01",
    "2026-04-02",
    '"alpha + 10 working days"',
    '"beta - 2 weeks"',
    '"gamma"',
)
MORE = (
    "",
    'needs = ["alpha"]',
    'needs = ["beta", "gamma"]',
    "public = false",
    'status = "cancelled"',
    'status = "done"',
    'status = "at-risk"\npercent = 40',
    'location = "Nairobi; room 3, third floor"',
    'notes = "A word\\non two lines"\ntags = ["finance"]',
    'owner = "amina"',
    'timezone = "Europe/Paris"',
    'title = "The same, \N{SNOWMAN}"',
)
REPEATS = (
    'repeats = "weekly"',
    'repeats = "weekly"\nmoved = {2024-05-07 = 2024-05-09}',
    'repeats = "FREQ=MONTHLY;COUNT=4"',
)
STATES = ("on-track", "at-risk", "delayed", "done", "cancelled")
WANTED = tuple(
    Wanted(scope, private, form, language, windows=windows, alarms=alarms)
    for scope in (Scope("all"), Scope("track", "one"), Scope("person", "bo"))
    for private in (False, True)
    for form in FORMATS
    for language, windows, alarms in (("", False, False), ("ru", True, False), ("", False, True))
)


class World:
    """A plan and its history, and what a random number does to them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.texts = {name: self._milestone(name) for name in NAMES}
        self.states: dict[str, State] = {}
        self.stamps: dict[str, Stamp] = {}
        self.gone: list[Gone] = []
        self.shown: dict[str, str] = {}
        self.now = NOW
        self.plan = self._read()
        self._stamp()

    def step(self) -> None:
        """An edit, a report, the head of the plan, or some days."""
        self.random.choice(
            (self._edit, self._edit, self._drop, self._report, self._head, self._wait)
        )()
        self._stamp()

    def history(self) -> History:
        return History(dict(self.states), dict(self.stamps), tuple(self.gone))

    def _milestone(self, name: str) -> str:
        before = NAMES[: NAMES.index(name)]
        due, more = self.random.choice(DUES), self.random.choice(MORE)
        if any(other in due + more for other in NAMES if other not in before):
            due, more = "2024-04-30", ""
        if due.startswith("2024") and "T" not in due and self.random.random() < 0.4:
            due, more = "2024-04-30", self.random.choice(REPEATS)
        text = milestone(name, due, more)
        return text.replace(f'title = "The {name}"\n', "") if "title" in more else text

    def _edit(self) -> None:
        name = self.random.choice(NAMES)
        self.texts[name] = self._milestone(name)
        self._take(self._read())

    def _drop(self) -> None:
        """The last one, on which no other hangs, comes or goes."""
        if self.texts.pop("omega", None) is None:
            self.texts["omega"] = self._milestone("omega")
        self._take(self._read())

    def _read(self) -> Plan:
        return made(*self.texts.values())

    def _take(self, plan: Plan) -> None:
        for key in self.plan.milestones.keys() - plan.milestones.keys():
            left = gone(key, self.shown[key], self.stamps[key], self.now)
            self.gone.append(left)
        self.gone = [one for one in self.gone if one.milestone not in plan.milestones]
        self.plan = sharing(self.plan, plan) if self.random.random() < 0.5 else plan

    def _report(self) -> None:
        key = self.random.choice(list(self.plan.milestones))
        if self.plan.milestones[key].repeats is not None:
            key = f"{key}@2024-05-{self.random.choice(('07', '14'))}"
        state = self.random.choice(STATES)
        self.states[key] = State(state, self.random.choice((None, 30)), at=self.now)  # type: ignore[arg-type]

    def _head(self) -> None:
        plan, track = self.plan, self.plan.tracks["one"]
        edits = (
            {"milestones": {key: replace(one) for key, one in plan.milestones.items()}},
            {"milestones": dict(reversed(list(plan.milestones.items())))},
            {"url": "https://other.example.org"},
            {"name": "Commitments"},
            {"language": "fr"},
            {"holidays": ("KE",)},
            {"timezone": "Pacific/Auckland"},
            {"teams": {"drafters": replace(plan.teams["drafters"], members=())}},
            *(
                {"tracks": {"one": other}}
                for other in (
                    replace(track, title="Another"),
                    replace(track, reference="RES.2"),
                    replace(track, public=not track.public),
                )
            ),
        )
        self.plan = replace(plan, **self.random.choice(edits))  # type: ignore[arg-type]

    def _wait(self) -> None:
        self.now += timedelta(days=self.random.choice((0, 1, 13, 40, 95)))

    def _stamp(self) -> None:
        self.now += timedelta(minutes=7)
        found = look_again(self.plan, self.plan.milestones, self.states, self.stamps, self.now)
        for one in found:
            self.stamps[one.milestone] = one.stamp
            self.shown[one.milestone] = one.shown


@settings(max_examples=25, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, 2**32))
def test_what_is_kept_changes_no_octet(seed: int) -> None:
    random = Random(seed)
    world, shelf, kept = World(random), Shelf(), Segments()
    small, smaller = Shelf(most=3), Segments(most=2_000)
    for _ in range(8):
        for wanted in random.sample(WANTED, 6):
            asked = (world.plan, wanted, world.history(), world.now)
            fresh = written(*asked, Fresh())
            whole = joined(fresh.whole)
            for shelf_, segments_ in ((shelf, kept), (small, smaller)):
                found = written(*asked, shelf_)
                assert joined(found.whole) == whole
                assert found.published == fresh.published
                made_ = segments_.bytes_of(found.whole)
                assert made_.content == whole.body
                assert gzip.decompress(made_.packed) == whole.body
                assert made_ == Segments().bytes_of(fresh.whole)
                assert turned(world.plan, asked[2], found.known, world.now) == turned(
                    world.plan, asked[2], fresh.known, world.now
                )
        world.step()


def test_segments_are_kept_up_to_so_many_octets() -> None:
    feeds = [
        written(made(milestone(name)), Wanted(Scope("all")), History(), NOW, Fresh()).whole
        for name in NAMES
    ]
    one = Segments()
    one.bytes_of(feeds[0])
    several = Segments(most=3 * len(one))
    for whole in feeds:
        several.bytes_of(whole)
        assert 0 < len(several) <= 3 * len(one)


BEFORE = made(
    milestone("alpha"),
    milestone("beta", '"alpha + 10 working days"'),
    milestone("gamma", more='needs = ["alpha"]'),
    milestone("delta", "2024-04-30", 'repeats = "weekly"'),
    milestone("timed", "2024-05-02T15:00:00"),
)
TRACK = BEFORE.tracks["one"]


@pytest.mark.parametrize(
    "edit",
    [
        {"url": "https://other.example.org"},
        {"id": "other"},
        {"name": "Commitments"},
        {"language": "fr"},
        {"holidays": ("KE",)},
        {"weekend": frozenset({4, 5})},
        {"closed": ((date(2024, 5, 2), date(2024, 5, 10)),)},
        {"timezone": "Pacific/Auckland"},
        {"policies": {"default": Policy("default", before=(Duration(3, Unit.DAYS),))}},
        {"tracks": {"one": replace(TRACK, title="Another", reference=None)}},
        {"tracks": {"one": replace(TRACK, reference="RES.2")}},
        {"tracks": {"one": replace(TRACK, public=False)}},
        {"milestones": dict(reversed(list(BEFORE.milestones.items())))},
        {"milestones": dict(list(BEFORE.milestones.items())[1:])},
    ],
    ids=str,
)
def test_an_edit_that_reaches_many_reaches_them_all(edit: Mapping[str, Any]) -> None:
    """Each edit changes the feed, and does so too where the feed was kept."""
    wanted, shelf = Wanted(Scope("all"), alarms=True), Shelf()
    history = History(stamps=dict.fromkeys(BEFORE.milestones, Stamp(NOW, NOW)))
    first = written(BEFORE, wanted, history, NOW, shelf)
    after = replace(BEFORE, **edit)
    second = joined(written(after, wanted, history, NOW, shelf).whole)
    assert second == joined(written(after, wanted, history, NOW, Fresh()).whole)
    assert second != joined(first.whole)


LONG = tuple(milestone(f"m{number}", "2024-04-30") for number in range(400))


def test_an_edit_makes_one_entry_and_one_segment_anew() -> None:
    shelf, history = Shelf(), History()
    before, after = made(*LONG), made(*LONG[:200], milestone("m200", "2024-05-02"), *LONG[201:])
    first = written(before, Wanted(Scope("all")), history, NOW, shelf)
    second = written(after, Wanted(Scope("all")), history, NOW, shelf)
    other = [key for key, one in second.known.items() if first.known[key] is not one]
    assert other == ["one/m200"]
    new = set(segments(second.whole.parts)) - set(segments(first.whole.parts))
    assert len(new) == 1
    assert len(list(segments(second.whole.parts))) > 2


def test_one_more_shifts_no_other_segment() -> None:
    shelf, history = Shelf(), History()
    first = written(made(*LONG), Wanted(Scope("all")), history, NOW, shelf)
    longer = made(milestone("new"), *LONG)
    second = written(longer, Wanted(Scope("all")), history, NOW, shelf)
    assert len(set(segments(second.whole.parts)) - set(segments(first.whole.parts))) == 1


def test_the_segments_of_numbered_ids_are_short() -> None:
    """A check sum in the place of a hash would make one of four thousand parts."""
    entry = Entry("", "A", None, "", NOW, NOW)
    parts = [
        part(lambda _style, _entry: b"", Style(), replace(entry, uid=f"t{n // 100}.m{n}@measured"))
        for n in range(10_000)
    ]
    runs = list(segments(parts))
    assert [one for run in runs for one in run] == parts
    assert max(map(len, runs)) < 1_000


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_feed_has_the_same_hash_and_another_another(form: str) -> None:
    plan, wanted = made(*LONG), Wanted(Scope("all"), form=form)
    moved = made(milestone("m0", "2024-05-02"), *LONG[1:])
    one, again, other = (
        Segments().bytes_of(written(each, wanted, History(), NOW, Fresh()).whole)
        for each in (plan, plan, moved)
    )
    assert one == again
    assert one.digest != other.digest
    assert gzip.decompress(one.packed) == one.content


def test_a_plan_that_is_read_again_shares_its_milestones() -> None:
    old = made(*LONG[:3])
    edited = made(LONG[0], milestone("m1", "2024-05-02"), LONG[2], milestone("new"))
    shared = sharing(old, edited)
    assert shared == edited
    assert list(shared.milestones) == list(edited.milestones)
    kept = [key for key, one in shared.milestones.items() if one is old.milestones.get(key)]
    assert kept == ["one/m0", "one/m2"]


def test_an_instant_in_other_words_is_another() -> None:
    one = made(milestone("m", "2024-04-16T15:00:00", 'repeats = "weekly"')).milestones["one/m"]
    at = datetime(2024, 4, 24, 12, tzinfo=UTC)
    first = replace(one, moved={date(2024, 4, 23): at})
    second = replace(one, moved={date(2024, 4, 23): at.astimezone(timezone(timedelta(hours=3)))})
    assert first == second
    assert not same(first, second)
    assert same(first, replace(first))
    assert not same(one, first)


def test_a_stamp_or_a_report_makes_only_its_own_milestone_anew() -> None:
    plan = made(milestone("a"), milestone("b", '"a + 3 days"'), milestone("c"), milestone("d"))
    at = datetime(2024, 4, 1, tzinfo=UTC)
    stamps = {key: Stamp(at, at) for key in plan.milestones}
    last = default_span(plan, NOW).last
    before = basis(plan, History({}, stamps), NOW, last)
    known = renewed(before, {}, None)
    later = {**stamps, "one/c": Stamp(at, NOW)}
    after = basis(plan, History({"one/a": State("done", at=NOW)}, later), NOW, last)
    found = renewed(after, known, before)
    other = [key for key, one in found.items() if known[key] is not one]
    assert other == ["one/a", "one/b", "one/c"]
