"""PURE. What was reported, as pages take it: how things stand, every published version, files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

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
    reports: those that are published. versions: the same by milestone, with their files.
    """

    states: Mapping[str, State] = field(default_factory=dict)
    published: Mapping[str, State] = field(default_factory=dict)
    reports: Sequence[StoredReport] = ()
    versions: Mapping[str, Sequence[Version]] = field(default_factory=dict)
    in_review: frozenset[str] = frozenset()


def told_from(every: Sequence[StoredReport], files: Iterable[Attachment]) -> Told:
    """What every report there ever was comes to, in the order in which they were said."""
    public = published(every)
    return Told(
        states_of(how_it_stands(counting(every)).values()),
        states_of(how_it_stands(public).values()),
        public,
        _versions(public, files),
        in_review(every),
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
