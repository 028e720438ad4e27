"""An organisation's templates in a running service: taken up, refused, failing, handed on."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.cli import main
from scheduler.touched import watch_files
from tests.scheduler.rehearsing import Stage, at, rehearsal

PLAN = """
[plan]
name = "Own"
timezone = "UTC"
coordinators = ["cora"]
[messages]
templates = "templates"
[people.claire]
name = "Claire"
email = "claire@example.org"
language = "fr"
[people.cora]
name = "Cora"
email = "cora@example.org"
[channels.email]
type = "email"
host = "smtp.example.org"
from = "tracker@example.org"
[reminders.default]
before = ["30 days", "7 days", "1 day"]
on-the-day = true
at = "09:00"
[tracks.t]
title = "Track"
owner = "claire"
[[tracks.t.milestones]]
id = "m"
title = "M"
due = "2024-06-28"
"""
START = at("2024-05-01T08:00")
MAIL = "Bonjour, {{ page.lead }}"


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """The folder of templates, with a French one."""
    folder = tmp_path / "templates"
    (folder / "fr").mkdir(parents=True)
    (folder / "fr" / "words.toml").write_text('[sentences]\ndue-tomorrow = "Demain !"\n', "utf-8")
    (folder / "fr" / "mail.txt").write_text(MAIL, "utf-8")
    return folder


@pytest.fixture
def stage(tmp_path: Path, templates: Path) -> Iterator[Stage]:
    """A rehearsal of the plan with them."""
    with rehearsal(tmp_path, PLAN, START) as made:
        yield made


def reload(stage: Stage) -> tuple[str, str]:
    found = stage.service.reload(stage.service.clock.now())
    return found.verdict, found.text


def test_messages_go_out_by_them_and_by_what_they_become(stage: Stage, templates: Path) -> None:
    stage.until(at("2024-06-01T00:00"))
    (mail,) = stage.mails()
    assert mail.text.strip() == "Bonjour, Échéance dans 22 jours ouvrables"
    assert reload(stage) == ("unchanged", "")
    (templates / "fr" / "mail.txt").write_text("Salut, {{ page.lead }}", "utf-8")
    assert reload(stage) == ("applied", "")
    stage.until(at("2024-06-28T00:00"))
    assert [one.text.strip() for one in stage.mails()[1:]] == [
        "Salut, Échéance dans 5 jours ouvrables",
        "Salut, Demain !",
    ]


def test_one_that_cannot_be_used_leaves_the_last_good_plan_and_templates(
    stage: Stage, templates: Path
) -> None:
    (templates / "fr" / "mail.txt").write_text("\n{{ page.led }}", "utf-8")
    verdict, text = reload(stage)
    assert verdict == "rejected"
    assert "mail.txt:2:1: there is no `led` in a Page" in text
    stage.until(at("2024-06-01T00:00"))
    mails = {one.recipient: one.text.strip() for one in stage.mails()}
    assert mails["claire@example.org"] == "Bonjour, Échéance dans 22 jours ouvrables"
    assert "there is no `led`" in mails["cora@example.org"]


def test_one_that_fails_later_costs_no_message_and_is_told_once(
    stage: Stage, templates: Path
) -> None:
    fails = MAIL + "{{ 1 / 0 if page.sections[0].blocks[0].title == 'M' }}"
    (templates / "fr" / "mail.txt").write_text(fails, "utf-8")
    assert reload(stage)[0] == "applied"
    stage.until(at("2024-06-30T00:00"))
    mails = stage.mails()
    mine = [one.text for one in mails if one.recipient == "claire@example.org"]
    assert len(mine) == 4
    assert all("Envoyé par le plan «\u00a0Own\u00a0»." in one for one in mine)
    (told,) = [one.text for one in mails if one.recipient == "cora@example.org"]
    assert "1 fault in your own words or templates" in told
    assert "mail.txt:1 failed while a message was made: ZeroDivisionError" in " ".join(told.split())


def test_another_node_has_them_from_the_database(stage: Stage, templates: Path) -> None:
    (templates / "fr" / "mail.txt").unlink()
    force = stage.service.force
    again = force.take(stage.service.history.plan("in force"))
    assert again is not None
    assert again.templates is not None
    assert again.templates.texts["fr/mail.txt"] == MAIL


def test_what_is_looked_at_follows_the_folders(stage: Stage, templates: Path) -> None:
    plan, force = stage.path, stage.service.force
    assert {plan, templates / "fr" / "mail.txt"} <= set(force.files.places())
    (templates / "ar").mkdir()
    (templates / "ar" / "mail.txt").write_text("{{ page.led }}", "utf-8")
    assert reload(stage)[0] == "rejected"
    assert templates / "ar" / "mail.txt" in set(force.files.places())
    stage.write(PLAN.replace('templates = "templates"', ""))
    assert list(force.files.places()) == [plan]


def test_a_change_in_a_place_that_came_later_is_seen(tmp_path: Path) -> None:
    plan, later = tmp_path / "plan.toml", tmp_path / "templates"
    plan.write_text("", "utf-8")
    stopping, seen = threading.Event(), threading.Event()

    def places() -> tuple[Path, ...]:
        return (plan, *later.iterdir()) if later.is_dir() else (plan,)

    watch_files(places, stopping, seen.set, pause=0.05)
    try:
        later.mkdir()
        for number in range(3):
            (later / "mail.txt").write_text("x" * number, "utf-8")
            assert seen.wait(60), f"change {number} of a template was not seen"
            seen.clear()
    finally:
        stopping.set()


def test_check_names_the_file_and_line_and_a_good_folder_passes(
    tmp_path: Path, templates: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, "utf-8")
    (templates / "overdue.html").write_text("<p>{{ page.lead }}\n{{ page.x }}", "utf-8")
    assert main(["check", str(plan)]) == 1
    said = capsys.readouterr().out
    assert f"{templates / 'overdue.html'}:2:1: there is no `x` in a Page" in said
    (templates / "overdue.html").write_text("{% extends 'ours/mail.html' %}", "utf-8")
    assert main(["check", str(plan)]) == 0
    said = capsys.readouterr().out
    assert "no mistakes" in said
    assert "mail.txt:1:1: warning: the message leaves out the title of the milestone" in said
    assert "overdue.html" not in said


def test_apply_refuses_what_cannot_be_used(
    tmp_path: Path, templates: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (templates / "fr" / "words.toml").write_text('[sentences]\nnone = "x"\n', "utf-8")
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, "utf-8")
    database = f"sqlite:///{tmp_path / 'first.sqlite'}"
    assert main(["apply", str(plan), "--database", database]) != 0
    captured = capsys.readouterr()
    assert "words.toml:2:1: `none` is no sentence of a message" in captured.out + captured.err
    assert not (tmp_path / "first.sqlite").exists()
