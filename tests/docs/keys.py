"""The tables of keys in the reference, made from the schema and from the channels' options."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import WithJsonSchema

from config import vocabulary
from config.channels import ChannelShape
from config.schema import schema
from notifiers.options import OptionField, describe
from notifiers.registry import KINDS
from notifiers.secret import Secret

Schema = Mapping[str, Any]
Row = tuple[str, str, str, str, str]
TABLES: Mapping[str, str] = {
    "keys of [plan]": "PlanShape",
    "keys of [people.ID]": "PersonShape",
    "keys of [teams.ID]": "TeamShape",
    "keys of [reminders.ID]": "PolicyShape",
    "keys of overdue": "OverdueShape",
    "keys of escalate": "EscalationShape",
    "keys of [calendars.ID]": "CalendarShape",
    "keys of [replies]": "RepliesShape",
    "keys of [messages]": "MessagesShape",
    "keys of [service]": "ServiceShape",
    "keys of [requests.ID]": "RequestShape",
    "keys of questions": "QuestionShape",
    "keys of [tracks.ID]": "TrackShape",
    "keys of [[tracks.ID.milestones]]": "MilestoneShape",
    "keys of resources": "ResourcesShape",
}
"""Block of docs/reference/plan.md -> the definition of the schema that it lists."""
_HEAD = ("Key", "Takes", "Default", "Meaning", "Example")
_DEFAULT = re.compile(r"\s*Default: (.+?)\.$")
_NOTES = frozenset({"description", "default", "examples", "title"})
_WORDS: tuple[tuple[Any, str], ...] = (
    (vocabulary.Line, "text"),
    (vocabulary.Text, "text, also of several lines"),
    (vocabulary.Id, "id"),
    (vocabulary.Address, "mail address"),
    (vocabulary.Url, "web address"),
    (vocabulary.Language, "language code"),
    (vocabulary.Clock, "time of day"),
    (vocabulary.Hours, "hours from-to"),
    (vocabulary.Lead, "[duration](#durations)"),
    (vocabulary.Interval, "[duration](#durations)"),
    (vocabulary.Length, "length of time"),
    (vocabulary.Due, "[date](#dates)"),
    (vocabulary.Starts, "day and time"),
    (vocabulary.Moment, "day, or day and time"),
    (vocabulary.Day, "day"),
    (vocabulary.Days, "day or range"),
    (vocabulary.Holiday, "code"),
    (vocabulary.Weekday, "day of the week"),
    (vocabulary.PerTime, "rate"),
    (vocabulary.Amount, "amount"),
    (vocabulary.Currency, "currency code"),
    (vocabulary.Sealed, "secret"),
)
_PLAIN = {"string": "name", "boolean": "`true` or `false`", "integer": "whole number"}
_SPECIAL = {
    "repeats": "[rule](#repeats)",
    "opens": "day or [duration](#durations)",
    "questions": "list of texts, or of tables, below",
}


def plan_blocks() -> dict[str, str]:
    """The generated parts of docs/reference/plan.md."""
    definitions = schema()["definitions"]
    return {name: markdown(_rows(definitions[shape])) for name, shape in TABLES.items()}


def channel_blocks() -> dict[str, str]:
    """The generated parts of docs/reference/channels.md."""
    common = ChannelShape.model_json_schema()
    keys, email = common["properties"], schema()["definitions"]["EmailChannelShape"]
    keys["type"]["enum"] = list(KINDS)
    keys["rate"] = email["properties"]["rate"]
    blocks = {"keys of every kind": markdown(_rows(common))}
    for kind, notifier in KINDS.items():
        rows = [_option(field) for field in describe(notifier.Options)]
        blocks[f"keys of {kind}"] = markdown(rows)
    return blocks


def listed_tables() -> set[str]:
    """The definitions of the schema that belong into the plan's reference."""
    return {name for name in schema()["definitions"] if not name.endswith("ChannelShape")}


def markdown(rows: Iterable[Sequence[str]], head: Sequence[str] = _HEAD) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    cells = (" | ".join(cell.replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)


def toml(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {toml(it)}' for key, it in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[a-z][a-z-]*", key) else json.dumps(key)


def _rows(shape: Schema) -> list[Row]:
    required = set(shape.get("required", ()))
    return [_row(key, it, key in required) for key, it in shape["properties"].items()]


def _row(key: str, it: Schema, required: bool) -> Row:
    meaning = it.get("description", "Its dated commitments.")
    said = _DEFAULT.search(meaning)
    default = "required" if required else _code(it["default"]) if "default" in it else ""
    if said:
        default = said[1] if " " in said[1] and said[1][0] not in '"[' else f"`{said[1]}`"
    examples = it.get("examples", ())
    example = _code(examples[0]) if examples else ""
    return f"`{key}`", _takes(key, it), default, _DEFAULT.sub("", meaning), example


def _code(value: object) -> str:
    return f"`{toml(value)}`"


def _takes(key: str, it: Schema) -> str:
    return _SPECIAL.get(key) or _words({name: it[name] for name in it if name not in _NOTES})


def _words(it: Schema) -> str:
    """What a key takes, in words, from its schema."""
    known = {_text(_schema_of(alias)): words for alias, words in _WORDS}
    if found := known.get(_text(it)):
        return found
    if "enum" in it or "const" in it:
        return ", ".join(_code(word) for word in it.get("enum", [it.get("const")]))
    if "allOf" in it or "$ref" in it:
        return "table, below"
    if "anyOf" in it:
        return f"{_words(it['anyOf'][0])}, or a list"
    if it["type"] == "array":
        return "list of tables" if "$ref" in it["items"] else f"list of {_words(it['items'])}"
    if it["type"] == "object":
        return f"table of {_words(it['additionalProperties'])}"
    bounds = f", {it['minimum']} to {it['maximum']}" if "maximum" in it else ""
    return _PLAIN[it["type"]] + bounds


def _schema_of(alias: Any) -> Schema:
    (found,) = (part for part in get_args(alias) if isinstance(part, WithJsonSchema))
    made = found.json_schema or {}
    return {name: made[name] for name in made if name not in _NOTES}


def _text(it: Schema) -> str:
    return json.dumps(it, sort_keys=True)


def _option(field: OptionField) -> Row:
    default = "required" if field.required else _default(field.default)
    example = f"`{field.example}`" if field.example else ""
    return f"`{field.key}`", _kind(field.type), default, field.doc, example


def _default(value: object) -> str:
    return "" if value is None or value == "" else _code(value)


def _kind(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return ", ".join(_code(word) for word in get_args(annotation))
    if get_origin(annotation) is tuple:
        return "list of text"
    parts = [part for part in get_args(annotation) if part is not NoneType]
    if parts:
        return _kind(parts[0])
    names = {str: "text", bool: "`true` or `false`", int: "whole number", float: "number"}
    return {**names, Secret: "[secret](plan.md#secrets)"}[annotation]
