"""The end of messages with one click or on a page, and links that lead nowhere."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from scheduler.planning.occurrences import Dates
from scheduler.web.signed import Link, last_day, link_token
from tests.scheduler.answering.linked import FIRST, FORM, PLAN, Linked, linked, token_in
from tests.scheduler.rehearsing import at

ONE_CLICK = b"List-Unsubscribe=One-Click"
PARTS = (
    b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Linked]:
    """A rehearsal on 29 May, after the first reminders."""
    with linked(tmp_path) as made:
        yield made


def muted(door: Linked) -> list[tuple[str, str]]:
    return [one[:2] for one in door.stage.service.history.mutes()]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (FORM, ONE_CLICK),
        (FORM | {"User-Agent": "GmailImageProxy", "Accept": "*/*"}, ONE_CLICK),
        ({"Content-Type": "multipart/form-data; boundary=x"}, PARTS),
        (FORM, b"List-Unsubscribe=One-Click\r\n"),
    ],
)
def test_one_click_as_mail_programs_send_it(
    door: Linked, headers: dict[str, str], body: bytes
) -> None:
    """RFC 8058, section 3.2: no cookie, no page before it, and no redirection as an answer."""
    answer = httpx.post(
        str(door.client.base_url).rstrip("/") + door.link("amina", "stop"),
        content=body, headers=headers,
    )  # fmt: skip
    assert answer.status_code == 200
    assert answer.history == []
    assert "set-cookie" not in answer.headers
    assert muted(door) == [("amina", "all")]
    door.stage.until(at("2024-07-01T10:00"))
    assert set(door.states("amina").values()) == {"sent", "muted"}
    assert door.states("cora")["escalation:1"] == "sent"


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (FORM, b"", 409),
        (FORM, b"List-Unsubscribe=no", 409),
        (FORM, b"stop=all", 409),
        ({"Content-Type": "application/json"}, ONE_CLICK, 415),
        (FORM, ONE_CLICK + b"&x=" + b"y" * 20_000, 413),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x One-Click", 409),
    ],
)
def test_any_other_post_ends_nothing(
    door: Linked, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = door.client.post(door.link("amina", "stop"), content=body, headers=headers)
    assert answer.status_code == status
    assert muted(door) == []


def test_the_page_says_what_it_means_and_can_be_undone(door: Linked) -> None:
    path = door.link("amina", "stop")
    page = door.client.get(path)
    assert "Amina Odhiambo" in page.text
    assert "what is escalated" in page.text
    stopped = door.send(path, token_in(page), stop="all")
    assert "Your messages are stopped" in stopped.text
    assert muted(door) == [("amina", "all")]
    assert "Your messages are stopped" in door.client.get(path).text
    started = door.send(path, token_in(stopped), start="all")
    assert "Messages are sent to you again" in started.text
    assert muted(door) == []


def test_what_else_is_muted_is_shown_and_taken_back(door: Linked) -> None:
    door.stage.service.history.mute("amina", "milestone:t/m", FIRST)
    door.stage.service.history.mute("amina", "track:t", FIRST)
    path = door.link("amina", "stop")
    page = door.client.get(path).text
    assert "the milestone “Zero draft”" in page
    assert "all of “Safer cities”" in page
    door.send(path, start="track:t")
    door.send(path, start="track:never")
    assert muted(door) == [("amina", "milestone:t/m")]


def test_an_end_takes_her_out_of_what_is_being_prepared(door: Linked) -> None:
    """The mail program's POST comes while a worker has the next message in hand."""
    store, soon = door.stage.service.deliveries, at("2024-06-21T09:00")
    (claimed, *_) = [
        one for one in store.claim("email", soon, "w", timedelta(minutes=1), 9)
        if one.recipient == "amina"
    ]  # fmt: skip
    door.client.post(door.link("amina", "stop"), content=ONE_CLICK, headers=FORM)
    assert store.still_wanted(claimed, soon) == ()


def test_a_coordinator_still_hears_of_the_service(door: Linked) -> None:
    door.stage.until(at("2024-07-01T10:00"))
    path = door.link("cora", "stop")
    assert "As a coordinator" in door.client.get(path).text
    door.send(path, stop="all")
    history = door.stage.service.history
    history.notice("k", "rejected", "The plan has mistakes", door.stage.service.clock.now())
    door.stage.rounds.call("attention")
    door.stage.until(at("2024-07-01T11:00"))
    assert door.stage.mails()[-1].subject == "For the coordinators · The plan"


def test_an_invitation_has_an_end_too(tmp_path: Path) -> None:
    text = PLAN.replace('[channels.email]\ntype = "console"\n', "")
    with linked(
        tmp_path, text.replace('owner = "amina"', 'owner = "amina"\ninvite = true')
    ) as door:
        invitations = [one for one in door.stage.mails() if b"text/calendar" in one.content]
        assert invitations
        for mail in invitations:
            assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in mail.content


def path_of(door: Linked, link: Link, generation: int = 0) -> str:
    token = link_token(door.stage.service.live.secret(), link, generation)
    return f"/{link.kind}/{token}"


UNTIL = last_day(FIRST)


@pytest.mark.parametrize(
    ("link", "status", "said"),
    [
        (Link("answer", "amina", "t/m", (FIRST - timedelta(days=1)).date()), 410, "expired"),
        (Link("stop", "amina", "", (FIRST - timedelta(days=1)).date()), 410, "expired"),
        (Link("answer", "nobody", "t/m", UNTIL), 410, "no longer in this plan"),
        (Link("stop", "nobody", "", UNTIL), 410, "no longer in this plan"),
        (Link("answer", "amina", "t/gone", UNTIL), 410, "no longer in the plan"),
        (Link("answer", "amina", "t/m@2024-01-01", UNTIL), 410, "no longer in the plan"),
        (Link("stop", "crew", "", UNTIL), 404, "no such link"),
    ],
)
def test_links_that_lead_nowhere(door: Linked, link: Link, status: int, said: str) -> None:
    before = door.everything()
    path = path_of(door, link)
    for answer in (
        door.client.get(path),
        door.client.post(path, content=ONE_CLICK, headers=FORM),
        door.client.post(path, data={"page": "x", "say": "done", "stop": "all"}),
    ):
        assert answer.status_code == status
        assert said in answer.text
    assert door.everything() == before


def test_a_link_opens_only_its_own_kind_of_page(door: Linked) -> None:
    for kind, other in (("answer", "stop"), ("stop", "answer")):
        path = door.link("amina", kind).partition("?")[0]
        wrong = path.replace(f"/{kind}/", f"/{other}/")
        assert door.client.get(wrong).status_code == 404
        assert door.client.post(wrong, content=ONE_CLICK, headers=FORM).status_code == 404
    assert muted(door) == []


def test_forged_links(door: Linked) -> None:
    path = door.link("amina").partition("?")[0]
    token = path.rpartition("/")[2]
    other = path_of(door, Link("answer", "omar", "t/m", UNTIL)).rpartition("/")[2]
    mixed = token[:22] + other[22:]
    for forged in (token[:-1], token + "A", mixed, token.swapcase(), "A" * 900, "%00", "é", "-"):
        answer = door.client.get(f"/answer/{forged}")
        assert answer.status_code == 404, forged
        assert "no such link" in answer.text
        assert "Cora" not in answer.text, "who is in the plan is told to nobody unknown"
    french = door.client.get("/answer/x", headers={"Accept-Language": "xx, fr-FR;q=0.9"})
    assert '<html lang="fr"' in french.text


def test_links_that_were_renewed(door: Linked) -> None:
    path, stop, ben = door.link("amina"), door.link("amina", "stop"), door.link("omar")
    page = door.page_token(path)
    history = door.stage.service.history
    history.put("links:amina", "1")
    assert door.client.post(stop, content=ONE_CLICK, headers=FORM).status_code == 410, "at once"
    assert door.send(path, page, say="done").status_code == 410
    door.stage.service.take_up(door.stage.service.clock.now())
    for old in (path, stop):
        answer = door.client.get(old)
        assert answer.status_code == 410
        assert "replaced" in answer.text
    assert door.client.get(ben).status_code == 200
    assert muted(door) == []
    door.stage.until(at("2024-06-21T10:00"))
    assert door.client.get(door.link("amina")).status_code == 200


def test_an_expired_link_asks_for_a_new_one_by_the_outbox(door: Linked) -> None:
    old = Link("answer", "amina", "t/m", (FIRST - timedelta(days=1)).date())
    path = path_of(door, old)
    page = door.client.get(path)
    assert "amina@example.org" not in page.text
    asked = door.send(path, token_in(page), fresh="1")
    assert "on its way" in asked.text
    door.send(path, token_in(page), fresh="1")
    door.stage.until(FIRST + timedelta(hours=1))
    mails = [one for one in door.stage.mails() if "A new link" in one.text]
    assert [one.recipient for one in mails] == ["amina@example.org"], "once a day"
    assert door.client.get(door.link("amina")).status_code == 200
    door.stage.until(FIRST + timedelta(days=1))
    door.send(path, fresh="1")
    door.stage.until(FIRST + timedelta(days=1, hours=1))
    assert len([one for one in door.stage.mails() if "A new link" in one.text]) == 2
    door.stage.write(PLAN.replace("2024-06-28", "2024-06-29"))
    assert door.states("amina")["fresh-link"] == "sent"


def test_a_new_link_goes_only_where_the_form_of_the_old_one_asks(door: Linked) -> None:
    old = path_of(door, Link("answer", "amina", "t/m", (FIRST - timedelta(days=1)).date()))
    room = path_of(door, Link("answer", "crew", "t/c", (FIRST - timedelta(days=1)).date()))
    stale = path_of(door, Link("answer", "amina", "t/m", UNTIL))
    assert door.send(old, "x", fresh="1").status_code == 410
    assert door.send(stale, fresh="1").status_code == 400
    assert "Send me a new link" not in door.client.get(room).text
    found = Dates(door.stage.service.plan).find("t/m")
    assert found is not None
    door.stage.service.desk.send_link("nobody", found.id, FIRST)
    door.stage.service.desk.send_link("amina", "t/never", FIRST)
    assert "fresh-link" not in door.states("amina")
