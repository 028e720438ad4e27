"""The second reading of messages is silent on what is right, and notices each thing that is not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.clock import ManualClock
from scheduler.outbox import schema
from scheduler.outbox.database import Database
from tests.faults.contents.forms import Line, of_html, of_text
from tests.faults.contents.said import Standing, complaints
from tests.faults.simulation.machine import Node, Sink, Taken
from tests.faults.simulation.plans import Entry, end_of_month, written

START = datetime(2024, 3, 1, 9, tzinfo=UTC)
DAY = Entry("a", date(2024, 3, 20), watched=True)
MONTH = Entry("b", date(2024, 3, 31), owner="jonas", sure=False, wide=True)
OPEN = Entry("c", None, owner="dora")
ENTRIES = {one.id: one for one in (DAY, MONTH, OPEN)}


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> list[Taken]:
    """What comes of a plan in two months, one of its dates having moved."""
    folder = tmp_path_factory.mktemp("said")
    url = f"sqlite:///{folder}/m.sqlite"
    with_tables = Database(url)
    schema.prepare(with_tables)
    with_tables.close()
    clock = ManualClock(START, jumps=True)
    node = Node(folder / "plan.toml", url, clock, Sink(clock))
    moved = ENTRIES | {"a": replace(DAY, due=date(2024, 3, 10))}
    for entries in (moved, ENTRIES):
        node.path.write_text(written(entries), encoding="utf-8")
        assert node.alive(lambda service: (service.reload(clock.now()), None)[1])
        assert node.run(START + timedelta(days=1))
    assert node.run(START + timedelta(days=60))
    node.stop()
    return [one for one in node.sink.taken if one.at > START + timedelta(days=1)]


def said(taken: list[Taken], entries: dict[str, Entry]) -> Iterator[str]:
    """What is complained of, each by the reminders of its message."""
    before = [ENTRIES | {"a": replace(DAY, due=date(2024, 3, 10))}]
    for one in taken:
        yield from complaints(one.content, one.keys, [Standing(entries, before)], one.at)


def test_it_is_silent_on_what_is_right(taken: list[Taken]) -> None:
    stages = {key.split("|")[2].partition(":")[0] for one in taken for key in one.keys}
    assert stages >= {"before", "on-the-day", "overdue", "escalation", "date-wanted", "moved"}
    assert list(said(taken, ENTRIES)) == []


@pytest.mark.parametrize(
    "other",
    [
        replace(DAY, due=date(2024, 3, 21)),
        replace(DAY, title="Other words"),
        replace(DAY, sure=False),
        replace(DAY, due=end_of_month(date(2024, 3, 20)), wide=True),
        replace(MONTH, wide=False),
        replace(MONTH, sure=True),
        replace(OPEN, due=date(2024, 4, 1)),
        replace(OPEN, title="Other words"),
    ],
)
def test_it_notices_another_date_title_or_certainty(taken: list[Taken], other: Entry) -> None:
    every = [one for one in taken if any(f"t/{other.id}|" in key for key in one.keys)]
    every = [one for one in every if not any("coordinators-digest" in key for key in one.keys)]
    assert every
    for one in every:
        assert list(said([one], ENTRIES | {other.id: other})), one


def test_it_notices_what_is_in_no_plan(taken: list[Taken]) -> None:
    found = [
        line
        for one in taken
        for line in complaints(one.content, one.keys, [Standing({"c": OPEN})], one.at)
    ]
    assert any(line.startswith("of what is in no plan") for line in found)
    assert any(line.startswith("a reminder of what is gone") for line in said(taken, {"c": OPEN}))


def test_it_notices_a_day_that_is_counted_wrongly(taken: list[Taken]) -> None:
    first = next(one for one in taken if any("|before:7 days|" in key for key in one.keys))
    assert list(said([replace(first, at=first.at + timedelta(days=1))], ENTRIES))


def test_a_message_may_be_made_by_either_of_two_plans_but_by_none_in_part(
    taken: list[Taken],
) -> None:
    other = ENTRIES | {"a": replace(DAY, title="Other words")}
    before = [ENTRIES | {"a": replace(DAY, due=date(2024, 3, 10))}]
    both = [Standing(ENTRIES, before), Standing(other, [*before, ENTRIES])]
    one = next(one for one in taken if any("t/a|" in key and "|before:" in key for key in one.keys))
    content = one.content
    assert not complaints(content, one.keys, both, one.at)
    text, *others = content.forms
    words = tuple(replace_title(line) for line in text)
    assert complaints(content._replace(forms=(words, *others)), one.keys, both, one.at)


def replace_title(line: Line) -> Line:
    """The line with another title, where it is the title."""
    return line._replace(text="Other words") if line.text == "Step a" else line


def test_lines_that_were_broken_are_whole() -> None:
    text = "Due\nnow\n\nStep\n  Due  April\n       2024\n----------------------\nEnd\n"
    assert of_text(text) == (
        Line("Due"), Line("now", begins=False), Line("Step"), Line("April 2024", "Due", True),
        Line("End"),
    )  # fmt: skip
    html = "<style>x</style><h1>Due\nnow</h1><p><span class='m'>Due:</span> <bdi>April</bdi></p>"
    assert of_html(html) == (Line("Due now"), Line("April", "Due"))
