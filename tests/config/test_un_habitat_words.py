"""The shipped plan holds the briefing's own words, and docs/briefing.md accounts for each line."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLAN = ROOT / "config" / "examples" / "un-habitat"
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PARAGRAPH = re.compile(r"OP(\d+(?:\([a-z]\)|[a-z])?)")
SOURCE = "Briefing to the Bureaux, 21 March 2024, agenda item 3"
OPENING = 18
"""So many characters of a line of the briefing must stand in docs/briefing.md."""


def fold(text: str) -> str:
    """The text without Markdown's stars and with single spaces."""
    return " ".join(text.replace("*", "").split())


BRIEFING_TEXT = (Path(__file__).parent / "briefing.txt").read_text(encoding="utf-8")
BRIEFING = fold(BRIEFING_TEXT)
PAGE_TEXT = (ROOT / "docs" / "briefing.md").read_text(encoding="utf-8")
PAGE = fold(PAGE_TEXT)


def tracks_of(file: Path) -> dict[str, Any]:
    tracks: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8")).get("tracks", {})
    return tracks


FILES = sorted(PLAN.glob("*.toml"))
TRACKS = [(file.name, name, track) for file in FILES for name, track in tracks_of(file).items()]
MILESTONES = [
    (f"{name}/{milestone['id']}", milestone)
    for _, name, track in TRACKS
    for milestone in track["milestones"]
]
every_milestone = pytest.mark.parametrize(
    ("full_id", "milestone"), MILESTONES, ids=[full_id for full_id, _ in MILESTONES]
)


def rows() -> list[tuple[str, str, str]]:
    """The rows of the page's tables: words, milestone, date."""
    cells = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in PAGE_TEXT.splitlines()
        if line.startswith("| ") and not line.startswith("| words |")
    ]
    return [(words.strip(), named, " | ".join(rest)) for words, named, *rest in cells]


def listed() -> set[str]:
    """The ids in the page's milestone column."""
    return {found for _, named, _ in rows() for found in re.findall(r"`([^`]+)`", named)}


def lines_of_the_briefing() -> list[str]:
    """Its bullets, and its lines that speak for themselves, without the title page."""
    return [
        fold(line.strip().removeprefix("- "))
        for line in BRIEFING_TEXT.splitlines()
        if line.strip().startswith("- ") or re.match(r"2024-25: |Progress on ", line)
    ]


def dated_lines() -> list[str]:
    """The lines that name a year from 2024 on; "Agenda 2030" is a name."""
    lines = [*lines_of_the_briefing(), *re.findall(r"HSP/HA\.\d/\S+ \(.*", BRIEFING_TEXT)]
    dated = re.compile(r"\b20(2[4-9]|30)\b|June 24\b")
    return [line for line in lines if dated.search(line.replace("Agenda 2030", ""))]


def quotations() -> list[str]:
    """What the page quotes as reported or described, with nothing to come."""
    paragraphs = re.findall(
        r"^(?:Reported|Described), [\s\S]+?(?=\n\n|\Z)", PAGE_TEXT, re.MULTILINE
    )
    return [fold(quoted) for text in paragraphs for quoted in re.findall(r'"([^"]+)"', text)]


def test_one_file_a_resolution_and_one_track_a_file() -> None:
    assert len(TRACKS) == len(FILES) - 1 == 18
    assert {name for name, _, _ in TRACKS} == {file.name for file in FILES} - {"plan.toml"}


def test_ids_are_unique() -> None:
    ids = [full_id for full_id, _ in MILESTONES]
    assert sorted(set(ids)) == sorted(ids)


@every_milestone
def test_id_is_well_formed(full_id: str, milestone: dict[str, Any]) -> None:
    track, _, short = full_id.partition("/")
    assert ID.fullmatch(track)
    assert ID.fullmatch(short)


@every_milestone
def test_said_is_in_the_briefing(full_id: str, milestone: dict[str, Any]) -> None:
    said = milestone["said"]
    assert said.strip() == said
    assert "*" not in said
    assert len(said.split()) > 2
    assert fold(said) in BRIEFING


@every_milestone
def test_source_is_the_briefing(full_id: str, milestone: dict[str, Any]) -> None:
    assert milestone["source"] == SOURCE


@pytest.mark.parametrize(
    ("full_id", "milestone"),
    [(full_id, milestone) for full_id, milestone in MILESTONES if "paragraphs" in milestone],
)
def test_paragraphs_stand_beside_the_words(full_id: str, milestone: dict[str, Any]) -> None:
    """On the same slide, that is in the block of lines with the words or the one before it."""
    blocks = [fold(block) for block in re.split(r"\n\s*\n", BRIEFING_TEXT)]
    at = next(number for number, block in enumerate(blocks) if fold(milestone["said"]) in block)
    near = " ".join(blocks[at - 1 : at + 1]).replace(" ", "")
    assert milestone["paragraphs"]
    for paragraph in milestone["paragraphs"]:
        found = PARAGRAPH.fullmatch(paragraph)
        assert found
        assert re.search(rf"(OP|and){re.escape(found[1])}(?![0-9(]|[a-z]\b)", near)


@pytest.mark.parametrize("track", [track for _, _, track in TRACKS if "reference" in track])
def test_reference_is_in_the_briefing(track: dict[str, Any]) -> None:
    assert track["reference"] + " (" in BRIEFING


def test_page_lists_every_milestone_and_no_other() -> None:
    assert listed() == {full_id for full_id, _ in MILESTONES}


@pytest.mark.parametrize("words", sorted({words for words, _, _ in rows()} | set(quotations())))
def test_page_quotes_the_briefing(words: str) -> None:
    for part in words.split(" … "):
        assert fold(part) in BRIEFING


@pytest.mark.parametrize("row", rows(), ids=[words[:40] for words, _, _ in rows()])
def test_row_names_a_milestone_or_a_reason(row: tuple[str, str, str]) -> None:
    _, named, reason = row
    assert named == "none" or named.startswith("`")
    assert reason.strip("| ")


@pytest.mark.parametrize("line", lines_of_the_briefing())
def test_page_accounts_for_every_line(line: str) -> None:
    opening = line[:OPENING]
    if line != "Next steps:":
        assert opening in PAGE


@pytest.mark.parametrize("line", dated_lines())
def test_every_line_with_a_year_to_come_has_a_milestone(line: str) -> None:
    assert any(
        named != "none" and fold(part) in line
        for words, named, _ in rows()
        for part in words.split(" … ")
    )
