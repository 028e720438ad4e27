"""Whatever a plan file holds, it is read or refused in words; and the order of tables is free."""

import random
import re
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.complaints import toml
from config.load import load_texts
from config.problems import ConfigError, Problem
from config.track_shapes import SHAPES

BAD = [
    file.read_text(encoding="utf-8")
    for file in sorted((Path(__file__).parent / "bad").glob("*.toml"))
]
SMALL = Path(__file__).parents[2] / "config" / "examples" / "small" / "plan.toml"
PLAN = SMALL.read_text(encoding="utf-8")
KEYS = sorted({key for shape in SHAPES for key in shape.key_names()} | {"type", "url", "zzz"})
TABLES = (
    "[plan]",
    "[people.amina]",
    "[teams.crew]",
    "[channels.email]",
    "[reminders.default]",
    "[tracks.t]",
    "[[tracks.t.milestones]]",
)
PLACE = re.compile(r"p\.toml:[1-9]\d*:[1-9]\d*: (warning: )?\S")


def judged(text: str) -> tuple[Problem, ...]:
    """The problems of a text; it must be read or refused in words that name a place."""
    try:
        found = load_texts({"p.toml": text}).warnings
    except ConfigError as error:
        assert error.errors
        found = error.problems
    lines = text.split("\n")
    for problem in found:
        assert PLACE.match(str(problem))
        assert problem.line <= len(lines)
        assert problem.column <= len(lines[problem.line - 1]) + 1
    return found


@given(st.text())
@example("[[[")
@example("a.b.c = {")
@example("tracks = [[]]")
@example("[tracks]\nt = { milestones = [[]] }")
@example("\x00")
@example("a = '''")
@example("[a]\r\nb = 1\rc = 2\n")
def test_any_text(text: str) -> None:
    judged(text)


@given(
    st.sampled_from([PLAN, *BAD]),
    st.integers(0, 10_000),
    st.integers(0, 30),
    st.text(alphabet="[]{}\"'=.,#\n\\ a1-", max_size=8),
)
@settings(max_examples=300, deadline=None)
def test_a_plan_with_a_slip_of_the_pen(text: str, at: int, length: int, slip: str) -> None:
    at %= len(text)
    judged(text[:at] + slip + text[at + length :])


VALUES = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from([date(2024, 2, 29), datetime(2024, 1, 1, 9), time(9)]),
        st.sampled_from(
            ["", "amina", "30 days", "2024-04", "tbc", "t/m + 1 day", "m", "@", "monthly", "lead"]
        ),
        st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=12),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=6,
)


def written(value: object) -> str:
    if isinstance(value, time):
        return value.isoformat()
    return toml(value)


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(
            st.sampled_from(TABLES),
            st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5),
        ),
        max_size=6,
        unique_by=lambda table: table[0],
    )
)
@settings(max_examples=300, deadline=None)
def test_any_value_for_any_key(tables: list[tuple[str, dict[str, object]]]) -> None:
    lines = []
    for header, keys in tables:
        lines += [header, *(f"{key} = {written(value)}" for key, value in keys.items())]
    judged("\n".join(lines))


def blocks(text: str) -> tuple[list[str], list[str]]:
    """The plan's tables, and its arrays of tables, whose order means something."""
    parts = re.split(r"^(?=\[)", text, flags=re.MULTILINE)[1:]
    return (
        [part for part in parts if not part.startswith("[[")],
        [part for part in parts if part.startswith("[[")],
    )


@given(st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_tables_changes_nothing(chance: random.Random) -> None:
    tables, milestones = blocks(PLAN)
    chance.shuffle(tables)
    loaded = load_texts({"p.toml": "\n".join([*tables, *milestones])})
    assert loaded.plan == load_texts({"p.toml": PLAN}).plan
    assert loaded.warnings == ()


@given(st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_how_a_plan_is_split_in_files_changes_nothing(chance: random.Random) -> None:
    tables, milestones = blocks(PLAN)
    texts = {"a.toml": "\n".join(milestones), "b.toml": "", "c.toml": ""}
    for table in tables:
        texts[chance.choice(["b.toml", "c.toml"])] += table
    whole = load_texts({"p.toml": "\n".join([*milestones, *tables])}).plan
    assert load_texts(texts).plan == whole
