"""What programs of Telegram, Matrix and ntfy make of a text by themselves: a judge for tests.

After TDLib's `find_entities`, linkify-it and Android's `Linkify`, which differ in detail; this
finds at least what one of them does.
"""

import re
from datetime import UTC, datetime

from hypothesis import strategies as st

from notifiers.message import Address, Button, Message
from notifiers.plain import GAP

_LOOKED_FOR = re.compile(
    r"""@[A-Za-z0-9_]                                # a mention, a mail address
    | (?<!\w)\#\w                                    # a hashtag, the alias of a room
    | (?<![\w/<>])/[A-Za-z0-9_]                      # a command
    | (?<![\w$])\$[A-Z]{1,8}(?![A-Za-z0-9_$])        # a share
    | \+\d{5}                                        # a telephone number
    | [A-Za-z][A-Za-z0-9+.-]*:(?=[^\s\d:\u200b])     # a scheme
    | [^\s\u200b.]\.[^\W\d_]{2}                      # a host
    | [^\s\u200b][\u3002\uff0e\uff61]\w              # a host, with a full stop of East Asia
    | \d{1,3}\.\d{1,3}\.\d{1,3}\.\d                  # an IP address
    """,
    re.VERBOSE,
)
_FRAGMENTS = (
    "@amina", "@everyone", "@room", "#smart", "#room:example.org", "/start", "/stop@bot", "$EUR",
    "https://evil.example", "http:/\\evil.example", "www.evil.example", "evil.example", "EVIL.ORG",
    "mailto:x@evil.example", "x@evil.example", "tg://resolve?domain=x", "matrix:u/a:b.example",
    "10.0.0.1", "evil。example", "💩.la", "+254700000000", "tel:+254700000000",
    "<b>bold</b>", "<a href='https://evil.example'>x</a>", "<tg-spoiler>", "</b>", "<br>", "&lt;",
    "&amp;amp;", "&#64;", "<", ">", "&", '"', "'", "\n", "\r\n", "\x00", "\u2028", "\u202e", GAP,
    "*b*", "_i_", "~~s~~", "`c`", "```", "||s||", "[a](https://evil.example)", "![i](x)", "# ",
    "- ", "1. ", "> ", "---", "===", "\\", "a_b", ":tada:", "{{x}}", "$$x$$", "|a|b|", "[x]",
    " ", ".", ":", "/", "@", "org", "//", "09:00", "12.5", "é", "a\u0301", "城市", "مدن",
)  # fmt: skip
HOSTILE = st.lists(
    st.one_of(st.sampled_from(_FRAGMENTS), st.text(max_size=6)), max_size=8
).map("".join)  # fmt: skip
"""Texts that a title may be."""
URL = "https://tracker.example.org/a?b=1&c=<2>".replace("<2>", "%3C2%3E")


def looked_for(text: str) -> list[str]:
    """What in a text would become a link, a mention, a hashtag or a command."""
    return [found[0] for found in _LOOKED_FOR.finditer(text)]


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """Messages with such a text in every place."""
    facts = draw(st.lists(st.tuples(HOSTILE, HOSTILE), max_size=3))
    labels = draw(st.lists(HOSTILE, max_size=3))
    return Message(
        key=draw(HOSTILE) or "k",
        to=Address("amina@example.org", draw(HOSTILE)),
        subject=draw(HOSTILE),
        lead=draw(HOSTILE),
        text=draw(HOSTILE),
        date=datetime(2024, 3, 28, 9, tzinfo=UTC),
        facts=tuple(facts),
        buttons=tuple(Button(label, URL) for label in labels),
    )


def same(shown: str, written: str) -> bool:
    """Whether a reader sees what was written, gaps and runs of white space left aside."""
    return _seen(shown) == _seen(written)


def _seen(text: str) -> str:
    clean = re.sub("[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", text.replace(GAP, ""))
    return "".join(clean.encode("utf-8", "replace").decode().split()) or "…"
