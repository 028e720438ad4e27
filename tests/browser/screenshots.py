"""`python -m tests.browser.screenshots DIR [NAME ...]`: pictures of every page and form to look at.

Each page wide, dark, on a phone (375 and 320 pixels), in Arabic, and as it prints (`.pdf`).
"""

import logging
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from playwright.sync_api import Browser

from scheduler.web.app import app
from scheduler.web.server import serve
from tests.chromium import chromium
from tests.scheduler.answering.linked import BASE, Linked, linked
from tests.scheduler.console.office import CONSOLE_PLAN, office
from tests.scheduler.console.test_reports import PDF, say
from tests.scheduler.requests.test_forms_of_requests import REQUEST
from tests.scheduler.web.odd import empty_site, long_site, many_site
from tests.scheduler.web.shown import MemorySite, busy_site

PAGES = {
    "overview": "/?pause=1",
    "track": "/tracks/smart-cities",
    "milestone": "/tracks/smart-cities/third-draft",
    "reported": "/tracks/smart-cities/second-draft",
    "milestones": "/milestones",
    "filtered": "/milestones?q=draft&status=late&status=planned&status=at-risk",
    "nothing-found": "/milestones?q=xyzzy",
    "month": "/calendar?month=2024-09",
    "subscribe": "/subscribe",
    "briefing": "/briefing",
    "mailbox": "/mailbox?pause=1",
    "letter": "/mailbox/60",
    "missing": "/no/such/page",
    "unreadable": "/milestones?status=lost",
}

CONSOLE = (
    "",
    "/reports",
    "/reports/1",
    "/requests",
    "/next",
    "/failures",
    "/service",
    "/plan",
    "/trail",
)


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    name: str
    width: int = 1280
    options: Mapping[str, Any] | None = None
    paper: bool = False


LOOKS = (
    Look("light"),
    Look("dark", options={"color_scheme": "dark"}),
    Look("phone", 375, {"device_scale_factor": 2, "has_touch": True}),
    Look("narrow", 320, {"device_scale_factor": 2, "has_touch": True}),
    Look("arabic", options={"locale": "ar"}),
    Look("arabic-phone", 375, {"locale": "ar", "device_scale_factor": 2}),
    Look("print", paper=True),
)


_LONG = ("overview", "track", "milestone", "filtered", "month")
_EMPTY = ("overview", "milestones", "month", "subscribe", "briefing")
SITES = {
    "": (busy_site, PAGES),
    "long": (long_site, {name: PAGES[name] for name in _LONG}),
    "many": (many_site, {"overview": "/", "track": "/tracks/t7", "milestones": "/milestones",
                         "month": "/calendar?month=2026-09", "subscribe": "/subscribe"}),
    "empty": (empty_site, {name: PAGES[name] for name in _EMPTY}),
}  # fmt: skip


def main() -> None:
    """Take the pictures whose names begin as one of those that were given."""
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet)
    folder, wanted = Path(sys.argv[1]), tuple(sys.argv[2:]) or ("",)
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, ExitStack() as stack:
        for prefix, (make, pages) in SITES.items():
            names = {f"{prefix}-{name}".lstrip("-"): path for name, path in pages.items()}
            names = {name: path for name, path in names.items() if name.startswith(wanted)}
            if names:
                with served(make()) as base:
                    for name, path in names.items():
                        take(browser, folder, name, base + path)
        forms(browser, folder, wanted, stack)
        console(browser, folder, wanted, stack)


@contextmanager
def served(site: MemorySite) -> Iterator[str]:
    """The address of a server with a site."""
    server = serve(app(site), port=0)
    try:
        yield server.url
    finally:
        server.stop()


def forms(browser: Browser, folder: Path, wanted: tuple[str, ...], stack: ExitStack) -> None:
    """The forms behind links, and what they say when they were sent."""
    place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    door: Linked = stack.enter_context(linked(place))
    base = str(door.client.base_url).rstrip("/")
    addresses = {
        "form": base + door.link("amina", number=1),
        "form-in-arabic": base + door.link("omar"),
        "form-of-no-link": f"{base}/answer/x",
        "form-to-stop": base + door.link("amina", "stop"),
    }
    for name, address in addresses.items():
        if name.startswith(wanted):
            take(browser, folder, name, address)
    if "form-sent".startswith(wanted):
        take(browser, folder, "form-sent", addresses["form"], press="Send")
    if "form-wrong".startswith(wanted):
        take(browser, folder, "form-wrong", addresses["form"], press="Send", percent="101")


def console(browser: Browser, folder: Path, wanted: tuple[str, ...], stack: ExitStack) -> None:
    """The form of an update request, and the coordinators' pages with something to do on them."""
    names = ["request", "login", *(f"console{path.replace('/', '-')}" for path in CONSOLE)]
    if not any(name.startswith(wanted) for name in names):
        return
    place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    there = stack.enter_context(office(place, CONSOLE_PLAN + REQUEST))
    say(there, "t/m", "done", by="amina", note="The draft is out.", upload=PDF)
    say(there, "t/m", "at-risk", by="amina", note="One region is open.")
    mails = "".join(one.text for one in there.stage.mailbox.messages())
    asked = re.search(rf"{BASE}(/\S*request\S*)", mails)
    cookie = there.logged_in("cora").cookies["console"]
    pages = {name: f"/console{path}" for name, path in zip(names[2:], CONSOLE, strict=True)}
    pages |= {"login": "/login", "request": asked[1] if asked else "/"}
    for name, path in pages.items():
        if name.startswith(wanted):
            kept = "" if name in ("login", "request") else cookie
            take(browser, folder, name, there.url + path, cookie=kept)


def take(
    browser: Browser,
    folder: Path,
    name: str,
    address: str,
    press: str = "",
    percent: str = "",
    cookie: str = "",
) -> None:
    """All looks of one page. cookie: of the console."""
    for look in LOOKS:
        viewport = {"width": look.width, "height": 800}
        context = browser.new_context(viewport=viewport, **(look.options or {}))  # type: ignore[arg-type]
        kept = {"console": cookie}
        if look.options and look.options.get("locale") == "ar":
            kept["lang"] = "ar"  # the console and the forms go by their reader's language else
        base = "/".join(address.split("/")[:3])
        context.add_cookies(
            [{"name": name, "value": value, "url": base} for name, value in kept.items() if value]
        )
        page = context.new_page()
        page.goto(address)
        if percent:
            page.locator("input[name=percent]").fill(percent)
        if press:
            page.get_by_role("button").first.click()
        if look.paper:
            page.pdf(path=folder / f"{name}-print.pdf", format="A4", print_background=False)
        else:
            page.screenshot(path=folder / f"{name}-{look.name}.png", full_page=True)
        context.close()
    print(name, flush=True)


if __name__ == "__main__":
    main()
