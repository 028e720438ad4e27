"""Answers from invitation to status: read once, known by UID and address, kept by SEQUENCE."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.reply import ReplyError
from config.plan import Replies
from notifiers.secret import Secret
from scheduler.answering import Said, last_said, replies_in
from scheduler.answers import Answering
from tests.imap import Folder, imap_server
from tests.scheduler.rehearsing import Stage, at, rehearsal

PLAN = """
[plan]
name = "Answers"
id = "example"
timezone = "Africa/Nairobi"
coordinators = ["amina"]
[people.amina]
name = "Amina Otieno"
email = "Amina@example.org"
[people.wim]
name = "Wim"
email = "wim@example.org"
[reminders.default]
before = []
[tracks.t]
title = "Track"
owner = ["amina", "wim"]
invite = true
[[tracks.t.milestones]]
id = "m"
title = "Zero draft"
due = "{due}"
"""
START = at("2024-03-01T08:00")
REPLY = """BEGIN:VCALENDAR
VERSION:2.0
METHOD:{method}
BEGIN:VEVENT
UID:t.m@example
DTSTAMP:{stamp}
SEQUENCE:{sequence}
ATTENDEE;PARTSTAT={answer}:mailto:{address}
COMMENT:{comment}
{more}END:VEVENT
END:VCALENDAR
"""


def reply(
    answer: str,
    sequence: int = 0,
    address: str = "amina@example.org",
    stamp: str = "20240302T090000Z",
    comment: str = "",
    more: str = "",
    method: str = "REPLY",
) -> bytes:
    """A mail as a calendar program sends it."""
    calendar = REPLY.format(method=method, stamp=stamp, sequence=sequence, answer=answer,
                            address=address, comment=comment, more=more)  # fmt: skip
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = address, "tracker@example.org", f"{answer}: m"
    mail.set_content(f"{address} has answered.")
    mail.add_alternative(calendar.encode(), "text", "calendar", params={"method": method})
    return mail.as_bytes()


def answering(stage: Stage) -> Answering:
    service = stage.service
    return Answering(service.history, service.invitations, service.post, lambda: None)


def look(stage: Stage, folder: Folder, password: str = "swordfish") -> int:
    replies = Replies("127.0.0.1", folder.port, "none", "tracker", Secret(plain=password))
    return answering(stage).look(stage.service.plan, replies, stage.service.clock.now())


def said(stage: Stage) -> dict[tuple[str, str], Said]:
    store = stage.service.invitations
    found = last_said(store.answers(), store.invited())
    return {(one.recipient, one.occurrence): one for one in found}


def test_an_answer_is_kept_and_one_to_an_older_date_is_marked(tmp_path: Path) -> None:
    with (
        rehearsal(tmp_path, PLAN.format(due="2024-04"), START) as stage,
        imap_server(Folder()) as folder,
    ):
        stage.until(at("2024-03-02T10:00"))
        folder.add(reply("ACCEPTED", comment="With pleasure"))
        folder.add(reply("TENTATIVE", address="wim@example.org"))
        folder.add(reply("DECLINED", address="stranger@example.org"))
        folder.add(reply("DECLINED", method="COUNTER"))
        folder.add(b"Subject: no answer\n\nHello")
        assert look(stage, folder) == 2
        assert look(stage, folder) == 0
        found = said(stage)
        amina = found["amina", ""]
        assert (amina.answer, amina.comment, amina.older) == ("ACCEPTED", "With pleasure", False)
        assert found["wim", ""].answer == "TENTATIVE"
        stage.write(PLAN.format(due="2024-05-14"))
        stage.until(at("2024-03-03T10:00"))
        assert {one.older for one in said(stage).values()} == {True}
        folder.add(reply("DECLINED", sequence=1, stamp="20240303T090000Z"))
        folder.add(reply("ACCEPTED", sequence=0, stamp="20240303T093000Z"))
        assert look(stage, folder) == 2
        now = said(stage)["amina", ""]
        assert (now.answer, now.older) == ("DECLINED", False)


def test_an_answer_from_an_address_in_any_letters_is_kept(tmp_path: Path) -> None:
    text = PLAN.format(due="2024-04").replace("Amina@example.org", "ämina@example.org")
    with rehearsal(tmp_path, text, START) as stage, imap_server(Folder()) as folder:
        stage.until(at("2024-03-02T10:00"))
        folder.add(reply("ACCEPTED", address="%C3%A4mina@example.org"))
        assert b"mailto:%C3%A4mina@example.org" in invitation_of(stage, "ämina@example.org")
        assert look(stage, folder) == 1
        assert said(stage)["amina", ""].answer == "ACCEPTED"


def invitation_of(stage: Stage, address: str) -> bytes:
    """The calendar in the mail that went to an address, unfolded."""
    (mail,) = (one for one in stage.mails() if one.recipient == address)
    parts = message_from_bytes(mail.content).walk()
    calendar = next(one for one in parts if one.get_content_type() == "text/calendar")
    octets = calendar.get_payload(decode=True)
    assert isinstance(octets, bytes)
    return octets.replace(b"\r\n ", b"")


@pytest.mark.parametrize("edit", ["2024-05-14", "tbc"])
def test_an_answer_stands_where_an_edit_is_put_right_again(tmp_path: Path, edit: str) -> None:
    with (
        rehearsal(tmp_path, PLAN.format(due="2024-04"), START) as stage,
        imap_server(Folder()) as folder,
    ):
        stage.until(at("2024-03-02T10:00"))
        folder.add(reply("ACCEPTED"))
        assert look(stage, folder) == 1
        stage.write(PLAN.format(due=edit))
        stage.until(at("2024-03-02T10:05"))
        stage.write(PLAN.format(due="2024-04"))
        stage.until(at("2024-03-03T10:00"))
        amina = said(stage)["amina", ""]
        assert (amina.answer, amina.older) == ("ACCEPTED", False)


def test_the_same_mail_read_twice_is_one_answer(tmp_path: Path) -> None:
    with (
        rehearsal(tmp_path, PLAN.format(due="2024-04"), START) as stage,
        imap_server(Folder()) as folder,
    ):
        stage.until(at("2024-03-02T10:00"))
        folder.add(reply("ACCEPTED"))
        assert look(stage, folder) == 1
        stage.service.history.put("replies", "{}")
        look(stage, folder)
        assert len(stage.service.invitations.answers("t/m")) == 1


def test_an_answer_from_the_future_was_said_now(tmp_path: Path) -> None:
    with (
        rehearsal(tmp_path, PLAN.format(due="2024-04"), START) as stage,
        imap_server(Folder()) as folder,
    ):
        stage.until(at("2024-03-02T10:00"))
        folder.add(reply("ACCEPTED", stamp="20990101T000000Z"))
        look(stage, folder)
        (answer,) = stage.service.invitations.answers()
        assert answer.said_at == answer.at


def test_who_is_no_longer_invited_says_nothing(tmp_path: Path) -> None:
    with (
        rehearsal(tmp_path, PLAN.format(due="2024-04"), START) as stage,
        imap_server(Folder()) as folder,
    ):
        stage.until(at("2024-03-02T10:00"))
        folder.add(reply("ACCEPTED"))
        look(stage, folder)
        stage.write(PLAN.format(due="2024-04").replace('["amina", "wim"]', '"wim"'))
        stage.until(at("2024-03-03T10:00"))
        assert said(stage) == {}


def test_coordinators_hear_of_a_mailbox_that_fails_for_a_day(tmp_path: Path) -> None:
    with (
        rehearsal(tmp_path, PLAN.format(due="2024-04"), START) as stage,
        imap_server(Folder()) as folder,
    ):
        history = stage.service.history
        for hours, told in ((0, 0), (20, 0), (30, 1), (40, 1)):
            stage.until(START + timedelta(hours=hours))
            look(stage, folder, "wrong")
            texts = [mail.text for mail in stage.mails() if "cannot be read" in mail.text]
            assert len(texts) + len(history.untold()) == told
        look(stage, folder)
        assert 'failing_since": ""' in (history.setting("replies") or "")


@given(st.one_of(st.binary(max_size=3_000), st.text(max_size=600).map(str.encode)))
def test_any_mail_ends_in_an_answer_or_a_reason(noise: bytes) -> None:
    good = reply("ACCEPTED")
    middle = len(good) // 2
    for octets in (noise, good + noise, good[:middle] + noise + good[middle:]):
        try:
            assert replies_in(octets)
        except ReplyError as error:
            assert str(error)


def test_a_mail_in_a_thousand_wrappings_ends(tmp_path: Path) -> None:
    wrapped = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3_000)
    )
    with pytest.raises(ReplyError):
        replies_in(wrapped)
