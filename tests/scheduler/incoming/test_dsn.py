"""Bounces of every kind of server are read; whatever the octets are, it ends in a clear result."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.incoming.dsn import MOST_FAILURES, Bounce, bounce_in
from scheduler.incoming.received import MOST_OCTETS, UnreadableError, read
from tests.scheduler.incoming.returned import (
    CASES,
    ID,
    OTHER_MAILS,
    POSTFIX,
    WHO,
    fields,
    letter,
    report,
)


def bounce(mail: bytes) -> Bounce | None:
    return read(mail, bounce_in)


@pytest.mark.parametrize("name", CASES)
def test_a_bounce_says_whom_it_did_not_reach_and_why(name: str) -> None:
    case = CASES[name]
    found = bounce(case.mail)
    assert found is not None
    assert tuple((one.kind, one.code) for one in found.failures) == case.expected
    assert all(WHO in one.addresses for one in found.failures)
    assert (f"{ID}@example.org" in found.messages) is case.named
    assert found.sent_to == ("tracker@example.org",)


@pytest.mark.parametrize("name", OTHER_MAILS)
def test_another_mail_is_no_bounce(name: str) -> None:
    assert bounce(OTHER_MAILS[name]) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("postfix", f"550 5.1.1 <{WHO}>: Recipient address rejected: User unknown"),
        ("qmail", "Sorry, no mailbox here by that name. (#5.1.1)"),
        ("exim", "SMTP error from remote mail server after RCPT TO: 550 No such user here"),
    ],
)
def test_the_servers_words_are_kept(name: str, words: str) -> None:
    found = bounce(CASES[name].mail)
    assert found is not None
    assert found.failures[0].words == words


def test_the_address_before_a_forwarding_is_known_too() -> None:
    found = bounce(report(fields("5.1.1", who="other@example.com", original=WHO)))
    assert found is not None
    assert found.failures[0].addresses == ("other@example.com", WHO)


def test_no_more_is_read_than_the_bounds_say() -> None:
    many = "\n\n".join(
        f"Final-Recipient: rfc822; a{n}@example.org\nAction: failed\nStatus: 5.1.1"
        for n in range(500)
    )
    found = bounce(report(f"Reporting-MTA: dns; mx\n\n{many}\n"))
    assert found is not None
    assert len(found.failures) == MOST_FAILURES - 1
    said = bounce(report(fields("5.1.1", "x" * 5_000)))
    assert said is not None
    assert len(said.failures[0].words) <= 200


def test_of_a_long_mail_the_beginning_is_read() -> None:
    found = bounce(POSTFIX + b"x" * MOST_OCTETS)
    assert found is not None
    assert found.failures[0].code == "5.1.1"


@pytest.mark.parametrize("sign", ["-", "<", "a@", "message-id:", "5.", "\n--", "550 ", "=?", " "])
def test_a_text_without_an_end_takes_no_time(sign: str) -> None:
    long = letter(sign * 200_000, f"From: mailer-daemon@example.net\nX-Failed-Recipients: {WHO}\n")
    found = bounce(long)
    assert found is not None
    assert len(found.failures) <= 1


SEEDS = [case.mail for case in CASES.values()]


@given(
    st.sampled_from(SEEDS),
    st.one_of(st.binary(max_size=300), st.text(max_size=80).map(str.encode)),
    st.integers(0, 4_000),
    st.integers(0, 200),
)
def test_any_octets_end_in_a_clear_result(seed: bytes, noise: bytes, at: int, cut: int) -> None:
    for octets in (noise, seed[:at] + noise + seed[at + cut :]):
        try:
            found = bounce(octets)
        except UnreadableError as error:
            assert str(error)
        else:
            for one in found.failures if found else ():
                assert one.addresses
                assert one.kind in ("lasting", "passing", "ours")
                assert len(one.words) <= 200
                assert "\n" not in one.words


def test_a_mail_in_a_thousand_wrappings_ends() -> None:
    wrapped = b"".join(
        b'Content-Type: multipart/report; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3_000)
    )
    try:
        assert bounce(wrapped) is None
    except UnreadableError as error:
        assert str(error)
