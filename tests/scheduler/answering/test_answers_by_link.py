"""From the link in a mail to the effect, over HTTP: nothing on GET, one thing on each POST."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from scheduler.web.links import masked
from tests.scheduler.answering.linked import FIRST, FORM, PLAN, Linked, linked, token_in
from tests.scheduler.rehearsing import at


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Linked]:
    """A rehearsal on 29 May, after the first reminders."""
    with linked(tmp_path) as made:
        yield made


def test_a_mail_has_few_buttons_and_an_end(door: Linked) -> None:
    (mail,) = [one for one in door.stage.mails() if one.recipient == "amina@example.org"]
    assert mail.html is not None
    for label in ("Done", "It needs more time", "More answers"):
        assert f">{label}</a>" in mail.html
        assert f"{label}:\n" in mail.text
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in mail.content
    assert door.link("amina", "stop") in mail.text
    assert "Please tell" not in mail.text, "the buttons ask"


def test_a_room_gets_buttons_of_its_own_and_no_end(door: Linked) -> None:
    (mail,) = [one for one in door.stage.mails() if "@" not in one.recipient]
    assert "/answer/" in mail.text
    assert "/stop/" not in mail.text
    assert b"List-Unsubscribe" not in mail.content


def test_looking_changes_nothing(door: Linked) -> None:
    """Scanners open every link, in every way they know."""
    before = door.everything()
    for number in range(3):
        path = door.link("amina", number=number)
        assert door.client.get(path).status_code == 200
        assert door.client.head(path).status_code == 200
        prefetch = {"Sec-Purpose": "prefetch", "Purpose": "prefetch"}
        assert door.client.get(path, headers=prefetch).status_code == 200
        assert door.client.options(path).status_code == 405
        assert door.client.put(path, content=b"say=done").status_code == 405
    stop = door.link("amina", "stop")
    assert door.client.get(stop).status_code == door.client.head(stop).status_code == 200
    assert door.everything() == before


def test_what_the_form_shows(door: Linked) -> None:
    page = door.client.get(door.link("amina")).text
    for text in (
        "Zero draft", "Safer cities", "HSP/HA.2/Res.1", "28 June 2024", "Amina Odhiambo",
        "A zero draft by the end of June", "Nothing yet", "27 August 2024",
    ):  # fmt: skip
        assert text in page
    assert 'id="say-done" value="done" required checked' in page
    assert 'id="say-at-risk" value="at-risk" required checked' in door.client.get(
        door.link("amina", number=1)
    ).text  # fmt: skip
    assert " checked" not in door.client.get(door.link("amina", number=2)).text


def test_pages_behind_links_leave_no_trace(door: Linked) -> None:
    path = door.link("amina")
    gone = door.client.get("/answer/forged")
    for answer in (door.client.get(path), door.send(path, say="note", note="x"), gone):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "form-action 'self'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers
        assert "<script" not in answer.text


def test_done_is_recorded_shown_and_stops_what_it_stops(door: Linked) -> None:
    answer = door.send(door.link("amina"), say="done", note="Sent to the Board")
    assert answer.status_code == 200
    assert "It is recorded as done" in answer.text
    assert "5 reminders that had not been sent are taken back" in answer.text
    assert "Wim will be told" in answer.text
    assert set(door.states("amina").values()) == {"sent", "withdrawn"}
    assert door.states("wim")["done"] == "planned"
    page = door.client.get("/tracks/t/m").text
    assert "Done" in page
    assert "Sent to the Board" in page
    assert "Amina" not in page.partition("History")[2], "no names beside what is reported"
    assert "before:30 days" in door.states("amina", "t/n") or door.states("amina", "t/n")
    (report,) = door.stage.service.history.reports_of("t/m")
    assert (report.state, report.by, report.percent) == ("done", "amina", None)


@pytest.mark.parametrize(
    ("say", "state", "heading"),
    [
        ("on-track", "on-track", "recorded as on track"),
        ("at-risk", "at-risk", "recorded as at risk"),
        ("delayed", "delayed", "recorded as delayed"),
        ("note", "note", "Your note is recorded"),
    ],
)
def test_other_reports(door: Linked, say: str, state: str, heading: str) -> None:
    answer = door.send(
        door.link("amina"), say=say, note="One region is open.", percent="60 %", wished="July"
    )
    assert heading in answer.text
    assert "Cora can see it there" in answer.text
    assert "Reminders go on" in answer.text
    (report,) = door.stage.service.history.reports_of("t/m")
    assert (report.state, report.percent) == (state, 60)
    assert report.note == "Date wished: July. One region is open."
    assert "withdrawn" not in door.states("amina").values()


def test_the_same_form_twice_acts_once(door: Linked) -> None:
    path = door.link("amina")
    page = door.page_token(path)
    first = door.send(path, page, say="at-risk")
    second = door.send(path, page, say="at-risk")
    assert first.status_code == second.status_code == 200
    assert len(door.stage.service.history.reports_of("t/m")) == 1


def test_what_is_done_by_mistake_is_put_right_by_another_answer(door: Linked) -> None:
    path = door.link("amina")
    door.send(path, say="done")
    door.send(path, say="at-risk")
    assert door.states("amina")["before:7 days"] == "planned"
    door.stage.until(at("2024-06-21T10:00"))
    assert door.states("amina")["before:7 days"] == "sent"


def test_an_acknowledgement_stops_reminders_for_as_long_as_the_policy_says(door: Linked) -> None:
    door.stage.until(at("2024-06-21T10:00"))
    page = door.client.get(door.link("amina"))
    assert "no reminders of it before Monday 1 July 2024" in page.text
    answer = door.send(door.link("amina"), say="acknowledged")
    assert "no reminders of it before Monday 1 July 2024" in answer.text
    assert "Acknowledged: none before" in door.client.get(door.link("amina")).text
    door.stage.until(at("2024-07-01T12:00"))
    assert door.states("amina")["before:1 day"] == "muted"
    assert door.states("amina")["on-the-day"] == "muted"
    assert door.states("cora")["escalation:1"] == "sent"


def test_an_acknowledgement_can_be_taken_back(door: Linked) -> None:
    path = door.link("amina")
    answer = door.send(path, say="acknowledged")
    undone = door.send(path, token_in(answer), undo="wish")
    assert "You are reminded of it again" in undone.text
    door.stage.until(at("2024-06-21T10:00"))
    assert door.states("amina")["before:7 days"] == "sent"


def test_a_snooze_puts_off_to_a_day(door: Linked) -> None:
    door.stage.until(at("2024-06-20T10:00"))
    answer = door.send(door.link("amina"), say="snoozed", day="2024-06-25")
    assert "again on Tuesday 25 June 2024" in answer.text
    door.stage.until(at("2024-06-25T08:00"))
    assert door.states("amina")["before:7 days"] == "planned"
    door.stage.until(at("2024-06-25T10:00"))
    assert door.states("amina")["before:7 days"] == "sent"
    sent = door.stage.service.history.outbox(milestone="t/m", states=["sent"])
    assert [f"{row['sent_at']:%m-%d %H:%M}" for row in sent][-1] == "06-25 09:00"


@pytest.mark.parametrize(("say", "left"), [("mute-milestone", {"n"}), ("mute-track", set())])
def test_a_mute_covers_what_it_says_and_is_taken_back(
    door: Linked, say: str, left: set[str]
) -> None:
    door.send(door.link("amina"), say="note", note="x")
    answer = door.send(door.link("amina"), say=say)
    assert "Nothing more is sent to you" in answer.text
    assert "Muted" in door.client.get(door.link("amina")).text
    door.stage.until(at("2024-06-21T10:00"))
    assert door.states("amina")["before:7 days"] == "muted"
    undone = door.send(door.link("amina"), token_in(answer), undo=_scope(say))
    assert "Messages are sent to you again" in undone.text
    door.stage.until(at("2024-06-27T10:00"))
    assert door.states("amina")["before:1 day"] == "sent"


def _scope(say: str) -> str:
    return "track:t" if say == "mute-track" else "milestone:t/m"


def test_nobody_takes_back_what_is_not_hers(door: Linked) -> None:
    history = door.stage.service.history
    history.mute("amina", "track:other", FIRST)
    history.mute("wim", "track:t", FIRST)
    door.send(door.link("amina"), undo="track:other")
    door.send(door.link("amina"), undo="track:t")
    assert [one[:2] for one in history.mutes()] == [("amina", "track:other"), ("wim", "track:t")]


def test_a_room_reports_but_mutes_nothing(door: Linked) -> None:
    path = door.link("room")
    page = door.client.get(path).text
    assert "You answer for The crew" in page
    assert "mute-" not in page
    assert door.send(path, say="mute-milestone").status_code == 400
    assert "recorded as done" in door.send(path, say="done").text
    (report,) = door.stage.service.history.reports_of("t/c")
    assert report.by == "crew"


def test_who_only_follows_reports_nothing(door: Linked) -> None:
    door.stage.until(at("2024-06-28T10:00"))
    path = door.link("wim")
    page = door.client.get(path)
    assert 'lang="fr"' in page.text
    assert 'value="done"' not in page.text
    assert door.send(path, say="done").status_code == 400
    assert door.send(path, say="mute-milestone").status_code == 200
    assert door.stage.service.history.reports_of("t/m") == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose one of the answers"),
        ({"say": "cancelled"}, "Choose one of the answers"),
        ({"say": "note"}, "Choose one of the answers"),
        ({"say": "snoozed", "day": "soon"}, "Give a day from 30 May 2024"),
        ({"say": "snoozed", "day": "2024-05-29"}, "Give a day from 30 May 2024"),
        ({"say": "snoozed", "day": "2025-05-29"}, "to 27 August 2024"),
        ({"say": "on-track", "percent": "101"}, "whole number from 0 to 100"),
        ({"say": "on-track", "percent": "½"}, "whole number from 0 to 100"),
        ({"say": "note", "note": "x" * 1001}, "under 1000 characters"),
        ({"say": "delayed", "wished": "x" * 101}, "under 100 characters"),
    ],
)
def test_what_is_amiss_is_said_and_what_was_written_stays(
    door: Linked, fields: dict[str, str], said: str
) -> None:
    before = door.everything()
    answer = door.send(door.link("amina"), **{"note": "kept <b>words</b>", **fields})
    if "note" not in fields and fields.get("say") != "note":
        assert "kept &lt;b&gt;words&lt;/b&gt;" in answer.text
    if fields == {"say": "note"}:
        assert answer.status_code == 200  # the note is the answer
        return
    assert answer.status_code == 400
    assert said in answer.text
    assert door.everything() == before


def test_a_note_says_nothing_that_the_page_takes_for_its_own(door: Linked) -> None:
    note = "<script>alert(1)</script> {wished} {0} \x00\u202e{{ 7*7 }}"
    answer = door.send(door.link("amina"), say="at-risk", note=note)
    assert answer.status_code == 200
    (report,) = door.stage.service.history.reports_of("t/m")
    assert report.note == "<script>alert(1)</script> {wished} {0} {{ 7*7 }}"
    for page in (door.client.get(door.link("amina")), door.client.get("/tracks/t/m")):
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text


def test_a_form_that_was_open_for_long_is_shown_again(door: Linked) -> None:
    door.stage.service.live._rehearsed = None  # whose hours would be those of the reader's clock
    path = door.link("amina")
    page = door.page_token(path)
    door.stage.until(FIRST + timedelta(hours=2))
    assert door.send(path, page, say="note", note="in time").status_code == 200
    door.stage.until(FIRST + timedelta(hours=2, seconds=2))
    again = door.send(path, page, say="done", note="kept")
    assert again.status_code == 409
    assert "nothing was recorded" in again.text
    assert "kept" in again.text
    assert "recorded as done" in door.send(path, token_in(again), say="done").text


@pytest.mark.parametrize("page", ["", "x", "A" * 40, "A" * 5000, "é"])
def test_no_answer_without_the_token_of_the_page(door: Linked, page: str) -> None:
    before = door.everything()
    answer = door.send(door.link("amina"), page, say="done", note="kept")
    assert answer.status_code == 409
    assert "nothing was recorded" in answer.text
    assert "kept" in answer.text
    assert door.everything() == before


def test_the_token_of_one_form_opens_no_other(door: Linked) -> None:
    before = door.everything()
    other = door.page_token(door.link("omar"))
    assert door.send(door.link("amina"), other, say="done").status_code == 409
    assert door.everything() == before


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (FORM, b"say=done&note=" + b"x" * 20_000, 413),
        ({"Content-Type": "application/json"}, b'{"say": "done"}', 415),
        ({"Content-Type": "text/plain"}, b"say=done", 415),
        (FORM, b"&" * 1000, 409),
        (FORM, b"\xff\xfe%ff%00=%zz", 409),
    ],
)
def test_bodies_that_are_no_form(
    door: Linked, headers: dict[str, str], body: bytes, status: int
) -> None:
    before = door.everything()
    path = door.link("amina").partition("?")[0]
    assert door.client.post(path, content=body, headers=headers).status_code == status
    assert door.everything() == before


def test_too_many_answers_by_one_link(door: Linked) -> None:
    path = door.link("amina")
    answers = [door.send(path, "x", say="done").status_code for _ in range(25)]
    assert answers == [409] * 20 + [429] * 5
    busy = door.send(path, "x", say="done")
    assert busy.headers["retry-after"] == "600"
    assert door.send(door.link("omar"), say="note", note="x").status_code == 200
    door.stage.until(FIRST + timedelta(minutes=11))
    assert door.send(path, say="done").status_code == 200


@pytest.mark.parametrize("say", ["done", "acknowledged", "snoozed", "mute-milestone", "mute-track"])
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_message_that_is_being_prepared_leaves_it_out(
    tmp_path: Path, say: str, kind: str, request: pytest.FixtureRequest
) -> None:
    """The answer comes after a worker has claimed the message, and before it sends."""
    url = request.getfixturevalue("postgres_url") if kind == "postgresql" else None
    with linked(tmp_path, url=url) as door:
        store, soon = door.stage.service.deliveries, at("2024-06-21T09:00")
        claimed = store.claim("email", soon, "w", timedelta(minutes=1), 9)
        (mine,) = [one for one in claimed if one.recipient == "amina"]
        assert store.still_wanted(mine, soon) == mine.ids
        assert door.send(door.link("amina"), say=say, day="2024-06-25").status_code == 200
        assert store.still_wanted(mine, soon) == ()
        assert door.states("amina")["before:7 days"] in ("withdrawn", "muted", "planned")


def test_an_answer_in_arabic(door: Linked) -> None:
    page = door.client.get(door.link("omar"))
    assert '<html lang="ar" dir="rtl">' in page.text
    answer = door.send(door.link("omar"), say="done")
    assert '<html lang="ar" dir="rtl">' in answer.text
    assert answer.status_code == 200


def test_what_the_plan_says_is_done_stays_so(door: Linked) -> None:
    path = door.link("amina")
    page = door.page_token(path)
    door.stage.write(PLAN.replace('title = "Zero draft"', 'title = "Zero draft"\nstatus = "done"'))
    assert "The plan says that it is done" in door.client.get(path).text
    assert door.send(path, page, say="at-risk").status_code == 400
    assert door.stage.service.history.reports_of("t/m") == []


def test_a_link_of_one_who_owns_it_no_more_reports_nothing(door: Linked) -> None:
    path = door.link("amina")
    door.stage.write(PLAN.replace('owner = "amina"', 'owner = "omar"'))
    answer = door.send(path, say="done")
    assert answer.status_code == 400
    assert door.stage.service.history.reports_of("t/m") == []


def test_the_links_of_a_rehearsal_can_lead_to_its_own_pages(tmp_path: Path) -> None:
    with linked(tmp_path) as door:
        door.stage.service.offering.base = "http://127.0.0.1:8025"
        door.stage.until(at("2024-06-21T10:00"))
        mail = [one for one in door.stage.mails() if one.recipient == "amina@example.org"][-1]
        assert "http://127.0.0.1:8025/answer/" in mail.text
        assert "http://127.0.0.1:8025/stop/" in mail.text
        assert b"List-Unsubscribe" not in mail.content, "only https may stand there"


def test_a_plan_without_an_address_has_no_links(tmp_path: Path) -> None:
    with linked(tmp_path, PLAN.replace('url = "https', '# url = "https')) as door:
        for mail in door.stage.mails():
            assert "/answer/" not in mail.text
            assert "/stop/" not in mail.text


def test_every_answer_on_the_wire_is_private(door: Linked) -> None:
    """What a log would show of a path is no more than the kind of page."""
    path = door.link("amina")
    assert masked(path) == "/answer/…"
    assert masked(door.link("amina", "stop")) == "/stop/…"
    assert isinstance(door.client.get(path), httpx.Response)
