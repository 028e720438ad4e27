"""Every kind of mistake in a plan, one file each, with exactly the message that is expected.

A file under `bad/` begins with the whole report, each line after `# expect: `, and with
`# schema: catches` where an editor's schema check must refuse it too.
"""

import tomllib
from pathlib import Path

import jsonschema
import pytest

from config.load import load_texts
from config.problems import ConfigError, Problem
from config.schema import schema

BAD = sorted((Path(__file__).parent / "bad").glob("*.toml"))
EXPECT = "# expect:"


def problems_of(name: str, text: str) -> tuple[Problem, ...]:
    try:
        return load_texts({name: text}).warnings
    except ConfigError as error:
        return error.problems


def expected(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith(EXPECT)]
    return "\n".join(line.removeprefix(EXPECT).removeprefix(" ") for line in lines)


def as_json(value: object) -> object:
    """TOML's dates and times as an editor hands them to a schema: as texts."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value if isinstance(value, str | int | float) else str(value).replace(" ", "T")


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_bad_plan_is_reported_exactly(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    found = problems_of(file.name, text)
    report = "\n\n".join(str(problem) for problem in found)
    assert [line.rstrip() for line in report.split("\n")] == expected(text).split("\n")
    assert found


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_the_schema_refuses_what_it_can_see(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    judge = jsonschema.Draft7Validator(schema())
    try:
        data = as_json(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        data = None
    caught = data is not None and not judge.is_valid(data)
    assert caught == ("# schema: catches" in text)


def test_there_is_a_file_for_many_kinds_of_mistake() -> None:
    assert len(BAD) > 130


def test_messages_read_well() -> None:
    for file in BAD:
        for problem in problems_of(file.name, file.read_text(encoding="utf-8")):
            assert len(problem.message) < 170
            assert not problem.message.endswith((".", " ", ":"))
            assert "{" not in problem.message.replace("in { }", "")
            for word in ("pydantic", "Traceback", "dict", "NoneType", "Input should", "KEY = {"):
                assert word not in str(problem)
