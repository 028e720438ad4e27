"""One notice: what is reported twice, cancelled by a report, repeats, or waits."""

import re
from email import message_from_bytes, policy
from pathlib import Path

from tests.scheduler.rehearsing import Stage, at, rehearsal
from tests.scheduler.test_edits import HEAD, START, milestone

WEEKLY = """
[[tracks.t.milestones]]
id = "w"
title = "Weekly"
starts = 2024-05-22T10:00:00
repeats = "weekly"
"""
KEEP = milestone("k", "2024-12-31")
NOTICES = ("moved", "cancelled", "done")


def notices(stage: Stage) -> list[tuple[str, str, str]]:
    """The notices that were sent: the stage, of what, to whom."""
    rows = stage.service.history.outbox(states=["sent"])
    return [
        (row["stage"], row["occurrence"], row["recipient"])
        for row in rows
        if row["stage"] in NOTICES
    ]


def test_done_is_told_once_however_often_it_is_said(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone(), START) as stage:
        stage.until(at("2024-06-01T08:00"))
        stage.report("t/m", "done")
        stage.until(at("2024-06-03T08:00"))
        stage.report("t/m", "done")
        stage.until(at("2024-06-05T08:00"))
        stage.write(HEAD + milestone(more='status = "done"'))
        stage.until(at("2024-07-30T00:00"))
        assert notices(stage) == [("done", "t/m", "wim")]


def test_done_again_after_a_reminder_is_told_again(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone(), START) as stage:
        stage.until(at("2024-06-01T08:00"))
        stage.report("t/m", "done")
        stage.until(at("2024-06-03T08:00"))
        stage.report("t/m", "on-track")
        stage.until(at("2024-06-29T08:00"))
        stage.report("t/m", "done")
        stage.until(at("2024-07-30T00:00"))
        assert notices(stage) == [("done", "t/m", "wim")] * 2


def test_cancelled_by_a_report_is_told_and_stays_so_after_an_edit(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone() + KEEP, START) as stage:
        stage.until(at("2024-06-01T08:00"))
        stage.report("t/m", "cancelled")
        stage.until(at("2024-06-03T08:00"))
        stage.write((HEAD + milestone(due="2024-07-31") + KEEP).replace('"7 days"', '"5 days"'))
        stage.until(at("2024-06-04T08:00"))
        stage.write(HEAD + KEEP)
        stage.until(at("2024-08-30T00:00"))
        assert notices(stage) == [("cancelled", "t/m", "amina"), ("cancelled", "t/m", "wim")]
        assert [one[0] for one in stage.sent()] == ["before:30 days", "cancelled", "cancelled"]


def test_cancelled_by_a_report_says_nothing_where_nobody_was_reminded(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone(), START) as stage:
        stage.report("t/m", "cancelled")
        stage.until(at("2024-07-30T00:00"))
        assert stage.sent() == []


def test_a_date_that_is_reported_cancelled_is_not_planned_again(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + WEEKLY, START) as stage:
        stage.until(at("2024-05-23T08:00"))
        stage.report("t/w@2024-06-05", "cancelled")
        stage.until(at("2024-06-30T00:00"))
        rows = stage.service.history.outbox(states=["sent"])
        later = [row["occurrence"] for row in rows if row["stage"] == "on-the-day"]
        assert "t/w@2024-06-05" not in later
        assert "t/w@2024-06-12" in later


def test_what_was_done_goes_from_the_plan_without_a_word(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone() + KEEP, START) as stage:
        stage.until(at("2024-06-01T08:00"))
        stage.report("t/m", "done")
        stage.until(at("2024-06-03T08:00"))
        stage.write(HEAD + KEEP)
        stage.until(at("2024-07-30T00:00"))
        assert notices(stage) == [("done", "t/m", "wim")]


def test_a_need_that_is_reported_cancelled_is_not_met(tmp_path: Path) -> None:
    plan = HEAD + milestone() + milestone("n", "2024-07-31", 'needs = ["m"]')
    with rehearsal(tmp_path, plan, START) as stage:
        stage.until(at("2024-06-01T08:00"))
        stage.report("t/m", "cancelled")
        stage.write(plan.replace('title = "N"', 'title = "N2"'))
        stage.until(at("2024-08-30T00:00"))
        assert "t/n" not in {row["occurrence"] for row in stage.service.history.outbox()}


def test_of_what_repeats_only_dates_ahead_are_told_of(tmp_path: Path) -> None:
    for number, edit in enumerate((KEEP, WEEKLY + 'status = "cancelled"\n' + KEEP)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with rehearsal(folder, HEAD + WEEKLY + KEEP, START) as stage:
            stage.until(at("2024-06-10T08:00"))
            stage.write(HEAD + edit)
            stage.until(at("2024-06-12T00:00"))
            told = {one[1] for one in notices(stage)}
            assert told == {f"t/w@2024-{day}" for day in ("06-12", "06-19", "06-26", "07-03")}


def test_what_repeats_and_is_done_in_the_plan_is_told_once(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + WEEKLY, START) as stage:
        stage.until(at("2024-06-10T08:00"))
        stage.write(HEAD + WEEKLY + 'status = "done"\n')
        stage.until(at("2024-06-30T00:00"))
        assert notices(stage) == [("done", "t/w@2024-06-12", "wim")]


def test_a_moved_date_of_what_waits_is_told_when_it_waits_no_more(tmp_path: Path) -> None:
    plan = HEAD + milestone() + milestone("n", "2024-07-31", 'needs = ["m"]')
    with rehearsal(tmp_path, plan, START) as stage:
        stage.until(at("2024-05-02T08:00"))
        stage.write(plan.replace("2024-07-31", "2024-08-30"))
        stage.until(at("2024-05-20T08:00"))
        assert notices(stage) == []
        stage.report("t/m", "done")
        stage.until(at("2024-05-21T08:00"))
        assert sorted(notices(stage)) == [
            ("done", "t/m", "wim"),
            ("moved", "t/n", "amina"),
            ("moved", "t/n", "wim"),
        ]


def test_a_date_that_is_left_out_is_told_to_those_who_were_reminded_of_it(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + WEEKLY, START) as stage:
        stage.until(at("2024-06-07T08:00"))
        stage.write(HEAD + WEEKLY + 'except = ["2024-05-29", "2024-06-12", "2024-09-18"]\n')
        stage.until(at("2024-06-30T00:00"))
        assert notices(stage) == [
            ("cancelled", "t/w@2024-06-12", "amina"),
            ("cancelled", "t/w@2024-06-12", "wim"),
        ]
        told = [mail for mail in stage.mails() if f"{mail.date:%m-%d}" == "06-07"]
        assert "Was due  12 June 2024, 10:00" in told[0].text


def test_a_date_that_only_gets_another_id_or_lies_far_ahead_is_not_cancelled(
    tmp_path: Path,
) -> None:
    head = HEAD.replace('"30 days"', '"90 days"')
    with rehearsal(tmp_path, head + milestone() + WEEKLY, START) as stage:
        stage.until(at("2024-06-05T08:00"))
        stage.write(HEAD + milestone(more='repeats = "monthly"') + WEEKLY)
        stage.until(at("2024-06-12T00:00"))
        assert notices(stage) == []


def said(stage: Stage, person: str) -> list[tuple[str, str]]:
    """What somebody was told of dates that moved: where to, and where from."""
    texts = [
        body.get_content().replace("\r\n", "\n")
        for mail in stage.mails()
        if mail.recipient == f"{person}@example.org"
        and (body := message_from_bytes(mail.content, policy=policy.default).get_body(("plain",)))
    ]
    found = (re.search(r"\AMoved to (.+)\n[^$]*?\n +Was due +(.+)\n", text) for text in texts)
    return [(one[1], one[2]) for one in found if one]


NIGHT = HEAD.replace('"wim@example.org"', '"wim@example.org"\nquiet = "20:00-07:00"')


def moved(stage: Stage, *edits: tuple[str, str]) -> None:
    """Save a plan with each of the due days at its instant, and go on."""
    for instant, due in edits:
        stage.until(at(instant))
        stage.write(NIGHT + milestone(due=due))


def test_a_date_that_moves_again_before_she_is_told_is_told_of_once(tmp_path: Path) -> None:
    with rehearsal(tmp_path, NIGHT + milestone(), START) as stage:
        moved(stage, ("2024-05-01T21:00", "2024-07-30"), ("2024-05-01T22:00", "2024-08-30"))
        stage.until(at("2024-05-02T08:00"))
        assert said(stage, "wim") == [("30 August 2024", "28 June 2024")]
        assert said(stage, "amina") == [
            ("30 July 2024", "28 June 2024"),
            ("30 August 2024", "30 July 2024"),
        ]


def test_a_date_that_is_back_before_she_is_told_has_not_moved(tmp_path: Path) -> None:
    with rehearsal(tmp_path, NIGHT + milestone(), START) as stage:
        moved(stage, ("2024-05-01T21:00", "2024-07-30"), ("2024-05-01T22:00", "2024-06-28"))
        stage.until(at("2024-05-02T08:00"))
        assert said(stage, "wim") == []
        assert [new for new, _ in said(stage, "amina")] == ["30 July 2024", "28 June 2024"]
        moved(stage, ("2024-05-02T08:00", "2024-08-30"))
        stage.until(at("2024-05-02T09:00"))
        assert said(stage, "wim") == [("30 August 2024", "28 June 2024")]


def test_moves_while_it_waits_are_told_of_as_one(tmp_path: Path) -> None:
    plan = HEAD + milestone() + milestone("n", "2024-07-31", 'needs = ["m"]')
    with rehearsal(tmp_path, plan, START) as stage:
        for day, due in (("2024-05-02", "2024-08-30"), ("2024-05-09", "2024-09-30")):
            stage.until(at(f"{day}T08:00"))
            stage.write(plan.replace("2024-07-31", due))
        stage.until(at("2024-05-20T08:00"))
        stage.report("t/m", "done")
        stage.until(at("2024-05-21T08:00"))
        assert said(stage, "amina") == [("30 September 2024", "31 July 2024")]
