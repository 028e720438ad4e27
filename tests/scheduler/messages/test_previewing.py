"""`preview --html`: a page for each message of a forecast, and an index that leads to each."""

import re
from datetime import UTC, datetime
from functools import partial
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from config.load import load_texts
from config.plan import Plan
from scheduler.messages.previewing import messages, write_preview
from scheduler.planning.forecast import forecast
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence, Reminder

PLAN = """
[plan]
name = "Two resolutions"
timezone = "Africa/Nairobi"
url = "https://tracker.example.org"
holidays = ["KE"]
coordinators = ["li"]
[people.amina]
name = "Amina"
email = "amina@example.org"
[people.paul]
name = "Paul <b>"
email = "paul@example.org"
timezone = "Europe/Paris"
[people.li]
name = "Li"
email = "li@example.org"
[teams.core]
name = "Core team"
members = ["amina", "paul"]
lead = "paul"
[channels.email]
type = "email"
host = "smtp.example.org"
from = "tracker@example.org"
[reminders.default]
before = ["7 days"]
on-the-day = true
overdue = { every = "3 working days", at-most = 1 }
escalate = [{ after = "5 working days", to = "coordinators" }]
[tracks.drafts]
title = "Drafts"
reference = "RES/1"
owner = "core"
[[tracks.drafts.milestones]]
id = "zero"
title = "Zero draft"
due = "2024-04"
said = "Zero draft: April 2024"
[[tracks.drafts.milestones]]
id = "list"
title = "List of experts"
due = 2024-04-30
"""
START, END = datetime(2024, 4, 1, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_texts({"plan.toml": PLAN}).plan


def find(dates: Dates, reminder: Reminder) -> Occurrence:
    found = dates.find(reminder.occurrence)
    assert found is not None
    return found


def write(plan: Plan, folder: Path) -> int:
    found = forecast(plan, START, END)
    return write_preview(plan, found, partial(find, Dates(plan)), folder)


def test_each_message_has_a_page_and_the_index_leads_to_all(plan: Plan, tmp_path: Path) -> None:
    count = write(plan, tmp_path / "new" / "preview")
    index = (tmp_path / "new/preview/index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="(messages/\d{5}\.html)"', index)
    wanted = {one.message for one in forecast(plan, START, END)}
    assert count == len(links) == len(set(links)) == len(wanted) == 7
    for link in links:
        page = (tmp_path / "new/preview" / link).read_text(encoding="utf-8")
        assert 'href="../index.html"' in page
        assert "2 milestones" in page


def test_a_second_preview_leaves_nothing_of_the_first(plan: Plan, tmp_path: Path) -> None:
    write(plan, tmp_path)
    (tmp_path / "messages" / "99999.html").write_text("old", encoding="utf-8")
    (tmp_path / "messages" / "mine.txt").write_text("kept", encoding="utf-8")
    count = write(plan, tmp_path)
    names = {path.name for path in (tmp_path / "messages").iterdir()}
    assert names == {f"{number:05}.html" for number in range(1, count + 1)} | {"mine.txt"}


def test_a_preview_of_nothing_is_an_index(plan: Plan, tmp_path: Path) -> None:
    assert write_preview(plan, [], partial(find, Dates(plan)), tmp_path) == 0
    assert "0 messages" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_an_escalation_names_whom_the_preview_reminded_before(plan: Plan) -> None:
    found = list(messages(plan, forecast(plan, START, END), partial(find, Dates(plan))))
    (escalation,) = (one for one in found if one.to == "Li")
    for words in ("Amina", "Paul <b>", "23 April 2024", "30 April 2024", "6 May 2024"):
        assert words in re.sub(r"\s+", " ", escalation.message.text)
    (first, *_) = found
    assert "6 May 2024" not in first.message.text


def test_reminders_of_one_message_are_found_wherever_they_stand(plan: Plan) -> None:
    found = forecast(plan, START, END)
    apart = sorted(found, key=lambda one: (one.at, one.milestone))
    assert len(list(messages(plan, apart, partial(find, Dates(plan))))) == 7


def test_a_page_says_why_it_is_sent(plan: Plan, tmp_path: Path) -> None:
    write(plan, tmp_path)
    page = unescape((tmp_path / "messages/00001.html").read_text(encoding="utf-8"))
    assert "7 days before 30 April 2024 is Tuesday 23 April" in page


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_fit_any_screen(plan: Plan, tmp_path: Path, browser: Browser, width: int) -> None:
    write(plan, tmp_path)
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto((tmp_path / "index.html").as_uri())
    assert page.title() == "Preview: Two resolutions"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link").first.click()
    assert page.frame_locator("iframe").locator("h1").inner_text() != ""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults == []
    context.close()
