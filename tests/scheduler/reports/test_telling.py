"""Who hears of a review: the sender of what is returned; the coordinators of what waits, daily."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.scheduler.rehearsing import Stage, at, rehearsal
from tests.scheduler.reports.test_reviewing import PLAN, reviewing, said

START, NOW = at("2024-05-01T08:00"), at("2024-05-20T10:00")
URL = 'url = "https://tracker.example.org"\n'
SPOKEN = PLAN.replace('timezone = "UTC"\n', f'timezone = "UTC"\n{URL}').replace(
    'email = "amina@example.org"\n', 'email = "amina@example.org"\nlanguage = "fr"\n'
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A rehearsal on 20 May, a Monday."""
    with rehearsal(tmp_path, SPOKEN, START) as made:
        made.until(NOW)
        yield made


def mails(stage: Stage, to: str) -> list[str]:
    """What somebody got after 20 May, ten o'clock: subject and text."""
    found = (one for one in stage.mails() if one.date >= NOW and one.recipient.startswith(to))
    return [f"{one.subject}\n{one.text}" for one in found]


def test_who_sent_what_is_returned_hears_why_once(stage: Stage) -> None:
    stage.report("t/m", "delayed")
    reviewing(stage).return_(said(stage)[0].id, "cora", "Until <when>?", NOW)
    stage.service.reporting.make_up(NOW)
    stage.rounds.call("deliver")
    stage.until(NOW + timedelta(minutes=10))
    (mail,) = [one for one in mails(stage, "amina") if "renvoy" in one]
    assert mail.startswith("Vous est renvoyé\u00a0: Zero draft\n")
    assert "Until <when>?" in mail
    assert "Cora" in mail
    assert "https://tracker.example.org/answer/" in mail
    assert "review" not in " ".join(mails(stage, "lee"))


def test_a_second_return_is_told_too(stage: Stage) -> None:
    for word in ("first", "second"):
        stage.report("t/m", "delayed")
        reviewing(stage).return_(said(stage)[-1].id, "", f"The {word} word", NOW)
    stage.rounds.call("deliver")
    stage.until(NOW + timedelta(minutes=10))
    found = "\n".join(mails(stage, "amina"))
    assert "The first word" in found
    assert "The second word" in found


def test_coordinators_hear_once_a_day_how_many_wait(stage: Stage) -> None:
    stage.report("t/m", "on-track")
    stage.report("t/m", "at-risk")
    stage.until(NOW + timedelta(days=4))
    told = [one for one in mails(stage, "cora") if "2 reports to review" in one]
    assert len(told) == 1
    assert "Zero draft · Amina" in told[0]
    assert "milestones reports list" in told[0]


def test_the_digest_says_what_waits(stage: Stage) -> None:
    stage.report("t/m", "on-track")
    stage.until(NOW + timedelta(days=8))
    digest = [one for one in mails(stage, "cora") if one.startswith("How the plan stands")]
    assert "1 report to review" in digest[0]
    assert "Zero draft · Amina" in digest[0]


def test_nothing_is_told_of_what_needs_no_review(tmp_path: Path) -> None:
    text = SPOKEN.replace('owner = "crew"\n', 'owner = "crew"\nreview = false\n')
    with rehearsal(tmp_path, text, START) as stage:
        stage.until(NOW)
        stage.report("t/m", "on-track")
        stage.until(NOW + timedelta(days=8))
        assert "to review" not in "\n".join(mails(stage, "cora"))
