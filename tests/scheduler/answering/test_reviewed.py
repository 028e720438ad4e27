"""From a form with a link and a file to its review and the public page, over HTTP."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from calendars.feeds.registry import FORMATS
from scheduler.feeds import Scope, feed_path
from scheduler.outbox.values import StoredReport
from scheduler.reports.reviewing import Reviewing
from scheduler.reports.uploads import MOST_OCTETS
from tests.scheduler.answering.linked import PLAN, Linked, linked

NOTE, LINK = "Sent to the Board <b>", "https://board.example.org/draft?a=1&b=2"
SCOPES = (Scope("all"), Scope("track", "t"))
PDF = b"%PDF-1.7\n\x00\xff draft"
REVIEWED = PLAN.replace("review = false\n", "")


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Linked]:
    """A rehearsal on 29 May, with review."""
    with linked(tmp_path, REVIEWED) as made:
        yield made


def send(
    door: Linked, name: str = "Draft.pdf", octets: bytes = PDF, **fields: str
) -> httpx.Response:
    path = door.link("amina")
    values = {"page": door.page_token(path), "say": "at-risk", "note": NOTE, "link": LINK, **fields}
    files = {"file": (name, octets, "text/html")}
    return door.client.post(path.partition("?")[0], data=values, files=files)


def reports(door: Linked) -> list[StoredReport]:
    return door.stage.service.history.every_report()


def reviewing(door: Linked) -> Reviewing:
    service = door.stage.service
    return Reviewing(service.history, service.force, service.reporting)


def decide(door: Linked, *, back: bool = False) -> None:
    service, number = door.stage.service, reports(door)[-1].id
    now = service.clock.now()
    if back:
        reviewing(door).return_(number, "cora", "Where is the <annex>?", now)
    else:
        reviewing(door).approve(number, "cora", now)
    service.live.refresh(now)


def everywhere(door: Linked) -> str:
    """All that anybody can read of the milestone."""
    paths = ("/", "/milestones", "/tracks/t", "/tracks/t/m", "/api/overview", "/api/tracks/t",
             "/api/milestones", "/api/milestones/t/m", "/briefing", "/briefing.md",
             *(feed_path(scope, form=form) for form in FORMATS for scope in SCOPES))  # fmt: skip
    found = [door.client.get(path) for path in paths]
    assert [one.status_code for one in found] == [200] * len(paths)
    return "\n".join(one.text for one in found)


def test_a_report_with_link_and_file_is_read_before_it_is_public(door: Linked) -> None:
    page = door.client.get(door.link("amina")).text
    assert 'enctype="multipart/form-data"' in page
    assert "One file of at most 5 MB: pdf, png" in page
    assert "when a coordinator has read it" in page
    said = send(door, percent="40")
    assert said.status_code == 200, said.text
    assert "it will be shown when it has been read" in said.text
    (report,) = reports(door)
    assert (report.review, report.link, report.percent) == ("submitted", LINK, 40)
    assert "At risk, 40%" in door.client.get(door.link("amina")).text, "she sees it at once"
    public = everywhere(door)
    assert "Sent to the Board" not in public
    assert "board.example.org/draft" not in public
    assert "Draft.pdf" not in public
    assert "40" not in door.client.get("/api/milestones/t/m").json()["reports"]
    assert "An answer is being reviewed." in door.client.get("/tracks/t/m").text
    assert door.client.get("/api/milestones/t/m").json()["in_review"] is True
    assert door.client.get("/files/1/Draft.pdf").status_code == 404


def test_what_is_published_is_shown_with_its_link_and_file(door: Linked) -> None:
    send(door)
    decide(door)
    page = door.client.get("/tracks/t/m").text
    assert "Sent to the Board &lt;b&gt;" in page
    assert f'href="{LINK.replace("&", "&amp;")}" rel="nofollow noopener ugc"' in page
    assert "Last confirmed" in page
    assert "being reviewed" not in page
    assert "Amina" not in page.partition("History")[2]
    assert "confirmed 29 May 2024" in door.client.get("/tracks/t").text
    found = door.client.get("/api/milestones/t/m").json()
    assert found["confirmed"].startswith("2024-05-29T")
    (version,) = found["reports"]
    assert (version["status"], version["note"], version["link"]) == ("at-risk", NOTE, LINK)
    (file,) = version["files"]
    assert file == {
        "name": "Draft.pdf", "kind": "application/pdf", "size": len(PDF),
        "address": "/files/1/Draft.pdf",
    }  # fmt: skip
    got = door.client.get(file["address"])
    assert got.content == PDF
    for name, value in {
        "content-type": "application/pdf",
        "content-disposition": "attachment; filename*=UTF-8''Draft.pdf",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    }.items():
        assert got.headers[name] == value
    assert door.client.get("/files/1/Other.pdf").status_code == 404
    assert door.client.get(f"/files/{10**30}/Draft.pdf").status_code == 404


def test_what_is_returned_is_gone_at_once_and_said_to_its_sender(door: Linked) -> None:
    send(door)
    decide(door)
    decide(door, back=True)
    assert door.client.get("/files/1/Draft.pdf").status_code == 404
    assert "Sent to the Board" not in everywhere(door)
    page = door.client.get(door.link("amina")).text
    assert "Returned to you" in page
    assert "Where is the &lt;annex&gt;?" in page
    send(door, note="With the annex")
    assert "Returned to you" not in door.client.get(door.link("amina")).text


def test_every_version_stays_on_the_page(door: Linked) -> None:
    for note in ("first", "second"):
        send(door, note=note)
        decide(door)
    page = door.client.get("/tracks/t/m").text.partition("History")[2]
    assert re.search("second.*first", page, re.DOTALL)


@pytest.mark.parametrize(
    ("name", "octets", "said"),
    [
        ("a.html", b"<script>alert(1)</script>", "This file cannot be taken"),
        ("a.pdf", b"<script>alert(1)</script>", "This file cannot be taken"),
        ("a.svg", b"<svg/>", "This file cannot be taken"),
        ("a.pdf", b"", "The file is empty"),
        ("a.pdf", b"%PDF-" + b"x" * MOST_OCTETS, "The file is too large: at most 5 MB"),
    ],
)
def test_what_is_no_such_file(door: Linked, name: str, octets: bytes, said: str) -> None:
    answer = send(door, name, octets)
    assert answer.status_code == 400
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert NOTE.replace("<", "&lt;").replace(">", "&gt;") in answer.text, "what was written stays"
    assert reports(door) == []


def test_what_is_far_too_large_is_not_read(door: Linked) -> None:
    assert send(door, octets=b"%PDF-" + b"x" * (MOST_OCTETS + 200_000)).status_code == 413
    forged = door.client.post("/answer/forged", files={"file": ("a.pdf", b"x" * 100_000)})
    assert forged.status_code == 404
    assert reports(door) == []


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "//board.example.org", "https://", "draft",
     "https://amina:x@board.example.org", "https://board.example.org/ x", "ftp://board.example.org",
     'https://board.example.org/"onclick', "https://[x", "https://x.example/" + "y" * 500],
)  # fmt: skip
def test_what_is_no_link(door: Linked, link: str) -> None:
    answer = send(door, link=link)
    assert answer.status_code == 400
    assert "begins with https:// or http://" in answer.text
    assert reports(door) == []


def test_a_name_does_no_harm(door: Linked) -> None:
    send(door, "..\\a\r\nSet-Cookie: x=1; \u202e“é”<b>.pdf")
    decide(door)
    path = door.client.get("/api/milestones/t/m").json()["reports"][0]["files"][0]["address"]
    got = door.client.get(path)
    assert got.content == PDF
    assert "set-cookie" not in got.headers
    assert got.headers["content-disposition"].isascii()


def test_a_file_of_what_is_not_public_is_not_there(tmp_path: Path) -> None:
    hidden = REVIEWED.replace('title = "Zero draft"', 'title = "Zero draft"\npublic = false')
    with linked(tmp_path, hidden) as door:
        send(door)
        decide(door)
        assert door.client.get("/files/1/Draft.pdf").status_code == 404


def test_by_the_same_form_twice_one_file_is_kept(door: Linked) -> None:
    path = door.link("amina")
    page = door.page_token(path)
    for _ in range(2):
        assert send(door, page=page).status_code == 200
    assert len(reports(door)) == len(door.stage.service.history.attachments_of()) == 1
