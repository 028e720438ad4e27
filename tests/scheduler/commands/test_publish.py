"""`milestones publish`: a folder that is the public site, with the bytes of the feeds."""

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest

from calendars.feeds.registry import FORMATS
from config.load import load
from notifiers.mailbox import MemoryMailbox
from scheduler.cli import main
from scheduler.feeds import feed_path, public_scopes
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.report_values import Upload
from scheduler.outbox.schema import prepare
from scheduler.outbox.values import Review
from scheduler.service import Rehearsed, rehearse
from scheduler.web.app import app
from scheduler.web.relative import feed_file
from scheduler.web.server import serve
from tests import asking
from tests.scheduler.test_feeds import PLAN, milestone
from tests.scheduler.web.shown import EXAMPLES

MILESTONES = (
    milestone("draft", '"2026-Q4"'),
    milestone("secret", more="public = false"),
    milestone("open", '"tbc"', 'tags = ["a/../b", "..", "50 %", "égalité"]'),
    milestone("weekly", "2026-11-04", 'repeats = "weekly"\nmoved = {2026-11-18 = 2026-11-19}'),
)


class Links(HTMLParser):
    """Every address that a page leads to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan's file in a folder without a database."""
    file = tmp_path / "plan.toml"
    head = "[[tracks.one.milestones]]\n"
    file.write_text(PLAN + "".join(head + one for one in MILESTONES), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped plan, published."""
    folder = tmp_path_factory.mktemp("site")
    assert main(["publish", str(EXAMPLES / "un-habitat"), str(folder)]) == 0
    return folder


def _pages(folder: Path) -> Iterator[Path]:
    found = sorted(folder.rglob("*.html"))
    assert found
    yield from found


def _lost(folder: Path) -> list[str]:
    """Links of the pages that lead to no file."""
    lost = []
    for page in _pages(folder):
        for link in Links(page.read_text(encoding="utf-8")).found:
            parts = urlsplit(link)
            if parts.scheme or not parts.path:
                continue
            target = (page.parent / unquote(parts.path)).resolve()
            if not (target.is_file() and target.is_relative_to(folder.resolve())):
                lost.append(f"{page.relative_to(folder)}: {link}")
    return lost


def _unfolded(feed: bytes) -> bytes:
    """A feed without the breaks of long lines, which its own address moves."""
    return feed.replace(b"\r\n ", b"")


def test_every_link_of_the_shipped_plan_leads_to_a_file(shipped: Path) -> None:
    assert _lost(shipped) == []


def test_every_public_page_is_there(shipped: Path) -> None:
    plan = load(EXAMPLES / "un-habitat").plan
    for key in ("", "subscribe/", "calendar/", *(f"tracks/{one}/" for one in plan.milestones)):
        page = (shipped / f"{key}index.html").read_text(encoding="utf-8")
        assert "<h1>" in page
        assert not re.search(r'(href|src)="/', page), "nothing hangs on the server's root"


def test_a_plan_without_an_address_of_its_own_is_published_too(plan: Path, tmp_path: Path) -> None:
    text = plan.read_text(encoding="utf-8").replace('url = "https://tracker.example.org/"\n', "")
    plan.write_text(text, encoding="utf-8")
    folder = tmp_path / "site"
    assert main(["publish", str(plan), str(folder)]) == 0
    assert _lost(folder) == []
    subscribe = (folder / "subscribe" / "index.html").read_text(encoding="utf-8")
    assert "invalid" not in subscribe
    assert "webcal:" not in subscribe
    assert ">calendars/all.ics</a>" in subscribe


def test_nothing_that_is_not_public_is_published(plan: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    main(["publish", str(plan), str(folder)])
    for file in folder.rglob("*"):
        assert "secret" not in file.name
        if file.is_file():
            assert b"The secret" not in file.read_bytes()
    assert not list(folder.glob("*/person"))


def test_the_feeds_are_those_of_the_command_and_of_the_service(
    plan: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder, url = tmp_path / "site", f"sqlite:///{tmp_path}/history.sqlite"
    begin = datetime.fromtimestamp(int(plan.stat().st_mtime), UTC) - timedelta(days=3)
    rehearsed = Rehearsed(begin, begin + timedelta(days=3), timedelta(days=1), MemoryMailbox())
    service, _ = rehearse(plan, Database(url), rehearsed)
    server = serve(app(service.live), port=0)
    loaded = load(plan).plan
    try:
        assert main(["publish", str(plan), str(folder), "--database", url]) == 0
        for scope in public_scopes(loaded):
            for form in FORMATS:
                path = feed_path(scope, form=form)
                file = feed_file(path, scope.id)
                published = _unfolded((folder / file).read_bytes())
                assert quote(file).encode() in published or form == "csv"
                published = published.replace(quote(file).encode(), path.lstrip("/").encode())
                capfdbinary.readouterr()
                words = ["feed", str(plan), str(scope), "--as", form, "--database", url]
                assert main(words) == 0
                assert _unfolded(capfdbinary.readouterr().out) == published
                assert _unfolded(asking.get(server.url + path).content) == published
    finally:
        server.stop()
        service.stop()


def test_a_second_run_writes_nothing(
    plan: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "site"
    main(["publish", str(plan), str(folder)])
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    capfd.readouterr()
    assert main(["publish", str(plan), str(folder), "--json"]) == 0
    said = json.loads(capfd.readouterr().out)
    assert (said["written"], said["removed"], said["unchanged"]) == (0, 0, said["files"])
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == times


def test_what_goes_from_the_plan_goes_from_the_folder(
    plan: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "site"
    main(["publish", str(plan), str(folder)])
    (folder / "CNAME").write_text("tracker.example.org", encoding="utf-8")
    stamp = plan.stat().st_mtime
    text = (
        plan.read_text(encoding="utf-8")
        .replace(MILESTONES[2], "")
        .replace("[[tracks.one.milestones]]\n[[", "[[")
    )
    plan.write_text(text, encoding="utf-8")
    os.utime(plan, (stamp, stamp))
    assert main(["publish", str(plan), str(folder)]) == 0
    assert not (folder / "tracks" / "one" / "open").exists()
    assert not (folder / "calendars" / "tag" / "égalité.ics").exists()
    assert (folder / "CNAME").exists()
    assert _lost(folder) == []


def test_other_peoples_files_are_left_alone(
    plan: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("mine", encoding="utf-8")
    assert main(["publish", str(plan), str(folder)]) == 3
    assert "was not published by this command" in capfd.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["index.html"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{plan}", "{plan}"], "is a file: name a folder"),
        (["{plan}", "a", "b"], "write one plan and one folder"),
        (["{plan}/none", "a"], "there is no plan at"),
        (["{plan}", "a", "--url", "tracker.example.org/fr"], "is no web address"),
    ],
)
def test_wrong_words_are_refused(
    plan: Path, capfd: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["publish", *(word.format(plan=plan) for word in words)]) == 2
    assert said in capfd.readouterr().err


def test_a_language_is_that_of_every_page_and_feed(plan: Path, tmp_path: Path) -> None:
    site = tmp_path / "french"
    assert main(["publish", str(plan), str(site), "--language", "fr"]) == 0
    pages = [path.read_text(encoding="utf-8") for path in site.rglob("*.html")]
    assert pages
    assert all('<html lang="fr" dir="ltr">' in page for page in pages)
    assert not any("lang=fr" in page or 'class="languages"' in page for page in pages)
    feed = json.loads((site / "calendars/all.json").read_text(encoding="utf-8"))
    assert feed["language"] == "fr"


def test_a_folder_of_its_own_names_its_own_address(plan: Path, tmp_path: Path) -> None:
    site, url = tmp_path / "fr", "https://tracker.example.org/deep/fr"
    assert main(["publish", str(plan), str(site), "--language", "fr", "--url", f"{url}/"]) == 0
    page = (site / "subscribe/index.html").read_text(encoding="utf-8")
    assert f'href="../calendars/all.ics">{url}/calendars/all.ics</a>' in page
    assert 'href="webcal://tracker.example.org/deep/fr/calendars/all.ics"' in page
    feed = json.loads((site / "calendars/all.json").read_text(encoding="utf-8"))
    assert (feed["feed_url"], feed["home_page_url"]) == (f"{url}/calendars/all.json", f"{url}/")
    assert all(one["url"].startswith(f"{url}/tracks/") for one in feed["items"])
    assert f"]({url}/tracks/one/draft)" in (site / "briefing.md").read_text(encoding="utf-8")
    assert _lost(site) == []


def test_files_of_published_reports_are_there_and_no_others(plan: Path, tmp_path: Path) -> None:
    folder, database = tmp_path / "site", Database(f"sqlite:///{tmp_path}/history.sqlite")
    prepare(database)
    reviews: tuple[Review, ...] = ("submitted", "approved", "returned", "published")
    for number, (review, name) in enumerate(product(reviews, ("draft", "secret"))):
        at = datetime(2026, 1, 1, number, tzinfo=UTC)
        upload = Upload(f"Entwurf {number} é.pdf", "application/pdf", b"%PDF-1.7")
        key = f"one/{name}"
        HistoryStore(database).add_report(
            key, key, state="note", by="", at=at, said_at=at, review=review, upload=upload
        )
    database.close()
    url = f"sqlite:///{tmp_path}/history.sqlite"
    assert main(["publish", str(plan), str(folder), "--database", url]) == 0
    found = [one for one in (folder / "files").rglob("*") if one.is_file()]
    assert [one.relative_to(folder).as_posix() for one in found] == ["files/7/Entwurf 6 é.pdf"]
    assert found[0].read_bytes() == b"%PDF-1.7"
    assert _lost(folder) == []
    page = (folder / "tracks" / "one" / "draft" / "index.html").read_text(encoding="utf-8")
    assert 'href="../../../files/7/Entwurf%206%20%C3%A9.pdf"' in page
    assert "An answer is being reviewed." in page


@pytest.mark.parametrize("review", ["submitted", "published", "returned"])
def test_what_is_being_reviewed_is_not_called_unanswered(
    plan: Path, tmp_path: Path, review: Review
) -> None:
    today = datetime.now(UTC).date()
    opens, closes = today - timedelta(days=9), today - timedelta(days=2)
    request = f'[requests.round]\ntitle = "R"\nopens = {opens}\ncloses = {closes}\n'
    plan.write_text(plan.read_text(encoding="utf-8") + request, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/history.sqlite"
    database = Database(url)
    prepare(database)
    at = datetime.combine(today - timedelta(days=3), time(), UTC)
    for key in ("one/draft", "one/open"):
        HistoryStore(database).add_report(
            key, key, state="on-track", by="", at=at, said_at=at, review=review
        )
    database.close()
    assert main(["publish", str(plan), str(tmp_path / "site"), "--database", url]) == 0
    page = (tmp_path / "site" / "tracks" / "one" / "draft" / "index.html").read_text("utf-8")
    assert ("not answered yet" in page) == (review == "returned")
    assert ("An answer is being reviewed." in page) == (review == "submitted")
