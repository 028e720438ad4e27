"""PURE. The tables of the plan and their keys: what may be written, with a sentence on each.

From these come the check of the plan, its JSON Schema and the reference in the docs. They hold
values as read, without the defaults that come from elsewhere in the plan (`config.building`).
"""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from config.vocabulary import (
    Address,
    ByImap,
    Clock,
    DayRanges,
    Flag,
    Holidays,
    Hours,
    HowDelivered,
    HowEncrypted,
    HowGathered,
    Id,
    Ids,
    Interval,
    Language,
    Leads,
    Length,
    Line,
    Name,
    Port,
    Sealed,
    Text,
    Times,
    Url,
    Weekdays,
    Zone,
)


def kebab(name: str) -> str:
    """The key of a field: `on_the_day` is written `on-the-day`."""
    return name.rstrip("_").replace("_", "-")


class Shape(BaseModel):
    """A table of the plan. `called` and `table` name it in messages."""

    model_config = ConfigDict(extra="forbid", alias_generator=kebab, arbitrary_types_allowed=True)
    called: ClassVar[str] = "a table"
    table: ClassVar[str] = ""

    @classmethod
    def key_names(cls) -> list[str]:
        """The keys that may stand in it."""
        return [field.alias or name for name, field in cls.model_fields.items()]


class PlanShape(Shape):
    """What holds for the whole plan."""

    called = "the plan"
    table = "[plan]"

    id: Id | None = Field(
        None,
        description="A short name that stays when the name changes; calendars know the plan by "
        "it. Default: made from the name.",
        examples=["un-habitat"],
    )
    name: Line | None = Field(
        None,
        description="The plan's name, shown on pages and in messages.",
        examples=["Resolutions"],
    )
    timezone: Zone = Field(
        "UTC",
        description="The time zone of dates, and of whoever has none of their own (an IANA name).",
        examples=["Africa/Nairobi"],
    )
    language: Language = Field(
        "en", description="The language of whoever has none of their own.", examples=["en", "fr"]
    )
    url: Url | None = Field(
        None,
        description="Where the pages and feeds are reached from outside.",
        examples=["https://tracker.example.org"],
    )
    coordinators: Ids = Field(
        default_factory=list,
        description="People or teams who hear of failures, of dates wanted and of a broken plan.",
        examples=[["amina"]],
    )
    coordinators_digest: HowGathered = Field(
        "weekly",
        description="How often the coordinators get one message on what is late, blocked, not "
        "delivered or without a date; none where there is nothing to say.",
        examples=["daily"],
    )
    holidays: Holidays = Field(
        default_factory=list,
        description="Codes of countries or parts of them whose public holidays are not worked.",
        examples=[["KE"], ["DE-BY"]],
    )
    weekend: Weekdays = Field(
        default_factory=lambda: [5, 6],
        description='Days of the week without work. Default: ["saturday", "sunday"].',
        examples=[["friday", "saturday"]],
    )
    closed: DayRanges = Field(
        default_factory=list,
        description="Further days without work, each a day or a range.",
        examples=[["2024-12-24/2024-12-31"]],
    )


class PersonShape(Shape):
    """One who can be reminded."""

    called = "a person"
    table = "[people.ID]"

    name: Line | None = Field(None, description="The full name.", examples=["Amina Otieno"])
    email: Address | None = Field(
        None, description="The e-mail address.", examples=["amina@example.org"]
    )
    timezone: Zone | None = Field(
        None, description="The time zone. Default: the plan's.", examples=["Europe/Paris"]
    )
    language: Language | None = Field(
        None, description="The language of messages. Default: the plan's.", examples=["fr"]
    )
    channels: Ids = Field(
        default_factory=lambda: ["email"],
        description='The channels to be reached by, the first choice first. Default: ["email"].',
        examples=[["email", "chat"]],
    )
    delivery: HowDelivered = Field(
        "immediate", description="One message at a time, or a digest.", examples=["daily"]
    )
    quiet: Hours | None = Field(
        None,
        description="Hours, in the person's time zone, in which nothing is sent; it waits.",
        examples=["19:00-07:00"],
    )
    away: DayRanges = Field(
        default_factory=list,
        description="Days of absence, when the deputy gets the reminders.",
        examples=[["2024-08-01/2024-08-21"]],
    )
    deputy: Name | None = Field(
        None, description="The person who stands in while this one is away.", examples=["jonas"]
    )
    addresses: dict[str, Line] = Field(
        default_factory=dict,
        description="The person's address on channels where it is not the e-mail address.",
        examples=[{"chat": "@amina"}],
    )
    notes: Text | None = Field(None, description="Anything to keep in mind; it is not sent.")


class TeamShape(Shape):
    """People who own milestones together."""

    called = "a team"
    table = "[teams.ID]"

    name: Line | None = Field(None, description="The team's name.", examples=["Smart cities"])
    members: Ids = Field(
        default_factory=list, description="The people in it.", examples=[["amina", "jonas"]]
    )
    lead: Name | None = Field(
        None, description="The person an escalation to `lead` goes to.", examples=["jonas"]
    )
    channels: Ids = Field(
        default_factory=list,
        description="The team's own rooms, reached beside its members.",
        examples=[["smart-chat"]],
    )
    timezone: Zone | None = Field(
        None, description="The time zone of the rooms. Default: the plan's."
    )
    language: Language | None = Field(
        None, description="The language of the rooms. Default: the plan's."
    )
    notes: Text | None = Field(None, description="Anything to keep in mind; it is not sent.")


class CalendarShape(Shape):
    """A calendar of others that is watched."""

    called = "a calendar"
    table = "[calendars.ID]"

    name: Line | None = Field(
        None, description="What it is called. Default: its id.", examples=["Executive Board"]
    )
    url: Sealed | None = Field(
        None,
        description="Where it is fetched from: an address of iCalendar (.ics), or a reference to "
        "one that is secret.",
        examples=["https://board.example.org/meetings.ics"],
    )
    file: Line | None = Field(
        None,
        description="In place of `url`: a file, counted from the plan's folder.",
        examples=["board.ics"],
    )
    every: Length | None = Field(
        None, description='How often it is looked at. Default: "1 hour".', examples=["1 hour"]
    )
    timezone: Zone | None = Field(
        None, description="The time zone of its times that name none. Default: the plan's."
    )
    public: Flag = Field(
        True, description="Whether its titles may be shown on the public pages and feeds."
    )
    allow_private: Flag = Field(False, description="Whether `url` may lead into a private network.")
    notes: Text | None = Field(None, description="Anything to keep in mind; it is not sent.")


class RepliesShape(Shape):
    """The mailbox in which answers to invitations and reminders arrive, and bounces."""

    called = "the mailbox of answers"
    table = "[replies]"

    type: ByImap = Field("imap", description="How it is read.")
    host: Line = Field(description="The mail server's name.", examples=["imap.example.org"])
    port: Port | None = Field(
        None, description="The server's port. Default: 993, or 143 without `tls`."
    )
    security: HowEncrypted = Field(
        "tls", description="How the connection is encrypted; `none` only on the same machine."
    )
    username: Line = Field(description="The name to log in with.", examples=["tracker"])
    password: Sealed = Field(description="The password.", examples=[{"env": "IMAP_PASSWORD"}])
    folder: Line = Field("INBOX", description="The folder that is read.")
    certificates: Line | None = Field(
        None, description="A PEM file of the authorities to trust in place of the system's."
    )
    address: Address | None = Field(
        None,
        description="The mailbox's own address, which must take mail with `+` and more behind its "
        "name. With it reminders can be answered by mail, and bounces are known by a signed "
        "address.",
        examples=["tracker@example.org"],
    )
    authserv_id: Line | None = Field(
        None,
        description="The name that the mailbox's own server writes into Authentication-Results; "
        "an answer for which it says `dmarc=fail` is refused.",
        examples=["mx.example.org"],
    )


class MessagesShape(Shape):
    """How messages are said and look."""

    called = "the messages"
    table = "[messages]"

    templates: Line | None = Field(
        None,
        description="A folder beside the plan with words and templates of your own.",
        examples=["templates"],
    )


class OverdueShape(Shape):
    """Reminders after the due day."""

    called = "`overdue`"
    table = "overdue = { … }"

    every: Interval = Field(description="How often.", examples=["3 working days"])
    at_most: Times = Field(10, description="How many times.", examples=[10])


class EscalationShape(Shape):
    """Who else is told, and when."""

    called = "an escalation"
    table = "escalate = [{ … }]"

    after: Interval = Field(description="How long after the due day.", examples=["5 working days"])
    to: Name = Field(
        description="`lead` (of the owning team), `coordinators`, a person or a team.",
        examples=["lead"],
    )


class PolicyShape(Shape):
    """When to remind."""

    called = "a reminder policy"
    table = "[reminders.ID]"

    before: Leads = Field(
        default_factory=list,
        description="How long before the due day to remind.",
        examples=[["30 days", "7 days", "1 working day"]],
    )
    on_the_day: Flag = Field(False, description="Whether to remind on the due day.")
    overdue: OverdueShape | None = Field(
        None,
        description="Reminders after the due day, until it is reported as done.",
        examples=[{"every": "3 working days", "at-most": 10}],
    )
    escalate: list[EscalationShape] = Field(
        default_factory=list,
        description="Who else is told when nothing is reported.",
        examples=[[{"after": "5 working days", "to": "lead"}]],
    )
    at: Clock | None = Field(
        None,
        description='The time of day, in each recipient\'s own time zone. Default: "09:00".',
        examples=["09:00"],
    )
    only_working_days: Flag = Field(
        True, description="Whether a reminder on a day without work comes on a working day."
    )
    opening: Flag = Field(
        False, description="Whether to remind on the first day of a window of several days."
    )
    date_wanted: Interval | None = Field(
        None,
        description='How often to ask for a date that is "tbc". Default: "4 weeks".',
        examples=["4 weeks"],
    )
    acknowledged: Interval | None = Field(
        None,
        description="For how long one who acknowledges a milestone is not reminded of it. "
        'Default: "1 week".',
        examples=["1 week"],
    )
