"""Which files are taken with a report, by name and content, and under which name."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.outbox.report_values import Upload
from scheduler.reports.uploads import LONGEST_NAME, MOST_OCTETS, TYPES, accepted, file_name

PDF, PNG, JPEG = b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"


def archive(*names: str, first: tuple[str, str] | None = None, size: int = 10) -> bytes:
    """An archive with these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        if first:
            zipped.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name in names:
            zipped.writestr(name, b"0" * size)
    return made.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
MACROS = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
ODT = archive("content.xml", first=("mimetype", "application/vnd.oasis.opendocument.text"))
ODS = archive("content.xml", first=("mimetype", "application/vnd.oasis.opendocument.spreadsheet"))
GOOD = {
    "a.pdf": PDF, "a.png": PNG, "a.jpg": JPEG, "a.jpeg": JPEG, "a.docx": DOCX, "a.xlsx": XLSX,
    "a.odt": ODT, "a.ods": ODS, "a.txt": "Наш отчёт\r\n\tdone".encode(), "a.csv": b"a;b\n1;\xe9",
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_is_taken(name: str) -> None:
    found = accepted(name, GOOD[name])
    assert found == Upload(name, TYPES[name[2:]][0], GOOD[name])


def test_every_type_is_tried() -> None:
    assert {name[2:] for name in GOOD} == set(TYPES)


@pytest.mark.parametrize(
    ("name", "octets", "fault"),
    [
        ("a.html", b"<script>alert(1)</script>", "type"),
        ("a.svg", b"<svg onload='x'/>", "type"),
        ("a.exe", b"MZ\x90", "type"),
        ("a", PDF, "type"),
        ("pdf", PDF, "type"),
        ("a.pdf.exe", PDF, "type"),
        ("a.pdf", b"<html>", "type"),
        ("a.pdf", b"MZ%PDF-", "type"),
        ("a.png", PDF, "type"),
        ("a.docx", XLSX, "type"),
        ("a.docx", archive("word/document.xml"), "type"),
        ("a.docx", MACROS, "type"),
        ("a.docm", DOCX, "type"),
        ("a.odt", ODS, "type"),
        ("a.odt", DOCX, "type"),
        ("a.zip", DOCX, "type"),
        ("a.txt", b"a\x00b", "type"),
        ("a.csv", PNG, "type"),
        ("a.pdf", b"", "empty"),
        ("a.pdf", PDF + b"x" * MOST_OCTETS, "size"),
    ],
)  # fmt: skip
def test_what_is_not_taken(name: str, octets: bytes, fault: str) -> None:
    assert accepted(name, octets) == fault


def test_an_archive_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gigabyte of zeros in a megabyte."""
    bomb = archive("[Content_Types].xml", "word/document.xml", size=300 * 1024 * 1024)
    assert len(bomb) < MOST_OCTETS

    def unpacked(*_: object) -> None:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(zipfile, "ZipFile", unpacked)
    monkeypatch.setattr(zipfile.zlib, "decompressobj", unpacked)  # type: ignore[attr-defined]
    assert isinstance(accepted("a.docx", bomb), Upload)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Draft 2.PDF", "Draft 2.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\amina\\draft.pdf", "draft.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("invoice\u202efdp.txt", "invoice fdp.txt"),
        ("<b>\"'.pdf", "_b__'.pdf"),
        (".pdf", "file.pdf"),
        ("...pdf", "file.pdf"),
        ("con.txt", "_con.txt"),
        ("تقرير.pdf", "تقرير.pdf"),
        ("%2e%2e%2fa.pdf", "_2e_2e_2fa.pdf"),
        ("x" * 300 + ".pdf", "x" * 89 + ".pdf"),
    ],
)
def test_the_name_under_which_it_is_kept(name: str, kept: str) -> None:
    assert file_name(name) == kept


@given(st.text())
def test_no_name_does_harm(name: str) -> None:
    kept = file_name(name)
    assert kept.isprintable()
    assert len(kept) <= LONGEST_NAME
    assert not set('<>:"/\\|?*%\r\n') & set(kept)
    assert kept not in (".", "..")
    assert not kept.startswith(".")
    assert file_name(kept) == kept
