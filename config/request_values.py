"""PURE. An update request as a value: who is asked what, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from calendars.dates import DueDate
from calendars.durations import Duration, Unit
from calendars.recurrence import Recurrence

QuestionKind = Literal["text", "choice", "number", "yes-no"]
REQUEST = "request:"
"""What the id of whatever belongs to a request begins with: no milestone has a colon in its id."""
FORTNIGHT = Duration(2, Unit.WEEKS)
"""How long a request is open that does not say from when on."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a request asks beside the state of the milestones; `choices` are those of a choice."""

    id: str
    text: str
    kind: QuestionKind = "text"
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """Asks the owners of milestones how these stand.

    tracks, owners: whose milestones; where one is empty it leaves nothing out. opens: the day on
    which they are asked, or how long before the close that is; of a repeating request every round
    is open for as long as the first. closes: until when they are to answer. hangs_on: what a
    relative `closes` is counted from, as in a milestone.
    """

    id: str
    title: str
    text: str = ""
    tracks: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    opens: date | Duration = FORTNIGHT
    closes: DueDate | None = None
    repeats: Recurrence | None = None
    exceptions: frozenset[date] = frozenset()
    policy: str = "default"
    hangs_on: str | None = None

    @property
    def must_answer(self) -> bool:
        """Whether it has a question that has to be answered."""
        return any(one.required for one in self.questions)


def is_request(name: str) -> bool:
    """Whether an id is that of somebody's part of a request, or of one of its rounds."""
    return name.startswith(REQUEST)


def part_id(request: str, focal: str) -> str:
    """The id of somebody's part: "request:bureaux-march/amina"."""
    return f"{REQUEST}{request}/{focal}"


def request_of(name: str) -> str:
    """The request that a part, or a round of one, belongs to."""
    return name.removeprefix(REQUEST).partition("/")[0].partition("@")[0]


def round_of(occurrence: str) -> str:
    """The round of an occurrence of a part, for everybody: "bureaux-march@2024-03-15", or without
    a day where the request does not repeat."""
    at = occurrence.partition("@")[2]
    return request_of(occurrence) + (f"@{at}" if at else "")


Requests = Mapping[str, Request]
