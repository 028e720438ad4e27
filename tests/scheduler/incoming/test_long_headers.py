"""A header of a mail that is made to take time: parameters without end."""

import time
from datetime import UTC, datetime

import pytest

from calendars.reply import ReplyError
from scheduler.answering import replies_in
from scheduler.incoming.letter import Letter, letter
from scheduler.incoming.received import LONGEST_KEPT, read

NOW = datetime(2024, 5, 29, tzinfo=UTC)
ENDLESS = {
    "nothing": b";" * 900_000,
    "parameters": b"; a=b" * 180_000,
    "pieces": b"".join(b"; a*%d*=x" % number for number in range(60_000)),
    "quotes": b'; a="' + b'\\"' * 400_000,
    "folded": b";\r\n ;" * 180_000,
}


def read_letter(octets: bytes) -> Letter:
    return read(octets, lambda mail: letter(mail, None, NOW))


@pytest.mark.parametrize("name", ENDLESS)
def test_parameters_without_end_take_no_time(name: str) -> None:
    plain = b"Content-Type: text/plain" + ENDLESS[name] + b"\r\n\r\ndone\r\n"
    status = b"Content-Type: message/delivery-status\r\n\r\n" + plain
    begun = time.process_time()
    assert read_letter(b"From: a@example.org\r\n" + plain).line == "done"
    read_letter(b"From: mailer-daemon@example.org\r\n" + status)
    for mail in (plain, status):
        with pytest.raises(ReplyError):
            replies_in(mail)
    assert time.process_time() - begun < 10


def test_a_long_header_is_read_as_far_as_it_goes() -> None:
    to = ", ".join(f"a{number}@example.org" for number in range(60))
    assert len(to) < LONGEST_KEPT
    found = read_letter(f"From: a@example.org\nTo: {to}\n\ndone\n".encode())
    assert found.sent_to[:2] == ("a0@example.org", "a1@example.org")
    assert len(found.sent_to) == 60
