"""Whatever stands in a plan: it never becomes markup, a header, a line or a turned-round text."""

from dataclasses import replace
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.plan import Milestone
from notifiers.message import Address, Message
from notifiers.mime import Sender, build
from scheduler.messages.clean import clean, shortened
from scheduler.messages.facts import LONGEST_TITLE
from tests.scheduler.messages.scenes import titled

SENDER = Sender(Address("tracker@example.org"))
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067")
BEGIN, END = "\u2068", "\u2069"
"""What sets a text apart; both are on the same line, whatever stands between them."""
HOSTILE = [
    "<script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %} {# #} ${x} {title}",
    '"><a href="https://evil.example.com">click</a>',
    "a\r\nBcc: victim@example.org\r\n\r\nbody",
    "evil \u202egnp.exe \u2066 left open",
    "\u200fعنوان\u200e",
    "line\u2028separator\u2029and\x0bmore\x85",
    "--\n.\n=_x",
    "&amp; &lt;b&gt; %s %(x)s {0}",
    "<!channel> @everyone <@U1>",
    "\ud800 alone",
]
texts = st.text(st.characters(), min_size=1, max_size=60).filter(lambda text: clean(text) != "")


class Skeleton(HTMLParser):
    """The tags and attributes of a page, without its text; and the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if (tag, attrs) == ("bdi", [("dir", "ltr")]):  # so has a value with a name set apart in it
            attrs = []
        self.tags.append((tag, tuple(attrs)))

    def handle_comment(self, data: str) -> None:
        self.tags.append((f"comment {data}", ()))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def with_text(text: str) -> Message:
    """A message with the text wherever a milestone has one."""

    def change(milestone: Milestone) -> Milestone:
        return replace(
            milestone, title=text, said=text, source=text, location=text, notes=text,
            paragraphs=(text,),
        )  # fmt: skip

    return titled(change)


BENIGN = with_text("Plain")
BENIGN_TAGS = Skeleton(BENIGN.html or "").tags
HEADERS = message_from_bytes(build(BENIGN, SENDER), policy=policy.default).keys()


def check(text: str) -> None:
    sent = with_text(text)
    page = Skeleton(sent.html or "")
    assert page.tags == BENIGN_TAGS
    assert shortened(clean(text), LONGEST_TITLE) in page.texts
    mail = message_from_bytes(build(sent, SENDER), policy=policy.default)
    assert mail.keys() == HEADERS
    assert not TURNING & set(sent.subject + sent.text + (sent.html or ""))
    for line in (*sent.text.splitlines(), sent.subject, sent.lead, *dict(sent.facts).values()):
        assert [sign for sign in line if sign in (BEGIN, END)] == [BEGIN, END] * line.count(BEGIN)
    assert sent.text.startswith(f"{sent.lead}\n\n")
    assert not any(character in sent.subject for character in "\r\n\x00\x85\u2028\u2029")
    assert len(sent.subject) < 250


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(text: str) -> None:
    check(text)


@given(texts)
@example("\x00a")
@example("a" * 500)
def test_any_text_stays_text(text: str) -> None:
    check(text)


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert not any(part in clean(text) for part in "\r\n\t\x00")


@given(st.text(), st.integers(2, 50))
def test_a_shortened_text_is_as_short_as_asked(text: str, most: int) -> None:
    found = shortened(text, most)
    assert len(found) <= most
    assert found == text or found.endswith("…")
