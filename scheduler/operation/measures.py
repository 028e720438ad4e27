"""The metrics of a node in Prometheus' words: what is due, sent and failed, by channel.

Counters are this process's own, so that a sum over nodes is right; what the database holds is the
same on each node. No label names a person, and none holds an address or a secret.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from scheduler.operation.pulse import Pulse
from scheduler.outbox.values import Backlog, Node

NODE_LIVES = 120.0
"""Seconds after which a node that has said nothing is taken for dead."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database says, at one instant; `plans` is since when, by state."""

    at: datetime
    backlog: Sequence[Backlog]
    nodes: Sequence[Node]
    plans: Mapping[str, datetime]


class Sources(NamedTuple):
    """Where the metrics come from. `read` may raise SQLAlchemyError."""

    pulse: Pulse
    now: Callable[[], datetime]
    read: Callable[[datetime], Stored]
    channels: Callable[[], Sequence[str]]
    versions: Mapping[str, str]


class Measures(Collector):
    """Everything that is measured, read anew for each answer; and one answer at a time."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._one_at_a_time = threading.Lock()
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def answer(self, accept: str) -> tuple[bytes, str]:
        """The metrics as text and its content type: OpenMetrics where `accept` asks for it, else
        the text format 0.0.4."""
        encoder, content_type = choose_encoder(accept)
        with self._one_at_a_time:
            return encoder(self._registry), content_type

    def collect(self) -> Iterator[Metric]:
        """The families, in their order."""
        sources = self._sources
        now = sources.now()
        yield InfoMetricFamily("milestones_build", "The program's version.", dict(sources.versions))
        yield from _of_process(sources.pulse, sources.channels())
        try:
            stored = sources.read(now)
        except SQLAlchemyError:
            yield _gauge("database_up", "Whether the database answers.", 0)
            return
        yield _gauge("database_up", "Whether the database answers.", 1)
        yield from _of_channels(stored, sources.channels())
        yield from _of_plans(stored)
        yield _alive(stored)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"milestones_{name}", text, value)


def _of_process(pulse: Pulse, channels: Sequence[str]) -> Iterator[Metric]:
    for name, text, counts in (
        ("messages", "Messages tried by this process, by outcome.", pulse.messages()),
        ("reminders", "Reminders in those messages, by outcome.", pulse.reminders()),
    ):
        family = CounterMetricFamily(f"milestones_{name}", text, labels=("channel", "outcome"))
        known = {(one, what): 0 for one in channels for what in ("sent", "retrying", "failed")}
        for (channel, outcome), count in sorted((known | counts).items()):
            family.add_metric((channel, outcome), count)
        yield family
    yield from _of_rounds(pulse)


def _of_rounds(pulse: Pulse) -> Iterator[Metric]:
    failed = CounterMetricFamily(
        "milestones_round_failures", "How often a round failed.", labels=("round",)
    )
    last = GaugeMetricFamily(
        "milestones_round_success_timestamp_seconds",
        "When a round last succeeded.",
        labels=("round",),
    )
    for name, beat in sorted(pulse.beats().items()):
        failed.add_metric((name,), beat.failures)
        if beat.succeeded is not None:
            last.add_metric((name,), beat.succeeded.timestamp())
    yield failed
    yield last
    started = pulse.started.timestamp()
    yield _gauge("started_timestamp_seconds", "When this process began.", started)


def _of_channels(stored: Stored, channels: Sequence[str]) -> Iterator[Metric]:
    def family(name: str, text: str) -> GaugeMetricFamily:
        return GaugeMetricFamily(f"milestones_{name}", text, labels=("channel",))

    due = family("due_reminders", "Reminders that are due and not sent.")
    lag = family("lag_seconds", "How long the oldest reminder that is due has waited.")
    row = family("channel_failures", "Failures of the channel in a row.")
    paused = family("channel_paused", "Whether the channel is paused.")
    known = {one.channel: one for one in stored.backlog}
    for name in sorted({*known, *channels}):
        one = known.get(name)
        oldest = one.oldest if one else None
        due.add_metric((name,), one.due if one else 0)
        lag.add_metric((name,), (stored.at - oldest).total_seconds() if oldest else 0)
        row.add_metric((name,), one.failures if one else 0)
        paused.add_metric((name,), bool(one and one.paused_since))
    yield from (due, lag, row, paused)


def _of_plans(stored: Stored) -> Iterator[Metric]:
    if at := stored.plans.get("in force"):
        text = "How long the plan has been in force."
        yield _gauge("plan_age_seconds", text, (stored.at - at).total_seconds())
    refused = GaugeMetricFamily(
        "milestones_plan_refused",
        "Whether a newer plan is refused: it has mistakes, or waits to be accepted.",
        labels=("state",),
    )
    for state in ("rejected", "waiting"):
        refused.add_metric((state,), state in stored.plans)
    yield refused


def _alive(stored: Stored) -> Metric:
    family = GaugeMetricFamily("milestones_nodes", "Nodes that live.", labels=("role",))
    lively = [
        one.role for one in stored.nodes if (stored.at - one.seen).total_seconds() < NODE_LIVES
    ]
    for role in ("all", "no-web", "web"):
        family.add_metric((role,), lively.count(role))
    return family
