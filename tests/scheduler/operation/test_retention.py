"""What is kept for 400 days and what then goes; and that nothing comes back because it went."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.scheduler.rehearsing import Stage, at, rehearsal

PLAN = """
[plan]
timezone = "UTC"
coordinators = ["cora"]
[people.amina]
email = "amina@example.org"
[people.cora]
email = "cora@example.org"
[channels.email]
type = "mailbox"
path = "mail"
[reminders.default]
before = ["7 days", "1 day"]
on-the-day = true
overdue = {{ every = "1 week", at-most = 2 }}
only-working-days = false
[tracks.t]
owner = "amina"
[[tracks.t.milestones]]
id = "late"
title = "Never reported"
due = 2024-04-10
{more}
"""
START = at("2024-03-01")


def late(stage: Stage) -> list[tuple[str, str]]:
    found = stage.service.history.outbox(milestone="t/late")
    return sorted((one["stage"], one["state"]) for one in found)


@pytest.mark.slow
def test_nothing_goes_before_400_days_and_what_went_does_not_come_back(tmp_path: Path) -> None:
    with rehearsal(tmp_path, PLAN.format(more=""), START) as stage:
        history = stage.service.history
        stage.until(at("2024-04-30"))
        all_of_it = late(stage)
        assert all_of_it == [
            ("before:1 day", "sent"),
            ("before:7 days", "sent"),
            ("on-the-day", "sent"),
            ("overdue:1", "sent"),
            ("overdue:2", "sent"),
        ]
        first, *_ = history.outbox(milestone="t/late")
        assert len(history.transitions_of(first["key"])) == 3
        stage.until(first["sent_at"] + timedelta(days=399))
        assert late(stage) == all_of_it
        stage.until(first["sent_at"] + timedelta(days=402))
        assert late(stage) == [one for one in all_of_it if one[0] != "before:7 days"]
        assert history.transitions_of(first["key"]) == []
        stage.until(at("2025-06-10"))
        assert late(stage) == []
        considered = stage.write(PLAN.format(more='watchers = "cora"'))
        assert (considered.verdict, considered.counts.planned) == ("applied", 0)
        mails = len(stage.mailbox)
        stage.until(at("2025-06-12"))
        assert late(stage) == []
        assert len(stage.mailbox) == mails
        assert history.untold() == []
