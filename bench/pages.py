"""Pages and feeds of 10,000 milestones over HTTP, cold and warm, and `milestones publish` of them.

The peers are a bare ASGI application that answers with the same octets, on the same server, and
`cp -r` of the same files.
"""

import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx
import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from bench import plans
from bench.check import MILESTONES
from bench.load import requests, wrk
from bench.measure import figure, folder, note, process, python, ratio, seconds, title
from scheduler.clock import ManualClock
from scheduler.outbox.database import Database
from scheduler.service import Service
from scheduler.web.app import app
from scheduler.web.picturing import Pictures
from scheduler.web.server import serve

PATHS = {
    "overview": "/",
    "a track": "/tracks/t7",
    "a milestone": "/tracks/t7/m707",
    "a search": "/milestones?q=board&status=planned",
    "a month": "/calendar?month=2026-09",
    "feed of a track": "/calendars/track/t7.ics",
    "Atom of a track": "/calendars/track/t7.atom",
    "API: milestones": "/api/milestones?q=board&limit=100",
    "API: a milestone": "/api/milestones/t7/m707",
}
_ANEW = f"from=2025-12-01&x={'x' * 200}"
"""A question so long is not kept, nor a feed of other days than the usual: each is made anew."""
KEPT_AIM = 0.25


def run(*, quick: bool) -> None:
    """Print the comparisons."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    milestones = 1_000 if quick else 10_000
    text = plans.plan_text(milestones)
    with folder() as place:
        file = place / "plan.toml"
        file.write_text(text, encoding="utf-8")
        _serving(file, milestones, 1 if quick else 3)
        _publishing(file, text, milestones)


def _serving(file: Path, milestones: int, rounds: int) -> None:
    title(f"Pages of {milestones:,} milestones over HTTP, one process")
    load = wrk()
    if load is None:
        note("wrk is not installed: left out")
        return
    clock = ManualClock(plans.NOW)
    service = Service(file, Database(f"sqlite:///{file.parent}/m.sqlite"), clock)
    service.start()
    try:
        taken = [seconds(Pictures(service.live).now) for _ in range(rounds)]
        figure("after an edit: the picture that all pages show", f"{median(taken) * 1e3:,.0f} ms")
        with _both(app(service.live)) as (ours, bare, peer):
            for name, path in PATHS.items():
                _compare(load, name, f"{ours}{path}", f"{bare}{path}", peer, rounds)
    finally:
        service.stop()


class Bare:
    """An application that answers everything with the same octets."""

    def __init__(self) -> None:
        self.content = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        length = str(len(self.content)).encode()
        headers = [(b"content-type", b"text/html"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.content})


@contextmanager
def _both(served: ASGIApp) -> Iterator[tuple[str, str, Bare]]:
    """Our server and the peer's: their addresses, and the peer."""
    peer = Bare()
    first, second = serve(served, port=0), serve(peer, port=0)
    try:
        yield first.url, second.url, peer
    finally:
        first.stop()
        second.stop()


def _compare(load: str, name: str, ours: str, bare: str, peer: Bare, rounds: int) -> None:
    """Requests a second: made anew, kept, and 304; and the peer with the same octets."""
    first = httpx.get(ours, headers={"Accept-Encoding": "identity"}, timeout=60)
    first.raise_for_status()
    peer.content = first.content
    known = [f"If-None-Match: {first.headers['ETag']}"]
    ways: Mapping[str, tuple[str, list[str]]] = {
        "anew": (f"{ours}{'&' if '?' in ours else '?'}{_ANEW}", []),
        "kept": (ours, []),
        "known": (ours, known),
        "bare": (bare, []),
    }
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, (address, headers) in ways.items():
            taken[way].append(requests(load, address, headers, 2))
    anew, kept, same, plain = (median(taken[way]) for way in ways)
    speeds = f"{anew:,.0f} {kept:,.0f} {same:,.0f} {plain:,.0f}"
    figure(f"{name}, {len(first.content) / 1e3:,.0f} kB: anew, kept, 304, bare", speeds)
    ratio(f"{name}, kept, against the bare application", kept / plain, KEPT_AIM)


def _publishing(file: Path, text: str, milestones: int) -> None:
    title(f"milestones publish, {milestones:,} milestones")
    site, copy = file.parent / "site", file.parent / "copy"
    command = python("-m", MILESTONES, "publish", str(file), str(site))
    process(python("-m", MILESTONES, "publish", "--help"), file.parent / "cache")
    whole = process(command, file.parent / "cache")
    published = sum(1 for one in site.rglob("*") if one.is_file())
    size = sum(one.stat().st_size for one in site.rglob("*") if one.is_file())
    figure("files, megabytes", f"{published:,} {size / 1e6:,.0f}")
    peer = seconds(lambda: shutil.copytree(site, copy))
    shutil.rmtree(copy)
    again = process(command, file.parent / "cache")
    before = _times(site)
    file.write_text(plans.one_edit(text, 7), encoding="utf-8")
    edited = process(command, file.parent / "cache")
    written = sum(1 for path, when in _times(site).items() if before.get(path) != when)
    figure("whole: wall, processor", f"{whole.wall:.1f} {whole.processor:.1f} s")
    figure("again with nothing changed", f"{again.wall:.1f} {again.processor:.1f} s")
    figure("again after the edit of one milestone", f"{edited.wall:.1f} {edited.processor:.1f} s")
    figure("files that the edit wrote", f"{written:,}")
    figure("copying the same files", f"{peer:.1f} s")
    figure("publishing the whole against copying it", f"{whole.wall / peer:.3g} x")
    figure("a file", f"{whole.wall / published * 1e3:.2f} ms")


def _times(site: Path) -> dict[Path, int]:
    return {one: one.stat().st_mtime_ns for one in site.rglob("*") if one.is_file()}
