"""Feeds: written, written again after an edit, and fetched, each against a named peer.

The peers are icalendar's own objects and `to_ical`, our own feed built anew, and nginx with one
process that serves the same file.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import icalendar
import structlog

from bench import plans
from bench.load import CONNECTIONS, requests, wrk
from bench.measure import figure, folder, in_turn, note, ratio, seconds, title
from bench.servers import nginx, nginx_server
from calendars.entry import AllDay, Calendar, Entry
from calendars.feeds.description import description
from calendars.feeds.description import title as title_of
from calendars.feeds.ical import PRODID, REFRESH, write
from scheduler.clock import ManualClock
from scheduler.feeds import History, Scope, calendar
from scheduler.outbox.database import Database
from scheduler.published import Wanted
from scheduler.service import Service
from scheduler.stamps import Stamp
from scheduler.web.app import app
from scheduler.web.feed_routes import Feeds
from scheduler.web.server import serve

ROUNDS = 3
FEED = "/calendars/all.ics"
"""The feed that is fetched: of a plan of 100 milestones, as one track has."""


def run(*, quick: bool) -> None:
    """Print the three comparisons."""
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet)
    milestones = 1_000 if quick else 10_000
    _writing(milestones)
    _after_an_edit(milestones, 3 if quick else 5)
    _fetching(2 if quick else 5, 2 if quick else 3)


def _writing(milestones: int) -> None:
    title(f"A feed of {milestones:,} events")
    shown = _calendar(milestones)
    ours, peer = write(shown).body, _with_icalendar(shown)
    _same_content(ours, peer)
    figure("the feed, megabytes; parsed, ours and the peer's are alike", f"{len(ours) / 1e6:.1f}")
    taken = in_turn(
        {
            "ours": lambda: seconds(lambda: write(shown)),
            "icalendar": lambda: seconds(lambda: _with_icalendar(shown)),
        },
        ROUNDS,
    )
    for name, spent in taken.items():
        figure(f"{name}, events a second", f"{milestones / spent:,.0f}")
    ratio("writing against icalendar", taken["icalendar"] / taken["ours"], 10)


def _calendar(milestones: int) -> Calendar:
    """What the feed of a plan shows of so many milestones, each stamped."""
    plan = plans.read(plans.plan_text(milestones))
    stamps = dict.fromkeys(plan.milestones, Stamp(plans.NOW, plans.NOW))
    return calendar(plan, Scope("all"), History(stamps=stamps), plans.NOW).calendar


def _with_icalendar(shown: Calendar) -> bytes:
    """The same content through icalendar's objects; those that it types wrongly are given types."""
    made = icalendar.Calendar()
    for name, value in (
        ("VERSION", "2.0"),
        ("PRODID", PRODID),
        ("CALSCALE", "GREGORIAN"),
        ("NAME", shown.name),
        ("X-WR-CALNAME", shown.name),
        ("X-WR-TIMEZONE", shown.timezone),
        ("X-PUBLISHED-TTL", REFRESH),
        ("COLOR", shown.colour),
        ("X-MILESTONES-WITHOUT-DATE", "0"),
    ):
        made.add(name, value)
    refresh = icalendar.vDuration(timedelta(hours=1), params={"VALUE": "DURATION"})
    made.add("REFRESH-INTERVAL", refresh)
    for name, address, parameters in (
        ("SOURCE", shown.source, {"VALUE": "URI"}),
        ("URL", shown.url, {}),
    ):
        made.add(name, icalendar.vUri(address, params=parameters))
    for entry in shown.entries:
        made.add_component(_event(entry, shown.language))
    return bytes(made.to_ical(sorted=False))


def _event(entry: Entry, language: str) -> icalendar.Event:
    if not isinstance(entry.when, AllDay):
        raise TypeError(f"{entry.uid} is no whole day")
    made = icalendar.Event()
    for name, value in (
        ("UID", entry.uid),
        ("DTSTAMP", entry.modified),
        ("CREATED", entry.created),
        ("LAST-MODIFIED", entry.modified),
        ("SEQUENCE", entry.sequence),
        ("DTSTART", entry.when.first),
        ("DTEND", entry.when.end),
        ("SUMMARY", title_of(entry, entry.state)),
        ("DESCRIPTION", description(entry, entry.state, language)),
        ("STATUS", "CONFIRMED"),
        ("TRANSP", "TRANSPARENT"),
        ("X-MICROSOFT-CDO-BUSYSTATUS", "FREE"),
        ("URL", icalendar.vUri(entry.url)),
    ):
        made.add(name, value)
    return made


def _same_content(one: bytes, other: bytes) -> None:
    """Raise RuntimeError where the two calendars differ, read by icalendar."""
    first, second = (_content(each) for each in (one, other))
    if first != second:
        differing = [a for a, b in zip(first, second, strict=False) if a != b][:1]
        raise RuntimeError(f"icalendar wrote another calendar than we did: {differing}")


def _content(text: bytes) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Every component in order, with all its properties: name, value and parameters."""
    return [
        (f"{one.name}", sorted(map(_property, one.property_items(recursive=False))))
        for one in icalendar.Calendar.from_ical(text).walk()
    ]


def _property(item: tuple[str, Any]) -> tuple[str, str, str]:
    name, value = item
    written = value.to_ical() if hasattr(value, "to_ical") else value
    return name, f"{written!r}", f"{sorted(getattr(value, 'params', {}).items())}"


def _after_an_edit(milestones: int, rounds: int) -> None:
    title(f"The feed of {milestones:,} milestones after the edit of one")
    written = plans.plan_text(milestones)
    with folder() as place:
        file = place / "plan.toml"
        file.write_text(written, encoding="utf-8")
        service = Service(file, Database(f"sqlite:///{place}/m.sqlite"), ManualClock(plans.NOW))
        try:
            service.start()
            _edits(service, file, written, rounds)
        finally:
            service.stop()


def _edits(service: Service, file: Path, written: str, rounds: int) -> None:
    """Each edit is timed with its own feed built anew beside it; the two are the same bytes."""
    wanted, kept = Wanted(Scope("all")), Feeds(service.live)
    kept.written(wanted)
    anew: list[float] = []
    again: list[float] = []
    refreshed: list[float] = []
    for number in range(rounds):
        file.write_text(plans.one_edit(written, number * 97), encoding="utf-8")
        now = plans.NOW + timedelta(hours=number + 1)
        service.reload(now)
        refreshed.append(seconds(lambda now=now: service.live.refresh(now)))  # type: ignore[misc]
        again.append(seconds(lambda: kept.written(wanted)))
        fresh = Feeds(service.live)
        anew.append(seconds(lambda fresh=fresh: fresh.written(wanted)))  # type: ignore[misc]
        if kept.written(wanted) != fresh.written(wanted):
            raise RuntimeError("the feed after an edit is another than the one built anew")
    figure("built anew, with its gzip and its hash", f"{median(anew) * 1e3:.1f} ms")
    figure("built after an edit", f"{median(again) * 1e3:.1f} ms")
    figure("reading what happened, on each edit and report", f"{median(refreshed) * 1e3:.1f} ms")
    share = median(one / other for one, other in zip(again, anew, strict=True)) * 100
    ratio("the feed after an edit, of building it anew", share, 5, below=True, unit="%")


def _fetching(length: int, rounds: int) -> None:
    title("A cached feed over HTTP, one process")
    server, load = nginx(), wrk()
    if server is None or load is None:
        note("nginx and wrk are not both installed: left out")
        return
    with folder() as place:
        file = place / "plan.toml"
        file.write_text(plans.plan_text(100), encoding="utf-8")
        service = Service(file, Database(f"sqlite:///{place}/m.sqlite"), ManualClock(plans.NOW))
        try:
            service.start()
            ours = serve(app(service.live), port=0)
            try:
                body = httpx.get(f"{ours.url}{FEED}").content
                with nginx_server(server, FEED, body) as url:
                    _compare(load, {"ours": ours.url, "nginx": url}, length, rounds)
            finally:
                ours.stop()
        finally:
            service.stop()


def _compare(load: str, servers: Mapping[str, str], length: int, rounds: int) -> None:
    """Requests a second for the whole feed and for 304, in turn, after one that is not counted."""
    tags = {name: httpx.get(f"{url}{FEED}").headers["ETag"] for name, url in servers.items()}
    size = len(httpx.get(f"{servers['ours']}{FEED}").content)
    note(f"wrk with {CONNECTIONS} connections that stay open, {length} s a run, on the same cores;")
    note("neither packs nor logs")
    figure("the feed, octets", f"{size:,}")
    found: dict[tuple[str, bool], list[float]] = {}
    for turn in range(rounds + 1):
        for known in (False, True):
            for name, url in servers.items():
                tag = tags[name] if known else ""
                one = requests(load, f"{url}{FEED}", _asked(url, tag), length)
                if turn:
                    found.setdefault((name, known), []).append(one)
    for known, what, aim in ((False, "the feed", 1 / 3), (True, "304", 1 / 6)):
        ours, peer = (median(found[name, known]) for name in ("ours", "nginx"))
        figure(f"{what}: ours, nginx, requests a second", f"{ours:,.0f} {peer:,.0f}")
        ratio(f"{what} against nginx", ours / peer, round(aim, 3))


def _asked(url: str, tag: str) -> list[str]:
    """The headers that ask for the feed, or whether it is still the one with that ETag."""
    headers = {"If-None-Match": tag} if tag else {}
    status = httpx.get(f"{url}{FEED}", headers=headers).status_code
    if status != (304 if tag else 200):
        raise RuntimeError(f"{url}{FEED} answered {status}")
    return [f"{name}: {value}" for name, value in headers.items()]
