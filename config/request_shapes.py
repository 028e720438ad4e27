"""PURE. The tables of update requests and their keys, as `config.shapes` has the rest."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from calendars.durations import Duration, DurationError, parse_duration
from config import date_fields, fields
from config.request_values import QuestionKind
from config.shapes import Shape
from config.vocabulary import (
    Due,
    Flag,
    Id,
    Ids,
    Line,
    Lines,
    Name,
    OneDay,
    Rule,
    Text,
)

MOST_QUESTIONS = 50
_OPENS = r"^\s*(\d+ +(day|week|month|year|working day)s?|\d{4}-\d\d-\d\d)\s*$"
_HINT = 'write a day, such as 2024-03-01, or how long before `closes`, such as "2 weeks"'


def read_opens(value: object) -> date | Duration:
    """A day, or a length of time in days; raises `PydanticCustomError`."""
    if isinstance(value, str):
        try:
            duration = parse_duration(value)
        except DurationError:
            return _day(value)
        if duration.count == 0 or duration.by_clock:
            raise fields.wrong(f'"{value}" counts no days', _HINT)
        return duration
    return _day(value)


def _day(value: object) -> date:
    try:
        return date_fields.read_day(value)
    except ValueError:
        if isinstance(value, str):
            raise fields.wrong(f'"{value}" is no day', _HINT) from None
        raise


def read_questions(value: object) -> object:
    """A list in which a text stands for a question without further keys."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        said = f"takes a list of questions, not {fields.kind_of(value)}"
        raise fields.wrong(said, 'write KEY = ["What holds it up?"]')
    if len(value) > MOST_QUESTIONS:
        raise fields.wrong(f"holds more than {MOST_QUESTIONS} questions", "ask fewer")
    return [{"text": one} if isinstance(one, str) else one for one in value]


Opens = Annotated[
    date | Duration,
    PlainValidator(read_opens),
    WithJsonSchema({"type": "string", "pattern": _OPENS}),
]
HowAnswered = Annotated[
    QuestionKind, BeforeValidator(fields.choice("text", "choice", "number", "yes-no"))
]


class QuestionShape(Shape):
    """A question of a request."""

    called = "a question"
    table = "questions = [{ … }]"

    text: Line = Field(description="The question.", examples=["What holds it up?"])
    id: Id | None = Field(
        None,
        description="A short name that stays when the words change. Default: made from the words.",
        examples=["hindrance"],
    )
    kind: HowAnswered = Field("text", description="How it is answered.", examples=["choice"])
    choices: Lines = Field(
        default_factory=list,
        description="What can be chosen, for `choice`.",
        examples=[["yes", "in part", "no"]],
    )
    required: Flag = Field(False, description="Whether it must be answered.")


class RequestShape(Shape):
    """Asks the owners of milestones how these stand."""

    called = "an update request"
    table = "[requests.ID]"

    title: Line | None = Field(
        None,
        description="What it is called in messages and on its form. Default: its id in words.",
        examples=["Progress for the Bureaux, March 2024"],
    )
    text: Text | None = Field(
        None, description="A few sentences to those who are asked: what it is for."
    )
    tracks: Ids = Field(
        default_factory=list,
        description="The tracks whose milestones it asks for. Default: all.",
        examples=[["smart-cities"]],
    )
    owners: Ids = Field(
        default_factory=list,
        description="Only the milestones of these people and teams.",
        examples=[["housing"]],
    )
    questions: Annotated[list[QuestionShape], BeforeValidator(read_questions)] = Field(
        default_factory=list,
        description="What is asked beside the state of the milestones: texts, or tables.",
        examples=[["What do you need from the Bureaux?"]],
    )
    opens: Opens | None = Field(
        None,
        description="The day on which people are asked, or how long before `closes` that is. "
        'Default: "2 weeks".',
        examples=["2024-03-01", "2 weeks"],
    )
    closes: Due = Field(
        description='Until when they are to answer: a date as a milestone\'s `due`, but not "tbc".',
        examples=["2024-03-15"],
    )
    repeats: Rule | None = Field(
        None,
        description="How often it is asked again: daily, weekly, monthly, yearly, or an RRULE.",
        examples=["monthly", "FREQ=MONTHLY;INTERVAL=3"],
    )
    except_: OneDay = Field(
        default_factory=list,
        description="Rounds that are left out, by the day of their close.",
        examples=[["2024-12-31"]],
    )
    reminders: Name | None = Field(
        None,
        description='The reminder policy for those who have not answered. Default: "default".',
        examples=["standard"],
    )
    notes: Text | None = Field(None, description="Anything to keep in mind; it is not sent.")
