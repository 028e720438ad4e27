"""What other mail programs read in our mails: sent to a real server, read by parsers of others.

mailparser and PostalMime know nothing of Python's `email`, which the code under test and the
other tests lean on.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from notifiers.email import Email
from notifiers.email_options import EmailOptions
from notifiers.message import Address, Invitation, Message
from notifiers.mime import message_id, thread_id
from tests.judges.programs import mail_parsers
from tests.mailbox import SmtpServer
from tests.scheduler.messages.scenes import (
    GROUP,
    ZERO,
    answerable,
    flood,
    invitation,
    many,
    message,
    speaking,
)

READERS = ("mailparser", "PostalMime")
LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
LINK = "https://tracker.example.org/stop/" + "abcDEF123-_" * 60
CALENDAR = (
    "BEGIN:VCALENDAR\r\nSUMMARY:Réunion du groupe — 工作组, \\n dernière\r\nEND:VCALENDAR\r\n"
)
OURS = "tracker@example.org"
NAMES = (
    'Secretariat, "UN-Habitat" (Nairobi)',
    'Otieno, Amina "Mina"',
    "Lefèvre, Claire; <claire>",
    "يوسف حداد، مدير",
    "王小明" * 30,
    "O'Brien \\ back, slash",
    "plain",
    "",
)
SUBJECTS = (
    "Zero draft, April 2024 · HSP/HA.2/Res.1",
    "Проект руководящих принципов по ориентированным на людей умным городам, " * 5,
    "以人为本的智慧城市国际准则" * 20,
    "المبادئ التوجيهية الدولية: " * 12,
    "=?utf-8?q?no_encoded_word?= and a colon: " * 3,
    "Émoji 👩🏽‍💻 " * 25,
    "a" * 200,
)


@dataclass(frozen=True)
class Post:
    """A way to send, and what came of it."""

    email: Email
    server: SmtpServer

    def read(self, sent: Message, reader: str) -> dict[str, Any]:
        """Send a message; what a parser reads in the octets that came in."""
        self.email.send(sent)
        octets = self.server.taken[-1].content
        return mail_parsers().ask(reader, mail=b64encode(octets).decode())


@pytest.fixture
def post(smtp_server: SmtpServer) -> Iterator[Post]:
    options = EmailOptions(smtp_server.host, OURS, port=smtp_server.port, security="none")
    email = Email(options, lambda: message(ZERO, "before:30 days", "jose").date)
    yield Post(email, smtp_server)
    email.close()


def as_read(text: str | None) -> str:
    """A text as any program may give it back: line breaks of one kind, none at the end."""
    return (text or "").replace("\r\n", "\n").rstrip("\n")


def headed(read: dict[str, Any], name: str) -> str:
    return str(read["headers"][name]).partition(":")[2].strip()


def judge(read: dict[str, Any], sent: Message) -> None:
    """Whether a parser reads what was rendered."""
    assert sent.to is not None
    assert read["subject"] == sent.subject
    assert read["to"] == [[sent.to.name, sent.to.email]]
    assert read["id"] == f"<{message_id(sent.key, 'example.org')}>"
    root = f"<{thread_id(sent.thread, 'example.org')}>" if sent.thread else None
    assert (read["answers"], read["thread"]) == (root, [root] if root else [])
    assert headed(read, "content-language") == sent.language
    assert headed(read, "auto-submitted") == "auto-generated"
    assert parsedate_to_datetime(headed(read, "date")) == sent.date.replace(microsecond=0)
    assert read["date"] == f"{sent.date.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
    assert as_read(read["text"]) == as_read(sent.text)
    assert as_read(read["html"]) == as_read(sent.html)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_of_each_language_is_read_as_it_was_rendered(
    post: Post, reader: str, language: str
) -> None:
    with speaking(language):
        alone = replace(answerable(), unsubscribe=LINK)
        read = post.read(alone, reader)
        judge(read, alone)
        assert read["list"] == f"{str(alone.list_id).replace('/', '.')}.example.org"
        assert read["unsubscribe"] == LINK
        assert headed(read, "list-unsubscribe-post") == "List-Unsubscribe=One-Click"
        assert read["parts"] == []
        together = many("jose", (ZERO, "overdue:1"), ("cities/outlook", "date-wanted"))
        judge(post.read(together, reader), together)


@pytest.mark.parametrize("reader", READERS)
def test_the_longest_message_is_read_whole(post: Post, reader: str) -> None:
    long = flood(300)
    judge(post.read(long, reader), long)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", NAMES)
def test_names_with_commas_quotes_and_any_letters(
    smtp_server: SmtpServer, reader: str, name: str
) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    options = EmailOptions(
        smtp_server.host, f'"{quoted}" <{OURS}>', port=smtp_server.port, security="none"
    )
    person = Address("amina@example.org", name)
    sent = replace(message(ZERO, "before:30 days", "jose"), to=person, reply_to=Address(OURS, name))
    email = Email(options, lambda: sent.date)
    read = Post(email, smtp_server).read(sent, reader)
    email.close()
    judge(read, sent)
    assert read["from"] == [[name, OURS]]
    assert read["replyTo"] == [[name, OURS]]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_of_any_length_and_letters(post: Post, reader: str, subject: str) -> None:
    sent = replace(message(ZERO, "before:30 days", "jose"), subject=subject.strip())
    judge(post.read(sent, reader), sent)
    head = post.server.taken[-1].content.partition(b"\r\n\r\n")[0]
    longest = max(len(line) for line in head.split(b"\r\n"))
    assert longest <= 76


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invitation_is_a_form_of_the_body_and_a_file(
    post: Post, reader: str, language: str
) -> None:
    with speaking(language):
        carried = Invitation("REQUEST", CALENDAR.encode())
        sent = replace(invitation(GROUP, "new"), invitation=carried)
    read = post.read(sent, reader)
    judge(read, sent)
    form, file = read["parts"]
    assert (form["type"], form["disposition"]) == ("text/calendar", None)
    assert (file["type"], file["disposition"]) == ("application/ics", "attachment")
    assert file["name"] == "invite.ics"
    for part in (form, file):
        assert as_read(b64decode(part["content"]).decode()) == as_read(CALENDAR)
    if reader == "mailparser":
        assert b64decode(file["content"]) == CALENDAR.encode()
