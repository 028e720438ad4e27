"""What is done to a plan's files is seen, however it is done and however often."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

import pytest

from scheduler.inforce import InForce
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.planner import Planning
from scheduler.touched import Places, watch_files

PAUSE = 0.05
PATIENCE_SECONDS = 20


@contextmanager
def watched(places: Places) -> Iterator["Queue[float]"]:
    """What is called: an entry for each change that was seen."""
    calls: Queue[float] = Queue()
    stopping = threading.Event()
    watch_files(places, stopping, lambda: calls.put(time.monotonic()), PAUSE)
    try:
        yield calls
    finally:
        stopping.set()


def one_call(calls: "Queue[float]") -> None:
    """One came, and no second one."""
    calls.get(timeout=PATIENCE_SECONDS)
    none_comes(calls)


def none_comes(calls: "Queue[float]") -> None:
    with pytest.raises(Empty):
        calls.get(timeout=PAUSE * 6)


def put_in_place(file: Path, text: str) -> None:
    """As most editors, `sed -i` and git write: another file in the place of the old one."""
    beside = file.with_name("new.tmp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def renamed_first(file: Path, text: str) -> None:
    """As vim writes by default."""
    backup = file.rename(file.with_name(f"{file.name}~"))
    file.write_text(text, encoding="utf-8")
    backup.unlink()


def written_over(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def removed_and_written(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("save", [put_in_place, renamed_first, written_over, removed_and_written])
def test_each_save_is_seen(tmp_path: Path, save: Callable[[Path, str], None]) -> None:
    file = tmp_path / "plan.toml"
    file.write_text("0", encoding="utf-8")
    with watched(lambda: [file]) as calls:
        for number in range(1, 4):
            save(file, str(number) * number)
            one_call(calls)


def renewed(folder: Path, text: str) -> None:
    """As Kubernetes renews a config map: a link is turned, and what it led to is removed."""
    old = (folder / "..data").resolve() if (folder / "..data").exists() else None
    made = folder / f"..{text}"
    made.mkdir()
    (made / "plan.toml").write_text(text, encoding="utf-8")
    (folder / "..data_tmp").symlink_to(made.name)
    (folder / "..data_tmp").replace(folder / "..data")
    if old:
        shutil.rmtree(old)


@pytest.mark.parametrize("name", ["", "plan.toml"])
def test_each_turn_of_a_link_is_seen(tmp_path: Path, name: str) -> None:
    """Where the folder is the plan, and where a file in it is."""
    renewed(tmp_path, "v0")
    (tmp_path / "plan.toml").symlink_to("..data/plan.toml")
    force = in_force(tmp_path, tmp_path / name)
    with watched(force.files.places) as calls:
        for number in range(1, 4):
            renewed(tmp_path, f"v{number}")
            one_call(calls)


def in_force(folder: Path, plan: Path) -> InForce:
    database = Database(f"sqlite:///{folder}/milestones.sqlite")
    return InForce(plan, Planning(PlanningStore(database)), HistoryStore(database))


def test_a_file_that_goes_and_comes_is_seen_both_times(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text("0", encoding="utf-8")
    with watched(in_force(tmp_path, file).files.places) as calls:
        file.unlink()
        one_call(calls)
        file.write_text("0", encoding="utf-8")
        one_call(calls)
        shutil.rmtree(tmp_path)
        one_call(calls)
        tmp_path.mkdir()
        file.write_text("0", encoding="utf-8")
        one_call(calls)


def test_a_database_beside_the_plan_is_none_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("0", encoding="utf-8")
    with watched(in_force(tmp_path, tmp_path).files.places) as calls:
        for number in range(3):
            (tmp_path / "milestones.sqlite-wal").write_text(str(number), encoding="utf-8")
            none_comes(calls)
        (tmp_path / "more.toml").write_text("0", encoding="utf-8")
        one_call(calls)


def test_what_is_done_while_the_service_starts_is_seen(tmp_path: Path) -> None:
    """Between the call and the first look."""
    file = tmp_path / "plan.toml"
    file.write_text("0", encoding="utf-8")
    with watched(lambda: [file]) as calls:
        file.write_text("00", encoding="utf-8")
        one_call(calls)


def test_a_file_that_is_being_written_is_waited_for_but_not_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text("0", encoding="utf-8")
    ends = threading.Event()

    def write() -> None:
        with file.open("a", encoding="utf-8") as opened:
            while not ends.wait(PAUSE / 5):
                opened.write("0")
                opened.flush()

    writer = threading.Thread(target=write)
    with watched(lambda: [file]) as calls:
        began = time.monotonic()
        writer.start()
        try:
            told = calls.get(timeout=PATIENCE_SECONDS)
        finally:
            ends.set()
            writer.join()
        assert told - began > PAUSE * 3


def test_a_folder_that_may_not_be_read_is_no_end(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    refused = threading.Event()

    def places() -> list[Path]:
        if refused.is_set():
            raise PermissionError(13, "Permission denied")
        return [file]

    with watched(places) as calls:
        refused.set()
        one_call(calls)
        refused.clear()
        one_call(calls)
        file.write_text("0", encoding="utf-8")
        one_call(calls)
