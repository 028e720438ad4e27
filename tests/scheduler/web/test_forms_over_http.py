"""Every format over HTTP: addresses, headers, conditional answers, parameters, secrets."""

from datetime import timedelta
from typing import Any, NoReturn

import httpx
import pytest
from structlog.testing import capture_logs

from calendars.feeds.registry import FORMATS
from scheduler.feeds import History, Scope, feed_path
from scheduler.published import Wanted, answer
from scheduler.standing import State
from scheduler.web.links import masked, private_path
from tests.scheduler.test_feeds import NOW, made, milestone
from tests.scheduler.web.shown import MemorySite

TYPES = {
    "ical": "text/calendar; charset=utf-8",
    "todo": "text/calendar; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
}
SCOPES = [Scope("all"), Scope("track", "one"), Scope("team", "drafters"), Scope("tag", "normative")]
FORM = pytest.mark.parametrize("form", FORMATS)


@pytest.fixture
def site() -> MemorySite:
    """Twenty milestones, some reported, one secret, one without a date."""
    many = [milestone(f"step-{number}", '"2024-05"') for number in range(20)]
    plan = made(*many, milestone("secret", more="public = false"), milestone("open", '"tbc"'))
    reported = {
        "one/step-1": State("done", 100, at=NOW),
        "one/step-2": State("at-risk", 30, at=NOW),
        "one/step-3": State("cancelled", at=NOW),
    }
    return MemorySite(plan, NOW, changed_at=NOW - timedelta(days=3), reported=reported)


def _expected(site: MemorySite, scope: Scope, form: str, **wanted: Any) -> bytes:
    history = History(site.states(), site.stamps(), site.gone())
    asked = Wanted(scope, form=form, **wanted)
    return answer(site.plan(), asked, history, site.now()).feed.body


@FORM
@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_each_scope_has_each_form(
    client: httpx.Client, site: MemorySite, scope: Scope, form: str
) -> None:
    found = client.get(feed_path(scope, form=form))
    assert found.status_code == 200
    assert found.headers["Content-Type"] == TYPES[form]
    name = scope.id or scope.kind
    assert found.headers["Content-Disposition"] == (
        f'inline; filename="{name}{FORMATS[form].suffix}"'
    )
    assert found.headers["Cache-Control"] == "max-age=900, must-revalidate"
    assert found.content == _expected(site, scope, form)
    assert b"secret" not in found.content


@FORM
def test_each_form_is_answered_conditionally(client: httpx.Client, form: str) -> None:
    path = feed_path(Scope("all"), form=form)
    got, headed = client.get(path), client.head(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert headed.content == b""
    assert headed.headers["ETag"] == got.headers["ETag"]
    assert headed.headers["Content-Length"] == str(len(got.content))
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != got.headers["ETag"]
    assert packed.content == got.content
    for headers in (
        {"If-None-Match": got.headers["ETag"]},
        {"If-None-Match": packed.headers["ETag"]},
        {"If-Modified-Since": got.headers["Last-Modified"]},
    ):
        unchanged = client.get(path, headers=headers)
        assert unchanged.status_code == 304
        assert unchanged.content == b""
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@FORM
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_a_feed_is_only_read(client: httpx.Client, form: str, method: str) -> None:
    refused = client.request(method, feed_path(Scope("all"), form=form))
    assert refused.status_code == 405
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD"}


def test_forms_differ_in_their_etags(client: httpx.Client) -> None:
    tags = {client.get(feed_path(Scope("all"), form=form)).headers["ETag"] for form in FORMATS}
    assert len(tags) == len(FORMATS)


@pytest.mark.parametrize("path", ["/calendars/all.ics", "/calendars/track/one.ics"])
def test_a_calendar_can_be_asked_for_as_todos(client: httpx.Client, path: str) -> None:
    asked = client.get(path, params={"as": "todo"})
    assert asked.content == client.get(path.replace("/calendars", "/todos")).content
    assert b"BEGIN:VTODO" in asked.content
    assert client.get(path, params={"as": "ical"}).content == client.get(path).content


def test_what_has_no_date_is_left_out_of_calendars_only(client: httpx.Client) -> None:
    left = {
        form: client.get(feed_path(Scope("all"), form=form)).headers["X-Milestones-Without-Date"]
        for form in FORMATS
    }
    assert left == {"ical": "1", "todo": "0", "atom": "0", "json": "0", "csv": "0"}


@FORM
@pytest.mark.parametrize(
    ("status", "shown"), [("done", 1), ("done,at-risk", 2), ("cancelled", 1), ("delayed", 0)]
)
def test_a_status_can_be_asked_for(
    client: httpx.Client, site: MemorySite, form: str, status: str, shown: int
) -> None:
    found = client.get(feed_path(Scope("all"), form=form), params={"status": status})
    several = {"status": status.split(",")}
    again = client.get(feed_path(Scope("all"), form=form), params=several)
    assert found.content == again.content
    assert found.content.count(b"The step-") == shown
    assert int(found.headers["X-Milestones-Other-Status"]) == 21 - shown
    assert found.content == _expected(
        site, Scope("all"), form, statuses=frozenset(status.split(","))
    )


def test_what_another_status_hides_is_counted_in_the_feed(client: httpx.Client) -> None:
    found = client.get("/calendars/all.json", params={"status": "done"}).json()
    assert found["description"] == "With another status, so not shown here: 20"


@FORM
@pytest.mark.parametrize(("tag", "language"), [("fr", "fr"), ("zh-Hans", "zh"), ("AR", "ar")])
def test_a_language_can_be_asked_for(
    client: httpx.Client, site: MemorySite, form: str, tag: str, language: str
) -> None:
    path = feed_path(Scope("all"), form=form)
    found = client.get(path, params={"lang": tag})
    assert found.content == _expected(site, Scope("all"), form, language=language)
    assert found.content != client.get(path).content


@pytest.mark.parametrize("form", ["ical", "todo"])
def test_alarms_are_by_the_policy_and_on_request(client: httpx.Client, form: str) -> None:
    path = feed_path(Scope("all"), form=form)
    assert b"VALARM" not in client.get(path).content
    ringing = client.get(path, params={"alarms": "policy"})
    assert ringing.content.count(b"BEGIN:VALARM") > 18 * 3
    assert ringing.headers["ETag"] != client.get(path).headers["ETag"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("all.ics?as=atom", "`as` takes ical or todo, and only with .ics"),
        ("all.json?as=todo", "`as` takes ical or todo, and only with .ics"),
        ("all.ics?as=event", "`as` takes ical or todo"),
        ("all.csv?lang=de", "`lang` is one of ar, en, es, fr, ru, zh"),
        ("all.atom?lang=", "`lang` is one of"),
        ("all.ics?status=late", "`status` takes planned, on-track, at-risk, delayed, done"),
        ("all.json?status=done,finished", "`status` takes"),
        ("all.ics?status=", "`status` takes"),
        ("all.ics?alarms=1", "`alarms` is policy"),
        ("all.csv?windows=yes", "`windows` is 0 or 1"),
        ("all.atom?from=soon", "`from` takes a day such as 2024-03-21"),
        ("all.json?until=2020-01-01", "where it is not given: give one before `until`"),
        ("all.ics?from=2031-01-01", "where it is not given: give one after `from`"),
    ],
)
def test_a_value_that_is_not_known_is_refused(
    client: httpx.Client, address: str, said: str
) -> None:
    refused = client.get(f"/calendars/{address}")
    assert refused.status_code == 400
    assert said in refused.text


@FORM
def test_names_that_are_not_known_are_ignored(client: httpx.Client, form: str) -> None:
    path = feed_path(Scope("all"), form=form)
    assert client.get(path, params={"nocache": "17"}).content == client.get(path).content


@FORM
@pytest.mark.parametrize("scope", [Scope("person", "bo"), Scope("team", "drafters")], ids=str)
def test_a_private_link_opens_every_form(
    client: httpx.Client, site: MemorySite, scope: Scope, form: str
) -> None:
    path = private_path(site.secret(), scope, form=form)
    found = client.get(path)
    assert found.status_code == 200
    assert found.headers["Content-Type"] == TYPES[form]
    assert found.headers["Cache-Control"].startswith("private")
    assert b"The secret" in found.content
    assert path.split("/")[3] not in found.text
    wrong = path.replace(path.split("/")[3], "x" * 27)
    assert client.get(wrong).status_code == 404
    assert client.get(feed_path(Scope("person", "bo"), form=form)).status_code == 404


def test_a_private_link_is_never_logged_whole(client: httpx.Client, site: MemorySite) -> None:
    path = private_path(site.secret(), Scope("person", "bo"))

    def broken() -> NoReturn:
        raise RuntimeError(f"the store is gone: {path}")

    site.states = broken  # type: ignore[method-assign]
    with capture_logs() as logged:
        assert client.get(path).status_code == 500
    (line,) = logged
    assert (line["event"], line["page"]) == ("page failed", "/calendars/private/…")
    assert line["error"] == "RuntimeError: the store is gone: /calendars/private/…"
    assert path.split("/")[3] not in str(logged)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/todos/private/abc/person/bo.ics", "/todos/private/…"),
        ("/calendars/private/a\nb", "/calendars/private/…"),
        ("/calendars/all.ics", "/calendars/all.ics"),
        ("/tracks/" + "x" * 5000, "/tracks/" + "x" * 192),
    ],
)
def test_only_the_secret_part_of_a_path_is_masked(path: str, shown: str) -> None:
    assert masked(path) == shown


def test_pages_name_their_atom_feed(client: httpx.Client) -> None:
    track = client.get("/tracks/one").text
    assert 'type="application/atom+xml"' in track
    assert "/calendars/track/one.atom" in track
    subscribe = client.get("/subscribe").text
    for form in FORMATS:
        assert feed_path(Scope("team", "drafters"), form=form) in subscribe
