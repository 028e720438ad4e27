"""A plan that is there and may not be read."""

from pathlib import Path

import pytest

from config.load import load
from config.problems import ConfigError


@pytest.mark.parametrize("step", ["is_dir", "iterdir"])
def test_a_place_that_may_not_be_read_is_a_mistake_of_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """So that a service goes on with its last good plan, and tells of it."""

    def refuse(place: Path) -> None:
        raise PermissionError(13, "Permission denied", str(place))

    (tmp_path / "plan.toml").write_text("[plan]\n", encoding="utf-8")
    monkeypatch.setattr(Path, step, refuse)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    (problem,) = caught.value.problems
    assert problem.headline == f"{tmp_path}:1:1: the file cannot be read: permission denied"
