"""Secrets: where they are read from, and that none is ever shown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import Loaded, load, load_texts
from config.masking import masked
from config.problems import ConfigError
from notifiers.secret import Secret, SecretError

PLAN = """
[people.amina]
name = "Amina"
email = "amina@example.org"
[tracks.t]
title = "T"
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "M"
due = "2024-04"
[channels.email]
type = "email"
host = "smtp.example.org"
from = "tracker@example.org"
username = "tracker"
"""
LEAK = "hunter2-hunter2"


def password(loaded: Loaded) -> Secret:
    found = getattr(loaded.plan.channels["email"].options, "password")  # noqa: B009
    assert isinstance(found, Secret)
    return found


def test_a_secret_from_the_environment_is_read_when_it_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded = load_texts({"plan.toml": PLAN + 'password = { env = "A_PASSWORD" }\n'})
    monkeypatch.delenv("A_PASSWORD", raising=False)
    with pytest.raises(SecretError, match="A_PASSWORD"):
        password(loaded).reveal()
    monkeypatch.setenv("A_PASSWORD", LEAK)
    assert password(loaded).reveal() == LEAK
    assert loaded.warnings == ()


def test_a_secret_file_is_looked_for_beside_the_plan(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "smtp").write_text(f"{LEAK}\n", encoding="utf-8")
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN + 'password = { file = "secrets/smtp" }\n', encoding="utf-8")
    assert password(load(plan)).reveal() == LEAK
    assert password(load(tmp_path)).reveal() == LEAK


def test_a_plain_secret_is_taken_with_a_warning_that_hides_it() -> None:
    loaded = load_texts({"plan.toml": PLAN + f'password = "{LEAK}"\n'})
    assert password(loaded).reveal() == LEAK
    assert [problem.severity for problem in loaded.warnings] == ["warning"]
    assert LEAK not in "".join(map(str, loaded.warnings)) + repr(loaded) + str(loaded.plan)


@pytest.mark.parametrize(
    "line",
    [
        f'password = "{LEAK}"',
        f"password = '{LEAK}'",
        f"password = {LEAK}",
        f'password = "{LEAK}',
        f'pasword = "{LEAK}"',
        f'password = ["{LEAK}"]',
        f'password = {{ env = "{LEAK}" }}',
        f'password = {{ envv = "{LEAK}" }}',
        f'password = {{ file = "a", env = "{LEAK}" }}',
        f'"password" = {{ plain = "{LEAK}", colour = 1 }}',
        f'password = """\n{LEAK}\n""" x',
        f'password = [\n"{LEAK}"\n"{LEAK}"]',
        f'[channels.chat]\ntype = "slack"\nurl = "https://hooks.slack.com/services/{LEAK}"',
        f'[channels.chat]\ntype = "slack"\nurl = "http://hooks.slack.com/{LEAK}"',
        f'[channels]\nchat = {{ type = "slack", url = "https://x.org/{LEAK}", colour = 1 }}',
        f'[channels]\nchat = {{ type = "slak", url = "https://x.org/{LEAK}" }}',
        f'[channels.chat]\ntype = "webhook"\nurl = "https://a:{LEAK}@x.org/"\nsecret = "{LEAK}"',
        f'[people.tom]\nname = "Tom"\npassword = "{LEAK}"',
        f'[channels]\nchat.url = "{LEAK}"',
        f'[channels.chat]\nurl = "{LEAK}"',
        f'[channels.email.more]\nanything = "{LEAK}"',
    ],
)
def test_no_mistake_shows_a_secret(line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_texts({"plan.toml": PLAN + line + '\n[plan]\nbad = "1"\n'})
    assert LEAK not in str(caught.value)
    assert LEAK not in repr(caught.value.problems)


def test_what_is_no_secret_is_shown() -> None:
    lines = ["[channels.email]", 'host = "smtp.example.org"', 'password = { env = "SMTP" }']
    assert masked(lines, 2) == lines[1]
    assert masked(lines, 3) == lines[2]
    assert masked(["[tracks.a]", 'title = "A"'], 2) == 'title = "A"'


@given(st.text(alphabet=st.characters(exclude_characters='\n"\\'), min_size=9, max_size=40))
def test_masking_hides_any_text(secret: str) -> None:
    hidden = secret.strip() + "x9y8z7"
    assert hidden not in masked(["[channels.a]", f'token = "{hidden}"'], 2)
    assert hidden not in masked([f'channels.a = {{ url = "{hidden}" }}'], 1)
