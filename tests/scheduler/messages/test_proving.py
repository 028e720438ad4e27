"""What `check` says of an organisation's words and templates, with the place of each mistake."""

from dataclasses import replace

import pytest

from config.problems import ConfigError, Problem
from scheduler.messages.looks import take_faults
from scheduler.messages.proving import languages_of, problems_of, prove
from tests.scheduler.messages.scenes import plan, speaking
from tests.scheduler.messages.templates import own, with_own

ALL = (
    "<p>{{ page.lead }}{% for section in page.sections %}{% for block in section.blocks %}"
    '<a href="{{ block.page }}">{{ block.title }}</a>{% endfor %}{% endfor %}'
    '{% for link in page.links %}<a href="{{ link.url }}">{{ link.label }}</a>{% endfor %}'
)


def told(texts: dict[str, str]) -> list[str]:
    return [problem.headline for problem in problems_of(with_own(texts))]


def test_a_plan_without_templates_has_nothing_to_prove() -> None:
    assert problems_of(plan()) == []
    assert prove(plan()) == ()


@pytest.mark.parametrize(
    "texts",
    [
        {"mail.html": ALL},
        {
            "mail.html": '{% extends "ours/mail.html" %}',
            "mail.txt": '{% extends "ours/mail.txt" %}',
        },
        {"fr/words.toml": '[sentences]\ndone = "Fini"\n', "several.html": ALL, "_x.html": "{{ x"},
        {},
    ],
)
def test_good_ones_are_passed(texts: dict[str, str]) -> None:
    assert told(texts) == []


@pytest.mark.parametrize(
    ("texts", "headline"),
    [
        ({"mail.html": f"{ALL}\n{{{{ page.nope }}}}"},
         "templates/mail.html:2:1: there is no `nope` in a Page"),
        ({"fr/mail.html": "a\n{% for x in %}"},
         "templates/fr/mail.html:2:1: Expected an expression, got 'end of statement block'"),
        ({"mail.html": ALL.replace('"{{ block.page }}"', "{{ block.title }}")},
         "templates/mail.html:1:1: a text of the plan can become markup here"),
        ({"mail.html": ALL + "{{ page.lead | safe }}"},
         "templates/mail.html:1:1: No filter named 'safe'."),
        ({"mail.html": ALL + "x" * 96_000},
         "templates/mail.html:1:1: a mail on one milestone has 96 kB"),
        ({"mail.html": ALL + "{% include '_x.html' %}", "_x.html": "\n\n{{ 1 / 0 }}"},
         "templates/_x.html:3:1: ZeroDivisionError: division by zero"),
        ({"mail.html": ALL.replace("{{ page.lead }}", "")},
         "templates/mail.html:1:1: warning: the message leaves out page.lead"),
        ({"mail.html": ALL.replace("{{ block.title }}", "x")},
         "templates/mail.html:1:1: warning: the message leaves out the title of the milestone"),
        ({"mail.html": ALL.replace("{{ link.url }}", "x")},
         "templates/mail.html:1:1: warning: the message leaves out the link that ends the "
         "messages"),
        ({"en/words.toml": '[sentences]\n\ndone = "{x}"'},
         "templates/en/words.toml:3:8: there is nothing for the gap {x}"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_place(texts: dict[str, str], headline: str) -> None:
    found = told(texts)
    assert headline in found
    assert len(found) <= 2


def test_what_fails_only_for_a_bare_milestone_is_seen() -> None:
    source = ALL + "{{ page.sections[0].blocks[0].rows[0][1] }}"
    assert any(
        "rows" in one or "no element 0" in one or "0" in one for one in told({"mail.html": source})
    )
    assert told({"mail.html": ALL + "{{ page.sections[0].blocks[0].rows | length }}"}) == []


def test_every_stage_and_every_language_that_is_read_is_tried() -> None:
    fails_for = ALL + "{{ page.nope if page.language == 'zh' and page.stage == 'invitation' }}"
    assert told({"mail.html": fails_for}) == []
    people = {**plan().people, "mei": replace(plan().people["mei"], language="zh")}
    reads = replace(plan(), people=people, templates=own({"mail.html": fails_for}))
    assert languages_of(reads) == ("en", "zh")
    assert [one.headline for one in problems_of(reads)] == [
        "templates/mail.html:1:1: there is no `nope` in a Page"
    ]


def test_the_languages_of_teams_and_of_the_folder_are_tried_too() -> None:
    with speaking("fr"):
        assert languages_of(with_own({"ar/mail.html": ALL, "mail.html": ALL})) == ("ar", "fr")


def test_mistakes_are_an_error_with_the_warnings_beside_them() -> None:
    warning = Problem("plan.toml", 1, 1, "doubtful", severity="warning")
    assert prove(with_own({"mail.html": ALL}), [warning]) == (warning,)
    with pytest.raises(ConfigError) as caught:
        prove(with_own({"mail.html": "{{ x }}"}), [warning])
    assert caught.value.problems[0] == warning
    assert "'x' is undefined" in str(caught.value)
    assert "{{ x }}" not in str(caught.value) or "^" in str(caught.value)


def test_proving_leaves_nothing_for_the_service_to_tell() -> None:
    texts = {"mail.html": "{{ nothing }}"}
    assert problems_of(with_own(texts))
    assert take_faults(own(texts)) == []
