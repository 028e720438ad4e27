"""Matrix: rooms and aliases, one copy for ever, how a message looks, what its errors mean."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given

from notifiers.errors import DeliveryError
from notifiers.matrix import Matrix, MatrixOptions, content, is_room
from notifiers.message import Address, Message
from notifiers.notifier import Clock
from notifiers.secret import Secret
from tests.notifiers.answering import Answering, Service, answering
from tests.notifiers.looked_for import URL, looked_for, messages, same
from tests.notifiers.served import Request

TOKEN = "syt_tOpSecretToken"
ROOM, OWN, ALIAS = "!team:example.org", "!own:example.org", "#deadlines:example.org"
TAKEN = {"event_id": "$abc"}
MakeMessage = Callable[..., Message]
_TAGS = {"p", "strong", "br", "ul", "li", "a"}


class Reading(HTMLParser):
    """HTML as programs of Matrix read it: tags, addresses, and what is shown in which."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.hrefs: list[str | None] = []
        self.shown: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.hrefs += [value for _, value in attrs]
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.shown.append((self._open[-1], data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    handle_pi = handle_comment


def sent(
    now: Clock, *messages: Message, answer: Answering | None = None, **options: Any
) -> tuple[list[str], Service]:
    with answering(answer or (lambda _request: (200, TAKEN))) as service:
        given: dict[str, Any] = {
            "token": Secret(plain=TOKEN),
            "server": f"{service.address}/",
        } | options
        made = MatrixOptions(**given)
        assert made.problems() == []
        matrix = Matrix(made, now)
        try:
            return [matrix.send(one) for one in messages], service
        finally:
            matrix.close()


def refused(now: Clock, message: Message, status: int, value: Any, **options: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        sent(now, message, answer=lambda _request: (status, value), **options)
    assert TOKEN not in repr(caught.value)
    return caught.value


def test_what_is_sent(now: Clock, make_message: MakeMessage) -> None:
    answers, service = sent(now, make_message(to=None), room=ROOM)
    (request,) = service.requests
    assert answers == ["sent as $abc"]
    assert request.method == "PUT"
    assert unquote(request.path) == (
        f"/_matrix/client/v3/rooms/{ROOM}/send/m.room.message/smart-cities/zero-draft+30+amina"
    )
    assert request.path.count("/") == 8
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert service.bodies == [
        {
            "msgtype": "m.text",
            "body": "Zero draft, April 2024 · HSP/HA.2/Res.1\nDue in 20 working days\n\n"
            "Due: April 2024\nOwner: Amina & Jonas\n\n"
            "Report progress: https://tracker.example.org/report?a=1&b=2",
            "format": "org.matrix.custom.html",
            "formatted_body": "<p><strong>Zero draft, April 2024 · HSP/HA.2/Res.1"
            "</strong><br>Due in 20 working days</p>"
            "<ul><li><strong>Due:</strong> April 2024</li>"
            "<li><strong>Owner:</strong> Amina &amp; Jonas</li></ul>"
            '<p><a href="https://tracker.example.org/report?a=1&amp;b=2">Report progress</a></p>',
            "m.mentions": {},
        }
    ]


def test_a_second_copy_has_the_same_transaction(now: Clock, make_message: MakeMessage) -> None:
    twice = [make_message(to=Address(OWN)), make_message(to=Address(OWN))]
    other = make_message(to=Address(OWN), key="another ключ")
    _, service = sent(now, *twice, other)
    paths = [one.path for one in service.requests]
    assert paths[0] == paths[1] != paths[2]
    assert paths[2].isascii()


def test_an_alias_is_asked_for_once(now: Clock, make_message: MakeMessage) -> None:
    def answer(request: Request) -> tuple[int, Any]:
        if request.method == "GET":
            assert request.path == "/_matrix/client/v3/directory/room/%23deadlines%3Aexample.org"
            return 200, {"room_id": ROOM, "servers": ["example.org"]}
        assert f"/rooms/{ROOM}/send/" in unquote(request.path)
        return 200, TAKEN

    both = [make_message(key="one", to=None), make_message(key="two", to=Address(ALIAS))]
    _, service = sent(now, *both, answer=answer, room=ALIAS)
    assert [one.method for one in service.requests] == ["GET", "PUT", "PUT"]


@pytest.mark.parametrize(
    ("address", "room", "target"),
    [(OWN, ROOM, OWN), (OWN, None, OWN), ("amina@example.org", ROOM, ROOM)],
)
def test_where_a_message_goes(
    now: Clock, make_message: MakeMessage, address: str, room: str | None, target: str
) -> None:
    _, service = sent(now, make_message(to=Address(address, "Amina")), room=room)
    assert f"/rooms/{target}/send/" in unquote(service.requests[0].path)


def test_nowhere_to_send_is_told_in_words(now: Clock, make_message: MakeMessage) -> None:
    error = refused(now, make_message(), 200, TAKEN)
    assert (error.permanent, error.scope) == (True, "recipient")
    assert "Amina Otieno has no address on this channel" in error.message


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (403, "M_FORBIDDEN", (True, "recipient")),
        (404, "M_NOT_FOUND", (True, "recipient")),
        (401, "M_UNKNOWN_TOKEN", (True, "channel")),
        (404, "M_UNRECOGNIZED", (True, "channel")),
        (413, "M_TOO_LARGE", (True, "unknown")),
        (400, "M_BAD_JSON", (True, "unknown")),
        (502, "M_UNKNOWN", (False, "channel")),
    ],
)
def test_what_a_refusal_means(
    now: Clock, make_message: MakeMessage, status: int, code: str, meaning: tuple[bool, str]
) -> None:
    value = {"errcode": code, "error": f"no: {TOKEN}"}
    error = refused(now, make_message(to=Address(OWN)), status, value)
    assert (error.permanent, error.scope) == meaning
    assert code in error.message
    room = refused(now, make_message(to=None), status, value, room=ROOM)
    assert room.scope == ("channel" if meaning[1] == "recipient" else meaning[1])


def test_how_long_to_wait_stands_in_the_body(now: Clock, make_message: MakeMessage) -> None:
    for wait, expected in ((1500, 1.5), (10**12, 86400.0), (-1, None), ("x", None)):
        value = {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": wait}
        error = refused(now, make_message(to=Address(OWN)), 429, value)
        assert (error.permanent, error.retry_after) == (False, expected)


@pytest.mark.parametrize("value", [b"<html>log in</html>", {}, [1], {"event_id": 7}])
def test_another_answer_is_no_success(now: Clock, make_message: MakeMessage, value: Any) -> None:
    error = refused(now, make_message(to=Address(OWN)), 200, value)
    assert (error.permanent, error.scope) == (False, "channel")
    assert "not what Matrix answers" in error.message


def test_a_token_that_is_none_asks_nobody(
    now: Clock, make_message: MakeMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_MATRIX", "s3cret\r\nX-Header: 1")
    to = Address(OWN)
    error = refused(now, make_message(to=to), 200, TAKEN, token=Secret(env="TEST_MATRIX"))
    assert "no access token" in error.message
    assert "s3cret" not in error.message


def test_a_check_sends_nothing(now: Clock) -> None:
    def answer(request: Request) -> tuple[int, Any]:
        assert request.method == "GET"
        known = "user_id" if request.path.endswith("/account/whoami") else "room_id"
        return 200, {known: "@bot:example.org" if known == "user_id" else ROOM}

    with answering(answer) as service:
        token = Secret(plain=TOKEN)
        plain = Matrix(MatrixOptions(service.address, token), now)
        assert plain.check() == "127.0.0.1 knows @bot:example.org"
        room = Matrix(MatrixOptions(service.address, token, ALIAS), now)
        assert room.check() == f"127.0.0.1 knows @bot:example.org; the room is {ROOM}"
        plain.close()
        room.close()


@given(message=messages())
def test_a_title_may_contain_anything(message: Message) -> None:
    made = content(message)
    read = Reading(made["formatted_body"])
    assert read.hrefs == [URL] * len(message.buttons)
    assert all(looked_for(text) == [] for _, text in read.shown)
    strong = [text for tag, text in read.shown if tag == "strong"]
    assert len(strong) == 1 + len(message.facts)
    assert same(strong[0], message.subject)
    assert made["body"].count(URL) == len(message.buttons)
    rest = made["body"].replace(URL, "")
    assert looked_for(rest) == []
    assert made["m.mentions"] == {}


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (ROOM, True),
        (ALIAS, True),
        ("!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM", True),
        ("#deadlines", False),
        ("@amina:example.org", False),
        ("amina@example.org", False),
        ("!", False),
        ("!a b", False),
    ],
)
def test_which_texts_are_rooms(text: str, good: bool) -> None:
    assert is_room(text) == good
    options = MatrixOptions("https://matrix.example.org", Secret(plain=TOKEN), text)
    assert [key for key, _ in options.problems()] == ([] if good else ["room"])
    assert (options.address_wanted(text) is None) == good
    assert options.address_wanted(None) is None
    assert MatrixOptions("https://matrix.example.org", Secret(plain="t")).address_wanted(None)


def test_a_server_without_tls_is_refused() -> None:
    options = MatrixOptions("http://matrix.example.org", Secret(plain=TOKEN), ROOM)
    assert [key for key, _ in options.problems()] == ["server"]
