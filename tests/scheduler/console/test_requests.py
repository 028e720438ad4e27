"""Who has answered an update request, at the console."""

from pathlib import Path

import pytest

from scheduler.outbox.request_store import RequestStore
from scheduler.request_values import QUESTION, Sent
from tests.scheduler.console.office import CONSOLE_PLAN, TODAY, office
from tests.scheduler.console.test_reports import say

REQUEST = """
[requests.june]
title = "Progress <b>for June</b>"
opens = 2024-05-28
closes = 2024-06-14
questions = ["What do you need?", { id = "funded", text = "Is it funded?", kind = "yes-no" }]
"""


def test_who_has_answered_is_shown_to_coordinators(tmp_path: Path) -> None:
    with office(tmp_path, CONSOLE_PLAN + REQUEST, TODAY) as there:
        say(there, "t/m", "on-track", by="amina")
        say(there, "t/n", "on-track", by="amina")
        client = there.logged_in("cora")
        page = client.get("/console/requests").text
        for text in ("Progress &lt;b&gt;for June&lt;/b&gt;", "1 of 2 have answered",
                     "Reported otherwise", "Not answered", "opened on 28 May 2024",
                     "closes on 14 June 2024"):  # fmt: skip
            assert text in page
        assert "Progress &lt;b&gt;for June" in client.get("/console/next?person=omar").text
        assert there.logged_in("omar").get("/console/requests").status_code == 403


def test_a_plan_without_requests_says_so(tmp_path: Path) -> None:
    with office(tmp_path) as there:
        page = there.logged_in("cora").get("/console/requests").text
        assert "The plan asks nobody at present." in page


@pytest.mark.parametrize(("language", "said"), [("en", "Yes"), ("fr", "Oui"), ("ru", "Да")])
def test_a_yes_is_shown_in_the_words_of_the_reader(
    tmp_path: Path, language: str, said: str
) -> None:
    with office(tmp_path, CONSOLE_PLAN + REQUEST, TODAY) as there:
        service = there.stage.service
        part = next(name for name in service.plan.parts if name.endswith("amina"))
        fields = {
            f"{QUESTION}funded": "yes",
            f"{QUESTION}1": "yes, and soon",
            f"{QUESTION}old": "no",
        }
        sent = Sent(part, "amina", service.clock.now(), late=False, fields=fields, source="here")
        RequestStore(service.history.database).send(sent)
        page = there.logged_in("cora").get("/console/requests", params={"lang": language}).text
        for text in ("Is it funded?", f">{said}<", "yes, and soon"):
            assert text in page
        assert ">yes<" not in page
        assert ">no<" in page.split(">old<")[1][:60]  # the question is gone, its answer is not
