"""The public pages and feeds of a site as files, rendered by the same application that serves
them, with links that work from a folder."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import date
from urllib.parse import quote, unquote

from starlette.types import ASGIApp, Message

from calendars.durations import add_months
from calendars.feeds.registry import FORMATS
from calendars.zones import local_day
from config.plan import Plan
from scheduler.errors import OutsideFailed
from scheduler.feeds import Scope, feed_path, public_scopes
from scheduler.planning.occurrences import Dates
from scheduler.published import in_every_form
from scheduler.shelf import Shelf
from scheduler.shown import MONTHS_AHEAD
from scheduler.standing import is_public
from scheduler.web.app import app
from scheduler.web.assets import Assets
from scheduler.web.briefings import FILES, PATH
from scheduler.web.history import file_path
from scheduler.web.pages import A_PAGE
from scheduler.web.relative import feed_file, page_file, relative
from scheduler.web.still import Still

YEARS_BACK, YEARS_AHEAD = 5, 10
"""Months further away have no page of their own."""
_HOST = "address.invalid"
_NOWHERE = f"http://{_HOST}"
"""What stands for the service's address while pages of a plan without one are made."""


def files(site: Still, language: str = "") -> dict[str, bytes]:
    """Every public page, feed and style sheet: the file's place, with `/`, and its content.

    language: one of the six; "" for the plan's.

    Raises `OutsideFailed` where a page cannot be made.
    """
    feeds = {scope: _feed_files(scope) for scope in public_scopes(site.plan())}
    pages = {path: page_file(path) for path in _pages(site)}
    files = [*Assets().paths(), *(f"{PATH}.{form}" for form in FILES)]
    kept = {unquote(file_path(one.file)): one.octets for one in site.files.values()}
    assets = {path: path.lstrip("/") for path in files}
    made = dict(_feeds(site, feeds, language))
    made |= asyncio.run(_rendered(app(site, still=True, language=language), {**pages, **assets}))
    made |= {path.lstrip("/"): octets for path, octets in kept.items()}
    named = (one for found in feeds.values() for one in found.values())
    places = {**pages, **assets, **{unquote(path): place for path, place in named}}
    places |= {path: path.lstrip("/") for path in kept}
    base = (site.plan().url or _NOWHERE).rstrip("/")
    for place in pages.values():
        made[place] = relative(made[place].decode(), place, places, base, _NOWHERE).encode()
    return made


def _feeds(
    site: Still, feeds: Mapping[Scope, Mapping[str, tuple[str, str]]], language: str
) -> Iterator[tuple[str, bytes]]:
    """The file of each feed, and the feed."""
    plan, shelf = site.plan(), Shelf()
    for scope, files in feeds.items():
        paths = {form: f"/{quote(place)}" for form, (_, place) in files.items()}
        made = in_every_form(plan, scope, site.history, site.at, shelf, language, paths)
        yield from ((files[form][1], body) for form, body in made.items())


def _feed_files(scope: Scope) -> dict[str, tuple[str, str]]:
    """Format -> the feed's address and its file."""
    paths = {form: feed_path(scope, form=form) for form in FORMATS}
    return {form: (path, feed_file(path, scope.id)) for form, path in paths.items()}


def _pages(site: Still) -> Iterator[str]:
    plan = site.plan()
    yield from ("/", "/subscribe", "/calendar", "/milestones", PATH)
    yield from (f"/tracks/{one.id}" for one in plan.tracks.values() if one.public)
    shown = [one for one in plan.milestones.values() if is_public(plan, one)]
    yield from (f"/tracks/{one.id}" for one in shown)
    parts = (len(shown) - 1) // A_PAGE + 1
    yield from (f"/milestones?page={number}" for number in range(2, parts + 1))
    yield from (f"/calendar?month={month:%Y-%m}" for month in _months(site, plan))


def _months(site: Still, plan: Plan) -> Iterator[date]:
    """Every month from the first to the last in which something public is due, and this one."""
    today = local_day(site.at, plan.timezone)
    first, last = add_months(today, -12 * YEARS_BACK), add_months(today, 12 * YEARS_AHEAD)
    near = add_months(today, MONTHS_AHEAD)
    dates, days = Dates(plan), [today]
    for milestone in plan.milestones.values():
        if is_public(plan, milestone):
            found = (one.due for one in dates.of(milestone, near))
            days += [day for day in found if day and first <= day <= last]
    month, end = min(days).replace(day=1), max(days)
    while month <= end:
        yield month
        month = add_months(month, 1)


async def _rendered(served: ASGIApp, pages: Mapping[str, str]) -> dict[str, bytes]:
    return {place: await _fetched(served, path) for path, place in pages.items()}


async def _fetched(served: ASGIApp, address: str) -> bytes:
    """What the application answers to a GET; `OutsideFailed` where that is not the page."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", _HOST.encode())],
        "server": (_HOST, 80),
        "client": None,
    }
    parts: list[bytes] = []
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        parts.append(message.get("body", b""))

    await served(scope, receive, send)
    if statuses != [200]:
        raise OutsideFailed(f"the page {address} could not be made; the log says why")
    return b"".join(parts)
