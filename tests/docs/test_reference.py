"""The reference names every command, key and channel, as the program has them now."""

import json
import re

import pytest

from tests.docs.keys import TABLES, listed_tables
from tests.docs.pages import page, rendered
from tests.docs.render import GENERATED

AGAIN = "write it anew: ./milestones python -m tests.docs.render"


@pytest.mark.parametrize("name", GENERATED)
def test_each_generated_part_is_there(name: str) -> None:
    assert set(page(name).blocks) == set(GENERATED[name]())


@pytest.mark.parametrize("name", GENERATED)
def test_nothing_is_out_of_date(name: str) -> None:
    written = page(name).text
    assert written == rendered(written, GENERATED[name]()), AGAIN


def test_every_table_of_the_plan_is_listed() -> None:
    assert set(TABLES.values()) == listed_tables()


@pytest.mark.parametrize(
    ("block", "row"),
    [
        ("keys of [plan]", '| `timezone` | name | `"UTC"` |'),
        ("keys of [plan]", '| `weekend` | list of day of the week | `["saturday", "sunday"]` |'),
        ("keys of [[tracks.ID.milestones]]", "| `due` | [date](#dates) |"),
        ("keys of [[tracks.ID.milestones]]", "| `owner` | name, or a list | the track's |"),
        ("keys of overdue", "| `at-most` | whole number, 1 to 1000 | `10` |"),
    ],
)
def test_a_key_is_told_with_what_it_takes_and_its_default(block: str, row: str) -> None:
    assert row in page("reference/plan.md").blocks[block]


def test_a_stale_part_is_seen() -> None:
    text = "a\n<!-- begin: one -->\nold\n<!-- end -->\nb\n"
    assert rendered(text, {"one": "new\n"}) == "a\n<!-- begin: one -->\nnew\n<!-- end -->\nb\n"


@pytest.mark.parametrize("command", ["preview", "next"])
def test_every_key_of_a_json_line_is_told(command: str) -> None:
    """The lines on the page are real ones, as `test_pages` sees to."""
    section = page("reference/json.md").text.split(f"\n## {command}\n")[1].split("\n## ")[0]
    lines = [json.loads(line) for line in section.splitlines() if line.startswith("{")]
    told = re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE)))
    assert lines
    assert all(list(line) == sorted(told, key=list(line).index) for line in lines)
    assert len(told) == len(set(told))
