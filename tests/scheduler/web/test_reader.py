"""In which language a page is answered, and how a choice is remembered."""

import httpx
import pytest

from calendars.wording import LANGUAGES
from scheduler.web.reader import COOKIE, accepted

HEADINGS = {
    "ar": "أين وصلت الالتزامات",
    "en": "Where the commitments stand",
    "es": "Situación de los compromisos",
    "fr": "Où en sont les engagements",
    "ru": "Как выполняются обязательства",
    "zh": "各项承诺的进展",
}


def language(answer: httpx.Response) -> str:
    """The language of a page, which its heading, its root and its header agree on."""
    found = answer.headers["Content-Language"]
    assert f"<h1>{HEADINGS[found]}</h1>" in answer.text
    assert f'<html lang="{found}" dir="{"rtl" if found == "ar" else "ltr"}">' in answer.text
    return found


@pytest.mark.parametrize("chosen", LANGUAGES)
def test_a_choice_is_shown_and_remembered(client: httpx.Client, chosen: str) -> None:
    answer = client.get("/", params={"lang": chosen})
    client.cookies.clear()
    assert language(answer) == chosen
    cookie = answer.headers["Set-Cookie"]
    parts = {part.strip() for part in cookie.split(";")}
    assert {f"{COOKIE}={chosen}", "HttpOnly", "Max-Age=31536000", "SameSite=lax"} <= parts
    assert "Secure" not in parts
    again = client.get("/", headers={"Cookie": f"{COOKIE}={chosen}", "Accept-Language": "es, ar"})
    assert language(again) == chosen
    assert "Set-Cookie" not in again.headers


def test_under_https_the_cookie_is_secure(client: httpx.Client) -> None:
    answer = client.get("/?lang=fr", headers={"X-Forwarded-Proto": "https"})
    client.cookies.clear()
    assert "Secure" in answer.headers["Set-Cookie"]


def test_the_choice_comes_before_the_cookie_and_that_before_the_browser(
    client: httpx.Client,
) -> None:
    headers = {"Cookie": f"{COOKIE}=ru", "Accept-Language": "zh"}
    assert language(client.get("/", headers=headers)) == "ru"
    assert language(client.get("/?lang=es", headers=headers)) == "es"
    client.cookies.clear()
    assert language(client.get("/", headers={"Accept-Language": "zh"})) == "zh"
    assert language(client.get("/", headers={"Accept-Language": "de"})) == "en"


@pytest.mark.parametrize("wrong", ["xx", "", "../fr", "f" * 5000, "fr\0", "<script>"])
def test_what_is_no_language_is_no_choice(client: httpx.Client, wrong: str) -> None:
    answer = client.get("/", params={"lang": wrong}, headers={"Accept-Language": "fr"})
    assert language(answer) == "fr"
    assert "Set-Cookie" not in answer.headers
    kept = client.get("/", headers={"Cookie": f"{COOKIE}=xx", "Accept-Language": "ar"})
    assert language(kept) == "ar"


def test_caches_learn_what_a_page_depends_on(client: httpx.Client) -> None:
    for path in ("/", "/no/such/page"):
        varies = {one.strip() for one in client.get(path).headers["Vary"].split(",")}
        assert varies >= {"Accept-Language", "Cookie"}


def test_every_language_is_offered_by_its_own_name_and_keeps_the_filters(
    client: httpx.Client,
) -> None:
    page = client.get("/milestones?status=late&status=planned&q=a+b&lang=fr").text
    client.cookies.clear()
    names = {"ar": "العربية", "en": "English", "es": "Español", "fr": "Français",
             "ru": "Русский", "zh": "中文"}  # fmt: skip
    for tag, name in names.items():
        here = ' aria-current="true"' if tag == "fr" else ""
        href = f"?status=late&amp;status=planned&amp;q=a+b&amp;lang={tag}"
        assert (
            f'<a href="{href}" lang="{tag}" hreflang="{tag}" dir="auto" '
            f'rel="alternate nofollow"{here}>{name}</a>'
        ) in page


def test_titles_of_the_plan_are_marked_with_its_language(client: httpx.Client) -> None:
    path = "/tracks/smart-cities/third-draft"
    french = client.get(path, headers={"Accept-Language": "fr"}).text
    assert '<h1><bdi lang="en">Third draft</bdi></h1>' in french
    assert "<h1><bdi>Third draft</bdi></h1>" in client.get(path).text


def test_a_date_that_moved_is_said_in_the_readers_words(client: httpx.Client) -> None:
    path = "/tracks/smart-cities/third-draft"
    said = {
        "ar": "سبتمبر 2024، نُقل إلى أكتوبر 2024 في 3 مايو 2024",
        "en": "September 2024, moved to October 2024 on 3 May 2024",
        "es": "septiembre de 2024, trasladado a octubre de 2024 el 3 de mayo de 2024",
        "fr": "septembre 2024, déplacé à octobre 2024 le 3 mai 2024",
        "ru": "сентябрь 2024\u202fг.: новая дата октябрь 2024\u202fг. "
        "(изменено 3 мая 2024\u202fг.)",
        "zh": "2024年9月，于2024年5月3日改为2024年10月",
    }
    for tag, text in said.items():
        page = client.get(path, headers={"Accept-Language": tag}).text
        assert text in page, tag


def test_feeds_are_offered_in_the_readers_language(client: httpx.Client) -> None:
    french = client.get("/subscribe", headers={"Accept-Language": "fr"}).text
    assert "/calendars/all.ics?lang=fr" in french
    assert "/calendars/all.atom?lang=fr" in french
    assert "?lang=" not in client.get("/subscribe").text.split("<footer")[0]
    assert client.get("/calendars/all.ics?lang=fr").status_code == 200


def test_a_filter_that_cannot_be_read_is_explained_in_the_readers_language(
    client: httpx.Client,
) -> None:
    answer = client.get("/milestones?status=lat", headers={"Accept-Language": "fr"})
    assert answer.status_code == 400
    assert "vouliez-vous dire «\u00a0late\u00a0»" in answer.text
    assert "Cette adresse ne peut pas être lue" in answer.text


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("xx, zh-Hant-TW;q=0.5", "zh"),
        ("en;q=0.2, es;q=0.7", "es"),
        ("en;q=0, ru;q=0.001", "ru"),
        ("en;q=0", None),
        ("de, *;q=0.5", None),
        ("fr;q=high, ar", "ar"),
        ("fr;q=nan", None),
        ("", None),
        ("," * 100_000, None),
    ],
)
def test_what_a_browser_asks_for(header: str, found: str | None) -> None:
    assert accepted(header) == found
