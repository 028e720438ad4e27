"""Edits of a plan's file: comments and layout stay, a bad result is refused, a crash harms not."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.edit import EditError, TrackEdit, edited, read_file, save
from config.load import load

PLAN = """\
# The plan of a trust.   Its spaces   stay.
[plan]
name = "Trust"          # its name
coordinators = ["amina"]

[people.amina]
name = "Amina Otieno"
email = "amina@example.org"

# What the board decides.
[tracks.board]
title = "Board"
owner = "amina"

[[tracks.board.milestones]]   # the first
id = "first"       # never to be changed
title = "First session"
due = 2027-05-14   # as promised
tags = [
    "board",       # a comment in a list
]

# Before the second.
[[tracks.board.milestones]]
id = "second"
title = "Second session"
due = "tbc"
[tracks.board.milestones.resources]
required = 5

# Another track.
[tracks.other]
owner = "amina"
[[tracks.other.milestones]]
id = "first"
title = "Another first"
due = "2027"
"""
NEW = {"id": "third", "title": "Third session", "due": date(2027, 7, 1)}


def test_a_change_touches_its_line_alone() -> None:
    edit = TrackEdit("board", "", {"first": {"due": date(2027, 6, 14), "title": "One"}})
    after = edited(PLAN, edit)
    expected = PLAN.replace("due = 2027-05-14   # as", "due = 2027-06-14   # as")
    assert after == expected.replace('title = "First session"', 'title = "One"')


def test_a_key_is_added_behind_the_others_and_taken_out() -> None:
    edit = TrackEdit("board", "", {"first": {"location": "Room 3", "title": None}})
    after = edited(PLAN, edit)
    expected = PLAN.replace('title = "First session"\n', "")
    assert after == expected.replace("list\n]\n", 'list\n]\nlocation = "Room 3"\n')


def test_a_new_milestone_goes_behind_the_last_of_its_track() -> None:
    after = edited(PLAN, TrackEdit("board", "", {}, [NEW]))
    text = (
        '\n[[tracks.board.milestones]]\nid = "third"\ntitle = "Third session"\ndue = 2027-07-01\n'
    )
    assert after == PLAN.replace("required = 5\n", f"required = 5\n{text}")


def test_a_new_track_goes_to_the_end() -> None:
    after = edited(PLAN, TrackEdit("new", "New things", {}, [NEW]))
    assert after.startswith(PLAN)
    assert tomllib.loads(after)["tracks"]["new"] == {"title": "New things", "milestones": [NEW]}


@pytest.mark.parametrize("text", ["", "# nothing but a comment", "[plan]\nname = 'x'"])
def test_a_file_without_a_line_end_is_ended_first(text: str) -> None:
    after = edited(text, TrackEdit("new", "New", {}, [NEW, {**NEW, "id": "fourth"}]))
    assert after.startswith(text)
    assert len(tomllib.loads(after)["tracks"]["new"]["milestones"]) == 2


def test_line_ends_of_windows_stay() -> None:
    plan = PLAN.replace("\n", "\r\n")
    edit = TrackEdit("board", "", {"first": {"location": "Room 3"}}, [NEW])
    after = edited(plan, edit)
    assert after.count("\r\n") == after.count("\n")
    assert after.replace("\r\n", "\n") == edited(PLAN, edit)


def test_a_milestone_in_a_list_in_brackets_is_not_guessed_at() -> None:
    plan = '[tracks.board]\nmilestones = [{ id = "first", title = "A", due = "tbc" }]\n'
    with pytest.raises(EditError, match="is not written under a header of its own"):
        edited(plan, TrackEdit("board", "", {"first": {"title": "B"}}))


KEYS = st.sampled_from(["title", "location", "notes", "url", "due", "percent", "except", "moved"])
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=40)
DAYS = st.dates(date(1970, 1, 1), date(2199, 1, 1))
VALUES: st.SearchStrategy[object] = st.one_of(
    TEXTS,
    st.integers(0, 100),
    DAYS,
    st.integers(0, 7_000_000_000).map(lambda it: datetime(1970, 1, 1) + timedelta(seconds=it)),
    st.just(datetime(2027, 5, 14, 15, tzinfo=UTC)),
    st.lists(DAYS, max_size=3),
    st.dictionaries(DAYS.map(str), DAYS, min_size=1, max_size=3),
)  # fmt: skip


@given(st.dictionaries(KEYS, VALUES, max_size=5), st.dictionaries(KEYS, VALUES, max_size=5))
def test_what_is_written_is_what_is_read(
    changes: Mapping[str, object], added: Mapping[str, object]
) -> None:
    new = {"id": "third", **added}
    after = edited(PLAN, TrackEdit("board", "", {"first": changes}, [new]))
    before, found = tomllib.loads(PLAN), tomllib.loads(after)
    first, second, third = found["tracks"]["board"]["milestones"]
    assert _plain(first) == _plain({**before["tracks"]["board"]["milestones"][0], **changes})
    assert _plain(third) == _plain(new)
    assert second == before["tracks"]["board"]["milestones"][1]
    assert found["tracks"]["other"] == before["tracks"]["other"]
    assert after.startswith(PLAN[: PLAN.index("[[tracks.board")])


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    """The values as the plan reads them: the ends of a text do not count."""
    return {key: it.strip() if isinstance(it, str) else it for key, it in values.items()}


def test_a_saved_file_is_whole_and_keeps_its_rights(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(PLAN, encoding="utf-8")
    file.chmod(0o640)
    after = edited(PLAN, TrackEdit("board", "", {}, [NEW]))
    save(load(file), file, PLAN, after, tmp_path)
    assert read_file(file) == after
    assert file.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["plan.toml"]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    file, link = tmp_path / "kept" / "plan.toml", tmp_path / "plan.toml"
    file.write_text(PLAN, encoding="utf-8")
    link.symlink_to(file)
    save(load(link), link, PLAN, PLAN + "# more\n", tmp_path)
    assert link.is_symlink()
    assert read_file(file).endswith("# more\n")


def test_a_plan_with_mistakes_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(PLAN, encoding="utf-8")
    bad = edited(PLAN, TrackEdit("board", "", {"first": {"due": "someday"}}))
    with pytest.raises(EditError, match=r"(?s)nothing was written.*plan\.toml:18"):
        save(load(file), file, PLAN, bad, tmp_path)
    assert read_file(file) == PLAN


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(PLAN, encoding="utf-8")
    loaded = load(file)
    file.write_text(PLAN + "# by somebody else\n", encoding="utf-8")
    with pytest.raises(EditError, match="was changed meanwhile"):
        save(loaded, file, PLAN, PLAN + "# mine\n", tmp_path)
    assert read_file(file).endswith("# by somebody else\n")
