"""`milestones import` of tables and briefings: what comes into the plan, and what does not."""

import json
import tomllib
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from config.load import load
from scheduler.cli import main
from tests.scheduler.commands.test_import import PLAN

TABLE = """\
Milestone;Due date;Owner;Status;Id
Zero draft;15 April 2024;Amina;;zero
First draft;June 2024;nobody@example.org;done;
Final draft;end of 2024;amina@example.org;;
;2024;;;
Session;tbc;;;
"""
BRIEFING = """\
BRIEFING ON THE IMPLEMENTATION OF RESOLUTIONS

21 March 2024

HSP/HA.2/RES.1 (2023) – International guidelines

- Zero draft: **April 2024**
- Two meetings were held in 2023
- Dates of the session to be confirmed
"""


class Desk:
    """A folder with a plan, and the command run in it on a file."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.plan, self._capsys = folder, folder / "plan.toml", capsys
        self.plan.write_text(PLAN, encoding="utf-8")

    def run(self, name: str, content: str | bytes, *arguments: str, code: int = 0) -> str:
        """Run the command on a file of this content; what it printed, on both streams."""
        file = self.folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        assert main(["import", str(file), "--plan", str(self.plan), *arguments]) == code
        said = self._capsys.readouterr()
        return said.out + said.err

    def lines(self, name: str, content: str | bytes) -> list[dict[str, Any]]:
        """The same into the track `board`; the JSON lines."""
        said = self.run(name, content, "--track", "board", "--json")
        return [json.loads(one) for one in said.splitlines()]

    def became(self, name: str, content: str | bytes) -> list[str]:
        """What became of each."""
        return [one["became"] for one in self.lines(name, content)]

    def written(self) -> dict[str, dict[str, Any]]:
        """The milestones of the track as the plan's file has them, by id."""
        plan = tomllib.loads(self.plan.read_text(encoding="utf-8"))
        return {one["id"]: one for one in plan["tracks"]["board"]["milestones"]}


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def test_each_row_of_a_table(desk: Desk) -> None:
    found = desk.lines("tracker.csv", TABLE)
    assert [(one["became"], one["line"], one["milestone"]) for one in found] == [
        ("added", 2, "board/zero"),
        ("added", 3, "board/first-draft"),
        ("added", 4, "board/final-draft"),
        ("skipped", 5, None),
        ("added", 6, "board/session"),
    ]
    assert found[1]["notes"] == ['the owner "nobody@example.org" is nobody in the plan']
    written = desk.written()
    assert written["zero"]["due"] == date(2024, 4, 15)
    assert written["zero"]["owner"] == written["final-draft"]["owner"] == ["amina"]
    assert (written["first-draft"]["due"], written["first-draft"]["status"]) == ("2024-06", "done")
    assert (written["final-draft"]["due"], written["session"]["due"]) == ("2024", "tbc")
    assert load(desk.plan).plan.milestones["board/zero"].owner == ("amina",)


def test_a_table_that_was_edited_updates(desk: Desk) -> None:
    desk.lines("tracker.csv", TABLE)
    assert desk.became("tracker.csv", TABLE) == ["unchanged"] * 3 + ["skipped", "unchanged"]
    rows = TABLE.replace("15 April", "20 April").replace("Session;tbc;;;\n", "").splitlines()
    again = desk.lines("tracker-2.csv", "\n".join([rows[0], *reversed(rows[1:])]))
    assert [one["became"] for one in again] == [
        "skipped", "unchanged", "unchanged", "updated", "missing",
    ]  # fmt: skip
    assert desk.written()["zero"]["due"] == date(2024, 4, 20)
    assert "session" in desk.written()


def test_a_workbook(desk: Desk) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Livrable", "Échéance"])
    sheet.append(["Projet zéro", date(2024, 4, 15)])
    sheet.append(["Projet final", "fin 2024"])
    octets = BytesIO()
    book.save(octets)
    assert desk.became("suivi.xlsx", octets.getvalue()) == ["added", "added"]
    assert desk.written()["projet-zero"]["due"] == date(2024, 4, 15)
    assert desk.written()["projet-final"]["due"] == "2024"


def test_what_a_cell_says_is_text(desk: Desk) -> None:
    harm = "\"]]\\ = 1 \x07 '''"
    table = f'Title,Due,Notes\n"{harm.replace(chr(34), chr(34) * 2)}",2024-05-01,=1+1\n'
    (found,) = desk.lines("harm.csv", table)
    assert found["became"] == "added"
    written = desk.written()[found["milestone"].partition("/")[2]]
    assert written["notes"] == "=1+1"
    assert written["title"].startswith('"]]\\ = 1')
    assert "\x07" not in written["title"]


def test_the_sentences_of_a_briefing(desk: Desk) -> None:
    found = desk.lines("briefing.md", BRIEFING)
    assert [one["became"] for one in found] == ["skipped", "added", "skipped", "added"]
    written = desk.written()["zero-draft"]
    assert written["due"] == "2024-04"
    assert written["said"] == "Zero draft: April 2024"
    assert written["source"] == (
        "briefing.md, line 7, HSP/HA.2/RES.1 (2023) – International guidelines"
    )
    assert found[2]["reason"] == "it tells of what was done"
    assert found[3]["changes"]["due"] == "tbc"


def test_a_title_that_was_made_is_the_plans_from_then_on(desk: Desk) -> None:
    desk.lines("briefing.md", BRIEFING)
    text = desk.plan.read_text(encoding="utf-8")
    edited = text.replace('title = "Zero draft"', 'title = "The guidelines, zero draft"')
    assert edited != text
    desk.plan.write_text(edited, encoding="utf-8")
    assert "updated" not in desk.became("briefing.md", BRIEFING)
    assert desk.plan.read_text(encoding="utf-8") == edited


def test_another_briefing_misses_nothing_of_the_first(desk: Desk) -> None:
    desk.lines("briefing.md", BRIEFING)
    assert "missing" not in desk.became("another.md", "- Report: May 2099\n")
    assert "missing" in desk.became("briefing.md", "- Report: May 2099\n")


def test_a_document_of_a_word_processor(desk: Desk) -> None:
    made = docx.Document()
    made.add_heading("Follow-up", 1)
    made.add_paragraph("Zero draft: April 2099", style="List Bullet")
    octets = BytesIO()
    made.save(octets)
    (found,) = desk.lines("briefing.docx", octets.getvalue())
    assert (found["became"], found["changes"]["due"]) == ("added", "2099-04")
    assert found["changes"]["source"] == "briefing.docx, paragraph 2"


def test_it_is_shown_as_sentences_and_nothing_is_written(desk: Desk) -> None:
    said = desk.run("briefing.md", BRIEFING, "--track", "board", "--dry-run")
    assert "“April 2024” read as 2024-04" in said
    assert "Sentence" in said
    assert "4 sentences: 2 added, 2 skipped" in said
    assert desk.plan.read_text(encoding="utf-8") == PLAN


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("old.xls", "", "save it as .xlsx or .csv"),
        ("deck.pptx", "", "save it as .pdf"),
        ("a.xlsx", "no workbook", "spreadsheet"),
        ("a.docx", "no document", "unpacked"),
        ("a.pdf", "no PDF", "PDF"),
        ("a.csv", "Colour,Size\nred,4\n", "name them in one row"),
    ],
)
def test_what_cannot_be_read_is_said(desk: Desk, name: str, content: str, told: str) -> None:
    said = desk.run(name, content, code=2 if name in ("old.xls", "deck.pptx") else 3)
    assert told in said
    assert "Traceback" not in said
    assert desk.plan.read_text(encoding="utf-8") == PLAN
