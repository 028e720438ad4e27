"""What was found in a briefing, taken up into a plan twice: the second time changes nothing."""

from datetime import date
from pathlib import Path

from config.edit import TrackEdit, edited
from config.load import load
from scheduler.foreign.commitments.promises import commitments
from scheduler.foreign.values import Document, Piece
from scheduler.taking_up import taken_up

PLAN = '[plan]\nname = "P"\ntimezone = "Africa/Nairobi"\nlanguage = "en"\n'
TEXTS = (
    "Zero draft: April 2024",
    "Zero draft: April 2024",
    "World Cleanup Day, 20 September, is observed annually",
    "The launch is expected around June 2024",
    "The venue will be announced",
    "Two meetings in April 2024 and in October 2024",
    "The group met in 2023",
    "最终草案将于2024年11月提交。",
)
DOCUMENT = Document(tuple(Piece(text, line) for line, text in enumerate(TEXTS, start=1)))


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    reading = commitments(DOCUMENT, "briefing.txt", date(2024, 3, 21))
    first = taken_up(load(path).plan, "briefing", reading)
    assert [one.became for one in first] == [*["added"] * 7, "skipped", "added"]
    added = [one.values for one in first if one.became == "added"]
    path.write_text(edited(PLAN, TrackEdit("briefing", "Briefing", {}, added)))
    loaded = load(path)
    assert len(loaded.plan.milestones) == 8
    again = taken_up(loaded.plan, "briefing", reading)
    assert {one.became for one in again} == {"unchanged", "skipped"}
    drafts = {one.id: one.said for one in loaded.plan.milestones.values()}
    assert drafts["briefing/zero-draft-2"] == "Zero draft: April 2024"
