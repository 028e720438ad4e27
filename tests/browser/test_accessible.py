"""Every page before axe-core and html-validate: in English and Arabic, light and dark.

axe-core finds no fault on an error page either, so each page's title is looked at first.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from scheduler.web.app import app
from scheduler.web.server import Server, serve
from tests.judges.programs import axe, html
from tests.scheduler.answering.linked import PLAN, linked
from tests.scheduler.requests.test_forms_of_requests import REQUEST
from tests.scheduler.web.shown import busy_site

PAGES = {
    "/?pause=1": ("Overview", "العرض العام"),
    "/tracks/smart-cities": ("International guidelines on people-centered smart cities",) * 2,
    "/tracks/smart-cities/third-draft": ("Third draft",) * 2,
    "/milestones?q=draft&status=late&status=planned": ("Milestones", "المراحل"),
    "/calendar?month=2024-09": ("September 2024", "سبتمبر 2024"),
    "/briefing": ("Briefing", "إحاطة عن التقدم المحرز"),
    "/subscribe": ("Subscribe", "الاشتراك"),
    "/mailbox?pause=1": ("Mailbox", "صندوق البريد"),
    "/mailbox/60": (None, None),
    "/no/such/page": ("There is no such page", "لا توجد صفحة كهذه"),
}
LANGUAGES = ("en", "ar")
_RUN = """only => axe.run(document, {
    iframes: false,
    resultTypes: ["violations"],
    ...(only ? {runOnly: {type: "rule", values: only}} : {}),
}).then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]))"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The shipped plan in the middle of a rehearsed year."""
    running = serve(app(busy_site()), port=0)
    yield running
    running.stop()


@pytest.fixture(params=LANGUAGES)
def reading(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[str, Page]]:
    """A reader's language, and a browser that asks for it."""
    context = browser.new_context(locale=request.param, viewport={"width": 1280, "height": 800})
    yield request.param, context.new_page()
    context.close()


def judge(page: Page, address: str, language: str, title: str | None) -> None:
    """Open a page; nothing may be found in its HTML, nor in the page, light or dark."""
    page.emulate_media(color_scheme="light")
    answer = page.goto(address)
    assert answer is not None
    if title is not None:
        assert page.title().startswith(f"{title} · "), page.title()
    root = page.locator("html")
    assert root.get_attribute("lang") == language
    assert root.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert html().ask("validate", body=answer.text()) == {"faults": []}
    page.evaluate(axe())
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, "color-contrast") == []


def violations(page: Page, *only: str) -> list[Any]:
    found: list[Any] = page.evaluate(_RUN, list(only) or None)
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_open_to_all(server: Server, reading: tuple[str, Page], path: str) -> None:
    language, page = reading
    title = PAGES[path][LANGUAGES.index(language)]
    judge(page, f"{server.url}{path}", language, title)


def test_the_forms_behind_links_are_open_to_all(tmp_path: Path, browser: Browser) -> None:
    with linked(tmp_path) as door:
        base = str(door.client.base_url).rstrip("/")
        page = browser.new_page(locale="en")
        judge(page, base + door.link("amina", number=1), "en", "Zero draft")
        page.get_by_role("button").first.click()
        page.evaluate(axe())
        assert violations(page) == []
        judge(page, base + door.link("amina", "stop"), "en", "Stop these messages")
        judge(page, f"{base}/answer/x", "en", "There is no such link")
        judge(page, base + door.link("omar"), "ar", None)
        assert page.locator("form").count() > 0
        page.context.close()


def test_the_form_of_an_update_request_is_open_to_all(tmp_path: Path, browser: Browser) -> None:
    with linked(tmp_path, PLAN + REQUEST) as door:
        base = str(door.client.base_url).rstrip("/")
        page = browser.new_page(locale="en")
        title = "Progress for the Board, June 2024"
        judge(page, base + door.link("amina", "request"), "en", title)
        page.get_by_role("button", name="Send").click()
        page.evaluate(axe())
        assert page.get_by_role("alert").count() == 1
        assert violations(page) == []
        judge(page, base + door.link("omar", "request"), "ar", title)
        judge(page, f"{base}/request/x", "en", "There is no such link")
        page.context.close()


def test_the_judges_see_a_fault(browser: Browser) -> None:
    body = "<!doctype html><html><head><title>A</title></head><body><img src=a></body></html>"
    assert len(html().ask("validate", body=body)["faults"]) >= 2
    page = browser.new_page()
    page.set_content(body)
    page.evaluate(axe())
    assert {one[0] for one in violations(page)} >= {"html-has-lang", "image-alt"}
    page.context.close()


_STICKING_OUT = """width => [
    ...document.querySelectorAll('main *:not(.hidden, .hidden *), footer *')]
    .filter(one => one.getClientRects().length && !one.closest('svg, thead'))
    .filter(one => {
        const box = one.getBoundingClientRect();
        return box.right > width + 1 || box.left < -1;
    }).map(one => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("language", ["ar", "ru"])
@pytest.mark.parametrize("width", [320, 700])
def test_nothing_sticks_out_in_other_languages(
    server: Server, browser: Browser, language: str, width: int
) -> None:
    """On either side; Russian has the longest words."""
    context = browser.new_context(locale=language, viewport={"width": width, "height": 640})
    page = context.new_page()
    found = {}
    for path in PAGES:
        page.goto(f"{server.url}{path}")
        assert page.locator("html").get_attribute("lang") == language
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found[path] = ["the page"]
        found[path] = found.get(path, []) + page.evaluate(_STICKING_OUT, width)
    context.close()
    assert not {path: out for path, out in found.items() if out}


def test_time_runs_from_the_right_in_arabic(server: Server, browser: Browser) -> None:
    """What was promised before today stands at its right."""
    places = {}
    for language in LANGUAGES:
        context = browser.new_context(locale=language, viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(f"{server.url}/tracks/smart-cities")
        row = page.locator("tr", has_text="Zero draft").locator("td.chart svg")
        mark, today = row.locator(".mark").bounding_box(), row.locator(".today").bounding_box()
        assert mark is not None
        assert today is not None
        places[language] = mark["x"] < today["x"]
        context.close()
    assert places == {"en": True, "ar": False}
