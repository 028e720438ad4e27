"""A milestone's life as subscribers see it: edits of the plan, a report, and what the feed says.

Everything is real but the clock: the plan's file, the service, its database, HTTP. Each step is a
golden file, which the judges of calendars read too. REWRITE_GOLDEN=1 writes them anew.
"""

import os
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple

import icalendar
import pytest

from scheduler.web.app import app
from scheduler.web.server import serve
from tests import asking
from tests.calendars.feeds.judges import by_octets
from tests.scheduler.rehearsing import at, rehearsal
from tests.scheduler.test_feeds import PLAN, milestone

GOLDEN = Path(__file__).parent / "golden_life"
OTHER = '\n[tracks.two]\ntitle = "Second resolution"\nowner = "amina"\n'
HEAD = "[[tracks.one.milestones]]\n"
FORMS = {".ics": "/calendars/track/one.ics", ".todo.ics": "/todos/track/one.ics"}
UID = "one.draft@promises"


class Step(NamedTuple):
    """What happens at an instant (UTC), and the SEQUENCE that subscribers must find after it.

    due: the date that is written into the plan; "" to drop the milestone, None to leave the plan.
    """

    name: str
    at: str
    due: str | None
    sequence: int | None
    more: str = ""
    report: Literal["done"] | None = None


STEPS = (
    Step("1-tbc", "2024-03-01T09:00", '"tbc"', 0),
    Step("2-quarter", "2024-03-21T15:00", '"2024-Q2?"', 1),
    Step("3-month", "2024-04-02T08:30", '"2024-05"', 2),
    Step("4-day", "2024-04-23T10:00", '"2024-05-14"', 3),
    Step("5-words", "2024-04-24T10:00", '"2024-05-14"', 3, 'notes = "By mail to all."'),
    Step("6-moved", "2024-05-08T16:45", '"2024-05-28"', 4, 'notes = "By mail to all."'),
    Step("7-done", "2024-05-27T07:15", None, 5, report="done"),
    Step("8-removed", "2024-06-03T09:00", "", 6),
    Step("9-gone", "2024-07-04T09:00", None, None),
)
NAMES = [step.name for step in STEPS]


def _plan(step: Step) -> str:
    drafted = HEAD + milestone("draft", step.due or "", step.more) if step.due else ""
    return PLAN + OTHER + drafted


@cache
def life() -> dict[str, dict[str, bytes]]:
    """The feeds after each step, by the step's name and the form's suffix."""
    with TemporaryDirectory() as folder:
        return dict(_lived(Path(folder)))


def _lived(folder: Path) -> Iterator[tuple[str, dict[str, bytes]]]:
    with rehearsal(folder, _plan(STEPS[0]), at(STEPS[0].at)) as stage:
        server = serve(app(stage.service.live), port=0)
        try:
            for step in STEPS:
                stage.until(at(step.at))
                if step.due is not None and step is not STEPS[0]:
                    assert stage.write(_plan(step)).verdict == "applied"
                if step.report:
                    stage.report("one/draft", step.report)
                yield (
                    step.name,
                    {
                        suffix: asking.get(server.url + path).raise_for_status().content
                        for suffix, path in FORMS.items()
                    },
                )
        finally:
            server.stop()


def _components(name: str, suffix: str = ".ics") -> list[Any]:
    read: Any = icalendar.Calendar.from_ical(life()[name][suffix])
    return list(read.walk("VEVENT" if suffix == ".ics" else "VTODO"))


@pytest.mark.parametrize("suffix", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_the_feed_is_the_golden_file(name: str, suffix: str) -> None:
    body, file = life()[name][suffix], GOLDEN / f"{name}{suffix}"
    by_octets(body)
    if os.environ.get("REWRITE_GOLDEN"):
        file.write_bytes(body)
    assert body.decode() == file.read_bytes().decode()


def test_every_golden_file_is_a_step() -> None:
    made = {path.name for path in GOLDEN.iterdir()}
    assert made == {f"{name}{suffix}" for name in NAMES for suffix in FORMS}


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_each_step_keeps_the_uid_and_counts_as_it_must(step: Step) -> None:
    components = _components(step.name, ".todo.ics")
    if step.sequence is None:
        assert components == []
        return
    (todo,) = components
    assert (todo["UID"], todo["SEQUENCE"]) == (UID, step.sequence)
    assert todo["LAST-MODIFIED"].dt == todo["DTSTAMP"].dt == at(step.at)
    assert todo["CREATED"].dt == at(STEPS[0].at)
    for event in _components(step.name):
        same = ("UID", "SEQUENCE", "LAST-MODIFIED", "DTSTAMP", "CREATED")
        assert [event[key] for key in same] == [todo[key] for key in same]


@pytest.mark.parametrize(
    ("name", "day", "title", "status", "todo"),
    [
        ("2-quarter", "2024-06-30", "The draft (Q2 2024, to be confirmed)", "TENTATIVE", "planned"),
        ("3-month", "2024-05-31", "The draft (May 2024)", "TENTATIVE", "planned"),
        ("4-day", "2024-05-14", "The draft", "CONFIRMED", "planned"),
        ("5-words", "2024-05-14", "The draft", "CONFIRMED", "planned"),
        ("6-moved", "2024-05-28", "The draft", "CONFIRMED", "planned"),
        ("7-done", "2024-05-28", "✓ The draft", "CONFIRMED", "done"),
        ("8-removed", "2024-05-28", "The draft", "CANCELLED", "cancelled"),
    ],
)
def test_each_step_shows_what_was_promised(
    name: str, day: str, title: str, status: str, todo: str
) -> None:
    (event,), (due,) = _components(name), _components(name, ".todo.ics")
    assert event["DTSTART"].dt.isoformat() == due["DUE"].dt.isoformat() == day
    assert event["SUMMARY"] == due["SUMMARY"] == title
    assert (event["STATUS"], event["TRANSP"]) == (status, "TRANSPARENT")
    known = {"planned": "NEEDS-ACTION", "done": "COMPLETED", "cancelled": "CANCELLED"}
    assert due["STATUS"] == known[todo]


def test_before_its_date_it_is_a_todo_and_counted_in_the_calendar() -> None:
    assert _components("1-tbc") == []
    (todo,) = _components("1-tbc", ".todo.ics")
    assert "DUE" not in todo
    read: Any = icalendar.Calendar.from_ical(life()["1-tbc"][".ics"])
    assert read["X-MILESTONES-WITHOUT-DATE"] == "1"


def test_the_stamps_only_grow() -> None:
    stamps = [_components(name, ".todo.ics")[0]["LAST-MODIFIED"].dt for name in NAMES[:-1]]
    assert all(early < late for early, late in pairwise(stamps))
