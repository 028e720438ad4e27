"""Items in English words: why something is late, what is done, what comes next."""

import pytest

from config.plan import Plan
from scheduler.briefing.catalogue import words
from scheduler.briefing.composing import compose
from scheduler.briefing.document import Bullets, Document, Heading, Table, plain
from scheduler.outbox.values import StoredReport
from scheduler.standing import Slip
from tests.scheduler.briefing.office import milestone, plan, report, shown, slip

APRIL, SEPTEMBER = ("2024-04-30", "April 2024"), ("2024-09-30", "September 2024")


def told(
    made: Plan,
    reports: list[StoredReport],
    slips: list[Slip],
    *,
    internal: bool = False,
) -> dict[str, list[str]]:
    """Heading -> the items under it, of the only track."""
    document = compose(shown(made, reports, slips, internal=internal), words("en"))
    return by_heading(document)


def by_heading(document: Document) -> dict[str, list[str]]:
    """Heading -> the lines under it, of the last track."""
    found: dict[str, list[str]] = {}
    heading = ""
    for block in document.blocks:
        if isinstance(block, Heading):
            heading = plain(block.text)
            found[heading] = []
        elif isinstance(block, Bullets):
            found[heading] += [plain(one) for one in block.items]
        elif isinstance(block, Table):
            found[heading] += [" | ".join(map(plain, row)) for row in block.rows]
    return found


@pytest.mark.parametrize(
    ("lines", "reports", "slips", "heading", "said"),
    [
        (['"2024-05"'], [], [], "Late, and why",
            "a: Due May 2024; late by 20 working days. Nothing has been reported."),
        (['"2024-05"', 'paragraphs = ["OP1", "OP2"]'],
            [report("a", "2024-05-29", "delayed", "Two are open.", 40)], [], "Late, and why",
            "a: Due May 2024; late by 20 working days. Last reported on 29 May 2024: delayed, 40%."
            " “Two are open.” (OP1, OP2)"),
        (['"2024-05"'], [report("a", "2024-05-29", "note", "No money yet.")], [], "Late, and why",
            "a: Due May 2024; late by 20 working days. Last word on 29 May 2024. “No money yet.”"),
        (["2024-06-28"], [], [], "Late, and why",
            "a: Due 28 June 2024; no working day has passed since. Nothing has been reported."),
        (['"2024-05"'], [report("a", "2024-06-05", "done", "Sent.")], [], "Done",
            "a: Done on 5 June 2024. 3 working days after the date promised, May 2024. “Sent.”"),
        (['"2024-05"'], [report("a", "2024-05-31", "done")], [], "Done",
            "a: Done on 31 May 2024. In time: the date promised was May 2024."),
        (["2024-06-01"], [report("a", "2024-06-02", "done")], [], "Done",
            "a: Done on 2 June 2024. In time: the date promised was 1 June 2024."),
        (['"tbc"'], [report("a", "2024-05-31", "done")], [], "Done", "a: Done on 31 May 2024."),
        (['"2024-05"', 'status = "done"'], [], [], "Done",
            "a: Done. The date promised was May 2024."),
        (['"2024-09"'], [report("a", "2024-05-31", "at-risk", "", 10)], [], "Next",
            "a: September 2024. At risk, 10%."),
        (['"2024-09?"'], [], [], "Next", "a: September 2024, to be confirmed."),
        (['2024-09-20T14:00:00', 'timezone = "Europe/Paris"'], [], [], "Next",
            "a: 20 September 2024, 14:00 (Europe/Paris)."),
        (['"tbc"'], [], [], "No date yet", "a"),
        (['"tbc"', 'paragraphs = ["OP3"]'], [], [], "No date yet", "a (OP3)"),
        (['"2024-09"'], [], [slip("a", "2024-05-06", APRIL, SEPTEMBER)], "Dates that moved",
            "a: April 2024, moved to September 2024 on 6 May 2024."),
        (['"2024-09"'], [], [slip("a", "2024-05-06", None, SEPTEMBER)], "Dates that moved",
            "a: September 2024, set on 6 May 2024."),
        (['"tbc"'], [], [slip("a", "2024-05-06", APRIL, None)], "Dates that moved",
            "a: April 2024; open again since 6 May 2024."),
        (['"2024-09"'], [report("a", "2024-05-06", "cancelled", "No funds.")], [],
            "Cancelled or withdrawn", "a: Cancelled on 6 May 2024. “No funds.”"),
        (['"2024-05"', 'status = "cancelled"'], [], [], "Cancelled or withdrawn", "a: Cancelled."),
        (['"2024-09"'], [report("a", "2024-05-31", "note", "Soon.")], [], "Under way",
            "a: Last word on 31 May 2024. “Soon.”"),
    ],
)  # fmt: skip
def test_what_is_told(
    lines: list[str], reports: list[StoredReport], slips: list[Slip], heading: str, said: str
) -> None:
    assert told(plan(milestone("a", *lines)), reports, slips)[heading] == [said]


@pytest.mark.parametrize(
    ("lines", "reports", "slips", "said"),
    [
        (['"2024-05"'], [], [], "a | May 2024 | Late by 20 working days"),
        (["2024-06-28"], [], [], "a | 28 June 2024 | Late"),
        (['"2024-05"', 'said = "In May"', 'paragraphs = ["OP2"]'],
            [report("a", "2024-06-05", "done")], [],
            "a: “In May” (OP2) | May 2024 | Done on 5 June 2024"),
        (['"2024-05"', 'status = "done"'], [], [], "a | May 2024 | Done"),
        (['"2024-05"', 'status = "cancelled"'], [], [], "a | May 2024 | Cancelled"),
        (['"2024-09"'], [], [slip("a", "2024-05-06", APRIL, SEPTEMBER)],
            "a | April 2024 | Moved to September 2024"),
        (['"tbc"'], [], [slip("a", "2024-05-06", APRIL, None)],
            "a | April 2024 | Its date is open again"),
        (['"2024-05"', 'reminders = "meeting"'], [], [],
            "a | May 2024 | The date has passed; nothing was reported"),
        (['"2024-05"', 'reminders = "meeting"'], [report("a", "2024-05-06", "on-track")], [],
            "a | May 2024 | The date has passed"),
    ],
)  # fmt: skip
def test_outcomes(
    lines: list[str], reports: list[StoredReport], slips: list[Slip], said: str
) -> None:
    found = told(plan(milestone("a", *lines)), reports, slips)
    assert found["Promised for this period"] == [said]


def test_what_it_waits_for_is_named_where_the_readers_may_know_it() -> None:
    made = plan(
        milestone("a", '"tbc"', 'needs = ["b", "c", "d"]'),
        milestone("b", '"tbc"'),
        milestone("c", '"tbc"', "public = false"),
        milestone("d", '"tbc"', "public = false"),
    )
    found = told(made, [report("b", "2024-05-06", "on-track")], [])
    assert found["No date yet"][0] == "a: It waits for “b” and another milestone."
    inside = told(made, [report("d", "2024-05-06", "done")], [], internal=True)
    assert inside["No date yet"][0] == "a: It waits for “b” and “c”."


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ('"b"', "a: Together with “b”, date to be confirmed."),
        ('"b + 10 working days"', "a: 10 working days after “b”, date to be confirmed."),
        ('"b - 1 week"', "a: 1 week before “b”, date to be confirmed."),
    ],
)
def test_a_date_that_hangs_on_another(due: str, said: str) -> None:
    made = plan(milestone("a", due), milestone("b", '"tbc"'))
    assert told(made, [], [])["No date yet"] == [said, "b"]


def test_inside_who_said_it_is_named() -> None:
    made = plan(milestone("a", '"2024-09"'), milestone("b", '"2024-05"'))
    said = [report("a", "2024-05-06", "at-risk"), report("b", "2024-05-06", "done", by="housing")]
    found = told(made, said, [], internal=True)
    assert found["Under way"] == ["a: Last reported by Amina Otieno on 6 May 2024: at risk."]
    (done,) = found["Done"]
    assert done.startswith("b: Done on 6 May 2024, reported by Housing.")
    outside = told(made, said, [])
    assert not any("Amina" in line for lines in outside.values() for line in lines)


def test_a_quiet_track_says_so() -> None:
    document = compose(shown(plan(milestone("a", '"2024-09"'))), words("en"))
    texts = [plain(one.text) for one in document.blocks if hasattr(one, "text")]
    assert "Nothing was due in this period, and nothing was reported." in texts


def test_links_lead_to_pages_that_there_are() -> None:
    made = plan(milestone("a", '"2024-09"'), milestone("b", '"2024-09"', "public = false"))
    found = compose(shown(made, internal=True), words("en"), base="https://x.example")
    links = {
        run.text: run.href
        for block in found.blocks
        if isinstance(block, Bullets)
        for item in block.items
        for run in item
        if run.text in {"a", "b"}
    }
    assert links == {"a": "https://x.example/tracks/one/a", "b": ""}


def test_texts_of_the_plan_come_in_one_line() -> None:
    made = plan(milestone("a", '"2024-09"'))
    said = [report("a", "2024-05-06", "at-risk", "One\n\n  two\x0b\u202ethree")]
    assert told(made, said, [])["Under way"] == [
        "a: Last reported on 6 May 2024: at risk. “One two three”"
    ]
