"""What `doctor` says of the mailbox of answers: a real server is logged in to."""

import io
import json
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from scheduler.cli import main
from tests.imap import Folder, imap_server

PLAN = """
[plan]
name = "Doctor"
timezone = "UTC"
[people.amina]
name = "Amina"
email = "amina@example.org"
[channels.screen]
type = "console"
[replies]
host = "127.0.0.1"
port = {port}
security = "none"
username = "tracker"
password = {{ env = "IMAP_PASSWORD" }}
folder = "{folder}"
[tracks.t]
title = "Track"
[[tracks.t.milestones]]
id = "m"
title = "M"
due = 2030-01-15
owner = "amina"
"""


@pytest.fixture(autouse=True)
def _set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMAP_PASSWORD", "swordfish")


def said(*options: str, port: int, folder: str = "INBOX") -> tuple[int, dict[str, str]]:
    Path("plan.toml").write_text(PLAN.format(port=port, folder=folder), encoding="utf-8")
    printed = io.StringIO()
    with redirect_stdout(printed):
        code = main(["doctor", "plan.toml", "--json", *options])
    lines = [json.loads(line) for line in printed.getvalue().splitlines()]
    (found,) = [one for one in lines if one["what"] == "mailbox of [replies]"]
    return code, found


def test_a_mailbox_that_opens_is_good_and_no_mail_of_it_is_read() -> None:
    with imap_server(Folder()) as folder:
        folder.add(b"first")
        code, found = said(port=folder.port)
        asked = {command.split()[0] for command in folder.asked}
    assert (code, found["state"], found["hint"]) == (0, "good", "")
    assert found["text"] == f"127.0.0.1:{folder.port} opened INBOX, with 1 mail"
    assert asked == {"CAPABILITY", "AUTHENTICATE", "EXAMINE", "LOGOUT"}


def test_a_wrong_password_is_told_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAP_PASSWORD", "hunter2")
    with imap_server(Folder()) as folder:
        code, found = said(port=folder.port)
    assert (code, found["state"]) == (3, "bad")
    assert "is not the password" in found["text"]
    assert "`password`" in found["hint"]
    assert "hunter2" not in json.dumps(found)


def test_a_folder_that_is_not_there_is_told() -> None:
    with imap_server(Folder()) as folder:
        code, found = said(port=folder.port, folder="Answers")
    assert (code, found["state"]) == (3, "bad")
    assert "there is no such folder" in found["text"]


def test_a_secret_that_is_not_set_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMAP_PASSWORD")
    code, found = said(port=1)
    assert (code, found["state"]) == (3, "bad")
    assert "IMAP_PASSWORD is not set" in found["text"]


def test_a_server_that_is_not_there_is_told_and_offline_nothing_is_asked() -> None:
    with imap_server(Folder()) as folder:
        port = folder.port
    code, found = said(port=port)
    assert (code, found["state"]) == (3, "bad")
    assert "refused" in found["text"]
    assert said("--offline", port=port)[1]["text"] == "127.0.0.1, not tried (--offline)"
