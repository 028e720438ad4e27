"""The catalogues: every text of the pages in each of the six languages, with its gaps and forms."""

import re
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from calendars.wording import LANGUAGES, locale
from scheduler.briefing.catalogue import words as briefing_words
from scheduler.web.catalogues import FOLDER, available, known, translations, words
from tests.scheduler.web.catalogue_keys import Key, gathered, in_module, in_template

OTHERS = sorted(set(LANGUAGES) - {"en"})
KEYS = gathered()
SAME = {
    "Atom", "JSON Feed", "Word (.docx)",
    "Pages", "Invitation", "Notes", "Total", "Urgent", "Page {n} of {m}",
    "page {n} of {m}", "{label}: {value}", "{n} of {m}", ", ", "{when}.", "“{said}”",
    "No", "{state}, {percent}%", "{what} ({name}, {day})", "{what}: “{note}”",
    "Console", "Plan", "Version", "Public", "{n} KB", "{n} MB",
}  # fmt: skip
"""What may be the same in English and another language."""


def catalogue(language: str) -> Catalog:
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def said_in(message: Message) -> list[str]:
    """The text of a message, or its forms."""
    found = message.string
    return [found] if isinstance(found, str) else list(found or ())


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def forms(language: str, key: Key, number: int) -> str:
    found = translations(language)
    if key.context:
        return found.npgettext(key.context, key.text, key.many, number)
    return found.ngettext(key.text, key.many, number)


def test_the_six_languages_are_there() -> None:
    assert set(available()) == set(LANGUAGES)


def test_there_is_something_to_translate() -> None:
    assert {"Skip to the content", "Planned", "Send", "in {n} day"} <= {key.text for key in KEYS}
    assert {key.context for key in KEYS if key.text == "Late"} == {"", "several", "how many"}


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_holds_what_the_pages_say_and_no_more(language: str) -> None:
    found = {
        (message.context or "", message.id if isinstance(message.id, str) else message.id[0])
        for message in catalogue(language)
        if message.id
    }
    assert found == {(key.context, key.text) for key in KEYS}
    assert not catalogue(language).obsolete


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_empty_or_doubtful(language: str) -> None:
    for message in catalogue(language):
        assert not (message.fuzzy and message.id), message.id
        assert said_in(message), message.id
        assert all(said_in(message)), message.id


@pytest.mark.parametrize("language", OTHERS)
def test_the_gaps_are_those_of_the_english(language: str) -> None:
    for message in catalogue(language):
        if isinstance(message.id, str):
            assert gaps(str(message.string)) == gaps(message.id), message.id
            continue
        for form in said_in(message):
            assert gaps(form) <= gaps(message.id[1]), message.id
        assert gaps(said_in(message)[-1]) == gaps(message.id[1]), message.id


@pytest.mark.parametrize("language", OTHERS)
def test_there_is_a_form_for_each_that_the_language_has(language: str) -> None:
    """The header sorts numbers as CLDR does: two of one form there are of one form here."""
    sorts: dict[str, set[str]] = {}
    key = next(key for key in KEYS if key.text == "in {n} day")
    found = catalogue(language)
    message = found.get(key.text)
    assert message is not None
    assert len(said_in(message)) == found.num_plurals
    for number in (*range(1, 201), 1_000_000):
        sorts.setdefault(locale(language).plural_form(number), set()).add(
            forms(language, key, number)
        )
    assert all(len(said) == 1 for said in sorts.values()), sorts


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    said = {
        message.id
        for message in catalogue(language)
        if isinstance(message.id, str) and message.id and message.string == message.id
    }
    assert said <= SAME


@pytest.mark.parametrize("language", OTHERS)
def test_white_space_at_the_ends_is_kept(language: str) -> None:
    """Except by Chinese, whose signs bring their own."""
    for message in catalogue(language):
        if isinstance(message.id, str) and message.id not in ("", ", "):
            assert str(message.string) == str(message.string).strip() or message.id[0] == ";"


def test_french_keeps_its_signs_on_the_line() -> None:
    for message in catalogue("fr"):
        assert not [
            one for one in said_in(message) if message.id and re.search(r"« | [»:;?!%]", one)
        ]


def test_numbers_choose_their_form() -> None:
    assert [words("ru").counted("in {n} day", "in {n} days", n) for n in (1, 2, 5, 21)] == [
        "через 1 день", "через 2 дня", "через 5 дней", "через 21 день",
    ]  # fmt: skip
    assert [words("ar").counted("in {n} day", "in {n} days", n) for n in (1, 2, 3, 11, 100)] == [
        "بعد يوم واحد", "بعد يومين", "بعد 3 أيام", "بعد 11 يوما", "بعد 100 يوم",
    ]  # fmt: skip
    assert words("fr").counted("{n} message", "{n} messages", 0) == "0 message"
    assert words("es").counted("{n} message", "{n} messages", 1_000_000).endswith("de mensajes")


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_as_the_language_does(language: str) -> None:
    said = {"ar": "12,000", "en": "12,000", "es": "12.000", "fr": "12\u202f000",
            "ru": "12\u00a0000", "zh": "12,000"}  # fmt: skip
    assert words(language).number(12_000) == said[language]


def test_a_title_that_runs_the_other_way_is_set_apart() -> None:
    said = words("ar")("with “{title}”, date to be confirmed", title="Zero draft")
    assert "\u2068Zero draft\u2069" in said


@pytest.mark.parametrize(
    ("tag", "language"),
    [("fr", "fr"), ("fr-CA", "fr"), ("zh_Hans", "zh"), (" AR-eg", "ar"), ("pt", None), ("", None)],
)
def test_which_tags_are_known(tag: str, language: str | None) -> None:
    assert known(tag) == language
    assert words(tag).language == (language or "en")


def test_keys_are_found_wherever_they_are_said() -> None:
    template = """{{ _("a") }}{% set x = _.counted("b", "c", n) %}
        {{ f(_.of("d", "e")) }}{{ _(g) }}"""
    assert {one[:3] for one in in_template(template)} == {
        ("a", "", ""), ("b", "c", ""), ("e", "", "d"),
    }  # fmt: skip
    module = """X = key("a"), words("b", n=1), words.counted("c", "d", 1), words.of("e", "f")"""
    assert {one[:3] for one in in_module(module)} == {
        ("a", "", ""), ("b", "", ""), ("c", "d", ""), ("f", "", "e"),
    }  # fmt: skip


@pytest.mark.parametrize("language", OTHERS)
def test_each_report_of_a_history_is_not_called_the_last(language: str) -> None:
    said = words(language)("Reported: {state}", state="x").lower()
    assert not re.search("dernière|último|последн|最新|آخر", said)


@pytest.mark.parametrize("language", OTHERS)
def test_a_date_that_moved_may_have_come_nearer(language: str) -> None:
    spoken = words(language)
    moved = spoken("{old}, moved to {new} on {day}", old="x", new="y", day="z")
    often = spoken.counted("moved once", "moved {n} times", 3)
    heads = briefing_words(language)
    found = f"{moved} {often} {heads('col-moved')} {heads('moved-from')}".lower()
    assert not re.search("report|aplaz|pospue|отлож|推迟|مؤجل|أُجل", found)
