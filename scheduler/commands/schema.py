"""`milestones schema`: the JSON Schema of the plan, for editors."""

import json

import click

from config.schema import schema


@click.command
def command() -> None:
    """Print the JSON Schema of the plan, which Taplo and other TOML editors use."""
    click.echo(json.dumps(schema(), indent=2, ensure_ascii=False))
