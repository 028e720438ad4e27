"""PURE. The JSON Schema of the plan, for Taplo and other editors of TOML (draft 7).

It is made from the shapes that check the plan and from the options of each kind of channel. It
catches what one table shows by itself; references between tables are `milestones check`'s.
"""

from collections.abc import Mapping

from config.channels import ChannelShape, channel_shape
from config.parse import LATER
from config.request_shapes import RequestShape
from config.service_shapes import ServiceShape
from config.shapes import (
    CalendarShape,
    MessagesShape,
    PersonShape,
    PlanShape,
    PolicyShape,
    RepliesShape,
    Shape,
    TeamShape,
)
from config.track_shapes import MilestoneShape, TrackShape
from config.vocabulary import ID_PATTERN, LINE, ORIGINAL_DAY, Schema
from notifiers.registry import KINDS

DRAFT = "http://json-schema.org/draft-07/schema#"
_INIT_KEYS: Mapping[type[Shape], list[str]] = {
    PlanShape: ["name", "timezone", "coordinators"],
    PersonShape: ["name", "email"],
    TeamShape: ["name", "members", "lead"],
    CalendarShape: ["url"],
    RepliesShape: ["host", "username", "password"],
    MessagesShape: ["templates"],
    PolicyShape: ["before", "on-the-day", "overdue"],
    RequestShape: ["title", "opens", "closes"],
    TrackShape: ["title", "owner"],
    MilestoneShape: ["id", "title", "due"],
}
"""The keys that an editor writes first into a new table."""


def schema() -> Schema:
    """The JSON Schema of a plan file; of a plan in several files it fits each."""
    definitions: Schema = {}
    tables = {
        "plan": _reference(PlanShape, definitions),
        "people": _by_id(_reference(PersonShape, definitions), "Who can be reminded."),
        "teams": _by_id(_reference(TeamShape, definitions), "Who owns milestones together."),
        "channels": _by_id(_channels(definitions), "How messages leave."),
        "reminders": _by_id(_reference(PolicyShape, definitions), "When to remind."),
        "calendars": _by_id(
            _reference(CalendarShape, definitions), "Calendars of others that are watched."
        ),
        "replies": _reference(RepliesShape, definitions),
        "messages": _reference(MessagesShape, definitions),
        "service": _reference(ServiceShape, definitions),
        "requests": _by_id(
            _reference(RequestShape, definitions), "Asks the owners how their milestones stand."
        ),
        "tracks": _by_id(_track(definitions), "Resolutions, projects or workstreams."),
    }
    for name in LATER:
        tables[name] = {"type": "object", "description": "Not read by this version."}
    return {
        "$schema": DRAFT,
        "title": "A plan of milestones",
        "description": "What is promised by when, who answers for it, and who is reminded.",
        "type": "object",
        "properties": tables,
        "additionalProperties": False,
        "definitions": dict(sorted(definitions.items())),
    }


def _by_id(item: Schema, description: str) -> Schema:
    return {
        "type": "object",
        "description": description,
        "propertyNames": {"pattern": ID_PATTERN},
        "additionalProperties": item,
    }


def _reference(shape: type[Shape], definitions: Schema) -> Schema:
    """A reference to the definition of a shape, which is added with those it holds."""
    made = shape.model_json_schema(ref_template="#/definitions/{model}")
    for name, inner in made.pop("$defs", {}).items():
        definitions.setdefault(name, _tidy(inner))
    table = _tidy(made)
    assert isinstance(table, dict)
    if shape in _INIT_KEYS:
        table["x-taplo"] = {"initKeys": _INIT_KEYS[shape]}
    if shape is MilestoneShape:
        table["oneOf"] = [{"required": ["due"]}, {"required": ["starts"]}]
        table["properties"]["moved"]["propertyNames"] = {"pattern": ORIGINAL_DAY}
    if shape is RequestShape:
        questions = table["properties"]["questions"]
        several = {
            "type": questions.pop("type"),
            "items": {"anyOf": [LINE, questions.pop("items")]},
        }
        questions["anyOf"] = [LINE, several]
    definitions[shape.__name__] = table
    return {"$ref": f"#/definitions/{shape.__name__}"}


def _track(definitions: Schema) -> Schema:
    track = _reference(TrackShape, definitions)
    table = definitions[TrackShape.__name__]
    assert isinstance(table, dict)
    table["properties"]["milestones"] = {
        "type": "array",
        "description": "Its dated commitments, each under [[tracks.ID.milestones]].",
        "items": _reference(MilestoneShape, definitions),
    }
    return track


def _channels(definitions: Schema) -> Schema:
    kinds = []
    for kind in KINDS:
        shape = channel_shape(kind)
        kinds.append(_reference(shape, definitions))
        table = definitions[shape.__name__]
        assert isinstance(table, dict)
        description = ChannelShape.model_fields["type"].description
        table["properties"]["type"] = {"const": kind, "description": description}
    return {"oneOf": kinds}


def _tidy(made: object) -> object:
    """A schema without what TOML does not know (null) and what editors do not need (titles)."""
    if isinstance(made, list):
        return [_tidy(item) for item in made]
    if not isinstance(made, dict):
        return made
    named = "properties" in made or "anyOf" in made or "type" in made or "$ref" in made
    table: Schema = {}
    for key, value in made.items():
        if key == "properties":
            table[key] = {name: _tidy(it) for name, it in value.items()}
        elif not (named and key == "title") and not (key == "default" and value is None):
            table[key] = _tidy(value)
    return _without_null(table)


def _without_null(table: Schema) -> Schema:
    null = {"type": "null"}
    if null not in table.get("anyOf", []):
        return table
    choices = [choice for choice in table["anyOf"] if choice != null]
    rest = {key: value for key, value in table.items() if key != "anyOf"}
    if len(choices) > 1:
        return {"anyOf": choices, **rest}
    # What stands beside a "$ref" is not read in draft 7.
    return {"allOf": choices, **rest} if "$ref" in choices[0] else {**choices[0], **rest}
