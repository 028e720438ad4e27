"""The form of an update request over HTTP: drafts, two devices, corrections, what is late."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from scheduler.outbox.request_store import RequestStore
from scheduler.web.console_views import about
from scheduler.web.links import masked
from tests import asking
from tests.scheduler.answering.linked import FORM, PLAN, Linked, linked, token_in
from tests.scheduler.rehearsing import at

REQUEST = """
[requests.june]
title = "Progress for the Board, June 2024"
text = "The Board meets on 12 June."
opens = 2024-05-20
closes = 2024-06-07
questions = [
  { id = "funds", text = "Is it funded?", kind = "choice", choices = ["yes", "no"] },
  { id = "cost", text = "What does it cost?", kind = "number" },
  "What do you need?",
]
"""
M, N = "t/m", "t/n"
PART = "request:june/amina"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Linked]:
    """A rehearsal on 29 May, nine days after the request opened."""
    with linked(tmp_path, PLAN + REQUEST) as made:
        yield made


def store(door: Linked) -> RequestStore:
    return RequestStore(door.stage.service.database)


def mark_in(response: httpx.Response) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', response.text)
    assert found is not None, response.text
    return found[1]


def filled(door: Linked, path: str, act: str, **fields: str) -> dict[str, str]:
    """What a browser sends of the form as it is shown now, with something written into it."""
    shown = door.client.get(path)
    named = {name.replace("__", ":", 1): text for name, text in fields.items()}
    return {"page": token_in(shown), "mark": mark_in(shown), act: "1", **named}


def post(door: Linked, path: str, fields: dict[str, str]) -> httpx.Response:
    return door.client.post(path, content=urlencode(fields), headers=FORM)


def said(door: Linked, milestone: str = M) -> list[tuple[str, str, int | None, str]]:
    found = door.stage.service.history.reports_of(milestone)
    return [(one.state, one.by, one.percent, one.note) for one in found]


def test_a_note_alone_is_an_answer(door: Linked) -> None:
    path, notes = door.link("amina", "request"), {"note:t/m": "Soon.", "percent:t/n": "30"}
    assert post(door, path, filled(door, path, "send", **notes)).status_code == 200
    door.stage.until(at("2024-06-10T08:00"))
    for milestone in (M, N):
        assert "not answered yet" not in door.client.get(f"/tracks/{milestone}").text


def test_what_the_mail_and_the_form_show(door: Linked) -> None:
    path = door.link("amina", "request")
    page = door.client.get(path)
    assert page.status_code == 200
    for text in (
        "Progress for the Board, June 2024", "Friday 7 June 2024", "The Board meets on 12 June.",
        "Zero draft", "Second draft", "HSP/HA.2/Res.1", "Is it funded?", "What do you need?",
        "Save and go on later",
    ):  # fmt: skip
        assert text in page.text
    assert "The crew&#39;s paper" not in page.text, "it is not hers"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "<script" not in page.text
    assert masked(path) == "/request/…"


def test_where_it_is_told_what_goes_out_a_request_has_its_title_and_no_page(door: Linked) -> None:
    overview = door.client.get("/").text
    coming = overview.partition("Going out next")[2].partition("</ol>")[0]
    assert "Progress for the Board, June 2024" in coming
    assert 'href="None"' not in overview
    assert "/tracks/request:" not in overview
    shown = about(door.stage.service.plan, PART)
    assert (shown.title, shown.path) == ("Progress for the Board, June 2024", "/console/requests")


def test_looking_changes_nothing(door: Linked) -> None:
    path, before = door.link("amina", "request"), door.everything()
    for _ in range(2):
        assert door.client.get(path).status_code == door.client.head(path).status_code == 200
    assert door.client.put(path, content=b"send=1").status_code == 405
    assert (door.everything(), store(door).drafts(), store(door).sent()) == (before, [], [])


def test_an_answer_becomes_reports_and_ends_the_reminders(door: Linked) -> None:
    path = door.link("amina", "request")
    fields = filled(door, path, "send") | {
        f"state:{M}": "at-risk", f"percent:{M}": "60 %", f"note:{M}": "One region is open.",
        f"link:{M}": "https://docs.example.org/draft", f"state:{N}": "on-track",
        "question:funds": "yes", "question:cost": "1 200,50", "question:what-do-you-need": "Time",
    }  # fmt: skip
    answer = post(door, path, fields)
    assert answer.status_code == 200
    assert "Your answer is recorded" in answer.text
    assert "2 milestones are reported" in answer.text
    (report,) = door.stage.service.history.reports_of(M)
    assert (report.state, report.by, report.percent) == ("at-risk", "amina", 60)
    assert report.note == "One region is open."
    assert (report.link, report.request) == ("https://docs.example.org/draft", PART)
    assert [one[0] for one in said(door, N)] == ["on-track"]
    (kept,) = store(door).sent(PART)
    assert (kept.by, kept.late) == ("amina", False)
    assert kept.fields["question:cost"] == "1 200,50"
    assert set(door.states("amina", PART).values()) == {"sent", "withdrawn"}
    assert "sent" in door.states("omar", "request:june/omar").values()
    door.stage.until(at("2024-06-30T10:00"))
    assert set(door.states("amina", PART).values()) == {"sent", "withdrawn"}
    assert "on-the-day" in door.states("omar", "request:june/omar")


def test_a_file_goes_by_the_form_of_the_milestone_alone(door: Linked) -> None:
    shown = door.client.get(door.link("amina", "request")).text
    (path, _) = re.findall(r'href="(/answer/[^"?]+)\?say=note"', shown)
    form = door.client.get(path)
    assert "Zero draft" in form.text
    sent = {"page": token_in(form), "say": "note", "note": "The annex."}
    answer = door.client.post(path, data=sent, files={"file": ("annex.pdf", b"%PDF-1.7 annex")})
    assert answer.status_code == 200
    (report,) = door.stage.service.history.reports_of(M)
    assert (report.state, report.by, report.note) == ("note", "amina", "The annex.")
    (file,) = door.stage.service.history.attachments_of([report.id])
    assert file.name == "annex.pdf"


def test_the_same_form_sent_twice_counts_once(door: Linked) -> None:
    path = door.link("amina", "request")
    fields = filled(door, path, "send") | {f"state:{M}": "on-track"}
    first, second = post(door, path, fields), post(door, path, fields)
    assert (first.status_code, second.status_code) == (200, 200)
    assert "Your answer is recorded" in second.text
    assert "1 milestone is left without an answer" in second.text
    assert (len(said(door)), len(store(door).sent())) == (1, 1)


def test_a_draft_is_kept_on_the_server_until_it_is_sent(door: Linked) -> None:
    path = door.link("amina", "request")
    saved = post(door, path, filled(door, path, "save") | {f"note:{M}": "half a thought"})
    assert saved.status_code == 200
    assert "It is not sent yet" in saved.text
    assert said(door) == []
    elsewhere = asking.get(f"{door.client.base_url}{path}").text
    assert "half a thought" in elsewhere
    door.stage.until(at("2024-05-31T10:00"))
    mails = [one.text for one in door.stage.mails() if "You have saved a draft" in one.text]
    assert len(mails) == 1
    assert "Progress for the Board" in mails[0]
    again = filled(door, path, "send") | {f"note:{M}": "a whole one"}
    assert post(door, path, again).status_code == 200
    assert store(door).drafts() == []
    assert said(door) == [("note", "amina", None, "a whole one")]


def test_of_two_devices_none_overwrites_the_other_unasked(door: Linked) -> None:
    path = door.link("amina", "request")
    phone, desk = filled(door, path, "save"), filled(door, path, "save")
    assert post(door, path, phone | {f"note:{M}": "from the phone"}).status_code == 200
    refused = post(door, path, desk | {f"note:{M}": "from the desk"})
    assert refused.status_code == 409
    assert "perhaps on another device" in refused.text
    assert "from the desk" in refused.text, "what was typed is not lost"
    (draft,) = store(door).drafts()
    assert draft.fields == {f"note:{M}": "from the phone"}
    second = {"page": token_in(refused), "mark": mark_in(refused), "save": "1"}
    assert post(door, path, second | {f"note:{M}": "from the desk"}).status_code == 200
    (draft,) = store(door).drafts()
    assert (draft.fields, draft.version) == ({f"note:{M}": "from the desk"}, 2)


def test_what_was_sent_from_the_phone_is_not_undone_by_the_desk(door: Linked) -> None:
    path = door.link("amina", "request")
    phone, desk = filled(door, path, "send"), filled(door, path, "send")
    assert post(door, path, phone | {f"state:{M}": "done"}).status_code == 200
    assert post(door, path, desk | {f"state:{M}": "delayed"}).status_code == 409
    assert [one[0] for one in said(door)] == ["done"]


def test_an_answer_can_be_corrected_until_the_close(door: Linked) -> None:
    path = door.link("amina", "request")
    first = {f"state:{M}": "done", f"state:{N}": "on-track"}
    assert post(door, path, filled(door, path, "send") | first).status_code == 200
    shown = door.client.get(path).text
    assert "Amina Odhiambo sent an answer" in shown
    assert '<option value="done" selected>' in shown
    better = first | {f"state:{M}": "at-risk"}
    assert post(door, path, filled(door, path, "send") | better).status_code == 200
    assert [one[0] for one in said(door)] == ["done", "at-risk"]
    assert [one[0] for one in said(door, N)] == ["on-track"], "what is unchanged is not repeated"
    door.stage.until(at("2024-06-08T10:00"))
    closed = door.client.get(path)
    assert closed.status_code == 410
    assert "This request has closed" in closed.text
    token = {"page": "x", "mark": "0.2", "send": "1"}
    assert post(door, path, token | {f"state:{M}": "done"}).status_code == 409
    assert [one[0] for one in said(door)] == ["done", "at-risk"]


def test_a_late_answer_is_taken_and_marked(door: Linked) -> None:
    door.stage.until(at("2024-06-10T10:00"))
    path = door.link("amina", "request")
    shown = door.client.get(path)
    assert shown.status_code == 200
    assert "marked as late" in shown.text
    answer = post(door, path, filled(door, path, "send") | {f"state:{M}": "delayed"})
    assert "marked as late" in answer.text
    (kept,) = store(door).sent()
    assert kept.late
    assert [one[0] for one in said(door)] == ["delayed"]


AMISS = [
    (f"state:{M}", "finished", "Choose one of the answers"),
    (f"percent:{M}", "101", "whole number from 0 to 100"),
    (f"link:{M}", "javascript:alert(1)", "begins with https"),
    (f"link:{M}", "https://", "begins with https"),
    (f"note:{M}", "x" * 1001, "under 1000 characters"),
    ("question:funds", "perhaps", "Choose one of the answers"),
    ("question:cost", "a lot", "Give a number"),
    ("page", "forged", "open for too long"),
]


def test_what_is_amiss_is_said_and_nothing_is_lost(door: Linked) -> None:
    path = door.link("amina", "request")
    fields = filled(door, path, "send") | {f"state:{N}": "on-track", f"note:{N}": "kept & shown"}
    for field, text, problem in AMISS:
        answer = post(door, path, fields | {field: text})
        assert answer.status_code in (400, 409)
        assert problem in answer.text
        assert "kept &amp; shown" in answer.text
        assert said(door) == said(door, N) == []
    assert "Say at least" in post(door, path, filled(door, path, "send")).text


def test_a_needed_question_must_be_answered_before_it_is_sent(tmp_path: Path) -> None:
    text = PLAN + REQUEST.replace('kind = "number"', 'kind = "number", required = true')
    with linked(tmp_path, text) as door:
        path = door.link("amina", "request")
        lacking = post(door, path, filled(door, path, "send") | {f"state:{M}": "done"})
        assert lacking.status_code == 400
        assert "Please answer this question" in lacking.text
        assert "What does it cost? (needed)" in lacking.text
        saved = post(door, path, filled(door, path, "save") | {f"state:{M}": "done"})
        assert saved.status_code == 200, "a draft may be as unfinished as it likes"


def test_a_form_that_is_too_large_or_of_another_type(door: Linked) -> None:
    path = door.link("amina", "request")
    assert door.client.post(path, content=b"x" * 600_000, headers=FORM).status_code == 413
    json = {"Content-Type": "application/json"}
    assert door.client.post(path, content=b"{}", headers=json).status_code == 415
    many = urlencode([(f"a{number}", "x") for number in range(5000)]).encode()
    assert door.client.post(path, content=many, headers=FORM).status_code == 409


def test_links_that_lead_nowhere(door: Linked) -> None:
    path = door.link("amina", "request")
    answer = path.replace("/request/", "/answer/")
    stop = door.link("amina", "stop").replace("/stop/", "/request/")
    for wrong in ("/request/forged", answer, stop, path[:-3]):
        assert door.client.get(wrong).status_code == 404
        assert post(door, wrong, {"send": "1"}).status_code == 404
    door.stage.service.history.put("links:amina", "1")
    door.stage.service.live.refresh(door.stage.service.clock.now())
    assert door.client.get(path).status_code == 410


def test_an_expired_link_brings_a_new_one(door: Linked) -> None:
    path = door.link("amina", "request")
    door.stage.until(door.stage.service.clock.now() + timedelta(days=95))
    shown = door.client.get(path)
    assert shown.status_code == 410
    sent = post(door, path, {"page": token_in(shown), "fresh": "1"})
    assert "A new link is on its way" in sent.text
    door.stage.until(door.stage.service.clock.now() + timedelta(minutes=2))
    fresh = door.link("amina", "request")
    assert fresh != path
    assert door.client.get(fresh).status_code == 200


def test_a_request_that_is_taken_back_has_nothing_to_answer(door: Linked) -> None:
    path = door.link("amina", "request")
    door.stage.write(PLAN)
    assert door.client.get(path).status_code == 410
    assert "There is nothing to answer any more" in door.client.get(path).text


def test_a_deputy_answers_in_place(tmp_path: Path) -> None:
    text = PLAN.replace(
        "[people.amina]\n", '[people.amina]\naway = ["2024-05-01/2024-07-01"]\ndeputy = "wim"\n'
    )
    with linked(tmp_path, text + REQUEST) as door:
        path = door.link("wim", "request")
        shown = door.client.get(path).text
        assert "Amina Odhiambo" in shown
        assert 'lang="fr"' in shown
        post(door, path, filled(door, path, "send") | {f"state:{M}": "on-track"})
        assert [one[:2] for one in said(door)] == [("on-track", "wim")]
        assert set(door.states("wim", PART).values()) == {"sent", "withdrawn"}


def test_arabic_runs_from_the_right(door: Linked) -> None:
    page = door.client.get(door.link("omar", "request")).text
    assert '<html lang="ar" dir="rtl">' in page
    assert "حفظ ومتابعة لاحقا" in page


def test_the_public_page_says_what_is_not_answered_once_it_has_closed(door: Linked) -> None:
    words = "Asked for an update on 20 May 2024, not answered yet"
    path = door.link("amina", "request")
    assert words not in door.client.get("/tracks/t/m").text
    post(door, path, filled(door, path, "send") | {f"state:{M}": "on-track"})
    door.stage.until(at("2024-06-08T10:00"))
    assert words not in door.client.get("/tracks/t/m").text
    assert words in door.client.get("/tracks/t/n").text
    overview = door.client.get("/").text
    assert "Asked for an update, not answered yet" in overview
    assert "Amina" not in overview.partition("Where the commitments stand")[2]
    assert door.client.get("/api/milestones/t/n").json()["asked"] == "2024-05-20"
    assert door.client.get("/api/milestones/t/m").json()["asked"] is None
    assert door.client.get("/api/overview").json()["unanswered"] == 2
    door.stage.report("t/n", "on-track")
    assert words not in door.client.get("/tracks/t/n").text
