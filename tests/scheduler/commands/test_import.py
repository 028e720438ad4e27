"""`milestones import`: what became of each component, and that a second time changes nothing."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calendars.workdays import known_to
from config.load import load
from scheduler.cli import main

PLAN = """\
# Kept as it is.
[plan]
name = "Board"
timezone = "Africa/Nairobi"
[people.amina]
name = "Amina"
email = "amina@example.org"
[tracks.board]
owner = "amina"
[[tracks.board.milestones]]
id = "third-session"
title = "Our own third session"   # not from a calendar
due = "tbc"
"""
FAULTY = sorted((Path(__file__).parents[2] / "calendars/importing/faults").glob("*.ics"))
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Executive Board\r\n"


def component(*lines: str, uid: str = "a@x", kind: str = "VEVENT") -> str:
    return "\r\n".join([f"BEGIN:{kind}", f"UID:{uid}", *lines, f"END:{kind}", ""])


SESSION = component("SUMMARY:Third session", "DTSTART;VALUE=DATE:20270514", "LOCATION:Gigiri")
MEETING = component(
    "SUMMARY:Bureau",
    "DTSTART;TZID=Europe/Paris:20270112T150000",
    "DURATION:PT90M",
    "RRULE:FREQ=MONTHLY;BYDAY=2TU;UNTIL=20271231",
    "EXDATE;TZID=Europe/Paris:20270810T150000",
    uid="b@x",
)
JOURNAL = component("SUMMARY:Minutes", uid="c@x", kind="VJOURNAL")


class Desk:
    """A folder with a plan and a calendar, and the command run in it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.plan, self.file, self._capsys = folder / "plan.toml", folder / "board.ics", capsys
        self.plan.write_text(PLAN, encoding="utf-8")

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run the command; what it printed, on both streams."""
        assert main(["import", str(self.file), "--plan", str(self.plan), *arguments]) == code
        said = self._capsys.readouterr()
        return said.out + said.err

    def lines(self, *components: str, track: str = "board") -> list[dict[str, Any]]:
        """Import these components; the JSON lines."""
        self.file.write_text(HEAD + "".join(components) + "END:VCALENDAR\r\n", encoding="utf-8")
        return [json.loads(one) for one in self.run("--track", track, "--json").splitlines()]

    def became(self, *components: str) -> list[str]:
        """Import these components; what became of each."""
        return [one["became"] for one in self.lines(*components)]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def test_each_component_is_accounted_for(desk: Desk) -> None:
    found = desk.lines(SESSION, MEETING, JOURNAL)
    assert [(one["became"], one["milestone"]) for one in found] == [
        ("added", "board/third-session-2"),
        ("added", "board/bureau"),
        ("skipped", None),
    ]
    assert found[2]["reason"] == "a journal entry is no date to be met"
    plan = load(desk.plan).plan
    session, bureau = plan.milestones["board/third-session-2"], plan.milestones["board/bureau"]
    assert (session.due.last, session.location, session.uid) == (date(2027, 5, 14), "Gigiri", "a@x")
    assert (bureau.timezone, str(bureau.duration)) == ("Europe/Paris", "90 minutes")
    assert bureau.exceptions == {date(2027, 8, 10)}


def test_a_second_import_changes_not_one_octet(desk: Desk) -> None:
    desk.became(SESSION, MEETING, JOURNAL)
    before = desk.plan.read_bytes()
    assert desk.became(SESSION, MEETING, JOURNAL) == ["unchanged", "unchanged", "skipped"]
    assert desk.plan.read_bytes() == before
    assert before.startswith(PLAN.encode())


CHANGED = [
    (SESSION.replace("20270514", "20270520"), {"due": "2027-05-20"}),
    (SESSION.replace("Gigiri", "Geneva"), {"location": "Geneva"}),
    (SESSION.replace("Third", "3rd"), {"title": "3rd session"}),
    (
        SESSION.replace(";VALUE=DATE:20270514", ":20270514T090000Z"),
        {"starts": "2027-05-14T09:00:00+00:00", "due": None},
    ),
    (SESSION.replace("LOCATION", "STATUS:TENTATIVE\r\nLOCATION"), {"due": "2027-05-14?"}),
    (SESSION.replace("LOCATION", "STATUS:CANCELLED\r\nLOCATION"), {"status": "cancelled"}),
    (SESSION.replace("LOCATION:Gigiri", "X-A:b"), {}),
]


@pytest.mark.parametrize(("again", "changes"), CHANGED)
def test_a_later_import_updates_what_changed(
    desk: Desk, again: str, changes: dict[str, object]
) -> None:
    desk.became(SESSION)
    (found,) = desk.lines(again)
    assert found["changes"] == changes
    assert found["became"] == ("updated" if changes else "unchanged")
    assert desk.became(again) == ["unchanged"]


def test_what_only_the_plan_says_stays(desk: Desk) -> None:
    desk.became(SESSION)
    text = desk.plan.read_text(encoding="utf-8").replace(
        'uid = "a@x"', 'uid = "a@x"\nowner = []   # nobody yet\nsaid = "In May"'
    )
    desk.plan.write_text(text, encoding="utf-8")
    assert desk.became(SESSION.replace("20270514", "20270520")) == ["updated"]
    assert desk.plan.read_text(encoding="utf-8") == text.replace("2027-05-14", "2027-05-20")


def test_a_component_that_is_gone_is_told_and_kept(desk: Desk) -> None:
    desk.became(SESSION, MEETING)
    found = desk.lines(SESSION)
    assert [(one["became"], one["milestone"]) for one in found] == [
        ("unchanged", "board/third-session-2"),
        ("missing", "board/bureau"),
    ]


def test_a_uid_of_another_track_is_not_doubled(desk: Desk) -> None:
    desk.became(SESSION)
    (found,) = desk.lines(SESSION, track="other")
    assert found["reason"] == "board/third-session-2 has this UID already"


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    desk.file.write_text(HEAD + SESSION + "END:VCALENDAR\r\n", encoding="utf-8")
    said = desk.run("--dry-run")
    assert "executive-board/third-session" in said
    assert "nothing was written" in said
    assert desk.plan.read_text(encoding="utf-8") == PLAN


def test_a_track_of_its_own_is_named_after_the_calendar(desk: Desk) -> None:
    desk.file.write_text(HEAD + SESSION + "END:VCALENDAR\r\n", encoding="utf-8")
    assert "1 added" in desk.run()
    assert load(desk.plan).plan.tracks["executive-board"].title == "Executive Board"


def test_what_is_past_can_be_left_out(desk: Desk) -> None:
    desk.file.write_text(HEAD + SESSION + MEETING + "END:VCALENDAR\r\n", encoding="utf-8")
    said = desk.run("--from", "2027-06-01")
    assert "it is past, before 2027-06-01" in said
    assert "1 added, 1 skipped" in said


def test_titles_become_ids_each_once(desk: Desk) -> None:
    titles = ["Réunion", "Réunion", "会议", "2027", "A" * 90]
    components = [
        component(f"SUMMARY:{title}", "DTSTART;VALUE=DATE:20270514", uid=f"{number}@x")
        for number, title in enumerate(titles)
    ]
    ids = [one["milestone"] for one in desk.lines(*components)]
    assert ids == ["board/reunion", "board/reunion-2", "board/entry", "board/entry-2027",
                   f"board/{'a' * 60}"]  # fmt: skip


def test_a_plan_in_a_folder_gets_a_file_for_a_new_track(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    folder.mkdir()
    desk.plan.rename(folder / "plan.toml")
    desk.plan = folder
    desk.file.write_text(HEAD + SESSION + "END:VCALENDAR\r\n", encoding="utf-8")
    desk.run("--into", str(folder / "from-outside.toml"))
    assert (folder / "plan.toml").read_text(encoding="utf-8") == PLAN
    assert "executive-board/third-session" in load(folder).plan.milestones
    assert "it stands" not in desk.run()
    wrong = desk.run("--into", str(tmp_path / "elsewhere.toml"), code=2)
    assert "stands in" in wrong


def test_a_feed_of_the_plan_is_not_imported_into_it(desk: Desk) -> None:
    own = component("SUMMARY:Ours", "DTSTART;VALUE=DATE:20270514", uid="board.third-session@board")
    (found,) = desk.lines(own)
    assert found["reason"] == "it comes from this plan: it is board/third-session"


@pytest.mark.parametrize(
    ("name", "octets", "code", "said"),
    [
        ("dates.xls", b"", 2, "save it as .xlsx or .csv"),
        ("page.ics", b"<html>Not found</html>", 3, "this is no calendar"),
        ("deep.ics", b"BEGIN:A\n" * 99, 3, "nested more than 16 deep"),
        ("large.ics", b"a" * (20 * 1024 * 1024 + 1), 3, "larger than 20 MB"),
    ],
)
def test_what_is_no_calendar_is_refused_in_words(
    desk: Desk, name: str, octets: bytes, code: int, said: str
) -> None:
    desk.file = desk.file.with_name(name)
    desk.file.write_bytes(octets)
    told = desk.run(code=code)
    assert said in told
    assert "Traceback" not in told


def test_a_missing_file_and_a_bad_track_are_wrong_usage(desk: Desk) -> None:
    assert "cannot be read" in desk.run(code=2)
    desk.file.write_text(HEAD + "END:VCALENDAR\r\n", encoding="utf-8")
    assert 'write "my-track"' in desk.run("--track", "My Track", code=2)
    assert "0 components: nothing" in desk.run()


@pytest.mark.parametrize("file", FAULTY, ids=lambda file: file.stem)
def test_every_faulty_calendar_makes_a_good_plan(desk: Desk, file: Path) -> None:
    desk.file = file
    first = desk.run("--json")
    load(desk.plan)
    before = desk.plan.read_bytes()
    again = Counter(json.loads(one)["became"] for one in desk.run("--json").splitlines())
    assert not again["added"] + again["updated"] + again["missing"]
    assert desk.plan.read_bytes() == before
    assert sum(again.values()) == len(first.splitlines())


def test_one_date_that_no_plan_can_hold_does_not_stop_the_others(desk: Desk) -> None:
    last = known_to("KE")
    text = PLAN.replace("timezone", 'holidays = ["KE"]\ntimezone', 1)
    desk.plan.write_text(text, encoding="utf-8")
    far = component("SUMMARY:Far", f"DTSTART;VALUE=DATE:{last + 1}0514", uid="far@x")
    odd = component(
        "SUMMARY:Odd", "DTSTART;VALUE=DATE:20270514", "URL:https://x.org:abc/", uid="odd@x"
    )
    found = desk.lines(SESSION, far, odd)
    assert [one["became"] for one in found] == ["added", "skipped", "added"]
    assert found[1]["reason"].endswith(f"not for {last + 1}")
    assert "url" not in found[2]["changes"]
    moved = component("SUMMARY:Third session", f"DTSTART;VALUE=DATE:{last + 1}0514")
    assert [one["became"] for one in desk.lines(moved, odd)] == ["skipped", "unchanged"]
    assert "2027-05-14" in desk.plan.read_text(encoding="utf-8")


def test_milestones_go_to_the_others_of_their_track_in_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "plan"
    folder.mkdir()
    head, _, milestones = PLAN.partition("[[")
    (folder / "a.toml").write_text(head, encoding="utf-8")
    (folder / "b.toml").write_text(f"[[{milestones}", encoding="utf-8")
    desk = Desk(tmp_path, capsys)
    desk.plan = folder
    assert desk.became(SESSION) == ["added"]
    assert desk.became(SESSION) == ["unchanged"]
    assert (folder / "a.toml").read_text(encoding="utf-8") == head
    assert "2027-05-14" in (folder / "b.toml").read_text(encoding="utf-8")
