"""The dated sentences of a real briefing, against the example plan that was written by hand."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from calendars.dates import Precision, parse_due
from calendars.foreign.values import Imported, Skipped
from scheduler.foreign.commitments.promises import OWN_DATE, commitments
from scheduler.foreign.values import Document, Piece

EXAMPLE = Path(__file__).parents[3] / "config" / "examples" / "un-habitat"
READ_ON = date(2026, 11, 29)
"""Long after the briefing, whose own date must be found."""

HA1_1 = "HSP/HA.1/RES.1 (2019) – Strategic Plan for the period 2020-2023"
HA1_2 = "HSP/HA.1/RES.2 (2019) – UN systemwide Guidelines on Safer Cities and Human Settlements"
HA1_4 = "HSP/HA.1/RES.4 (2019) – Achieving gender equality through the work of the UN-Habitat"
HA2_1 = "HSP/HA.2/Res.1 (2023) - International guidelines on people-centered smart cities"
HA2_2 = "HSP/HA.2/RES.2 (2023) – Accelerating the transformation of informal settlements and slums by 2030"  # noqa: E501
HA2_5 = "HSP/HA.2/RES.5 (2023) – Interlinkage between Urbanization and Climate Change Resilience"
HA2_6 = "HSP/HA.2/RES.6 (2023) – Localization of the Sustainable Development Goals"

SENTENCES: list[tuple[str, str, str]] = [
    ("", "21 March 2024", OWN_DATE),
    ("", "MICHAL MLYNAR", ""),
    (HA1_1, "Under implementation", ""),
    (HA1_1, "**Extended to 2025 by UN-Habitat Assembly Decision 2/1 (2023)**", "2025"),
    (
        HA1_2,
        "Broader UN collaboration being piloted through **joint UN programming at the country "
        "level (e.g. South Africa)** (OP5)",
        "",
    ),
    (
        HA1_2,
        "Egypt is organizing a **regional EGM in Cairo in April 2024** to review safer cities "
        "practices in Africa (OP4)",
        "2024-04",
    ),
    (
        HA1_2,
        "**NUA Illustrated in 5 UN languages** and crash course to expand access to NUA (incl. "
        "Guidance digital capacity-building, UN-Habitat Learn – 30 courses /10,000+ users)",
        "",
    ),
    (
        HA1_2,
        "Expanded **strategic capacity-building partnerships** in 2023 (IHS, the Commonwealth "
        "Sustainable Cities Initiative, ITC, IUTC, Arcadis), to be continued in 2024",
        "2024",
    ),
    (HA1_2, "Focus on methods to achieve the NUA and Agenda 2030.", ""),
    (
        HA1_4,
        "United Nations System-wide Action Plan on gender equality and empowerment of women "
        "(UNSWAP) **reporting on 3 performance indicators improved** and an improvement action "
        "plan drawn up to improve scores for 2024",
        "2024",
    ),
    (
        HA1_4,
        "**Advisory Group on Gender Issues** to be reconstituted by the next quarter of 2024 in "
        "view of joint planning for WUF 12 events (OP4)",
        "2024-Q2?",
    ),
    (
        HA2_1,
        "**Two global in person meetings** of the Global Experts Working Group 2024 confirmed "
        "(Strasbourg; Baku)",
        "2024",
    ),
    (HA2_1, "**Zero draft:** April 2024", "2024-04"),
    (HA2_1, "**First draft:** June 2024", "2024-06"),
    (HA2_1, "**Second draft:** August 2024", "2024-08"),
    (HA2_1, "**Third draft:** October 2024", "2024-10"),
    (HA2_1, "**Final draft:** November 2024", "2024-11"),
    (HA2_2, "Provided **Technical support** upon demand to 10 Member States (OP 6)", "2030"),
    (
        HA2_2,
        "UNGA approved on 8th December 2023 the resolution **A/78/L.11** and proclaimed 20 "
        "September as World Cleanup Day, to be observed annually. (OP1 and OP5)",
        "2024-09-20 FREQ=YEARLY",
    ),
    (
        HA2_5,
        "UN-Habitat co-chaired the **first Local Climate Action Summit** at COP28 with 60 urban "
        "line ministers, 200 local leaders, and 1000 participants present.",
        "",
    ),
    (
        HA2_5,
        "Establishment of a GCF Accreditation Task Force targeting Stage 1 submission for June "
        "24. Accreditation window: USD 50million. (OP7)",
        "2024-06?",
    ),
    (HA2_6, "Building an offer in line with the Local2030 Coalition – piloted in 5 countries", ""),
    (
        HA2_6,
        "Issue **announcement of date and venue** of first session of Housing Working Group once "
        "confirmed by EB in May 2024",
        "2024-05",
    ),
    (HA2_6, "Done ✓: Establish its terms of reference (OP4)", ""),
    (HA2_6, "2024: Revise the contribution template to include project balances (OP5)", "2024"),
    (HA2_6, "2024-25: Design and develop the web page on UNHA resolution tracking", "2024/2025"),
    (HA2_6, "2024-25: Establish mechanism to collect and publish information", "2024/2025"),
]
"""The heading, the sentence, and the date that it or its heading promises, or why it is left."""


def _found() -> dict[int, list[Imported | Skipped]]:
    pieces = tuple(
        Piece(text, line, (heading,) if heading else ())
        for line, (heading, text, _) in enumerate(SENTENCES, start=1)
    )
    found: dict[int, list[Imported | Skipped]] = {}
    for item in commitments(Document(pieces), "briefing.txt", READ_ON).items:
        found.setdefault(item.line, []).append(item)
    return found


@pytest.mark.parametrize("line", range(1, len(SENTENCES) + 1))
def test_each_dated_sentence_is_what_the_plan_made_of_it(line: int) -> None:
    said = [
        f"{item.due} {item.repeats or ''}".strip() if isinstance(item, Imported) else item.reason
        for item in _found().get(line, [])
    ]
    expected = SENTENCES[line - 1][2]
    assert said == ([expected] if expected else [])


NOT_SAID = {
    "session": "the date of the board's session was concluded from another sentence",
}
"""Milestones of the example whose own words say no date."""


def _dated() -> list[tuple[str, str, object]]:
    dated = []
    for file in sorted(EXAMPLE.glob("*.toml")):
        for track in tomllib.loads(file.read_text()).get("tracks", {}).values():
            for one in track.get("milestones", []):
                due = one.get("due")
                if due is not None and parse_due(due).precision is not Precision.NONE:
                    dated.append((one["id"], one["said"], due))
    return dated


@pytest.mark.parametrize(("name", "said", "due"), _dated())
def test_every_date_of_the_example_is_found_in_the_words_it_was_taken_from(
    name: str, said: str, due: object
) -> None:
    pieces = (Piece("21 March 2024", 1), Piece(said, 2))
    found = commitments(Document(pieces), "briefing.txt", READ_ON).imported
    if name in NOT_SAID:
        assert [one.due for one in found] == ["tbc"]
        return
    wanted = parse_due(due)
    assert [one.promise.last for one in found] == [wanted.last]
    assert (found[0].promise.first, found[0].promise.certain) == (wanted.first, wanted.certain)


def test_the_example_has_its_dates() -> None:
    assert len(_dated()) >= 18
