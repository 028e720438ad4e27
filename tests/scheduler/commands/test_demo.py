"""`milestones demo` as a newcomer starts it: it shows pages, sends into its mailbox, and ends."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import asking

SOON = 60.0


class Demo:
    """A running demo and the address that it printed."""

    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"}
        arguments = ["demo", "--no-open", "--port", "0", "--speed", "20days/s"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scheduler", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.said = self._read()
        found = re.search(r"http://127\.0\.0\.1:\d+", self.said)
        assert found, self.said
        self.url = found[0]

    def _read(self) -> str:
        """What it prints until it says how it ends."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        return "".join(lines)

    def page(self, path: str) -> str:
        """A page of it."""
        answer = asking.get(f"{self.url}{path}")
        assert answer.status_code == 200
        return answer.text

    def end(self) -> str:
        """Interrupt it; what it said on standard error."""
        self.process.send_signal(signal.SIGINT)
        _, error = self.process.communicate(timeout=SOON)
        return error


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = Demo(tmp_path)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.communicate()


def test_the_demo_shows_itself_and_leaves_nothing(demo: Demo, tmp_path: Path) -> None:
    for path in ("/", "/mailbox", "/subscribe", "/calendars/all.ics"):
        assert f"{demo.url}{path}" in demo.said
    until = time.monotonic() + SOON
    while not (letters := re.findall(r'href="(/mailbox/\d+)"', demo.page("/mailbox"))):
        assert time.monotonic() < until, "no message has come"
        time.sleep(0.2)
    overview = demo.page("/")
    assert "Rehearsal · 20 days a second" in overview
    assert re.search(r'class="today">\w+ \d+ \w+ 202[45]<', overview)
    message = demo.page(f"{letters[-1]}/html")
    links = re.findall(rf'href="{demo.url}(/tracks/[^"]+)"', message)
    assert "UN-Habitat Assembly resolutions" in demo.page(links[0])
    assert demo.page("/calendars/all.ics").startswith("BEGIN:VCALENDAR\r\n")
    assert f"URL:{demo.url}/tracks/" in demo.page("/calendars/all.ics").replace("\r\n ", "")
    assert demo.end() == ""
    assert demo.process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_speed_is_said() -> None:
    arguments = [sys.executable, "-m", "scheduler", "demo", "--no-open", "--speed", "fast"]
    found = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=SOON)
    assert found.returncode == 2
    assert '"fast" is no speed; write for example 1day/s' in found.stderr
