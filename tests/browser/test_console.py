"""The console in Chromium: from the link in a rehearsal's mailbox to an approved report."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from scheduler.outbox.values import ChannelState
from tests.browser.test_accessible import judge
from tests.scheduler.console.office import CONSOLE_PLAN, Office, office
from tests.scheduler.console.test_console import MANY
from tests.scheduler.console.test_reports import PDF, say

PHONE: ViewportSize = {"width": 360, "height": 740}
PAGES = {
    "/console": ("Console", "لوحة التنسيق"),
    "/console/reports": ("Reports", "التقارير"),
    "/console/reports/1": ("Report 1", "التقرير 1"),
    "/console/requests": ("Update requests", "طلبات المستجدات"),
    "/console/next": ("What goes out", "المُرسَلات"),
    "/console/failures": ("Failures", "حالات الإخفاق"),
    "/console/service": ("Channels and nodes", "القنوات والعُقد"),
    "/console/plan": ("The plan", "الخطة"),
    "/console/trail": ("Trail", "السجل"),
}


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    """A console with something on every page."""
    with office(tmp_path) as made:
        service, now = made.stage.service, made.stage.service.clock.now()
        made.stage.write(CONSOLE_PLAN + MANY)
        say(made, "t/m", "done", by="amina", note="The draft is out.", upload=PDF)
        say(made, "t/m", "at-risk", by="amina", note="One region is open.")
        made.stage.write(CONSOLE_PLAN)
        hour = timedelta(hours=1)
        service.history.save_channel(ChannelState("room", 6, now, now + hour, "503 closed"))
        yield made


def logged_in(there: Office, browser: Browser, **options: object) -> Page:
    """A page of somebody who is logged in, in a browser without scripts."""
    context = browser.new_context(base_url=there.url, **options)  # type: ignore[arg-type]
    cookie = there.logged_in("cora").cookies["console"]
    context.add_cookies([{"name": "console", "value": cookie, "url": there.url}])
    return context.new_page()


def test_from_the_mailbox_to_an_approved_report(there: Office, browser: Browser) -> None:
    """The base of links is that of the server, as in a demo."""
    ways = there.stage.service.console.doorkeeper._ways
    object.__setattr__(ways, "base", lambda: there.url)
    context = browser.new_context(base_url=there.url, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto("/?pause=1")
    page.get_by_role("link", name="For coordinators").click()
    page.get_by_label("Your mail address").fill("cora@example.org")
    before = len(there.stage.mailbox)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    there.wait_for_mail(before + 1)
    page.goto("/mailbox?pause=1")
    page.get_by_role("link", name="Log in to The plan").first.click()
    page.frame_locator("iframe").get_by_role("link", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in as Cora")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Console")
    page.get_by_role("link", name="2 reports to review").click()
    page.get_by_role("link", name="Zero draft").first.click()
    expect(page.get_by_text("The draft is out.").first).to_be_visible()
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_role("status")).to_have_text("The report is approved, and public.")
    page.get_by_role("link", name="Trail").click()
    expect(page.get_by_role("row", name="approved a report")).to_contain_text("Cora")
    page.get_by_role("button", name="Log out").click()
    page.goto("/console")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    context.close()


def test_consent_is_given_in_the_browser(there: Office, browser: Browser) -> None:
    page = logged_in(there, browser, java_script_enabled=False)
    page.goto("/console")
    page.get_by_role("link", name="A plan waits for consent").click()
    page.get_by_text("Messages that will not be sent").click()
    expect(page.get_by_role("cell", name="Amina Odhiambo").first).to_be_visible()
    page.get_by_role("button", name="Put this plan in force").click()
    expect(page.get_by_role("status")).to_have_text("The plan is in force.")
    assert len(there.stage.service.plan.milestones) == 4
    page.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_console_is_open_to_all(there: Office, browser: Browser, language: str) -> None:
    page = logged_in(there, browser, locale=language, viewport={"width": 1280, "height": 800})
    page.goto(f"/?lang={language}&pause=1")
    for path, titles in PAGES.items():
        judge(page, f"{there.url}{path}", language, titles[language == "ar"])
    for path in ("/login", there.mailed("omar@example.org"), "/login/x"):
        judge(page, f"{there.url}{path}", language, None)
    page.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ar", "ru"])
def test_the_console_fits_on_a_phone(there: Office, browser: Browser, language: str) -> None:
    page = logged_in(there, browser, locale=language, viewport={"width": 320, "height": 640})
    page.goto(f"/?lang={language}&pause=1")
    out = []
    for path in (*PAGES, "/login", there.mailed("omar@example.org")):
        page.goto(f"{there.url}{path}")
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            out.append(path)
        for one in page.locator("main form[method=post] button").all():
            box = one.bounding_box()
            if box is not None and box["height"] < 44:
                out.append(f"{path}: {one.inner_text()}")
    page.context.close()
    assert out == []
