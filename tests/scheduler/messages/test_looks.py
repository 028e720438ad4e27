"""Which template a message has, and that none is lost by one that fails."""

import pytest

from config.templates import STAGES
from scheduler.messages.languages import language
from scheduler.messages.looks import OwnLooks, take_faults
from scheduler.messages.own import Fault
from tests.scheduler.messages.scenes import ZERO, message, speaking
from tests.scheduler.messages.templates import own, sent

LEAD = "{{ page.lead }}"


@pytest.mark.parametrize(
    ("there", "stage", "chosen"),
    [
        (["fr/overdue.html", "fr/mail.html", "overdue.html", "mail.html"], "overdue",
         "fr/overdue.html"),
        (["fr/mail.html", "overdue.html", "mail.html"], "overdue", "fr/mail.html"),
        (["overdue.html", "mail.html"], "overdue", "overdue.html"),
        (["overdue.html", "mail.html"], "before", "mail.html"),
        (["overdue.html", "es/mail.html", "mail.txt"], "before", None),
        (["mail.html"], "", "mail.html"),
    ],
)  # fmt: skip
def test_the_language_goes_before_and_the_stage_before_all(
    there: list[str], stage: str, chosen: str | None
) -> None:
    looks = OwnLooks(own(dict.fromkeys(there, LEAD)), "fr", " :")
    assert looks.chosen(stage, "html") == chosen


def test_a_form_without_an_own_template_is_ours() -> None:
    made = sent({"mail.html": f"<p>{LEAD}"})
    ours = message(ZERO, "overdue:1", "jose")
    assert made.html == f"<p>{ours.lead}"
    assert (made.text, made.subject, made.facts) == (ours.text, ours.subject, ours.facts)


def test_a_template_may_build_on_ours_and_include_parts() -> None:
    made = sent(
        {
            "mail.html": '{% extends "ours/mail.html" %}{% block top %}'
            '{% include "_logo.html" %}{% endblock %}',
            "_logo.html": "<p>UN-Habitat, {{ page.language }}</p>",
            "ar/mail.txt": '{% extends "ours/mail.txt" %}'
            "{% block footer %}{{ super() }}مرحبا{{ colon }}\n{% endblock %}",
        },
        language="ar",
    )
    with speaking("ar"):
        ours = message(ZERO, "overdue:1", "jose")
    assert made.html is not None
    assert (
        made.html.replace("<p>UN-Habitat, ar</p>\n", "")
        .replace("<p>UN-Habitat, ar</p>", "")
        .split()
        == (ours.html or "").split()
    )
    assert made.text.rstrip() == ours.text.rstrip() + "\nمرحبا:"


def test_our_own_template_is_the_same_in_the_sandbox() -> None:
    made = sent(
        {"mail.html": '{% extends "ours/mail.html" %}', "mail.txt": '{% include "ours/mail.txt" %}'}
    )
    ours = message(ZERO, "overdue:1", "jose")
    assert (made.html, made.text.rstrip()) == (ours.html, ours.text.rstrip())


@pytest.mark.parametrize(
    ("template", "line", "reason"),
    [
        ("<p>\n{{ page.nope }}", 2, "there is no `nope` in a Page"),
        ("<p>\n\n{{ 1 / 0 }}", 3, "ZeroDivisionError: division by zero"),
        ("{% if %}", 1, "Expected an expression"),
        ("<p>\n{% include 'none.html' %}", 2, "none.html"),
        ("{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}", 1, "calls itself without an end"),
        ("{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}", 1,
         "more than 20000 steps"),
        ("  \n", 1, "it puts out nothing"),
    ],
)  # fmt: skip
def test_where_one_fails_the_message_has_our_form_and_the_fault_is_noted(
    template: str, line: int, reason: str
) -> None:
    texts = {"overdue.html": template, "mail.txt": LEAD}
    made = sent(texts)
    assert made.html == message(ZERO, "overdue:1", "jose").html
    assert made.text == made.lead
    sent(texts)
    (fault,) = take_faults(own(texts))
    assert (fault.place, fault.line) == ("overdue.html", line)
    assert reason in fault.message
    assert take_faults(own(texts)) == []


def test_a_fault_in_a_part_is_told_of_the_part() -> None:
    texts = {"mail.html": '<p>{% include "_x.html" %}', "_x.html": "a\nb\n{{ page.zip }}"}
    sent(texts)
    assert take_faults(own(texts)) == [Fault("_x.html", 3, 1, "there is no `zip` in a Page")]


def test_templates_are_compiled_once_for_a_version_and_all_languages() -> None:
    texts = {"mail.html": LEAD}
    assert language("fr", own(texts)) is language("fr-CH", own(dict(texts)))
    assert language("fr", own(texts)) is not language("fr", own({"mail.html": LEAD + " "}))
    assert language("fr") is language("fr", None)


def test_each_stage_has_a_name_for_its_template() -> None:
    texts = {f"{stage}.txt": f"{LEAD} {stage}" for stage in STAGES}
    for stage in ("before:30 days", "on-the-day", "overdue:1"):
        assert sent(texts, stage).text.endswith(f" {stage.partition(':')[0]}")
