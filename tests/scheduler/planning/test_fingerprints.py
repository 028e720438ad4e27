"""A milestone's fingerprint: what it is made of, and when it changes."""

import pytest

from config.load import load_texts
from config.plan import Plan
from scheduler.planning.changes import Fingerprints, _deciding

HEAD = """
[plan]
name = "Fingerprints"
[people.amina]
name = "Amina"
email = "amina@example.org"
[people.wim]
name = "Wim"
email = "wim@example.org"
[channels.email]
type = "email"
host = "smtp.example.org"
from = "tracker@example.org"
[tracks.t]
title = "Track"
owner = "amina"
"""
MANY = (
    ("a", 'due = "2024-04"'),
    ("b", 'due = "2024-05"'),
    ("c", 'due = "2024-04"\nowner = "wim"'),
    ("d", 'due = "2024-04"\nwatchers = ["wim"]'),
    ("e", 'due = "2024-04"\nroll = "next"'),
    ("f", 'due = "2024-04"\nstatus = "done"'),
    ("g", 'due = "2024-04"\ntimezone = "Africa/Nairobi"'),
    ("h", 'due = "2024-04"\nneeds = ["a"]'),
    ("i", 'due = "2024-04"\nrepeats = "monthly"'),
    ("j", 'due = "2024-04-03"\nrepeats = "weekly"\nexcept = ["2024-04-10"]'),
    ("k", 'due = "2024-04-03"\nrepeats = "weekly"\nmoved = { "2024-04-10" = 2024-04-11 }'),
    ("l", 'due = "a + 2 weeks"'),
    ("m", 'due = "tbc"'),
    ("n", 'due = "2024-05"'),
)


def plan(**others: str) -> Plan:
    told = dict(MANY) | others
    return load_texts(
        {
            "plan.toml": HEAD
            + "".join(
                f'[[tracks.t.milestones]]\nid = "{key}"\ntitle = "Title"\n{text}\n'
                for key, text in told.items()
            )
        }
    ).plan


def made(which: Plan) -> dict[str, str]:
    prints = Fingerprints(which)
    return {one.id.removeprefix("t/"): prints.of(one) for one in which.milestones.values()}


def test_what_many_share_is_said_as_it_is_said_of_one_alone() -> None:
    found, prints = plan(), Fingerprints(plan())
    for one in found.milestones.values():
        assert prints._own(one) == _deciding(one, repr(one.due))


def test_each_has_its_own() -> None:
    assert len(set(made(plan()).values())) == len(MANY)


@pytest.mark.parametrize(
    ("key", "text", "changed"),
    [
        ("b", 'due = "2024-06"', {"b"}),
        ("b", 'due = "2024-05"\nwatchers = ["wim"]', {"b"}),
        ("b", 'due = "2024-05"\nroll = "previous"', {"b"}),
        ("a", 'due = "2024-06"', {"a", "h", "l"}),
        ("a", 'due = "2024-04"\nsaid = "In April"', set()),
    ],
)
def test_an_edit_changes_what_it_touches(key: str, text: str, changed: set[str]) -> None:
    before, after = made(plan()), made(plan(**{key: text}))
    assert {one for one in before if before[one] != after[one]} == changed
