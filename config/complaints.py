"""PURE. What pydantic found wrong with a table, in words for whoever writes the plan."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.documents import Fault
from config.fields import kind_of
from config.positions import Path
from config.problems import listed, nearest
from config.shapes import Shape
from config.track_shapes import SHAPES, TrackShape


def complaints(shape: type[Shape], error: ValidationError, base: Path) -> list[Fault]:
    """The faults of one table of the plan that stands at `base`."""
    found = error.errors(include_url=False)
    meant = {_meant(shape, it["loc"]) for it in found if it["type"] == "extra_forbidden"}
    return [
        _fault(shape, it, base)
        for it in found
        if not (it["type"] == "missing" and it["loc"] in meant)
    ]


def _meant(shape: type[Shape], loc: Path) -> Path:
    """Where a misspelt key was meant to stand."""
    inner, key = _inner(shape, loc)
    return (*loc[:-1], nearest(key, inner.key_names()) or key)


def _fault(shape: type[Shape], found: ErrorDetails, base: Path) -> Fault:
    loc = tuple(step for step in found["loc"] if step != "[key]")
    inner, key = _inner(shape, loc)
    match found["type"]:
        case "extra_forbidden":
            message, hint = unknown_key(inner, str(loc[-1]))
            return Fault((*base, *loc), message, hint, "key")
        case "missing":
            message = f"{inner.called} needs `{loc[-1]}`"
            hint = f"write {loc[-1]} = {example(inner, str(loc[-1]))}"
            return Fault((*base, *loc[:-1]), message, hint, "key", rests_on="table")
        case "plan":
            context = found.get("ctx", {})
            return _told(base, loc, key, str(context["said"]), str(context["hint"]))
    if not loc:
        message = f"`{base[-1]}` takes a table, not {kind_of(found['input'])}"
        return Fault(base, message, f"write [{base[-1]}] and its keys under it", "key")
    takes = "a list" if found["type"] in ("list_type", "tuple_type") else "a table"
    said = f"takes {takes}, not {kind_of(found['input'])}"
    return _told(base, loc, key, said, f"write KEY = {example(inner, key)}")


def _told(base: Path, loc: Path, key: str, said: str, hint: str) -> Fault:
    if said.startswith(("takes ", "is ", "holds ")):
        said = f"`{key}` {said}"
    item = bool(loc) and isinstance(loc[-1], int)
    hint = hint.replace("KEY = ", "") if item else hint.replace("KEY", key)
    return Fault((*base, *loc), said, hint)


def _inner(shape: type[Shape], loc: Path) -> tuple[type[Shape], str]:
    """The shape that the last key of a location belongs to, and that key."""
    key = ""
    for number, step in enumerate(loc):
        if isinstance(step, int):
            continue
        key = step
        deeper = any(isinstance(later, str) for later in loc[number + 1 :])
        if deeper and (below := _below(shape, step)):
            shape = below
    return shape, key


def _below(shape: type[Shape], key: str) -> type[Shape] | None:
    """The shape of the table (or of the list of tables) under a key."""
    for field in shape.model_fields.values():
        if field.alias == key:
            return _shape_in(field.annotation)
    return None


def _shape_in(annotation: object) -> type[Shape] | None:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation
    return next((it for part in get_args(annotation) if (it := _shape_in(part))), None)


def unknown_key(shape: type[Shape], key: str) -> tuple[str, str]:
    """What is wrong with a key that a table does not have, and the nearest one that it has."""
    message = f"`{key}` is no key of {shape.called}"
    elsewhere = [other.table for other in SHAPES if key in other.key_names() and other.table]
    names = shape.key_names() + (["milestones"] if shape is TrackShape else [])
    near = nearest(key, names)
    if near and (not elsewhere or near.replace("-", "_") == key.replace("-", "_")):
        return message, f"did you mean `{near}`?"
    if elsewhere:
        return message, f"it belongs in {listed(elsewhere, 'or')}"
    if near:
        return message, f"did you mean `{near}`?"
    return message, f"its keys are {listed(names)}"


def example(shape: type[Shape], key: str) -> str:
    """An example of a key's value in TOML, from the shape."""
    for field in shape.model_fields.values():
        if field.alias == key and field.examples:
            return toml(field.examples[0])
    return '"…"'


def toml(value: object) -> str:
    """A value as TOML writes it in a line."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case date():
            return value.isoformat()
        case Mapping():
            pairs = ", ".join(f"{_key(str(key))} = {toml(it)}" for key, it in value.items())
            return f"{{ {pairs} }}"
        case list() | tuple():
            return f"[{', '.join(toml(it) for it in value)}]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() else f'"{key}"'


def bad_keys(shape: type[Shape], error: ValidationError) -> Iterator[str]:
    """The keys of the table with something wrong in them, and what misspelt ones stand for."""
    for found in error.errors(include_url=False):
        if not found["loc"] or (found["type"] == "missing" and len(found["loc"]) == 1):
            continue
        key = str(found["loc"][0])
        yield key
        if found["type"] == "extra_forbidden" and (near := nearest(key, shape.key_names())):
            yield near
