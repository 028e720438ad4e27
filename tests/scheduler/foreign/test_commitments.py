"""Which sentences of a briefing are dated commitments, and why the others are none."""

from datetime import date

import pytest

from calendars.foreign.values import Imported, Reading, Skipped
from scheduler.foreign.commitments.promises import (
    DONE,
    OF_A_NAME,
    OWN_DATE,
    PAST,
    YEARLY,
    commitments,
)
from scheduler.foreign.values import Document, Piece

TODAY = date(2024, 3, 21)


def read(*texts: str, today: date = TODAY, title: str = "", file: str = "briefing.txt") -> Reading:
    pieces = tuple(Piece(text, line) for line, text in enumerate(texts, start=1))
    return commitments(Document(pieces, title), file, today)


def only(text: str) -> Imported:
    (item,) = read(text).items
    assert isinstance(item, Imported), item
    return item


PROMISES = {
    "Egypt is organizing a regional EGM in Cairo in April 2024 to review practices (OP4)": (
        "2024-04 Egypt is organizing a regional EGM in Cairo"
    ),
    "**Zero draft:** April 2024": "2024-04 Zero draft",
    "2024: Revise the contribution template (OP5)": "2024 Revise the contribution template",
    "2024-25: Design the web page (OP1, OP2)": "2024/2025 Design the web page",
    "Extended to 2025 by Decision 2/1 (2023)": "2025 Extended to 2025 by Decision 2/1 (2023)",
    "Issue the announcement once the Executive Board has confirmed it in May 2024": (
        "2024-05 Issue the announcement once the Executive Board has confirmed it"
    ),
    "An action plan drawn up to improve scores for 2024": (
        "2024 An action plan drawn up to improve scores"
    ),
    "The budget for 2025 will be submitted": "2025 Budget for 2025 will be submitted",
    "Two meetings of the Working Group 2024 confirmed": "2024 Two meetings of the Working Group",
    "The session is tentatively scheduled for 5-9 May 2025.": "2025-05-05/2025-05-09? Session",
    "Final report: 20 May 2024 (tbc)": "2024-05-20? Final report",
    "The launch is expected around June 2024": "2024-06% Launch",
    "The report will be ready in May.": "2024-05? Report will be ready",
    "Deadline for comments: Friday, 28 June 2024, 17:00": "2024-06-28 Deadline for comments",
    "COP29, Baku, 11-22 November 2024": "2024-11-11/2024-11-22 COP29, Baku",
    "In line with resolution 71/256 of 23 December 2016, the plan will be reviewed in May 2025": (
        "2025-05 Plan will be reviewed"
    ),
    "The Strategic Plan for the period 2026-2029 is to be adopted in May 2025": (
        "2025-05 Strategic Plan for the period 2026-2029 is to be adopted"
    ),
    "The 2022-2025 Strategic Plan is extended to 2026.": (
        "2026 2022-2025 Strategic Plan is extended"
    ),
    "Member States are invited to comment not later than 15 April 2024": (
        "2024-04-15 Member States are invited to comment"
    ),
    "The Annual Report 2024 is to be published in March 2025": (
        "2025-03 Annual Report 2024 is to be published"
    ),
    "A meeting was held on 4 March and the outcome will be circulated by mid-April.": (
        "2024-04-11/2024-04-20% Outcome will be circulated"
    ),
    "Starting from 1 May 2024, reports will be monthly.": "2024-05-01 Reports will be monthly",
    "Le rapport sera publié en juin 2024.": "2024-06 Rapport sera publié",
    "La reunión se celebrará del 6 al 8 de mayo de 2024.": (
        "2024-05-06/2024-05-08 Reunión se celebrará"
    ),
    "Проект будет представлен в сентябре 2024 года.": "2024-09 Проект будет представлен",
    "最终草案将于2024年11月提交。": "2024-11 最终草案",
    "سيعقد الاجتماع في نيسان/أبريل 2024.": "2024-04 سيعقد الاجتماع",
}


@pytest.mark.parametrize("text", PROMISES)
def test_what_lies_ahead_is_taken_up(text: str) -> None:
    item = only(text)
    due, _, title = PROMISES[text].partition(" ")
    assert (item.due, item.title) == (due, title)
    assert item.said == text.replace("**", "")


LEFT = {
    "The text was adopted in June 2023.": DONE,
    "The tool was launched in 2022.": DONE,
    "In 2023, 40 countries reported on progress.": DONE,
    "In 2024, 40 countries have reported on progress.": DONE,
    "As of 2024, 12 countries have joined.": DONE,
    "The workshop was held on 12 February.": DONE,
    "UN-Habitat convened the forum in March 2024.": DONE,
    "Completed ✓: set up the window (2024)": DONE,
    "Le rapport a été publié en juin 2023.": DONE,
    "El informe fue aprobado en marzo de 2023.": DONE,
    "Резолюция была принята в июне 2023 года.": DONE,
    "决议于2023年6月通过了。": DONE,
    "اعتمد القرار في حزيران/يونيو 2023.": DONE,
    "Progress as of 31 December 2023": PAST,
    "Report for 2023": PAST,
    "In line with resolution 71/256 of 23 December 2016": OF_A_NAME,
    "Strategic Plan for the period 2022-2025": OF_A_NAME,
    "Strategic Plan 2022–2025": OF_A_NAME,
    "Reported in A/78/L.11 of 8 December 2023": OF_A_NAME,
}


@pytest.mark.parametrize("text", LEFT)
def test_what_is_left_says_why(text: str) -> None:
    (item,) = read(text).items
    assert isinstance(item, Skipped)
    assert (item.reason, item.title, item.what) == (LEFT[text], text, "sentence")


@pytest.mark.parametrize(
    "text",
    [
        "The 2030 Agenda guides the work",
        "In line with Agenda 2030",
        "HSP/HA.1/RES.1 (2019) – a strategic plan",
        "Decision 2/1 (2023) is under implementation",
        "A certificate by ISO 9001:2015",
        "A/HRC/55/2024 and E/2024/10",
        "The platform has 2,030 users and 10,000+ visits; 1500 cities take part",
        "We count on 2030 users",
        "See the 2024 report",
        "See https://example.org/2024/05/20/page or ask info2024@example.org",
        "Under implementation",
        "Funding continues to be limited",
        "Cities aged 15 to 24, Target 11.3",
        "2024 FIRST JOINT MEETING OF BUREAUX",
    ],
)
def test_a_sentence_without_a_date_is_no_item(text: str) -> None:
    assert read(text).items == ()


@pytest.mark.parametrize(
    "text",
    [
        "The venue will be announced", "Date to be confirmed", "Launch: date tbc",
        "The date is to be confirmed", "Invitations to be sent to all Member States",
        "Upcoming launch of the network", "La fecha está por confirmar",
        "La date sera annoncée", "Дата подлежит подтверждению", "日期待定",
        "التاريخ في انتظار التأكيد",
    ],
)  # fmt: skip
def test_what_is_to_come_without_a_date_waits_for_one(text: str) -> None:
    assert only(text).due == "tbc"


def test_a_day_that_comes_every_year_repeats() -> None:
    for text, day in {
        "It proclaimed 20 September as World Cleanup Day, to be observed annually": "2024-09-20",
        "World Cities Day, 31 October": "2024-10-31",
        "World Habitat Day is observed every 7 October": "2024-10-07",
        "La journée est célébrée le 31 octobre de chaque année": "2024-10-31",
        "每年9月20日": "2024-09-20",
    }.items():
        item = only(text)
        assert (item.due, item.repeats) == (day, YEARLY)
    assert only("The annual forum on 31 October 2024").repeats is None


def test_a_past_date_that_is_said_to_be_still_to_come_is_taken_up_with_a_note() -> None:
    item = only("The mid-term review planned for January 2024 is still to be completed.")
    assert item.due == "2024-01?"
    assert "still to come" in item.notes[0]


def test_a_sentence_of_several_dates_gives_an_item_for_each_promise() -> None:
    text = "Expanded partnerships in 2023 (IHS, ITC), to be continued in 2024 and evaluated by 2026"
    items = read(text).imported
    assert [one.due for one in items] == ["2024", "2026"]
    assert items[0].notes[1] == f"“2023” is left out: {DONE}"
    shared = read("One workshop in May and one in September 2024").imported
    assert [one.due for one in shared] == ["2024-05", "2024-09"]
    same = read("**Two meetings** in April 2024 and in October 2024").imported
    assert [one.title for one in same] == ["Two meetings (2024-04)", "Two meetings (2024-10)"]


def test_the_note_says_what_was_read_as_the_date() -> None:
    assert only("A meeting in April 2024").notes == ("“April 2024” read as 2024-04",)
    assert "no year is said" in only("A meeting on 3 May").notes[0]


def test_the_source_says_the_place_and_the_document_that_it_is_about() -> None:
    headings = ("PART I", "HSP/HA.2/Res.1 (2023) – Smart cities", "DRAFTING")
    document = Document((Piece("**Zero draft:** April 2024", 12, headings),))
    (item,) = commitments(document, "briefing.docx", TODAY, place="paragraph").imported
    assert item.source == "briefing.docx, paragraph 12, HSP/HA.2/Res.1 (2023) – Smart cities"


def test_a_heading_may_promise_and_is_read_once() -> None:
    headings = ("HSP/HA.2/RES.2 (2023) – Transformation of slums by 2030",)
    pieces = (Piece("First thing", 4, headings), Piece("Second thing", 5, headings))
    (item,) = commitments(Document(pieces), "b.txt", TODAY).items
    assert isinstance(item, Imported)
    assert (item.due, item.title, item.line) == ("2030", "Transformation of slums", 4)


def test_the_day_of_the_document_decides_what_is_past() -> None:
    later = date(2026, 11, 29)
    reading = read("UN-HABITAT", "Nairobi, 21 March 2024", "Zero draft: April 2024", today=later)
    own, draft = reading.items
    assert isinstance(own, Skipped) and own.reason == OWN_DATE
    assert isinstance(draft, Imported) and draft.due == "2024-04"
    assert reading.notes == ("read as written on 2024-03-21, as it says",)


@pytest.mark.parametrize(
    ("title", "file"),
    [("Briefing to the Bureaux, 21 March 2024", "a.txt"), ("", "briefing 2024-03-21.txt")],
)
def test_the_title_or_the_file_s_name_may_tell_the_day(title: str, file: str) -> None:
    reading = read("Draft: April 2024", today=date(2026, 1, 1), title=title, file=file)
    assert len(reading.imported) == 1
    assert "2024-03-21" in reading.notes[-1]


def test_without_any_day_it_is_read_as_of_today() -> None:
    reading = read("Draft: April 2024", today=date(2026, 1, 1))
    (item,) = reading.items
    assert isinstance(item, Skipped) and item.reason == PAST
    assert reading.notes == ("it does not say when it was written; read as of 2026-01-01",)


def test_the_same_document_has_the_same_uids_and_no_two_alike() -> None:
    texts = ["Draft: April 2024", "Draft: April 2024", "Two in April 2024 and in June 2024", "tbc"]
    uids = [one.uid for one in read(*texts).items]
    assert len(set(uids)) == 5
    assert uids == [one.uid for one in read(*texts, today=date(2024, 4, 1)).items]
    assert uids[0] == read("DRAFT:  **April 2024**").items[0].uid


def test_a_title_ends_at_a_word_within_eighty_characters() -> None:
    title = only("The " + "very long " * 20 + "meeting in April 2024").title
    assert len(title) <= 80
    assert title.endswith("long…")
