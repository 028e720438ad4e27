"""apprise: what is handed to the library, and what of its habits is switched off."""

import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from notifiers.apprise_ import BODY, TITLE, Apprise, AppriseOptions, shown
from notifiers.errors import DeliveryError
from notifiers.message import Address, Message
from notifiers.notifier import Clock
from notifiers.plain import units
from notifiers.secret import Secret
from tests.notifiers.answering import Answering, Service, answering
from tests.notifiers.looked_for import URL, looked_for, messages, same

MakeMessage = Callable[..., Message]
TOKEN = "tOpSecretToken"
needs_library = pytest.mark.usefixtures("library")


@pytest.fixture
def library() -> None:
    pytest.importorskip("apprise", reason="needs apprise (pip install apprise)")


def sent(
    now: Clock, message: Message, url: str, answer: Answering | None = None
) -> tuple[str, Service]:
    """Send by the URL in which HOST stands for the service's host and port."""
    with answering(answer or (lambda _request: (200, {}))) as service:
        host = service.address.removeprefix("http://")
        made = AppriseOptions(Secret(plain=url.replace("HOST", host)), 5.0, 5.0)
        assert made.problems() == []
        return Apprise(made, now).send(message), service


def refused(now: Clock, message: Message, url: str, status: int = 200) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        sent(now, message, url, lambda _request: (status, {}))
    assert TOKEN not in repr(caught.value)
    return caught.value


@needs_library
def test_what_is_handed_over(now: Clock, make_message: MakeMessage) -> None:
    answer, service = sent(now, make_message(to=None), f"json://HOST/{TOKEN}")
    assert answer == "apprise delivered by json://"
    (body,) = service.bodies
    assert body["title"] == "Due in 20 working days · Zero draft, April 2024 · HSP/HA.2/Res.1"
    assert body["message"] == (
        "Due: April 2024\nOwner: Amina & Jonas\n\n"
        "Report progress: https://tracker.example.org/report?a=1&b=2"
    )
    assert body["type"] == "info"
    assert body["attachments"] == []


@needs_library
def test_what_is_late_is_a_warning(now: Clock, make_message: MakeMessage) -> None:
    _, service = sent(now, make_message(urgency="late"), "json://HOST/")
    assert service.bodies[0]["type"] == "warning"


@needs_library
@pytest.mark.parametrize("habit", ["format=html", "format=markdown", "retry=3", "emojis=yes",
                                   "overflow=split"])  # fmt: skip
def test_a_url_cannot_ask_for_its_habits(now: Clock, make_message: MakeMessage, habit: str) -> None:
    long = make_message(subject="<b>x</b> :smile: a\\tb", facts=(), text="word " * 9000)
    plain, changed = (sent(now, long, f"json://HOST/x{one}")[1] for one in ("", f"?{habit}"))
    assert len(changed.bodies) == 1
    assert changed.bodies[0]["title"] == plain.bodies[0]["title"]
    assert changed.bodies[0]["message"] == plain.bodies[0]["message"]
    assert "a\\tb" in plain.bodies[0]["title"]


@needs_library
def test_a_failure_is_tried_again_by_this_product_alone(
    now: Clock, make_message: MakeMessage
) -> None:
    asked: list[object] = []

    def answer(request: object) -> tuple[int, Any]:
        asked.append(request)
        return 404, {}

    with pytest.raises(DeliveryError, match=r"could not deliver by json:// .*404") as caught:
        sent(now, make_message(), f"json://HOST/{TOKEN}?retry=5", answer)
    assert (caught.value.permanent, caught.value.scope) == (False, "channel")
    assert len(asked) == 1
    assert TOKEN not in repr(caught.value)


@needs_library
def test_a_person_has_her_own_address_in_the_url(now: Clock, make_message: MakeMessage) -> None:
    to = Address("+254 700/1", "Amina")
    _, service = sent(now, make_message(to=to), "json://HOST/sms/{to}/x")
    path = service.requests[0].path
    assert (unquote(path), path.count("/")) == ("/sms/+254 700/1/x", 3)
    error = refused(now, make_message(to=None), "json://HOST/sms/{to}")
    assert (error.permanent, error.scope) == (True, "recipient")


@needs_library
@pytest.mark.parametrize(
    ("url", "words"),
    [
        (f"nowhere://{TOKEN}", "does not know the `url`"),
        (f"slack://{TOKEN}", "does not know the `url`"),
        (f"slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#{TOKEN}/#two", "names 2 targets"),
    ],
)
def test_a_url_that_is_no_good(now: Clock, make_message: MakeMessage, url: str, words: str) -> None:
    error = refused(now, make_message(), url)
    assert words in error.message
    assert (error.permanent, error.scope) == (True, "channel")


@needs_library
def test_an_address_that_the_service_cannot_take_is_the_recipients_fault(
    now: Clock, make_message: MakeMessage
) -> None:
    message = make_message(to=Address("no/host", "Amina"))
    error = refused(now, message, "json://{to}/")
    assert (error.permanent, error.scope) == (True, "recipient")
    assert "look at the person's address" in error.message


@needs_library
def test_a_check_of_a_service_without_a_host(now: Clock) -> None:
    url = Secret(plain="slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general")
    told = Apprise(AppriseOptions(url), now).check()
    assert told == "apprise knows slack:// URLs; only `milestones test-send` shows that one works"


def test_without_the_library_the_operator_is_told(
    now: Clock, make_message: MakeMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    apprise = Apprise(AppriseOptions(Secret(plain="json://localhost/")), now)
    for attempt in (apprise.check, lambda: apprise.send(make_message())):
        with pytest.raises(DeliveryError, match="the extra `apprise`") as caught:
            attempt()
        assert (caught.value.permanent, caught.value.scope) == (True, "channel")


@pytest.mark.parametrize(
    ("url", "keys"), [("json://localhost/", []), ("x", ["url"]), ("a b://c", ["url"])]
)
def test_what_is_wrong_with_the_keys(url: str, keys: list[str]) -> None:
    assert [key for key, _text in AppriseOptions(Secret(plain=url)).problems()] == keys


@pytest.mark.parametrize("limits", [(250, 32768), (0, 1600), (60, 140), (250, 0), (0, 480)])
def test_narrow_services_get_what_fits(make_message: MakeMessage, limits: tuple[int, int]) -> None:
    full = make_message(subject="s" * 900, lead="l" * 900, facts=(("f" * 50, "v" * 500),) * 50)
    title, text = shown(full, *limits)
    assert units(title) <= min(limits[0] or TITLE, TITLE)
    whole = units(text) + (0 if limits[0] else units(title) + 2)
    assert 1 <= whole <= min(limits[1] or BODY, BODY)


@given(message=messages())
def test_a_title_may_contain_anything(message: Message) -> None:
    title, text = shown(message, 250, 32768)
    assert text.count(URL) == len(message.buttons)
    rest = text.replace(URL, "")
    assert looked_for(title) == []
    assert looked_for(rest) == []
    for one in (title, rest):
        for block in MarkdownIt("commonmark").enable(["strikethrough", "table"]).parse(one):
            assert block.type in ("paragraph_open", "inline", "paragraph_close"), one
            for token in block.children or ():
                assert token.type in ("text", "softbreak", "hardbreak"), one


def test_words_that_are_joined_stay_so(make_message: MakeMessage) -> None:
    title, _ = shown(make_message(lead="zero_draft *now* [x]", subject="__a__"), 250, 1000)
    assert title == "zero_draft ∗now∗ ［x］ · ＿＿a＿＿"
    assert same(title.translate(str.maketrans("∗［］＿", "*[]_")), "zero_draft *now* [x] · __a__")
