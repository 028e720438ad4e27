"""PURE. People's own addresses on channels that know such, as a chat's number in Telegram."""

from collections.abc import Iterator

from config.documents import Fault
from config.plan import Person, Plan
from notifiers.options import Addressed


def address_faults(plan: Plan) -> Iterator[Fault]:
    """A warning for each person, and each team's room, that such a channel cannot reach."""
    known = {
        name: channel.options
        for name, channel in plan.channels.items()
        if isinstance(channel.options, Addressed)
    }
    for person in plan.people.values():
        for name, options in known.items():
            yield from _person(person, name, options)
    for team in plan.teams.values():
        for index, name in enumerate(team.channels):
            if name in known and known[name].address_wanted(None) is not None:
                message = f'the channel "{name}" has no room of its own for a team'
                hint = f"name one under [channels.{name}], as the docs on its kind say"
                yield _warning(("teams", team.id, "channels", index), message, hint)


def _person(person: Person, channel: str, options: Addressed) -> Iterator[Fault]:
    address = person.addresses.get(channel)
    wanted = options.address_wanted(address)
    if wanted is None or (address is None and channel not in person.channels):
        return
    hint = f'write addresses = {{ {channel} = "…" }}: {wanted}'
    if address is None:
        message = f'"{person.id}" has no address on "{channel}" and gets no message by it'
        yield _warning(("people", person.id), message, hint, "key")
    else:
        message = f'the address of "{person.id}" on "{channel}" is none'
        yield _warning(("people", person.id, "addresses", channel), message, hint)


def _warning(path: tuple[str | int, ...], message: str, hint: str, at: str = "value") -> Fault:
    return Fault(path, message, hint, at, "warning", rests_on="plan")
