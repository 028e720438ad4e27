"""The cases of all kinds, each from its own file."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from tests.notifiers.contract.case import Case

_FOLDER = Path(__file__).parent / "cases"


def _found() -> dict[str, Case]:
    names = sorted(path.stem for path in _FOLDER.glob("[a-z]*.py"))
    return {
        name.rstrip("_").replace("_", "-"): import_module(
            f"tests.notifiers.contract.cases.{name}"
        ).CASE
        for name in names
    }


CASES: Mapping[str, Case] = _found()
"""Kind -> its case."""
