"""Links of a page that work from a folder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.web.relative import feed_file, page_file, relative

NOWHERE = "http://address.invalid"
BASE = "https://tracker.example.org"
PLACES = {
    "/": "index.html",
    "/tracks/one": "tracks/one/index.html",
    "/calendar?month=2024-04": "calendar/2024-04/index.html",
    "/calendars/tag/50 %.ics": "calendars/tag/50 %25.ics",
}


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/", "index.html"),
        ("/subscribe", "subscribe/index.html"),
        ("/tracks/one/draft", "tracks/one/draft/index.html"),
        ("/calendar", "calendar/index.html"),
        ("/calendar?month=2024-04", "calendar/2024-04/index.html"),
    ],
)
def test_a_page_is_the_index_of_its_own_folder(path: str, file: str) -> None:
    assert page_file(path) == file


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<a href="/">x</a>', '<a href="../../index.html">x</a>'),
        ('<a class="b" href="/tracks/one#a">x</a>', '<a class="b" href="index.html#a">x</a>'),
        (
            '<a href="/calendar?month=2024-04">x</a>',
            '<a href="../../calendar/2024-04/index.html">x</a>',
        ),
        (
            f'<a href="{BASE}/calendars/tag/50%20%25.ics">x</a>',
            '<a href="../../calendars/tag/50%20%2525.ics">x</a>',
        ),
        (
            f'<a href="{BASE}/calendars/tag/50%20%25.ics">{BASE}/calendars/tag/50%20%25.ics</a>',
            f'<a href="../../calendars/tag/50%20%2525.ics">{BASE}/calendars/tag/50%20%2525.ics</a>',
        ),
        (
            '<a href="webcal://tracker.example.org/calendars/tag/50%20%25.ics">x</a>',
            '<a href="webcal://tracker.example.org/calendars/tag/50%20%2525.ics">x</a>',
        ),
        (
            f'<a href="{BASE}/tracks/one">{BASE}/tracks/one</a>',
            f'<a href="index.html">{BASE}/tracks/one</a>',
        ),
        (f'<a href="{BASE}/somebody/else.pdf">x</a>', f'<a href="{BASE}/somebody/else.pdf">x</a>'),
        ('<a href="/calendar?month=2031-01" rel="next">x</a>', "<span>x</span>"),
        ('<a href="https://example.org/">x</a>', '<a href="https://example.org/">x</a>'),
        ('<a href="#main">x</a>', '<a href="#main">x</a>'),
        ("<p>/tracks/one</p>", "<p>/tracks/one</p>"),
        (
            '<a href="webcal://tracker.example.org/calendars/all.ics">x</a>',
            '<a href="webcal://tracker.example.org/calendars/all.ics">x</a>',
        ),
    ],
)
def test_links_are_counted_from_the_page(html: str, shown: str) -> None:
    assert relative(html, "tracks/one/index.html", PLACES, BASE, NOWHERE) == shown


def test_without_an_address_of_its_own_no_address_is_shown() -> None:
    html = (
        f'<a href="{NOWHERE}/tracks/one">{NOWHERE}/tracks/one</a>'
        '<a class="button" href="webcal://address.invalid/calendars/all.ics">Open</a>'
    )
    assert relative(html, "index.html", PLACES, NOWHERE, NOWHERE) == (
        '<a href="tracks/one/index.html">tracks/one</a><span>Open</span>'
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400))
def test_no_tag_leads_out_of_its_folder(tag: str) -> None:
    file = feed_file(f"/calendars/tag/{tag}.ics", tag)
    folder, _, name = file.rpartition("/")
    assert folder == "calendars/tag"
    assert name.endswith(".ics")
    assert name not in (".", "..")
    assert len(name.encode()) < 256
    assert not set(name) & set('\\:*?"<>|#\0\n')


@given(st.lists(st.text("./%a2F", min_size=1, max_size=6), unique=True, max_size=8))
def test_two_tags_have_two_files(tags: list[str]) -> None:
    files = {feed_file(f"/calendars/tag/{tag}.ics", tag) for tag in tags}
    assert len(files) == len(tags)
