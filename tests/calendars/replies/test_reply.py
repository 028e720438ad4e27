"""Answers as calendar programs write them, and whatever else may come in a mail."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calendars.foreign.parts import Moment
from calendars.reply import MOST_OCTETS, Reply, ReplyError, parse_reply

GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART;VALUE=DATE:20240430
DTEND;VALUE=DATE:20240501
DTSTAMP:20240302T101500Z
ORGANIZER;CN=Resolution tracker:mailto:tracker@example.org
UID:cities.zero-draft@example
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Amina
  Otieno;X-NUM-GUESTS=0:mailto:amina@example.org
SEQUENCE:1
STATUS:TENTATIVE
SUMMARY:Zero draft (April 2024)
END:VEVENT
END:VCALENDAR
"""
OUTLOOK = """BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:E. Africa Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=DECLINED;CN="Otieno, Amina":MAILTO:Amina@Example.org
COMMENT;LANGUAGE=en-US:I am on mission\\, sorry\\n
UID:cities.group@example
SUMMARY;LANGUAGE=en-US:Declined: Working group
RECURRENCE-ID;TZID=E. Africa Standard Time:20240521T150000
DTSTART;TZID=E. Africa Standard Time:20240528T150000
DTSTAMP:20240303T080000Z
SEQUENCE:2
END:VEVENT
END:VCALENDAR
"""
TASK = GOOGLE.replace("VEVENT", "VTODO").replace("ACCEPTED", "IN-PROCESS")


def test_a_plain_yes() -> None:
    (reply,) = parse_reply(GOOGLE.replace("\n", "\r\n").encode())
    assert reply == Reply(
        "cities.zero-draft@example",
        "amina@example.org",
        1,
        "ACCEPTED",
        said_at=datetime(2024, 3, 2, 10, 15, tzinfo=UTC),
    )


def test_a_no_to_one_occurrence_with_a_comment() -> None:
    (reply,) = parse_reply(OUTLOOK.encode())
    assert (reply.attendee, reply.answer, reply.sequence) == ("Amina@Example.org", "DECLINED", 2)
    assert reply.comment == "I am on mission, sorry"
    assert reply.original == Moment(datetime(2024, 5, 21, 15), "Africa/Nairobi")


def test_an_answer_of_a_to_do_and_one_without_numbers() -> None:
    assert parse_reply(TASK.encode())[0].answer == "IN-PROCESS"
    bare = GOOGLE.replace("SEQUENCE:1\n", "").replace("DTSTAMP:20240302T101500Z\n", "")
    (reply,) = parse_reply(bare.encode())
    assert (reply.sequence, reply.said_at) == (0, None)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("METHOD:REPLY", "METHOD:COUNTER", "its METHOD is COUNTER"),
        ("METHOD:REPLY\n", "", "its METHOD is not said"),
        ("UID:cities.zero-draft@example\n", "", "no UID"),
        ("PARTSTAT=ACCEPTED;", "", "no PARTSTAT"),
        ("PARTSTAT=ACCEPTED", "PARTSTAT=NEEDS-ACTION", "neither yes nor no: NEEDS-ACTION"),
        ("mailto:amina@example.org", "urn:uuid:1", "no mail address"),
        ("SEQUENCE:1", "ATTENDEE:mailto:b@example.org", "it names 2"),
        ("20240302T101500Z", "yesterday", "DTSTAMP"),
        ("VEVENT", "VJOURNAL", "no VEVENT"),
        ("BEGIN:", "", "no calendar"),
        ("SUMMARY:", "SUMMARY:" + "x" * MOST_OCTETS, "larger than 256 KB"),
        ("BEGIN:VCALENDAR\n", "BEGIN:VCALENDAR\n" * 40, "nested more than"),
    ],
)
def test_what_is_no_answer_says_why(old: str, new: str, why: str) -> None:
    assert old in GOOGLE
    with pytest.raises(ReplyError, match=why):
        parse_reply(GOOGLE.replace(old, new).encode())


LINES = st.sampled_from([*GOOGLE.splitlines(), *OUTLOOK.splitlines(), " ", "\t;", ":", "BEGIN:X"])


@given(
    st.one_of(
        st.binary(max_size=2_000),
        st.lists(st.one_of(LINES, st.text(max_size=40)), max_size=60).map(
            lambda lines: "\r\n".join(lines).encode("utf-8", "replace")
        ),
    )
)
@example(GOOGLE.replace("SEQUENCE:1", "SEQUENCE:" + "9" * 400).encode())
@example(OUTLOOK.replace("20240521T150000", "99991231T235959Z").encode())
def test_any_octets_end_in_an_answer_or_a_reason(octets: bytes) -> None:
    try:
        found = parse_reply(octets)
    except ReplyError as error:
        assert str(error)
    else:
        assert found
        assert all(one.uid and "@" in one.attendee for one in found)
