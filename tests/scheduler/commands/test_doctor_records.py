"""What `doctor` says of a mail channel's records."""

from config.plan import Channel
from notifiers.email_options import EmailOptions
from notifiers.mail_records import NoAnswerError
from notifiers.registry import KINDS
from scheduler.commands.doctor import records

MAIL = EmailOptions("smtp.example.org", "Tracker <tracker@example.org>")


def test_each_record_is_a_finding_of_its_own() -> None:
    known = {"example.org": ["v=spf1 +all"], "_dmarc.example.org": ["v=DMARC1; p=reject"]}
    found = list(records(Channel("post", "email", MAIL), lambda name: known.get(name, ())))
    assert [(one.what, one.state) for one in found] == [
        ("SPF of post", "bad"),
        ("DKIM of post", "look"),
        ("DMARC of post", "good"),
    ]
    assert "~all" in found[0].hint


def test_a_name_server_that_is_silent_is_worth_a_look() -> None:
    def look_up(name: str) -> list[str]:
        raise NoAnswerError(f"{name} cannot be looked up now")

    (found,) = records(Channel("post", "email", MAIL), look_up)
    assert (found.what, found.state) == ("records of example.org", "look")
    assert found.text == "example.org cannot be looked up now"


def test_other_kinds_have_no_records() -> None:
    assert list(records(Channel("screen", "console", KINDS["console"].Options()))) == []
