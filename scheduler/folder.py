"""A folder of files that are written by us and by nobody else: only what changed is written, and
only what we wrote is removed. A list in the folder says which files those are."""

import json
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from scheduler.errors import OutsideFailed

LIST = ".published.json"
"""The list of the files, sorted; a folder without it is not ours yet."""


class Outcome(NamedTuple):
    """How many files were written and removed, and how many were left as they were."""

    written: int
    removed: int
    unchanged: int


def fill(folder: Path, files: Mapping[str, bytes]) -> Outcome:
    """Bring a folder to hold these files, by their places in it with `/`.

    A file of somebody else in such a place is not touched: `OutsideFailed`, before anything is
    written. Each file is replaced at once, so that a web server never reads half of one; broken
    off, it goes on at the next call.
    """
    try:
        return _fill(folder, files)
    except OSError as error:
        raise OutsideFailed(f"cannot write {error.filename or folder}: {error.strerror}") from None


def _fill(folder: Path, files: Mapping[str, bytes]) -> Outcome:
    ours = _ours(folder)
    changed = {place for place, body in files.items() if _content(folder / place) != body}
    foreign = [one for one in map(partial(_in_the_way, folder), sorted(changed - ours)) if one]
    if foreign:
        raise OutsideFailed(
            f"{foreign[0]} is there and was not published by this command: move it "
            "away, or choose another folder"
        )
    _save_list(folder, ours | files.keys())
    for place in sorted(changed):
        _write(folder / place, files[place])
    removed = sum(_remove(folder, place) for place in sorted(ours - files.keys()))
    _save_list(folder, files)
    return Outcome(len(changed), removed, len(files) - len(changed))


def _ours(folder: Path) -> set[str]:
    """The files of the list; what would lie outside of the folder is not believed."""
    text = _content(folder / LIST)
    try:
        listed = json.loads(text) if text else []
        if not isinstance(listed, list):
            raise ValueError
    except ValueError:
        raise OutsideFailed(
            f"{folder / LIST} cannot be read: remove it with the files that were published"
        ) from None
    return {place for place in listed if isinstance(place, str) and _inside(folder, place)}


def _in_the_way(folder: Path, place: str) -> Path | None:
    """What stands where a file is to go, or where a folder of it is."""
    path = folder / place
    if path.exists():
        return path
    above = (folder / one for one in PurePosixPath(place).parents)
    return next((one for one in above if one != folder and one.exists() and not one.is_dir()), None)


def _inside(folder: Path, place: str) -> bool:
    pure = PurePosixPath(place)
    plain = not pure.is_absolute() and ".." not in pure.parts
    return plain and (folder / place).parent.resolve().is_relative_to(folder.resolve())


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _save_list(folder: Path, places: Iterable[str]) -> None:
    body = json.dumps(sorted(places), ensure_ascii=False, indent=0).encode()
    if _content(folder / LIST) != body:
        _write(folder / LIST, body)


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name[:40]}.new")
    beside.write_bytes(body)
    beside.replace(path)


def _remove(folder: Path, place: str) -> bool:
    """Remove a file, and the folders that are empty then."""
    path = folder / place
    if not path.is_file():
        return False
    path.unlink()
    for parent in path.parents:
        if parent == folder or any(parent.iterdir()):
            break
        parent.rmdir()
    return True
