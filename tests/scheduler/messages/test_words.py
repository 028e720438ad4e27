"""The catalogue of each language has what the code says, and nothing else; gaps agree."""

import re
import tomllib
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from calendars.durations import Duration, Unit
from calendars.wording import LANGUAGES, locale
from config.plan import Status
from scheduler.messages import languages
from scheduler.messages.attention import KINDS, OTHER
from scheduler.messages.languages import aligned, available, fold, language, read_language
from scheduler.messages.values import RoleKind

FOLDER = Path(languages.__file__).parent
SAID = re.compile(r'\bwords\.(?:say|count)\(\s*(f?)"([^"]+)"')
JOINED = re.compile(r'_joined\(words, "([^"]+)"')


def catalogue(name: str) -> dict[str, str | dict[str, str]]:
    content = tomllib.loads((FOLDER / name / "words.toml").read_text(encoding="utf-8"))
    sentences: dict[str, str | dict[str, str]] = content["sentences"]
    return sentences


def source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.py")))


def named_outright() -> set[str]:
    found = {key for formatted, key in SAID.findall(source()) if not formatted}
    return found | set(JOINED.findall(source()))


def named_in_parts() -> set[str]:
    """Keys that the code puts together."""
    verbs = ("today", "today-at", "today-passed", "tomorrow", "last-day", "no-day", "now", "in",
             "in-months", "in-hours", "in-minutes")  # fmt: skip
    groups = ("late", "today", "soon", "ahead", "dates", "news")
    roles = {role for role in RoleKind.__args__ if role != "none"}  # type: ignore[attr-defined]
    return {
        *(f"{verb}-{rest}" for verb in ("due", "starts") for rest in verbs),
        *(f"many-{group}" for group in groups),
        *(f"why-{role}" for role in roles),
        *(f"because-{role}" for role in roles - {"room"}),
        *(f"attention-{kind}" for kind in (*KINDS, OTHER)),
        *(f"advice-{kind}" for kind in KINDS),
        *(f"state-{state}" for state in Status.__args__),  # type: ignore[attr-defined]
        *(f"unit-{unit.value.replace(' ', '-')}" for unit in Unit),
        *(f"ask{kind}{end}" for kind in ("", "-late", "-date") for end in ("", "-self")),
        "ask-escalated", "date-wanted", "cancelled", "done", "moved", "dated",
        "row-new", "row-old", "row-due", "row-starts", "row-track", "row-said", "row-asked",
        "counted-after", "counted-before",
        "by-the-end", "by-doubtful",
    }  # fmt: skip


@pytest.mark.parametrize("name", available())
def test_every_sentence_is_there_and_none_is_left_over(name: str) -> None:
    assert set(catalogue(name)) == named_outright() | named_in_parts()


@pytest.mark.parametrize("name", available())
def test_gaps_are_those_of_english(name: str) -> None:
    english = catalogue("en")
    for key, sentence in catalogue(name).items():
        assert gaps(sentence) == gaps(english[key]), key


@pytest.mark.parametrize("name", available())
def test_plural_forms_are_those_of_the_language(name: str) -> None:
    rules = set(locale(name).plural_form.tags) | {"other"}
    plural = {key: forms for key, forms in catalogue(name).items() if not isinstance(forms, str)}
    assert {key for key, forms in plural.items() if set(forms) != rules} == set()


def gaps(sentence: str | dict[str, str]) -> set[str]:
    forms = [sentence] if isinstance(sentence, str) else list(sentence.values())
    parsed = (part for form in forms for _, part, _, _ in Formatter().parse(form))
    return {part for part in parsed if part}


def test_english_is_complete_and_others_may_follow() -> None:
    assert "en" in available()
    assert set(available()) <= set(LANGUAGES)


@pytest.mark.parametrize("tag", ["xx", "en-GB", "EN"])
def test_a_language_without_a_folder_reads_english_throughout(tag: str) -> None:
    assert language(tag) is read_language("en")
    assert language(tag).words.day(date(2024, 4, 30)) == "Tuesday 30 April 2024"


def test_units_and_lists() -> None:
    words = read_language("en").words
    assert words.duration(Duration(1, Unit.WORKING_DAYS)) == "1 working day"
    assert words.duration(Duration(4, Unit.WEEKS)) == "4 weeks"
    assert words.names(("A", "B", "C")) == "A, B and C"
    assert words.unmarked("April 2024, to be confirmed") == "April 2024"
    assert words.unmarked("date to be confirmed") == ""
    with pytest.raises(KeyError):
        words.say("no such key")


def test_lines_are_folded_but_no_word_is_cut() -> None:
    address = "https://example.org/" + "a" * 90
    assert fold("word " * 20, 2).splitlines() == [
        "  " + " ".join(["word"] * 14), "  " + " ".join(["word"] * 6),
    ]  # fmt: skip
    assert address in fold(f"See {address} for it").splitlines()
    assert aligned([("Due", "today"), ("Where", "x " * 40)]).splitlines()[0] == "  Due    today"
    assert all(len(line) <= 72 for line in aligned([("Where", "x " * 80)]).splitlines())
