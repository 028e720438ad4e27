"""Every test that the list of threats names is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/\S+?\.py)::(\w+)`")
ROWS = re.compile(r"^\|(?! threat| ---)(.+)\|$", re.MULTILINE)


def functions(path: Path) -> set[str]:
    """The functions of a test file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_threat_has_tests_that_are_there() -> None:
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    rows = ROWS.findall(text)
    assert len(rows) > 30
    missing = [row for row in rows if not NAMED.search(row)]
    missing += [
        f"{file}::{name}"
        for file, name in NAMED.findall(text)
        if not (ROOT / file).exists() or name not in functions(ROOT / file)
    ]
    assert missing == []
