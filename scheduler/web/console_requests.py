"""Who has answered the update requests, and who has not, at the console."""

from collections.abc import Mapping
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from calendars.wording import day_text
from calendars.zones import local_day
from config.plan import Plan
from config.request_values import Question
from scheduler.console.console import Console
from scheduler.console.doorkeeper import Visit
from scheduler.messages.clean import clean
from scheduler.outbox.request_store import RequestStore
from scheduler.planning.explain import name_of
from scheduler.planning.occurrences import Dates
from scheduler.request_values import QUESTION
from scheduler.web.console_pages import ConsolePages
from scheduler.web.render import local_text
from scheduler.web.request_sheets import yes_no
from scheduler.web.site import Site
from scheduler.web.spoken_words import spoken
from scheduler.web.words import Words, key
from scheduler.who_answered import Answered, Came, PartStands, RoundStands, rounds_of

_STATES: dict[Answered, str] = {
    "answered": key("Answered"),
    "late": key("Answered late"),
    "reported": key("Reported otherwise"),
    "draft": key("Begun, not sent"),
    "open": key("Not answered"),
    "to come": key("Not asked yet"),
}
_TAGS: dict[Answered, str] = {
    "answered": "on-track", "late": "at-risk", "reported": "on-track", "draft": "at-risk",
    "open": "late", "to come": "planned",
}  # fmt: skip


Questions = Mapping[str, Question]
"""The questions of a request by their ids."""


class Asked:
    """One who is asked in a round."""

    def __init__(self, plan: Plan, one: PartStands, questions: Questions, words: Words):
        self.who = name_of(plan, one.focal)
        self.state, self.tag = words(_STATES[one.state]), _TAGS[one.state]
        self.by = name_of(plan, one.by) if one.by and one.by != one.focal else ""
        self.when = local_text(one.at, plan, words) if one.at else ""
        self.confirmed = words("{n} of {m}", n=one.confirmed, m=one.milestones)
        self.reminded = words.number(one.reminded)
        self.last = local_text(one.last, plan, words) if one.last else ""
        self.away = one.away
        self.answers = [
            _answer(questions, name.removeprefix(QUESTION), text, words)
            for name, text in one.answers.items()
            if name.startswith(QUESTION) and text
        ]


def _answer(questions: Questions, name: str, text: str, words: Words) -> tuple[str, str]:
    """A question and what was answered to it, in the reader's words where the words are ours."""
    question = questions.get(name)
    if question is None:
        return clean(name), text
    if question.kind == "yes-no":
        text = dict(yes_no(spoken(words.language))).get(text, text)
    return clean(question.text), text


class Round:
    """A round of a request, with everybody who is asked."""

    def __init__(self, plan: Plan, one: RoundStands, today: date, words: Words) -> None:
        known = plan.requests.get(one.request)
        questions = {each.id: each for each in known.questions} if known else {}
        self.title, self.closed = clean(one.title), one.closed
        self.opened = one.opens is not None and one.opens <= today
        self.opens = day_text(one.opens, words.language) if one.opens else ""
        self.closes = day_text(one.closes, words.language) if one.closes else ""
        self.answered = words("{n} of {m} have answered", n=one.answered, m=len(one.parts))
        self.parts = [Asked(plan, part, questions, words) for part in one.parts]


class WhoAnswered:
    """The page of the update requests, for coordinators."""

    def __init__(self, pages: ConsolePages, site: Site, console: Console) -> None:
        self._pages, self._site, self._console = pages, site, console

    def routes(self) -> list[Route]:
        """Its address, which stays as it is."""
        return [self._pages.shown("/console/requests", self._requests, lead=False)]

    def _requests(self, request: Request, visit: Visit, words: Words) -> Response:
        plan, now, history = self._site.plan(), self._site.now(), self._console.history
        store = RequestStore(history.database)
        came = Came(store.sent(), store.drafts(), store.reminded(list(plan.parts)))
        today = local_day(now, plan.timezone)
        dates, states = Dates(plan), self._console.heard()
        found = [
            Round(plan, one, today, words)
            for name in plan.requests
            for one in rounds_of(dates, name, states, came, now)
        ]
        return self._pages.page(request, visit, "console_requests.html", rounds=found)
