"""The metrics of a service in the middle of its year, read as Prometheus reads them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from scheduler.outbox.values import ChannelState
from scheduler.web.app import app
from scheduler.web.server import serve
from tests import asking
from tests.scheduler.rehearsing import Stage, at, rehearsal

ROOT = Path(__file__).parents[3]
TOKEN = "3f9d0c41a7e85b62"
PLAN = """
[plan]
timezone = "UTC"
coordinators = ["cora"]
[people.amina]
name = "Amina Otieno"
email = "amina@example.org"
[people.cora]
email = "cora@example.org"
channels = ["email", "post"]
[channels.email]
type = "mailbox"
path = "mail"
[channels.post]
type = "mailbox"
path = "post"
[service]
metrics-token = { env = "METRICS_TOKEN" }
[reminders.default]
before = ["7 days", "1 day"]
on-the-day = true
[tracks.t]
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "A title"
due = 2024-04-10
"""
ELSEWHERE = {"X-Forwarded-For": "93.184.216.34"}


@contextmanager
def watched(stage: Stage) -> Iterator[httpx.Client]:
    server = serve(app(stage.service.live, operated=stage.service.operated), port=0)
    try:
        with asking.client(base_url=server.url) as client:
            yield client
    finally:
        server.stop()


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setenv("METRICS_TOKEN", f" {TOKEN}\n")
    with rehearsal(tmp_path, PLAN, at("2024-03-01")) as found:
        yield found


def values(client: httpx.Client) -> dict[str, float]:
    """Each sample as `name{label="value"}`."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    return {_name(one): one.value for family in plain(answer.text) for one in family.samples}


def _name(sample: object) -> str:
    name, labels = sample.name, sample.labels  # type: ignore[attr-defined]
    inner = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    return f"{name}{{{inner}}}" if inner else str(name)


def test_they_follow_what_happens(stage: Stage) -> None:
    stage.until(at("2024-04-09T10:00"))
    with watched(stage) as client:
        found = values(client)
        assert found["milestones_messages_total{channel=email,outcome=sent}"] == 2
        assert found["milestones_reminders_total{channel=email,outcome=sent}"] == 2
        assert found["milestones_messages_total{channel=post,outcome=failed}"] == 0
        assert found["milestones_due_reminders{channel=email}"] == 0
        assert found["milestones_lag_seconds{channel=email}"] == 0
        assert found["milestones_database_up"] == 1
        assert found["milestones_plan_age_seconds"] == 39 * 86_400 + 10 * 3600
        assert found["milestones_plan_refused{state=waiting}"] == 0
        assert found["milestones_round_failures_total{round=deliver}"] == 0
        assert found["milestones_round_success_timestamp_seconds{round=beat}"] > 0
        assert found["process_resident_memory_bytes"] > 1_000_000
        now = stage.service.clock.now()
        paused = ChannelState("email", 5, now, at("2024-04-12"), "refused")
        stage.service.history.save_channel(paused)
        stage.until(at("2024-04-10T11:30"))
        found = values(client)
        assert found["milestones_due_reminders{channel=email}"] == 1
        assert found["milestones_lag_seconds{channel=email}"] == 2.5 * 3600
        assert found["milestones_channel_paused{channel=email}"] == 1
        assert found["milestones_channel_failures{channel=email}"] == 5
        assert found["milestones_channel_paused{channel=post}"] == 0


def test_a_refused_plan_shows(stage: Stage) -> None:
    with watched(stage) as client:
        stage.until(at("2024-03-02"))
        assert stage.write(PLAN.replace("owner", "onwer")).verdict == "rejected"
        assert values(client)["milestones_plan_refused{state=rejected}"] == 1
        assert stage.write(PLAN).verdict == "unchanged"
        assert values(client)["milestones_plan_refused{state=rejected}"] == 0


def test_a_channel_that_is_taken_out_of_the_plan_is_paused_no_more(stage: Stage) -> None:
    """Nothing is sent by it that could end its pause, for which nobody would be pinged again."""
    stage.until(at("2024-03-02"))
    history, now = stage.service.history, stage.service.clock.now()
    for name in ("email", "post"):
        history.save_channel(ChannelState(name, 5, at("2024-03-01"), None, "refused"))
    told = [f"the channel {name} is paused" for name in ("email", "post")]
    assert [one for one in stage.service.operated.unwell() if "channel" in one] == told
    without = PLAN.replace('[channels.post]\ntype = "mailbox"\npath = "post"\n', "")
    without = without.replace('channels = ["email", "post"]\n', "")
    assert stage.write(without).verdict == "applied"
    stage.until(now + timedelta(hours=1))
    assert [one for one in stage.service.operated.unwell() if "channel" in one] == told[:1]
    with watched(stage) as client:
        found = values(client)
    assert found["milestones_channel_paused{channel=email}"] == 1
    assert "milestones_channel_paused{channel=post}" not in found
    assert list(history.channel_states()) == ["email"]


def test_both_formats_say_the_same(stage: Stage) -> None:
    stage.until(at("2024-04-09T10:00"))
    with watched(stage) as client:
        asked = {"Accept": "application/openmetrics-text; version=1.0.0"}
        answer = client.get("/metrics", headers=asked)
        assert answer.headers["content-type"].startswith("application/openmetrics-text")
        assert answer.text.endswith("# EOF\n")
        first = list(openmetrics(answer.text))  # type: ignore[no-untyped-call]
        second = list(plain(client.get("/metrics").text))
        ours = "milestones_"
        assert _series(first, ours) == _series(second, ours)
        assert len(_series(first, ours)) > 20


def _series(families: list[Metric], prefix: str) -> dict[str, float]:
    samples = (one for family in families for one in family.samples)
    return {_name(one): one.value for one in samples if one.name.startswith(prefix)}


def test_no_person_and_no_secret_is_in_them(stage: Stage) -> None:
    stage.until(at("2024-04-11"))
    with watched(stage) as client:
        text = client.get("/metrics").text
        ours = [line for line in text.splitlines() if "milestones" in line]
        assert len(ours) > 40
        for word in ("amina", "cora", "example.org", "A title", "t/m", TOKEN, "METRICS_TOKEN"):
            assert word not in text


def test_who_may_read(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with watched(stage) as client:
        assert client.get("/metrics").status_code == 200
        refused = client.get("/metrics", headers=ELSEWHERE)
        assert refused.status_code == 401
        assert "metrics-token" in refused.text
        assert "milestones_" not in refused.text
        shown = ELSEWHERE | {"Authorization": f"Bearer {TOKEN}"}
        assert client.get("/metrics", headers=shown).status_code == 200
        monkeypatch.delenv("METRICS_TOKEN")
        assert client.get("/metrics", headers=shown).status_code == 401
        assert client.get("/metrics").status_code == 200


def test_a_token_that_cannot_be_read_is_logged_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever asks through the proxy could fill the log."""
    monkeypatch.delenv("METRICS_TOKEN")
    with watched(stage) as client, capture_logs() as logged:
        for _ in range(5):
            assert client.get("/metrics", headers=ELSEWHERE).status_code == 401
    (line,) = logged
    assert (line["event"], line["log_level"]) == ("metrics token", "warning")
    assert "METRICS_TOKEN" in line["problem"]


def test_without_a_database_the_process_still_answers(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.until(at("2024-04-09T10:00"))

    def gone(*_: object) -> None:
        raise OperationalError("SELECT", {}, OSError("gone"))

    with watched(stage) as client:
        monkeypatch.setattr(stage.service.database, "read", gone)
        found = values(client)
        assert found["milestones_database_up"] == 0
        assert found["milestones_messages_total{channel=email,outcome=sent}"] == 2
        assert "milestones_due_reminders{channel=email}" not in found


def test_a_rehearsal_is_ready_and_a_node_that_stops_is_not(stage: Stage) -> None:
    with watched(stage) as client:
        answer = client.get("/ready")
        assert (answer.status_code, answer.text) == (200, "ready\n")
        assert answer.headers["cache-control"] == "no-store"
        assert client.get("/health").text == "well\n"


def test_every_metric_is_in_the_reference_and_no_other(stage: Stage) -> None:
    page = (ROOT / "docs/reference/metrics.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(milestones_\w+)", page, re.MULTILINE))
    stage.until(at("2024-04-09T10:00"))
    with watched(stage) as client:
        families = plain(client.get("/metrics").text)
        shown = {one.name for family in families for one in family.samples}
        created = {name for name in shown if name.endswith("_created")}
        assert {name for name in shown - created if name.startswith("milestones_")} == told
