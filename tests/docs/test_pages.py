"""What the pages say can be followed: links, commands, pieces of plans, outputs."""

import re
import tomllib
from pathlib import Path

import pytest

from scheduler.cli import COMMANDS
from tests.docs.consoles import run_again
from tests.docs.fragments import mistakes
from tests.docs.helps import options_of
from tests.docs.pages import DOCS, Page, anchor, pages

OF_THE_LAUNCHER = {"test", "python"}
PAGES = {one.name: one for one in pages()}
PIECES = {
    f"{one.name} {number}": piece
    for one in PAGES.values()
    for number, piece in enumerate(one.fences("toml"), 1)
}
CALLS = sorted({(one.name, call.strip()) for one in PAGES.values() for call in one.command_lines()})


def broken(one: Page) -> list[str]:
    """The links of a page that lead nowhere in this folder."""
    found = []
    for link in one.links:
        if re.match(r"(https?|mailto|webcal):", link):
            continue
        to, _, name = link.partition("#")
        target = (one.path.parent / to).resolve() if to else one.path
        if not target.exists():
            found.append(link)
        elif name and target.suffix == ".md":
            anchors = Page(target, target.read_text(encoding="utf-8")).anchors
            found += [] if name in anchors else [link]
    return found


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    assert broken(PAGES[name]) == []


def test_every_page_can_be_reached_from_the_index() -> None:
    index = PAGES["docs/README.md"]
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in index.links}
    missing = [one.name for one in PAGES.values() if one.path not in linked | {index.path}]
    assert [name for name in missing if name.startswith("docs/")] == []


@pytest.mark.parametrize("name", PIECES)
def test_every_piece_of_a_plan_is_one(name: str) -> None:
    assert mistakes(PIECES[name]) == []


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_every_command_and_option_exists(name: str, call: str) -> None:
    command, *words = call.split()
    if command in OF_THE_LAUNCHER or command.startswith("-") or command.isupper():
        return
    assert command in COMMANDS
    options = {word.partition("=")[0] for word in words if re.match(r"--[a-z]", word)}
    assert options - options_of(command) == set()


def test_commands_are_found() -> None:
    assert {"demo", "check", "preview", "run"} <= {call.split()[0] for _, call in CALLS}


@pytest.mark.parametrize("name", [one.name for one in PAGES.values() if one.fences("console")])
def test_every_output_is_the_real_one(name: str, tmp_path: Path) -> None:
    text = PAGES[name].text
    assert run_again(text, tmp_path) == text


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    text = "# One\n[a](missing.md) [b](#one) [c](#two) [d](https://example.org)\n"
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    assert broken(Page(path, text)) == ["missing.md", "#two"]


def test_a_bad_piece_is_seen() -> None:
    (found,) = mistakes('[tracks.new]\ntitle = "New"\nowner = "aminna"\n')
    assert 'did you mean "amina"?' in found
    with pytest.raises(tomllib.TOMLDecodeError):
        mistakes("[tracks")


def test_a_false_output_is_seen(tmp_path: Path) -> None:
    text = "```console\n$ milestones --version\nmilestones, version 99\n```\n"
    assert run_again(text, tmp_path) != text


def test_anchors_are_those_of_github() -> None:
    assert anchor("[[tracks.ID.milestones]]") == "tracksidmilestones"
    assert anchor("`preview --json`, the contract") == "preview---json-the-contract"
