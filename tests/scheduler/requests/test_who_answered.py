"""Who has answered, as the command and the page for coordinators know it."""

from datetime import UTC, datetime

import pytest

from scheduler.asked import unanswered
from scheduler.planning.occurrences import Dates
from scheduler.request_values import Draft, Sent
from scheduler.standing import State, States
from scheduler.who_answered import Came, RoundStands, rounds_of
from tests.scheduler.requests.office import OFFICE, REQUEST, plan

OPEN = datetime(2024, 3, 6, 9, tzinfo=UTC)
PAST = datetime(2024, 3, 20, 9, tzinfo=UTC)
LAST = datetime(2024, 3, 12, 6, tzinfo=UTC)
BEFORE = datetime(2024, 2, 1, tzinfo=UTC)
CAME = Came(
    sent=[
        Sent("request:march/amina", "jonas", OPEN, False, {"state:guidelines/draft": "done"}, "a"),
        Sent("request:march/lea", "lea", PAST, True, {"question:funds": "yes"}, "b"),
    ],
    drafts=[Draft("request:march/jonas", "jonas", 3, OPEN, {"note:housing/platform": "soon"})],
    reminded={
        ("request:march/jonas", "jonas"): (2, LAST),
        ("request:march/jonas", "lea"): (1, OPEN),
    },
)
STATES: States = {
    "guidelines/draft": State("on-track", at=OPEN),
    "housing/survey": State("on-track", at=OPEN),
    "guidelines/outlook": State("on-track", at=BEFORE),
}


def only(found: list[RoundStands]) -> RoundStands:
    (one,) = found
    return one


def test_how_each_part_stands() -> None:
    one = only(rounds_of(Dates(plan()), "march", STATES, CAME, PAST))
    assert {it.focal: it.state for it in one.parts} == {
        "amina": "answered", "lea": "late", "jonas": "draft", "desk": "reported",
    }  # fmt: skip
    assert (one.answered, one.closed) == (3, True)
    jonas = next(it for it in one.parts if it.focal == "jonas")
    assert (jonas.milestones, jonas.confirmed, jonas.reminded, jonas.last) == (2, 1, 3, LAST)
    amina = next(it for it in one.parts if it.focal == "amina")
    assert (amina.by, amina.at) == ("jonas", OPEN)


def test_nothing_has_come_yet() -> None:
    early = only(rounds_of(Dates(plan()), "march", {}, Came(), BEFORE))
    assert {it.state for it in early.parts} == {"to come"}
    assert not early.closed
    opened = only(rounds_of(Dates(plan()), "march", {}, Came(), OPEN))
    assert {it.state for it in opened.parts} == {"open"}


def test_the_next_round_is_shown_on_a_leap_day() -> None:
    leap = datetime(2024, 2, 29, 9, tzinfo=UTC)
    later = plan(REQUEST.replace("2024-03-01", "2024-03-05"))
    one = only(rounds_of(Dates(later), "march", {}, Came(), leap))
    assert f"{one.closes}" == "2024-03-15"


def test_what_the_form_said_is_done_is_counted() -> None:
    done = dict(STATES) | {"guidelines/draft": State("done", at=OPEN)}
    one = only(rounds_of(Dates(plan()), "march", done, CAME, PAST))
    counted = {it.focal: (it.confirmed, it.milestones) for it in one.parts}
    assert counted["amina"] == (1, 2)
    assert counted["jonas"] == (0, 1), "it is not by his form"


def test_one_who_is_away_is_marked() -> None:
    away = OFFICE.replace("[people.lea]\n", '[people.lea]\naway = ["2024-03-04/2024-03-08"]\n')
    one = only(rounds_of(Dates(plan(office=away)), "march", {}, Came(), OPEN))
    assert [it.focal for it in one.parts if it.away] == ["lea"]


def test_a_question_that_must_be_answered_is_answered_by_the_form_alone() -> None:
    needed = REQUEST + 'questions = [{ text = "Funded?", kind = "yes-no", required = true }]\n'
    one = only(rounds_of(Dates(plan(needed)), "march", STATES, Came(), PAST))
    assert {it.focal: it.state for it in one.parts}["desk"] == "open"


def test_the_rounds_of_a_repeating_request_are_told_apart() -> None:
    monthly = REQUEST.replace("2024-03-01", '"10 days"') + 'repeats = "monthly"\n'
    sent = [Sent("request:march/amina@2024-03-15", "amina", OPEN, False, {}, "a")]
    april = datetime(2024, 4, 10, tzinfo=UTC)
    found = rounds_of(Dates(plan(monthly)), "march", {}, Came(sent), april)
    assert [f"{one.closes} {one.answered}" for one in found] == ["2024-04-15 0", "2024-03-15 1"]


@pytest.mark.parametrize(
    ("at", "states", "expected"),
    [
        (OPEN, {}, set()),
        (
            PAST,
            {},
            {"guidelines/draft", "guidelines/outlook", "housing/survey", "housing/platform"},
        ),
        (PAST, STATES, {"guidelines/outlook", "housing/platform"}),
        (
            PAST,
            {**STATES, "guidelines/outlook": State("done", at=BEFORE)},
            {"housing/platform"},
        ),
    ],
)
def test_what_is_unanswered_once_it_has_closed(
    at: datetime, states: States, expected: set[str]
) -> None:
    found = unanswered(plan(), states, at)
    assert set(found) == expected
    assert {one.asked.isoformat() for one in found.values()} <= {"2024-03-01"}


def test_of_two_requests_the_one_that_closed_last_counts() -> None:
    second = REQUEST.replace("[requests.march]", "[requests.later]").replace("-03-01", "-03-10")
    found = unanswered(plan(REQUEST + second.replace("-03-15", "-03-18")), {}, PAST)
    assert {one.request for one in found.values()} == {"later"}
