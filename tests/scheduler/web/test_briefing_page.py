"""The briefing as a page, as Markdown and as `.docx`, over HTTP."""

import io
import re
from dataclasses import replace

import docx as word_files
import httpx
import pytest

from scheduler.briefing.making import FORMATS, Wanted, made
from tests.scheduler.briefing.office import SPRING
from tests.scheduler.web.shown import MemorySite

SPAN = "from=2024-04-01&until=2024-06-30"


def test_the_page_shows_the_briefing(client: httpx.Client) -> None:
    answer = client.get(f"/briefing?{SPAN}")
    assert answer.status_code == 200
    assert "<title>Briefing · UN-Habitat Assembly resolutions</title>" in answer.text
    assert '<article class="briefing" lang="en" dir="ltr">' in answer.text
    assert '<p class="below">Period: April to June 2024</p>' in answer.text
    assert 'value="2024-04-01"' in answer.text
    assert 'aria-current="page">Briefing</a>' in answer.text


def test_links_of_the_page_lead_somewhere(client: httpx.Client) -> None:
    text = client.get(f"/briefing?{SPAN}").text
    main = text.partition("<main")[2]
    links = set(re.findall(r'href="([^"]+)"', main))
    assert {f"/briefing.docx?{SPAN}", f"/briefing.md?{SPAN}"} <= {
        one.replace("&amp;", "&") for one in links
    }
    for link in links:
        if link.startswith("#"):
            assert f'id="{link[1:]}"' in main
        else:
            assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_without_days_it_is_the_last_three_months(client: httpx.Client) -> None:
    assert "Period: 4 April to 3 July 2024" in client.get("/briefing").text
    assert "Period: 4 April to 3 July 2024" in client.get("/briefing?from=&until=").text


@pytest.mark.parametrize("form", ["md", "docx"])
def test_a_file_is_what_the_command_writes(
    client: httpx.Client, site: MemorySite, form: str
) -> None:
    answer = client.get(f"/briefing.{form}?{SPAN}&lang=fr&track=smart-cities")
    assert answer.status_code == 200
    asked = Wanted(SPRING, "fr", ("smart-cities",))
    base = str(client.base_url).rstrip("/")
    document = made(site.plan(), site.past(), asked, site.now(), base)
    assert answer.content == FORMATS[form].write(document)
    assert answer.headers["Content-Type"] == FORMATS[form].media_type
    name = f'filename="briefing-2024-04-01-2024-06-30.{form}"'
    assert name in answer.headers["Content-Disposition"]
    again = client.get(answer.url, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_links_in_a_file_lead_to_the_public_address(
    client: httpx.Client, site: MemorySite, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = replace(site.the_plan, url="https://tracker.example.org/")
    monkeypatch.setattr(site, "the_plan", plan)
    monkeypatch.setattr(site, "letters", None)
    monkeypatch.setattr(site, "number", site.number + 1)
    text = client.get(f"/briefing.md?{SPAN}").text
    assert "(https://tracker.example.org/tracks/smart-cities/zero-draft)" in text


def test_it_is_made_anew_when_something_happens(
    client: httpx.Client, site: MemorySite, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(f"/briefing.md?{SPAN}").text
    assert "Done on 6 May 2024" in first
    monkeypatch.setattr(site, "reported", {})
    assert client.get(f"/briefing.md?{SPAN}").text == first
    monkeypatch.setattr(site, "number", site.number + 1)
    assert "Done on 6 May 2024" not in client.get(f"/briefing.md?{SPAN}").text
    assert "Done on 6 May 2024" not in client.get(f"/briefing?{SPAN}").text


def test_the_docx_opens(client: httpx.Client) -> None:
    content = client.get(f"/briefing.docx?{SPAN}").content
    opened = word_files.Document(io.BytesIO(content))
    assert opened.core_properties.title == "Progress briefing"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2024-13-01", "`from` takes a day such as 2024-03-21"),
        ("until=x", "`until` takes a day such as 2024-03-21"),
        ("from=2024-05-02&until=2024-05-01", "`until` lies before `from`"),
        ("from=1990-05-02", "10 years at the most"),
        ("from=0001-01-01&until=0001-02-01", "`from` takes a day of the years"),
        ("from=9999-12-31", "takes a day of the years"),
        ("until=9999-12-31", "takes a day of the years"),
        ("lang=de", "`lang` is one of"),
        ("track=nonsense", "`track` takes one that the plan has"),
    ],
)
@pytest.mark.parametrize("path", ["/briefing", "/briefing.md"])
def test_what_is_refused(client: httpx.Client, path: str, query: str, said: str) -> None:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert said in answer.text.replace("&#39;", "'")


@pytest.mark.parametrize("path", ["/briefing.html", "/briefing.pdf", "/briefing.", "/briefing/x"])
def test_no_other_form(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_form_keeps_the_tracks_and_the_language(client: httpx.Client) -> None:
    text = client.get(f"/briefing?{SPAN}&track=smart-cities&lang=ar").text
    assert '<input type="hidden" name="track" value="smart-cities">' in text
    assert '<input type="hidden" name="lang" value="ar">' in text
    assert '<article class="briefing" lang="ar" dir="rtl">' in text
    assert "adequate-housing" not in text.partition("<article")[2]
