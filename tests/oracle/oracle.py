"""A second reading of the rules: slow, plain, and written from the design pages alone.

It answers `preview --json` for a plan's text, and shares no code with the product. The names of
the rules ("When 5", "Late 1") are those of the semantics page.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from tests.oracle.occurrences import occurrences
from tests.oracle.people import channels_of
from tests.oracle.reading import Milestone, Plan, read_plan
from tests.oracle.timing import Reminder, date_wanted, in_digests, of_occurrence

Line = dict[str, str | None]
SORTED_BY = ("at", "recipient", "channel", "milestone", "stage", "occurrence")


def preview(documents: Sequence[str], frm: datetime, until: datetime) -> list[Line]:
    """Give the lines of `preview --json` for frm <= at <= until, both aware.

    The history is empty at `frm`, and nothing is ever reported. "message" is equal for lines that
    go out together. "due" is the due day, None while the date is to be confirmed.
    """
    plan = read_plan(documents)
    found = [
        one
        for milestone in plan.milestones.values()
        for one in of_milestone(plan, milestone, frm, until)
    ]
    sent = [one for one in asked_once(in_digests(plan, found, frm)) if frm <= one.at <= until]
    lines = [line for one in sent for line in on_channels(plan, one)]
    return sorted(lines, key=lambda line: [str(line[key]) for key in SORTED_BY])


def asked_once(found: list[Reminder]) -> Iterator[Reminder]:
    """Leave out a second question for the same date that goes in the same message."""
    asked = set()
    for one in found:
        question = (one.occurrence, one.recipient, one.at)
        if one.stage != "date-wanted" or question not in asked:
            yield one
        if one.stage == "date-wanted":
            asked.add(question)


def of_milestone(
    plan: Plan, milestone: Milestone, frm: datetime, until: datetime
) -> Iterator[Reminder]:
    """Give what one milestone sends before digests are made."""
    if milestone.status in ("done", "cancelled"):  # Change 2 and 3
        return
    if milestone.when == "tbc":  # When 11; Change 4 does not hold it
        yield from date_wanted(plan, milestone, frm, until)
        return
    if any(plan.milestones[need].status != "done" for need in milestone.needs):  # Change 4
        return
    for occurrence in occurrences(plan, milestone, until):
        yield from of_occurrence(plan, occurrence, frm)


def on_channels(plan: Plan, one: Reminder) -> Iterator[Line]:
    """Who 1, 3 and 4: one line a channel; those of the same minute are one message."""
    at = one.at.astimezone(UTC)
    for channel in channels_of(plan, one.recipient):
        yield {
            "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "recipient": one.recipient.id,
            "channel": channel,
            "milestone": one.milestone.id,
            "occurrence": one.occurrence,
            "due": str(one.due) if one.due else None,
            "stage": one.stage,
            "message": f"{one.recipient.id} {channel} {at:%Y-%m-%dT%H:%MZ}",
        }
