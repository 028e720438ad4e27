"""Teams: the card, what its answers mean, and that a plan's texts are shown as they are."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifiers.errors import DeliveryError
from notifiers.message import Button, Message
from notifiers.plain import GAP
from notifiers.secret import Secret
from notifiers.teams import Teams, TeamsOptions, card, is_connector
from tests.notifiers.hostile import TEXTS, URL, assert_only_text, hostile_message

MakeMessage = Callable[..., Message]
Clock = Callable[[], datetime]
PATH = "/workflows/0f/triggers/manual/paths/invoke?api-version=1&sig=tOpSecretToken"


@pytest.fixture
def teams(http_server: Any, now: Clock) -> Teams:
    http_server.status, http_server.body = 202, b""
    return Teams(TeamsOptions(Secret(plain=http_server.url(PATH))), now)


def test_a_message_is_posted(teams: Teams, http_server: Any, make_message: MakeMessage) -> None:
    assert teams.send(make_message(urgency="late")) == "202"
    (request,) = http_server.requests
    assert request.path == PATH
    posted = json.loads(request.body)
    assert posted["type"] == "message"
    (attached,) = posted["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    made = attached["content"]
    assert {key: made[key] for key in ("type", "version", "fallbackText")} == {
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": "Due in 20 working days · Zero draft, April 2024 · HSP/HA.2/Res.1",
    }
    head, subject, *facts = made["body"]
    assert (head["type"], head["style"]) == ("Container", "attention")
    assert list(runs([head])) == ["Due in 20 working days"]
    assert list(runs([subject])) == ["Zero draft, April 2024 · HSP/HA.2/Res.1"]
    assert list(runs(facts)) == ["Due  ", "April 2024", "Owner  ", "Amina & Jonas"]
    address = "https://tracker.example.org/report?a=1&b=2"
    assert made["actions"] == [
        {"type": "Action.OpenUrl", "title": "Report progress", "url": address}
    ]


def runs(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """The texts of the blocks; fails on any element that knows markup."""
    for block in blocks:
        if block["type"] == "Container":
            yield from runs(block["items"])
            continue
        assert block["type"] == "RichTextBlock"
        for run in block["inlines"]:
            assert run["type"] == "TextRun"
            yield run["text"]


def test_without_facts_the_text_is_shown_line_by_line(make_message: MakeMessage) -> None:
    made = card(make_message(facts=(), buttons=()))
    assert list(runs(made["body"]))[2:] == ["Zero draft: April 2024", ".", ".. and dots"]


@pytest.mark.parametrize(
    ("urgency", "style"),
    [("info", "emphasis"), ("soon", "accent"), ("today", "warning"), ("late", "attention")],
)
def test_the_head_has_a_colour(urgency: str, style: str, make_message: MakeMessage) -> None:
    assert card(make_message(urgency=urgency))["body"][0]["style"] == style


def test_more_than_six_links_stand_in_the_text(make_message: MakeMessage) -> None:
    buttons = tuple(Button(f"Link {number}", f"{URL}&n={number}") for number in range(9))
    made = card(make_message(buttons=buttons))
    more = made["body"][-1]["inlines"]
    found = [*made["actions"], *(run["selectAction"] for run in more)]
    assert [(one["title"], one["url"]) for one in found] == [
        (button.label, button.url) for button in buttons
    ]
    assert len(made["actions"]) == 6


@settings(deadline=None)
@given(TEXTS, st.booleans())
@example("[a](https://evil.example) <at>x</at>", True)
@example("{{DATE(2024-01-01T00:00:00Z, SHORT)}}", True)
def test_nothing_in_a_text_is_read(text: str, facts: bool) -> None:
    made = card(hostile_message(text, facts=facts))
    head, subject, *rest = made["body"]
    assert_only_text(made["fallbackText"], text)
    for block in (head, subject):
        assert_only_text("".join(runs([block])), text)
    if facts:
        for shown in list(runs(rest))[:2]:
            assert_only_text(shown, text)
    else:
        assert_only_text("\n".join(runs(rest)), text)
    assert_only_text(made["actions"][0]["title"], text)
    assert [one["url"] for one in made["actions"]] == [URL, URL]


def test_what_has_no_room_is_counted(make_message: MakeMessage) -> None:
    made = card(make_message(facts=(("A milestone " * 20, "Due " * 50),) * 100, buttons=()))
    *_, last = made["body"]
    facts = len(made["body"]) - 2
    assert [text.replace(GAP, "") for text in runs([last])] == ["…  ", f"+{101 - facts}"]


@pytest.mark.parametrize("status", [400, 405])
def test_the_check_starts_no_workflow(teams: Teams, http_server: Any, status: int) -> None:
    said = {"error": {"code": "TriggerRequestMethodNotValid", "message": "expected 'POST'"}}
    http_server.status, http_server.body = status, json.dumps(said).encode()
    assert teams.check() == "127.0.0.1 knows the workflow"
    assert [(one.method, one.body) for one in http_server.requests] == [("GET", b"")]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b'{"error": {"code": "DirectApiAuthorizationRequired"}}'),
        (404, b'{"error": {"code": "WorkflowNotFound"}}'),
        (400, b'{"error": {"code": "WorkflowTriggerIsNotEnabled"}}'),
        (200, b"<html>"),
        (400, b"[]"),
        (400, b'{"error": "TriggerRequestMethodNotValid"}'),
    ],
)
def test_the_check_sees_a_workflow_that_is_gone(
    teams: Teams, http_server: Any, status: int, body: bytes
) -> None:
    http_server.status, http_server.body = status, body
    with pytest.raises(DeliveryError, match=str(status)):
        teams.check()


@pytest.mark.parametrize(
    ("url", "connector"),
    [
        ("https://prod-1.westeurope.logic.azure.com/workflows/a/triggers/manual/x?sig=s", False),
        ("https://d.09.environment.api.powerplatform.com/powerautomate/x?sig=s", False),
        ("https://contoso.webhook.office.com/webhookb2/tOpSecretToken", True),
        ("https://webhook.office.com/webhookb2/tOpSecretToken", True),
        ("https://outlook.office.com/webhook/tOpSecretToken", True),
        ("https://notwebhook.office.com.example.org/x", False),
    ],
)
def test_office_connectors_are_refused(
    url: str, connector: bool, now: Clock, make_message: MakeMessage
) -> None:
    assert is_connector(url) == connector
    problems = TeamsOptions(Secret(plain=url)).problems()
    assert [key for key, _ in problems] == (["url"] if connector else [])
    if connector:
        teams = Teams(TeamsOptions(Secret(plain=url)), now)
        for attempt in (teams.check, lambda: teams.send(make_message())):
            with pytest.raises(DeliveryError, match="make a workflow") as caught:
                attempt()
            assert (caught.value.permanent, caught.value.scope) == (True, "channel")
            assert "tOpSecretToken" not in f"{caught.value!r} {problems!r}"
