"""Who is reached by another channel while a reminder waits to be sent gets it by that."""

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
