"""`./milestones`, as far as it can be tried without a network: what it says and what it spares."""

import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.sources import ROOT


@pytest.fixture
def launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The launcher as a module, with an environment's folder that is not there yet."""
    monkeypatch.setenv("MILESTONES_VENV", str(tmp_path / "venv"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("launcher", str(ROOT / "milestones"))
    spec = spec_from_loader("launcher", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_a_folder_that_it_has_not_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").touch()
    done = subprocess.run(
        [sys.executable, ROOT / "milestones", "check"],
        env={"MILESTONES_VENV": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "was not made by this command and is left alone" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


def test_what_it_has_made_itself_is_emptied(launcher: ModuleType) -> None:
    launcher.VENV.mkdir()
    launcher.note({"python": "another"})
    (launcher.VENV / "lib" / "half").mkdir(parents=True)
    (launcher.VENV / "pyvenv.cfg").touch()
    launcher.clear()
    assert [path.name for path in launcher.VENV.iterdir()] == [launcher.STAMP.name]
    assert launcher.made() == {}


@pytest.mark.parametrize("step", ["python", "packages", "project", "tests"])
def test_each_change_is_noticed(launcher: ModuleType, step: str) -> None:
    wanted = launcher.marks(True)
    launcher.PYTHON.parent.mkdir(parents=True)
    launcher.PYTHON.touch()
    launcher.note(wanted)
    assert launcher.is_ready(wanted)
    assert launcher.is_ready(launcher.marks(False))
    launcher.note(wanted | {step: "of yesterday"})
    assert not launcher.is_ready(wanted)


def test_an_environment_without_its_python_is_not_ready(launcher: ModuleType) -> None:
    launcher.VENV.mkdir()
    launcher.note(launcher.marks(True))
    assert not launcher.is_ready(launcher.marks(True))


@pytest.mark.parametrize("text", ["", "{", "[]", "7"])
def test_a_spoilt_stamp_counts_as_none(launcher: ModuleType, text: str) -> None:
    launcher.PYTHON.parent.mkdir(parents=True)
    launcher.PYTHON.touch()
    launcher.STAMP.write_text(text, encoding="utf-8")
    assert launcher.made() == {}


@pytest.mark.parametrize(
    ("output", "meaning"),
    [
        ("WARNING: Retrying … NewConnectionError('…')\nERROR: No matching distribution", "no conn"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "not the one that the lock file"),
        ("OSError: [Errno 28] No space left on device", "no space is left"),
        ("ERROR: No matching distribution found for uvloop==9", "found for uvloop==9"),
        (
            "ERROR: it broke\nsome advice",
            "could not install the packages of requirements.lock: ERR",
        ),
        ("", "it said nothing"),
    ],
)
def test_what_pip_prints_is_put_into_words(launcher: ModuleType, output: str, meaning: str) -> None:
    assert meaning in launcher.explain("packages", output)


@pytest.mark.parametrize(
    ("args", "added"),
    [
        ([], ["-n", "2", "--dist", "worksteal"]),
        (["-k", "words"], ["-n", "2", "--dist", "worksteal"]),
        (["-n0"], []),
        (["-p", "no:xdist"], []),
        (["--pdb"], []),
    ],
)
def test_the_tests_run_side_by_side_unless_told(
    launcher: ModuleType, args: list[str], added: list[str]
) -> None:
    assert launcher.side_by_side(args) == added
