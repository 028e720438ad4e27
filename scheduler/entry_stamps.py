"""Keeps the stamps of calendar entries: looks at those that may differ from what was last shown."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

import structlog

from config.plan import Plan
from scheduler.feeds import default_span
from scheduler.made_from import ENTRIES, MadeFrom, from_text, made_from, to_text
from scheduler.outbox.database import CHUNK
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.statements import chunks
from scheduler.planning.changes import affected
from scheduler.remembered import Looked, look_again, overrides_of
from scheduler.stamps import Stamp
from scheduler.standing import States

BROKEN = "left out of calendars"
"""The setting in which it is kept."""
_LOG = structlog.get_logger("milestones")


class EntryStamps:
    """Notes in the store which entries differ. `published` says how occurrences stand."""

    def __init__(self, history: HistoryStore, published: Callable[[], States]) -> None:
        self._history = history
        self._published = published

    def at_start(self, plan: Plan, digest: str, now: datetime) -> None:
        """Note which calendar entries differ from what was last shown, at a start.

        None is looked at where all were made from the same; of repeating milestones others may
        have come near.
        """
        kept = self._kept()
        made = MadeFrom(made_from(plan, digest), default_span(plan, now).last.isoformat())
        if kept == made:
            return
        which = plan.milestones.values()
        same = kept.digest == made.digest
        self.some(plan, [one.id for one in which if one.repeats or not same], now)
        self._history.put(ENTRIES, to_text(made))

    def after_edit(
        self, plan: Plan, digest: str, now: datetime, previous: Plan | None, before: str
    ) -> None:
        """The same for what differs from the plan until now, whose entries were made from `before`.

        Until it is done nobody may take the entries as looked at.
        """
        if previous is None:
            self.at_start(plan, digest, now)
            return
        kept = self._kept()
        self._history.put(ENTRIES, "")
        changed = affected(previous, plan) & plan.milestones.keys()
        self.some(plan, changed | _of_changed_tracks(previous, plan), now)
        if kept.digest == before and previous.tracks == plan.tracks:
            made = kept._replace(digest=made_from(plan, digest))
            self._history.put(ENTRIES, to_text(made))

    def _kept(self) -> MadeFrom:
        return from_text(self._history.setting(ENTRIES))

    def reported(self, plan: Plan, milestones: Collection[str], now: datetime) -> None:
        """The same for milestones that were reported on, and those that wait for them."""
        needing = (
            one.id
            for one in plan.milestones.values()
            if any(need.partition("@")[0] in milestones for need in one.needs)
        )
        known = (key for key in milestones if key in plan.milestones)
        self.some(plan, dict.fromkeys([*known, *needing]), now)

    def some(self, plan: Plan, which: Iterable[str], now: datetime) -> None:
        """The same for the milestones named."""
        states = self._published()
        broken: dict[str, str] = {}
        for named in chunks(which, CHUNK):
            known = stamps_of(self._history.stamp_rows(named))
            looked = list(look_again(plan, named, states, known, now))
            self._history.save_stamps([_row_of(one) for one in looked])
            broken |= {one.milestone: one.broken for one in looked}
        self._note_broken(plan, broken)

    def _note_broken(self, plan: Plan, looked: Mapping[str, str]) -> None:
        """Keep which milestones the calendars leave out, and why; log those that are new."""
        before = broken_entries(self._history)
        after = {key: why for key, why in {**before, **looked}.items()
                 if why and key in plan.milestones}  # fmt: skip
        for key in sorted(set(after) - set(before)):
            _LOG.warning("left out of calendars", milestone=key, reason=after[key])
        if after != before:
            self._history.put(BROKEN, json.dumps(after))


def _row_of(looked: Looked) -> dict[str, object]:
    """As the store keeps it."""
    stamp = looked.stamp
    return {
        "id": looked.milestone,
        "created": stamp.created,
        "modified": stamp.modified,
        "sequence": stamp.sequence,
        "look": stamp.look,
        "placing": stamp.placing,
        "shown": looked.shown,
    }


def broken_entries(history: HistoryStore) -> dict[str, str]:
    """The milestones that the calendars leave out, each with the reason."""
    kept: dict[str, str] = json.loads(history.setting(BROKEN) or "{}")
    return kept


def stamps_of(rows: Iterable[Mapping[str, object]]) -> dict[str, Stamp]:
    """The calendar stamps out of the store's rows."""
    return {
        str(row["id"]): Stamp(
            row["created"],  # type: ignore[arg-type]
            row["modified"],  # type: ignore[arg-type]
            row["sequence"],  # type: ignore[arg-type]
            str(row["look"]),
            str(row["placing"]),
            overrides_of(str(row["shown"] or "")),
        )
        for row in rows
    }


def _of_changed_tracks(previous: Plan, plan: Plan) -> set[str]:
    changed = {key for key, one in plan.tracks.items() if previous.tracks.get(key) != one}
    if _of_all(previous) != _of_all(plan):
        return set(plan.milestones)
    return {one.id for one in plan.milestones.values() if one.track in changed}


def _of_all(plan: Plan) -> tuple[object, ...]:
    """What every entry shows of the plan itself."""
    return plan.name, plan.url, plan.id, plan.language
