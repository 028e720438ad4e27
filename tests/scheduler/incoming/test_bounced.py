"""From a bounce in the mailbox to the next channel, the coordinators, and back again."""

from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.outbox.incoming_store import IncomingStore
from tests.scheduler.incoming.returned import ORIGINAL, fields, report
from tests.scheduler.incoming.staged import OURS, PLAN, Mailed, mailed
from tests.scheduler.rehearsing import at

GONE = "550 5.1.1 no such user"


def marks(mail: Mailed) -> list[str]:
    return list(IncomingStore(mail.stage.service.database).marks())


def original(mail: Mailed, number: int = 0) -> str:
    """The headers of a mail that was sent to Amina, as a server gives them back."""
    sent = mail.asked()[number]
    return ORIGINAL.replace("0123456789abcdef0123456789abcd", sent.key)


def test_a_lasting_bounce_ends_mail_to_the_address_and_the_next_channel_goes_on(
    tmp_path: Path,
) -> None:
    with mailed(tmp_path) as mail:
        assert len(mail.asked()) == 1
        bounce = report(fields("5.1.1", GONE), to=mail.return_path(), original="")
        assert mail.look(bounce) == 1
        assert marks(mail) == ["amina@example.org"]
        mail.until("2024-04-16T00:00")
        assert mail.states("email") == [
            ("before:30 days", "sent"),
            ("before:20 days", "failed"),
            ("before:10 days", "failed"),
            ("on-the-day", "failed"),
        ]
        assert [state for _, state in mail.states("slack") if state != "sent"] == []
        assert len(mail.asked()) == 1
        row = mail.stage.service.history.outbox(milestone="t/m", states=["failed"])[0]
        assert row["cause"] == f"amina@example.org takes no mail since 17 March 2024: {GONE}"
        (told,) = mail.told()
        assert "Amina Otieno is still reached by slack" in told
        assert "milestones addresses --clear" in told


def test_without_another_channel_the_coordinators_hear_that_too(tmp_path: Path) -> None:
    with mailed(tmp_path, '["email"]') as mail:
        mail.look(report(fields("5.1.1", GONE), to=mail.return_path()))
        mail.until("2024-03-27T00:00")
        assert mail.states("email")[1] == ("before:20 days", "failed")
        (told,) = mail.told()
        assert "has no other channel and is not reminded" in told


@pytest.mark.parametrize("to", [OURS, "someone@example.org"])
def test_without_a_token_a_mail_that_was_sent_must_be_named(tmp_path: Path, to: str) -> None:
    with mailed(tmp_path) as mail:
        unknown = report(fields("5.1.1", GONE), to=to)
        other = report(fields("5.1.1", GONE, who="x@example.com"), to=to, original=original(mail))
        assert mail.look(unknown, other) == 0
        assert marks(mail) == []
        known = report(fields("5.1.1", GONE), to=to, original=original(mail))
        assert mail.look(known) == 1
        assert marks(mail) == ["amina@example.org"]


def test_a_forged_or_foreign_token_is_nothing(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        good = mail.return_path()
        spoiled = good.replace("+b", "+ba", 1)[: good.index("@")] + good[good.index("@") :]
        others = (
            spoiled,
            good.replace("+b", "+r"),
            good.replace("tracker+", "other+"),
            mail.return_path("old@example.org"),
            mail.return_path("Amina@example.org", "cora"),
        )
        mails = [report(fields("5.1.1", GONE), to=to, original="") for to in others]
        assert mail.look(*mails) == 0
        assert marks(mail) == []
        assert mail.look(report(fields("5.1.1", GONE), to=good.upper(), original="")) == 1


def test_a_token_proves_the_address_also_where_the_mail_was_forwarded(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        forwarded = fields("5.1.1", GONE, who="amina@corp.example.net")
        mail.look(report(forwarded, to=mail.return_path(), original=""))
        assert marks(mail) == ["amina@example.org"]


def test_a_bounce_of_long_ago_is_nothing(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        to, named = mail.return_path(), original(mail)
        mail.until("2024-04-20T00:00")
        assert mail.look(report(fields("5.1.1", GONE), to=OURS, original=named)) == 0
        mail.until("2024-07-01T00:00")
        assert mail.look(report(fields("5.1.1", GONE), to=to, original="")) == 0
        assert marks(mail) == []


def dated(mail: Mailed, day: int, code: str = "5.2.2") -> bytes:
    made = report(fields(code, f"552 {code} over quota"), to=mail.return_path())
    return made.replace(b"Date: Fri, 1 Mar 2024", b"Date: Fri, %d Mar 2024" % day)


def test_passing_bounces_count_on_three_days_within_a_week(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        mail.look(dated(mail, 2), dated(mail, 2), dated(mail, 2), dated(mail, 3))
        mail.look(dated(mail, 12), dated(mail, 13))
        assert marks(mail) == []
        mail.look(dated(mail, 15))
        assert marks(mail) == ["amina@example.org"]
        assert "on 3 days within a week" in mail.told()[0]


def test_a_fault_of_the_senders_set_up_blames_nobody(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        policy = report(fields("5.7.26", "550 5.7.26 SPF fails"), to=mail.return_path())
        mail.look(policy, policy)
        assert marks(mail) == []
        (told,) = mail.told()
        assert "not of the address: 550 5.7.26 SPF fails" in told
        mail.until("2024-03-27T00:00")
        assert mail.states("email")[1] == ("before:20 days", "sent")


def test_the_same_bounce_read_twice_is_one(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        bounce = report(fields("5.1.1", GONE), to=mail.return_path())
        assert mail.look(bounce) == 1
        mail.stage.service.history.put("replies", "{}")
        assert mail.look() == 0
        assert len(mail.told()) == 1


def test_a_new_address_ends_the_mark_and_the_old_one_may_come_back(tmp_path: Path) -> None:
    with mailed(tmp_path, '["email"]') as mail:
        mail.look(report(fields("5.1.1", GONE), to=mail.return_path()))
        text = PLAN.format(channels='["email"]')
        mail.stage.write(text.replace("Amina@example.org", "otieno@example.org"))
        mail.answering.round(mail.stage.service.plan, mail.now)
        assert marks(mail) == []
        mail.until("2024-03-27T00:00")
        assert len(mail.to("otieno@example.org")) == 1
        mail.stage.write(text)
        mail.look(report(fields("4.4.1", "timed out"), to=mail.return_path()))
        assert marks(mail) == []


def test_two_people_at_one_address_are_both_spared(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        mail.stage.write(PLAN.format(channels='["email"]').replace("cora@", "AMINA@"))
        mail.look(report(fields("5.1.1", GONE), to=mail.return_path()))
        mail.stage.until(mail.now + timedelta(days=1))
        assert [one.text for one in mail.to("AMINA@example.org")] == []
        assert ("attention", "failed") in mail.states("email", "cora")


def test_the_coordinators_mail_and_invitations_have_a_return_path_and_no_answer(
    tmp_path: Path,
) -> None:
    with mailed(tmp_path, '["email"]') as mail:
        mail.look(report(fields("5.7.1", "550 5.7.1 refused"), to=mail.return_path()))
        mail.told()
        (told,) = mail.to("cora@example.org")
        assert b"\nReply-To:" not in told.content
        (asked,) = mail.asked()
        assert b"Reply-To: Tracker <tracker+r" in asked.content


def test_a_bounce_that_comes_when_the_person_has_gone_is_nothing(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        to, named = mail.return_path(), original(mail)
        text = PLAN.format(channels='["email"]').replace("amina", "noor").replace("Amina", "Noor")
        mail.stage.write(text)
        assert mail.look(report(fields("5.1.1", GONE), to=to, original=named)) == 0
        assert at("2024-03-17T12:00") <= mail.now
