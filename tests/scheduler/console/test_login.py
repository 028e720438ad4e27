"""Logging in over HTTP: who gets a link, what opens it, and what ends the session."""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from notifiers.errors import DeliveryError
from scheduler.console.doorkeeper import LINKS_FOR_ADDRESS, TRIES_FROM, network_of
from scheduler.outbox.access_tables import logins, sessions
from scheduler.web.links import masked
from tests.scheduler.console.office import CONSOLE_PLAN, Office, form_field, office

HERE = "127.0.0.1"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    """The console of a plan with a coordinator, Cora, and a team's lead, Omar."""
    with office(tmp_path) as made:
        yield made


def is_in(client: httpx.Client) -> bool:
    answer = client.get("/console")
    assert answer.status_code in (200, 303)
    return answer.status_code == 200


def test_a_mailed_link_leads_in(there: Office) -> None:
    client = there.browser()
    assert not is_in(client)
    path = there.mailed("cora@example.org")
    shown = client.get(path)
    assert "Log in as Cora" in shown.text
    assert shown.text.count(HERE) == 2, "from where it was asked, and where she is"
    assert not is_in(client), "looking does nothing"
    entered = there.enter(client, path)
    assert (entered.status_code, entered.headers["location"]) == (303, "/console")
    assert is_in(client)
    assert there.trail() == [("cora", "login", "")]


def test_the_mail_is_in_her_language_and_says_from_where_it_was_asked(there: Office) -> None:
    there.mailed("omar@example.org")
    mail = there.stage.mailbox.messages()[-1]
    assert mail.subject == "تسجيل الدخول إلى \u2068The plan\u2069"
    assert HERE in mail.text
    assert "15 دقيقة" in mail.text
    assert mail.html is not None
    assert there.links()[-1][1] in mail.html
    assert "List-Unsubscribe" not in mail.content.decode()


def test_the_answer_is_the_same_whether_the_address_is_known_or_not(there: Office) -> None:
    client = there.browser()
    known, person, unknown = (
        there.ask(client, f"{one}@example.org") for one in ("cora", "amina", "nobody")
    )
    assert known.text == person.text == unknown.text
    assert {one.status_code for one in (known, person, unknown)} == {200}
    there.wait_for(1)
    there.mailed("omar@example.org")
    assert [address for address, _ in there.links()] == ["cora@example.org", "omar@example.org"]


def test_an_address_is_known_however_it_is_written(there: Office) -> None:
    assert there.ask(there.browser(), "  CORA@Example.ORG ").status_code == 200
    there.wait_for(1)


def test_what_is_no_address_is_told(there: Office) -> None:
    for address in ("", "cora", "a" * 10_000):
        answer = there.ask(there.browser(), address)
        assert answer.status_code == 400
        assert "name@example.org" in answer.text


def test_a_link_leads_in_once(there: Office) -> None:
    path, first, second = there.mailed("cora@example.org"), there.browser(), there.browser()
    page = form_field(second.get(path), "page")
    assert there.enter(first, path).status_code == 303
    answer = second.post(path, data={"page": page})
    assert answer.status_code == 410
    assert "leads in no more" in answer.text
    assert not is_in(second)
    assert second.get(path).status_code == 410


def test_of_two_at_the_same_instant_one_gets_in(there: Office) -> None:
    path = there.mailed("cora@example.org")
    clients = [there.browser() for _ in range(6)]
    pages = [form_field(client.get(path), "page") for client in clients]
    ready, found = threading.Barrier(len(clients)), list[int]()

    def press(client: httpx.Client, page: str) -> None:
        ready.wait()
        found.append(client.post(path, data={"page": page}).status_code)

    threads = [threading.Thread(target=press, args=one) for one in zip(clients, pages, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [303, 410, 410, 410, 410, 410]
    assert sum(map(is_in, clients)) == 1
    assert there.trail() == [("cora", "login", "")]


def test_a_link_lasts_a_quarter_of_an_hour(there: Office) -> None:
    client, path = there.browser(), there.mailed("cora@example.org")
    page = form_field(client.get(path), "page")
    there.clock.step(minutes=15)
    assert client.get(path).status_code == 410
    assert client.post(path, data={"page": page}).status_code == 410
    assert not is_in(client)


def test_a_session_lasts_twelve_hours(there: Office) -> None:
    client = there.logged_in("cora")
    there.clock.step(hours=11, minutes=59)
    assert is_in(client)
    there.clock.step(minutes=1)
    assert not is_in(client)


def test_a_forged_link_is_one_that_leads_in_no_more(there: Office) -> None:
    client = there.browser()
    for token in ("x", "x" * 43, "x" * 5000, "%00", "é", "a.b-c_d"):
        assert client.get(f"/login/{token}").status_code == 410
        assert client.post(f"/login/{token}", data={"page": "x"}).status_code == 410
    for cookie in ("x", "x" * 43, "x" * 5000):
        assert not is_in(there.browser(Cookie=f"console={cookie}"))


def test_only_digests_are_kept(there: Office) -> None:
    path = there.mailed("cora@example.org")
    client = there.browser()
    there.enter(client, path)
    tokens = {path.rpartition("/")[2], client.cookies["console"]}
    for table in (logins, sessions):
        rows = there.stage.service.database.read(
            lambda connection, table=table: list(connection.execute(select(table)))  # type: ignore[misc]
        )
        assert rows
        assert not [row for row in rows if tokens & set(map(str, row))]


def test_the_cookie_is_for_this_host_and_no_script(there: Office) -> None:
    client = there.browser()
    plain = there.enter(client, there.mailed("cora@example.org")).headers["set-cookie"]
    assert plain.startswith("console=")
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert "Path=/" in plain
    assert "Max-Age=43200" in plain
    proxied = there.browser(Host="tracker.example.org")
    safe = there.enter(proxied, there.mailed("cora@example.org")).headers["set-cookie"]
    assert safe.startswith("__Host-console=")
    assert "Secure" in safe
    assert "Domain" not in safe
    by_proxy = there.browser(**{"X-Forwarded-Proto": "https"})
    assert "Secure" in there.enter(by_proxy, there.mailed("cora@example.org")).headers["set-cookie"]


def test_logging_out_ends_the_session_also_of_a_copied_cookie(there: Office) -> None:
    client = there.logged_in("cora")
    copied = there.browser(Cookie=f"console={client.cookies['console']}")
    assert is_in(copied)
    form = form_field(client.get("/console"), "form")
    left = client.post("/console/logout", data={"form": form})
    assert (left.status_code, left.headers["location"]) == (303, "/")
    assert "console" not in client.cookies
    assert not is_in(copied)
    assert there.trail() == [("cora", "login", ""), ("cora", "logout", "")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('coordinators = ["cora"]', 'coordinators = ["amina"]'),
        ('[people.cora]\nname = "Cora"\nemail = "cora@example.org"', ""),
    ],
    ids=["no coordinator any more", "gone from the plan"],
)
def test_a_session_ends_with_the_role(there: Office, old: str, new: str) -> None:
    client, path = there.logged_in("cora"), there.mailed("cora@example.org")
    plan = CONSOLE_PLAN.replace(old, new).replace('["cora"]', '["amina"]')
    assert there.stage.write(plan).verdict == "applied"
    assert not is_in(client)
    assert there.browser().get(path).status_code == 410, "and so do her links"


def test_a_session_ends_when_the_links_are_renewed(there: Office) -> None:
    client = there.logged_in("cora")
    there.stage.service.history.put("links:cora", "1")
    assert not is_in(client)


def test_a_link_that_was_asked_for_too_often(there: Office) -> None:
    client = there.browser()
    for _ in range(LINKS_FOR_ADDRESS):
        assert there.ask(client, "cora@example.org").status_code == 200
    refused = there.ask(there.browser(), "Cora@example.org")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "900"
    assert there.ask(client, "omar@example.org").status_code == 200, "others still can"
    unknown = [there.ask(client, "nobody@example.org").status_code for _ in range(6)]
    assert unknown == [200] * 5 + [429], "what is unknown is counted alike"
    there.clock.step(minutes=15)
    there.mailed("cora@example.org")


def test_brute_force_from_one_network(there: Office) -> None:
    client = there.browser()
    page = form_field(client.get("/login"), "page")
    codes = [
        client.post(f"/login/{'x' * 40}{number:03}", data={"page": page}).status_code
        for number in range(TRIES_FROM + 2)
    ]
    assert codes == [410] * TRIES_FROM + [429] * 2
    assert there.ask(client, "cora@example.org").status_code == 429
    elsewhere = there.browser(**{"X-Forwarded-For": "192.0.2.7"})
    assert there.ask(elsewhere, "cora@example.org").status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "", True),
    ],
)
def test_whose_tries_are_counted_together(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_no_form_of_another_page_logs_in(there: Office) -> None:
    path, client = there.mailed("cora@example.org"), there.browser()
    page = form_field(client.get(path), "page")
    asking = {"page": form_field(client.get("/login"), "page"), "address": "omar@example.org"}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ):
        assert client.post(path, data={"page": page}, headers=headers).status_code == 403
        assert client.post("/login", data=asking, headers=headers).status_code == 403
    assert not is_in(client)
    assert client.post(path, data={"page": page}, headers={"Origin": there.url}).status_code == 303


def test_no_login_without_the_token_of_the_page(there: Office) -> None:
    path, client = there.mailed("cora@example.org"), there.browser()
    other = form_field(client.get("/login"), "page")
    for data in ({"x": ""}, {"page": ""}, {"page": other}):
        assert client.post(path, data=data).status_code == 409
    page = form_field(client.get(path), "page")
    assert client.post("/login", data={"page": page, "address": "x@y"}).status_code == 409
    large = client.post("/login", data={"address": "x" * 20_000})
    assert large.status_code == 413
    assert client.post("/login", json={"address": "x"}).status_code == 415


def test_a_page_that_was_open_too_long_says_so_in_her_language(there: Office) -> None:
    path, client = there.mailed("omar@example.org"), there.browser(**{"Accept-Language": "en"})
    answer = client.post(path, data={"page": "old"})
    assert (answer.status_code, 'lang="ar"' in answer.text) == (409, True)
    assert "open for too long" not in answer.text


def test_pages_of_logging_in_leave_no_trace(there: Office) -> None:
    path, client = there.mailed("cora@example.org"), there.browser()
    for answer in (client.get("/login"), client.get(path), client.get("/login/x")):
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "<script" not in answer.text
    assert masked(path) == "/login/…"


def test_a_link_leads_to_the_address_of_the_plan_whatever_a_request_claims(there: Office) -> None:
    client = there.browser(**{"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    there.mailed("cora@example.org", client)
    mail = there.stage.mailbox.messages()[-1]
    assert "evil.example" not in mail.text


@pytest.mark.parametrize(
    "trouble", [RuntimeError("broken"), DeliveryError("refused", permanent=False)], ids=repr
)
def test_after_mail_that_cannot_be_sent_the_next_one_goes(
    there: Office, trouble: Exception
) -> None:
    there.troubles.append(trouble)
    assert there.ask(there.browser(), "cora@example.org").status_code == 200
    there.mailed("omar@example.org")
    assert not there.troubles
