"""The tokens of links and forms: what is signed comes back, and nothing else does."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.web.signed import (
    FORM_GOOD_FOR,
    LONGEST_TOKEN,
    Kind,
    Link,
    form_token,
    last_day,
    link_token,
    read_form,
    read_link,
)

SECRET, NOW = b"a key for tests", datetime(2024, 5, 29, 10, tzinfo=UTC)
LINK = Link("answer", "amina", "smart-cities/zero-draft@2024-04-30", last_day(NOW))
IDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)
DAYS = st.dates(date(1970, 1, 1), date(2149, 6, 6))
KINDS = st.sampled_from(["answer", "stop"])


def never(_: str) -> int:
    return 0


def token(link: Link = LINK, generation: int = 0, secret: bytes = SECRET) -> str:
    made = link_token(secret, link, generation)
    assert made is not None
    return made


@given(KINDS, IDS, IDS | st.just(""), DAYS, st.integers(0, 1000))
def test_a_link_comes_back_as_it_was_signed(
    kind: Kind, recipient: str, occurrence: str, until: date, generation: int
) -> None:
    link = Link(kind, recipient, occurrence, until)
    made = token(link, generation)
    now = datetime(until.year, until.month, until.day, 23, 59, tzinfo=UTC)
    assert read_link(SECRET, made, lambda _: generation, now) == ("good", link)
    assert read_link(SECRET, made, lambda _: generation, now + timedelta(minutes=1)) == (
        "expired", link,
    )  # fmt: skip
    assert made.isascii()
    assert not set(made) & set("/?#%=+ ")


@given(st.integers(0, 200), st.integers(1, 255))
def test_no_changed_octet_passes(place: int, change: int) -> None:
    octets = bytearray(urlsafe_b64decode(token() + "=" * (-len(token()) % 4)))
    octets[place % len(octets)] ^= change
    forged = urlsafe_b64encode(bytes(octets)).decode().rstrip("=")
    assert read_link(SECRET, forged, never, NOW) == ("unknown", None)


@given(st.binary(max_size=600) | st.text(max_size=800))
def test_whatever_comes_is_read_as_unknown(given_one: bytes | str) -> None:
    text = given_one if isinstance(given_one, str) else urlsafe_b64encode(given_one).decode()
    assert read_link(SECRET, text, never, NOW) == ("unknown", None)
    assert read_form(SECRET, token(), text, NOW) is None


@given(st.binary(max_size=200))
def test_whatever_is_put_behind_a_right_beginning_is_unknown(tail: bytes) -> None:
    octets = urlsafe_b64decode(token() + "=" * (-len(token()) % 4))
    forged = urlsafe_b64encode(octets[:18] + tail).decode().rstrip("=")
    if forged != token():
        assert read_link(SECRET, forged, never, NOW).found == "unknown"


def test_a_token_is_written_in_one_way() -> None:
    """Else what differs in unused bits would count as another link."""
    made = token()
    spare = made[:-1] + chr(ord(made[-1]) + 1)
    for other in (made + "=", made + "==", spare, f" {made}", made.replace("A", "A\n", 1)):
        if other != made:
            assert read_link(SECRET, other, never, NOW).found == "unknown"


@pytest.mark.parametrize(
    ("signed", "current", "found"),
    [(0, 0, "good"), (0, 1, "renewed"), (3, 5, "renewed"), (1, 0, "unknown"), (0, 50, "unknown")],
)
def test_renewing_ends_the_links_before(signed: int, current: int, found: str) -> None:
    assert read_link(SECRET, token(generation=signed), lambda _: current, NOW).found == found


def test_another_key_signs_nothing_here() -> None:
    assert read_link(b"another", token(), never, NOW).found == "unknown"


def test_a_link_is_good_for_ninety_days_and_fits_into_a_header_line() -> None:
    assert last_day(NOW) == date(2024, 8, 27)
    assert len(token()) < 100
    assert link_token(SECRET, Link("answer", "a", "x" * LONGEST_TOKEN, LINK.until), 0) is None


@given(st.binary(min_size=6, max_size=6), st.integers(0, 7200))
def test_a_form_comes_back_for_two_hours(nonce: bytes, seconds: int) -> None:
    made = form_token(SECRET, token(), NOW, nonce)
    form = read_form(SECRET, token(), made, NOW + timedelta(seconds=seconds))
    assert form is not None
    assert form.shown == NOW
    assert read_form(SECRET, token(), made, NOW + FORM_GOOD_FOR + timedelta(seconds=1)) is None
    assert read_form(SECRET, token(), made, NOW - timedelta(minutes=6)) is None
    assert read_form(SECRET, token(generation=1), made, NOW) is None
    assert read_form(b"another", token(), made, NOW) is None


def test_two_forms_are_told_apart() -> None:
    sources = set()
    for nonce in (b"abcdef", b"abcdeg"):
        form = read_form(SECRET, token(), form_token(SECRET, token(), NOW, nonce), NOW)
        assert form is not None
        sources.add(form.source)
    assert len(sources) == 2


def test_a_link_is_no_form_and_a_form_no_link() -> None:
    form = form_token(SECRET, token(), NOW, b"abcdef")
    assert read_link(SECRET, form, never, NOW).found == "unknown"
    assert read_form(SECRET, token(), token(), NOW) is None
