"""PURE. The tables of channels: each kind's keys are those of its notifier's `Options`.

A kind that is new in `notifiers.registry` needs nothing here.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, create_model

from config import fields
from config.documents import Fault
from config.parse import Tables
from config.plan import Channel
from config.problems import listed, nearest
from config.secrets import HINT, SecretReference
from config.shapes import Shape
from config.vocabulary import Flag, Line, Lines, PerTime, Sealed
from notifiers.options import OptionField, describe
from notifiers.registry import KINDS
from notifiers.secret import Secret

_LARGEST = 2**31 - 1
_TYPES: Mapping[object, object] = {
    str: Line,
    bool: Flag,
    int: Annotated[int, BeforeValidator(fields.whole(-_LARGEST, _LARGEST))],
    float: Annotated[float, BeforeValidator(fields.number)],
    Secret: Sealed,
}


class ChannelShape(Shape):
    """A configured way to reach somebody."""

    called = "a channel"
    table = "[channels.ID]"

    type: Line = Field(description="The kind of channel.", examples=["email"])
    rate: PerTime | None = Field(
        None, description="The most messages in a time.", examples=["10/second"]
    )


def read_channels(tables: Tables, folder: Path) -> dict[str, Channel]:
    """The channels of the plan; `folder` is where files of secrets are looked for.

    What is wrong with them is added to the `faults` of `tables`.
    """
    found = {}
    for name, raw in tables.channels.items():
        kind = raw.get("type")
        if isinstance(kind, str) and kind in KINDS:
            found[name] = _channel(tables, name, kind, raw, folder)
        else:
            tables.faults.append(_unknown_kind(name, raw))
    return found


def _unknown_kind(name: str, raw: Mapping[str, object]) -> Fault:
    path, kind = ("channels", name), raw.get("type")
    known = listed([f'"{it}"' for it in KINDS], "or")
    if kind is None:
        return Fault(path, "a channel needs `type`", f"write type = {known}", "key")
    if not isinstance(kind, str):
        message = f"`type` takes the kind of channel, not {fields.kind_of(kind)}"
        return Fault((*path, "type"), message, f"write type = {known}")
    near = nearest(kind, KINDS)
    hint = f'did you mean "{near}"?' if near else f"write {known}"
    return Fault((*path, "type"), f'there is no kind of channel "{kind}"', hint)


def _channel(
    tables: Tables, name: str, kind: str, raw: Mapping[str, object], folder: Path
) -> Channel:
    before = len(tables.faults)
    shape = tables.read(channel_shape(kind), raw, ("channels", name))
    tables.faults.extend(_plain(name, kind, raw))
    faults = tables.faults[before:]
    wanting = [fault for fault in faults if _is_wanting(fault, name)]
    tables.faults[before:] = [
        replace(fault, severity="warning") if fault in wanting else fault for fault in faults
    ]
    if wanting or any(fault.severity == "error" for fault in faults):
        return Channel(name, kind, None, shape.rate)
    known = describe(KINDS[kind].Options)
    given = {
        it.name: _option(it, getattr(shape, it.name), folder)
        for it in known
        if it.name in shape.model_fields_set
    }
    options = KINDS[kind].Options(**given)
    for key, message in options.problems():
        tables.faults.append(_refused(name, key, message))
    return Channel(name, kind, options, shape.rate)


def _is_wanting(fault: Fault, name: str) -> bool:
    """Whether a key is missing: such a channel sends nothing yet, but the plan can be read."""
    return fault.path == ("channels", name) and " needs `" in fault.message


def _refused(name: str, key: str, message: str) -> Fault:
    said, mark, hint = message.partition("; ")
    said = said if key in said else f"`{key}`: {said}"
    return Fault(("channels", name, key), said, hint if mark else "")


def _option(option: OptionField, value: object, folder: Path) -> object:
    """A value as read, as the notifier's options want it."""
    if isinstance(value, SecretReference):
        return value.secret(folder)
    if isinstance(value, list):
        return tuple(value)
    if option.path and isinstance(value, str):
        return str(folder / value)
    return value


def _plain(name: str, kind: str, raw: Mapping[str, object]) -> Iterator[Fault]:
    for option in describe(KINDS[kind].Options):
        secret = option.type is Secret or Secret in get_args(option.type)
        if secret and not option.public and isinstance(raw.get(option.key), str):
            path = ("channels", name, option.key)
            message = f"the secret `{option.key}` stands in the plain in the plan"
            yield Fault(path, message, HINT.replace("KEY", option.key), "key", "warning")


@lru_cache(maxsize=64)
def channel_shape(kind: str) -> type[ChannelShape]:
    """The shape of a table of this kind, from its notifier's options."""
    options: dict[str, Any] = {it.name: _field(it) for it in describe(KINDS[kind].Options)}
    shape = create_model(
        f"{kind.title().replace('-', '')}ChannelShape", __base__=ChannelShape, **options
    )
    shape.called = f'a channel of type "{kind}"'
    shape.__doc__ = (KINDS[kind].__doc__ or "").strip().split("\n")[0]
    return shape


def _field(option: OptionField) -> tuple[object, object]:
    examples = [tomllib.loads(f"it = {option.example}")["it"]] if option.example else None
    if option.required:
        return _type(option.type), Field(description=option.doc, examples=examples)
    default = None if isinstance(option.default, Secret) else option.default
    return (
        _type(option.type),
        Field(default, validate_default=False, description=option.doc, examples=examples),
    )


def _type(annotation: object) -> object:
    parts = [part for part in get_args(annotation) if part is not NoneType]
    if get_origin(annotation) is Literal:
        return Annotated[
            str,
            PlainValidator(fields.choice(*parts)),
            WithJsonSchema({"type": "string", "enum": parts}),
        ]
    if get_origin(annotation) is tuple:
        return Lines
    if NoneType in get_args(annotation):
        return _type(parts[0])
    return _TYPES[annotation]
