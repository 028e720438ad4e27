"""The OpenAPI 3.1 description of the JSON interface, made of its models."""

from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from calendars.workdays import FIRST_YEAR, LAST_YEAR
from scheduler.web.records import Found, Overview, Problem, Track, Whole
from scheduler.web.search import LONGEST_TEXT, MOST_VALUES

VERSION = "1"
MOST = 500
"""So many milestones in one answer."""
USUAL = 100
MOST_OFFSET = 1_000_000
_DAY = {
    "type": "string",
    "format": "date",
    "pattern": r"^(19[7-9][0-9]|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}$",
    "description": f"A day of the years {FIRST_YEAR} to {LAST_YEAR}.",
}
"""Of these years, since others can be no more than a mistyped number."""


class Address(NamedTuple):
    """An address of the interface; `answers` is the model of a good answer."""

    path: str
    id: str
    summary: str
    answers: type[BaseModel]
    parameters: tuple[dict[str, Any], ...] = ()
    refuses: tuple[int, ...] = ()


def _in_query(
    name: str, said: str, schema: dict[str, Any], *, many: bool = False
) -> dict[str, Any]:
    shape = {"type": "array", "items": schema, "maxItems": MOST_VALUES} if many else schema
    return {
        "name": name,
        "in": "query",
        "description": said,
        "schema": shape,
        "required": False,
        "allowEmptyValue": True,
    }


def _in_path(name: str, said: str) -> dict[str, Any]:
    shape = {"type": "string", "minLength": 1, "pattern": "^[a-z0-9-]+$"}
    return {"name": name, "in": "path", "description": said, "schema": shape, "required": True}


def parameters(statuses: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    """The filters of the list of milestones, and which part of it is wanted.

    An empty value asks for nothing, as a form's field does that was left empty.
    """
    text = {"type": "string"}
    return (
        _in_query("q", "Words that must all occur.", text | {"maxLength": LONGEST_TEXT}),
        _in_query("status", "The status.", text | {"enum": list(statuses)}, many=True),
        _in_query("track", "A track's id.", text, many=True),
        _in_query("owner", "An owning team's id.", text, many=True),
        _in_query("tag", "A tag.", text, many=True),
        _in_query("paragraph", "An operative paragraph.", text, many=True),
        _in_query("from", "The first day that the promised window may touch.", _DAY),
        _in_query("until", "The last such day.", _DAY),
        _in_query("limit", "The most to answer.", _whole(1, MOST, USUAL)),
        _in_query("offset", "How many to pass over.", _whole(0, MOST_OFFSET, 0)),
    )


def _whole(least: int, most: int, usual: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most, "default": usual}


def addresses(statuses: tuple[str, ...]) -> tuple[Address, ...]:
    """Everything that can be asked for."""
    one_track = _in_path("track", "The track's id.")
    return (
        Address("/api/overview", "overview", "The plan in short, with every track", Overview),
        Address("/api/tracks/{track}", "track", "A track", Track, (one_track,), (404,)),
        Address(
            "/api/milestones",
            "milestones",
            "The milestones that are looked for, by due day",
            Found,
            parameters(statuses),
            (400,),
        ),
        Address(
            "/api/milestones/{track}/{milestone}",
            "milestone",
            "All of a milestone: its date, how it follows, its moves and what was reported",
            Whole,
            (one_track, _in_path("milestone", "The milestone's id inside its track.")),
            (404,),
        ),
    )


def description(name: str, base: str, statuses: tuple[str, ...]) -> dict[str, Any]:
    """The whole description. name: of the plan. base: the site's address, "" for its own root."""
    every = addresses(statuses)
    models: list[type[BaseModel]] = [*(one.answers for one in every), Problem]
    _, schemas = models_json_schema(
        [(one, "serialization") for one in models],
        ref_template="#/components/schemas/{model}",
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": name,
            "version": VERSION,
            "summary": "Dated commitments: what was promised, what was reported, what slipped",
            "description": "Reading only. Every answer has an ETag; ask again with If-None-Match.",
        },
        "servers": [{"url": base or "/"}],
        "paths": {one.path: {"get": _operation(one)} for one in every},
        "components": {"schemas": schemas["$defs"]},
    }


def _operation(one: Address) -> dict[str, Any]:
    good = {
        "description": "The answer",
        "headers": {"ETag": {"schema": {"type": "string"}}},
        "content": _content("application/json", one.answers),
    }
    refused = {
        str(code): {
            "description": "A parameter cannot be read" if code == 400 else "There is none",
            "content": _content("application/problem+json", Problem),
        }
        for code in one.refuses
    }
    return {
        "operationId": one.id,
        "summary": one.summary,
        "parameters": list(one.parameters),
        "responses": {"200": good, "304": {"description": "Nothing has changed"}} | refused,
    }


def _content(media_type: str, model: type[BaseModel]) -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
