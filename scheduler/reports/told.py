"""PURE. What was reported, as pages take it: how things stand, every published version, files."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from scheduler.outbox.report_values import Attachment
from scheduler.outbox.said import counting, how_it_stands, in_review, published
from scheduler.outbox.values import StoredReport
from scheduler.standing import State


@dataclass(frozen=True, slots=True)
class Version:
    """A published report: what everybody may see of it, which is not who said it.

    at: when it was said, UTC. link: an address, "" for none.
    """

    number: int
    occurrence: str
    state: str
    percent: int | None
    note: str
    link: str
    at: datetime
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What was reported.

    states: how each occurrence stands for its reminders. published: how it stands for everybody.
    reports: those that are published. versions: the same by milestone, with their files. heard:
    as `states`, also what only notes were said of.
    """

    states: Mapping[str, State] = field(default_factory=dict)
    published: Mapping[str, State] = field(default_factory=dict)
    reports: Sequence[StoredReport] = ()
    versions: Mapping[str, Sequence[Version]] = field(default_factory=dict)
    in_review: frozenset[str] = frozenset()
    heard: Mapping[str, State] = field(default_factory=dict)

    def with_anew(
        self,
        every: Sequence[StoredReport],
        part: "Told",
        gone: Sequence[StoredReport],
        came: Sequence[StoredReport],
    ) -> "Told":
        """The same with other reports on some milestones; what stays as it was is the very same.

        every: all reports on them, as they are now. part: what these come to. gone, came: the
        reports that are others now, as they were and as they are.
        """
        occurrences = {one.occurrence for one in every}
        milestones = {one.milestone for one in every}
        versions = _exchanged(self.versions, milestones, part.versions)
        return Told(
            _exchanged(self.states, occurrences, part.states),
            _exchanged(self.published, occurrences, part.published),
            _merged(self.reports, published(gone), published(came)),
            versions,
            _kept(self.in_review, (self.in_review - milestones) | part.in_review),
            _exchanged(self.heard, occurrences, part.heard),
        )


T = TypeVar("T")


def _exchanged(old: Mapping[str, T], keys: Iterable[str], new: Mapping[str, T]) -> Mapping[str, T]:
    """The old mapping with what is new under these keys; itself where nothing differs."""
    other = [key for key in keys if (key in old) != (key in new) or old.get(key) != new.get(key)]
    if not other:
        return old
    found = dict(old)
    for key in other:
        found.pop(key, None)
        if key in new:
            found[key] = new[key]
    return found


def _kept(old: frozenset[str], new: frozenset[str]) -> frozenset[str]:
    return old if old == new else new


def _merged(
    known: Sequence[StoredReport], gone: Sequence[StoredReport], came: Sequence[StoredReport]
) -> Sequence[StoredReport]:
    if not gone and not came:
        return known
    found = list(known)
    for one in gone:
        del found[bisect_left(found, said(one), key=said)]
    for one in came:
        insort(found, one, key=said)
    return found


def said(report: StoredReport) -> tuple[datetime, int]:
    """By this reports are put into the order in which they were said."""
    return report.said_at, report.id


def told_from(every: Sequence[StoredReport], files: Iterable[Attachment]) -> Told:
    """What every report there ever was comes to, in the order in which they were said."""
    public = published(every)
    return Told(
        states_of(how_it_stands(counting(every)).values()),
        states_of(how_it_stands(public).values()),
        public,
        _versions(public, files),
        in_review(every),
        states_of(how_it_stands(counting(every), notes=True).values()),
    )


def states_of(reports: Iterable[StoredReport]) -> dict[str, State]:
    """How occurrences were last said to stand (see `outbox.said`), as rules and pages take it."""
    return {
        one.occurrence: State(one.state, one.percent, one.note, one.said_at, one.by)  # type: ignore[arg-type]
        for one in reports
    }


def _versions(
    public: Iterable[StoredReport], files: Iterable[Attachment]
) -> dict[str, list[Version]]:
    of_report: dict[int, list[Attachment]] = {}
    for file in files:
        of_report.setdefault(file.report, []).append(file)
    found: dict[str, list[Version]] = {}
    for one in public:
        kept = tuple(of_report.get(one.id, ()))
        version = Version(one.id, one.occurrence, one.state, one.percent, one.note, one.link,
                          one.said_at, kept)  # fmt: skip
        found.setdefault(one.milestone, []).append(version)
    return found


def changed(old: Told, new: Told) -> set[str]:
    """The occurrences that are said to stand otherwise than before, for anybody."""
    return _other(old.states, new.states) | _other(old.published, new.published)


def _other(old: Mapping[str, State], new: Mapping[str, State]) -> set[str]:
    if old is new:
        return set()
    came = {key for key, one in new.items() if old.get(key) != one}
    return came | (old.keys() - new.keys())
