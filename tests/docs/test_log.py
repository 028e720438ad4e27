"""Every line that the program may log is in the reference."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference" / "metrics.md"
_SHOWN = {"info", "warning", "error", "critical"}
"""The levels from which on the service logs."""


def events() -> Iterator[str]:
    """What is logged under a name that stands in the program as it is."""
    for file in (ROOT / "scheduler").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name("_LOG"), attr=level),
                    args=[ast.Constant(str(event)), *_],
                ) if level in _SHOWN:
                    yield event


def test_every_line_of_the_log_is_in_the_reference() -> None:
    text = REFERENCE.read_text(encoding="utf-8").partition("## The log")[2]
    found = set(events())
    assert {"started", "delivery waits", "bounce"} <= found
    assert {event for event in found if f"`{event}`" not in text} == set()
