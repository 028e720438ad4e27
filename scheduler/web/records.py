"""What the JSON interface answers: the models, which its OpenAPI description is made of,
and how they follow from what the pages show.

Names and values are those of `milestones next --json`. Texts are in the plan's language, days are
ISO 8601 calendar days, instants are in UTC. No person is named.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from config.plan import Resources
from scheduler.planning.values import Occurrence
from scheduler.reports.told import Version as Said
from scheduler.web.catalogues import words
from scheduler.web.history import file_path
from scheduler.web.money import of_track
from scheduler.web.texts import promised
from scheduler.web.views import Picture, Row, Shown, Summary

Amount = Annotated[
    Decimal,
    PlainSerializer(lambda amount: int(amount) if amount == int(amount) else float(amount)),
    Field(json_schema_extra={"type": "number"}),
]


class Record(BaseModel):
    """One object of the interface; a key that is not known at a moment is null, never missing."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class Money(Record):
    """What is required and mobilised, in whole units of the currency, and what is wanting."""

    currency: str = Field(description="Its ISO 4217 code.", examples=["USD"])
    required: Amount
    mobilised: Amount
    gap: Amount


class Date(Record):
    """One date of a milestone, as promised and as it counts."""

    occurrence: str = Field(description="The milestone's id; where it repeats, with `@` and a day.")
    due: date | None = Field(description="The due day; null while there is no date.")
    due_text: str = Field(description="The date as promised, in words.", examples=["April 2024"])
    window: tuple[date, date] | None = Field(description="First and last day as promised.")
    precision: str = Field(description="day, instant, month, quarter, half, year, range or none.")
    certain: bool = Field(description="False for a date that is still to be confirmed.")
    starts: datetime | None = Field(description="The instant of a timed one.")


class Move(Record):
    """A change of date."""

    at: datetime
    occurrence: str
    old_due: date | None
    old_text: str
    new_due: date | None
    new_text: str


class Report(Record):
    """What was last reported and published."""

    at: datetime | None
    status: str
    percent: int | None
    note: str


class File(Record):
    """A file that came with a report."""

    name: str
    kind: str = Field(description="Its media type.", examples=["application/pdf"])
    size: int = Field(description="In octets.")
    address: str = Field(description="Where it is, from the root of the site.")


class Version(Report):
    """One published report: what was said, and never who said it."""

    occurrence: str
    link: str
    files: list[File]


class Milestone(Date):
    """A milestone with the date that counts now."""

    milestone: str = Field(description="Its full id.", examples=["smart-cities/zero-draft"])
    track: str
    title: str
    status: Shown = Field(description="Late, blocked and past follow from the dates.")
    days: int | None = Field(description="Days to the due day, negative when it is past.")
    percent: int | None
    confirmed: datetime | None = Field(description="When that was last said; null if never.")
    owner: list[str] = Field(description="The owning teams; people are not named.")
    paragraphs: list[str] = Field(description="The operative paragraphs it answers.")
    tags: list[str]
    said: str = Field(description="The words as promised.")
    source: str
    moved: int = Field(description="How often its date has moved.")
    asked: date | None = Field(
        description="Since when an update is asked for that has not come, though its day is past."
    )
    page: str = Field(description="The address of its page, from the root of the site.")


class Whole(Milestone):
    """Everything that its page shows of a milestone."""

    notes: str
    location: str
    url: str
    resources: Money | None
    needs: list[str] = Field(description="What must be done first.")
    counted_from: str | None = Field(description="What its date is counted from.")
    waited_for_by: list[str] = Field(description="What needs it, or is counted from it.")
    coming: list[Date] = Field(description="Further dates of one that repeats.")
    moves: list[Move] = Field(description="Every change of date, the oldest first.")
    report: Report | None
    reports: list[Version] = Field(description="Every published report, the oldest first.")
    in_review: bool = Field(description="Whether something was said that is not public yet.")


class Track(Record):
    """A track with its state and how many of its milestones are where."""

    track: str
    title: str
    reference: str
    url: str
    status: Shown
    milestones: int = Field(description="Without those cancelled.")
    done: int
    late: int
    undated: int
    owner: list[str]
    resources: list[Money] = Field(description="By currency.")
    next: Milestone | None = Field(description="Its next deadline.")
    page: str


class Overview(Record):
    """The plan and how its milestones stand, as of a day."""

    plan: str
    name: str
    language: str
    timezone: str
    day: date = Field(description="The day in the plan's zone that this is as of.")
    changed: datetime = Field(description="When something last changed.")
    milestones: int
    done: int
    late: int
    undated: int
    unanswered: int = Field(description="Of how many an update was asked for that has not come.")
    tracks: list[Track]


class Found(Record):
    """A part of the milestones that were looked for."""

    total: int = Field(description="How many there are in all.")
    offset: int
    milestones: list[Milestone]
    next: str | None = Field(description="The address of the following part.")


class Problem(Record):
    """Why there is no answer (RFC 9457)."""

    title: str
    status: int
    detail: str


def overview(shown: Picture, changed: datetime) -> Overview:
    """The whole plan in short."""
    plan, tracks = shown.plan, list(shown.tracks.values())
    return Overview(
        plan=plan.id,
        name=plan.name,
        language=plan.language,
        timezone=plan.timezone,
        day=shown.today,
        changed=changed,
        milestones=sum(one.counted for one in tracks),
        done=sum(one.done for one in tracks),
        late=sum(one.late for one in tracks),
        undated=sum(one.undated for one in tracks),
        unanswered=len(shown.unanswered),
        tracks=[track(shown, one) for one in tracks],
    )


def track(shown: Picture, summary: Summary) -> Track:
    """A track in short."""
    one = summary.track
    return Track(
        track=one.id,
        title=one.title,
        reference=one.reference or "",
        url=one.url or "",
        status=summary.state,
        milestones=summary.counted,
        done=summary.done,
        late=summary.late,
        undated=summary.undated,
        owner=_teams(shown, one.owner),
        resources=[_money(money) for money in of_track(summary)],
        next=milestone(shown, summary.next) if summary.next else None,
        page=f"/tracks/{one.id}",
    )


def milestone(shown: Picture, row: Row) -> Milestone:
    """A milestone in short."""
    return Milestone(**_milestone(shown, row))


def whole(shown: Picture, row: Row, said: Sequence[Said], *, in_review: bool) -> Whole:
    """All of a milestone; `said` are the published reports on it."""
    one, reported, spoken = row.milestone, row.reported, words(shown.plan.language)
    counted = (one.hangs_on or "").partition("@")[0]
    return Whole(
        **_milestone(shown, row),
        notes=one.notes or "",
        location=one.location or "",
        url=one.url or "",
        resources=_money(one.resources) if one.resources else None,
        needs=[need for need in one.needs if need.partition("@")[0] in shown.rows],
        counted_from=one.hangs_on if counted in shown.rows else None,
        waited_for_by=[other.milestone.id for other in shown.dependents.get(one.id, ())],
        coming=[Date(**_date(shown, other)) for other in row.coming],
        moves=[
            Move(
                at=slip.at,
                occurrence=slip.occurrence,
                old_due=slip.old_due,
                old_text=spoken.kept_date(slip.old_text),
                new_due=slip.new_due,
                new_text=spoken.kept_date(slip.new_text),
            )
            for slip in row.slips
        ],
        report=None
        if reported is None
        else Report(
            at=reported.at, status=reported.state, percent=reported.percent, note=reported.note
        ),
        reports=[_version(one) for one in said],
        in_review=in_review,
    )


def _version(one: Said) -> Version:
    return Version(
        at=one.at,
        status=one.state,
        percent=one.percent,
        note=one.note,
        occurrence=one.occurrence,
        link=one.link,
        files=[
            File(name=file.name, kind=file.kind, size=file.size, address=file_path(file))
            for file in one.files
        ],
    )


def _milestone(shown: Picture, row: Row) -> dict[str, Any]:
    one = row.milestone
    return _date(shown, row.occurrence) | {
        "milestone": one.id,
        "track": one.track,
        "title": one.title,
        "status": row.state,
        "days": row.days,
        "percent": row.percent,
        "confirmed": row.reported.at if row.reported else None,
        "owner": _teams(shown, one.owner),
        "paragraphs": list(one.paragraphs),
        "tags": list(one.tags),
        "said": one.said or "",
        "source": one.source or "",
        "asked": shown.unanswered[one.id].asked if one.id in shown.unanswered else None,
        "moved": sum(slip.old_due is not None for slip in row.slips),
        "page": row.path,
    }


def _date(shown: Picture, occurrence: Occurrence) -> dict[str, Any]:
    return {
        "occurrence": occurrence.id,
        "due": occurrence.due,
        "due_text": promised(shown.plan, occurrence, words(shown.plan.language)),
        "window": occurrence.window,
        "precision": str(occurrence.promise.precision),
        "certain": occurrence.promise.certain,
        "starts": occurrence.starts,
    }


def _teams(shown: Picture, owner: Sequence[str]) -> list[str]:
    return [one for one in owner if one in shown.plan.teams]


def _money(money: Resources) -> Money:
    return Money(
        currency=money.currency,
        required=money.required,
        mobilised=money.mobilised,
        gap=money.gap,
    )
