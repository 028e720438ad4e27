"""PURE. What comes in by the form of an update request, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scheduler.planning.values import Occurrence

Said = Literal["done", "on-track", "at-risk", "delayed", "note"]
"""How a milestone can be said to stand; "note" leaves its state as it was."""
STATE, PERCENT, NOTE, LINK, QUESTION = "state:", "percent:", "note:", "link:", "question:"
"""What the name of a field begins with; an occurrence or a question's id follows."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody has saved of a form; the fields by their names in the form."""

    occurrence: str
    person: str
    version: int
    at: datetime
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent of a part of a request.

    occurrence: of the part. by: who sent it: the focal point, or one who stood in. late: after
    the close. fields: as the form had them. source: the form that it came from.
    """

    occurrence: str
    by: str
    at: datetime
    late: bool
    fields: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a form says of one milestone."""

    target: Occurrence
    state: Said
    percent: int | None = None
    note: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one part for one reader: her draft, and all that was sent, oldest first."""

    draft: Draft | None
    sent: Sequence[Sent]

    @property
    def fields(self) -> Mapping[str, str]:
        """What the form shows when it is opened: the draft, or else what was sent last."""
        if self.draft is not None:
            return self.draft.fields
        return self.sent[-1].fields if self.sent else {}

    @property
    def mark(self) -> str:
        """Differs whenever something is saved or sent; a form sends back the one it was made by."""
        return f"{self.draft.version if self.draft else 0}.{len(self.sent)}"


def said_of(fields: Mapping[str, str]) -> list[str]:
    """The occurrences of which the fields of a form say something."""
    kinds = (STATE, PERCENT, NOTE, LINK)
    said = [name.partition(":")[2] for name, text in fields.items()
            if text and name.startswith(kinds)]  # fmt: skip
    return list(dict.fromkeys(said))
