"""Mails as bytes: what any mail program reads back, for any text."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifiers.errors import DeliveryError
from notifiers.headers import (
    AddressError,
    addr_spec,
    address_header,
    group_header,
    needs_utf8,
    one_line,
    text_header,
    token_header,
)
from notifiers.message import Address, Attachment, Invitation, Message
from notifiers.mime import Sender, build, compose

SENDER = Sender(Address("tracker@example.org", "Resolution tracker"), Address("desk@example.org"))
ANY_TEXT = st.text(st.characters())
SURROGATES = re.compile("[\ud800-\udfff]")


def parse(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=policy.default)
    assert not mail.defects
    assert not [part for part in mail.walk() if part.defects]
    return mail


def bodies(content: bytes) -> tuple[str, str]:
    mail = parse(content)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return as_sent(text.get_content()), as_sent(html.get_content())


def as_sent(text: str) -> str:
    """A text without what may change on its way: kinds of line breaks, half characters."""
    return SURROGATES.sub("?", re.sub(r"\r\n?", "\n", text)).rstrip("\n")


def test_the_headers_of_a_reminder(make_message: Callable[..., Message]) -> None:
    message = make_message()
    mail = parse(build(message, SENDER))
    assert {name: str(value) for name, value in mail.items() if name != "Content-Type"} == {
        "Date": "Thu, 28 Mar 2024 09:00:00 +0300",
        "From": "Resolution tracker <tracker@example.org>",
        "Reply-To": "desk@example.org",
        "To": "Amina Otieno <amina@example.org>",
        "Subject": "Zero draft, April 2024 · HSP/HA.2/Res.1",
        "Message-ID": "<smart-cities/zero-draft+30+amina@example.org>",
        "In-Reply-To": "<thread.smart-cities/zero-draft@example.org>",
        "References": "<thread.smart-cities/zero-draft@example.org>",
        "Content-Language": "en",
        "List-Id": "<smart-cities.example.org>",
        "List-Unsubscribe": f"<{message.unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "MIME-Version": "1.0",
    }
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert message.html is not None
    assert bodies(build(message, SENDER)) == (as_sent(message.text), as_sent(message.html))


def test_long_tokens_are_neither_folded_nor_encoded(make_message: Callable[..., Message]) -> None:
    url = "https://tracker.example.org/unsubscribe/" + "x" * 700
    content = build(make_message(unsubscribe=url, thread="t" * 118, key="k" * 120), SENDER)
    head = content.partition(b"\r\n\r\n")[0]
    assert b"List-Unsubscribe: <" + url.encode() + b">\r\n" in head
    assert b"References: <thread." + b"t" * 118 + b"@example.org>\r\n" in head
    assert b"=?" not in re.sub(rb"Subject:.*\r\n(?: .*\r\n)*", b"", head)


def test_without_what_is_optional(make_message: Callable[..., Message]) -> None:
    content = build(
        make_message(html=None, thread=None, list_id=None, unsubscribe=None, to=None, language="?"),
        Sender(Address("a@example.org"), room="#smart chat"),
    )
    mail = parse(content)
    assert mail.get_content_type() == "text/plain"
    assert mail["To"].groups[0].display_name == "#smart chat"
    wanting = ("References", "List-Id", "List-Unsubscribe", "Reply-To", "Content-Language")
    assert [mail[name] for name in wanting] == [None] * 5


def test_the_same_message_is_the_same_bytes(make_message: Callable[..., Message]) -> None:
    assert build(make_message(), SENDER) == build(make_message(), SENDER)


@settings(max_examples=300)
@given(subject=ANY_TEXT, name=ANY_TEXT)
@example(subject="=?utf-8?q?fake?=", name='Otieno, "Amina" \\ <x@example.org>')
@example(subject="a" * 500, name="b" * 500)
@example(subject="Draft: " + "ends-with-colon: " * 30, name="ä" * 200)
@example(subject="x\r\nBcc: evil@example.org\r\n\r\nbody", name="y\r\nBcc: evil@example.org")
@example(subject="\u2028\x85\x1c", name="")
def test_any_subject_and_any_name(subject: str, name: str) -> None:
    message = _message(subject=subject, to=Address("amina@example.org", name))
    content = build(message, SENDER)
    head = content.partition(b"\r\n\r\n")[0]
    mail = parse(content)
    assert len(mail.get_all("Subject", [])) == 1
    assert "Bcc" not in mail
    assert _decoded(head, "Subject") == one_line(subject)
    assert mail["To"].addresses[0].addr_spec == "amina@example.org"
    assert max(len(line) for line in head.split(b"\r\n") if not line.startswith(b" <")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


@settings(max_examples=300)
@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1))
@example('Otieno, "Amina" \\ (UN)')
@example("José Ñandú — Côte d’Ivoire" * 5)
@example("名前" * 40)
def test_any_name_comes_back(name: str) -> None:
    line = address_header("To", Address("a@example.org", name)).decode().replace("\r\n", "")
    shown, email = parseaddr(line.removeprefix("To: "))
    assert email == "a@example.org"
    assert str(make_header(decode_header(shown))) == one_line(name)


def _decoded(head: bytes, name: str) -> str:
    mail = message_from_bytes(head + b"\r\n\r\n", policy=policy.compat32)
    raw = re.sub(r"\r\n", "", str(mail[name]))
    return str(make_header(decode_header(raw))).strip(" ") if "=?" in raw else raw.strip(" ")


def _message(**changes: Any) -> Message:
    values: dict[str, Any] = {
        "key": "k",
        "to": Address("amina@example.org"),
        "subject": "s",
        "lead": "",
        "text": "t",
        "html": "<p>t</p>",
        "date": datetime(2024, 3, 28, tzinfo=UTC),
    }
    return Message(**(values | changes))


@settings(max_examples=400)
@given(text=ANY_TEXT, html=ANY_TEXT)
@example(text="", html="")
@example(text="a" * 3000, html="é" * 3000)
@example(text="x \n\ty\t\n.\n..\nFrom me\n", html="=" * 200)
@example(text="\r\r\n\n\r", html="a\x00b\x0b\x0c")
@example(text="--=_a\n--=_m\n--", html="=_a")
def test_any_body_comes_back(text: str, html: str) -> None:
    content = build(_message(text=text, html=html), SENDER)
    assert bodies(content) == (as_sent(text), as_sent(html))
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain ASCII", "7bit"),
        ("x" * 1200, "quoted-printable"),
        ("Größe und viel gewöhnlicher Text dahinter", "quoted-printable"),
        ("مرحبا بالعالم", "base64"),
    ],
)
def test_the_shortest_encoding_is_taken(text: str, encoding: str) -> None:
    mail = parse(build(_message(text=text, html=None), SENDER))
    assert mail["Content-Transfer-Encoding"] == encoding


def test_a_text_that_forges_the_boundary() -> None:
    plain = build(_message(), SENDER)
    found = re.search(rb'boundary="([^"]+)"', plain)
    assert found is not None
    forged = f"x\n--{found[1].decode()}\nContent-Type: text/html\n\n<b>forged</b>"
    assert bodies(build(_message(text=forged), SENDER)) == (as_sent(forged), "<p>t</p>")


@given(st.binary(), st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])))
@example(b"", "Größe 2024.ics")
@example(b"BEGIN:VCALENDAR", 'a"b\\c.ics')
def test_attachments_come_back(content: bytes, filename: str) -> None:
    attachment = Attachment(filename, "text/calendar; method=REQUEST; charset=utf-8", content)
    mail = parse(build(_message(attachments=(attachment,)), SENDER))
    assert mail.get_content_type() == "multipart/mixed"
    (part,) = mail.iter_attachments()
    assert part.get_payload(decode=True) == content
    assert part["Content-Type"].params["method"] == "REQUEST"
    wanted = one_line(filename).replace("/", "_") or "attachment"
    assert str(part.get_filename()).strip() == wanted.strip()


def test_an_impossible_content_type_is_refused() -> None:
    attachment = Attachment("a", "text/plain\r\nBcc: evil@example.org", b"")
    with pytest.raises(DeliveryError, match="is no content type") as caught:
        compose(_message(attachments=(attachment,)), SENDER)
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("email", "spec"),
    [
        ("amina@example.org", "amina@example.org"),
        ("Amina+x@EXAMPLE.org", "Amina+x@example.org"),
        ("amina@bücher.example", "amina@xn--bcher-kva.example"),
        ("amina@BÜCHER.example", "amina@xn--bcher-kva.example"),
        ("josé@example.org", "josé@example.org"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_domains_become_ascii(email: str, spec: str) -> None:
    assert addr_spec(email) == spec
    assert needs_utf8(email) == (not spec.isascii())


@pytest.mark.parametrize(
    "email",
    [
        "",
        "amina",
        "@example.org",
        "amina@",
        "a b@example.org",
        "a@b@c.org",
        "a\r\nRCPT TO:<evil@example.org>@example.org",
        "a@example.org>\r\nDATA",
        "a@exa mple.org",
        "a@-é-.org",
        "<a@example.org>",
        "a@" + "x" * 254,
    ],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(AddressError) as caught:
        addr_spec(email)
    assert "\n" not in str(caught.value)
    with pytest.raises(DeliveryError) as refused:
        compose(_message(to=Address(email)), SENDER)
    assert (refused.value.permanent, refused.value.scope) == (True, "recipient")


def test_an_address_with_a_foreign_local_part_stands_as_it_is() -> None:
    mail = message_from_bytes(
        build(_message(to=Address("josé@example.org", "José")), SENDER), policy=policy.SMTPUTF8
    )
    assert "josé@example.org" in str(mail["To"])


@given(ANY_TEXT)
def test_no_header_has_a_line_break_of_its_own(value: str) -> None:
    for line in (
        text_header("Subject", value),
        group_header("To", value),
        address_header("To", Address("a@example.org", value)),
    ):
        unfolded = line.replace(b"\r\n ", b"")
        assert unfolded.count(b"\r\n") == 1
        assert not re.search(rb"[\r\n\0]", unfolded.removesuffix(b"\r\n"))


def test_a_token_header_is_ascii() -> None:
    assert token_header("X", "y") == b"X: y\r\n"
    with pytest.raises(UnicodeEncodeError):
        token_header("X", "é")


CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:{}\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize("title", ["plain", "Ébauche zéro", "a=_b", "会议" * 40])
@pytest.mark.parametrize("html", ["<p>Hello</p>", None])
def test_an_invitation_stands_last_in_the_body_and_beside_it(
    make_message: Callable[..., Message], title: str, html: str | None
) -> None:
    content = CALENDAR.format(title).encode()
    message = make_message(html=html, invitation=Invitation("REQUEST", content))
    mail = parse(build(message, SENDER))
    assert mail.get_content_type() == "multipart/mixed"
    alternative, file = mail.iter_parts()
    assert alternative.get_content_type() == "multipart/alternative"
    forms = list(alternative.iter_parts())
    kinds = ["text/plain", *(["text/html"] if html else []), "text/calendar"]
    assert [form.get_content_type() for form in forms] == kinds
    last = forms[-1]
    assert (last.get_param("method"), last.get_content_charset()) == ("REQUEST", "utf-8")
    assert (file.get_filename(), file.get_content_type()) == ("invite.ics", "application/ics")
    assert last.get_payload(decode=True) == file.get_payload(decode=True) == content


def test_a_method_that_is_none_is_refused(make_message: Callable[..., Message]) -> None:
    message = make_message(invitation=Invitation("REQUEST\r\nX: y", b""))
    with pytest.raises(ValueError, match="no method of an invitation"):
        build(message, SENDER)
