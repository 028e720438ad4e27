"""A message as a page and the index of many: complete, self-contained, and safe with any text."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.message import Address, Message
from scheduler.messages.pages import Previewed, index_page, mail_page

NAIROBI = ZoneInfo("Africa/Nairobi")
ACTIVE = {"script", "object", "embed", "form", "img", "link", "base", "audio", "video", "input"}


class Tags(HTMLParser):
    """The tags of a page with their attributes, and all of its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def addresses(self) -> Iterator[str]:
        for _, attributes in self.tags:
            yield from (attributes[key] or "" for key in ("href", "src") if key in attributes)


def message(**changes: object) -> Message:
    values: dict[str, object] = {
        "key": "k",
        "to": Address("amina@example.org", "Amina Otieno"),
        "subject": "Zero draft, April 2024 · HSP/HA.2/Res.1",
        "lead": "Due in 5 working days",
        "text": "Due in 5 working days\n\nZero draft\n",
        "html": '<!doctype html><html><body class="p"><h1>Due in 5 working days</h1></body></html>',
        "date": datetime(2024, 4, 23, 9, tzinfo=NAIROBI),
        "urgency": "soon",
    }
    return Message(**(values | changes))  # type: ignore[arg-type]


def previewed(*, why: tuple[str, ...] = ("7 days before",), **changes: object) -> Previewed:
    return Previewed(message(**changes), "Amina Otieno", "email", why)


def test_a_page_has_the_headers_the_reason_and_both_parts() -> None:
    shown = previewed()
    page = Tags(mail_page(shown, "../index.html"))
    for words in (
        "Amina Otieno <amina@example.org> by email",
        "Zero draft, April 2024 · HSP/HA.2/Res.1",
        "Tuesday 23 April 2024, 09:00 (Africa/Nairobi)",
        "7 days before",
        shown.message.text.strip(),
    ):
        assert words in page.text
    (frame,) = page.named("iframe")
    assert frame["srcdoc"] == shown.message.html
    assert frame["sandbox"] == "allow-popups"
    assert list(page.addresses()) == ["../index.html"]


def test_the_frame_grows_with_the_text() -> None:
    (short,) = Tags(mail_page(previewed(text="one\ntwo"))).named("iframe")
    (long,) = Tags(mail_page(previewed(text="one\n" * 40))).named("iframe")
    assert (short["style"], long["style"]) == ("--lines:2", "--lines:41")


def test_several_reasons_are_a_list_and_one_is_not() -> None:
    assert len(Tags(mail_page(previewed(why=("a", "b")))).named("li")) == 2
    assert Tags(mail_page(previewed(why=("a",)))).named("li") == []


def test_a_room_is_called_by_its_name_and_a_message_without_html_has_no_frame() -> None:
    page = Tags(mail_page(previewed(to=None, html=None)))
    assert "Amina Otieno by email" in page.text
    assert page.named("iframe") == []


@pytest.mark.parametrize("page", [mail_page(previewed()), index_page("A plan", [])])
def test_a_page_asks_for_nothing_outside_itself(page: str) -> None:
    found = Tags(page)
    policies = [one for one in found.named("meta") if one.get("http-equiv")]
    assert [one["content"] for one in policies] == [
        "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"
    ]
    assert list(found.addresses()) == []
    assert "url(" not in page
    assert "@import" not in page


def test_the_index_lists_by_the_recipients_own_day_and_time() -> None:
    late = previewed(subject="third", date=datetime(2024, 4, 2, 7, tzinfo=NAIROBI))
    bogota = datetime(2024, 3, 31, 21, tzinfo=ZoneInfo("America/Bogota"))
    early = previewed(subject="second", date=bogota)
    first = previewed(subject="first", date=bogota - timedelta(hours=3))
    page = Tags(index_page("A plan", [("3.html", late), ("2.html", early), ("1.html", first)]))
    assert list(page.addresses()) == ["1.html", "2.html", "3.html"]
    order = ("March 2024", "Sunday 31", "18:00", "first", "21:00", "second", "April 2024", "third")
    listed = page.text.partition("2 April 2024.")[2]
    places = [listed.index(words) for words in order]
    assert places == sorted(places)
    assert "3 messages to 1 recipient. 31 March 2024 to 2 April 2024." in page.text


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ([], "Preview: 0 messages to 0 recipients."),
        ([("1.html", previewed())], "Preview: 1 message to 1 recipient. 23 April 2024."),
    ],
)
def test_the_index_counts(listed: list[tuple[str, Previewed]], words: str) -> None:
    assert words in Tags(index_page("A plan", listed)).text


def test_a_list_needs_no_bodies() -> None:
    shown = previewed()
    light = shown.light()
    assert (light.message.text, light.message.html) == ("", None)
    assert index_page("A plan", [("1.html", light)]) == index_page("A plan", [("1.html", shown)])


HOSTILE = st.one_of(
    st.text(),
    st.sampled_from(
        [
            "</title><script>x()</script>",
            '"><img src=x onerror=y>',
            "'><iframe srcdoc=x>",
            "</pre></iframe></style>",
            "{{ 7 * 7 }}{% raw %}",
            "\u202eesrever",
            "<!--",
        ]
    ),
)


@given(HOSTILE)
def test_no_text_becomes_markup(text: str) -> None:
    hostile = previewed(
        subject=text,
        lead=text,
        text=text,
        html=text or "-",
        to=Address("amina@example.org", text),
        why=(text, f"{text}x"),
    )
    plain = previewed(why=("a", "b"))
    shown = Previewed(hostile.message, text, text, hostile.why)
    assert _skeleton(mail_page(shown, "../index.html")) == _skeleton(
        mail_page(plain, "../index.html")
    )
    assert _skeleton(index_page(text, [("1.html", shown)])) == _skeleton(
        index_page("A plan", [("1.html", plain)])
    )


def _skeleton(page: str) -> list[str]:
    tags = [name for name, _ in Tags(page).tags]
    assert not ACTIVE & set(tags)
    return tags
