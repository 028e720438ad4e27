"""The catalogue of each language has what the code says, and nothing else; gaps agree."""

import re
import tomllib
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from rich.cells import cell_len

from calendars.durations import Duration, Unit
from calendars.feeds.labels import labels
from calendars.wording import LANGUAGES, locale
from config.plan import Status
from scheduler.messages import languages
from scheduler.messages.attention import KINDS, OTHER
from scheduler.messages.folding import aligned, fold
from scheduler.messages.languages import available, language, read_language
from scheduler.messages.retold import TOLD
from scheduler.messages.values import RoleKind

FOLDER = Path(languages.__file__).parent
SAID = re.compile(r'\b(?:words|self)\.(?:say|count)\(\s*(f?)"([^"]+)"')
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
    groups = (
        "late",
        "today",
        "soon",
        "ahead",
        "dates",
        "news",
        "blocked",
        "past",
        "paused",
        "failed",
        "review",
    )
    roles = {role for role in RoleKind.__args__ if role != "none"}  # type: ignore[attr-defined]
    return {
        *(f"{verb}-{rest}" for verb in ("due", "starts") for rest in verbs),
        *(f"many-{group}" for group in groups),
        *(f"why-{role}" for role in roles),
        *(f"because-{role}" for role in roles - {"room"}),
        *(f"attention-{kind}" for kind in (*KINDS, OTHER)),
        *(f"advice-{kind}" for kind in KINDS),
        *(f"state-{state}" for state in Status.__args__),  # type: ignore[attr-defined]
        *(key for key in catalogue("en") if key.startswith(TOLD)),
        *(f"unit-{unit.value.replace(' ', '-')}" for unit in Unit),
        *(f"ask{kind}{end}" for kind in ("", "-late", "-date") for end in ("", "-self")),
        *(f"button-{name}" for name in ("done", "later", "more", "answer", "date")),
        "ask-escalated", "date-wanted", "cancelled", "done", "fresh-link", "moved", "dated",
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


def test_there_is_each_of_the_six_languages() -> None:
    assert available() == LANGUAGES
    assert {name for name in LANGUAGES if language(name).words.direction == "rtl"} == {"ar"}


@pytest.mark.parametrize("name", available())
def test_states_and_marks_are_those_of_the_calendars(name: str) -> None:
    found, known = catalogue(name), labels(name)
    states = {key: word for key, word in known.states.items() if key != "blocked"}
    assert {key: found[f"state-{key}"] for key in states} == states
    assert str(found["row-said"]).replace("’", "'") == known.said


@pytest.mark.parametrize("name", available())
def test_no_sentence_is_left_in_english(name: str) -> None:
    if name != "en":
        english = catalogue("en")
        same = {key for key, sentence in catalogue(name).items() if sentence == english[key]}
        assert {key for key in same if re.search("[a-z]{3}", _bare(english[key]))} <= COGNATES


COGNATES = {"row-notes", "row-document"}
"""French has these words too."""


def _bare(sentence: str | dict[str, str]) -> str:
    return re.sub(r"\{\w+\}", "", str(sentence))


@pytest.mark.parametrize("name", available())
def test_marks_are_those_of_the_script(name: str) -> None:
    for key, sentence in catalogue(name).items():
        for form in [sentence] if isinstance(sentence, str) else sentence.values():
            assert not UNTYPICAL.get(name, NEVER).search(form), (key, form)


@pytest.mark.parametrize("name", available())
def test_an_invitation_that_repeats_is_announced_by_one_colon(name: str) -> None:
    words = language(name).words
    when = words.say("invited-repeats", when="1")
    assert re.findall("[:：]", words.say("invited-new", when=when)) in ([":"], ["："])


NEVER = re.compile(r"(?!)")
UNTYPICAL = {
    "ar": re.compile(r"[,;?\u2066-\u2069]"),
    "fr": re.compile(r" [:;?!»]|« |'|(?<![\u00a0 ])[:;?!](?!\d)"),
    "ru": re.compile(r"[“\"']"),
    "zh": re.compile(r"[,;?!()]|: "),
}
"""What a careful writer of the language does not write."""


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


def test_a_count_takes_the_form_of_its_language() -> None:
    russian = [read_language("ru").words.count("due-in", count) for count in (1, 2, 5, 11, 21)]
    assert russian == [
        "Срок через 1 рабочий день", "Срок через 2 рабочих дня", "Срок через 5 рабочих дней",
        "Срок через 11 рабочих дней", "Срок через 21 рабочий день",
    ]  # fmt: skip
    arabic = [read_language("ar").words.count("late-by", count) for count in (1, 2, 3, 11, 100)]
    assert arabic == [
        "متأخر يوم عمل واحدا", "متأخر يومي عمل", "متأخر 3 أيام عمل", "متأخر 11 يوم عمل",
        "متأخر 100 يوم عمل",
    ]  # fmt: skip


def test_a_text_in_the_other_direction_is_set_apart() -> None:
    arabic, english = read_language("ar").words, read_language("en").words
    assert arabic.say("quote", said="Draft") == "«\u2068Draft\u2069»"
    assert arabic.say("quote", said="مسودة") == "«مسودة»"
    assert english.say("quote", said="مسودة") == "“\u2068مسودة\u2069”"
    assert english.say("quote", said="Ébauche 草案") == "“Ébauche 草案”"
    assert arabic.names(("Mei", "منى")) == "\u2068Mei\u2069 ومنى"
    assert arabic.isolated(arabic.isolated("Mei")) == "\u2068Mei\u2069"


def test_sentences_stand_together_as_the_script_has_it() -> None:
    assert read_language("zh").words.together(["好。", "是。"]) == "好。是。"
    assert read_language("ru").words.together(["А.", "Б.", "В."]) == "А. Б. В."
    assert read_language("en").words.together([]) == ""


def test_chinese_is_folded_by_its_width_and_around_its_marks() -> None:
    text = "请在二〇二四年四月三十日之前告知协调人，该事项是否已经完成。" * 5
    lines = fold(text).splitlines()
    assert "".join(lines) == text
    assert all(60 < cell_len(line) <= 72 for line in lines[:-1])
    assert not any(line.startswith(("，", "。")) for line in lines)
    assert fold("甲" * 35 + "2024年4月", 2) == f"  {'甲' * 35}\n  2024年4月"
    assert aligned([("到期", "四月"), ("负责人", "乙")]) == "  到期    四月\n  负责人  乙"


def test_a_name_over_two_lines_is_set_apart_in_both() -> None:
    name = "\u2068" + "word " * 20 + "end\u2069"
    lines = fold(f"قال {name} نعم").splitlines()
    assert len(lines) == 2
    assert [(line.count("\u2068"), line.count("\u2069")) for line in lines] == [(1, 1), (1, 1)]
    assert lines[1].startswith("\u2068word")


def test_lines_are_folded_but_no_word_is_cut() -> None:
    address = "https://example.org/" + "a" * 90
    assert fold("word " * 20, 2).splitlines() == [
        "  " + " ".join(["word"] * 14), "  " + " ".join(["word"] * 6),
    ]  # fmt: skip
    assert address in fold(f"See {address} for it").splitlines()
    assert aligned([("Due", "today"), ("Where", "x " * 40)]).splitlines()[0] == "  Due    today"
    assert all(len(line) <= 72 for line in aligned([("Where", "x " * 80)]).splitlines())
