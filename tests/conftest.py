"""What the tests of all rooms share: servers, a browser, and the line on what was not run."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
import structlog
from hypothesis import settings
from playwright.sync_api import Browser

from tests import chromium, mailbox, postgres
from tests.needs import not_run

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")

MARKS = {"postgres_url": "postgres", "browser": "browser"}
"""Fixture -> the mark of every test that asks for it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say how many scenarios of kills and faults are played; see `tests/faults/scenarios`."""
    parser.addoption("--scenarios", type=int, help="how many scenarios with faults to play")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the fixtures they use, so that `-m 'not browser'` finds them all."""
    for item in items:
        for fixture in MARKS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKS[fixture])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say in the last line what was not run and what to install for it."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    line = not_run(str(report.longrepr[2]) for report in skipped if report.longrepr)
    if line:
        reporter.write_line(line, yellow=True)


@pytest.fixture(autouse=True)
def _plain_log() -> Iterator[None]:
    """Whatever a test sets up of the log ends with it, and with the streams it wrote to."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session", autouse=True)
def _files_are_written() -> Iterator[None]:
    """Nobody waits whether a plan's files stay as they were read: tests write them whole."""
    with patch("scheduler.plan_files.MOMENT", 0.0):
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """One private PostgreSQL server for each test process that asks for one."""
    with postgres.server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium.

    Not for the session: while it lives, playwright keeps an event loop in this thread, and
    `asyncio.run` in another module's tests would be refused.
    """
    with chromium.chromium() as driven:
        yield driven


@pytest.fixture
def smtp_server() -> Iterator[mailbox.SmtpServer]:
    """A mail server that records what it is sent, without TLS and without login."""
    with mailbox.smtp_server() as server:
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key, both made now."""
    folder = tmp_path_factory.mktemp("certificate")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    files = ["-addext", names, "-out", str(certificate), "-keyout", str(key)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    return certificate, key
