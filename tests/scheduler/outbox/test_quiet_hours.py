"""What comes late, after a stop, a fault of the channel or a snooze, waits for the morning."""

from datetime import datetime
from pathlib import Path

import pytest

from notifiers.errors import DeliveryError
from scheduler.planning.occurrences import Dates
from scheduler.reporting import Report
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import HOUR, LEASE, MINUTE, START, reminder
from tests.scheduler.outbox.office import Office
from tests.scheduler.rehearsing import at, rehearsal
from tests.scheduler.test_edits import HEAD, milestone

NIGHT = HEAD.replace('"amina@example.org"', '"amina@example.org"\nquiet = "19:00-07:00"')
MORNING = START + 10 * HOUR


def quiet(_: str, now: datetime) -> datetime | None:
    """From a minute after the start to the morning."""
    return MORNING if START + MINUTE <= now < MORNING else None


def test_after_a_stop_the_latest_waits_for_the_morning(tmp_path: Path) -> None:
    with rehearsal(tmp_path, NIGHT + milestone() + milestone("n"), at("2024-05-01T08:00")) as stage:
        stage.until(at("2024-05-20T12:00"))
    with rehearsal(tmp_path, NIGHT + milestone() + milestone("n"), at("2024-05-29T22:00")) as stage:
        stage.until(at("2024-05-30T06:59"))
        assert stage.sent() == []
        stage.until(at("2024-05-30T08:00"))
        rows = stage.service.history.outbox(states=["sent"])
        assert [f"{row['sent_at']:%m-%d %H:%M}" for row in rows] == ["05-30 07:00"] * 2
        assert len(stage.mails()) == 1


def test_a_snooze_that_ends_in_quiet_hours_ends_with_them(tmp_path: Path) -> None:
    plan = NIGHT.replace("19:00-07:00", "08:00-10:00")
    with rehearsal(tmp_path, plan + milestone(), at("2024-05-28T08:00")) as stage:
        service, now = stage.service, stage.service.clock.now()
        found = Dates(service.plan).find("t/m")
        assert found is not None
        until = at("2024-05-31T09:00")
        said = Report(state="snoozed", by="amina", said_at=now, until=until)
        service.reporting.record(found, said, now)
        stage.until(at("2024-06-01T00:00"))
        (row,) = stage.service.history.outbox(states=["sent"])
        assert row["sent_at"] == at("2024-05-31T10:00")


def test_what_was_refused_is_tried_again_in_the_morning(stores: Stores) -> None:
    office = Office(stores, quiet=quiet)
    stores.planning.insert([reminder()], START)

    def refuse(_: object) -> str:
        raise DeliveryError("450 later", permanent=False)

    office.posts["email"].answer = refuse
    office.dispatcher().run_due()
    office.posts["email"].answer = lambda _: "taken"
    office.clock.step(hours=1)
    office.dispatcher().run_due()
    (row,) = stores.history.outbox()
    assert (row["state"], row["next_at"], row["attempts"]) == ("retrying", MORNING, 1)
    (attempt,) = stores.history.attempts_of(9)
    office.clock.step(hours=9)
    office.dispatcher().run_due()
    assert office.counts() == {"sent": 1}
    assert office.posts["email"].keys == [reminder().key]
    assert stores.history.attempts_of(9)[0].delivery == attempt.delivery


@pytest.mark.parametrize("stage", ["before:90 minutes", "before:1 hour", "fresh-link"])
def test_leads_by_the_clock_and_what_was_asked_for_wait_for_nothing(
    stores: Stores, stage: str
) -> None:
    now = START + HOUR
    rows = [reminder(stage=stage), reminder("t/n")]
    stores.planning.insert(rows, START)
    (claimed,) = stores.delivery.claim("email", now, "w", LEASE, 9, quiet=quiet)
    assert [one.key for one in claimed.reminders] == [rows[0].key]
    assert stores.history.counts() == {"claimed": 1, "planned": 1}
    (_, state, cause) = stores.history.transitions_of(rows[1].key)[-1]
    assert (state, cause) == ("planned", "held until the end of the quiet hours")
