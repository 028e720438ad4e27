"""The forms behind links in Chromium, on a phone: nothing but taps, and no script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.scheduler.answering.linked import Linked, linked

PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Linked]:
    """A rehearsal after its first reminders, with its pages on a server."""
    with linked(tmp_path) as made:
        yield made


@pytest.fixture
def phone(browser: Browser, door: Linked) -> Iterator[Page]:
    """A page on a phone without JavaScript; whatever its console says is a failure."""
    context = browser.new_context(
        base_url=str(door.client.base_url), viewport=PHONE, java_script_enabled=False
    )
    said: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    yield page
    context.close()
    assert [text for text in said if "400 (Bad Request)" not in text] == []


def fits(page: Page) -> None:
    """Nothing sticks out, and what is tapped is large enough for a thumb (WCAG 2.2, 2.5.8)."""
    for one in page.locator("main *").all():
        box = one.bounding_box()
        assert box is None or box["x"] + box["width"] <= PHONE["width"] + 1, one.inner_html()
    for one in page.locator(".choice > label, button").all():
        box = one.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def test_an_answer_in_english(door: Linked, phone: Page) -> None:
    phone.goto(door.link("amina", number=1))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Zero draft")
    expect(phone.get_by_label("It is at risk, or needs more time")).to_be_checked()
    fits(phone)
    expect(phone.get_by_label("The day")).to_be_hidden()
    phone.get_by_text("Or about your reminders only").first.click()
    phone.get_by_text("Remind me again on a day that I choose").click()
    expect(phone.get_by_label("The day")).to_be_visible()
    fits(phone)
    phone.get_by_text("It is at risk, or needs more time").click()
    phone.get_by_role("textbox", name="A note").fill("One region is open.")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(
        "Thank you. It is recorded as at risk."
    )
    fits(phone)
    phone.get_by_role("link", name="Open the milestone").click()
    expect(phone.get_by_text("One region is open.")).to_be_visible()


def test_an_answer_in_arabic(door: Linked, phone: Page) -> None:
    phone.goto(door.link("omar"))
    assert phone.locator("html").get_attribute("dir") == "rtl"
    fits(phone)
    choice = phone.locator("#say-done").bounding_box()
    label = phone.locator("label[for=say-done]").bounding_box()
    assert choice is not None
    assert label is not None
    assert choice["x"] > label["x"], "the mark stands at the right"
    phone.get_by_text("أو بشأن التذكيرات الموجهة إليكم فقط").first.click()
    fits(phone)
    phone.get_by_text("أنا على علم به").click()
    phone.get_by_role("button", name="إرسال").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("لن يصلكم تذكير به قبل")
    fits(phone)
    phone.get_by_role("button", name="استئناف التذكيرات").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("استؤنفت التذكيرات الموجهة إليكم.")


def test_what_is_amiss_is_pointed_at(door: Linked, phone: Page) -> None:
    phone.goto(door.link("amina"))
    phone.get_by_text("Add a note, a date, a percentage or a file").click()
    phone.get_by_label("How much is done, in percent").fill("101")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("alert")).to_contain_text("whole number from 0 to 100")
    field = phone.get_by_label("How much is done, in percent")
    expect(field).to_have_value("101")
    assert field.get_attribute("aria-invalid") == "true"
    expect(phone.get_by_label("It is done")).to_be_checked()
    fits(phone)


def test_messages_are_stopped_and_begun_again(door: Linked, phone: Page) -> None:
    phone.goto(door.link("amina", "stop"))
    fits(phone)
    phone.get_by_role("button", name="Stop my messages").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your messages are stopped")
    phone.get_by_role("button", name="Send me messages again").click()
    expect(phone.get_by_text("Messages are sent to you again")).to_be_visible()


def test_a_link_in_the_mailbox_of_a_rehearsal_is_answered_in_the_browser(
    door: Linked, browser: Browser
) -> None:
    base = str(door.client.base_url)
    door.stage.service.offering.base = base
    door.stage.until(door.stage.service.clock.now().replace(month=6, day=21))
    context = browser.new_context(base_url=base)
    try:
        page = context.new_page()
        page.goto("/mailbox?pause=1")
        page.get_by_role("link", name="Zero draft").first.click()
        frame = page.frame_locator("iframe")
        frame.get_by_role("link", name="Done", exact=True).click()
        expect(page.get_by_label("It is done")).to_be_checked()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("recorded as done")
    finally:
        context.close()
