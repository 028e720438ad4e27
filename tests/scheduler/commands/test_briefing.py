"""`milestones briefing`: what it writes where, and what it refuses."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx as word_files
import pytest

from notifiers.mailbox import MemoryMailbox
from scheduler.cli import main
from scheduler.outbox.database import Database
from scheduler.service import Rehearsed, rehearse
from scheduler.web.app import app
from scheduler.web.server import serve
from tests import asking
from tests.scheduler.briefing.office import HEAD, milestone

MORE = """
[tracks.secret]
title = "Secret"
owner = "housing"
public = false
milestones = [{ id = "x", title = "Hidden", due = "2024-05" }]
"""
PERIOD = ["--from", "2024-04-01", "--until", "2024-06-30"]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan's file in a folder without a database."""
    file = tmp_path / "plan.toml"
    lines = milestone("draft", '"2024-05"')
    file.write_text(f"{HEAD}\n[[tracks.one.milestones]]\n{lines}\n{MORE}", encoding="utf-8")
    return file


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, output and errors of the command."""
    code = main(["briefing", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_markdown_on_standard_output(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, str(plan), *PERIOD)
    assert (code, err) == (0, "")
    assert out.startswith("Office\n\n# Progress briefing\n\nPeriod: April to June 2024\n")
    assert "| **draft** | May 2024 | Late by 20 working days |" in out
    assert "Hidden" not in out
    assert not (plan.parent / "milestones.sqlite").exists()


def test_html_on_standard_output(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, str(plan), *PERIOD, "--format", "html", "--language", "ar")
    assert code == 0
    assert out.startswith('<!doctype html>\n<html lang="ar" dir="rtl">')
    assert ".briefing h1" in out
    assert out.endswith("</html>\n")


def test_a_file_of_each_form_by_its_ending(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.html", "a.htm", "a.md", "a.markdown", "a.docx"):
        file = tmp_path / name
        code, out, _ = run(capsys, str(plan), *PERIOD, "--output", str(file))
        assert (code, out) == (0, f"{file}: 2024-04-01 to 2024-06-30\n")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "a.htm").read_bytes()
    assert (tmp_path / "a.md").read_bytes() == (tmp_path / "a.markdown").read_bytes()
    opened = word_files.Document(io.BytesIO((tmp_path / "a.docx").read_bytes()))
    heads = [one.text for one in opened.paragraphs if one.style and one.style.name == "Heading 1"]
    assert heads == ["Summary", "One"]


def test_the_form_can_be_named(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "briefing"
    assert run(capsys, str(plan), *PERIOD, "--output", str(file), "--format", "md")[0] == 0
    assert file.read_text(encoding="utf-8").startswith("Office\n")


def test_reports_of_the_database_are_told(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", str(plan)]) == 0
    said = ["one/draft", "done", "--note", "Sent.", "--by", "amina"]
    assert main(["report", *said, "--plan", str(plan)]) == 0
    capsys.readouterr()
    code, out, _ = run(capsys, str(plan), "--internal")
    assert code == 0
    assert "reported by Amina Otieno." in out
    assert "“Sent.”" in out
    assert "**Internal: not for publication**" in out
    assert "Amina" not in run(capsys, str(plan))[1]


def test_the_service_tells_the_same(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/history.sqlite"
    begin = datetime(2024, 6, 4, 6, tzinfo=UTC)
    end = begin + timedelta(days=3)
    rehearsed = Rehearsed(begin, end, timedelta(days=1), MemoryMailbox())
    service, _ = rehearse(plan, Database(url), rehearsed)
    server = serve(app(service.live), port=0)
    try:
        said = ["one/draft", "at-risk", "--note", "No money.", "--at", "2024-06-02"]
        assert main(["report", *said, "--plan", str(plan), "--database", url]) == 0
        service.live.refresh(begin)
        query = "from=2024-03-01&until=2024-06-03"
        answer = asking.get(f"{server.url}/briefing.md?{query}").text
    finally:
        server.stop()
        service.stop()
    capsys.readouterr()
    words = ["--from", "2024-03-01", "--until", "2024-06-03", "--database", url]
    told = run(capsys, str(plan), *words)[1]
    assert "Last reported on 2 June 2024: at risk. “No money.”" in told
    assert re.sub(r"\[(.*?)\]\(.*?\)", r"\1", answer) == told


def test_inside_everything_is_told(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, str(plan), *PERIOD, "--internal", "--track", "secret")
    assert code == 0
    assert "**Hidden**" in out
    assert "draft" not in out


def test_title_and_meeting(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--title", "Agenda item 3: Briefing", "--meeting", "First joint meeting of 2024"]
    _, out, _ = run(capsys, str(plan), *PERIOD, *words)
    assert out.startswith("Office\n\nFirst joint meeting of 2024\n\n# Agenda item 3: Briefing\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "2024-13-01"], '--from takes a day such as 2024-03-21, not "2024-13-01"'),
        (["--until", "yesterday"], "--until takes a day"),
        (["--from", "2024-05-02", "--until", "2024-05-01"], "--until lies before --from"),
        (["--from", "2000-05-02", "--until", "2024-05-01"], "10 years at the most"),
        (["--track", "onne"], 'the plan has no track "onne"; did you mean "one"?'),
        (["--track", "secret"], 'the track "secret" is not public: add --internal'),
        (["--format", "docx"], "name a file with --output"),
        (["--output", "briefing.pdf"], "does not end as .html, .md or .docx"),
        (["--language", "de"], "'de' is not one of"),
    ],
)
def test_what_is_refused(
    plan: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    code, out, err = run(capsys, str(plan), *words)
    assert (code, out) == (2, "")
    assert said in err


def test_a_folder_that_is_not_there_is_said(
    plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "nowhere" / "a.md"
    code, _, err = run(capsys, str(plan), *PERIOD, "--output", str(file))
    assert code == 3
    assert "Traceback" not in err
    assert str(file) in err
