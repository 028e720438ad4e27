"""When something is tried again, and what a try comes to: the rules without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.errors import DeliveryError
from scheduler.outbox.retry import LONGEST, SHORTEST, back_off, next_try, touched
from scheduler.outbox.values import ChannelState, Claimed, State, Touch
from scheduler.outbox.verdict import refused
from tests.scheduler.outbox.made import DAY, HOUR, MINUTE, SECOND, START, reminder

draws = st.floats(0, 1)
CLAIMED = Claimed("d", "w", "amina", "email", (reminder(),), (1,), 1, None)


@pytest.mark.parametrize(
    ("attempt", "minutes"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60), (500, 60)],
)
def test_the_wait_doubles_from_a_minute_to_an_hour(attempt: int, minutes: int) -> None:
    assert back_off(attempt, 0.5) == min(minutes, 60) * MINUTE


@given(st.integers(1, 10_000), draws)
def test_the_wait_is_spread_within_its_bounds(attempt: int, draw: float) -> None:
    wait = back_off(attempt, draw)
    assert SHORTEST <= wait <= LONGEST
    assert 0.74 * back_off(attempt, 0.5) <= wait <= 1.26 * back_off(attempt, 0.5)


@given(st.lists(draws, min_size=200, max_size=200))
def test_it_is_tried_for_24_hours_and_once_at_their_end(chances: list[float]) -> None:
    now, tries = START, [START]
    for attempt, draw in enumerate(chances, start=1):
        again = next_try(attempt, START, now, draw)
        if again is None:
            break
        assert again > now
        now = again
        tries.append(now)
    assert tries[-1] == START + DAY
    assert 24 <= len(tries) <= 40


@pytest.mark.parametrize(
    ("asked", "expected"),
    [(0, 0), (30, 30), (7200, 7200), (86_400, 86_400), (900_000, 86_400), (-5, 0)],
)
def test_a_retry_after_is_obeyed_up_to_a_day(asked: float, expected: float) -> None:
    assert next_try(1, START, START + HOUR, 0.5, asked) == START + HOUR + expected * SECOND


def test_after_the_24_hours_no_retry_after_helps() -> None:
    assert next_try(9, START, START + DAY, 0.5, 10) is None


@given(st.lists(st.tuples(st.booleans(), draws), max_size=40))
def test_a_channel_is_paused_exactly_while_the_last_five_or_more_failed(
    touches: list[tuple[bool, float]],
) -> None:
    state, now, in_row = ChannelState("c"), START, 0
    for well, draw in touches:
        now += MINUTE
        in_row = 0 if well else in_row + 1
        state = touched(state, Touch(well=well, draw=draw), now, "x")
        assert (state.paused_since is not None) == (in_row >= 5)
        assert state.failures == in_row
        if state.probe_at:
            assert now + SHORTEST <= state.probe_at <= now + LONGEST


def test_a_retry_after_holds_the_channel() -> None:
    state = touched(ChannelState("c"), Touch(well=False, retry_after=90), START, "429")
    assert (state.paused_since, state.probe_at) == (None, START + 90 * SECOND)


@pytest.mark.parametrize(
    ("error", "instead", "state", "touch"),
    [
        (DeliveryError("x", permanent=False), "slack", State.RETRYING, "faulty"),
        (DeliveryError("x", permanent=False, scope="recipient"), "slack", State.RETRYING, None),
        (DeliveryError("x", permanent=True, scope="recipient"), "slack", State.FAILED, None),
        (DeliveryError("x", permanent=True), None, State.FAILED, "faulty"),
        (DeliveryError("x", permanent=True, scope="channel"), "slack", State.FAILED, "lasting"),
        (DeliveryError("x", permanent=True, scope="channel"), None, State.RETRYING, "lasting"),
        (DeliveryError("x", permanent=False, scope="channel"), None, State.RETRYING, "faulty"),
    ],
)
def test_what_a_fault_comes_to(
    error: DeliveryError, instead: str | None, state: State, touch: str | None
) -> None:
    outcome = refused(CLAIMED, (1,), error, START, 0.5, instead=instead)
    assert outcome.state is state
    assert bool(outcome.replacements) == (state is State.FAILED and instead is not None)
    assert bool(outcome.notice) == (state is State.FAILED)
    found = outcome.touch
    assert (found and ("lasting" if found.lasting else "faulty")) == touch
    assert outcome.next_at == (START + MINUTE if state is State.RETRYING else None)
