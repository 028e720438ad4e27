"""`milestones test-send`: one real message through a channel, now, and what was answered."""

from pathlib import Path

import click

from config.plan import Channel, Plan
from config.problems import nearest
from notifiers.message import Message
from notifiers.registry import KINDS, make_notifier
from scheduler.clock import SystemClock
from scheduler.commands.options import load_plan, plan_option
from scheduler.errors import OutsideFailed, WrongUsage
from scheduler.messages.page import reader
from scheduler.planning.explain import name_of


@click.command
@click.argument("channel")
@click.option("--to", "person", metavar="PERSON", required=True, help="Who gets it.")
@plan_option
def command(channel: str, person: str, plan: Path | None) -> None:
    """Send one real message through CHANNEL to a person (or a team), now."""
    loaded = load_plan(plan).plan
    found = channel_of(loaded, channel)
    if person not in loaded.people and person not in loaded.teams:
        raise WrongUsage(f'there is no person or team "{person}" in the plan')
    message = _message(loaded, person, channel)
    if KINDS[found.kind].needs_recipient and message.to is None:
        raise WrongUsage(f"{name_of(loaded, person)} has no address for the channel {channel}")
    notifier = make_notifier(found.kind, found.options, SystemClock().now)
    try:
        answer = notifier.send(message)
    finally:
        notifier.close()
    click.echo(f"sent to {name_of(loaded, person)} by {channel}; the answer was: {answer}")


def channel_of(plan: Plan, name: str) -> Channel:
    """A channel that can send; `WrongUsage` for an unknown one, `OutsideFailed` for another."""
    found = plan.channels.get(name)
    if found is None:
        near = nearest(name, plan.channels)
        there = f"it has {', '.join(plan.channels)}" if plan.channels else "it has none"
        hint = f'did you mean "{near}"?' if near else there
        raise WrongUsage(f'there is no channel "{name}" in the plan; {hint}')
    if found.options is None:
        raise OutsideFailed(
            f'the channel "{name}" is not set up completely: run `milestones check`'
        )
    return found


def _message(plan: Plan, person: str, channel: str) -> Message:
    now = SystemClock().now()
    who = reader(plan, person, channel)
    lead = "A test: nothing is due"
    text = (
        f"{lead}\n\nThis message was sent by hand through the channel {channel} of "
        f"{plan.name}, to see that it arrives. There is nothing to do."
    )
    return Message(
        key=f"test|{person}|{channel}|{now:%Y-%m-%dT%H:%M:%S.%f}",
        to=who.to,
        subject=f"A test of {plan.name}",
        lead=lead,
        text=text,
        date=now,
    )
