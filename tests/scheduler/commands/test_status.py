"""What `milestones status` says of channels: rates, holds, pauses, and what went another way."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from config.load import load_texts
from config.plan import Rate
from scheduler.channels import channels_of, rate_text
from scheduler.cli import cli
from scheduler.outbox.database import Database
from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.schema import prepare
from scheduler.outbox.values import ChannelState
from scheduler.outbox.verdict import failed
from tests.scheduler.outbox.made import LEASE, START, reminder

PLAN = """
[plan]
name = "Status"
[channels.email]
type = "email"
host = "smtp.example.org"
from = "tracker@example.org"
rate = "10/second"
[channels.chat]
type = "slack"
url = { env = "CHAT_URL" }
"""
NOW = datetime(2024, 6, 3, 9, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ChannelState("email"), ("well", None, "")),
        (ChannelState("email", 2, None, None, "450 busy"), ("failing", None, "450 busy")),
        (ChannelState("email", 1, None, LATER, "429"), ("held", LATER, "429")),
        (ChannelState("email", 0, None, LATER), ("held", LATER, "its rate of 10/second")),
        (ChannelState("email", 0, None, EARLIER), ("well", None, "")),
        (ChannelState("email", 7, EARLIER, LATER, "503"), ("paused", LATER, "503")),
        (ChannelState("email", 7, EARLIER, EARLIER, "503"), ("paused", EARLIER, "503")),
    ],
)
def test_how_a_channel_does(
    state: ChannelState, expected: tuple[str, datetime | None, str]
) -> None:
    plan = load_texts({"plan.toml": PLAN}).plan
    found = {one.id: one for one in channels_of(plan, {"email": state}, NOW)}
    assert (found["email"].doing, found["email"].until, found["email"].reason) == expected
    assert (found["email"].rate, found["email"].connections) == ("10/second", 8)
    assert (found["chat"].doing, found["chat"].rate, found["chat"].connections) == ("well", "", 4)


def test_a_channel_that_the_plan_has_no_more_is_shown_while_it_is_down() -> None:
    (one,) = channels_of(None, {"old": ChannelState("old", 5, EARLIER, LATER, "404")}, NOW)
    assert (one.id, one.kind, one.doing) == ("old", "", "paused")


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (None, ""),
        (Rate(1, 1), "1/second"),
        (Rate(30, 60), "30/minute"),
        (Rate(100, 3600), "100/hour"),
        (Rate(7, 90), "7 in 90 seconds"),
    ],
)
def test_rates_are_said_as_a_plan_writes_them(rate: Rate | None, text: str) -> None:
    assert rate_text(rate) == text


def test_the_command_says_it_all(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'status.sqlite'}"
    database = Database(url)
    prepare(database)
    history = HistoryStore(database)
    history.save_plan("abc", "in force", {"plan.toml": PLAN}, "", START)
    _fall_back(database)
    history.save_channel(ChannelState("chat", 6, START, START, "503 closed"))
    database.close()
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    words = ["--plan", str(plan), "--database", url]
    said = json.loads(CliRunner().invoke(cli, ["status", *words, "--json"]).stdout)
    assert [(one["channel"], one["rate"], one["doing"]) for one in said["channels"]] == [
        ("email", "10/second", "well"), ("chat", None, "paused"),
    ]  # fmt: skip
    assert said["paused"][0]["next"] == said["channels"][1]["until"]
    (one,) = said["fell_back"]
    assert (one["from"], one["to"], one["state"]) == ("chat", "email", "planned")
    shown = CliRunner().invoke(cli, ["status", *words], env={"COLUMNS": "200"}).stdout
    assert "10/second" in shown
    assert "503 closed" in shown
    assert "By another channel" in shown
    assert "None" not in shown


def _fall_back(database: Database) -> None:
    """A reminder that failed on the chat and is to go by mail."""
    PlanningStore(database).insert([reminder(channel="chat")], START)
    store = DeliveryStore(database)
    (claimed,) = store.claim("chat", START, "w", LEASE, 1)
    store.record([failed(claimed, claimed.ids, "410 gone", START, instead="email")])
