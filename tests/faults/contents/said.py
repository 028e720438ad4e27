"""What a message must say of its reminders, in a second reading: by one of the plans in force.

A message is made in one go, so it must be right by one and the same plan: the dates and their
certainty, the titles, how far off they are, and what was reported. What is not looked at here:
notices to coordinators and their digest, and the order of things in a message.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from tests.faults.contents.forms import Content, Line, Segment, segments
from tests.faults.simulation.plans import HEAD, Entries, Entry
from tests.oracle.reading import read_plan

NOT_READ = frozenset({"attention", "coordinators-digest"})
_RANKS = ("before", "on-the-day", "overdue", "escalation", "date-wanted", "moved", "done",
          "cancelled")  # fmt: skip
"""Of two reminders of one occurrence in a message the later one is shown."""
_OPEN = ", to be confirmed"
_NO_DATE = "date to be confirmed"
_DATES = frozenset({"Due", "Now due", "Was due", "When"})
_PEOPLE = read_plan([HEAD]).people


@dataclass(frozen=True)
class Standing:
    """One plan by which a message may have been made: its milestones, those of the plans before
    it, the oldest first, and what was last reported of each occurrence."""

    entries: Entries
    before: Sequence[Entries] = ()
    said: Mapping[str, str] = field(default_factory=dict)

    def find(self, occurrence: str) -> tuple[Entry | None, bool]:
        """The milestone with the date of this occurrence, and whether this plan has it; what is
        gone is told of as it was last."""
        name, _, day = occurrence.removeprefix("t/").partition("@")
        for entries in (self.entries, *reversed(self.before)):
            entry = entries.get(name)
            if entry is None or entry.repeats != bool(day):
                continue
            if day:
                entry = replace(entry, due=date.fromisoformat(day))
            return entry, entries is self.entries
        return None, False


class Key(NamedTuple):
    """The identity of a reminder in its parts."""

    occurrence: str
    due: str
    stage: str
    recipient: str
    channel: str

    @property
    def kind(self) -> str:
        """The stage without its number or lead."""
        return self.stage.partition(":")[0]

    @property
    def rank(self) -> tuple[int, int]:
        """How late it stands among those of its occurrence."""
        number = self.stage.partition(":")[2]
        return _RANKS.index(self.kind), int(number) if number.isdecimal() else 0


def complaints(
    content: Content, keys: Iterable[str], standings: Sequence[Standing], now: datetime
) -> list[str]:
    """What a message says wrongly by the newest of these plans, where it is right by none."""
    read = [Key(*key.rsplit("|", 4)) for key in keys]
    read = [one for one in read if one.stage not in NOT_READ]
    if not read:
        return []
    found = [list(_Reading(content, read, standing, now).complaints()) for standing in standings]
    return found[-1] if all(found) else []


class Said(NamedTuple):
    """What one milestone's part of a message has: its first line without what is said of a date
    that moved, and its rows."""

    lead: str
    title: str
    shown: str
    rows: Mapping[str, str]


@dataclass(frozen=True)
class _Reading:
    content: Content
    keys: Sequence[Key]
    standing: Standing
    now: datetime

    def complaints(self) -> Iterator[str]:
        latest: dict[str, Key] = {}
        for one in sorted(self.keys, key=lambda key: key.rank):
            latest[one.occurrence] = one
        alone = len(segments(self.content.forms[0], self._titles())) == 1
        for one in latest.values():
            yield from self._reminder(one, alone=alone)
        yield from self._others(latest)

    def _reminder(self, key: Key, *, alone: bool) -> Iterator[str]:
        entry, here = self.standing.find(key.occurrence)
        if entry is None:
            yield f"of what is in no plan: {'|'.join(key)}"
            return
        yield from (f"{wrong}: {'|'.join(key)}" for wrong in self._unfit(key, entry, here))
        wanted = self._said(key, entry, here)
        for form in self.content.forms:
            said = self._of(form, entry.called)
            if not any(self._fits(one, wanted, key, alone) for one in said):
                yield f"{'|'.join(key)} should say {wanted}, and says {said or form}"
        if alone:
            yield from self._subject(key, wanted, here)
        elif self.content.facts and not self._listed(wanted, key):
            yield f"{'|'.join(key)}: {wanted} is not in {self.content.facts}"

    def _unfit(self, key: Key, entry: Entry, here: bool) -> Iterator[str]:
        """Where a stage is sent of what does not stand so."""
        today, kind = self._today(key.recipient), key.kind
        if not here and kind not in ("cancelled", "done"):
            yield "a reminder of what is gone"
        if kind == "cancelled" and here and entry.status != "cancelled":
            yield "cancelled, and it stands in the plan"
        if kind == "done" and "done" not in (entry.status, self.standing.said.get(key.occurrence)):
            yield "done, and it is not"
        if kind in ("moved", "done", "cancelled"):
            return
        if kind == "date-wanted":
            if entry.due is not None:
                yield f"a date is wanted, and there is one: {entry.due}"
            return
        if entry.due is None or f"{entry.due}" != key.due:
            yield f"its date is {entry.due}"
        elif kind in ("overdue", "escalation") and today <= entry.due:
            yield "it is not late"
        elif kind == "on-the-day" and today < entry.due:
            yield "its day has not come"

    def _said(self, key: Key, entry: Entry, here: bool) -> Said:
        shown, rows = _shown(entry), dict[str, str]()
        if key.kind == "moved":
            rows["Now due"] = _row(entry)
        elif key.kind == "cancelled" and entry.due is not None:
            rows["Was due"] = _row(entry) if here else shown
        elif key.kind not in ("date-wanted", "cancelled") and (here or entry.due is not None):
            rows["Due"] = _row(entry) if here else shown
        return Said(self._lead(key, entry), entry.called, shown, rows)

    def _lead(self, key: Key, entry: Entry) -> str:
        match key.kind:
            case "date-wanted":
                return "A date is wanted"
            case "cancelled":
                return "Cancelled: nothing more to do"
            case "done":
                return "Done"
            case "moved":
                return "Its date is open again" if entry.due is None else _shown(entry)
        days = ((entry.due or date.max) - self._today(key.recipient)).days
        if key.kind == "escalation":
            word = self.standing.said.get(key.occurrence)
            told = f"last reported as {word}" if word else "and nothing was reported"
            return f"{_distance(days)}, {told}"
        doubtful = not entry.sure and days >= 0 and key.kind != "overdue"
        return f"{_distance(days)}, if the date is confirmed" if doubtful else _distance(days)

    def _fits(self, one: Segment, wanted: Said, key: Key, alone: bool) -> bool:
        rows = {label: text for label, text in one.rows.items() if label in _DATES}
        if key.kind == "moved" and rows.pop("Was due", _NO_DATE) not in self._dates_ever(key):
            return False
        reported = self.standing.said.get(key.occurrence, "")
        if not one.rows.get("Reported", "").startswith(reported) or (
            "Reported" in one.rows and not reported
        ):
            return False
        several_dates = key.kind == "date-wanted" and not alone
        return rows == wanted.rows and (several_dates or _led(one.lead, wanted, key))

    def _of(self, form: Sequence[Line], title: str) -> list[Segment]:
        return [one for one in segments(form, self._titles()) if one.title == title]

    def _titles(self) -> set[str]:
        """All titles that any plan had."""
        plans = (*self.standing.before, self.standing.entries)
        return {one.called for entries in plans for one in entries.values()}

    def _subject(self, key: Key, wanted: Said, here: bool) -> Iterator[str]:
        """It has the date that was known first; if that is another, the first line has both."""
        subject = self.content.subject
        first = subject.removeprefix(wanted.title).removesuffix(" · T")
        dates = self._dates_ever(key) - {_NO_DATE}
        ever = {f", {one.removesuffix(_OPEN)}" for one in dates}
        if first not in {"", *ever}:
            yield f"{'|'.join(key)}: the subject is {subject}, by {wanted}"
        if key.kind in ("moved", "done", "cancelled", "date-wanted"):
            return
        stale = wanted.shown != _NO_DATE and first != f", {wanted.shown.removesuffix(_OPEN)}"
        for form in self.content.forms:
            for one in self._of(form, wanted.title):
                if stale != one.lead.endswith(f" (now {wanted.shown})"):
                    yield f"{'|'.join(key)}: the subject is {subject}, and it says {one}"

    def _listed(self, wanted: Said, key: Key) -> bool:
        for title, text in self.content.facts:
            shown, _, lead = text.partition(" · ")
            if (title, shown) == (wanted.title, wanted.shown) and _led(lead, wanted, key):
                return True
        return False

    def _others(self, latest: Mapping[str, Key]) -> Iterator[str]:
        """What is overdue stands in a digest of the week too, beside its reminders."""
        told = Counter(self._title(occurrence) for occurrence in latest)
        titles = {one.called: one for one in self.standing.entries.values()}
        for form in self.content.forms:
            shown = segments(form, self._titles())
            counts = Counter(one.title for one in shown)
            for one in shown:
                entry = titles.get(one.title)
                if counts[one.title] <= told[one.title] or (entry and entry.repeats):
                    continue
                yield from self._other(one, entry)

    def _other(self, one: Segment, entry: Entry | None) -> Iterator[str]:
        if entry is None:
            yield f"of what is in no plan, or has another title: {one}"
            return
        person = self.keys[0].recipient
        days = ((entry.due or date.max) - self._today(person)).days
        if days >= 0 or one.rows.get("Due") != _row(entry):
            yield f"beside its reminders: {one}, by {entry}"

    def _title(self, occurrence: str) -> str:
        entry, _ = self.standing.find(occurrence)
        return entry.called if entry else ""

    def _dates_ever(self, key: Key) -> set[str]:
        """How the date of a milestone was ever shown."""
        every = (replace(self.standing, entries=one, before=())
                 for one in (*self.standing.before, self.standing.entries))  # fmt: skip
        return {_shown(entry) for one in every if (entry := one.find(key.occurrence)[0])}

    def _today(self, recipient: str) -> date:
        return self.now.astimezone(_PEOPLE[recipient].zone).date()


def _led(lead: str, wanted: Said, key: Key) -> bool:
    if key.kind == "moved":
        new = (f"Moved to {wanted.lead}", f"Now has a date: {wanted.lead}")
        return lead in (wanted.lead, *new)
    return _begins(lead, wanted)


def _begins(lead: str, wanted: Said) -> bool:
    """Whether it is this first line, or that with the date of one that has moved."""
    return lead in (wanted.lead, f"{wanted.lead} (now {wanted.shown})")


def _distance(days: int) -> str:
    if days < 0:
        return f"Late by {-days} working day{'s' if days < -1 else ''}"
    if days < 2:
        return ("Due today", "Due tomorrow")[days]
    return f"Due in {days} working days"


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def _shown(entry: Entry) -> str:
    if entry.due is None:
        return _NO_DATE
    day = f"{entry.due:%B %Y}" if entry.wide else f"{entry.due.day} {entry.due:%B %Y}"
    return day if entry.sure else day + _OPEN


def _row(entry: Entry) -> str:
    if entry.due is None:
        return "No date yet"
    if not entry.wide:
        return _day(entry.due) + ("" if entry.sure else _OPEN)
    if entry.sure:
        return f"{_shown(entry)}, so by {_day(entry.due)}"
    return f"{_shown(entry)}; until then {_day(entry.due)} counts"
