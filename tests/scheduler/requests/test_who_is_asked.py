"""Who is asked of what, and when: tables over one plan."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import config
from config.load import load_texts
from tests.scheduler.requests.office import OFFICE, REQUEST, asked, plan, sent

EVERYBODY = {
    "amina": ["guidelines/draft", "guidelines/outlook"],
    "jonas": ["guidelines/draft", "housing/platform"],
    "lea": ["guidelines/outlook"],
    "desk": ["housing/survey"],
}
HEAD = "[requests.march]\ncloses = 2024-03-15\nreminders = 'chase'\n"


@pytest.mark.parametrize(
    ("reach", "expected"),
    [
        ("", EVERYBODY),
        ('tracks = ["housing"]', {"desk": ["housing/survey"], "jonas": ["housing/platform"]}),
        (
            'owners = ["cities"]',
            {"amina": ["guidelines/draft"], "jonas": ["guidelines/draft"]},
        ),
        ('owners = ["jonas"]', {"jonas": ["guidelines/draft", "housing/platform"]}),
        (
            'tracks = ["guidelines"]\nowners = ["lea", "jonas"]',
            {"jonas": ["guidelines/draft"], "lea": ["guidelines/outlook"]},
        ),
        ('owners = ["cora"]', {}),
    ],
)
def test_a_request_reaches_the_owners_of_what_is_open(
    reach: str, expected: dict[str, list[str]]
) -> None:
    assert asked(plan(HEAD + reach)) == expected


def test_each_is_asked_on_the_day_it_opens_and_then_by_the_policy() -> None:
    found = [one for one in sent(plan()) if one[1] == "amina"]
    assert found == [
        ("opening", "amina", "amina", "03-01 06:00"),
        ("before:3 days", "amina", "amina", "03-12 06:00"),
        ("on-the-day", "amina", "amina", "03-15 06:00"),
        ("escalation:1", "amina", "lea", "03-20 08:00"),
        ("overdue:1", "amina", "amina", "03-22 06:00"),
        ("overdue:2", "amina", "amina", "03-29 06:00"),
    ]


def test_a_room_is_asked_where_a_team_has_no_members() -> None:
    (opening,) = [one for one in sent(plan(), ["opening"]) if one[1] == "desk"]
    assert opening == ("opening", "desk", "desk", "03-01 06:00")


def test_an_escalation_reaches_the_lead_of_the_team_by_which_one_is_asked() -> None:
    told = {one[1]: one[2] for one in sent(plan(), ["escalation:1"])}
    assert told == {"amina": "lea", "jonas": "lea"}  # Léa's own and the room have no lead


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        ("opens = 2024-03-02\ncloses = 2024-03-15", "03-04 06:00"),  # a Saturday: not before
        ('opens = "10 working days"\ncloses = 2024-03-15', "03-01 06:00"),
        ('closes = "2024-03"', "03-18 06:00"),  # two weeks before the 31st, a Sunday
        ('closes = "guidelines/draft - 1 month"', "03-18 06:00"),
        ("opens = 2024-03-05\ncloses = 2024-03-15T12:00:00", "03-05 06:00"),
        ("opens = 2024-03-13\ncloses = 2024-03-15", "03-13 06:00"),  # no reminder before it opens
    ],
)
def test_it_opens_on_a_working_day_and_nothing_goes_out_before(dates: str, first: str) -> None:
    found = sent(plan(f"[requests.march]\nreminders = 'chase'\n{dates}\n"))
    mine = [one for one in found if one[2] == "amina"]
    assert mine[0][3] == first


def test_who_is_away_is_asked_through_the_deputy() -> None:
    away = OFFICE.replace(
        "[people.jonas]\n", '[people.jonas]\naway = ["2024-02-25/2024-03-10"]\ndeputy = "amina"\n'
    )
    found = sent(plan(office=away), ["opening", "on-the-day"])
    assert [one[2] for one in found if one[1] == "jonas"] == ["amina", "jonas"]
    assert [one[2] for one in found if one[1] == "amina"] == ["amina", "amina"]


def test_a_request_waits_for_no_digest_and_shares_no_message() -> None:
    weekly = OFFICE.replace("[people.amina]\n", '[people.amina]\ndelivery = "weekly"\n')
    found = sent(plan(office=weekly), ["opening"])
    assert ("opening", "amina", "amina", "03-01 06:00") in found


def test_one_that_is_first_seen_while_it_is_open_is_asked_at_once() -> None:
    late = sent(plan(), start=datetime(2024, 3, 6, 10, tzinfo=UTC))
    assert next(one for one in late if one[2] == "amina") == (
        "opening", "amina", "amina", "03-06 10:00",
    )  # fmt: skip


def test_one_that_has_closed_before_it_was_seen_asks_nobody() -> None:
    assert sent(plan(), start=datetime(2024, 3, 16, tzinfo=UTC)) == []


def test_a_repeating_request_asks_each_round_anew_and_then_leaves_the_last_alone() -> None:
    monthly = REQUEST.replace("2024-03-01", '"10 days"') + 'repeats = "monthly"\n'
    found = [one for one in sent(plan(monthly + "except = [2024-05-15]\n")) if one[2] == "amina"]
    openings = [(one[1], one[3]) for one in found if one[0] == "opening"]
    assert openings == [
        ("amina@2024-03-15", "03-05 06:00"),
        ("amina@2024-04-15", "04-05 06:00"),
        ("amina@2024-06-15", "06-05 06:00"),
    ]
    weekly = REQUEST.replace("2024-03-01", '"3 days"') + 'repeats = "weekly"\n'
    chased = [one for one in sent(plan(weekly)) if one[0] == "overdue:1" and one[2] == "amina"]
    assert chased == []  # the next round has opened by then


def test_a_plan_without_requests_is_as_it_was() -> None:
    assert plan("").parts == {}
    assert sent(plan("")) == []


def test_the_request_in_the_shipped_plan_asks_every_owner_of_what_is_open() -> None:
    files = sorted((Path(config.__path__[0]) / "examples" / "un-habitat").glob("*.toml"))
    texts = {one.name: one.read_text(encoding="utf-8") for one in files}
    head, mark, block = texts["plan.toml"].partition("#[requests.")
    texts["plan.toml"] = head + mark[1:] + block.replace("\n#", "\n")
    loaded = load_texts(texts)
    assert loaded.warnings == ()
    reached = asked(loaded.plan)
    assert set(reached) == set(loaded.plan.people)
    still = {key for key, one in loaded.plan.milestones.items() if one.status == "planned"}
    assert still <= {key for found in reached.values() for key in found}
