"""A reminder that waits to be sent while its recipient gets another channel, or another gets it."""

from datetime import timedelta
from pathlib import Path

from scheduler.planning.occurrences import Dates
from scheduler.reporting import Report
from tests.scheduler.rehearsing import Stage, at, rehearsal
from tests.scheduler.test_edits import HEAD, milestone

CHANNELS = '[channels.email]\ntype = "console"\n[channels.post]\ntype = "console"\n'
BEFORE = HEAD.replace("[people.amina]", f"{CHANNELS}[people.amina]") + milestone()
AFTER = BEFORE.replace('"amina@example.org"', '"amina@example.org"\nchannels = ["post"]')


def went(stage: Stage) -> list[tuple[str, str, str]]:
    """What was sent: stage, channel and time."""
    rows = stage.service.history.outbox(states=["sent"])
    return [(row["stage"], row["channel"], f"{row['sent_at']:%m-%d %H:%M}") for row in rows]


def test_what_came_due_while_nobody_ran(tmp_path: Path) -> None:
    with rehearsal(tmp_path, BEFORE, at("2024-05-01T08:00")) as stage:
        stage.until(at("2024-05-20T12:00"))
    with rehearsal(tmp_path, AFTER, at("2024-05-30T12:00")) as stage:
        stage.until(at("2024-06-02T00:00"))
        assert went(stage) == [("before:30 days", "post", "05-30 12:00")]


def test_what_is_snoozed(tmp_path: Path) -> None:
    with rehearsal(tmp_path, BEFORE, at("2024-05-28T08:00")) as stage:
        service, now = stage.service, stage.service.clock.now()
        found = Dates(service.plan).find("t/m")
        assert found is not None
        until = at("2024-06-10T09:00")
        said = Report(state="snoozed", by="amina", said_at=now, until=until)
        service.reporting.record(found, said, now)
        stage.until(at("2024-06-01T12:00"))
        stage.write(AFTER)
        stage.until(until + timedelta(days=1))
        assert went(stage) == [("before:30 days", "post", "06-10 09:00")]


def test_what_came_due_goes_to_who_stands_in_now(tmp_path: Path) -> None:
    away = BEFORE.replace(
        '"amina@example.org"', '"amina@example.org"\naway = ["2024-06-28/2024-07-10"]'
    ).replace("away =", 'deputy = "cora"\naway =')
    for number, (first, then, who) in enumerate([(BEFORE, away, "cora"), (away, BEFORE, "amina")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        with rehearsal(folder, first, at("2024-05-01T08:00")) as stage:
            stage.until(at("2024-06-25T12:00"))
        with rehearsal(folder, then, at("2024-06-28T12:00")) as stage:
            stage.until(at("2024-06-30T00:00"))
            sent = [one for one in stage.sent() if one[0] == "on-the-day" and one[1] != "wim"]
            assert sent == [("on-the-day", who, "06-28 09:00")]


def test_what_is_snoozed_for_long_is_no_old_news_to_a_new_owner(tmp_path: Path) -> None:
    with rehearsal(tmp_path, BEFORE, at("2024-05-28T08:00")) as stage:
        service, now = stage.service, stage.service.clock.now()
        found = Dates(service.plan).find("t/m")
        assert found is not None
        said = Report(state="snoozed", by="amina", said_at=now, until=at("2024-06-20T09:00"))
        service.reporting.record(found, said, now)
        stage.until(at("2024-06-15T12:00"))
        stage.write(BEFORE.replace('owner = "amina"', 'owner = "cora"'))
        stage.until(at("2024-06-16T00:00"))
        assert stage.sent() == [("before:30 days", "cora", "06-15 12:00")]
