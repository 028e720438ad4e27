"""The pages in Chromium as a reader meets them: wide, on a phone, dark, without JavaScript."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from scheduler.web.app import app
from scheduler.web.server import Server, serve
from tests.scheduler.test_feeds import NOW, made, milestone
from tests.scheduler.web.odd import long_site
from tests.scheduler.web.shown import MemorySite, busy_site

PATHS = {
    "/?pause=1": "Where the commitments stand",
    "/tracks/smart-cities": "International guidelines on people-centered smart cities",
    "/tracks/smart-cities/third-draft": "Third draft",
    "/milestones?q=draft&status=late&status=planned": "Milestones",
    "/calendar?month=2024-09": "September 2024",
    "/briefing?from=2024-04-01&until=2024-06-30": "Progress briefing",
    "/briefing?from=2024-04-01&until=2024-06-30&lang=ar": "إحاطة عن التقدم المحرز",
    "/subscribe": "Follow the dates in your own calendar",
    "/mailbox?pause=1": "Mailbox",
    "/mailbox/60": None,
}


@pytest.fixture(scope="module")
def site() -> MemorySite:
    """The shipped plan in the middle of a rehearsed year."""
    return busy_site()


@pytest.fixture(scope="module")
def server(site: MemorySite) -> Iterator[Server]:
    """The pages of that site."""
    running = serve(app(site), port=0)
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A new page; whatever its console says is a failure, a refused style or script above all."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 800})
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        said.append(message.text)

    made = context.new_page()
    made.on("console", note)
    made.on("pageerror", lambda error: said.append(str(error)))
    yield made
    context.close()
    assert said == []


@pytest.mark.parametrize("path", PATHS)
def test_a_page_shows_its_heading(page: Page, path: str) -> None:
    page.goto(path)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_count(1)
    if PATHS[path]:
        expect(heading).to_have_text(str(PATHS[path]))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("width", [320, 700, 1280])
def test_nothing_overflows(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (
        page.evaluate(
            """width => [...document.querySelectorAll('main *:not(.hidden, .hidden *)')]
            .filter(one => one.getClientRects().length && !one.closest('svg, thead'))
            .filter(one => one.getBoundingClientRect().right > width + 1)
            .map(one => one.outerHTML.slice(0, 80))""",
            width,
        )
        == []
    )


@pytest.mark.parametrize("width", [320, 720, 1280])
def test_no_title_is_too_long(browser: Browser, width: int) -> None:
    running = serve(app(long_site()), port=0)
    page = browser.new_page(base_url=running.url, viewport={"width": width, "height": 640})
    try:
        for path in ("/?pause=1", *list(PATHS)[1:6]):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    finally:
        page.close()
        running.stop()


def test_one_comes_from_the_overview_to_a_milestone(page: Page) -> None:
    page.goto("/?pause=1")
    page.get_by_role("table").get_by_role("link", name="International guidelines").click()
    page.get_by_role("link", name="Third draft").click()
    expect(page.get_by_text("The month was promised, so it is due")).to_be_visible()
    expect(page.get_by_text("September 2024, moved to October 2024 on 3 May 2024")).to_be_visible()
    page.get_by_role("link", name="Show the month").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("October 2024")
    page.get_by_role("link", name="Previous month").click()
    expect(page.get_by_role("link", name="World Cleanup Day")).to_be_visible()


def test_one_searches_filters_and_takes_a_filter_out(page: Page) -> None:
    page.goto("/milestones")
    page.get_by_label("Words").fill("draft")
    page.get_by_label("Status").select_option("At risk")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_have_text("1 milestone")
    expect(page.get_by_role("link", name="Second draft")).to_be_visible()
    page.get_by_role("link", name="Remove: Status: At risk").click()
    expect(page.get_by_label("Words")).to_have_value("draft")
    expect(page.get_by_role("link", name="Zero draft")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    expect(page.get_by_role("status")).to_contain_text("milestones, page 1 of 2")


def test_the_first_key_skips_to_the_content(page: Page) -> None:
    page.goto("/subscribe")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_a_month_on_the_timeline_is_a_month_wide(page: Page) -> None:
    page.goto("/tracks/smart-cities")
    row = page.get_by_role("row").filter(has_text="Final draft").locator("rect").bounding_box()
    year = page.get_by_role("row").filter(has_text="Baku").locator("rect").bounding_box()
    assert row is not None
    assert year is not None
    assert 0.07 < row["width"] / year["width"] < 0.1


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_arrow_in_a_bar_says_that_it_goes_on(browser: Browser, language: str) -> None:
    plan = made(milestone("long", '"2024/2035"'), milestone("open", '"2024/2035?"'))
    running = serve(app(MemorySite(plan, NOW)), port=0)
    page = browser.new_page()
    try:
        page.goto(f"{running.url}/tracks/one?lang={language}")
        for number in range(2):
            line = page.locator("tbody svg").nth(number)
            bar, arrow = line.locator("rect"), line.locator("text.beyond")
            around, inside = bar.bounding_box(), arrow.bounding_box()
            assert around
            assert inside
            assert around["x"] <= inside["x"]
            assert inside["x"] + inside["width"] <= around["x"] + around["width"]
            fills = [one.evaluate("one => getComputedStyle(one).fill") for one in (bar, arrow)]
            assert fills[0] != fills[1], "it is seen"
    finally:
        page.close()
        running.stop()


def test_on_a_phone_several_paragraphs_stand_on_one_line(browser: Browser) -> None:
    plan = made(milestone("draft", more='paragraphs = ["OP1", "OP2"]'))
    running = serve(app(MemorySite(plan, NOW)), port=0)
    page = browser.new_page(viewport={"width": 375, "height": 800})
    try:
        page.goto(f"{running.url}/milestones")
        cell = page.get_by_role("table").locator("td").last
        boxes = [cell.get_by_text(name, exact=True).bounding_box() for name in ("OP1", "OP2")]
        assert boxes[0]
        assert boxes[1]
        assert boxes[0]["y"] == boxes[1]["y"]
    finally:
        page.close()
        running.stop()


def test_on_a_phone_the_name_of_a_feed_has_the_whole_width(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/subscribe")
    name, table = page.locator(".feeds th[scope=row]").first, page.locator(".feeds").first
    inner, outer = name.bounding_box(), table.bounding_box()
    assert inner
    assert outer
    assert inner["width"] > outer["width"] * 0.8


def test_who_reads_in_the_dark_prints_on_white(page: Page) -> None:
    page.goto("/tracks/smart-cities")
    look = "one => getComputedStyle(one).backgroundColor"
    shown = []
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(media="print", color_scheme=scheme)
        shown.append([one.evaluate(look) for one in page.locator(".tag").all()])
    assert shown[0] == shown[1]


def test_the_overview_follows_the_rehearsal(page: Page, site: MemorySite, server: Server) -> None:
    begun = site.at
    try:
        page.goto("/")
        expect(page.get_by_text("Wednesday 3 July 2024")).to_be_visible()
        page.evaluate("window.same = true")
        site.at = begun + timedelta(days=1)
        site.number += 1
        expect(page.get_by_text("Thursday 4 July 2024")).to_be_visible(timeout=10_000)
        assert page.evaluate("window.same"), "without loading the page anew"
        page.get_by_role("link", name="Pause this page").click()
        site.at = begun
        page.wait_for_timeout(1500)
        expect(page.get_by_text("Thursday 4 July 2024")).to_be_visible()
    finally:
        site.at = begun


def test_it_follows_without_javascript_too(
    browser: Browser, site: MemorySite, server: Server
) -> None:
    begun = site.at
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_text("Wednesday 3 July 2024")).to_be_visible()
        site.at = begun + timedelta(days=1)
        expect(page.get_by_text("Thursday 4 July 2024")).to_be_visible(timeout=10_000)
    finally:
        site.at = begun
        context.close()


def test_a_message_is_read_in_its_frame(page: Page) -> None:
    page.goto("/mailbox?pause=1")
    first = page.get_by_role("table").get_by_role("link").first
    subject = first.inner_text()
    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(subject)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading")).to_have_text(subject)
    page.get_by_text("As plain text").click()
    expect(page.locator("pre")).to_contain_text("It is due on")
    page.get_by_text("Headers").click()
    expect(page.get_by_text("Message-ID")).to_be_visible()
    frame.get_by_role("link", name="Open").click()
    page.wait_for_url("**/tracks/**")


def test_without_a_rehearsal_nothing_runs(browser: Browser) -> None:
    running = serve(app(replace(busy_site(), letters=None)), port=0)
    try:
        page = browser.new_page(base_url=running.url)
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("script, noscript")).to_have_count(0)
        page.close()
    finally:
        running.stop()
