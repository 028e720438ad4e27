"""PURE. What the form of an update request shows, in the reader's language."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from calendars.wording import moment_text
from calendars.zones import local_day, zone
from config.plan import Plan
from config.request_values import Question
from scheduler.asked import Asking, has_closed
from scheduler.messages.clean import called, clean
from scheduler.messages.facts import zone_of
from scheduler.messages.words import Words
from scheduler.planning.values import Occurrence
from scheduler.request_values import LINK, NOTE, PERCENT, QUESTION, STATE, Kept
from scheduler.standing import States
from scheduler.web.request_form import NO, STATES, YES, most_of
from scheduler.web.sheets import Known, page_path, rows
from scheduler.web.signed import Link

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A form as it is shown: to whom, of what, with what in its fields.

    path: the address of what another link leads to, or None where it would be too long.
    """

    words: Words
    plan: Plan
    link: Link
    asked: Asking
    kept: Kept
    said: Mapping[str, str]
    now: datetime
    path: Callable[[Link], str | None]

    @property
    def touched(self) -> str:
        """When something was last saved or sent, in the reader's zone."""
        draft = self.kept.draft
        times = [one.at for one in self.kept.sent] + ([draft.at] if draft else [])
        return self.moment(max(times)) if times else ""

    def moment(self, at: datetime) -> str:
        """A day and a time in the reader's zone."""
        timezone = zone_of(self.plan, self.link.recipient)
        return moment_text(at.astimezone(zone(timezone)), self.words.language)


@dataclass(frozen=True, slots=True)
class Field:
    """One input: `kind` is select, text, lines, number or link; `hint` names its sentence."""

    name: str
    label: str
    kind: str
    value: str
    choices: Choices
    most: int
    amiss: bool
    required: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The fields of one milestone, with what is known of it.

    file: the form of this milestone alone, which takes a file, and whose link is as good for as
    long as that of the request.
    """

    title: str
    track: str
    rows: list[tuple[str, str]]
    fields: list[Field]
    page: str | None
    file: str | None
    said: bool


def form_values(shown: Shown, states: States, amiss: str) -> dict[str, object]:
    """What the form's template asks for. `amiss` names the field that something is amiss with."""
    words, asked = shown.words, shown.asked
    return {
        "text": asked.part.request.text,
        "until": closing(words, shown.plan, shown.link, asked),
        "notes": list(_notes(shown)),
        "mark": shown.kept.mark,
        "sheets": [_sheet(shown, one, states, amiss) for one in asked.targets],
        "questions": [_question(shown, one, amiss) for one in asked.part.request.questions],
        "saved": shown.kept.draft is not None,
        "signed": words.say(
            "as-room" if shown.link.recipient in shown.plan.teams else "as",
            name=called(shown.plan, shown.link.recipient),
            day=words.short_day(shown.link.until),
        ),
    }


def closing(words: Words, plan: Plan, link: Link, asked: Asking) -> str:
    """Until when an answer is in time."""
    found = asked.occurrence
    if found.starts is None:
        return words.day(found.due) if found.due else ""
    local = found.starts.astimezone(zone(zone_of(plan, link.recipient)))
    return moment_text(local, words.language)


def _notes(shown: Shown) -> Iterator[str]:
    """What the reader must know before she begins."""
    words, asked, kept = shown.words, shown.asked, shown.kept
    focal = asked.part.focal
    if focal != shown.link.recipient:
        yield words.say("request-for", name=called(shown.plan, focal))
    if kept.draft is not None:
        yield words.say("request-saved", day=shown.moment(kept.draft.at))
    elif kept.sent:
        last = kept.sent[-1]
        name = called(shown.plan, last.by)
        yield words.say("request-sent", name=name, day=shown.moment(last.at))
    if has_closed(asked.occurrence, asked.part.milestone.timezone, shown.now):
        yield words.say("request-late")


def _sheet(shown: Shown, one: Occurrence, states: States, amiss: str) -> Sheet:
    words, plan = shown.words, shown.plan
    state = states.get(one.id) or states.get(one.milestone)
    known = Known(plan, shown.link, one, state, (), None, shown.now)
    track = plan.tracks.get(known.milestone.track)
    titles = (track.title, track.reference) if track else ()
    choices = [("", words.say("request-choose"))]
    choices += [(name, words.say(f"state-{name}")) for name in STATES]
    alone = known.milestone.owner == (shown.link.recipient,)
    page = page_path(known)
    hint = words.say("note-public") if page else words.say("note-plan")
    made = [
        _field(shown, f"{STATE}{one.id}", words.say("request-state"), "select", amiss, choices),
        _field(shown, f"{PERCENT}{one.id}", words.say("percent"), "number", amiss),
        _field(shown, f"{NOTE}{one.id}", f"{words.say('note')} · {hint}", "lines", amiss),
        _field(shown, f"{LINK}{one.id}", words.say("request-link"), "link", amiss),
    ]
    return Sheet(
        title=clean(known.milestone.title),
        track=" · ".join(clean(part) for part in titles if part),
        rows=[row for row in rows(words, known) if row[0] != words.say("owner") or not alone],
        fields=made,
        page=page,
        file=shown.path(replace(shown.link, kind="answer", occurrence=one.id)),
        said=any(one_.value for one_ in made),
    )


def _field(
    shown: Shown, name: str, label: str, kind: str, amiss: str, choices: Choices | None = None
) -> Field:
    value = shown.said.get(name, "")
    return Field(name, label, kind, value, choices or [], most_of(name), amiss == name)


def yes_no(words: Words) -> Choices:
    """The answers to a question of that kind: what is kept, and what is shown."""
    return [(YES, words.say("request-yes")), (NO, words.say("request-no"))]


def _question(shown: Shown, question: Question, amiss: str) -> Field:
    words, name = shown.words, f"{QUESTION}{question.id}"
    text, choices, kind = clean(question.text), Choices(), "lines"
    if question.required:
        text = words.say("request-needed", question=text)
    if question.kind == "number":
        kind = "number"
    elif question.kind == "choice":
        choices = [(one, clean(one)) for one in question.choices]
    elif question.kind == "yes-no":
        choices = yes_no(words)
    if choices:
        kind, choices = "select", [("", words.say("request-choose")), *choices]
    value = shown.said.get(name, "")
    return Field(name, text, kind, value, choices, most_of(name), amiss == name, question.required)


def closed_on(words: Words, plan: Plan, link: Link, asked: Asking, kept: Kept) -> list[str]:
    """What is said where the request has closed with an answer."""
    last, timezone = kept.sent[-1], zone_of(plan, link.recipient)
    day = words.short_day(local_day(last.at, timezone))
    until = closing(words, plan, link, asked)
    return [
        words.say("request-closed-what", name=called(plan, last.by), day=day, until=until),
        words.say("request-closed-ask"),
    ]


def thanks(words: Words, asked: Asking, said: Collection[str], *, late: bool) -> list[str]:
    """What has happened, and what may follow."""
    found = [one for one in asked.targets if one.id in said]
    left = len(asked.targets) - len(found)
    lines = [words.count("request-recorded", len(found))] if found else []
    if left:
        lines.append(words.count("request-left", left))
    due = asked.occurrence.due
    if late:
        lines.append(words.say("request-came-late"))
    elif due is not None:
        lines.append(words.say("request-correct", day=words.day(due)))
    return lines
