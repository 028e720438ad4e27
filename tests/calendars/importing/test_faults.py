"""One fault of a real calendar in each file, and what is read of it beside the file."""

from pathlib import Path

import pytest

from calendars.importing import read
from tests.calendars.importing.shown import shown

FOLDER = Path(__file__).parent / "faults"
FILES = sorted(FOLDER.glob("*.ics"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_faulty_calendar_is_read_as_far_as_it_goes(file: Path) -> None:
    expected = file.with_suffix(".txt").read_text(encoding="utf-8")
    assert shown(read(file.read_bytes())) == expected


def test_every_expectation_has_its_calendar() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == {file.stem for file in FILES}
    assert FILES
