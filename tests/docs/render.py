"""Writes the generated parts of the documentation: `./milestones python -m tests.docs.render`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.docs.consoles import run_again
from tests.docs.helps import command_blocks
from tests.docs.keys import channel_blocks, plan_blocks
from tests.docs.pages import DOCS, Page, page, pages, rendered
from tests.docs.sentences import sentence_blocks

GENERATED: Mapping[str, Callable[[], dict[str, str]]] = {
    "reference/commands.md": command_blocks,
    "reference/plan.md": plan_blocks,
    "reference/channels.md": channel_blocks,
    "reference/messages.md": sentence_blocks,
}
"""Page -> what makes its generated parts."""


def with_consoles(one: Page) -> str:
    """The page with its `console` blocks run in a new folder."""
    with TemporaryDirectory() as folder:
        return run_again(one.text, Path(folder))


def write() -> None:
    """Write every page anew whose generated parts have changed."""
    for name, make in GENERATED.items():
        (DOCS / name).write_text(rendered(page(name).text, make()), encoding="utf-8")
    for one in pages():
        one.path.write_text(with_consoles(one), encoding="utf-8")


if __name__ == "__main__":
    write()
