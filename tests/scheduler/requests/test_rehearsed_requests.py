"""A rehearsal with requests sends what the preview said, and edits are followed."""

from datetime import UTC, datetime
from pathlib import Path

from scheduler.planning.forecast import forecast
from tests.scheduler.rehearsing import at, rehearsal
from tests.scheduler.requests.office import END, OFFICE, REQUEST, START, plan

MONTHLY = REQUEST.replace("2024-03-01", '"10 days"') + 'repeats = "monthly"\n'
NO_ROOM = OFFICE.replace('owner = "desk"', 'owner = "lea"')


def test_a_rehearsal_sends_what_the_preview_says(tmp_path: Path) -> None:
    text = NO_ROOM + MONTHLY
    with rehearsal(tmp_path, text, START) as stage:
        stage.until(END)
        rows = stage.service.history.outbox(states=["sent"])
        mails = len(stage.mailbox)
    sent = {(row["at"], row["key"], row["message"]) for row in rows}
    previewed = forecast(plan(MONTHLY, NO_ROOM), START, END)
    assert sent == {(one.at, one.key, one.message) for one in previewed}
    assert mails == len({message for _, _, message in sent}) > 40


def openings(rows: list[dict[str, object]]) -> list[str]:
    return sorted(
        f"{row['recipient']} {row['at']:%m-%d} {row['state']}"
        for row in rows
        if row["stage"] == "opening" and str(row["occurrence"]).startswith("request:")
    )


def test_a_close_that_moves_asks_again_with_the_new_day(tmp_path: Path) -> None:
    with rehearsal(tmp_path, NO_ROOM + REQUEST, START) as stage:
        stage.until(at("2024-03-04T10:00"))
        stage.write(NO_ROOM + REQUEST.replace("2024-03-15", "2024-03-22"))
        stage.until(at("2024-03-05T10:00"))
        amina = stage.service.history.outbox(recipient="amina")
        moves = stage.service.planning_store.moves_of()
    assert openings(amina) == ["amina 03-01 sent", "amina 03-04 sent"]
    assert {str(row["due"]) for row in amina if row["state"] == "withdrawn"} == {"2024-03-15"}
    assert moves == []


def test_a_request_that_is_taken_out_is_withdrawn_without_a_word(tmp_path: Path) -> None:
    with rehearsal(tmp_path, NO_ROOM + REQUEST, START) as stage:
        stage.until(at("2024-03-04T10:00"))
        before = stage.sent().count(("opening", "amina", "03-01 06:00"))
        stage.write(NO_ROOM)
        stage.until(at("2024-04-01T10:00"))
        rows = stage.service.history.outbox(milestone="request:march/amina")
    assert before == 1
    assert [row["stage"] for row in rows if row["state"] == "sent"] == ["opening"]
    assert {row["state"] for row in rows} == {"sent", "withdrawn"}


def test_whose_milestones_are_all_reported_is_not_reminded(tmp_path: Path) -> None:
    with rehearsal(tmp_path, NO_ROOM + REQUEST, START) as stage:
        stage.until(at("2024-03-04T10:00"))
        stage.report("guidelines/outlook", "on-track")
        stage.until(at("2024-03-04T11:00"))
        rows = stage.service.history.outbox(milestone="request:march/amina")
        assert {row["state"] for row in rows} == {"sent", "planned"}  # her draft is not reported
        stage.report("guidelines/draft", "at-risk")
        stage.until(at("2024-05-01T10:00"))
        rows = stage.service.history.outbox(milestone="request:march/amina")
        still = stage.service.history.outbox(milestone="request:march/jonas")
    assert [row["stage"] for row in rows if row["state"] == "sent"] == ["opening"]
    assert {row["cause"] for row in rows if row["state"] == "withdrawn"} == {"answered"}
    assert len([row for row in still if row["state"] == "sent"]) == 6  # his platform is not


def test_what_was_reported_before_it_opened_does_not_count(tmp_path: Path) -> None:
    with rehearsal(tmp_path, NO_ROOM + REQUEST, START) as stage:
        for milestone in ("guidelines/outlook", "guidelines/draft"):
            stage.report(milestone, "on-track")
        stage.until(datetime(2024, 3, 1, 10, tzinfo=UTC))
        rows = stage.service.history.outbox(milestone="request:march/amina")
    assert [row["stage"] for row in rows if row["state"] == "sent"] == ["opening"]
