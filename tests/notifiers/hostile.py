"""Texts meant to be read as something else, and what the chat services look for in a text."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from notifiers.message import Button, Message
from notifiers.plain import GAP, cleaned

HOSTILE = [
    "<!channel> @here @everyone @all <@U123> <@&1> <#C1> <users/all> <at>Amina</at>",
    "**b** *i* __u__ _i_ ~~s~~ ~s~ `c` ``c`` ||spoiler|| $$x$$ $x$ \\(x\\) \\[x\\]",
    "[click](https://evil.example) [a][b] [a]: https://evil.example ![i](https://evil.example)",
    "<https://evil.example|click> <https://evil.example> <a@evil.example> <b>x</b> <!-- x -->",
    "https://evil.example http://evil.example/?a=1 www.evil.example evil.example mailto:a@b.c",
    "www1.evil.example evil.example/x tel:123 ftp://x ://x WWW.EVIL.EXAMPLE slack://x mattermost://x",
    ":tada: :+1: :100: :30: <:a:1> <a:b:2> :) :-) ;) ;-) :D :p <3 </3 x-d X-D :'( :/",
    "# h\n## h\n-# small\n> q\n>>> q\n- a\n* a\n+ a\n1. a\n1) a\n- [ ] a\n---\n***\n___",
    "h\n=\nh\n-\n\n    code\n\tcode\n```\nfence\n```\n~~~\nf\n~~~\n| a | b |\n|---|---|\n| c | d |",
    "a | b\n--- | ---\nc | d\n:-- | --:",
    "&lt;b&gt; &amp; &#64;here &#x40;here &commat;here &lt",
    "{{DATE(2024-01-01T00:00:00Z, SHORT)}} ${x} {title} %s %(x)s <t:1:R> </cmd:1> <id:home>",
    "#tag ~town-square !here /shrug ?x",
    "a\r\nb\u2028c\x0bd\x00e\x1b[2J\x85",
    "evil \u202egnp.exe \u2066 open \ud800 alone \u200b@here \u200d@here @\u200dhere",
    "\\",
    "\\\\*a*",
    "*a\\*",
    "trailing \\",
    "a\\\nb",
    "C:\\Users\\*a* \\d \\_x_",
    "$5 and $6, $x$, $a b$.",
    "a  \nb",
]
_PIECES = st.sampled_from(
    [*"*_~`[]()<>#@:;|\\!&$\"'.-+=1x{}/ \n\t", "//", "www.", "here", "](", "://", "&lt;", "**"]
)
TEXTS = st.one_of(
    st.text(st.characters(), max_size=60),
    st.lists(_PIECES, max_size=30).map("".join),
    st.sampled_from(HOSTILE),
)
"""Any text, and such as is full of marks."""
READ = re.compile(
    r"""@[\w&!#] | [#]\w | ~\w | <[^\s\u200b] | \]\( | \]\[ | \]: | &\#?\w+;
    | \|\| | \{\{ | \$\$ | \$\{ | \\[(\[]
    | (?<![\w\d]):[\w+-]+: | (?<!\d):[^\s\u200b] | ;-?[)D]
    | \w+://\S | \bwww\d{0,3}\.\S | \w\.[^\W\d_]{2} | \bx-d\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""What services read in a text that is no Markdown: names, addresses, emoji, templates."""


def seen(text: str) -> str:
    """What a person sees of a text: no space of no width, and one space for many."""
    return " ".join(cleaned(text.replace(GAP, "")).split())


URL = "https://tracker.example.org/r/a_b*c?d=(1)&s=[2]|'`~"
"""An address that holds what ends a link in Markdown."""
_AT = datetime(2024, 3, 28, 6, 0, tzinfo=UTC)


def hostile_message(text: str, *, facts: bool = True) -> Message:
    """A message with that text in each of its places."""
    message = Message(
        key="k",
        to=None,
        subject=text,
        lead=text,
        text=f"{text}\n\nThe text: {text}",
        date=_AT,
        thread=text,
        facts=((text, text), ("Due", text)),
        buttons=(Button(text, URL), Button("Open", URL)),
        urgency="late",
    )
    return message if facts else replace(message, facts=())


def assert_only_text(found: str, text: str, *, cut: bool = False) -> None:
    """What a service finds in a text of ours: the text of the plan, and nothing to read in it.

    cut: only its beginning may be there, and an ellipsis.
    """
    beginning = seen(found).removesuffix("…").rstrip()
    assert seen(text) in seen(found) or (cut and seen(text).startswith(beginning))
    assert READ.findall(found) == []
