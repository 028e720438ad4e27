"""The four import names are common words: nothing else that is installed may claim one."""

from collections.abc import Mapping, Sequence
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, ROOT

OURS = "milestone-scheduler"


def clashes(installed: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Import name -> the other distributions that bring it; `tests` too, which ours would hide."""
    found = {name: sorted(set(installed.get(name, ())) - {OURS}) for name in (*PACKAGES, "tests")}
    return {name: others for name, others in found.items() if others}


def test_no_other_distribution_brings_one_of_the_names() -> None:
    assert clashes(packages_distributions()) == {}


@pytest.mark.parametrize("name", PACKAGES)
def test_the_name_means_the_folder(name: str) -> None:
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).resolve() == ROOT / name / "__init__.py"


def test_a_clash_is_seen() -> None:
    installed = {"config": [OURS, "config"], "scheduler": [OURS], "requests": ["requests"]}
    assert clashes(installed) == {"config": ["config"]}
