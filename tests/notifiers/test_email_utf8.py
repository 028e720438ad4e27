"""Addresses with letters beyond ASCII: SMTPUTF8 where it is needed, and nowhere else."""

from collections.abc import Callable
from email import message_from_string, policy
from typing import Any

import pytest

from notifiers.email import Email
from notifiers.errors import DeliveryError
from notifiers.message import Address, Message
from tests.notifiers.scripted import GOOD, Conversation

OpenEmail = Callable[..., Email]
MakeMessage = Callable[..., Message]
Scripted = Callable[..., Conversation]
StartMailServer = Callable[..., Any]


def refused(email: Email, message: Message) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        email.send(message)
    return caught.value


def test_foreign_addresses_need_a_server_that_takes_them(
    start_mail_server: StartMailServer,
    scripted: Scripted,
    open_email: OpenEmail,
    make_message: MakeMessage,
) -> None:
    message = make_message(to=Address("josé@bücher.example", "José"))
    server = start_mail_server(enable_SMTPUTF8=True)
    open_email(server.port).send(message)
    assert server.recorder.envelopes[0].rcpt_tos == ["josé@xn--bcher-kva.example"]
    error = refused(open_email(scripted(GOOD).port), message)
    assert (error.permanent, error.scope) == (True, "recipient")
    assert "SMTPUTF8" in error.message


@pytest.mark.parametrize(
    "own",
    [
        {"from_": "Büro <büro@example.org>", "envelope_sender": "bounces@example.org"},
        {"reply_to": "Antwort <büro@example.org>"},
        {"envelope_sender": "büro@example.org"},
    ],
)
def test_so_do_foreign_addresses_of_the_channel_itself(
    start_mail_server: StartMailServer,
    scripted: Scripted,
    open_email: OpenEmail,
    make_message: MakeMessage,
    own: dict[str, str],
) -> None:
    server = start_mail_server(enable_SMTPUTF8=True)
    open_email(server.port, **own).send(make_message())
    (envelope,) = server.recorder.envelopes
    assert "SMTPUTF8" in envelope.mail_options
    read = message_from_string(envelope.original_content.decode(), policy=policy.default)
    named = {read["From"].addresses[0].addr_spec, envelope.mail_from}
    named |= {one.addr_spec for one in read["Reply-To"].addresses} if read["Reply-To"] else set()
    assert "büro@example.org" in named
    error = refused(open_email(scripted(GOOD).port, **own), make_message())
    assert (error.permanent, error.scope) == (True, "channel")
    assert "büro@example.org" in error.message


def test_smtputf8_is_asked_for_where_it_is_needed_alone(
    start_mail_server: StartMailServer, open_email: OpenEmail, make_message: MakeMessage
) -> None:
    server = start_mail_server(enable_SMTPUTF8=True)
    open_email(server.port).send(make_message(subject="Büro", to=Address("jose@example.org", "é")))
    (envelope,) = server.recorder.envelopes
    assert "SMTPUTF8" not in envelope.mail_options


def test_a_domain_alone_needs_none(
    scripted: Scripted, open_email: OpenEmail, make_message: MakeMessage
) -> None:
    server = scripted(GOOD)
    open_email(server.port).send(make_message(to=Address("jose@bücher.example")))
    assert "RCPT TO:<jose@xn--bcher-kva.example>" in server.lines
