"""The briefing on the shipped plan with a history that is made up, word for word.

After a change that is meant: `REWRITE_GOLDEN=1 pytest tests/scheduler/briefing/test_golden.py`
writes the files anew (and fails once); then read what `git diff` says.
"""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from calendars.entry import AllDay, Entry
from calendars.wording import LANGUAGES
from config.load import load
from scheduler.briefing.document import Document
from scheduler.briefing.docx_file import docx
from scheduler.briefing.html import article
from scheduler.briefing.making import Wanted, made
from scheduler.briefing.markdown import markdown
from scheduler.briefing.period import Period
from scheduler.feeds import Gone
from scheduler.outbox.values import StoredReport
from scheduler.past import Past
from tests.scheduler.briefing.office import HERE, SPRING, at
from tests.scheduler.briefing.reading import lines
from tests.scheduler.web.shown import EXAMPLES, busy_site

GOLDEN = HERE / "golden"
BASE = "https://tracker.example.org"


def past() -> Past:
    """What the pages' tests make up, and what only a look back shows: a note, what is gone."""
    found = busy_site().past()
    told = StoredReport(
        99, "smart-cities/first-draft", "smart-cities/first-draft", at("2024-06-27"), "mei",
        "note", None, "The translation *is* <late>.\nIt comes in July.", at("2024-06-27"), None,
    )  # fmt: skip
    day = date(2024, 6, 10)
    entry = Entry(
        "x@y", "Side event on clean rivers", AllDay(day, day + timedelta(days=1)), "June 2024",
        at("2024-03-21"), at("2024-03-21"),
    )  # fmt: skip
    gone = Gone("world-cleanup-day/rivers", "world-cleanup-day", (), (), True, entry,
                at("2024-05-21"))  # fmt: skip
    return replace(found, reports=[*found.reports, told], gone=[gone])


def briefing(asked: Wanted) -> Document:
    """The briefing made on 3 July 2024."""
    site = busy_site()
    return made(site.plan(), past(), asked, site.now(), BASE)


def as_text(document: Document) -> str:
    """A `.docx` as its styles and texts."""
    return "".join(f"{style}: {text}\n" for style, text in lines(docx(document)))


def agrees(path: Path, content: str) -> bool:
    """Whether a golden file holds the content; on demand it is written if not."""
    if path.exists() and path.read_text(encoding="utf-8") == content:
        return True
    if os.environ.get("REWRITE_GOLDEN"):
        path.write_text(content, encoding="utf-8")
    return False


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_in_every_language(language: str) -> None:
    assert agrees(GOLDEN / f"{language}.md", markdown(briefing(Wanted(SPRING, language))))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_html(language: str) -> None:
    assert agrees(GOLDEN / f"{language}.html", str(article(briefing(Wanted(SPRING, language)))))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_docx(language: str) -> None:
    assert agrees(GOLDEN / f"{language}-docx.txt", as_text(briefing(Wanted(SPRING, language))))


def test_internal() -> None:
    asked = Wanted(
        SPRING,
        internal=True,
        tracks=("smart-cities", "crisis-framework"),
        title="Agenda item 3: briefing on *implementation*",
        meeting="Second joint meeting of the Bureaux",
    )
    assert agrees(GOLDEN / "internal.md", markdown(briefing(asked)))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_plan_with_money(language: str) -> None:
    plan = load(EXAMPLES / "small").plan
    days = [item.due.last for item in plan.milestones.values() if item.due.last]
    last = max(days)
    asked = Wanted(Period(last.replace(day=1), last), language=language)
    now = datetime(last.year, last.month, 1, 9, tzinfo=UTC)
    document = made(plan, Past(), asked, now, None)
    assert agrees(GOLDEN / f"small-{language}.md", markdown(document))


def test_no_person_is_named_in_public() -> None:
    site = busy_site()
    said = markdown(briefing(Wanted(SPRING)))
    assert [one.name for one in site.plan().people.values() if one.name in said] == []
    assert "Mei Lin" in markdown(briefing(Wanted(SPRING, internal=True)))


def test_the_same_state_gives_the_same_bytes() -> None:
    assert docx(briefing(Wanted(SPRING, "ar"))) == docx(briefing(Wanted(SPRING, "ar")))
