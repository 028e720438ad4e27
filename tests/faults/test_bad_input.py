"""Bad input at every door that the tests of the rooms leave: no crash, no hang, bounded memory.

What these look at besides: `docs/security.md` lists the others. Times are generous, so that a busy
machine fails nothing; what they catch grows with the square of the input, or does not end.
"""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote_from_bytes

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendars.dates import parse_due
from calendars.durations import parse_duration
from config.load import load, load_texts
from config.problems import ConfigError
from tests.scheduler.answering.linked import FORM, Linked, linked

PATIENCE_SECONDS = 30.0
MOST_MEMORY = 300 * 1024 * 1024
BOMBS: dict[str, Callable[[], str]] = {
    "lists in lists": lambda: "a = " + "[" * 5_000,
    "tables in tables": lambda: "a = " + "{b = " * 5_000,
    "a key of many parts": lambda: ".".join("a" * 5_000) + " = 1",
    "a header of many parts": lambda: "[" + ".".join("a" * 5_000) + "]",
    "a number without an end": lambda: "a = " + "9" * 100_000,
    "a hexadecimal number without an end": lambda: "a = 0x" + "f" * 100_000,
    "a year without an end": lambda: (
        f'[tracks.t]\n[[tracks.t.milestones]]\nid="a"\ndue="{"9" * 100_000}"'
    ),
    "many tables": lambda: "\n".join(f"[tracks.t{number}]" for number in range(3_000)),
    "many unknown keys": lambda: "\n".join(f"k{number} = 1" for number in range(500)),
    "one long text": lambda: '[plan]\nname = "' + "x" * 500_000 + '"',
    "needs in a long chain": lambda: (
        "[tracks.t]\n"
        + "".join(
            f'[[tracks.t.milestones]]\nid="m{n}"\ntitle="M"\ndue="m{n + 1}"\n' for n in range(3_000)
        )
    ),
    "a long line without a value": lambda: "a" * 100_000 + " b",
    "a header with many brackets": lambda: "[[" + "a" * 100_000 + "]" * 100_000,
    "a long path without a value": lambda: ".a" * 100_000,
    "addresses without an end": lambda: 'x = "' + "http://" * 50_000 + '" y',
    "a long gap in a value": lambda: "a = x" + " " * 100_000 + "x",
    "a rule that never fires day by day": lambda: (
        "[tracks.t]\n[[tracks.t.milestones]]\nid='a'\ntitle='A'\n"
        "due=2024-01-01\nrepeats='FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;BYSETPOS=366'"
    ),
    "a rule that never fires": lambda: (
        "[tracks.t]\n[[tracks.t.milestones]]\nid='a'\ntitle='A'\n"
        "due=2024-01-01\nrepeats='FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31'"
    ),
}


@contextmanager
def within_bounds() -> Iterator[None]:
    """What is done in here ends in time and takes no more memory than it may."""
    begun = time.monotonic()
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.monotonic() - begun < PATIENCE_SECONDS
    assert peak < MOST_MEMORY


@pytest.mark.parametrize("name", BOMBS)
def test_a_plan_that_is_a_bomb_is_read_or_refused_in_words(name: str) -> None:
    text = BOMBS[name]()
    with within_bounds():
        try:
            load_texts({"p.toml": text})
        except ConfigError as refused:
            assert refused.problems
            assert all(len(str(one)) < 2_000 for one in refused.problems)


@given(st.binary(max_size=300))
def test_any_octets_in_a_plan_file_are_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, octets: bytes
) -> None:
    path = tmp_path_factory.mktemp("plan") / "plan.toml"
    path.write_bytes(octets)
    try:
        load(path)
    except ConfigError as error:
        assert error.errors


PIECES = st.sampled_from(
    ["2024", "-", "04", "Q2", "/", "?", "~", "%", "tbc", " + ", "10 ", "working days", "H1", "T",
     "12:30", "Z", "..", "a/b", "0" * 50, "９", "\u0660", "\x00", "\n", "W07", "3 months"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=60))
def test_any_text_as_a_date_or_a_duration_is_read_or_refused(text: str) -> None:
    for read in (parse_due, parse_duration):
        try:
            assert read(text) is not None
        except ValueError as refused:
            assert str(refused)


@pytest.mark.parametrize("sign", ["2024-", "9", " ", "a/", "2024/", "+ 1 ", "?", "working "])
def test_a_long_date_takes_no_time(sign: str) -> None:
    text = sign * (200_000 // len(sign))
    with within_bounds():
        for read in (parse_due, parse_duration):
            with pytest.raises(ValueError, match=r".") as refused:
                read(text)
            del refused


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linked]:
    """Pages on a real server, with the links of mails that were sent."""
    with linked(tmp_path_factory.mktemp("door")) as found:
        yield found


many_requests = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
NAMES = st.sampled_from(
    ["say", "note", "page", "percent", "day", "wished", "undo", "fresh", "List-Unsubscribe", "x"]
)
VALUES = st.sampled_from(["done", "snooze", "mute-all", "50", "-1", "9" * 30, "2024-06-31", "1"])
FIELDS = st.dictionaries(NAMES, VALUES | st.text(max_size=40), max_size=8)
KINDS = st.sampled_from(["answer", "stop"])
TYPES = st.sampled_from([FORM["Content-Type"], "multipart/form-data; boundary=x", "", "\x7f;;="])


def refused_or_shown(answer: httpx.Response) -> None:
    """An answer that is no failure of ours, and shows no insides."""
    assert answer.status_code < 500
    assert "Traceback" not in answer.text


@many_requests
@given(kind=KINDS, fields=FIELDS, honest=st.booleans(), person=st.sampled_from(["amina", "omar"]))
def test_any_fields_in_any_form(
    door: Linked, kind: str, fields: dict[str, str], honest: bool, person: str
) -> None:
    path = door.link(person, kind).partition("?")[0]
    sent = fields | ({"page": door.page_token(path)} if honest else {})
    refused_or_shown(door.client.post(path, data=sent))


@many_requests
@given(kind=KINDS, body=st.binary(max_size=400), media=TYPES)
def test_any_octets_in_any_form(door: Linked, kind: str, body: bytes, media: str) -> None:
    path = door.link("amina", kind).partition("?")[0]
    refused_or_shown(door.client.post(path, content=body, headers={"Content-Type": media}))


@many_requests
@given(
    kind=KINDS, token=st.binary(min_size=1, max_size=80), method=st.sampled_from(["GET", "POST"])
)
def test_any_octets_as_a_link(door: Linked, kind: str, token: bytes, method: str) -> None:
    path = f"/{kind}/{quote_from_bytes(token, safe='')}"
    answer = door.client.request(method, path, headers=FORM)
    refused_or_shown(answer)
    assert answer.status_code >= 400


PATHS = ("/", "/calendars/", "/calendars/track/", "/private/", "/milestones/", "/api/", "/api/v1/",
         "/tracks/", "/mail/", "/static/", "/todos/", "/atom/")  # fmt: skip


@many_requests
@given(
    start=st.sampled_from(PATHS),
    tail=st.binary(max_size=40),
    query=st.dictionaries(
        st.sampled_from(["q", "status", "from", "until", "as", "lang", "page", "alarms", "x"]),
        st.text(max_size=30),
        max_size=4,
    ),
)
def test_any_address(door: Linked, start: str, tail: bytes, query: dict[str, str]) -> None:
    encodable = {key: value.encode("utf-8", "replace").decode() for key, value in query.items()}
    refused_or_shown(door.client.get(start + quote_from_bytes(tail, safe="/."), params=encodable))


@pytest.mark.parametrize("way", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/plan.toml"])
def test_no_address_leads_out_of_the_folder(door: Linked, way: str) -> None:
    for start in PATHS:
        answer = door.client.get(f"{start}{way}")
        assert answer.status_code in (301, 307, 400, 404, 405)
        assert "root:" not in answer.text
