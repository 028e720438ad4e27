"""Every kind of message, word for word, in text and HTML.

After a change that is meant: `REWRITE_GOLDEN=1 pytest tests/scheduler/messages/test_golden.py`
writes the files anew (and fails once); then read what `git diff` says.
"""

import os
from pathlib import Path

import pytest

from notifiers.message import Message
from tests.scheduler.messages.scenes import HERE, SCENES

GOLDEN = HERE / "golden"


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


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(SCENES)
