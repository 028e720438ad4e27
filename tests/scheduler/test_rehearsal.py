"""Over the same span a rehearsal sends exactly what the preview said, at those times."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from config.load import load
from notifiers.mailbox import MemoryMailbox
from scheduler.outbox.database import Database
from scheduler.planning.digests import DIGEST
from scheduler.planning.forecast import forecast
from scheduler.service import Rehearsed, rehearse
from tests.oracle.plans import cases
from tests.scheduler.rehearsing import FAST

EXAMPLES = Path(__file__).parents[2] / "config" / "examples"
Sent = set[tuple[datetime, str, str]]


def rehearsed(path: Path, url: str, start: datetime, end: datetime) -> tuple[Sent, int]:
    """What a rehearsal sent by the policies, and in how many messages.

    The coordinators' digests are no part of the preview.
    """
    mailbox = MemoryMailbox()
    service, rounds = rehearse(path, Database(url), Rehearsed(start, end, FAST, mailbox))
    try:
        rounds.run(end)
        rows = service.history.outbox(states=["sent"])
        late = [row for row in rows if row["sent_at"] - row["at"] > timedelta(minutes=1)]
        assert late == []
        of_policy = [row for row in rows if row["stage"] != DIGEST]
        digests = len({row["message"] for row in rows if row["stage"] == DIGEST})
        found = {(row["at"], row["key"], row["message"]) for row in of_policy}
        return found, len(mailbox) - digests
    finally:
        service.stop()


def previewed(path: Path, start: datetime, end: datetime) -> Sent:
    """What the preview says of the same span."""
    return {(one.at, one.key, one.message) for one in forecast(load(path).plan, start, end)}


@pytest.mark.parametrize(
    ("example", "start", "end"),
    [
        pytest.param(
            "un-habitat",
            datetime(2024, 3, 21, tzinfo=UTC),
            datetime(2024, 7, 1, tzinfo=UTC),
            marks=pytest.mark.slow,
        ),
        ("small", datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)),
    ],
)
def test_a_rehearsal_of_a_shipped_plan(
    tmp_path: Path, example: str, start: datetime, end: datetime
) -> None:
    path = EXAMPLES / example
    sent, mails = rehearsed(path, f"sqlite:///{tmp_path / 'r.sqlite'}", start, end)
    assert sent == previewed(path, start, end)
    assert mails == len({message for _, _, message in sent}) > 10


@pytest.mark.slow
def test_a_rehearsal_on_postgresql(postgres_url: str) -> None:
    path = EXAMPLES / "small"
    start, end = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 9, 30, tzinfo=UTC)
    sent, mails = rehearsed(path, postgres_url, start, end)
    assert sent == previewed(path, start, end)
    assert mails == len({message for _, _, message in sent})


@pytest.mark.slow
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(cases())
def test_a_rehearsal_of_any_plan(
    tmp_path_factory: pytest.TempPathFactory, case: tuple[str, datetime, datetime]
) -> None:
    text, start, until = case
    until = min(until, start + timedelta(days=120))
    folder = tmp_path_factory.mktemp("any")
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    sent, mails = rehearsed(path, f"sqlite:///{folder / 'r.sqlite'}", start, until)
    assert sent == previewed(path, start, until)
    assert mails == len({message for _, _, message in sent})
