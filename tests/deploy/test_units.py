"""The units and the container files: as far as they can be judged without running systemd or an
engine. That the container builds and that systemd starts the unit is not proven here."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.needs import missing

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy/systemd").glob("*"))
CONTAINER = ROOT / "deploy/container"


def analyze(*words: str | Path) -> str:
    """What systemd's own judge says; its exit code must be 0."""
    program = shutil.which("systemd-analyze")
    if program is None:
        missing("systemd-analyze", "systemd")
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def installed(folder: Path) -> list[Path]:
    """The units as if the program stood where they look for it."""
    found = []
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        text = text.replace("/opt/milestones/.venv/bin/milestones", "/bin/true")
        text = re.sub(r"^Documentation=.*\n", "", text, flags=re.MULTILINE)
        found.append(folder / unit.name)
        found[-1].write_text(text, encoding="utf-8")
    return found


def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    assert [unit.name for unit in UNITS] == [
        "milestones-backup.service",
        "milestones-backup.timer",
        "milestones.service",
    ]
    assert analyze("verify", "--man=no", *installed(tmp_path)) == ""


def test_systemd_finds_a_fault_where_there_is_one(tmp_path: Path) -> None:
    unit = tmp_path / "milestones.service"
    text = UNITS[-1].read_text(encoding="utf-8").replace("ProtectSystem=strict", "ProtectSytem=yes")
    unit.write_text(text.replace("/opt/milestones/.venv/bin/milestones", "/bin/true"))
    assert "ProtectSytem" in analyze("verify", "--man=no", unit)


@pytest.mark.parametrize("name", ["milestones.service", "milestones-backup.service"])
def test_the_sandbox_leaves_little_open(tmp_path: Path, name: str) -> None:
    (unit,) = [one for one in installed(tmp_path) if one.name == name]
    said = analyze("security", "--offline=true", "--threshold=20", "--no-pager", unit)
    assert "Overall exposure level" in said


def test_the_service_has_time_to_finish_what_is_being_sent() -> None:
    """Longer than the dispatcher waits (30 s) and the pages (10 s) together."""
    text = (ROOT / "deploy/systemd/milestones.service").read_text(encoding="utf-8")
    seconds = re.search(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)
    assert seconds
    assert int(seconds[1]) >= 45
    assert "Restart=on-failure" in text


def test_the_containerfile_copies_what_there_is_and_all_of_it() -> None:
    text = (CONTAINER / "Containerfile").read_text(encoding="utf-8")
    copied = {name for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE)
              for name in line.split()}  # fmt: skip
    assert {name for name in copied if not (ROOT / name).exists()} == set()
    assert copied >= {"milestones", "pyproject.toml", "requirements.lock", "README.md"}
    assert copied >= {"calendars", "notifiers", "config", "scheduler"}
    assert "USER 10001" in text
    assert "/ready" in text
    assert "--require-hashes" in (ROOT / "milestones").read_text(encoding="utf-8")


def test_the_compose_file_is_what_the_guide_says() -> None:
    found = yaml.safe_load((CONTAINER / "compose.yaml").read_text(encoding="utf-8"))
    services = found["services"]
    assert set(services) == {"node-1", "node-2", "database", "proxy"}
    assert services["node-1"] == services["node-2"]
    node = services["node-1"]
    assert (CONTAINER / node["build"]["context"]).resolve() == ROOT
    assert (ROOT / node["build"]["dockerfile"]).is_file()
    assert node["read_only"]
    assert node["cap_drop"] == ["ALL"]
    assert node["volumes"] == ["./plan:/plan:ro"]
    # All proxies are believed, so nobody but the one here may reach a node.
    assert node["environment"] == {"FORWARDED_ALLOW_IPS": "*"}
    assert "ports" not in node
    assert set(found["volumes"]) == {"database"}


def test_the_rules_name_metrics_that_there_are() -> None:
    page = (ROOT / "docs/reference/metrics.md").read_text(encoding="utf-8")
    rules = yaml.safe_load((ROOT / "deploy/prometheus/milestones.rules.yaml").read_text())
    told = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    named = {name for one in told for name in re.findall(r"milestones_\w+", one)}
    assert len(named) > 5
    assert {name for name in named if f"`{name}" not in page} == set()
