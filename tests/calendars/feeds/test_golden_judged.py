"""Every golden calendar, in whatever folder it lies, is read alike by all judges."""

from pathlib import Path

import pytest

from tests.calendars.feeds import texts
from tests.calendars.feeds.judges import READERS, TODO_READERS

ROOT = Path(__file__).parents[2]
GOLDEN = {str(path.relative_to(ROOT)): path for path in sorted(ROOT.glob("**/*golden*/**/*.ics"))}
WITHOUT_DATES = {"1-tbc.ics", "1-tbc.todo.ics", "9-gone.ics", "9-gone.todo.ics"}


def test_events_todos_and_words_of_other_scripts_are_among_them() -> None:
    names = {path.name for path in GOLDEN.values()}
    assert {
        "repeats.ics",
        "8-removed.ics",
        "repeats.todo.ics",
        "alarms.ics",
        "arabic.todo.ics",
    } <= names


@pytest.mark.parametrize("name", GOLDEN)
def test_the_judges_agree_on_dates_and_recurrences(name: str) -> None:
    body = GOLDEN[name].read_bytes()
    readers = TODO_READERS if b"BEGIN:VTODO" in body else READERS
    shown = {judge: read(body) for judge, read in readers.items()}
    assert shown == dict.fromkeys(shown, shown["icalendar"])
    assert bool(shown["icalendar"]) == (GOLDEN[name].name not in WITHOUT_DATES)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_judges_agree_on_the_words(name: str) -> None:
    body = GOLDEN[name].read_bytes()
    said = {judge: read(body) for judge, read in texts.READERS.items()}
    assert said == dict.fromkeys(said, said["icalendar"])
    assert len(said["icalendar"]) == body.count(b"BEGIN:VEVENT") + body.count(b"BEGIN:VTODO")


@pytest.mark.parametrize("name", [name for name in GOLDEN if not name.endswith(".todo.ics")])
def test_khal_shows_the_same_words(name: str) -> None:
    body = GOLDEN[name].read_bytes()
    assert texts.by_khal(body) == set(texts.READERS["icalendar"](body))
