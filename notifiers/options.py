"""PURE. The options of a channel kind: a frozen dataclass whose fields are its TOML keys.

A field's type is one of str, int, float, bool, Secret, a Literal, tuple[str, ...], or one of
these or None. Its metadata says

    doc       one sentence for the reference and the schema (required)
    example   a value as it is written in TOML (optional)
    path      True where a text is a path, relative to the plan's folder (optional)
    public    True where a Secret may stand in the plan without a warning (optional)

The key is the field's name with hyphens; an underscore at the end (`from_`) is left out.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, Protocol, get_type_hints, runtime_checkable

Problem = tuple[str, str]
"""The TOML key, and what is wrong with its value, without the value of a secret."""


class Options(Protocol):
    """What every kind's `Options` has, beside its fields."""

    __dataclass_fields__: Any

    def problems(self) -> list[Problem]:
        """Everything that is wrong with the values; reads no secret that is not plain."""
        ...


@runtime_checkable
class Addressed(Protocol):
    """What the `Options` of a kind have on which a person may have an address of her own."""

    def address_wanted(self, address: str | None) -> str | None:
        """What a person's address here must be, where this one is not that; else None.

        None for an address: she has none, which will do where the channel has a room.
        """
        ...


@dataclass(frozen=True, slots=True)
class OptionField:
    """One key of a kind, as the configuration check, the schema and the docs want to know it.

    type: the annotation, resolved. default: None where there is none and `required` is False.
    """

    key: str
    name: str
    type: Any
    required: bool
    default: Any
    doc: str
    example: str | None = None
    path: bool = False
    public: bool = False


def key_of(name: str) -> str:
    """The TOML key of a field's name."""
    return name.rstrip("_").replace("_", "-")


def describe(options: type[Any]) -> tuple[OptionField, ...]:
    """The keys of a kind's `Options`, in the order of its fields."""
    types = get_type_hints(options)
    return tuple(_describe(field, types) for field in fields(options))


def _describe(field: Field[Any], types: Mapping[str, Any]) -> OptionField:
    required = field.default is MISSING
    return OptionField(
        key=key_of(field.name),
        name=field.name,
        type=types[field.name],
        required=required,
        default=None if required else field.default,
        **field.metadata,
    )
