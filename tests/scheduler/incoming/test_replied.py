"""From an answer in the mailbox to the report, or to the mail back; and who is not believed."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy.exc import DataError

from scheduler.outbox.incoming_store import IncomingStore
from tests.scheduler.incoming.letters import written
from tests.scheduler.incoming.staged import PLAN, Mailed, mailed
from tests.scheduler.rehearsing import at

MORE = """
[[tracks.t.milestones]]
id = "n"
title = "Next draft"
due = "2024-04-15"
"""


def reply_to(content: bytes) -> str:
    parsed = message_from_bytes(content, policy=policy.default)
    found: str = parsed["Reply-To"].addresses[0].addr_spec
    return found


def token(mail: Mailed) -> str:
    """Where answers to the first reminder go."""
    return reply_to(mail.asked()[0].content)


def stands(mail: Mailed, occurrence: str = "t/m") -> tuple[str, int | None, str, str] | None:
    one = mail.stage.service.history.latest_reports().get(occurrence)
    return (one.state, one.percent, one.note, one.by) if one else None


def became(mail: Mailed, occurrence: str = "t/m") -> list[str]:
    store = IncomingStore(mail.stage.service.database)
    return [one.became for one in store.replies_of("amina", occurrence)]


def sent_back(mail: Mailed) -> list[str]:
    mail.stage.until(mail.now + timedelta(minutes=2))
    texts = [" ".join(one.text.split()) for one in mail.to("Amina@example.org")]
    return [one for one in texts if one.startswith("Your answer was not understood")]


def test_done_takes_back_what_is_not_sent(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        assert mail.look(written(token(mail), "Done: sent to the Board")) == 1
        assert stands(mail) == ("done", None, "sent to the Board", "amina")
        assert {state for _, state in mail.states()[1:]} == {"withdrawn"}
        assert became(mail) == ["recorded"]
        assert sent_back(mail) == []
        (report,) = mail.stage.service.history.reports_of("t/m")
        assert report.said_at == at("2024-03-17T11:00")
        assert report.review == "submitted", "it is read before it is public, as from a form"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("delayed: new date maybe June", ("delayed", None, "new date maybe June", "amina")),
        ("75%", ("on-track", 75, "", "amina")),
        ("в срок, 20%", ("on-track", 20, "", "amina")),
    ],
)
def test_what_is_said_is_recorded(
    tmp_path: Path, text: str, expected: tuple[str, int | None, str, str]
) -> None:
    with mailed(tmp_path) as mail:
        mail.look(written(token(mail).upper(), text))
        assert stands(mail) == expected


def test_a_percentage_keeps_the_state_and_a_note_does_too(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        to = token(mail)
        mail.look(written(to, "at risk"), written(to, "40%"), written(to, "note: no funds"))
        assert stands(mail) == ("at-risk", 40, "no funds", "amina")
        mail.look(written(to, "done"), written(to, "90%"))
        found = stands(mail)
        assert found is not None
        assert found[0] == "done"


def test_done_that_comes_after_what_was_said_later_ends_nothing(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        text = PLAN.format(channels='["email", "slack"]')
        mail.stage.write(text + 'watchers = ["cora"]\n')
        to = token(mail)
        mail.look(written(to, "at risk", Date="Sun, 17 Mar 2024 11:00:00 +0000"))
        before = mail.states()
        mail.look(written(to, "done", Date="Sun, 17 Mar 2024 10:00:00 +0000"))
        assert stands(mail) == ("at-risk", None, "", "amina")
        assert mail.states() == before
        mail.until("2024-04-05T12:00")
        assert dict(mail.states())["before:10 days"] == "sent"
        assert "done" not in dict(mail.states(person="cora"))
        mail.look(written(to, "done", Date="Fri, 5 Apr 2024 10:00:00 +0000"))
        mail.look(written(to, "at risk", Date="Fri, 5 Apr 2024 09:00:00 +0000"))
        assert stands(mail) == ("done", None, "", "amina")
        assert dict(mail.states())["on-the-day"] == "withdrawn"


def test_the_sender_must_be_the_person_and_coordinators_hear_of_others(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        to = token(mail)
        for sender in ("wim@example.org", "cora@example.org", "a@x.org, amina@example.org"):
            mail.look(written(to, sender=sender))
        assert stands(mail) is None
        assert became(mail) == ["refused"] * 3
        (told,) = mail.told()
        assert "A mail from wim@example.org answers the reminder of t/m to Amina Otieno" in told
        assert "whose address is another: nothing was recorded" in told
        assert sent_back(mail) == []


@pytest.mark.parametrize(
    ("results", "refused"),
    [
        ("mx.example.org; dkim=none; dmarc=fail (p=NONE) header.from=example.org", True),
        ("MX.example.org 1; dmarc = fail", True),
        ("mx.example.org; dmarc=pass (dmarc=fail in a comment)", False),
        ("elsewhere.example.net; dmarc=fail", False),
        ("mx.example.org; none", False),
    ],
)
def test_who_fails_dmarc_at_the_trusted_server_is_refused(
    tmp_path: Path, results: str, refused: bool
) -> None:
    with mailed(tmp_path) as mail:
        mail.look(written(token(mail), Authentication_Results=results))
        assert became(mail) == ["refused" if refused else "recorded"]
        if refused:
            assert "does not believe it: nothing was recorded" in mail.told()[0]


def test_without_the_token_nothing_is_recorded(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        good = token(mail)
        other = mail.seal.reply_to("tracker@example.org", "cora", "t/m", mail.now.date())
        unknown = mail.seal.reply_to("tracker@example.org", "amina", "t/x", mail.now.date())
        swapped = "b" if good[10] != "b" else "c"
        for to in ("tracker@example.org", good[:10] + swapped + good[11:], unknown, good[:20]):
            assert mail.look(written(to)) == 0
        assert mail.look(written(other)) == 1
        assert stands(mail) is None
        assert became(mail) == []


def test_what_is_not_understood_is_answered_once_a_day_and_can_be_answered(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        to = token(mail)
        mail.look(written(to, "I will see <b>what</b> I can do"))
        mail.look(written(to, "tomorrow"), written(to, ""))
        (text,) = sent_back(mail)
        assert "begins with “I will see <b>what</b> I can do”. Nothing was recorded." in text
        assert "done · on track · at risk · delayed: new date · 75% · note: …" in text
        (back,) = [one for one in mail.asked() if "Your answer" in one.subject]
        assert b"Auto-Submitted: auto-generated" in back.content
        assert mail.look(written(reply_to(back.content), "done")) == 1
        assert stands(mail) == ("done", None, "", "amina")
        mail.until("2024-03-18T12:00")
        mail.look(written(to, "hm"))
        assert len(sent_back(mail)) == 2
        assert became(mail) == ["unclear", "unclear", "unclear", "recorded", "unclear"]


def test_renewed_links_end_the_addresses_of_what_was_sent(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        old = token(mail)
        mail.stage.service.history.put("links:amina", "1")
        mail.look(written(old, "done"))
        assert stands(mail) is None
        assert became(mail) == ["renewed"]
        (text,) = sent_back(mail)
        assert "Your links were made anew" in text
        assert "Nothing was recorded." in text
        mail.until("2024-03-27T12:00")
        newer = reply_to(mail.asked()[-1].content)
        assert newer != old
        mail.look(written(newer, "done"))
        assert stands(mail) == ("done", None, "", "amina")


def test_two_programs_never_write_to_each_other(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        to = token(mail)
        (asked,) = mail.asked()
        returned = asked.content.replace(b"\r\nTo: ", b"\r\nTo: " + to.encode() + b", ")
        returned = re.sub(rb"From: .*", b"From: amina@example.org", returned, count=1)
        assert mail.look(returned) == 0
        for headers in ({"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}):
            assert mail.look(written(to, "I am away", **headers)) == 0
        away = written(to, "I am away").replace(b"Re: Zero draft", b"Automatic reply: Zero draft")
        assert mail.look(away) == 0
        for _ in range(5):
            mail.look(written(to, "an automatic answer that does not say so"))
        assert len(sent_back(mail)) == 1


def test_a_message_of_several_milestones_cannot_be_answered_with_one_word(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        mail.stage.write(PLAN.format(channels='["email", "slack"]') + MORE)
        mail.until("2024-03-26T12:00")
        both = mail.asked()[-1]
        assert "2 milestones" in both.subject
        assert "You can also answer this mail" not in both.text
        mail.look(written(reply_to(both.content)))
        (text,) = sent_back(mail)
        assert "about several milestones" in text
        assert stands(mail) is None
        assert became(mail, "") == ["several"]


def test_what_is_overdue_in_a_weekly_message_makes_it_one_of_several(tmp_path: Path) -> None:
    with mailed(tmp_path, '["email"]\ndelivery = "weekly"') as mail:
        late = MORE.replace("2024-04-15", "2024-03-21")
        text = PLAN.format(channels='["email"]\ndelivery = "weekly"') + late
        chased = 'overdue = { every = "3 working days" }\nat = "09:00"'
        mail.stage.write(text.replace('at = "09:00"', chased))
        mail.until("2024-03-25T12:00")
        week = mail.asked()[-1]
        assert {"Zero draft", "Next draft"} <= set(week.text.splitlines())
        mail.look(written(reply_to(week.content)))
        assert "about several milestones" in sent_back(mail)[0]
        assert stands(mail) is None
        assert stands(mail, "t/n") is None


def test_an_old_reminder_and_one_of_what_is_gone_are_answered_in_words(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        to = token(mail)
        mail.until("2024-06-14T12:00")
        mail.stage.write(PLAN.format(channels='["email"]').replace('id = "m"', 'id = "k"'))
        mail.look(written(to))
        mail.until("2024-06-15T12:00")
        mail.look(written(to))
        assert became(mail) == ["expired", "expired"]
        texts = sent_back(mail)
        assert len(texts) == 2
        assert all("older than 90 days" in one for one in texts)


def test_who_only_follows_reports_nothing(tmp_path: Path) -> None:
    with mailed(tmp_path, '["email"]') as mail:
        text = PLAN.format(channels='["email"]').replace('owner = "amina"', 'owner = "cora"')
        mail.stage.write(text + 'watchers = ["amina"]\n')
        mail.until("2024-04-15T12:00")
        followed = mail.asked()[-1]
        assert "You can also answer" not in " ".join(followed.text.split())
        mail.look(written(reply_to(followed.content)))
        assert became(mail) == ["not-asked"]
        assert "You only follow this milestone" in sent_back(mail)[0]
        assert stands(mail) is None


def test_the_same_mail_read_twice_is_one_report(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        mail.look(written(token(mail), "at risk"))
        mail.stage.service.history.put("replies", "{}")
        assert mail.look() == 0
        assert len(mail.stage.service.history.reports_of("t/m")) == 1


def test_a_second_copy_and_a_mailbox_made_anew_bring_nothing_new(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        to = token(mail)
        one = written(to, "at risk", Message_ID="<1@example.org>")
        other = written(to, "hm", Message_ID="<2@example.org>")
        assert mail.look(one, one, other) == 2
        assert len(sent_back(mail)) == 1
        mail.until("2024-03-18T12:00")
        mail.folder.validity += 1
        assert mail.look() == 0
        assert became(mail) == ["recorded", "unclear"]
        assert len(mail.stage.service.history.reports_of("t/m")) == 1
        assert len(sent_back(mail)) == 1


def test_a_reminder_says_that_it_can_be_answered(tmp_path: Path) -> None:
    with mailed(tmp_path) as mail:
        (asked,) = mail.asked()
        assert "You can also answer this mail" in " ".join(asked.text.split())
        (room,) = [one for one in mail.to("Amina@example.org") if one.key != asked.key]
        assert "answer this mail" not in " ".join(room.text.split())


def test_a_mail_that_breaks_something_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mailed(tmp_path) as mail:
        to, reporting = token(mail), mail.stage.service.reporting
        record = reporting.record
        monkeypatch.setattr(reporting, "record", lambda *_: 1 // 0)
        assert mail.look(written(to, "at risk")) == 0

        def refuse(*_: object) -> None:
            raise DataError("INSERT", {}, ValueError("no NUL"))

        monkeypatch.setattr(reporting, "record", refuse)
        assert mail.look(written(to, "at risk")) == 0
        monkeypatch.setattr(reporting, "record", record)
        assert mail.look(written(to, "on track")) == 1
        assert stands(mail) == ("on-track", None, "", "amina")
