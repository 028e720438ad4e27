"""When a node is ready, and when planning and delivery are well: tables."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.operation.pulse import Pulse
from scheduler.operation.wellness import Beat, not_ready, unwell
from scheduler.outbox.values import Backlog

NOW = datetime(2024, 3, 21, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
GOOD = {"beat": Beat(NOW - 20 * timedelta(seconds=1)), "ahead": Beat(NOW - 3 * HOUR)}


def backlog(**more: object) -> Backlog:
    values: dict[str, object] = {
        "channel": "email",
        "due": 0,
        "oldest": None,
        "waiting_since": None,
        "moves": False,
        "failures": 0,
        "paused_since": None,
    }
    return Backlog(**{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("beats", "stopping", "says"),
    [
        (GOOD, False, []),
        (GOOD, True, ["it is stopping"]),
        ({}, False, ["it is starting"]),
        ({"beat": Beat()}, False, ["it is starting"]),
        ({"beat": Beat(None, 1, fails=True)}, False, ["the database does not answer"]),
        ({"beat": Beat(NOW, 1, fails=True)}, False, ["the database does not answer"]),
        ({"beat": Beat(NOW - 5 * MINUTE, 3)}, False, []),
        ({"beat": Beat(NOW - 6 * MINUTE)}, False, ["nothing was done for 360 s"]),
    ],
)
def test_ready(beats: dict[str, Beat], stopping: bool, says: list[str]) -> None:
    assert list(not_ready(beats, NOW, stopping=stopping)) == says
    assert list(unwell(beats, [], NOW, stopping=stopping))[: len(says)] == says


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (backlog(), []),
        (backlog(due=900, oldest=NOW - 5 * HOUR, waiting_since=NOW - 29 * MINUTE), []),
        # A long queue that moves is well; so is one message that its server puts off.
        (backlog(due=9, oldest=NOW - 5 * HOUR, waiting_since=NOW - 2 * HOUR, moves=True), []),
        (backlog(due=1, oldest=NOW - 9 * HOUR, failures=1), []),
        (
            backlog(due=9, oldest=NOW - HOUR, waiting_since=NOW - 31 * MINUTE),
            ["nothing leaves by the channel email"],
        ),
        (backlog(failures=5, paused_since=NOW - 29 * MINUTE), []),
        (backlog(failures=9, paused_since=NOW - HOUR), ["the channel email is paused"]),
    ],
)
def test_a_channel(one: Backlog, says: list[str]) -> None:
    assert list(unwell(GOOD, [one], NOW)) == says


@pytest.mark.parametrize(
    ("name", "beat", "says"),
    [
        ("deliver", Beat(NOW, 4), []),
        ("deliver", Beat(NOW, 4, fails=True), ["the round deliver failed"]),
        ("ahead", Beat(NOW - 27 * HOUR), ["nothing was planned for a day"]),
        ("ahead", Beat(NOW - 25 * HOUR), []),
    ],
)
def test_a_round(name: str, beat: Beat, says: list[str]) -> None:
    assert list(unwell({**GOOD, name: beat}, [], NOW)) == says


def test_a_pulse_remembers_how_each_round_went() -> None:
    pulse = Pulse(NOW)
    fails = [True, False]

    def work(now: datetime) -> datetime | None:
        if fails.pop(0):
            raise OSError("gone")
        return now + HOUR

    works = pulse.watched({"beat": work})
    assert pulse.beats() == {"beat": Beat()}
    with pytest.raises(OSError, match="gone"):
        works["beat"](NOW)
    assert pulse.beats() == {"beat": Beat(None, 1, fails=True)}
    assert works["beat"](NOW) == NOW + HOUR
    assert pulse.beats() == {"beat": Beat(NOW, 1, fails=False)}
    assert not pulse.stopping
    pulse.stop()
    assert pulse.stopping
