"""The review of reports at the console: who sees them, and what each button does."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scheduler.outbox.report_values import Upload
from scheduler.planning.occurrences import Dates
from scheduler.reporting import Report, Word
from tests.scheduler.console.office import Office, form_field, office

PDF = Upload("Entwurf „1“ <b>.pdf", "application/pdf", b"%PDF-1.7 x")


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    """The console; Amina's report on the zero draft and Wim's on the crew's paper wait."""
    with office(tmp_path) as made:
        say(made, "t/m", "done", by="amina", note="The <b>draft</b>\nis out.", upload=PDF,
            link="https://example.org/draft")  # fmt: skip
        say(made, "t/c", "at-risk", by="wim", percent=40)
        yield made


def say(  # a report has so many parts
    there: Office,
    occurrence: str,
    state: Word,
    *,
    by: str,
    note: str = "",
    link: str = "",
    percent: int | None = None,
    upload: Upload | None = None,
) -> None:
    service, now = there.stage.service, there.stage.service.clock.now()
    found = Dates(service.plan).find(occurrence)
    assert found is not None
    report = Report(state=state, by=by, said_at=now, note=note, link=link, percent=percent,
                    upload=upload)  # fmt: skip
    service.reporting.record(found, report, now)
    service.take_up(now)


def decide(client: httpx.Client, number: int, decision: str, word: str = "") -> str:
    """Press a button of a report's page; where one is led."""
    form = form_field(client.get(f"/console/reports/{number}"), "form")
    data = {"form": form, "decide": decision, "word": word}
    answer = client.post(f"/console/reports/{number}/decide", data=data)
    assert answer.status_code == 303, answer.text
    assert client.get(answer.headers["location"]).status_code == 200
    return answer.headers["location"]


def review_of(there: Office, number: int) -> str:
    report = there.stage.service.history.report(number)
    assert report is not None
    return report.review


def test_what_waits_is_listed_and_shown(there: Office) -> None:
    client = there.logged_in("cora")
    assert "2 reports to review" in client.get("/console").text
    listed = client.get("/console/reports").text
    assert listed.index("Zero draft") < listed.index("The crew&#39;s paper")
    assert "At risk, 40%" in listed
    page = client.get("/console/reports/1").text
    for text in ("To be reviewed", "The &lt;b&gt;draft&lt;/b&gt;", "https://example.org/draft",
                 "Amina Odhiambo", "Approve and publish", "Entwurf „1“ &lt;b&gt;.pdf"):  # fmt: skip
        assert text in page
    assert "<b>" not in page


def test_a_file_is_kept_and_never_shown(there: Office) -> None:
    client = there.logged_in("cora")
    path = re.findall(r"/console/files/\d+", client.get("/console/reports/1").text)[0]
    file = client.get(path)
    assert file.content == PDF.octets
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].startswith("attachment; filename*=UTF-8''Entwurf%20")
    assert "sandbox" in file.headers["content-security-policy"]
    assert file.headers["x-content-type-options"] == "nosniff"
    assert there.browser().get(path).status_code == 303
    assert there.logged_in("omar").get(path).status_code == 404, "not her team's"
    assert client.get("/console/files/99").status_code == 404


def test_approving_publishes(there: Office) -> None:
    client = there.logged_in("cora")
    assert decide(client, 1, "approve", "Good.") == "/console/reports?done=approve"
    assert review_of(there, 1) == "published"
    assert client.get("/tracks/t/m").text.count("The &lt;b&gt;draft&lt;/b&gt;") >= 1
    page = client.get("/console/reports/1").text
    assert "Good." in page
    assert "Approve and publish" not in page
    assert there.trail()[-1] == ("cora", "approve", "t/m|1")
    assert 'href="/console/reports/1">Report 1</a>' in client.get("/console/trail").text


def test_what_is_held_is_published_later(there: Office) -> None:
    client = there.logged_in("cora")
    assert decide(client, 1, "hold").endswith("done=hold")
    assert decide(client, 2, "hold").endswith("done=hold")
    assert review_of(there, 1) == "approved"
    assert decide(client, 1, "publish").endswith("done=publish")
    page = client.get("/console/reports")
    assert "Publish all of these" in page.text
    for expected in ("publish", "nothing"):
        data = {"form": form_field(page, "form")}
        answer = client.post("/console/reports/publish", data=data)
        assert answer.headers["location"] == f"/console/reports?done={expected}"
    assert review_of(there, 2) == "published"
    assert [did for _, did, _ in there.trail()] == ["login", "hold", "hold", "publish", "publish"]


def test_returning_needs_a_word(there: Office) -> None:
    client = there.logged_in("cora")
    assert decide(client, 1, "return", "  ").endswith("done=no-word")
    assert decide(client, 1, "return", "x" * 1001).endswith("done=long-word")
    assert review_of(there, 1) == "submitted"
    assert decide(client, 1, "return", "The annex is missing.").endswith("done=return")
    assert review_of(there, 1) == "returned"
    assert "The annex is missing." in client.get("/console/reports/1").text
    assert "<form" in client.get("/console/reports/2").text


def test_of_two_the_first_ones_word_stands(there: Office) -> None:
    first, second = there.logged_in("cora"), there.logged_in("cora")
    form = form_field(second.get("/console/reports/1"), "form")
    decide(first, 1, "approve")
    data = {"form": form, "decide": "approve"}
    answer = second.post("/console/reports/1/decide", data=data)
    assert answer.headers["location"].endswith("done=decided")
    assert "somebody has decided on it meanwhile" in second.get(answer.headers["location"]).text
    assert [did for _, did, _ in there.trail()].count("approve") == 1


def test_a_lead_reviews_what_her_team_owns_and_nothing_else(there: Office) -> None:
    lead = there.logged_in("omar")
    listed = lead.get("/console/reports?lang=en").text
    assert "The crew&#39;s paper" in listed
    assert "Zero draft" not in listed
    assert lead.get("/console/reports/1").status_code == 404
    form = form_field(lead.get("/console/reports/2"), "form")
    data = {"form": form, "decide": "approve"}
    answer = lead.post("/console/reports/1/decide", data=data)
    assert answer.headers["location"].endswith("done=not-yours")
    assert review_of(there, 1) == "submitted"
    assert decide(lead, 2, "approve").endswith("done=approve")
    assert there.trail()[-1] == ("omar", "approve", "t/c|2")


@pytest.mark.parametrize("path", ["/console/reports/0", "/console/reports/99", "/console/reports/x",
                                  "/console/reports/" + "9" * 40,
                                  "/console/reports/" + "9" * 5000])  # fmt: skip
def test_what_is_no_report_is_not_found(there: Office, path: str) -> None:
    client = there.logged_in("cora")
    assert client.get(path).status_code == 404
    data = {"form": form_field(client.get("/console"), "form"), "decide": "approve"}
    answer = client.post(f"{path}/decide", data=data)
    assert answer.status_code == 404 or answer.headers["location"].endswith("done=unknown")


def test_no_decision_without_the_token_of_the_session(there: Office) -> None:
    client = there.logged_in("cora")
    for path in ("/console/reports/1/decide", "/console/reports/publish"):
        assert client.post(path, data={"form": "x", "decide": "approve"}).status_code == 403
        assert there.browser().post(path, data={"form": "x"}).status_code == 403
    odd = {"form": form_field(client.get("/console"), "form"), "decide": "x"}
    assert (
        client.post("/console/reports/1/decide", data=odd)
        .headers["location"]
        .endswith("done=nothing")
    )
    assert review_of(there, 1) == "submitted"
