"""The planner against a second, independent reading of the rules, over random plans."""

from datetime import datetime
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.load import load_texts
from config.plan import Plan
from scheduler.planning.forecast import forecast
from scheduler.planning.values import Reminder
from tests.oracle.oracle import preview
from tests.oracle.plans import cases
from tests.oracle.written import into_files, reordered

Case = tuple[str, datetime, datetime]
many = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
some = settings(many, max_examples=60)


def read(*texts: str) -> Plan:
    """The plan in these texts."""
    return load_texts({f"plan-{number}.toml": text for number, text in enumerate(texts)}).plan


def lines(reminders: list[Reminder]) -> list[tuple[str, ...]]:
    """What both readers say of a reminder."""
    return [
        (
            f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
            one.recipient,
            one.channel,
            one.milestone,
            one.stage,
            one.occurrence,
            str(one.due),
        )
        for one in reminders
    ]


@many
@given(cases())
def test_both_readers_agree(case: Case) -> None:
    text, start, until = case
    theirs = [
        tuple(
            str(one[key])
            for key in ("at", "recipient", "channel", "milestone", "stage", "occurrence", "due")
        )
        for one in preview([text], start, until)
    ]
    assert sorted(lines(forecast(read(text), start, until))) == sorted(theirs)


@many
@given(cases())
def test_both_readers_send_the_same_messages(case: Case) -> None:
    text, start, until = case
    ours = [(one.message, one.key) for one in forecast(read(text), start, until)]
    groups: dict[str, set[str]] = {}
    for message, key in ours:
        groups.setdefault(message, set()).add(key)
    theirs: dict[str | None, int] = {}
    for one in preview([text], start, until):
        theirs[one["message"]] = theirs.get(one["message"], 0) + 1
    assert sorted(map(len, groups.values())) == sorted(theirs.values())


@some
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_toml_changes_nothing(case: Case, random: Random) -> None:
    text, start, until = case
    once = forecast(read(text), start, until)
    assert forecast(read(reordered(text, random)), start, until) == once
    assert forecast(read(*into_files(text, random)), start, until) == once


@some
@given(cases())
def test_identities_are_unique(case: Case) -> None:
    text, start, until = case
    keys = [one.key for one in forecast(read(text), start, until)]
    assert len(keys) == len(set(keys))


@some
@given(cases())
def test_a_longer_look_ahead_changes_nothing_nearer(case: Case) -> None:
    text, start, until = case
    middle = start + (until - start) / 2
    middle = middle.replace(microsecond=0)
    whole = [one for one in forecast(read(text), start, until) if one.at <= middle]
    assert lines(forecast(read(text), start, middle)) == lines(whole)
