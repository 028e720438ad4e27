"""A folder that is ours: only what changed is written, only what we wrote is removed."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import OutsideFailed
from scheduler.folder import LIST, Outcome, fill

FILES = {"index.html": b"<p>", "tracks/one/index.html": b"<b>", "a.ics": b"x"}


def _held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != LIST
    }


def test_it_holds_what_it_was_given(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "site"
    assert fill(folder, FILES) == Outcome(3, 0, 0)
    assert _held(folder) == FILES
    assert json.loads((folder / LIST).read_bytes()) == sorted(FILES)


def test_a_second_time_nothing_is_written(tmp_path: Path) -> None:
    fill(tmp_path, FILES)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert fill(tmp_path, FILES) == Outcome(0, 0, 3)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == times


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    fill(tmp_path, FILES)
    before = (tmp_path / "index.html").stat().st_mtime_ns
    assert fill(tmp_path, {**FILES, "a.ics": b"y"}) == Outcome(1, 0, 2)
    assert (tmp_path / "a.ics").read_bytes() == b"y"
    assert (tmp_path / "index.html").stat().st_mtime_ns == before


def test_what_is_gone_is_removed_with_its_empty_folders(tmp_path: Path) -> None:
    fill(tmp_path, FILES)
    (tmp_path / "own.txt").write_text("of somebody else", encoding="utf-8")
    assert fill(tmp_path, {"a.ics": b"x"}) == Outcome(0, 2, 1)
    assert _held(tmp_path) == {"a.ics": b"x", "own.txt": b"of somebody else"}
    assert not (tmp_path / "tracks").exists()


def test_a_file_of_somebody_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b"mine")
    with pytest.raises(OutsideFailed, match=r"index\.html is there and was not published"):
        fill(tmp_path, FILES)
    assert _held(tmp_path) == {"index.html": b"mine"}
    assert not (tmp_path / LIST).exists()


def test_a_file_of_somebody_else_in_the_place_of_a_folder_stops_it_first(tmp_path: Path) -> None:
    (tmp_path / "tracks").write_bytes(b"mine")
    with pytest.raises(OutsideFailed, match=r"tracks is there and was not published"):
        fill(tmp_path, FILES)
    assert _held(tmp_path) == {"tracks": b"mine"}
    assert not (tmp_path / LIST).exists()


def test_a_run_that_was_broken_off_goes_on(tmp_path: Path) -> None:
    fill(tmp_path, FILES)
    (tmp_path / "a.ics").unlink()
    (tmp_path / "index.html").write_bytes(b"half")
    assert fill(tmp_path, FILES) == Outcome(2, 0, 1)
    assert _held(tmp_path) == FILES


def test_a_list_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder, other = tmp_path / "site", tmp_path / "other.txt"
    other.write_text("keep", encoding="utf-8")
    fill(folder, FILES)
    (folder / "way").symlink_to(tmp_path)
    (folder / LIST).write_text(
        json.dumps(["../other.txt", str(other), "way/other.txt", 7, "a.ics"]), encoding="utf-8"
    )
    assert fill(folder, {"b.ics": b"b"}) == Outcome(1, 1, 0)
    assert other.read_text(encoding="utf-8") == "keep"


@pytest.mark.parametrize("text", ["{", "null", "3", '{"a.ics": 1}'])
def test_a_list_that_cannot_be_read_is_said(tmp_path: Path, text: str) -> None:
    fill(tmp_path, FILES)
    (tmp_path / LIST).write_text(text, encoding="utf-8")
    with pytest.raises(OutsideFailed, match="cannot be read: remove it"):
        fill(tmp_path, FILES)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file", encoding="utf-8")
    with pytest.raises(OutsideFailed, match="cannot write"):
        fill(tmp_path / "site", FILES)


PLACES = st.sampled_from(["a", "b/c", "b/d", "e/f/g", "h.ics"])


@given(st.lists(st.dictionaries(PLACES, st.binary(max_size=3)), min_size=1, max_size=5))
def test_whatever_came_before_it_holds_the_last(
    tmp_path_factory: pytest.TempPathFactory, runs: list[dict[str, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("site")
    for files in runs:
        fill(folder, files)
        assert _held(folder) == files
