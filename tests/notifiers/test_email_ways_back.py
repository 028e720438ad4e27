"""Where answers and bounces go: as the channel says, or as the message does."""

from collections.abc import Callable

import pytest

from notifiers.email import Email
from notifiers.email_options import EmailOptions
from notifiers.errors import DeliveryError
from notifiers.message import Address, Message
from tests.mailbox import SmtpServer
from tests.notifiers.conftest import SENT


def test_a_message_may_have_its_own_return_path_and_place_for_answers(
    smtp_server: SmtpServer, make_message: Callable[..., Message]
) -> None:
    options = EmailOptions(
        smtp_server.host,
        "Tracker <tracker@example.org>",
        port=smtp_server.port,
        security="none",
        envelope_sender="b@example.org",
        reply_to="desk@example.org",
    )
    email = Email(options, lambda: SENT)
    mine = Address("tracker+rabc@example.org", "Tracker")
    email.send(make_message(key="one", return_path="tracker+b23@bücher.example", reply_to=mine))
    email.send(make_message(key="two"))
    senders = [one.sender for one in smtp_server.taken]
    assert senders == ["tracker+b23@xn--bcher-kva.example", "b@example.org"]
    contents = [one.content for one in smtp_server.taken]
    assert b"\r\nReply-To: Tracker <tracker+rabc@example.org>\r\n" in contents[0]
    assert b"\r\nReply-To: desk@example.org\r\n" in contents[1]
    with pytest.raises(DeliveryError) as caught:
        email.send(make_message(return_path="no address"))
    assert (caught.value.permanent, caught.value.scope) == (True, "channel")
    email.close()
