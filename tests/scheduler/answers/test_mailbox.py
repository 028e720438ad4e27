"""A mailbox read over a real connection: what is new, once, and what goes wrong in words."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from config.plan import Replies
from notifiers.secret import Secret
from scheduler import mailbox
from scheduler.answering import MOST_OCTETS
from scheduler.mailbox import MailboxError, Place, fetch
from tests.imap import Folder, imap_server

SINCE = date(2024, 3, 9)


@pytest.fixture
def folder() -> Iterator[Folder]:
    with imap_server(Folder()) as running:
        yield running


def replies(
    folder: Folder, password: str = "swordfish", security: Literal["tls", "none"] = "none"
) -> Replies:
    return Replies("127.0.0.1", folder.port, security, "tracker", Secret(plain=password))


def test_each_mail_is_read_once(folder: Folder) -> None:
    folder.add(b"first")
    found = fetch(replies(folder), Place(), SINCE)
    assert [one.content for one in found.mails] == [b"first"]
    assert found.place == Place(7, 1)
    assert "UID SEARCH SINCE 9-Mar-2024" in folder.asked
    assert fetch(replies(folder), found.place, SINCE).mails == ()
    folder.add(b"second")
    again = fetch(replies(folder), found.place, SINCE)
    assert [(one.identity, one.content) for one in again.mails] == [
        ("127.0.0.1/INBOX/7/2", b"second")
    ]


def test_a_folder_that_was_made_anew_is_read_anew(folder: Folder) -> None:
    folder.add(b"first")
    assert len(fetch(replies(folder), Place(6, 9), SINCE).mails) == 1


def test_a_mail_is_the_same_wherever_it_lies(folder: Folder) -> None:
    for head in (
        b"Message-ID: <1@example.org>",
        b"Subject: x\nmessage-id:\n <1@example.org>",
        b"Subject: <2@example.org>",
        b"Message-ID: <a b@example.org>",
        b"Message-ID: none\xff",
        b"Subject: x\n\nMessage-ID: <3@example.org>",
    ):
        folder.add(head + b"\n\nx")
    mails = fetch(replies(folder), Place(), SINCE).mails
    assert [one.identity.removeprefix("127.0.0.1/INBOX/") for one in mails] == [
        "1@example.org",
        "1@example.org",
        "7/3",
        "7/4",
        "7/5",
        "7/6",
    ]


def test_nothing_in_the_mailbox_is_changed(folder: Folder) -> None:
    folder.add(b"first")
    fetch(replies(folder), Place(), SINCE)
    said = {command.split()[0] for command in folder.asked} - {"UID"}
    assert said == {"CAPABILITY", "AUTHENTICATE", "EXAMINE", "LOGOUT"}
    assert all("PEEK" in command for command in folder.asked if "FETCH" in command)


def test_a_long_mail_is_cut_and_many_are_read_in_turns(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST_MAILS", 2)
    for content in (b"x" * (MOST_OCTETS + 9), b"b", b"c"):
        folder.add(content)
    found = fetch(replies(folder), Place(), SINCE)
    assert [len(one.content) for one in found.mails] == [MOST_OCTETS + 1, 1]
    assert [one.content for one in fetch(replies(folder), found.place, SINCE).mails] == [b"c"]


def test_a_server_without_authenticate_gets_a_login(folder: Folder) -> None:
    folder.offers = "IMAP4rev1"
    assert fetch(replies(folder), Place(), SINCE).place == Place(7, 0)
    assert any(command.startswith("LOGIN") for command in folder.asked)


def test_over_tls_the_certificate_is_checked(certificate: tuple[Path, Path]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with imap_server(Folder(), context) as folder:
        folder.add(b"first")
        asked = replies(folder, security="tls")
        trusted = replace(asked, certificates=str(certificate[0]))
        assert len(fetch(trusted, Place(), SINCE).mails) == 1
        with pytest.raises(MailboxError, match=r"(?i)certificate"):
            fetch(asked, Place(), SINCE)


@pytest.mark.parametrize("offers", ["IMAP4rev1 AUTH=PLAIN", "IMAP4rev1"])
def test_a_refused_password_is_told_without_it(folder: Folder, offers: str) -> None:
    folder.offers = offers
    with pytest.raises(MailboxError) as caught:
        fetch(replies(folder, "hunter2"), Place(), SINCE)
    assert "is not the password" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_what_else_goes_wrong_is_told(folder: Folder) -> None:
    asked = replies(folder)
    with pytest.raises(MailboxError, match="no such folder"):
        fetch(replace(asked, folder="Answers"), Place(), SINCE)
    with pytest.raises(MailboxError, match="plain ASCII"):
        fetch(replace(asked, folder='In"\r\nbox'), Place(), SINCE)
    with pytest.raises(MailboxError, match="IMAP_WORD is not set"):
        fetch(replace(asked, password=Secret(env="IMAP_WORD")), Place(), SINCE)
    folder.silent = True
    with pytest.raises(MailboxError, match=r"127\.0\.0\.1"):
        fetch(asked, Place(), SINCE)


def test_a_server_that_is_not_there_is_told() -> None:
    with imap_server(Folder()) as folder:
        gone = replies(folder)
    with pytest.raises(MailboxError, match="refused"):
        fetch(gone, Place(), SINCE)
