"""A node whose database is gone: no secret in its log, and words on its pages."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from scheduler.console.doorkeeper import new_link
from scheduler.feeds import Scope
from scheduler.outbox.access_store import AccessStore
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.web.links import private_path
from scheduler.web.signed import Link, link_path
from tests import asking, postgres
from tests.scheduler.operation.process import node, wait_for

PLAN = """
[plan]
timezone = "UTC"
coordinators = ["amina"]
[people.amina]
name = "Amina Otieno"
email = "amina@example.org"
[channels.email]
type = "mailbox"
path = "mail"
[tracks.t]
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "A title"
due = "{due}"
"""
PASSWORD = "a-password-5eda0c"


@pytest.fixture(scope="module")
def short_lived() -> Iterator[postgres.Server]:
    """A server that this module may stop and start."""
    with postgres.server() as found:
        yield found


def private_paths(url: str) -> dict[str, str]:
    """What leads to a page of one person alone -> what in its address nobody else may know."""
    database = Database(url)
    try:
        history, now = HistoryStore(database), datetime.now(UTC)
        login = new_link(AccessStore(database), "amina", "", now)
        secret = history.signing_key()
        day = (now + timedelta(days=30)).date()
        answer = link_path(secret, Link("answer", "amina", "t/m", day), 0)
        stop = link_path(secret, Link("stop", "amina", "", day), 0)
        assert answer
        assert stop
        feed = private_path(secret, Scope("person", "amina"))
    finally:
        database.close()
    found = {path: path.split("/")[2] for path in (login, answer, stop)}
    return found | {feed: feed.split("/")[3]}


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.parametrize("as_json", [False, True])
def test_no_secret_is_logged_while_the_database_is_gone(
    tmp_path: Path, short_lived: postgres.Server, as_json: bool
) -> None:
    path = tmp_path / "plan.toml"
    due = (datetime.now(UTC) + timedelta(days=60)).date()
    path.write_text(PLAN.format(due=due), encoding="utf-8")
    with short_lived.database() as plain:
        url = plain.replace("postgres@", f"postgres:{PASSWORD}@")
        words = (str(path), "--port=0", f"--database={url}")
        with node(*words, as_json=as_json) as found, asking.client(base_url=found.url) as client:
            wait_for(lambda: client.get("/ready").status_code == 200, "the node to be ready")
            private = private_paths(url)
            assert {client.get(one).status_code for one in private} == {200}
            short_lived.stop()
            try:
                answers = {
                    one: client.get(one, headers={"Accept-Language": "en"}, timeout=60)
                    for one in (*private, "/briefing", "/briefing?from=2024-01-01")
                }
                wait_for(lambda: "page failed" in "".join(found.lines), "the log")
            finally:
                found.process.kill()
                short_lived.start()
        _are_in_words(answers)
        assert answers["/briefing"].status_code == 503
    said = "".join(found.lines)
    for secret in (PASSWORD, *private.values()):
        assert secret not in said
    assert "Traceback" not in said
    assert not as_json or all(json.loads(line)["event"] for line in found.lines)
    assert "OperationalError" in said
    assert "scheduler/outbox/database.py" in said
    assert len([line for line in found.lines if "page failed" in line]) == 1


def _are_in_words(answers: dict[str, httpx.Response]) -> None:
    """What cannot be answered from memory is put off, in words."""
    assert {one.status_code for one in answers.values()} <= {200, 503}
    for one in answers.values():
        if one.status_code == 503:
            assert one.headers["Retry-After"] == "60"
            assert one.headers["Cache-Control"] == "no-store"
            assert "Our records cannot be reached just now" in one.text
            assert "default-src" in one.headers["Content-Security-Policy"]
