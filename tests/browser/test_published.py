"""The published folder in Chromium, opened from the disk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.scheduler.web.shown import EXAMPLES

PLACES = ("index.html", "subscribe/index.html", "tracks/smart-cities/index.html")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped plan, published by the command."""
    made = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "scheduler", "publish", str(EXAMPLES / "un-habitat"), str(made)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run(words, check=True, capture_output=True, env=environment, timeout=120)
    return made


@pytest.mark.parametrize("place", PLACES)
def test_a_page_opens_from_the_disk_with_its_style(
    browser: Browser, folder: Path, place: str
) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.goto((folder / place).as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    styled = page.evaluate("document.styleSheets.length > 0 && document.fonts !== undefined")
    width = page.evaluate("getComputedStyle(document.querySelector('.wide')).maxWidth")
    page.close()
    assert styled
    assert width != "none", "the style sheet was found and applies"
    assert said == []


def test_a_briefing_keeps_away_from_what_is_above_it(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "briefing" / "index.html").as_uri())
    above = page.locator("header.top").bounding_box()
    first = page.locator("main > *").first.bounding_box()
    page.close()
    assert above
    assert first
    assert first["y"] - (above["y"] + above["height"]) >= 16


def test_one_walks_from_page_to_page(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "index.html").as_uri())
    page.get_by_role("table").get_by_role("link", name="International guidelines").click()
    page.get_by_role("link", name="Third draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Third draft")
    page.get_by_role("link", name="Show the month").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("October 2024")
    page.get_by_role("link", name="Previous month").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("September 2024")
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Where the commitments stand")
    assert page.url == (folder / "index.html").as_uri()
    page.close()
