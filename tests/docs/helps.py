"""The help of every command, as the reference shows it."""

from collections.abc import Iterator
from importlib import import_module

import click

from scheduler.cli import COMMANDS
from tests.docs.keys import markdown

WIDTH = 92


def command_blocks() -> dict[str, str]:
    """The generated parts of docs/reference/commands.md."""
    rows = [(f"[`{name}`](#milestones-{name})", line) for name, (_, line) in COMMANDS.items()]
    blocks = {"commands": markdown(rows, ("Command", "What it does"))}
    for name in COMMANDS:
        texts = "\n".join(_helps(f"milestones {name}", command(name)))
        blocks[f"help of {name}"] = f"```text\n{texts}```\n"
    return blocks


def command(name: str) -> click.Command:
    """The command of that name."""
    found: click.Command = import_module(COMMANDS[name][0]).command
    return found


def options_of(name: str) -> set[str]:
    """Every option that a command or one of its sub-commands knows."""
    found = {"--help", "-h"}
    waiting = [command(name)]
    while waiting:
        one = waiting.pop()
        for parameter in one.params:
            found |= {*parameter.opts, *parameter.secondary_opts}
        if isinstance(one, click.Group):
            waiting += one.commands.values()
    return found


def _helps(called: str, one: click.Command) -> Iterator[str]:
    context = click.Context(one, info_name=called, max_content_width=WIDTH, terminal_width=WIDTH)
    context.help_option_names = ["-h", "--help"]
    yield one.get_help(context) + "\n"
    if isinstance(one, click.Group):
        for name, inner in one.commands.items():
            yield from _helps(f"{called} {name}", inner)
