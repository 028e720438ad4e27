"""PURE. What the form of an update request sent -> the statements in it, or what is amiss."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.request_values import Question
from scheduler.asked import Asking
from scheduler.planning.values import Occurrence
from scheduler.request_values import LINK, NOTE, PERCENT, QUESTION, STATE, Said, Statement
from scheduler.web.form import LONGEST_LINK, LONGEST_NOTE, link_of, percent_of

MOST_OCTETS, MOST_FIELDS = 512 * 1024, 4_000
"""Of a form with many milestones."""
LONGEST_ANSWER = 2_000
STATES: tuple[Said, ...] = ("done", "on-track", "at-risk", "delayed")
YES, NO = "yes", "no"
_NUMBER_SIGNS = {
    ord("\N{ARABIC DECIMAL SEPARATOR}"): ".",
    ord("\N{ARABIC THOUSANDS SEPARATOR}"): " ",
    ord("\N{NO-BREAK SPACE}"): " ",
    ord("\N{MINUS SIGN}"): "-",
}


@dataclass(frozen=True, slots=True)
class Amiss:
    """What is amiss: the key of its sentence, and the name of the field that it is about."""

    key: str
    field: str


def of_form(asked: Asking, sent: Mapping[str, str]) -> dict[str, str]:
    """Those of the fields that belong to the form and say something."""
    return {name: text for name in _names(asked) if (text := sent.get(name, "").strip())}


def _names(asked: Asking) -> Iterator[str]:
    for one in asked.targets:
        yield from (f"{kind}{one.id}" for kind in (STATE, PERCENT, NOTE, LINK))
    yield from (f"{QUESTION}{one.id}" for one in asked.part.request.questions)


def too_long(fields: Mapping[str, str]) -> Amiss | None:
    """A field with more in it than is kept."""
    for name, text in fields.items():
        if len(text) > most_of(name):
            return Amiss("problem-long", name)
    return None


def most_of(field: str) -> int:
    """So many characters a field may hold."""
    if field.startswith(NOTE):
        return LONGEST_NOTE
    return LONGEST_LINK if field.startswith(LINK) else LONGEST_ANSWER


def read(
    asked: Asking, fields: Mapping[str, str], before: Mapping[str, str]
) -> list[Statement] | Amiss:
    """The statements of a form, without those that were sent `before` just so.

    Raises nothing, whatever the fields hold: what is amiss is a value.
    """
    if amiss := too_long(fields):
        return amiss
    found = []
    for one in asked.targets:
        made = _statement(one, fields)
        if isinstance(made, Amiss):
            return made
        if made is not None and _of(one, fields) != _of(one, before):
            found.append(made)
    for question in asked.part.request.questions:
        if wrong := _wrong(question, fields.get(f"{QUESTION}{question.id}", "")):
            return Amiss(wrong, f"{QUESTION}{question.id}")
    if not fields:
        return Amiss("problem-empty", "")
    return found


def _of(one: Occurrence, fields: Mapping[str, str]) -> list[str]:
    return [fields.get(f"{kind}{one.id}", "") for kind in (STATE, PERCENT, NOTE, LINK)]


def _statement(one: Occurrence, fields: Mapping[str, str]) -> Statement | Amiss | None:
    """What is said of one milestone; None where nothing is."""
    state, percent_, note, link = _of(one, fields)
    if not any((state, percent_, note, link)):
        return None
    if state and state not in STATES:
        return Amiss("problem-choice", f"{STATE}{one.id}")
    percent = percent_of(percent_)
    if percent == -1:
        return Amiss("problem-percent", f"{PERCENT}{one.id}")
    if link_of(link) is None:
        return Amiss("problem-link", f"{LINK}{one.id}")
    if state == "done":
        percent = None
    return Statement(one, state or "note", percent, note, link)


def _wrong(question: Question, answer: str) -> str:
    """The key of what is amiss with an answer; "" where it is right."""
    if not answer:
        return "problem-answer" if question.required else ""
    if question.kind == "number":
        return "" if _is_number(answer) else "problem-number"
    choices = {"choice": question.choices, "yes-no": (YES, NO)}.get(question.kind)
    return "problem-choice" if choices is not None and answer not in choices else ""


def _is_number(text: str) -> bool:
    """Whether it is a number as people write one: digits of any script, spaces between, one comma
    or point."""
    plain = text.translate(_NUMBER_SIGNS).replace(" ", "").removeprefix("-")
    return plain.replace(",", ".", 1).replace(".", "", 1).isdecimal() and len(plain) <= 30
