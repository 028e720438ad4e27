"""What a start does anew, and what it leaves since the database holds it already."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.load import Loaded, load_texts
from scheduler import entry_stamps, made_from
from scheduler.clock import ManualClock
from scheduler.outbox.database import Database
from scheduler.outbox.planning_store import PlanningStore
from scheduler.planning.occurrences import Dates
from scheduler.remembered import look_again
from scheduler.reporting import Report
from scheduler.service import Service
from scheduler.standing import States
from tests.scheduler.rehearsing import at

NOW = at("2026-03-02T09:00")
DAY = timedelta(days=1)
PLAN = """
[plan]
name = "Starts"
timezone = "UTC"
[people.amina]
name = "Amina"
email = "amina@example.org"
[tracks.t]
title = "A track"
owner = "amina"
review = false
[[tracks.t.milestones]]
id = "first"
title = "First"
due = "2026-04-01"
[[tracks.t.milestones]]
id = "next"
title = "Next"
due = "2026-05-01"
needs = ["first"]
[[tracks.t.milestones]]
id = "weekly"
title = "Weekly"
due = "2026-04-03"
repeats = "weekly"
"""


class Starts:
    """Starts services on one database, and keeps which entries each looked at."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file, self.url = folder / "plan.toml", f"sqlite:///{folder}/m.sqlite"
        self.file.write_text(PLAN, encoding="utf-8")
        self.looked: list[str] = []
        look = look_again

        def noted(plan: object, named: list[str], *more: object) -> object:
            self.looked += named
            return look(plan, named, *more)  # type: ignore[arg-type]

        monkeypatch.setattr(entry_stamps, "look_again", noted)

    def start(self, days: int = 0) -> Service:
        """A service that has started so many days later; `looked` is what that looked at."""
        self.looked.clear()
        service = Service(self.file, Database(self.url), ManualClock(NOW + days * DAY))
        service.start()
        return service

    def looks(self, days: int = 0) -> set[str]:
        """The milestones whose entries a start looks at."""
        self.start(days).stop()
        return set(self.looked)

    def edit(self, old: str, new: str) -> None:
        """Change the plan's file."""
        self.file.write_text(self.file.read_text(encoding="utf-8").replace(old, new), "utf-8")


@pytest.fixture
def starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Starts:
    """Before the first start."""
    return Starts(tmp_path, monkeypatch)


def test_what_is_kept_is_what_was_read(starts: Starts, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan that the digest is of, though its file changes before it is in force."""
    service = starts.start()
    starts.edit('title = "First"', 'title = "The first"')
    read = service.force.files.read

    def then_edited(known: str) -> Loaded:
        found = read(known)
        starts.edit('title = "The first"', 'title = "Another"')
        return found

    monkeypatch.setattr(service.force.files, "read", then_edited)
    assert service.reload(NOW + DAY).verdict == "applied"
    stored = service.history.plan("in force")
    assert stored is not None
    assert load_texts(stored.texts).digest == stored.digest
    service.stop()


ALL = {"t/first", "t/next", "t/weekly"}


def test_a_second_start_makes_no_entry_again(starts: Starts) -> None:
    assert starts.looks() == ALL
    assert starts.looks() == set()


def test_on_another_day_those_that_repeat_are_looked_at(starts: Starts) -> None:
    assert starts.looks() == ALL
    assert starts.looks(days=1) == {"t/weekly"}
    assert starts.looks(days=1) == set()


def test_another_program_looks_at_all(starts: Starts, monkeypatch: pytest.MonkeyPatch) -> None:
    assert starts.looks() == ALL
    monkeypatch.setattr(made_from, "program", lambda: "another")
    assert starts.looks() == ALL
    assert starts.looks() == set()


def test_an_edit_of_a_milestone_leaves_the_others_known(starts: Starts) -> None:
    service = starts.start()
    starts.edit('title = "First"', 'title = "The first"')
    starts.looked.clear()
    assert service.reload(NOW + DAY).verdict == "applied"
    assert set(starts.looked) == {"t/first", "t/next"}
    service.stop()
    assert starts.looks() == set()


def test_an_edit_of_a_track_has_the_next_start_look_at_all(starts: Starts) -> None:
    service = starts.start()
    starts.edit('title = "A track"', 'title = "Another"')
    service.reload(NOW)
    service.stop()
    assert starts.looks() == ALL
    assert starts.looks() == set()


def test_an_edit_that_was_cut_off_is_made_good_at_the_next_start(
    starts: Starts, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = starts.start()
    before = starts.file.read_text(encoding="utf-8")
    starts.edit('title = "First"', 'title = "The first"')

    def cut(*_: object) -> None:
        raise RuntimeError("cut off")

    with monkeypatch.context() as patched:
        patched.setattr(service.history, "save_plan", cut)
        with pytest.raises(RuntimeError, match="cut off"):
            service.reload(NOW)
    stamped = service.live.stamps()["t/first"]
    service.stop()
    starts.file.write_text(before, encoding="utf-8")
    again = starts.start()
    assert set(starts.looked) == ALL
    assert again.live.stamps()["t/first"].look == stamped.look
    again.stop()


def test_a_change_of_the_language_is_a_change_of_every_entry(starts: Starts) -> None:
    service = starts.start()
    before = dict(service.live.stamps())
    starts.edit('timezone = "UTC"', 'timezone = "UTC"\nlanguage = "fr"')
    service.reload(NOW + DAY)
    changed = service.live.stamps()
    assert all(changed[key].look != before[key].look for key in ALL)
    service.stop()


def test_after_whatever_happened_a_start_that_looks_at_nothing_had_nothing_to_note(
    starts: Starts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report, also of what another waits for, an edit, and a program that looks at all."""
    service = starts.start()
    found = Dates(service.plan).find("t/first")
    assert found is not None
    before = dict(service.live.stamps())
    later = NOW + timedelta(hours=1)
    service.reporting.record(found, Report(state="done", by="amina", said_at=later), later)
    service.take_up(later)
    states: States = service.live.states()
    assert states["t/first"].state == "done"
    stamps = dict(service.live.stamps())
    assert stamps["t/first"].modified > before["t/first"].modified
    assert stamps["t/next"].modified > before["t/next"].modified, "it waits for nothing more"
    starts.edit('title = "Next"', 'title = "What is next"')
    service.reload(later)
    stamps = dict(service.live.stamps())
    service.stop()
    assert starts.looks() == set()
    monkeypatch.setattr(made_from, "program", lambda: "another")
    again = starts.start()
    assert set(starts.looked) == ALL
    assert again.live.stamps() == stamps
    assert PlanningStore(again.database).fingerprints().keys() == ALL
    again.stop()
