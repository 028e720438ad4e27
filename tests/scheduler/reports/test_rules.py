"""Which reports wait for their review, and who may decide on them."""

import pytest

from config.load import load_texts
from config.plan import Plan
from scheduler.reports.rules import may_review, needs_review

PEOPLE = "\n".join(f'[people.{one}]\nname = "{one}"' for one in ("amina", "ben", "cora", "lee"))


def plan(coordinators: str = '["office"]', track: str = "", milestone: str = "") -> Plan:
    """A track of a team's, whose lead is Lee, with a milestone; Cora is in the office."""
    text = f"""
[plan]
name = "The plan"
coordinators = {coordinators}
{PEOPLE}
[teams.office]
members = ["cora"]
[teams.crew]
members = ["amina", "lee"]
lead = "lee"
[teams.other]
members = ["ben"]
lead = "ben"
[tracks.t]
owner = "crew"
{track}
[[tracks.t.milestones]]
id = "m"
title = "Zero draft"
due = "2024-06-28"
{milestone}
"""
    return load_texts({"plan.toml": text}).plan


@pytest.mark.parametrize(
    ("made", "by", "waits"),
    [
        ({}, "amina", True),
        ({}, "crew", True),
        ({}, "", True),
        ({}, "nobody", True),
        ({}, "cora", False),
        ({}, "lee", False),
        ({}, "ben", True),
        ({"milestone": 'owner = "other"'}, "ben", False),
        ({"milestone": 'owner = "other"'}, "lee", False),
        ({"milestone": 'owner = "amina"'}, "amina", True),
        ({"track": "review = false"}, "amina", False),
        ({"track": "review = true"}, "amina", True),
        ({"track": "review = false", "milestone": "review = true"}, "amina", True),
        ({"milestone": "review = false"}, "amina", False),
        ({"coordinators": "[]"}, "amina", False),
        ({"coordinators": '"amina"'}, "amina", False),
    ],
)
def test_what_waits_for_its_review(made: dict[str, str], by: str, waits: bool) -> None:
    known = plan(**made)
    assert needs_review(known, known.milestones["t/m"], by) is waits


@pytest.mark.parametrize(
    ("milestone", "may"),
    [("", {"cora", "lee"}), ('owner = "other"', {"cora", "lee", "ben"}),
     ('owner = "amina"', {"cora", "lee"})],
)  # fmt: skip
def test_who_may_decide(milestone: str, may: set[str]) -> None:
    known = plan(milestone=milestone)
    found = {one for one in (*known.people, "", "crew", "office")
             if may_review(known, known.milestones["t/m"], one)}  # fmt: skip
    assert found == may
