"""The rows of a table as commitments: which column says what, and by what a row is known again."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.dates import parse_due
from calendars.foreign.values import Imported, ImportingError, Reading, Skipped
from config.fields import read_line, read_text
from scheduler.foreign.tables.column_names import NAMES, heading_of
from scheduler.foreign.tables.rows import MOST_ROWS, from_tables
from scheduler.foreign.values import Cell, Row, Sheet

PEOPLE = {
    "aminaotieno": "amina",
    "amina": "amina",
    "aminaexampleorg": "amina",
    "housing": "housing",
}


def sheet(*rows: Sequence[Cell], name: str = "") -> Sheet:
    return Sheet(tuple(Row(line, tuple(row)) for line, row in enumerate(rows, 1)), name)


def reading(*rows: Sequence[Any]) -> Reading:
    return from_tables([sheet(*rows)], "Work plan.csv", owners=PEOPLE)


def one(heading: Sequence[Cell], row: Sequence[Cell]) -> Imported:
    (found,) = reading(heading, row).items
    assert isinstance(found, Imported), found
    return found


def reasons(read: Reading) -> list[str]:
    return [it.reason for it in read.items if isinstance(it, Skipped)]


@pytest.mark.parametrize(
    ("title", "due"),
    [
        ("Title", "Due date"), ("MILESTONE", "deadline"), ("Deliverables", "By when?"),
        ("Commitment*", "Target date (dd/mm/yyyy)"), ("Activity / Activité", "Date / Date"),
        ("Titre", "Échéance"), ("Livrable", "Date limite"), ("Jalon", "echeance"),
        ("Hito", "Fecha límite"), ("Actividad", "Plazo"), ("Compromiso", "fecha"),
        ("Мероприятие", "Срок исполнения"), ("Веха", "Срок"), ("Название", "Дата"),
        ("里程碑", "截止日期"), ("任务名称", "日期"), ("活动", "期限"),
        ("العنوان", "تاريخ الاستحقاق"), ("النشاط", "الموعد النهائي"), ("المهمة", "التاريخ"),
        ("Subject", "Start Date"), ("Task Name", "Finish"),
    ],
)  # fmt: skip
def test_the_columns_are_known_by_their_names(title: str, due: str) -> None:
    found = one(("Budget", title, due), (5, "Zero draft", "April 2024"))
    assert (found.title, found.due, found.line) == ("Zero draft", "2024-04", 2)


def test_each_name_of_a_column_is_known() -> None:
    for field, names in NAMES.items():
        for name in names.split(", "):
            beside = {"title": ("Échéance",), "due": ("Titre",)}.get(field, ("Titre", "Échéance"))
            found = heading_of([Row(1, (name, *beside))])
            assert found, (field, name)
            assert 0 in found.columns.values(), (field, name)


def test_the_headings_may_stand_below_a_preamble() -> None:
    above = (("Work plan of 2024",), (), ("As of", date(2024, 3, 21)))
    read = reading(*above, ("No.", "Milestone", "Due"), (1, "a", 2024), (None, None, None))
    assert [it.line for it in read.items] == [5]
    with pytest.raises(ImportingError):
        reading(*[("x",)] * 20, ("Milestone", "Due"), ("a", 2024))


def test_a_table_without_headings_is_told_what_is_missing() -> None:
    for rows, words in (
        ([], "it is empty"),
        ([("a1", "b1")], 'no columns of titles and dates are among "a1", "b1"'),
        ([("Title", "b1")], 'no column of dates is among "Title", "b1"; name one "Due date"'),
        ([("x1", "Due")], 'no column of titles is among "x1", "Due"'),
        ([(1, 2)], "none of its first rows names its columns"),
    ):
        with pytest.raises(ImportingError, match=words):
            reading(*rows)


def test_all_that_a_plan_can_hold_is_taken() -> None:
    heading = (
        "ID", "Title", "Due date", "Responsible", "Status", "%", "Comments", "Source", "Said",
        "Link", "Venue", "Tags", "Budget",
    )  # fmt: skip
    row = (
        "D-12", "Zero\ndraft", date(2024, 4, 30), "Amina Otieno; Bob", "Terminé", 0.5,
        "a\x00b\n\nc", "Briefing", "Zero draft: April", "www.example.org/x", "Nairobi",
        "norms, draft", 5,
    )  # fmt: skip
    read = reading(heading, row)
    (found,) = read.imported
    assert (found.title, found.due, found.key) == ("Zero draft", "2024-04-30", "D-12")
    assert (found.owners, found.status, found.percent) == (("amina",), "done", 50)
    assert (found.description, found.source) == ("ab\n\nc", "Briefing")
    assert (found.said, found.url) == ("Zero draft: April", "https://www.example.org/x")
    assert (found.location, found.tags) == ("Nairobi", ("norms", "draft"))
    assert found.notes == ('the owner "Bob" is nobody in the plan',)
    assert read.notes == ('not taken, for a plan has no such columns: "Budget"',)


@pytest.mark.parametrize(
    ("cell", "owners", "unknown"),
    [
        ("AMINA OTIENO", ("amina",), 0),
        ("Amina <amina@example.org>", ("amina",), 0),
        ("housing and Amina", ("housing", "amina"), 0),
        ("Bob, Al", (), 2),
        (None, (), 0),
        (5, (), 1),
    ],
)
def test_owners_are_people_of_the_plan(cell: Cell, owners: tuple[str, ...], unknown: int) -> None:
    found = one(("Title", "Due", "Owner"), ("a", 2024, cell))
    assert (found.owners, len(found.notes)) == (owners, unknown)


@pytest.mark.parametrize(
    ("cell", "status", "unknown"),
    [
        ("On track", "planned", False), ("COMPLETED", "done", False), ("fait", "done", False),
        ("Annulé", "cancelled", False), ("cumplido", "done", False), ("выполнено", "done", False),
        ("отменено", "cancelled", False), ("已完成", "done", False),
        ("تم الإلغاء", "cancelled", False),
        ("✓", "done", False), (None, "planned", False), ("green", "planned", True),
    ],
)  # fmt: skip
def test_a_status_is_known_in_six_languages(cell: Cell, status: str, unknown: bool) -> None:
    found = one(("Title", "Due", "Status"), ("a", 2024, cell))
    assert (found.status, bool(found.notes)) == (status, unknown)


@pytest.mark.parametrize(
    ("cells", "percents"),
    [
        ((0.5, 1, 0), (50, 100, 0)),
        ((50, 1, 100), (50, 1, 100)),
        (("50%", "5 %", "100"), (50, 5, 100)),
        (("0.5", "1", None), (50, 100, None)),
        (("half", -5, 500), (None, None, None)),
    ],
)
def test_a_percentage_is_a_fraction_where_its_column_is(
    cells: tuple[Cell, ...], percents: tuple[int | None, ...]
) -> None:
    rows = [(f"t{number}", 2024, cell) for number, cell in enumerate(cells)]
    assert tuple(it.percent for it in reading(("Title", "Due", "%"), *rows).imported) == percents


def test_a_column_of_ticks_says_what_is_done() -> None:
    rows = [("a", 2024, "x"), ("b", 2024, True), ("c", 2024, "no"), ("d", 2024, None)]
    found = reading(("Title", "Due", "Done"), *rows).imported
    assert [it.status for it in found] == ["done", "done", "planned", "planned"]


@pytest.mark.parametrize(
    ("start", "end", "due", "duration"),
    [
        (date(2024, 5, 1), date(2024, 5, 3), "2024-05-01/2024-05-03", None),
        (date(2024, 5, 1), date(2024, 5, 1), "2024-05-01", None),
        ("May 2024", "Q3 2024", "2024-05/2024-Q3", None),
        (
            datetime(2024, 5, 1, 10),
            datetime(2024, 5, 1, 11, 30),
            "2024-05-01T10:00:00",
            "90 minutes",
        ),
        (datetime(2024, 5, 1, 10), datetime(2024, 5, 2, 12), "2024-05-01/2024-05-02", None),
        ("early May 2024", "June 2024", "2024-05~/2024-06", None),
        (None, date(2024, 5, 3), "2024-05-03", None),
        (date(2024, 5, 1), "tbc", "2024-05-01", None),
        ("tbc", "tbc", "tbc", None),
        ("1-3 May 2024", "5 May 2024", "2024-05-01/2024-05-05", None),
        ("13/05/2024", "02/06/2024", "2024-05-13/2024-06-02", None),
    ],
)
def test_start_and_end_are_a_window(start: Cell, end: Cell, due: str, duration: str | None) -> None:
    found = one(("Title", "Start", "End"), ("a", start, end))
    assert (found.due, found.duration, found.notes) == (due, duration, ())


def test_a_window_is_second_to_a_due_date_and_may_be_wrong() -> None:
    heading = ("Title", "Due", "From", "To")
    assert one(heading, ("a", 2024, date(2020, 1, 1), date(2021, 1, 1))).due == "2024"
    assert one(heading, ("a", None, date(2020, 1, 1), date(2021, 1, 1))).due == (
        "2020-01-01/2021-01-01"
    )
    assert one(heading, ("a", None, date(2020, 1, 1))).notes == (
        "it has no end; its start is taken",
    )
    assert reasons(reading(heading, ("a", None, date(2021, 1, 1), date(2020, 1, 1)))) == [
        '"2021-01-01 – 2020-01-01" ends before it starts'
    ]


def test_a_time_of_another_column_belongs_to_the_day() -> None:
    heading = ("Subject", "Start Date", "Start Time", "End Date")
    assert one(heading, ("a", "15/05/2024", "2:30 PM", "15/05/2024")).due == "2024-05-15T14:30:00"
    found = one(("Title", "Date", "Time"), ("a", "15/05/2024", "noon"))
    assert found.due == "2024-05-15"
    assert found.notes == ('the time "noon" cannot be read and is left out',)


def test_the_words_of_a_date_are_kept_as_promised() -> None:
    assert one(("Title", "Due"), ("Draft", "end of 2024")).said == "Draft: end of 2024"
    for plain in ("2024-04-15", "15/04/2024", 2024, "tbc", None, "2024-q2"):
        assert one(("Title", "Due"), ("Draft", plain)).said is None


def test_rows_that_cannot_be_taken_say_why() -> None:
    rows = [
        ("a", "soon"),
        (None, 2024),
        ("b", 2024),
        ("b", 2024),
        ("Title", "Due"),
        ("c", "12/5/24"),
    ]
    read = reading(("Title", "Due"), *rows)
    assert reasons(read) == [
        '"soon" is no date that can be read',
        "it has no title",
        "it says the same as row 4",
        '"12/5/24" has a year of two digits; write all four',
    ]
    assert [it.line for it in read.items] == [2, 3, 4, 5, 7]


# By what a row is known again


def uids(*rows: Sequence[Cell], heading: Sequence[Cell] = ("ID", "Title", "Due")) -> list[str]:
    return [it.uid for it in reading(heading, *rows).imported]


def test_an_id_stays_whatever_else_is_edited() -> None:
    first, second = uids((1, "a", 2024), (2, "b", 2024))
    assert uids((2, "B, edited", "2025"), (9, "new", "tbc"), (1, "other", None))[::2] == [
        second,
        first,
    ]


def test_a_title_stays_whatever_the_date_and_the_place_of_its_row() -> None:
    first, second = uids((None, "First", 2024), (None, "Second", 2024))
    assert uids((None, "new", 2024), (None, "SECOND ", 2025), (None, "First", "tbc")) == [
        *uids((None, "new", 2024)),
        second,
        first,
    ]


def test_rows_of_one_title_have_numbers() -> None:
    first, second = uids((None, "Meeting", 2024), (None, "Meeting", 2025))
    assert second == f"{first}#2"


def test_an_id_that_comes_twice_is_no_id_the_second_time() -> None:
    found = reading(
        ("Ref", "Title", "Due"), ("R1", "a", 2024), ("R1", "b", 2024), ("R1", "c", 2024)
    )
    assert len({it.uid for it in found.imported}) == 3
    assert [it.key for it in found.imported] == ["R1", None, None]
    assert uids(("R1", "a", 2024), ("R1", "c", 2024))[1] == found.imported[2].uid


def test_a_uid_of_the_world_is_kept_and_another_is_of_its_file() -> None:
    heading = ("UID", "Title", "Due")
    uid = "third-session@board.example.org"
    assert uids((uid, "a", 2024), heading=heading) == [uid]
    files = ("a.csv", "b.csv")
    found = [from_tables([sheet(heading, ("1", "a", 2024))], it).imported[0].uid for it in files]
    assert found[0] != found[1]
    scoped = {
        from_tables([sheet(heading, ("1", "a", 2024))], it, scope="x").imported[0].uid
        for it in files
    }
    assert len(scoped) == 1


def test_sheets_are_read_together_and_told_apart() -> None:
    sheets = [
        sheet(("Title", "Due"), ("Zero draft", 2024), name="One"),
        sheet(("Read me",), name="Help"),
        sheet(("Title", "Due"), ("Zero draft", 2024), (None, 2024), name="Two"),
    ]
    read = from_tables(sheets, "x.xlsx")
    assert len({it.uid for it in read.imported}) == 2
    assert [it.notes for it in read.imported] == [('in the sheet "One"',), ('in the sheet "Two"',)]
    assert reasons(read) == ['it has no title; in the sheet "Two"']
    assert read.notes == ('the sheet "Help" names no columns of titles and dates; it is left out',)
    longer = [sheet(("Title", "Due"), ("Zero draft", 1999), ("New", 2024)), *sheets[1:]]
    assert [it.uid for it in from_tables(longer, "x.xlsx").imported][::2] == [
        it.uid for it in read.imported
    ]


def test_more_rows_than_a_plan_can_hold_are_refused() -> None:
    with pytest.raises(ImportingError, match="20,000 rows"):
        reading(("Title", "Due"), *[("a", "b")] * (MOST_ROWS + 1))


# Whatever stands in the cells

NASTY = st.sampled_from([
    "=1+1", "'=cmd|x", "a\x00b", "\x1b[31m", "\u202eabc", "a\r\nb", '"""', "'''", "\\", "\ud800",
    "\u2028", "x" * 5000, "[a]", "# b", "﷽" * 500, "2024", "tbc", "12/05/2024", "1-3 May 2024",
])  # fmt: skip
CELLS = st.one_of(
    NASTY, st.text(max_size=20), st.none(), st.booleans(), st.integers(), st.floats(), st.dates(),
    st.datetimes(),
)  # fmt: skip
HEADINGS = st.lists(st.sampled_from([it.split(", ")[0] for it in NAMES.values()]), max_size=8)


@given(HEADINGS, st.lists(st.lists(CELLS, max_size=10), max_size=5))
@settings(deadline=None)
def test_any_cells_come_to_what_a_plan_takes(heading: list[str], rows: list[list[Cell]]) -> None:
    read = reading(("Title", "Due", *heading), *rows)
    found = read.imported
    assert len({it.uid for it in found}) == len(found)
    for it in found:
        parse_due(it.due)
        for line in (it.title, it.uid, it.location, *it.tags):
            assert line is None or read_line(line) == line
        for text in (it.said, it.source, it.description):
            assert text is None or read_text(text) == text
        assert not any("\ud800" <= sign <= "\udfff" for sign in f"{it.title}{it.description}")
        assert len(it.title) <= 300


@given(st.lists(st.lists(CELLS, max_size=6), max_size=6))
def test_any_rows_are_read_or_refused_in_words(rows: list[list[Cell]]) -> None:
    try:
        reading(*rows)
    except ImportingError as error:
        assert str(error)
