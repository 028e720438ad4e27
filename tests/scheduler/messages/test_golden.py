"""Every kind of message, word for word, in text and HTML; in the other languages its text.

After a change that is meant: `REWRITE_GOLDEN=1 pytest tests/scheduler/messages/test_golden.py`
writes the files anew (and fails once); then read what `git diff` says.
"""

import os
import re
from pathlib import Path

import pytest

from calendars.wording import LANGUAGES
from notifiers.message import Message
from tests.scheduler.messages.scenes import HERE, SCENES, speaking

GOLDEN = HERE / "golden"
OTHERS = [name for name in LANGUAGES if name != "en"]
PAGES = [("ar", "escalation-coordinator"), ("ar", "many"), ("zh", "overdue-answerable")]
"""In these languages the HTML of these scenes is kept too."""


def as_text(message: Message) -> str:
    """All of a message but its HTML."""
    lines = [
        f"To: {message.to or 'a room'}",
        f"Subject: {message.subject}",
        f"Date: {message.date:%Y-%m-%d %H:%M %z}",
        f"Thread: {message.thread}",
        f"List: {message.list_id}",
        f"Urgency: {message.urgency}",
        *(f"Fact: {label} = {value}" for label, value in message.facts),
        *(f"Button: {button.label} -> {button.url}" for button in message.buttons),
        "",
        message.text,
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def agrees(path: Path, content: str) -> bool:
    """Whether a golden file holds the content; on demand it is written if not."""
    if path.exists() and path.read_text(encoding="utf-8") == content:
        return True
    if os.environ.get("REWRITE_GOLDEN") == "1":
        path.write_text(content, encoding="utf-8")
    return False


@pytest.mark.parametrize("name", SCENES)
def test_the_message_is_as_it_was(name: str) -> None:
    message = SCENES[name]()
    text = agrees(GOLDEN / f"{name}.txt", as_text(message))
    html = agrees(GOLDEN / f"{name}.html", message.html or "")
    assert (text, html) == (True, True), f"{name} differs from its golden files"


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_as_it_was_in_the_language(language: str) -> None:
    with speaking(language):
        parts = [f"======== {name}\n{as_text(make())}" for name, make in SCENES.items()]
    assert agrees(GOLDEN / f"{language}.txt", "\n\n".join(parts)), f"{language}.txt differs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_that_ends_in_a_full_stop_ends_no_sentence_with_two(language: str) -> None:
    with speaking(language):
        lines = [line for make in SCENES.values() for line in make().text.splitlines()]
    assert [line for line in lines if re.search(r"(?<!\.)\.\.(?!\.)", line)] == []


@pytest.mark.parametrize(("language", "name"), PAGES)
def test_the_page_is_as_it_was_in_the_language(language: str, name: str) -> None:
    with speaking(language):
        html = SCENES[name]().html or ""
    assert agrees(GOLDEN / f"{language}-{name}.html", html), f"{language}-{name}.html differs"


def test_no_golden_file_is_left_over() -> None:
    pages = {f"{language}-{name}" for language, name in PAGES}
    assert {path.stem for path in GOLDEN.iterdir()} == {*SCENES, *OTHERS, *pages}
