"""The servers that other tests stand on do what these tests take for granted."""

import smtplib
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser
from sqlalchemy import create_engine, text

from tests.mailbox import SmtpServer
from tests.needs import missing, not_run


@pytest.mark.parametrize("round_number", [1, 2])
def test_each_test_has_an_empty_database(postgres_url: str, round_number: int) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        assert not connection.scalar(text("SELECT count(*) FROM pg_tables WHERE tablename = 't'"))
        connection.execute(text("CREATE TABLE t (round integer)"))
    engine.dispose()


def test_the_database_speaks_unicode(postgres_url: str) -> None:
    plain = postgres_url.replace("+psycopg", "")
    with psycopg.connect(plain) as connection:
        row = connection.execute("SELECT 'الربع', current_setting('server_encoding')").fetchone()
    assert row == ("الربع", "UTF8")


def test_the_mail_server_keeps_what_it_is_sent(smtp_server: SmtpServer) -> None:
    with smtplib.SMTP(smtp_server.host, smtp_server.port, local_hostname="here") as client:
        client.sendmail("from@example.org", ["to@example.org"], b"Subject: Hello\r\n\r\n.dot\r\n")
    (taken,) = smtp_server.taken
    assert (taken.sender, taken.recipients) == ("from@example.org", ("to@example.org",))
    assert taken.content == b"Subject: Hello\r\n\r\n.dot\r\n"
    assert taken.parsed["Subject"] == "Hello"


def test_the_browser_runs_scripts(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<title>A page</title><button onclick=\"document.title='Seen'\">Go</button>")
    page.click("button")
    assert page.title() == "Seen"
    page.close()


def test_what_is_missing_is_left_out_with_the_package_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"needs Emacs \(apt-get install emacs\)"):
        missing("Emacs", "emacs")


def test_what_is_missing_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install emacs"):
        missing("Emacs", "emacs")


def test_the_last_line_counts_what_was_not_run() -> None:
    reasons = ["Skipped: needs A (apt-get install a)"] * 2 + ["Skipped: another reason"]
    assert not_run(reasons) == "Tests not run: 2 for want of A (apt-get install a)"
    assert not_run(reasons[2:]) == ""


def test_the_readme_names_what_every_test_needs() -> None:
    """As `.ci/run` installs it, which must find everything."""
    readme, checks = (Path(name).read_text(encoding="utf-8") for name in ("README.md", ".ci/run"))
    told = readme.partition("apt-get install ")[2].partition("```")[0].replace("\\", "").split()
    installed = checks.partition("packages=(")[2].partition(")")[0].split()
    assert set(told) == {*installed, "nodejs", "npm"}
