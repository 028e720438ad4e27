"""PURE. The octets of an .ics file -> what became of each of its components.

Real calendars are taken as they are: missing stamps, names of zones from Windows, text in
Latin-1, lines that are none. A component that cannot be read is skipped with its reason and
spoils no other. A rule is never expanded; everything else has a bound (`calendars.foreign`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import blake2b

from calendars.dates import DateError, parse_due
from calendars.foreign.dating import Dated, dated
from calendars.foreign.parts import Moment, Part, PartError
from calendars.foreign.scanning import Raw, scan
from calendars.foreign.values import Imported, ImportingError, Reading, Skipped, Standing
from calendars.foreign.zones import Zones, of_calendar

DATED = ("VEVENT", "VTODO")
MOST_IMPORTED = 20_000
"""The most dates that one calendar may come to, those of RDATE included."""
MOST_RULES = 5_000
"""The most components that repeat: the start of each rule is looked for."""
FURTHEST = 10_000
"""Days from the start of a repeating component up to which single dates of it are kept."""
MOST_DAYS = 2_000_000
"""The days that a plan must count for the single dates of all repeating components together."""
_WHY = {
    "VTIMEZONE": "a time zone, for the times of the others",
    "VJOURNAL": "a journal entry is no date to be met",
    "VFREEBUSY": "it says only when somebody is busy",
    "VAVAILABILITY": "it says only when somebody is free",
    "VALARM": "an alarm that belongs to nothing",
}
_STANDINGS: dict[str, Standing] = {"CANCELLED": "cancelled", "COMPLETED": "done"}


def read(octets: bytes, *, timezone: str | None = None) -> Reading:
    """What each component of a calendar is as a plan would write it.

    timezone: the reader's zone; it is named where several zones keep the same time. Times
    without a zone have none in the result either, unless the calendar names one for them.
    Raises `ImportingError` for what is no calendar, and beyond the bounds.
    """
    scanned = scan(octets)
    definitions = [raw for raw in scanned.components if raw.name == "VTIMEZONE"]
    floating = of_calendar(scanned.properties)
    preferred = [name for name in (timezone, floating) if name]
    reader = _Reader(Zones(definitions, preferred), floating)
    items = sorted(reader.read(scanned.components), key=lambda one: one.line)
    names = scanned.properties
    return Reading(tuple(items), names.get("X-WR-CALNAME") or names.get("NAME", ""),
                   tuple(scanned.notes), scanned.cut)  # fmt: skip


class _Reader:
    """Reads the components of one calendar; those with one UID belong together."""

    def __init__(self, zones: Zones, floating: str | None) -> None:
        self._zones, self._floating = zones, floating
        self._days = self._rules = 0

    def read(self, components: Sequence[Raw]) -> list[Imported | Skipped]:
        families: dict[str, list[Part]] = {}
        found: list[Imported | Skipped] = []
        for raw in components:
            if raw.name not in DATED:
                found.append(_other(raw))
                continue
            try:
                part = Part(raw, self._zones, self._floating)
            except PartError as error:
                found.append(Skipped(raw.name, raw.line, str(error)))
                continue
            self._rules += part.has("RRULE")
            if self._rules > MOST_RULES:
                raise ImportingError(
                    f"the calendar has more than {MOST_RULES:,} components that repeat; "
                    "export a shorter span of it"
                )
            families.setdefault(part.uid() or f"\0{raw.line}", []).append(part)
        for parts in families.values():
            found += self._family(parts)
            if len(found) > MOST_IMPORTED + len(components):
                raise ImportingError(
                    f"the calendar comes to more than {MOST_IMPORTED:,} dates; "
                    "export a shorter span of it"
                )
        return found

    def _family(self, parts: Sequence[Part]) -> list[Imported | Skipped]:
        """The components of one UID: one that counts, and single occurrences of it."""
        mains = [part for part in parts if not part.has("RECURRENCE-ID")]
        others = [part for part in parts if part.has("RECURRENCE-ID")]
        found: list[Imported | Skipped] = []
        if not mains:
            return [one for part in others for one in self._orphan(part)]
        main = max(mains, key=_age)
        for part in mains:
            if part is not main:
                reason = f"line {main.line} has a newer one with the same UID"
                found.append(_skipped(part, reason))
        try:
            when = dated(main)
            made, read = self._made(main, when, others)
        except (PartError, DateError) as error:
            reason = f"the one that it belongs to, in line {main.line}, was skipped"
            return [
                *found, _skipped(main, str(error)), *(_skipped(it, reason) for it in others)
            ]  # fmt: skip
        return [*found, *made, *read]

    def _made(
        self, main: Part, when: Dated, others: Sequence[Part]
    ) -> tuple[list[Imported], list[Skipped]]:
        one = _imported(main, when)
        beside = _Beside(main, when)
        taken = [beside.take(part) for part in others]
        others = [part for part, it in zip(others, taken, strict=True) if it is None]
        if when.rule is not None:
            single = _Singles(main, when)
            skipped = [single.take(part) for part in others]
            single.leave_out(beside.others)
            self._count(single.days())
            moved = tuple(sorted(single.moved.items(), key=lambda it: it[0]))
            one = replace(one, exceptions=tuple(sorted(single.out)), moved=moved)
        else:
            skipped = [
                _skipped(part, "it changes an occurrence that there is not") for part in others
            ]
        made = [one, *beside.made(one)]
        return [replace(it, notes=tuple(dict.fromkeys((*it.notes, *main.notes)))) for it in made], [
            *filter(None, taken),
            *skipped,
        ]

    def _count(self, days: int) -> None:
        self._days += days
        if self._days > MOST_DAYS:
            raise ImportingError(
                "the calendar has too many single dates of rules that run for decades; "
                "export a shorter span of it"
            )

    def _orphan(self, part: Part) -> Iterator[Imported | Skipped]:
        """A single occurrence without the component it belongs to: a date by itself."""
        try:
            original, when = part.moment("RECURRENCE-ID"), dated(part)
            one = _imported(part, replace(when, rule=None))
        except (PartError, DateError) as error:
            yield _skipped(part, str(error))
            return
        day = f"{original.day:%Y%m%d}" if original else ""
        note = "the repeating one that it belongs to is not in the file"
        yield replace(one, uid=f"{one.uid}#{day}", notes=(*part.notes, note))


class _Singles:
    """The occurrences of a repeating component that are left out or moved, by their day."""

    def __init__(self, main: Part, when: Dated) -> None:
        self._main, self._when = main, when
        self.out: set[date] = set()
        self.moved: dict[date, date | datetime] = {}

    def leave_out(self, moments: Iterable[Moment]) -> None:
        """The days of EXDATE; a day that is moved is not left out."""
        self.out |= {day for it in moments if (day := self._day(it)) is not None} - set(self.moved)

    def take(self, part: Part) -> Skipped:
        """One component with RECURRENCE-ID; what became of it."""
        try:
            original = part.moment("RECURRENCE-ID")
            day = self._day(original) if original else None
            when = dated(part)
        except PartError as error:
            return _skipped(part, str(error))
        if day is None or when.start is None:
            return _skipped(part, "it lies decades away from the rule that it belongs to")
        if _standing(part) == "cancelled":
            self.out.add(day)
            return self._kept(part, f"{day} is left out")
        self.moved[day] = self._to(when)
        if self.moved[day] in (day, self._regular(day)):
            del self.moved[day]
            return _skipped(part, "it has the date of the rule; only its words differ")
        return self._kept(part, f"{day} is moved")

    def _kept(self, part: Part, what: str) -> Skipped:
        told = f"{what} in the one of line {self._main.line}"
        if part.and_later():
            told += "; the later ones, of which it speaks too, stay as they are"
        return replace(_skipped(part, told), kept=True)

    def days(self) -> int:
        """How many days of the rule a plan must count to find the furthest of these."""
        named = [*self.out, *self.moved]
        start = self._when.start
        return max(((day - start.day).days for day in named), default=0) if start else 0

    def _day(self, moment: Moment) -> date | None:
        """The due day of the occurrence that a moment names; None for one too far away."""
        start = self._when.start
        if start is None:
            return None
        at = moment.within(self._when.zone)
        day = (at.date() if isinstance(at, datetime) else at) + self._when.span
        if (day - start.day).days > FURTHEST:
            self._main.notes.append("what it says of single dates decades away is left out")
            return None
        return day if day >= start.day else None

    def _to(self, when: Dated) -> date | datetime:
        """Where an occurrence is now, in the zone of the rule."""
        start = when.start or Moment(when.last)
        if start.clock is None or not self._when.timed:
            return when.last
        return start.within(self._when.zone)

    def _regular(self, day: date) -> date | None:
        start = self._when.start
        if start is None or start.clock is None:
            return day
        return datetime.combine(day, start.clock.time())


class _Beside:
    """The dates beside the rule, each a date of its own, unless it is left out or moved."""

    def __init__(self, main: Part, when: Dated) -> None:
        self._main, self._when = main, when
        known = {when.start.at} if when.start and when.rule is None else set()
        self._found: dict[date, tuple[date, Dated]] = {}
        for moment in when.extra:
            if moment.at not in known:
                single = Dated(moment, moment.day + when.span, when.length)
                self._found.setdefault(self._name(moment), (moment.at, single))
        moments = main.moments("EXDATE") if self._found or when.rule else []
        self.others = [it for it in moments if not self._leave_out(self._name(it))]
        """The EXDATEs that are about none of these dates."""

    def _name(self, moment: Moment) -> date:
        """What names a date: where it was first, in the zone of the rule."""
        return moment.within(self._when.zone)

    def _leave_out(self, name: date) -> bool:
        """One date, or of times all those of a day; whether there was any."""
        of_day = [it for it in self._found if isinstance(it, datetime) and it.date() == name]
        named = [name] if name in self._found else of_day
        for one in named:
            del self._found[one]
        return bool(named)

    def take(self, part: Part) -> Skipped | None:
        """One component with RECURRENCE-ID, if it is about one of these dates."""
        try:
            original = part.moment("RECURRENCE-ID")
            if original is None or self._name(original) not in self._found:
                return None
            when = replace(dated(part), rule=None)
        except PartError:
            return None
        name, place = self._name(original), f"in the one of line {self._main.line}"
        if _standing(part) == "cancelled" or when.start is None:
            self._leave_out(name)
            return replace(_skipped(part, f"{original.day} is left out {place}"), kept=True)
        self._found[name] = (self._found[name][0], when)
        return replace(_skipped(part, f"{original.day} is moved {place}"), kept=True)

    def made(self, one: Imported) -> Iterator[Imported]:
        """These dates; `one` is what has the rule."""
        for first, single in self._found.values():
            due = single.due(tentative=one.due.endswith("?"))
            parse_due(due)
            local = single.timed and not due.rstrip("?").endswith("Z")
            yield replace(
                one,
                uid=f"{one.uid}#{first:%Y%m%dT%H%M}",
                due=due,
                timezone=single.zone if local else None,
                duration=single.duration(),
                repeats=None,
                exceptions=(),
                moved=(),
                notes=(f'a further date of "{one.uid}"',),
            )


def _other(raw: Raw) -> Skipped:
    """What is no date; a time zone is kept, in the times of those that name it."""
    reason = raw.fault or _WHY.get(raw.name, "no kind of component with a date")
    return Skipped(raw.name, raw.line, reason, kept=raw.name == "VTIMEZONE" and not raw.fault)


def _imported(part: Part, when: Dated) -> Imported:
    tentative = part.word("STATUS") == "TENTATIVE"
    due = when.due(tentative=tentative)
    parse_due(due)
    universal = due.rstrip("?").endswith("Z")
    percent = part.number("PERCENT-COMPLETE")
    one = Imported(
        uid=part.uid(),
        title=part.title() or "Untitled",
        line=part.line,
        due=due,
        timezone=when.zone if when.timed and not universal else None,
        duration=when.duration(),
        repeats=when.rule.rule if when.rule else None,
        location=part.location(),
        url=part.url(),
        description=part.description(),
        status=_standing(part),
        percent=percent if percent is not None and percent <= 100 else None,
    )
    if one.uid:
        return one
    part.notes.append("it has no UID; it is known by its title and its date")
    return replace(one, uid=f"no-uid-{_digest(one.title, due)}")


def _standing(part: Part) -> Standing:
    if part.what == "VTODO" and part.has("COMPLETED"):
        return "done"
    found = _STANDINGS.get(part.word("STATUS"), "planned")
    return "planned" if found == "done" and part.what != "VTODO" else found


def _age(part: Part) -> tuple[int, str, int]:
    """Which of two with one UID is newer: by SEQUENCE, then by its stamp, then by its place."""
    stamp = part.word("LAST-MODIFIED") or part.word("DTSTAMP")
    return part.number("SEQUENCE") or 0, stamp, part.line


def _skipped(part: Part, reason: str) -> Skipped:
    return Skipped(part.what, part.line, reason, part.uid(), part.title())


def _digest(*texts: str) -> str:
    return blake2b("\0".join(texts).encode(), digest_size=8).hexdigest()
