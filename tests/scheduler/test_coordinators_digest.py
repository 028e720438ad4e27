"""The coordinators' digest as it is sent: once, when there is something to say, and true then."""

from datetime import timedelta
from pathlib import Path

import pytest

from notifiers.mailbox import MemoryMailbox, StoredMail
from scheduler.outbox.database import Database
from scheduler.planning.digests import DIGEST
from scheduler.service import Rehearsed, rehearse
from tests.scheduler.rehearsing import FAST, Stage, at, rehearsal

PLAN = """
[plan]
name = "Digest"
coordinators = ["cora"]
{more}
[people.amina]
name = "Amina"
email = "amina@example.org"
delivery = "weekly"
[people.cora]
name = "Cora"
email = "cora@example.org"
[reminders.default]
before = ["7 days"]
overdue = {{ every = "10 working days", at-most = 2 }}
[tracks.t]
title = "Track"
owner = "amina"
review = false
[[tracks.t.milestones]]
id = "draft"
title = "Zero draft"
due = 2024-06-05
[[tracks.t.milestones]]
id = "next"
title = "Second draft"
due = 2024-06-20
[[tracks.t.milestones]]
id = "last"
title = "Last draft"
due = 2024-09-20
needs = ["draft"]
"""
START = at("2024-05-22T12:00")


def text(more: str = "") -> str:
    return PLAN.format(more=more)


def digests(stage: Stage) -> list[StoredMail]:
    return [mail for mail in stage.mails() if mail.subject.startswith("How the plan stands")]


def leads(stage: Stage) -> list[tuple[str, str]]:
    return [(f"{one.date:%m-%d %H:%M}", one.text.splitlines()[0]) for one in digests(stage)]


def test_once_a_week_while_there_is_something_to_say(tmp_path: Path) -> None:
    with rehearsal(tmp_path, text(), START) as stage:
        stage.until(at("2024-06-20T12:00"))
        assert leads(stage) == [
            ("06-10 09:00", "1 late and 1 blocked"),
            ("06-17 09:00", "1 late and 1 blocked"),
        ]
        stage.report("t/draft", "done")
        stage.report("t/next", "done")
        stage.until(at("2024-07-05T12:00"))
        assert len(digests(stage)) == 2


def test_it_says_what_stands_and_who_was_told(tmp_path: Path) -> None:
    with rehearsal(tmp_path, text(), START) as stage:
        stage.until(at("2024-06-10T12:00"))
        (mail,) = digests(stage)
        assert mail.recipient == "cora@example.org"
        said = " ".join(mail.text.replace("-" * 72, "").split())
        assert "Late by 3 working days, and nothing was reported Zero draft" in said
        assert "Owner Amina Reminded so far: Amina (email) on 27 May 2024." in said
        assert "Blocked: due in about 3 months Last draft" in said
        assert "Waits for “Zero draft”, which was due on 5 June 2024 and is not done." in said


def test_daily(tmp_path: Path) -> None:
    with rehearsal(tmp_path, text('coordinators-digest = "daily"'), START) as stage:
        stage.until(at("2024-06-11T12:00"))
        assert [when for when, _ in leads(stage)] == [
            "06-06 09:00", "06-07 09:00", "06-10 09:00", "06-11 09:00",
        ]  # fmt: skip


def test_off(tmp_path: Path) -> None:
    with rehearsal(tmp_path, text('coordinators-digest = "off"'), START) as stage:
        stage.until(at("2024-06-30T12:00"))
        assert digests(stage) == []


def test_a_week_has_what_is_overdue_beside_what_is_ahead(tmp_path: Path) -> None:
    with rehearsal(tmp_path, text(), START) as stage:
        stage.until(at("2024-06-10T12:00"))
        mail = stage.mails()[-2]
        assert mail.recipient == "amina@example.org"
        assert mail.text.splitlines()[0] == "1 late and 1 further ahead"
        assert "Zero draft" in mail.text
        assert "Second draft" in mail.text
        assert "last reminder" not in mail.text


@pytest.mark.parametrize("stopped", ["2024-06-10T08:00", "2024-06-10T09:30"])
def test_a_new_start_sends_it_neither_twice_nor_never(tmp_path: Path, stopped: str) -> None:
    (tmp_path / "plan.toml").write_text(text(), encoding="utf-8")
    mailbox = MemoryMailbox()
    url = f"sqlite:///{tmp_path / 'r.sqlite'}"
    for start, end in ((START, at(stopped)), (at("2024-06-12T10:00"), at("2024-06-14T10:00"))):
        rehearsed = Rehearsed(start, end, FAST, mailbox)
        service, rounds = rehearse(tmp_path / "plan.toml", Database(url), rehearsed)
        rounds.run(end)
        service.stop()
    sent = [one for one in mailbox.messages() if one.subject.startswith("How the plan stands")]
    assert [f"{one.date:%m-%d %H:%M}" for one in sent] == [
        "06-10 09:00" if stopped > "2024-06-10T09" else "06-12 10:00"
    ]


def test_two_nodes_plan_one(postgres_url: str, tmp_path: Path) -> None:
    with rehearsal(tmp_path, text(), START, postgres_url) as stage:
        stage.until(at("2024-06-10T08:59"))
        with rehearsal(tmp_path, text(), at("2024-06-10T08:59"), postgres_url) as other:
            for one in (stage, other):
                now = at("2024-06-10T09:00")
                one.service.digesting.round(one.service.live.snapshot(), now)
            rows = stage.service.history.outbox()
            assert [row["stage"] for row in rows].count(DIGEST) == 1
            other.until(at("2024-06-10T09:05"))
            stage.until(at("2024-06-10T09:05"))
            assert len(digests(stage)) + len(digests(other)) == 1


def test_it_is_true_when_it_goes_and_dropped_where_all_is_done(tmp_path: Path) -> None:
    with rehearsal(tmp_path, text(), START) as stage:
        stage.until(at("2024-06-10T08:59"))
        now = at("2024-06-10T09:00")
        stage.service.digesting.round(stage.service.live.snapshot(), now)
        stage.report("t/draft", "done")
        stage.until(now + timedelta(hours=1))
        assert digests(stage) == []
        (row,) = [one for one in stage.service.history.outbox() if one["stage"] == DIGEST]
        assert (row["state"], row["cause"]) == ("withdrawn", "there was nothing to say")
