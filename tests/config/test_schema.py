"""The JSON Schema: that editors can use it, and that the shipped plans fit it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from config.channels import channel_shape
from config.load import load, load_texts
from config.parse import TABLES
from config.problems import ConfigError
from config.schema import schema
from config.track_shapes import SHAPES
from notifiers.registry import KINDS

EXAMPLES = sorted((Path(__file__).parents[2] / "config" / "examples").rglob("*.toml"))


def as_json(value: object) -> object:
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value if isinstance(value, str | int | float) else str(value).replace(" ", "T")


def tables(made: object) -> Iterator[dict[str, Any]]:
    if isinstance(made, dict):
        if "properties" in made:
            yield made
        for item in made.values():
            yield from tables(item)
    elif isinstance(made, list):
        for item in made:
            yield from tables(item)


def test_it_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(schema())
    assert schema() == schema()
    assert set(TABLES) < set(schema()["properties"])


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_shipped_plan_fits(file: Path) -> None:
    data = as_json(tomllib.loads(file.read_text(encoding="utf-8")))
    found = jsonschema.Draft7Validator(schema()).iter_errors(data)
    assert [error.message for error in found] == []


@pytest.mark.parametrize(
    "folder", sorted({file.parent for file in EXAMPLES}), ids=lambda it: it.name
)
def test_every_shipped_plan_is_without_a_warning(folder: Path) -> None:
    loaded = load(folder)
    assert loaded.warnings == ()
    assert loaded.counts.milestones > 0


def test_every_key_is_described() -> None:
    whole = schema()
    for table in tables(whole):
        for key, value in table["properties"].items():
            referred = value.get("$ref", "").rpartition("/")[2]
            described = whole["definitions"][referred] if referred else value
            assert described.get("description"), key
            assert "title" not in value
            assert value.get("default", 0) is not None


def test_examples_fit_their_own_keys() -> None:
    judge = jsonschema.Draft7Validator
    whole = schema()
    seen = 0
    for table in tables(whole):
        for key, value in table["properties"].items():
            for example in value.get("examples", []):
                fitted = {**value, "definitions": whole["definitions"]}
                assert judge(fitted).is_valid(as_json(example)), (key, example)
                seen += 1
    assert seen > 50


def test_every_key_of_every_shape_and_kind_is_in_it() -> None:
    definitions = schema()["definitions"]
    for shape in (*SHAPES, *(channel_shape(kind) for kind in KINDS)):
        assert set(shape.key_names()) <= set(definitions[shape.__name__]["properties"])


def test_nothing_in_it_is_null() -> None:
    def values(made: object) -> Iterator[object]:
        yield made
        if isinstance(made, dict):
            for item in made.values():
                yield from values(item)
        if isinstance(made, list):
            for item in made:
                yield from values(item)

    found = list(values(schema()))
    assert None not in found
    assert "null" not in [item for item in found if isinstance(item, str)]


@pytest.mark.parametrize(
    "text",
    [
        "[plan]\nclosed = 2024-12-24",
        '[plan]\nclosed = "2024-12/2025-01"',
        "[people.ada]\naway = 2024-08-01",
        'due = 2024-08-20\nrepeats = "daily"\nexcept = 2024-08-21',
        'due = 2024-08-20\nrepeats = "daily"\nmoved = { "2024-08-21T10:00" = 2024-08-22 }',
        '[requests.one]\ncloses = 2024-08-20\nquestions = "What holds it up?"',
    ],
)
def test_the_schema_and_the_reader_take_the_same(text: str) -> None:
    known = '[people.bob]\nname = "Bob"\n[tracks.one]\nowner = "bob"\n[[tracks.one.milestones]]\n'
    inside = text if text.startswith("due") else "due = 2024-08-20"
    plan = f'{known}id = "a"\ntitle = "A"\n{inside}\n{"" if inside == text else text}\n'
    assert load_texts({"plan.toml": plan}).plan.milestones
    found = jsonschema.Draft7Validator(schema()).iter_errors(as_json(tomllib.loads(plan)))
    assert [error.message for error in found] == []


@pytest.mark.parametrize(
    "text",
    [
        '[plan]\nclosed = ["2024-12"]',
        '[people.ada]\nquiet = "24:00-07:00"',
        '[reminders.one]\ndate-wanted = "2 hours"',
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(text: str) -> None:
    with pytest.raises(ConfigError):
        load_texts({"plan.toml": text})
    assert not jsonschema.Draft7Validator(schema()).is_valid(as_json(tomllib.loads(text)))
