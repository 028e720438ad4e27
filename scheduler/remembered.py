"""PURE. What the history keeps of each milestone's calendar entry, and how it is looked at anew.

The store keeps a stamp and a text for each milestone: the stamp for the feeds, the text so that
a milestone that has left the plan can be shown as cancelled for a while.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from calendars.entry import Entry, Override
from calendars.rezoned import rezoned
from config.plan import Milestone, Plan
from scheduler.alarms import alarms_of
from scheduler.entries import entry_of
from scheduler.feeds import Gone, default_span
from scheduler.planning.occurrences import Dates
from scheduler.stamps import UNSTAMPED, Stamp, look, placing, restamped, stamped, unwritable
from scheduler.standing import States, is_public


@dataclass(frozen=True, slots=True)
class Remembered:
    """An entry as last shown, and what decides in which feeds it belongs."""

    track: str
    owner: tuple[str, ...]
    tags: tuple[str, ...]
    public: bool
    entry: Entry


class Looked(NamedTuple):
    """What to store of a milestone whose entry changed; `shown` is a `Remembered` as text.

    broken: why the calendars leave it out, "" for what they show.
    """

    milestone: str
    stamp: Stamp
    shown: str
    broken: str = ""


_TEXT = TypeAdapter(Remembered)


def look_again(
    plan: Plan,
    milestones: Iterable[str],
    states: States,
    stamps: Mapping[str, Stamp],
    now: datetime,
) -> Iterator[Looked]:
    """The milestones, of those named, whose entry differs from what its stamp says.

    stamps: what is stored, by milestone. To be called after an edit or a report with the
    milestones it touches, and with all of them when a new version of the product starts.
    """
    dates, horizon = Dates(plan), default_span(plan, now).last
    for key in milestones:
        milestone = plan.milestones[key]
        old = stamps.get(key)
        entry = entry_of(plan, dates, milestone, states, stamp=old or UNSTAMPED, horizon=horizon)
        entry = replace(entry, alarms=alarms_of(dates, milestone))
        stamp = restamped(old, look(entry, plan.language), placing(entry), now)
        if stamp != old:
            shown = stamped(entry, stamp)
            text = _TEXT.dump_json(_remembered(plan, milestone, shown)).decode()
            kept = replace(stamp, overrides=shown.overrides)
            yield Looked(key, kept, text, unwritable(shown, plan.language))


def _remembered(plan: Plan, milestone: Milestone, entry: Entry) -> Remembered:
    public = is_public(plan, milestone)
    return Remembered(milestone.track, milestone.owner, milestone.tags, public, entry)


def overrides_of(shown: str) -> tuple[Override, ...]:
    """The overrides in a text of `look_again`; most texts have none, and are not read."""
    if '"overrides":[{' not in shown:
        return ()
    return _TEXT.validate_json(shown).entry.overrides


def gone(milestone: str, shown: str, stamp: Stamp, at: datetime) -> Gone:
    """A milestone that left the plan `at`, from what is stored: cancelled, its sequence higher.

    Single occurrences that were done stay so. Raises ValueError where the text is not one that
    `look_again` made.
    """
    known = _TEXT.validate_json(shown)
    was = rezoned(known.entry)
    second = at.replace(microsecond=0)
    modified = max(second, stamp.modified + timedelta(seconds=1))
    last = Stamp(stamp.created, modified, stamp.sequence + 1, overrides=stamp.overrides)
    done = tuple(one if one.state == "done" else replace(one, state=None) for one in was.overrides)
    entry = stamped(replace(was, state="cancelled", overrides=done), last)
    return Gone(milestone, known.track, known.owner, known.tags, known.public, entry, at)


def gone_of(rows: Iterable[Mapping[str, Any]], stamps: Mapping[str, Stamp]) -> list[Gone]:
    """The milestones that are gone, from the store's rows (`id`, `shown`, `gone_at`)."""
    return [
        gone(row["id"], row["shown"], stamps[row["id"]], row["gone_at"])
        for row in rows
        if row["gone_at"] is not None and row["shown"]
    ]
