"""Who and what of a plan a table may name."""

from config.plan import Milestone, Person, Plan, Team
from scheduler.foreign.tables.plan_names import milestones_in, owners_in


def test_owners_are_known_by_id_name_and_address() -> None:
    person = Person("amina", "Amina Otieno", "amina@example.org")
    team = Team("smart-cities", "People-centred smart cities")
    assert owners_in(Plan(people={"amina": person}, teams={"smart-cities": team})) == {
        "amina": "amina",
        "aminaotieno": "amina",
        "aminaexampleorg": "amina",
        "smartcities": "smart-cities",
        "peoplecentredsmartcities": "smart-cities",
    }


def test_a_name_of_two_means_neither_and_an_id_wins() -> None:
    people = {it: Person(it, "Amina", f"{it}@example.org") for it in ("a", "b")}
    people["c"] = Person("c", "B")
    assert owners_in(Plan(people=people)) == {
        "a": "a",
        "b": "b",
        "c": "c",
        "aexampleorg": "a",
        "bexampleorg": "b",
    }


def test_milestones_are_known_by_their_ids() -> None:
    milestones = {it: Milestone(it, it[0], "x") for it in ("t/zero-draft", "u/report")}
    known = milestones_in(Plan(milestones=milestones), "t")
    assert known == {"t/zero-draft", "zero-draft", "u/report"}
