"""The folder of an organisation's own templates, as it is read with the plan."""

import os
from pathlib import Path

import pytest

from config.load import Loaded, load, load_texts
from config.problems import ConfigError
from config.templates import MARK, MOST_OCTETS, STAGES, folders
from scheduler.messages.values import NOTICES

PLAN = """
[plan]
name = "Own"
[messages]
templates = "{folder}"
[people.amina]
name = "Amina Otieno"
email = "amina@example.org"
[channels.email]
type = "email"
host = "smtp.example.org"
from = "tracker@example.org"
[tracks.housing]
title = "Housing"
owner = "amina"
[[tracks.housing.milestones]]
id = "draft"
title = "Draft"
due = "2024-04"
"""


def written(folder: Path, files: dict[str, str], named: str = "templates") -> Path:
    """A plan with files beside it."""
    plan = folder / "plan.toml"
    plan.write_text(PLAN.format(folder=named), encoding="utf-8")
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return plan


def refused(plan: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(plan)
    return [str(problem) for problem in caught.value.problems]


def texts(loaded: Loaded) -> dict[str, str]:
    assert loaded.plan.templates is not None
    return dict(loaded.plan.templates.texts)


GOOD = {
    "templates/mail.html": "a",
    "templates/overdue.txt": "b",
    "templates/_logo.html": "c",
    "templates/fr/mail.html": "d",
    "templates/fr/words.toml": "e",
    "templates/zh/date-wanted.html": "f",
}


def test_words_and_templates_are_read_with_the_plan(tmp_path: Path) -> None:
    loaded = load(written(tmp_path, GOOD))
    assert texts(loaded) == {name.removeprefix("templates/"): text for name, text in GOOD.items()}
    assert loaded.warnings == ()
    assert loaded.plan.templates is not None
    assert Path(loaded.plan.templates.folder) == tmp_path / "templates"


def test_a_plan_without_the_key_has_none(tmp_path: Path) -> None:
    plan = written(tmp_path, GOOD)
    plan.write_text('[plan]\nname = "None"\n', encoding="utf-8")
    assert load(plan).plan.templates is None


def test_the_digest_is_another_when_a_template_changes(tmp_path: Path) -> None:
    plan = written(tmp_path, GOOD)
    first = load(plan)
    assert load(plan).digest == first.digest
    (tmp_path / "templates" / "fr" / "words.toml").write_text("E", encoding="utf-8")
    second = load(plan)
    assert second.digest != first.digest
    assert second.plan.templates != first.plan.templates
    (tmp_path / "templates" / "fr" / "words.toml").unlink()
    assert load(plan).digest not in (first.digest, second.digest)


def test_texts_that_were_kept_give_the_same_plan(tmp_path: Path) -> None:
    plan = written(tmp_path, GOOD)
    loaded = load(plan)
    kept = {"plan.toml": plan.read_text(encoding="utf-8")}
    kept |= {f"{MARK}{place}": text for place, text in texts(loaded).items()}
    again = load_texts(kept, tmp_path)
    assert texts(again) == texts(loaded)
    assert (again.digest, again.plan) == (loaded.digest, loaded.plan)


@pytest.mark.parametrize("named", ["..", "../other", ".", "/etc", "templates/../.."])
def test_no_folder_outside_is_read(tmp_path: Path, named: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "other").mkdir()
    (problem,) = refused(written(inner, {}, named))
    assert f'5:13: `templates` = "{named}" is no folder inside that of the plan' in problem


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    plan = written(inner, {"templates/mail.txt": "a"})
    (inner / "templates" / "mail.html").symlink_to(tmp_path / "secret")
    (problem,) = refused(plan)
    assert "mail.html:1:1: this leads out of the plan's folder" in problem
    assert "secret" not in problem
    (inner / "templates" / "mail.html").unlink()
    (inner / "elsewhere").symlink_to(tmp_path)
    assert "no folder inside" in refused(written(inner, {}, "elsewhere"))[0]


def test_what_leads_round_and_round_is_refused(tmp_path: Path) -> None:
    plan = written(tmp_path, {"templates/mail.txt": "a"})
    (tmp_path / "templates" / "mail.html").symlink_to("mail.html")
    assert "mail.html:1:1: this leads out of the plan's folder" in refused(plan)[0]
    (tmp_path / "round").symlink_to("round")
    assert "no folder inside" in refused(written(tmp_path, {}, "round"))[0]
    assert "no folder inside" in refused(written(tmp_path, {}, "x" * 300))[0]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    plan = written(tmp_path, {"templates/mail.txt": "a"})
    os.mkfifo(tmp_path / "templates" / "mail.html")
    assert "mail.html:1:1: the file cannot be read: it is no regular file" in refused(plan)[0]


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    plan = written(tmp_path, {"templates/mail.html": "a", "..data/x": "b"})
    (tmp_path / "templates" / "mail.txt").symlink_to(tmp_path / "..data" / "x")
    assert texts(load(plan))["mail.txt"] == "b"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    (problem,) = refused(written(tmp_path, {}))
    assert 'plan.toml:5:13: there is no folder "templates" beside the plan' in problem


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("overdeu.html", 'did you mean "overdue.html"'),
        ("fr/mial.txt", 'did you mean "mail.txt"'),
        ("mail.htm", "the names are mail, opening"),
        ("de/mail.html", "the folders are ar, en, es, fr, ru and zh"),
        ("fr/old", "the names are"),
        ("words.toml", "fr/words.toml"),
        ("README.md", "the names are"),
    ],
)
def test_what_would_never_be_used_is_doubtful(tmp_path: Path, name: str, hint: str) -> None:
    loaded = load(written(tmp_path, {"templates/mail.txt": "a", f"templates/{name}": "b"}))
    assert list(texts(loaded)) == ["mail.txt"]
    if hint:
        (warning,) = loaded.warnings
        assert warning.severity == "warning"
        assert warning.file == str(tmp_path / "templates" / name)
        assert hint in warning.hint


def test_hidden_and_left_over_files_are_passed_over(tmp_path: Path) -> None:
    files = {"templates/mail.html~": "a", "templates/.mail.html.swp": "b", "templates/fr/.x": "c"}
    loaded = load(written(tmp_path, files))
    assert (texts(loaded), loaded.warnings) == ({}, ())


def test_a_file_that_is_no_text_or_too_large_is_refused(tmp_path: Path) -> None:
    plan = written(tmp_path, {"templates/mail.txt": "x" * (MOST_OCTETS + 1)})
    (tmp_path / "templates" / "mail.html").write_bytes(b"ok\nna\xefve")
    first, second = refused(plan)
    assert "mail.html:2:1: the file is no UTF-8" in first
    assert "mail.txt:1:1: the file is larger than 200 kB" in second


def test_the_folders_to_look_at(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    own = tmp_path / "templates"
    assert folders(own) == (own, own / "fr", own / "zh")
    assert folders(tmp_path / "none") == ()


def test_every_notice_may_have_a_template() -> None:
    assert set(STAGES) > NOTICES
