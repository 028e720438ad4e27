"""What happens when dates move, milestones go, reports come and a plan breaks."""

import re
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from scheduler.errors import PlanRefused
from scheduler.outbox.acts_store import ActsStore
from scheduler.outbox.trail_store import Act
from scheduler.planning.values import NOTHING_ENDED
from tests.scheduler.rehearsing import Stage, at, rehearsal

HEAD = """
[plan]
name = "Edits"
timezone = "UTC"
coordinators = ["cora"]
[people.amina]
name = "Amina"
email = "amina@example.org"
[people.wim]
name = "Wim"
email = "wim@example.org"
[people.cora]
name = "Cora"
email = "cora@example.org"
[reminders.default]
before = ["30 days", "7 days"]
on-the-day = true
at = "09:00"
[tracks.t]
title = "Track"
owner = "amina"
watchers = ["wim"]
review = false
"""


def milestone(name: str = "m", due: str = "2024-06-28", more: str = "") -> str:
    return (
        f'[[tracks.t.milestones]]\nid = "{name}"\ntitle = "{name.upper()}"\ndue = "{due}"\n{more}\n'
    )


START = at("2024-05-01T08:00")


def states(stage: Stage) -> dict[str, str]:
    rows = stage.service.history.outbox()
    return {f"{row['stage']} {row['recipient']} {row['due']}": row["state"] for row in rows}


def test_a_moved_date_withdraws_plans_anew_and_tells_once(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone(), START) as stage:
        stage.until(at("2024-06-01T08:00"))
        assert stage.sent() == [("before:30 days", "amina", "05-29 09:00")]
        assert stage.write(HEAD + milestone(due="2024-09-30")).verdict == "applied"
        stage.until(at("2024-06-01T08:05"))
        assert len(stage.mails()) == 1, "an edit settles first"
        stage.until(at("2024-06-01T09:00"))
        assert [mail.recipient for mail in stage.mails()[1:]] == [
            "amina@example.org",
            "wim@example.org",
        ]
        assert "28 June 2024" in stage.mails()[1].text
        assert "30 September 2024" in stage.mails()[1].text
        found = states(stage)
        assert found["before:7 days amina 2024-06-28"] == "withdrawn"
        assert found["before:7 days amina 2024-09-30"] == "planned"
        stage.until(at("2024-10-01T00:00"))
        assert [one for one in stage.sent() if one[2] > "06-02"] == [
            ("before:30 days", "amina", "08-30 09:00"),
            ("before:7 days", "amina", "09-23 09:00"),
            ("on-the-day", "amina", "09-30 09:00"),
            ("on-the-day", "wim", "09-30 09:00"),
        ]


def test_a_date_that_comes_back_is_not_told_of(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone(), START) as stage:
        stage.until(at("2024-06-01T08:00"))
        stage.write(HEAD + milestone(due="2024-09-30"))
        stage.until(at("2024-06-01T08:05"))
        stage.write(HEAD + milestone())
        stage.until(at("2024-07-01T00:00"))
        assert [one[:2] for one in stage.sent()] == [
            ("before:30 days", "amina"),
            ("before:7 days", "amina"),
            ("on-the-day", "amina"),
            ("on-the-day", "wim"),
        ]
        assert len(stage.service.planning_store.moves_of()) == 2


def test_several_moves_in_one_edit_are_one_notice(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone(), START) as stage:
        stage.until(at("2024-06-01T08:00"))
        stage.write(HEAD + milestone(due="2024-09-30"))
        stage.until(at("2024-06-01T08:06"))
        stage.write(HEAD + milestone(due="2024-10-31"))
        stage.until(at("2024-06-01T09:00"))
        moved = [one for one in stage.sent() if one[0] == "moved"]
        assert moved == [("moved", "amina", "06-01 08:16"), ("moved", "wim", "06-01 08:16")]
        assert "28 June 2024" in stage.mails()[-1].text
        assert "31 October 2024" in stage.mails()[-1].text


def test_done_in_the_plan_withdraws_and_tells_the_watchers(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone(), START) as stage:
        stage.until(at("2024-06-01T08:00"))
        stage.write(HEAD + milestone(more='status = "done"'))
        stage.until(at("2024-08-01T00:00"))
        assert [one[:2] for one in stage.sent()] == [
            ("before:30 days", "amina"),
            ("done", "wim"),
        ]


def test_done_by_a_report_withdraws_releases_and_tells(tmp_path: Path) -> None:
    plan = HEAD + milestone() + milestone("n", "2024-07-31", 'needs = ["m"]')
    with rehearsal(tmp_path, plan, START) as stage:
        stage.until(at("2024-06-25T08:00"))
        assert not any("n" in row["occurrence"][2:] for row in stage.service.history.outbox())
        stage.report("t/m", "done")
        stage.until(at("2024-08-01T00:00"))
        assert [one for one in stage.sent() if one[2] > "06-22"] == [
            ("done", "wim", "06-25 08:00"),
            ("before:30 days", "amina", "07-01 09:00"),
            ("before:7 days", "amina", "07-24 09:00"),
            ("on-the-day", "amina", "07-31 09:00"),
            ("on-the-day", "wim", "07-31 09:00"),
        ]


def test_at_risk_stops_nothing(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone(), START) as stage:
        stage.report("t/m", "at-risk")
        stage.until(at("2024-07-01T00:00"))
        assert len(stage.sent()) == 4


def test_a_milestone_that_is_gone_is_cancelled_for_those_who_were_reminded(tmp_path: Path) -> None:
    keep = milestone("k", "2024-12-31")
    with rehearsal(tmp_path, HEAD + milestone() + keep, START) as stage:
        stage.until(at("2024-06-01T08:00"))
        assert stage.write(HEAD + keep).verdict == "applied"
        stage.until(at("2024-06-02T00:00"))
        assert [one[:2] for one in stage.sent()] == [
            ("before:30 days", "amina"),
            ("cancelled", "amina"),
            ("cancelled", "wim"),
        ]
        assert "M" in stage.mails()[-1].subject
        gone = stage.service.live.gone()
        assert [one.milestone for one in gone] == ["t/m"]


@pytest.mark.parametrize("how", ["gone", 'status = "cancelled"'])
def test_of_a_series_of_meetings_those_that_took_place_are_not_cancelled(
    tmp_path: Path, how: str
) -> None:
    keep = milestone("k", "2024-12-31")
    with rehearsal(tmp_path, weekly() + keep, START) as stage:
        stage.until(at("2024-06-03T10:30"))
        stage.write((HEAD if how == "gone" else weekly(f"{how}\n")) + keep)
        stage.until(at("2024-06-04T00:00"))
        rows = stage.service.history.outbox(states=["sent"])
        told = {row["occurrence"] for row in rows if row["stage"] == "cancelled"}
        assert len({row["occurrence"] for row in rows}) > 6
        assert min(told) == "t/m@2024-06-03", "it is under way"


def test_the_subject_stays_when_what_has_moved_is_gone(tmp_path: Path) -> None:
    keep = milestone("k", "2024-12-31")
    with rehearsal(tmp_path, HEAD + milestone() + keep, START) as stage:
        stage.until(at("2024-06-01T08:00"))
        stage.write(HEAD + milestone(due="2024-07-15") + keep)
        stage.until(at("2024-06-02T08:00"))
        stage.write(HEAD + keep)
        stage.until(at("2024-06-03T00:00"))
        subjects = {mail.subject for mail in stage.mails()}
        assert "Was due  15 July 2024" in stage.mails()[-1].text
        assert subjects == {"M, 28 June 2024 · Track"}


def weekly(more: str = "", hour: int = 10) -> str:
    meeting = milestone().replace('due = "2024-06-28"', f"starts = 2024-05-13T{hour}:00:00")
    return f'{HEAD}{meeting}duration = "1 hour"\nrepeats = "weekly"\n{more}'


def test_a_date_that_is_left_out_is_cancelled_for_those_who_were_reminded(tmp_path: Path) -> None:
    with rehearsal(tmp_path, weekly(), START) as stage:
        stage.until(at("2024-06-03T12:00"))
        before = len(stage.mails())
        stage.write(weekly('except = ["2024-06-10", "2024-08-26"]'))
        stage.until(at("2024-06-04T00:00"))
        told = stage.mails()[before:]
        assert [mail.recipient for mail in told] == ["amina@example.org", "wim@example.org"]
        assert {mail.subject for mail in told} == {"M, 10 June 2024, 10:00 · Track"}
        assert told[0].text.startswith("Cancelled: nothing more to do\n")
        assert "Was due  10 June 2024, 10:00" in told[0].text


def test_of_a_series_that_moves_each_is_told_of_a_few_dates_to_come(tmp_path: Path) -> None:
    with rehearsal(tmp_path, weekly(), START) as stage:
        stage.until(at("2024-06-04T12:00"))
        before = len(stage.mails())
        stage.write(weekly(hour=15))
        stage.until(at("2024-06-05T00:00"))
        told = [mail.text for mail in stage.mails()[before:] if mail.recipient[0] == "w"]
        assert len(told) == 1
        moved = re.findall("Moved to (.*), 15:00", told[0])
        assert moved == ["10 June 2024", "17 June 2024", "24 June 2024"]
        assert re.search(r"\n\d+ later dates of it changed too\.\n", told[0])


def test_a_milestone_that_nobody_was_reminded_of_goes_without_a_word(tmp_path: Path) -> None:
    keep = milestone("k", "2024-12-31")
    with rehearsal(tmp_path, HEAD + milestone() + keep, START) as stage:
        stage.until(at("2024-05-02T08:00"))
        stage.write(HEAD + keep)
        stage.until(at("2024-07-30T00:00"))
        assert stage.sent() == []


def test_a_broken_plan_leaves_the_last_good_one_and_tells_the_coordinators(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone(), START) as stage:
        stage.until(at("2024-05-20T08:00"))
        assert stage.write(HEAD + milestone(due="2024-02-31")).verdict == "rejected"
        stage.until(at("2024-07-01T00:00"))
        told = [mail for mail in stage.mails() if mail.recipient == "cora@example.org"]
        assert len(told) == 1
        assert "2024-02-31" in told[0].text
        assert [one[0] for one in stage.sent() if one[1] == "amina"] == [
            "before:30 days",
            "before:7 days",
            "on-the-day",
        ]


def test_a_plan_that_drops_much_waits_for_consent(tmp_path: Path) -> None:
    many = "".join(milestone(f"m{number}", "2024-12-31") for number in range(8))
    with rehearsal(tmp_path, HEAD + milestone() + many, START) as stage:
        assert stage.write(HEAD + milestone()).verdict == "waiting"
        assert "t/m3" in stage.service.plan.milestones
        stage.until(at("2024-05-02T00:00"))
        told = [mail for mail in stage.mails() if mail.recipient == "cora@example.org"]
        assert len(told) == 1
        assert "8 open milestones" in told[0].text
        few = "".join(milestone(f"m{number}", "2024-12-31") for number in range(4))
        assert stage.write(HEAD + milestone() + few).verdict == "applied"


def test_the_log_says_why_a_plan_is_refused_or_waits(tmp_path: Path) -> None:
    many = "".join(milestone(f"m{number}", "2024-12-31") for number in range(8))
    wrong = "".join(milestone(f"w{number}", "2024-02-31") for number in range(5))
    with rehearsal(tmp_path, HEAD + many, START) as stage:
        with capture_logs() as logged:
            assert stage.write(HEAD + many + wrong).verdict == "rejected"
        (line,) = [one for one in logged if one["event"] == "plan refused"]
        assert (line["log_level"], line["others"]) == ("warning", 2)
        assert len(line["mistakes"]) == 3
        for mistake in line["mistakes"]:
            assert re.search(r"plan\.toml:\d+:\d+: .*2024-02-31", mistake)
        with capture_logs() as logged:
            assert stage.write(HEAD + "\n[").verdict == "rejected"
        (line,) = [one for one in logged if one["event"] == "plan refused"]
        assert (len(line["mistakes"]), line["others"]) == (1, 0)
        with capture_logs() as logged:
            stage.path.unlink()
            stage.service.reload(stage.service.clock.now())
        (line,) = [one for one in logged if one["event"] == "plan refused"]
        assert "plan.toml" in line["mistakes"][0]
        with capture_logs() as logged:
            assert stage.write(HEAD + milestone()).verdict == "waiting"
        (line,) = [one for one in logged if one["event"] == "plan waits"]
        assert line["log_level"] == "warning"
        assert line["problem"].startswith("8 open milestones would go: t/m0")


def test_no_plan_at_all_is_said(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone(), START) as stage:
        empty = type(stage.service.force)(stage.path, stage.service.planning, stage.service.history)
        with pytest.raises(PlanRefused, match="no plan is in force"):
            _ = empty.plan


def test_planning_twice_changes_nothing(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone(), START) as stage:
        before = stage.service.history.outbox()
        service = stage.service
        counts = service.planning.apply(service.plan, START, service.plan, NOTHING_ENDED)
        again = service.planning.apply(service.plan, START, None, NOTHING_ENDED)
        assert counts[1:] == again[1:] == (0, 0, 0, 0)
        assert service.history.outbox() == before


def test_a_new_owner_hears_of_what_is_near_and_the_old_one_no_more(tmp_path: Path) -> None:
    with rehearsal(tmp_path, HEAD + milestone(), START) as stage:
        stage.until(at("2024-06-10T08:00"))
        stage.write(HEAD + milestone(more='owner = "cora"'))
        stage.until(at("2024-07-01T00:00"))
        assert [one for one in stage.sent() if one[2] > "06-02"] == [
            ("before:30 days", "cora", "06-10 08:00"),
            ("before:7 days", "cora", "06-21 09:00"),
            ("on-the-day", "cora", "06-28 09:00"),
            ("on-the-day", "wim", "06-28 09:00"),
        ]


def test_what_was_taken_back_by_hand_is_planned_again_for_another_date_alone(
    tmp_path: Path,
) -> None:
    with rehearsal(tmp_path, HEAD + milestone(), START) as stage:
        stage.until(at("2024-05-10T08:00"))
        act = Act(at("2024-05-10T08:00"), "cora", "withdraw", "t/m")
        assert ActsStore(stage.service.database).withdraw(act, "t/m") == 4
        considered = stage.write(HEAD + milestone(more='notes = "By mail."'))
        assert considered.counts is not None
        assert considered.counts.planned == 0
        stage.until(at("2024-05-30T08:00"))
        assert states(stage)["before:30 days amina 2024-06-28"] == "withdrawn"
        assert stage.sent() == []
        stage.write(HEAD + milestone(due="2024-07-31"))
        stage.until(at("2024-07-02T08:00"))
        assert ("before:30 days", "amina", "07-01 09:00") in stage.sent()
