"""PURE. The tables of tracks and milestones and their keys, as `config.shapes` has the rest."""

from decimal import Decimal

from pydantic import Field

from config.request_shapes import QuestionShape, RequestShape
from config.shapes import (
    CalendarShape,
    EscalationShape,
    OverdueShape,
    PersonShape,
    PlanShape,
    PolicyShape,
    RepliesShape,
    Shape,
    TeamShape,
)
from config.vocabulary import (
    Amount,
    Currency,
    Due,
    Flag,
    HowRolled,
    Id,
    Ids,
    Length,
    Line,
    Lines,
    Moment,
    Name,
    OneDay,
    Percent,
    Rule,
    Starts,
    State,
    Text,
    Url,
    Zone,
)


class ResourcesShape(Shape):
    """Money that is needed and there."""

    called = "`resources`"
    table = "resources = { … }"

    required: Amount = Field(description="How much is needed.", examples=[1200000])
    mobilised: Amount = Field(
        Decimal(0),
        description="How much is there.",
        examples=[450000],
        json_schema_extra={"default": 0},
    )
    currency: Currency = Field("USD", description="The currency (ISO 4217).", examples=["USD"])


class TrackShape(Shape):
    """One resolution, project or workstream."""

    called = "a track"
    table = "[tracks.ID]"

    title: Line | None = Field(None, description="The title.", examples=["Smart cities"])
    reference: Line | None = Field(
        None, description="The document it comes from.", examples=["HSP/HA.2/Res.1"]
    )
    url: Url | None = Field(None, description="Where to read more.")
    summary: Text | None = Field(None, description="What it is about, in a few sentences.")
    owner: Ids = Field(
        default_factory=list,
        description="The people or teams who answer for its milestones.",
        examples=["smart-cities", ["amina", "jonas"]],
    )
    watchers: Ids = Field(
        default_factory=list,
        description="People or teams who are told on the day, and of changes.",
        examples=[["jonas"]],
    )
    reminders: Name | None = Field(
        None, description='The reminder policy. Default: "default".', examples=["standard"]
    )
    timezone: Zone | None = Field(
        None, description="The time zone of its times. Default: the plan's."
    )
    tags: Lines = Field(default_factory=list, description="Tags.", examples=[["normative"]])
    public: Flag = Field(True, description="Whether it is on the public pages and feeds.")
    invite: Flag = Field(
        False, description="Whether the owners get calendar invitations of its milestones."
    )
    resources: ResourcesShape | None = Field(
        None,
        description="Money, shown with the gap.",
        examples=[{"required": 1200000, "mobilised": 450000, "currency": "USD"}],
    )
    review: Flag = Field(
        True, description="Whether a coordinator approves reports before they are public."
    )
    notes: Text | None = Field(None, description="Anything to keep in mind; it is not sent.")


class MilestoneShape(Shape):
    """One dated commitment."""

    called = "a milestone"
    table = "[[tracks.ID.milestones]]"

    id: Id = Field(description="The id, unique in its track.", examples=["zero-draft"])
    title: Line = Field(description="The title.", examples=["Zero draft"])
    due: Due | None = Field(
        None,
        description='The date: a day, a time, a month ("2024-04"), a quarter ("2024-Q2"), a half, '
        'a year, a range ("2024-04/2024-06"), "tbc", or counted from another milestone '
        '("OTHER + 10 working days") or from a watched calendar ("calendar:CALENDAR/DATE"). '
        "`?`, `~` or `%` after it: to be confirmed.",
        examples=["2024-04", "2024-Q2?", "tbc", "executive-board/confirmation + 10 working days"],
    )
    starts: Starts | None = Field(
        None,
        description="In place of `due`: a day and a time of day.",
        examples=["2024-01-16T15:00:00"],
    )
    roll: HowRolled | None = Field(
        None, description="Whether a due day without work moves to a working day before or after."
    )
    duration: Length | None = Field(
        None, description="How long it takes from `starts` on.", examples=["90 minutes"]
    )
    repeats: Rule | None = Field(
        None,
        description="daily, weekly, monthly, yearly, or an RRULE of RFC 5545 without DTSTART.",
        examples=["monthly", "FREQ=MONTHLY;BYDAY=3TU;UNTIL=20241231"],
    )
    except_: OneDay = Field(
        default_factory=list,
        description="Occurrences that are left out, by their day.",
        examples=[["2024-08-20"]],
    )
    moved: dict[str, Moment] = Field(
        default_factory=dict,
        description="Occurrences with another date, by their original day.",
        examples=[{"2024-10-15": "2024-10-22T15:00:00"}],
    )
    timezone: Zone | None = Field(
        None, description="The time zone of `starts`. Default: the track's, then the plan's."
    )
    location: Line | None = Field(None, description="Where it takes place.", examples=["online"])
    owner: Ids | None = Field(
        None,
        description="The people or teams who answer for it. Default: the track's.",
        examples=["housing"],
    )
    watchers: Ids = Field(
        default_factory=list,
        description="People or teams who are told on the day, beside the track's.",
        examples=[["jonas"]],
    )
    reminders: Name | None = Field(
        None, description="The reminder policy. Default: the track's.", examples=["meeting"]
    )
    needs: Ids = Field(
        default_factory=list,
        description="Milestones that must be done first; until then nothing is sent.",
        examples=[["executive-board/confirmation"]],
    )
    status: State = Field("planned", description="How it stands.", examples=["planned", "done"])
    percent: Percent | None = Field(None, description="How much of it is done.", examples=[50])
    paragraphs: Lines = Field(
        default_factory=list,
        description="The operative paragraphs it answers.",
        examples=[["OP1"]],
    )
    said: Text | None = Field(
        None,
        description="The words as promised, shown beside every date.",
        examples=["Zero draft: April 2024"],
    )
    source: Text | None = Field(
        None, description="Where they were said.", examples=["Briefing, 21 March 2024"]
    )
    notes: Text | None = Field(None, description="Anything else to know.")
    url: Url | None = Field(None, description="Where to read more.")
    tags: Lines = Field(
        default_factory=list, description="Tags, beside the track's.", examples=[["normative"]]
    )
    public: Flag | None = Field(
        None, description="Whether it is on the public pages and feeds. Default: the track's."
    )
    resources: ResourcesShape | None = Field(None, description="Money, shown with the gap.")
    review: Flag | None = Field(
        None,
        description="Whether a coordinator approves reports before they are public. "
        "Default: the track's.",
    )
    invite: Flag | None = Field(
        None,
        description="Whether the owners get a calendar invitation of it. Default: the track's.",
    )
    uid: Line | None = Field(
        None,
        description="The UID in the calendar that it was imported from, so that a later import "
        "finds it again.",
        examples=["third-session@board.example.org"],
    )


SHAPES: tuple[type[Shape], ...] = (
    PlanShape,
    PersonShape,
    TeamShape,
    PolicyShape,
    OverdueShape,
    EscalationShape,
    CalendarShape,
    RepliesShape,
    RequestShape,
    QuestionShape,
    TrackShape,
    MilestoneShape,
    ResourcesShape,
)
"""Every table of the plan but those of channels, to find where a key belongs."""
