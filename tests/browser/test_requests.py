"""The form of an update request in Chromium, on a phone: draft, another device, send, Arabic."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_answering import PHONE, fits
from tests.scheduler.answering.linked import PLAN, Linked, linked
from tests.scheduler.requests.test_forms_of_requests import REQUEST

SHOTS = os.environ.get("SHOTS")
"""A folder into which the pages are photographed, for people to look at."""


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Linked]:
    """A rehearsal while a request is open, with its pages on a server."""
    with linked(tmp_path, PLAN + REQUEST) as made:
        yield made


@pytest.fixture
def phone(browser: Browser, door: Linked) -> Iterator[Page]:
    """A page on a phone without JavaScript."""
    context = browser.new_context(
        base_url=str(door.client.base_url), viewport=PHONE, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_a_draft_goes_on_elsewhere_and_is_sent(door: Linked, phone: Page) -> None:
    path = door.link("amina", "request")
    phone.goto(path)
    title = "Progress for the Board, June 2024"
    expect(phone.get_by_role("heading", level=1)).to_have_text(title)
    fits(phone)
    shot(phone, "request-phone")
    first = phone.get_by_role("group", name="Zero draft")
    first.get_by_label("How it stands").select_option("At risk")
    first.get_by_label("A note").fill("One region is open.")
    phone.get_by_role("button", name="Save and go on later").click()
    expect(phone.get_by_text("It is not sent yet.")).to_be_visible()
    fits(phone)
    phone.goto(path)
    first = phone.get_by_role("group", name="Zero draft")
    expect(first.get_by_label("A note")).to_have_value("One region is open.")
    first.get_by_label("How much is done").fill("a lot")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("alert")).to_contain_text("whole number from 0 to 100")
    shot(phone, "request-amiss")
    first = phone.get_by_role("group", name="Zero draft")
    first.get_by_label("How much is done").fill("60")
    phone.get_by_label("Is it funded?").select_option("yes")
    phone.get_by_role("button", name="Send").click()
    thanks = "Thank you. Your answer is recorded."
    expect(phone.get_by_role("heading", level=1)).to_have_text(thanks)
    shot(phone, "request-thanks")
    (report,) = door.stage.service.history.reports_of("t/m")
    assert (report.state, report.percent, report.note) == ("at-risk", 60, "One region is open.")
    phone.get_by_role("link", name="Open the form again").click()
    expect(phone.get_by_text("What you send now corrects it")).to_be_visible()


def test_in_arabic_on_a_phone_and_wide(door: Linked, browser: Browser, phone: Page) -> None:
    path = door.link("omar", "request")
    phone.goto(path)
    expect(phone.locator("html")).to_have_attribute("dir", "rtl")
    fits(phone)
    shot(phone, "request-arabic")
    phone.get_by_label("الحالة").select_option("done")
    phone.get_by_role("button", name="إرسال").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("شكرا. سجل ردكم.")
    assert [one.state for one in door.stage.service.history.reports_of("t/c")] == ["done"]
    wide = browser.new_page(base_url=str(door.client.base_url))
    wide.goto(door.link("amina", "request"))
    shot(wide, "request-wide")
    wide.close()
