"""An organisation's own sentences: which are taken, and what is said of the others."""

import pytest

from scheduler.messages.languages import read_language, words_of
from scheduler.messages.own import LONGEST, Fault, OwnWords
from tests.scheduler.messages.templates import own


def read(text: str, language: str = "en") -> OwnWords:
    return words_of(language, own({f"{language}/words.toml": text}))


def only_fault(sentence: str, language: str = "en") -> Fault:
    found = read(f"[sentences]\n{sentence}\n", language)
    (fault,) = found.faults
    assert found.sentences == {}
    assert (fault.place, fault.line) == (f"{language}/words.toml", 2)
    return fault


def test_sentences_that_differ_take_the_place_of_ours() -> None:
    templates = own({
        "fr/words.toml": '[sentences]\ndue-today = "À remettre aujourd’hui"\n'
        'late-by = { one = "{count} jour", many = "{count} de jours", other = "{count} jours" }\n'
    })  # fmt: skip
    words = read_language("fr", templates).words
    assert words.say("due-today") == "À remettre aujourd’hui"
    assert words.count("late-by", 3) == "3 jours"
    assert words.say("due-tomorrow") == "Échéance demain"
    assert read_language("fr").words.say("due-today") == "Échéance aujourd’hui"
    assert read_language("es", templates).words.say("due-today") == "Vence hoy"


def test_a_gap_may_be_left_out() -> None:
    found = read('[sentences]\ndue-last-day = "Last call"\n')
    assert found == OwnWords({"due-last-day": "Last call"}, ())


@pytest.mark.parametrize(
    ("sentence", "message", "hint"),
    [
        ('due-tody = "x"', "`due-tody` is no sentence of a message", "did you mean `due-today`?"),
        ('qqqqqqqqq = "x"', "`qqqqqqqqq` is no sentence", "the reference of messages"),
        ("due-today = 3", "`due-today` is one sentence", 'write due-today = "Due today"'),
        ('due-in = "z"', "`due-in` has a form for each kind of number", 'one = "…", other = "…"'),
        ('due-in = { one = "z" }', "has no form `other`", 'one = "…", other = "…"'),
        ('due-in = { one = "z", few = "y", other = "x" }', "the language has no form `few`", ""),
        ('due-in = { one = "z", other = 3 }', "has a form for each kind of number", ""),
        ('due-in = { one = "{x}", other = "x" }', "there is nothing for the gap {x}", "{count}"),
        ('due-no-day = "on {dy}"', "there is nothing for the gap {dy}", "the gaps are {day}"),
        ('last = "{day}"', "there is nothing for the gap {day}", "it has no gap"),
        ('last = "{}"', "there is nothing for the gap {}", "it has no gap"),
        ('due-no-day = "{day!r}"', "the gap {day} is written with more than its name", ""),
        ('due-no-day = "{day:>9999999999}"', "{day} is written with more than its name", ""),
        ('due-no-day = "{day.year}"', "there is nothing for the gap {day.year}", ""),
        ('due-no-day = "{day.__class__}"', "there is nothing for the gap {day.__class__}", ""),
        ('last = "{"', "a brace is open or alone", "write {{ and }}"),
        ('last = "a }"', "a brace is open or alone", "write {{ and }}"),
        ('last = " "', f"a sentence has 1 to {LONGEST} characters", ""),
        (f'last = "{"x" * (LONGEST + 1)}"', f"a sentence has 1 to {LONGEST} characters", ""),
        ('last = "a\\nBcc: x"', "a sentence is one line", ""),
        ('last = "a\\u2028b"', "a sentence is one line", ""),
    ],
)
def test_what_does_not_fit_is_named_and_left_out(sentence: str, message: str, hint: str) -> None:
    fault = only_fault(sentence)
    assert message in fault.message
    assert hint in fault.hint


def test_the_forms_are_those_of_the_language() -> None:
    fault = only_fault('due-in = { one = "a", other = "b" }', "ar")
    assert "has no form `few`, `many`, `two` and `zero`" in fault.message


def test_the_good_sentences_of_a_file_with_a_bad_one_are_taken() -> None:
    found = read('[sentences]\nlast = "{"\ndone = "Ready"\n')
    assert found.sentences == {"done": "Ready"}
    assert len(found.faults) == 1


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[sentences\n", 1, "Expected"),
        ('[sentences]\n\ndone = "x', 3, ""),
        ("a = 1\n", 1, "`a` is not read: the file has one table, [sentences]"),
        ('sentences = "x"\n', 1, "`sentences` is a table"),
        ("[sentences]\ndone = " + "[" * 5000, 1, "this cannot be read"),
    ],
)
def test_a_file_that_is_none_has_no_sentences(text: str, line: int, message: str) -> None:
    found = read(text)
    assert found.sentences == {}
    assert found.faults[0].line == line
    assert message in found.faults[0].message
