"""What a template may do, and where it ends: nothing reaches out, grows without end, or lasts."""

from concurrent.futures import ThreadPoolExecutor
from time import process_time

import pytest
from jinja2.exceptions import SecurityError, TemplateError

from scheduler.messages.sandbox import LONGEST_RANGE, MOST_OUT, MOST_STEPS, Sandbox, StepsSpent

TEXTS = ["<i>", "k"]


def made(source: str, name: str = "mail.html", **others: str) -> str:
    texts = {name: source, **{key.replace("_", "."): text for key, text in others.items()}}
    sandbox = Sandbox(texts.get, {}, {"rule": "---"})
    return sandbox.render(sandbox.get_template(name), texts=TEXTS, title="<b>&")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ 1 + 1 }}{{ 7 * 7 }}{{ 7 % 4 }}{{ 'a' + 'b' }}", "2493ab"),
        ("{{ 'a' ~ 3 ~ title }}", "a3&lt;b&gt;&amp;"),
        ("{{ '<' + '>' }}{{ title }}", "&lt;&gt;&lt;b&gt;&amp;"),
        ("{% for i in range(3) %}{{ loop.index }}{{ loop.cycle('a', 'b') }}{% endfor %}", "1a2b3a"),
        ("{{ texts | join(', ') }} {{ texts | length }}", "&lt;i&gt;, k 2"),
        ("{{ 'a,b'.split(',')[1].upper() }} {{ 'x'.startswith('x') }}", "B True"),
        ("{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}{{ m(title) }}", "<b>&lt;b&gt;&amp;</b>"),
        ("{% block a %}x{% endblock %}{{ self.a() }}", "xx"),
        ("{% set ns = namespace(n=1) %}{% set ns.n = 2 %}{{ ns.n }}{{ rule }}", "2---"),
        ("{% set all %}{{ title }}{% endset %}{{ all }}", "&lt;b&gt;&amp;"),
        ("{% for a, b in [(title, 1), ('c', 2)] %}{{ a ~ b }}{% endfor %}", "&lt;b&gt;&amp;1c2"),
        ("{{ {'k': title}['k'] }}{% set a, b = texts %}{{ b }}", "&lt;b&gt;&amp;k"),
        ("{% include [title, 'part.html'] %}", "part &lt;b&gt;&amp;"),
        ("{% include 'part.html' %}", "part &lt;b&gt;&amp;"),
        ("{% extends 'base.html' %}{% block b %}{{ super() }}!{% endblock %}", "[base!]"),
        ("{% call(x) c() %}{{ x }}{% endcall %}{% macro z() %}{% endmacro %}", None),
        (
            "{% macro twice() %}{{ caller() }}{{ caller() }}{% endmacro %}"
            "{% call twice() %}y{% endcall %}",
            "yy",
        ),
        (
            "{% for a in [[1, [2]]] recursive %}{% if a is iterable %}({{ loop(a) }})"
            "{% else %}{{ a }}{% endif %}{% endfor %}",
            "(1(2))",
        ),
    ],
)
def test_what_people_write_works(source: str, expected: str | None) -> None:
    def run() -> str:
        return made(
            source, part_html="part {{ title }}", base_html="[{% block b %}base{% endblock %}]"
        )

    if expected is None:
        with pytest.raises(TemplateError):
            run()
    else:
        assert run() == expected


def test_text_is_not_escaped_in_the_plain_form() -> None:
    assert made("{{ title }} {{ title ~ '<' }}", "mail.txt") == "<b>& <b>&<"


REACHING = [
    "{{ texts.__class__ }}",
    "{{ ().__class__.__mro__ }}",
    "{{ self.__class__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ texts | attr('__class__') }}",
    "{{ texts | map(attribute='__class__') | first }}",
    "{{ (1).__add__ }}",
    "{{ range.__globals__ }}",
    "{{ texts.append('x') }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ 'x'.__class__ }}",
    "{{ title | safe }}",
    "{% autoescape false %}{{ title }}{% endautoescape %}",
    "{{ lipsum() }}",
    "{% include '/etc/passwd' %}",
    "{% include '../secret.html' %}",
    "{{ texts.sort() }}",
]
ENDLESS = [
    "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}",
    "{% for a in range(1000000000) %}{% endfor %}",
    "{% macro d(n) %}{{ d(n + 1) }}{{ d(n + 1) }}{% endmacro %}{{ d(0) }}",
    "{% include 'mail.html' %}",
    "{% block a %}{{ self.a() }}{% endblock %}",
    "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
]
_DOUBLED = (
    "{{% set ns = namespace(x=1) %}}{{% for i in range(60) %}}{{% set ns.x = {} %}}{{% endfor %}}"
)
GROWING = [
    _DOUBLED.format("[ns.x, ns.x]") + "{{ ns.x }}",
    _DOUBLED.format("(ns.x, ns.x)") + "{{ ns.x == ns.x }}",
    _DOUBLED.format("{1: ns.x, 2: ns.x}") + "{{ ns.x | upper }}",
    _DOUBLED.format("[[ns.x], texts | list, [ns.x]]") + "{{ ns.x | join }}",
    "{{ 'a' * 1000000000 }}",
    "{{ [1] * 1000000000 }}",
    "{{ 2 ** 100000000 }}",
    "{{ 99999999999 * 99999999999 }}",
    "{{ 'x'.center(1000000000) }}",
    "{{ 'x'.ljust(1000000000) }}",
    "{{ 'x' | center(1000000000) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'x' | indent(1000000000) }}",
    "{{ texts | map('center', 1000000000) | list }}",
    "{{ texts | batch(1000000000, 'x') | list }}",
    "{{ 'aa'.replace('a', 'a' * 1000) }}",
    "{{ range(1000) | join('" + "y" * 200 + "') }}",
    "{% set a = 'aaaaaaaaaaaaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 40,
    "{% set a = 'aaaaaaaaaaaaaaaaaaaa' %}" + "{% set a = a + a %}" * 40,
    "{% macro d(x) %}{{ x }}{{ x }}{% endmacro %}{{ " + "d(" * 40 + "'aaaa'" + ")" * 40 + " }}",
    "{% for a in range(900) %}" + "y" * 2000 + "{% endfor %}",
    "{% for a in range(900) %}{% set x %}" + "y" * 2000 + "{% endset %}{% endfor %}",
]


@pytest.mark.parametrize("source", [*REACHING, *ENDLESS, *GROWING])
def test_nothing_reaches_out_goes_on_or_grows(source: str) -> None:
    begun = process_time()
    with pytest.raises((TemplateError, RecursionError)):
        made(source)
    assert process_time() - begun < 10


def test_the_limits_are_far_from_what_a_mail_needs() -> None:
    assert made("{% for a in range(100) %}{% for b in range(100) %}x{% endfor %}{% endfor %}") == (
        "x" * 10_000
    )
    assert len(made("x" * (MOST_OUT - 1))) == MOST_OUT - 1
    with pytest.raises(StepsSpent):
        made("x" * (MOST_OUT + 1))
    assert made(f"{{{{ range({LONGEST_RANGE}) | length }}}}") == str(LONGEST_RANGE)
    with pytest.raises(StepsSpent):
        made(f"{{{{ range({LONGEST_RANGE + 1}) }}}}")


def test_each_message_has_its_own_steps_also_in_threads() -> None:
    source = "{% for a in range(900) %}{% for b in range(10) %}{% endfor %}{% endfor %}done"
    sandbox = Sandbox({"mail.html": source}.get, {}, {})
    template = sandbox.get_template("mail.html")
    assert MOST_STEPS < 900 * 10 * 8
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: sandbox.render(template), range(8)))
    assert found == ["done"] * 8


def test_what_may_not_be_called_is_said_by_its_name() -> None:
    with pytest.raises(SecurityError, match="a template may not call `center`"):
        made("{{ 'x'.center(9) }}")
