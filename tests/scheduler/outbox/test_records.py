"""What is recorded after a try, and who may still record it."""

import pytest

from scheduler.outbox.retry import FAULTS_TO_PAUSE, KEEP_TRYING
from scheduler.outbox.trail_store import Act
from scheduler.outbox.values import Claimed, Outcome, State, Touch
from scheduler.outbox.verdict import failed
from scheduler.outbox.wishes import scopes
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import (
    DAY,
    HOUR,
    LEASE,
    MINUTE,
    START,
    crowd,
    put_off,
    reminder,
    sent,
)


def _taken_over(stores: Stores) -> tuple[Claimed, Claimed]:
    """A message that a slow worker still has in hand, and another has claimed since."""
    stores.planning.insert([reminder()], START)
    (slow,) = stores.delivery.claim("email", START, "slow", LEASE, 1)
    (quick,) = stores.delivery.claim("email", START + LEASE, "quick", LEASE, 1)
    return slow, quick


@pytest.mark.parametrize("state", [State.RETRYING, State.FAILED, State.WITHDRAWN])
def test_a_late_worker_overwrites_nothing(stores: Stores, state: State) -> None:
    slow, quick = _taken_over(stores)
    late = Outcome(slow, state, "x", START + LEASE, slow.ids)
    assert stores.delivery.record([late]) == [False]
    assert stores.delivery.still_wanted(quick, START + LEASE) == quick.ids
    assert stores.delivery.record([sent(quick)]) == [True]
    assert stores.delivery.record([late]) == [False]
    assert stores.history.counts() == {"sent": 1}


def test_an_acceptance_is_a_fact_whoever_holds_the_claim(stores: Stores) -> None:
    slow, quick = _taken_over(stores)
    assert stores.delivery.record([sent(slow)]) == [True]
    assert stores.delivery.still_wanted(quick, START + LEASE) == ()
    assert stores.delivery.record([sent(quick)]) == [False]
    assert len(stores.history.attempts_of(9)) == 2


def test_the_same_worker_cannot_record_an_older_try(stores: Stores) -> None:
    stores.planning.insert([reminder()], START)
    (first,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    (second,) = stores.delivery.claim("email", START + LEASE, "w", LEASE, 1)
    assert stores.delivery.record([put_off(first, START, START + HOUR)]) == [False]
    assert stores.delivery.record([put_off(second, START, START + HOUR)]) == [True]


def test_recording_twice_is_as_recording_once(stores: Stores) -> None:
    stores.planning.insert([reminder()], START)
    (one,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    assert stores.delivery.record([sent(one), sent(one)]) == [True, False]
    assert [state for _, state, _ in stores.history.transitions_of(reminder().key)] == [
        "planned",
        "claimed",
        "sent",
    ]


def test_a_failure_goes_to_the_next_channel_and_to_the_coordinators(stores: Stores) -> None:
    stores.planning.insert([reminder("t/a"), reminder("t/b")], START)
    (one,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    stores.delivery.record([failed(one, one.ids, "550 nobody", START + MINUTE, instead="slack")])
    (other,) = stores.delivery.claim("slack", START + MINUTE, "w", LEASE, 1)
    assert [two.occurrence for two in other.reminders] == ["t/a", "t/b"]
    assert other.delivery != one.delivery
    stored = stores.planning.reminders_of(["t/a"])[other.reminders[0].key]
    assert (stored.instead_of, stored.channel) == ("email", "slack")
    (notice,) = stores.history.untold()
    assert notice.text == (
        "amina was not reached by email (t/a, t/b): 550 nobody; sent by slack instead"
    )


def test_no_second_reminder_where_the_next_channel_has_its_own(stores: Stores) -> None:
    stores.planning.insert([reminder(), reminder(channel="slack")], START)
    (one,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    stores.delivery.record([failed(one, one.ids, "550 nobody", START, instead="slack")])
    assert stores.history.counts() == {"failed": 1, "planned": 1}


def test_what_was_withdrawn_meanwhile_has_no_replacement(stores: Stores) -> None:
    stores.planning.insert([reminder("t/a"), reminder("t/b")], START)
    (one,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    stores.planning.withdraw([reminder("t/a").key], "done", START)
    stores.delivery.record([failed(one, one.ids, "550 nobody", START, instead="slack")])
    (other,) = stores.delivery.claim("slack", START, "w", LEASE, 1)
    assert [two.occurrence for two in other.reminders] == ["t/b"]


def test_failed_ones_can_be_tried_again(stores: Stores) -> None:
    stores.planning.insert([*crowd(3), reminder("t/m1", channel="slack")], START)
    for channel in ("email", "slack"):
        for one in stores.delivery.claim(channel, START, "w", LEASE, 9):
            stores.delivery.record([failed(one, one.ids, "550", START, instead=None)])
    assert stores.acts.retry(Act(START + DAY, "", "retry"), channel="slack") == 1
    assert stores.acts.retry(Act(START + DAY, "", "retry"), key="t/m2") == 1
    assert stores.acts.retry(Act(START + DAY, "", "retry")) == 2
    assert stores.acts.retry(Act(START + DAY, "", "retry")) == 0
    again = stores.delivery.claim("email", START + DAY, "w", LEASE, 9)
    assert [one.attempt for one in again] == [1, 1, 1]
    assert [one.first_tried for one in again] == [None] * 3


def test_parts_of_a_failed_message_are_tried_again_under_identities_of_their_own(
    stores: Stores,
) -> None:
    stores.planning.insert([reminder("t/a"), reminder("t/b")], START)
    (both,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    stores.delivery.record([failed(both, both.ids, "550", START, instead=None)])
    claimed = []
    for key in ("t/a", "t/b"):
        assert stores.acts.retry(Act(START, "", "retry"), key=key) == 1
        claimed += stores.delivery.claim("email", START, "w", LEASE, 9)
    assert [len(one.reminders) for one in claimed] == [1, 1]
    assert len({both.delivery, *(one.delivery for one in claimed)}) == 3


def _fail(stores: Stores, claimed: Claimed, number: int, **details: bool) -> None:
    touch = Touch(well=False, **details)
    now = START + number * MINUTE
    stores.delivery.record(
        [Outcome(claimed, State.RETRYING, "421", now, claimed.ids, now + HOUR, touch=touch)]
    )


def test_five_faults_in_a_row_pause_a_channel_until_one_passes(stores: Stores) -> None:
    stores.planning.insert(crowd(8), START)
    claimed = stores.delivery.claim("email", START, "w", LEASE, 6)
    for number in range(FAULTS_TO_PAUSE):
        assert stores.delivery.channel_state("email").paused_since is None
        _fail(stores, claimed[number], number)
    state = stores.delivery.channel_state("email")
    assert (state.failures, state.reason) == (5, "421")
    assert state.paused_since == START + 4 * MINUTE
    assert state.probe_at is not None
    assert stores.delivery.next_due() == state.probe_at
    assert stores.delivery.claim("email", state.probe_at - MINUTE / 2, "w", LEASE, 9) == []
    (probe,) = stores.delivery.claim("email", state.probe_at, "w", LEASE, 9)
    assert stores.delivery.claim("email", state.probe_at, "w2", LEASE, 9) == []
    stores.delivery.record([sent(probe, state.probe_at)])
    assert stores.delivery.channel_state("email").paused_since is None
    assert len(stores.delivery.claim("email", START + 2 * HOUR, "w", LEASE, 9)) == 7
    paused, recovered = stores.history.untold()
    assert paused.text == "the channel email is paused, and tried from time to time: 421"
    since = f"{START + 4 * MINUTE:%-d %B %Y, %H:%M} UTC"
    assert recovered.text == f"the channel email works again; it was paused since {since}"
    assert (paused.kind, recovered.kind) == ("paused", "recovered")


def test_a_success_between_faults_starts_the_count_anew(stores: Stores) -> None:
    stores.planning.insert(crowd(9), START)
    claimed = stores.delivery.claim("email", START, "w", LEASE, 9)
    for number in range(4):
        _fail(stores, claimed[number], number)
    stores.delivery.record([sent(claimed[4])])
    for number in range(5, 9):
        _fail(stores, claimed[number], number)
    assert stores.delivery.channel_state("email").paused_since is None


def test_a_lasting_fault_of_the_channel_pauses_it_at_once(stores: Stores) -> None:
    stores.planning.insert(crowd(1), START)
    (one,) = stores.delivery.claim("email", START, "w", LEASE, 9)
    _fail(stores, one, 0, lasting=True)
    assert stores.delivery.channel_state("email").paused_since == START


def test_a_pause_holds_up_no_other_channel(stores: Stores) -> None:
    stores.planning.insert([*crowd(2), *crowd(1, channel="slack")], START)
    (one, _) = stores.delivery.claim("email", START, "w", LEASE, 9)
    _fail(stores, one, 0, lasting=True)
    assert stores.delivery.next_due() == START
    assert len(stores.delivery.claim("slack", START, "w", LEASE, 9)) == 1


def test_what_a_pause_has_held_up_for_a_day_is_handed_out_to_be_failed(stores: Stores) -> None:
    fresh = reminder("t/fresh", recipient="eve", at=START + 12 * HOUR)
    stores.planning.insert([*crowd(3), fresh], START)
    (one,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    _fail(stores, one, 0, lasting=True)
    day = START + KEEP_TRYING
    assert stores.delivery.claim_hopeless("email", day - MINUTE, "w", LEASE, 9) == []
    assert stores.delivery.claim_hopeless("email", day, "w", LEASE, 9) == [], "a probe comes first"
    stores.delivery.hold("email", day + HOUR)
    hopeless = stores.delivery.claim_hopeless("email", day, "w", LEASE, 9)
    assert [two.recipient for two in hopeless] == ["p0", "p1", "p2"]
    assert stores.delivery.claim_hopeless("slack", day, "w", LEASE, 9) == []


def test_a_day_in_which_nobody_tried_a_paused_channel_gives_nothing_up(stores: Stores) -> None:
    stores.planning.insert(crowd(3), START)
    (one,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    _fail(stores, one, 0, lasting=True)
    later = START + 2 * KEEP_TRYING  # no node ran meanwhile
    (probe,) = stores.delivery.claim("email", later, "w", LEASE, 9)
    _fail(stores, probe, 2 * KEEP_TRYING // MINUTE, lasting=True)
    assert stores.delivery.claim_hopeless("email", later + MINUTE // 2, "w", LEASE, 9) == []
    state = stores.delivery.channel_state("email")
    assert (state.paused_since, state.tried_since) == (START, later)
    stores.delivery.hold("email", later + KEEP_TRYING + HOUR)
    day = later + KEEP_TRYING
    assert len(stores.delivery.claim_hopeless("email", day, "w", LEASE, 9)) >= 2


def test_what_another_holds_of_a_paused_channel_is_given_up_only_with_the_right_to_take_over(
    stores: Stores,
) -> None:
    stores.planning.insert(crowd(3), START)
    one, held = stores.delivery.claim("email", START, "w", LEASE, 2)
    _fail(stores, one, 0, lasting=True)
    day = START + KEEP_TRYING
    stores.delivery.hold("email", day + HOUR)

    def hopeless(over: bool) -> list[str]:
        claimed = stores.delivery.claim_hopeless(
            "email", day, "other", LEASE, 9, take_over=lambda: over
        )
        return [two.recipient for two in claimed]

    assert sorted(hopeless(over=False)) == sorted({"p0", "p1", "p2"} - {held.recipient})
    assert stores.delivery.record([sent(held, day)]) == [True], "it was left to its worker"
    assert hopeless(over=True) == []


def test_a_held_channel_waits(stores: Stores) -> None:
    stores.planning.insert(crowd(1), START)
    stores.delivery.hold("email", START + HOUR)
    stores.delivery.hold("email", START + MINUTE)
    assert stores.delivery.next_due() == START + HOUR
    assert stores.delivery.claim("email", START + MINUTE, "w", LEASE, 9) == []
    assert len(stores.delivery.claim("email", START + HOUR, "w", LEASE, 9)) == 1


def test_the_scopes_of_a_milestone() -> None:
    assert scopes("track/one") == ("all", "track:track", "milestone:track/one")
