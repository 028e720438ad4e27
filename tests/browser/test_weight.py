"""How much the first look at a page loads, and that nothing jumps while it does."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, ViewportSize

from scheduler.web.app import app
from scheduler.web.server import Server, serve
from tests.scheduler.web.shown import busy_site

MOST_OCTETS = 100_000
PATHS = (
    "/?pause=1",
    "/tracks/smart-cities",
    "/tracks/smart-cities/third-draft",
    "/milestones",
    "/calendar?month=2024-09",
    "/briefing?from=2024-04-01&until=2024-06-30",
    "/subscribe",
)
SIZES: tuple[ViewportSize, ...] = ({"width": 1280, "height": 800}, {"width": 360, "height": 740})
SLOW = {"offline": False, "latency": 20, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
_OBSERVE = """
    window.shifts = [];
    new PerformanceObserver(list => window.shifts.push(...list.getEntries().map(one => one.value)))
        .observe({type: "layout-shift", buffered: true});
"""
_PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The shipped plan in the middle of a rehearsed year."""
    running = serve(app(busy_site()), port=0)
    yield running
    running.stop()


class Counted:
    """What Chromium counts of the answers that a page loads, headers and all.

    loaded: the octets that came over the line. unpacked: the bodies without their gzip.
    """

    def __init__(self, page: Page) -> None:
        self.loaded = self.unpacked = 0
        self.addresses: list[str] = []
        session: CDPSession = page.context.new_cdp_session(page)
        session.on("Network.responseReceived", self._received)
        session.on("Network.dataReceived", self._data)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _received(self, one: dict[str, dict[str, str]]) -> None:
        self.addresses.append(one["response"]["url"])

    def _data(self, one: dict[str, int]) -> None:
        self.unpacked += one["dataLength"]

    def _finished(self, one: dict[str, int]) -> None:
        self.loaded += one["encodedDataLength"]


@pytest.mark.parametrize("path", PATHS)
def test_a_first_look_is_light(browser: Browser, server: Server, path: str) -> None:
    """With its style, script and sign, nothing of it kept from before, and nothing from outside."""
    page = browser.new_page(base_url=server.url)
    counted = Counted(page)
    page.goto(path, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.context.close()
    assert len(counted.addresses) >= 2, "the page and its style"
    assert all(one.startswith((server.url, "data:")) for one in counted.addresses)
    assert 0 < counted.loaded < MOST_OCTETS
    assert counted.unpacked > 5_000, "the counter counts"


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", PATHS)
def test_nothing_jumps(browser: Browser, server: Server, path: str, size: ViewportSize) -> None:
    """Over a line so slow that the page is shown while it still comes in."""
    page = browser.new_page(base_url=server.url, viewport=size)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    page.add_init_script(_OBSERVE)
    page.goto(path, wait_until="networkidle")
    page.evaluate(_PAINTED)
    assert page.evaluate("window.shifts") == []
    page.context.close()


@pytest.mark.slow
def test_a_jump_would_be_seen(browser: Browser, server: Server) -> None:
    page = browser.new_page(base_url=server.url)
    page.add_init_script(_OBSERVE)
    page.goto("/subscribe", wait_until="networkidle")
    page.evaluate(
        """() => {
            const first = document.createElement("div");
            first.style.height = "200px";
            document.body.prepend(first);
        }"""
    )
    page.evaluate(_PAINTED)
    page.wait_for_function("window.shifts.length > 0")
    page.context.close()
