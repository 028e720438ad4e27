"""The console over HTTP: who sees what, what each form does, and which forms are not taken."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from scheduler.outbox.values import ChannelState, Node
from scheduler.outbox.verdict import failed
from scheduler.web.posted import FORM_TYPE
from tests.scheduler.console.office import CONSOLE_PLAN, Office, form_field, office
from tests.scheduler.console.test_reports import say

PAGES = {
    "/console": "Console",
    "/console/reports": "Reports",
    "/console/requests": "Update requests",
    "/console/next": "What goes out next",
    "/console/failures": "Failures",
    "/console/service": "Channels and nodes",
    "/console/plan": "The plan",
    "/console/trail": "Who did what",
}
FOR_LEADS = ("/console", "/console/reports", "/console/next")
MANY = "\n".join(
    f'[[tracks.t.milestones]]\nid = "x{number}"\ntitle = "Step {number}"\ndue = "2024-09"'
    for number in range(8)
)
FORMS = {
    "/console/retry": {"channel": "email"},
    "/console/withdraw": {"key": "x"},
    "/console/resume": {"channel": "email"},
    "/console/consent": {"digest": "x"},
    "/console/logout": {},
}


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    """The console of a plan with a coordinator, Cora, and a team's lead, Omar."""
    with office(tmp_path) as made:
        yield made


def press(client: httpx.Client, page: str, path: str, **fields: str) -> httpx.Response:
    """Send a form of a page, as its button does."""
    form = form_field(client.get(page), "form")
    return client.post(path, data={"form": form, **fields})


def test_every_page_is_for_a_coordinator(there: Office) -> None:
    client = there.logged_in("cora")
    for path, title in PAGES.items():
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert f"<h1>{title}</h1>" in answer.text
        assert "Logged in as Cora" in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "<script" not in answer.text


def test_no_page_and_no_form_is_for_others(there: Office) -> None:
    stranger, lead = there.browser(), there.logged_in("omar")
    for path in PAGES:
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        assert lead.get(path).status_code == (200 if path in FOR_LEADS else 403)
    before = there.trail()
    for path, fields in FORMS.items():
        answer = stranger.post(path, data={"form": "x", **fields})
        assert answer.status_code == (303 if path == "/console/logout" else 403)
        assert stranger.get(path).status_code == 405
        if path != "/console/logout":
            assert press(lead, "/console", path, **fields).status_code == 403
    assert there.trail() == before


def test_what_is_refused_is_said_in_the_language_of_the_page(there: Office) -> None:
    lead = there.logged_in("omar")
    lead.headers["Accept-Language"] = "en"
    answer = lead.get("/console/plan")
    assert '<html lang="ar" dir="rtl">' in answer.text
    assert "That is for" not in answer.text
    for path, sent in (("/console/reports/publish", b"form=x"), ("/console/logout", b"")):
        answer = lead.post(path, content=sent, headers={"Content-Type": FORM_TYPE})
        assert (answer.status_code, 'lang="ar"' in answer.text) == (403, True)
        assert "That form was" not in answer.text
    assert "That did not" not in lead.post("/console/reports/publish", json={}).text


def test_a_lead_sees_what_her_team_owns(there: Office) -> None:
    lead, coordinator = there.logged_in("omar"), there.logged_in("cora")
    hers, everything = (client.get("/console/next?lang=en").text for client in (lead, coordinator))
    assert "The crew&#39;s paper" in hers
    assert "Second draft" not in hers
    assert "Zero draft" not in hers
    assert "Take back" not in hers
    assert "Zero draft" in everything
    assert "The crew&#39;s paper" in everything
    assert "Take back" in everything


def test_what_goes_out_is_narrowed(there: Office) -> None:
    client = there.logged_in("cora")
    assert "Zero draft" in client.get("/console/next?person=amina").text
    omars = client.get("/console/next?person=omar&channel=email").text
    assert "Zero draft" not in omars
    assert "The crew&#39;s paper" in omars
    assert '<option value="omar" selected>' in omars
    for nothing in ("person=nobody", "channel=room&person=amina", "channel=%00"):
        assert "Nothing is planned." in client.get(f"/console/next?{nothing}").text


def test_no_form_without_the_token_of_the_session(there: Office) -> None:
    client = there.logged_in("cora")
    before = there.trail()
    for path, fields in FORMS.items():
        for form in ("", "x", "é"):
            assert client.post(path, data={"form": form, **fields}).status_code == 403
    assert there.trail() == before
    assert client.get("/console").status_code == 200


def test_the_token_of_one_session_is_not_that_of_another(there: Office) -> None:
    client, other = there.logged_in("cora"), there.logged_in("cora")
    form = form_field(other.get("/console"), "form")
    for path, fields in FORMS.items():
        assert client.post(path, data={"form": form, **fields}).status_code == 403


def test_no_form_of_another_page(there: Office) -> None:
    client = there.logged_in("cora")
    form = form_field(client.get("/console"), "form")
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ):
        for path, fields in FORMS.items():
            answer = client.post(path, data={"form": form, **fields}, headers=headers)
            assert answer.status_code == 403
    assert client.get("/console").status_code == 200


def test_another_page_takes_no_cookie_away(there: Office) -> None:
    """A browser sends no cookie with its form, and would obey an answer that deletes it."""
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = there.browser().post("/console/logout", data={"form": "x"}, headers=headers)
    assert (answer.status_code, answer.headers.get("set-cookie")) == (403, None)


def test_a_form_that_is_too_large_or_of_another_type(there: Office) -> None:
    client = there.logged_in("cora")
    path = "/console/retry"
    assert client.post(path, content=b"x" * 20_000).status_code == 413
    assert client.post(path, json={}).status_code == 415
    assert client.post(path, files={"form": b"x"}).status_code == 415


def test_a_reminder_is_taken_back(there: Office) -> None:
    client = there.logged_in("cora")
    key = form_field(client.get("/console/next?person=amina"), "key")
    answer = press(client, "/console/next", "/console/withdraw", key=key)
    assert answer.headers["location"] == "/console/next?done=withdraw"
    assert 'role="status">It is taken back.' in client.get(answer.headers["location"]).text
    (row,) = [one for one in there.stage.service.history.outbox() if one["key"] == key]
    assert (row["state"], row["cause"]) == ("withdrawn", "taken back by hand")
    assert there.trail()[-1] == ("cora", "withdraw", key)
    again = press(client, "/console/next", "/console/withdraw", key=key)
    assert again.headers["location"].endswith("done=nothing")
    assert len(there.trail()) == 2


def test_what_failed_is_tried_again(there: Office) -> None:
    service, client = there.stage.service, there.logged_in("cora")
    at = service.clock.now() + timedelta(days=23)
    for one in service.deliveries.claim("email", at, "w", timedelta(minutes=5), 9):
        said = f"550 <b>{one.recipient}</b> is closed"
        service.deliveries.record([failed(one, one.ids, said, at, instead=None)])
    assert "2 messages failed" in client.get("/console").text
    page = client.get("/console/failures").text
    assert "550 &lt;b&gt;amina&lt;/b&gt; is closed" in page
    assert "Try all of email again" in page
    delivery = re.findall(r'name="delivery" value="([^"]+)"', page)[0]
    answer = press(client, "/console/failures", "/console/retry", delivery=delivery)
    assert answer.headers["location"] == "/console/failures?done=retry"
    assert service.history.counts()["retrying"] == 1
    assert "1 message failed" in client.get("/console").text
    press(client, "/console/failures", "/console/retry", channel="email")
    assert service.history.counts()["retrying"] == 2
    assert "asked for" not in client.get("/console/failures").text
    assert "Failed for good" in client.get("/console/failures").text
    assert [did for _, did, _ in there.trail()] == ["login", "retry", "retry"]
    nothing = press(client, "/console/failures", "/console/retry", channel="email")
    assert nothing.headers["location"].endswith("done=nothing")
    assert press(client, "/console", "/console/retry").headers["location"].endswith("done=nothing")


PAPER = 'id = "c"\ntitle = "The crew\'s paper"\ndue = "2024-06-28"'


@pytest.mark.parametrize("edit", [("", ""), ('id = "c"', 'id = "other"'), ("06-28", "08-30")])
def test_what_failed_and_is_done_gone_or_moved_goes_to_nobody(
    there: Office, edit: tuple[str, str]
) -> None:
    service, client = there.stage.service, there.logged_in("cora")
    there.stage.until(service.clock.now() + timedelta(days=22, hours=22))
    at = service.clock.now()
    for one in service.deliveries.claim("email", at + timedelta(hours=2), "w", timedelta(1), 9):
        service.deliveries.record([failed(one, one.ids, "550 closed", at, instead=None)])
    assert PAPER in CONSOLE_PLAN
    there.stage.write(CONSOLE_PLAN.replace(PAPER, PAPER.replace(*edit)))
    say(there, "t/m", "done", by="amina")
    press(client, "/console/failures", "/console/retry", channel="email")
    there.stage.until(at + timedelta(hours=3))
    found = [
        service.console.outbox.one(f"t/{one}|2024-06-28|before:7 days|{who}|email")
        for one, who in (("m", "amina"), ("c", "omar"))
    ]
    states = [one.state for one in found if one is not None]
    assert states == ["failed", "failed" if all(edit) else "sent"]


def test_the_trail_is_shown_newest_first_and_by_pages(there: Office) -> None:
    client = there.logged_in("cora")
    service = there.stage.service
    for number in range(150):
        service.console.acts.resume("", service.clock.now(), f"ch{number}")
    first = client.get("/console/trail").text
    assert first.index("ch149") < first.index("ch60")
    assert "the command line" in first
    assert "ch40<" not in first
    older = client.get(first[first.index("/console/trail?before=") :].partition('"')[0]).text
    assert "ch40<" in older
    assert "logged in" in older
    for odd in ("x", "-1", "9" * 40, "%F0"):
        assert client.get(f"/console/trail?before={odd}").status_code == 200


def test_a_trail_that_ends_with_the_page_has_no_older_one(there: Office) -> None:
    client = there.logged_in("cora")
    service = there.stage.service
    for number in range(100 - len(there.trail())):
        service.console.acts.resume("", service.clock.now(), f"ch{number}")
    assert "before=" not in client.get("/console/trail").text
    service.console.acts.resume("", service.clock.now(), "last")
    assert "before=" in client.get("/console/trail").text


def test_what_is_kept_in_english_is_said_in_the_language_of_the_page(there: Office) -> None:
    client, now = there.logged_in("cora"), there.stage.service.clock.now()
    plan = CONSOLE_PLAN.replace("[channels.room]", 'rate = "5/hour"\n[channels.room]')
    there.stage.write(plan)
    there.stage.service.history.save_channel(
        ChannelState("email", probe_at=now + timedelta(hours=1))
    )
    assert "Son débit, " in client.get("/console/service?lang=fr").text
    key = form_field(client.get("/console/next"), "key")
    press(client, "/console/next", "/console/withdraw", key=key)
    page = client.get("/console/trail?lang=fr").text
    assert "1 rappel<" in page
    assert "1 reminder" not in page


def test_a_paused_channel_goes_on(there: Office) -> None:
    client, history = there.logged_in("cora"), there.stage.service.history
    now = there.stage.service.clock.now()
    history.save_channel(ChannelState("email", 6, now, now + timedelta(hours=1), "503 <closed>"))
    assert "1 channel is paused" in client.get("/console").text
    page = client.get("/console/service").text
    assert "503 &lt;closed&gt;" in page
    assert "Paused" in page
    answer = press(client, "/console/service", "/console/resume", channel="email")
    assert answer.headers["location"] == "/console/service?done=resume"
    assert history.channel_states()["email"] == ChannelState("email")
    assert there.trail()[-1] == ("cora", "resume", "email")
    again = press(client, "/console/service", "/console/resume", channel="email")
    assert again.headers["location"].endswith("done=nothing")


def test_a_plan_that_waits_is_shown_and_let_in(there: Office) -> None:
    service = there.stage.service
    assert there.stage.write(CONSOLE_PLAN + MANY).verdict == "applied"
    client = there.logged_in("cora")
    moved = CONSOLE_PLAN.replace('due = "2024-09-27"', 'due = "2024-10-25"')
    assert there.stage.write(moved).verdict == "waiting"
    assert "A plan waits for consent" in client.get("/console").text
    page = client.get("/console/plan")
    for text in ("Step 7", "Dates that move", "27 September 2024", "25 October 2024",
                 "Messages that will not be sent", "Put this plan in force"):  # fmt: skip
        assert text in page.text
    digest = form_field(page, "digest")
    answer = press(client, "/console/plan", "/console/consent", digest=digest)
    assert answer.headers["location"] == "/console/plan?done=consent"
    assert len(service.plan.milestones) == 4
    assert service.history.digest_in_force() == digest
    assert service.history.plan("waiting") is None
    assert "t/x7" not in service.live.plan().milestones
    assert there.trail()[-1] == ("cora", "consent", digest)
    assert there.stage.service.reload(service.clock.now()).verdict == "unchanged"


def test_a_plan_that_changed_meanwhile_is_not_let_in(there: Office) -> None:
    assert there.stage.write(CONSOLE_PLAN + MANY).verdict == "applied"
    client = there.logged_in("cora")
    assert there.stage.write(CONSOLE_PLAN).verdict == "waiting"
    digest = form_field(client.get("/console/plan"), "digest")
    assert there.stage.write(CONSOLE_PLAN + "# more\n").verdict == "waiting"
    answer = press(client, "/console/plan", "/console/consent", digest=digest)
    assert answer.headers["location"].endswith("done=other")
    assert "it is another plan by now" in client.get(answer.headers["location"]).text
    assert len(there.stage.service.plan.milestones) == 12
    assert there.trail() == [("cora", "login", "")]


def test_the_mistakes_of_a_plan_are_shown(there: Office) -> None:
    client = there.logged_in("cora")
    assert (
        there.stage.write(CONSOLE_PLAN.replace("[plan]", "[plan]\n<b> = 1")).verdict == "rejected"
    )
    assert "The last plan has mistakes" in client.get("/console").text
    page = client.get("/console/plan").text
    assert "plan.toml:3" in page
    assert "<b>" not in page


def test_nodes_are_shown(there: Office) -> None:
    """A rehearsal has none, so that its site is taken for a real one."""
    client, service = there.logged_in("cora"), there.stage.service
    assert "A rehearsal has no nodes." in client.get("/console/service").text
    service.live._rehearsed = None
    now, digest = there.clock.now(), service.force.digest
    service.history.beat(Node("one-1", now, now, "all", digest, "0.1.0"))
    service.history.beat(Node("two-2", now, now - timedelta(minutes=3), "web", "other", None))
    page = client.get("/console/service").text
    for text in ("one-1", "two-2", "shows pages", "Silent", "Not the one in force", "0.1.0"):
        assert text in page
    assert page.count("Silent") == 1
    assert "1 node says nothing" in client.get("/console").text


def test_texts_of_the_plan_stay_texts(tmp_path: Path) -> None:
    hostile = CONSOLE_PLAN.replace("Zero draft", "<script>x</script>&").replace(
        'name = "Amina Odhiambo"', 'name = "<i>Amina</i>"'
    )
    with office(tmp_path, hostile) as there:
        client = there.logged_in("cora")
        for path in PAGES:
            page = client.get(path).text
            assert "<script" not in page
            assert "<i>" not in page
        assert "&lt;script&gt;" in client.get("/console/next").text


ODD = (
    b"", b"&", b"=", b"%", b"\xff\xfe=\x00", b"form=%ed%a0%80", b"a=1&" * 500, b"form=%00",
    b"key[]=x&key[]=y", b"number=9&form=", "form=é".encode("utf-16"),
)  # fmt: skip


def test_whatever_comes_in_by_a_form_is_refused_in_words(there: Office) -> None:
    client = there.logged_in("cora")
    form = form_field(client.get("/console"), "form").encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    paths = [*FORMS, "/login", "/login/x", "/console/reports/1/decide", "/console/reports/publish"]
    paths.remove("/console/logout")
    before = there.stage.service.history.outbox()
    for path in paths:
        for body in (*ODD, *(b"form=" + form + b"&" + odd for odd in ODD)):
            answer = client.post(path, content=body, headers=headers)
            assert answer.status_code < 500, (path, body)
            assert "Traceback" not in answer.text
    for query in ("person=%00", "channel=%ed%a0%80", "done=<b>", "lang=x", "person=" + "x" * 4000):
        assert client.get(f"/console/next?{query}").status_code == 200
    assert there.stage.service.history.outbox() == before
