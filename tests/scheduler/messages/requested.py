"""Messages of an update request, out of the plan of the scenes."""

from dataclasses import replace
from datetime import UTC, date, datetime

from calendars.dates import parse_due
from config.plan import Plan
from config.request_values import Question, Request
from config.requests import with_parts
from notifiers.message import Button, Message
from scheduler.asked import asking
from scheduler.messages.asking import Ask, compose_request
from scheduler.messages.buttons import to_the_form
from scheduler.messages.languages import language
from scheduler.messages.page import reader
from scheduler.messages.values import Links
from scheduler.planning.forecast import forecast
from scheduler.planning.occurrences import Dates
from scheduler.standing import State

FORM = "https://tracker.example.org/request/token"
STOP = "https://tracker.example.org/stop/token"
REQUEST = Request(
    "bureaux",
    "Progress for the Bureaux, March 2024",
    text="The Bureaux meet on 21 March and ask how each commitment stands.",
    questions=(Question("help", "What do you need from the Bureaux?"),),
    opens=date(2024, 3, 1),
    closes=parse_due("2024-03-15"),
)
START, END = datetime(2024, 2, 20, tzinfo=UTC), datetime(2024, 5, 1, tzinfo=UTC)
SAID = State("at-risk", 40, "The consultant is ill.", datetime(2024, 2, 2, 9, tzinfo=UTC), "mei")


def requested(
    plan: Plan,
    stage: str,
    recipient: str,
    focal: str = "",
    *,
    away: str = "",
    draft: bool = False,
    public: bool = True,
) -> Message:
    """What `recipient` is sent at a stage of the request to `focal`, who is else herself.

    away: one who is away all the while. public: whether the pages have an address.
    """
    if away:
        gone = replace(plan.people[away], away=((START.date(), END.date()),))
        plan = replace(plan, people={**plan.people, away: gone})
    if not public:
        plan = replace(plan, url=None)
    plan = with_parts(replace(plan, requests={REQUEST.id: REQUEST}))
    part = f"request:{REQUEST.id}/{focal or recipient}"
    one = next(
        it
        for it in forecast(plan, START, END)
        if (it.occurrence, it.stage, it.recipient) == (part, stage, recipient)
    )
    dates = Dates(plan)
    states = {"cities/zero-draft": SAID}
    occurrence = dates.find(part)
    assert occurrence is not None
    asked = asking(dates, occurrence, states)
    assert asked is not None
    words = language(reader(plan, recipient, one.channel).language).words
    buttons: tuple[Button, ...] = (to_the_form(words, FORM),) if public else ()
    links = Links({part: buttons}, STOP if public else None)
    ask = Ask(asked, one, states, draft=draft)
    return compose_request(plan, ask, one.at, key="key", links=links)
