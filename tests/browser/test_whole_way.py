"""The whole way on a phone without JavaScript, in English and in Arabic: somebody reads, filters,
subscribes, answers from the mail in the mailbox; a coordinator approves; everybody sees it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from scheduler.web.catalogues import words
from scheduler.web.words import Words
from tests import asking
from tests.browser.test_answering import fits
from tests.scheduler.console.office import CONSOLE_PLAN, Office, office

PHONE: ViewportSize = {"width": 360, "height": 740}
pytestmark = pytest.mark.slow
NOTE = "The draft has gone to all members."
MILESTONE = "/tracks/t/m"
_BESIDE = """width => [...document.querySelectorAll('main :is(a, button, input, p, td, th)')]
    .filter(one => one.getClientRects().length && !one.closest('.hidden, thead'))
    .filter(one => {
        const box = one.getBoundingClientRect();
        return box.right > width + 1 || box.left < -1;
    }).map(one => one.outerHTML.slice(0, 80))"""


@pytest.fixture(params=["en", "ar"])
def spoken(request: pytest.FixtureRequest) -> Words:
    """The words of the reader's language."""
    return words(request.param)


@pytest.fixture
def there(tmp_path: Path, spoken: Words) -> Iterator[Office]:
    """A rehearsal whose links lead to its own pages, on the day of a second reminder to Amina. She
    and Cora read the language."""
    plan = CONSOLE_PLAN
    for mail in ('email = "amina@example.org"', 'email = "cora@example.org"'):
        plan = plan.replace(mail, f'{mail}\nlanguage = "{spoken.language}"')
    with office(tmp_path, plan) as made:
        made.stage.service.offering.base = made.url
        made.stage.until(made.stage.service.clock.now().replace(month=6, day=21))
        yield made


@pytest.fixture
def phone(browser: Browser, there: Office, spoken: Words) -> Iterator[Page]:
    """Anybody's phone."""
    context = reader(browser, there, spoken)
    yield context.new_page()
    context.close()


def reader(browser: Browser, there: Office, spoken: Words) -> BrowserContext:
    return browser.new_context(
        base_url=there.url, viewport=PHONE, java_script_enabled=False, locale=spoken.language
    )


def test_from_reading_to_what_all_can_read(
    there: Office, browser: Browser, phone: Page, spoken: Words
) -> None:
    read_and_filter(phone, spoken)
    subscribe(phone, there, spoken)
    answer_the_mail(phone)
    assert public(there) == ("planned", ""), "nothing of it is public before it is reviewed"
    phone.goto(MILESTONE)
    expect(phone.get_by_text(spoken("An answer is being reviewed."))).to_be_visible()
    expect(phone.get_by_text(NOTE)).to_have_count(0)
    approve(there, browser, spoken)
    phone.goto(MILESTONE)
    expect(phone.get_by_text(NOTE).first).to_be_visible()
    expect(phone.get_by_text(spoken("An answer is being reviewed."))).to_have_count(0)
    in_place(phone, spoken)
    assert public(there) == ("done", NOTE)


def read_and_filter(page: Page, spoken: Words) -> None:
    page.goto("/?pause=1")
    expect(page.get_by_role("heading", level=1)).to_have_text(spoken("Where the commitments stand"))
    in_place(page, spoken)
    page.get_by_role("navigation", name=spoken("Pages")).get_by_role(
        "link", name=spoken("Milestones")
    ).click()
    page.get_by_label(spoken("Words")).fill("zero draft")
    page.get_by_label(spoken("Status")).select_option("planned")
    page.get_by_role("button", name=spoken("Show")).click()
    expect(page.get_by_role("status")).to_have_text(
        spoken.counted("{n} milestone", "{n} milestones", 1)
    )
    in_place(page, spoken)
    page.get_by_role("link", name="Zero draft", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zero draft")
    expect(page.get_by_text("A zero draft by the end of June")).to_be_visible()
    in_place(page, spoken)


def subscribe(page: Page, there: Office, spoken: Words) -> None:
    """The button's address is that of a feed, in the reader's language."""
    page.get_by_role("link", name=spoken("Subscribe")).first.click()
    in_place(page, spoken)
    expect(page).to_have_url(f"{there.url}/subscribe")
    button = page.get_by_role("row", name="Safer cities").locator("a.button")
    expect(button).to_contain_text(spoken("Open in a calendar"))
    address = button.get_attribute("href")
    assert address is not None
    question = "" if spoken.language == "en" else f"?lang={spoken.language}"
    host = there.url.removeprefix("http://")
    assert address == f"webcal://{host}/calendars/track/t.ics{question}"
    feed = asking.get(address.replace("webcal", "http", 1))
    assert feed.headers["Content-Type"].startswith("text/calendar")
    assert "Zero draft" in feed.text


def answer_the_mail(page: Page) -> None:
    """As Amina, by the first link in the newest mail about it."""
    page.goto("/mailbox?pause=1")
    page.get_by_role("link", name="Zero draft").first.click()
    page.frame_locator("iframe").locator("a[href*='/answer/']").first.click()
    expect(page.locator("#say-done")).to_be_checked()
    page.locator("form details").first.locator("summary").click()
    page.locator("textarea").fill(NOTE)
    fits(page)
    page.locator("form button").first.click()
    expect(page.locator("form[method=post] textarea")).to_have_count(0)
    fits(page)


def approve(there: Office, browser: Browser, spoken: Words) -> None:
    """As Cora, at the console."""
    context = reader(browser, there, spoken)
    cookie = there.logged_in("cora").cookies["console"]
    context.add_cookies([{"name": "console", "value": cookie, "url": there.url}])
    page = context.new_page()
    page.goto("/console/reports")
    page.get_by_role("link", name="Zero draft").first.click()
    expect(page.get_by_text(NOTE).first).to_be_visible()
    page.get_by_role("button", name=spoken("Approve and publish")).click()
    expect(page.get_by_role("status")).to_have_text(spoken("The report is approved, and public."))
    context.close()


def in_place(page: Page, spoken: Words) -> None:
    """In the reader's language and direction, and nothing beside the screen."""
    root = page.locator("html")
    assert root.get_attribute("lang") == spoken.language
    assert root.get_attribute("dir") == ("rtl" if spoken.language == "ar" else "ltr")
    assert page.evaluate(_BESIDE, PHONE["width"]) == []


def public(there: Office) -> tuple[str, str]:
    """The status and note that the JSON interface tells of the zero draft."""
    told = json.loads(asking.get(f"{there.url}/api/milestones/t/m").content)
    return told["status"], (told["report"] or {}).get("note", "")
