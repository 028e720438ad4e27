"""PURE. How each channel does at an instant, as `status` shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config.plan import Channel, Plan, Rate
from scheduler.outbox.values import ChannelState

Doing = Literal["well", "failing", "held", "paused"]
CONNECTIONS, MAIL_CONNECTIONS = 4, 8
"""How many connections a channel has at once, by default."""
_UNITS = {1: "second", 60: "minute", 3600: "hour", 86_400: "day"}


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel that the plan has, or that something waits for.

    doing: `failing` where the last message failed and the next is tried in its turn; `held` where
    nothing goes before `until`, by its rate or because the service asked for it; `paused` where
    one message is tried at `until`. kind: empty where the plan has the channel no more.
    """

    id: str
    kind: str
    rate: str
    connections: int
    doing: Doing
    until: datetime | None
    since: datetime | None
    failures: int
    reason: str


def channels_of(
    plan: Plan | None, states: Mapping[str, ChannelState], now: datetime
) -> list[ChannelView]:
    """The channels of the plan in its order, then those that only the past knows."""
    known = list(plan.channels) if plan else []
    others = sorted(set(states) - set(known))
    return [_one(plan, key, states.get(key, ChannelState(key)), now) for key in (*known, *others)]


def rate_text(rate: Rate | None) -> str:
    """A rate as a plan writes it, "10/second"; empty for none."""
    if rate is None:
        return ""
    unit = _UNITS.get(rate.seconds)
    return f"{rate.count}/{unit}" if unit else f"{rate.count} in {rate.seconds} seconds"


def connections(channel: Channel | None) -> int:
    """How many connections a channel has at once."""
    return MAIL_CONNECTIONS if channel and channel.kind == "email" else CONNECTIONS


def _one(plan: Plan | None, key: str, state: ChannelState, now: datetime) -> ChannelView:
    channel = plan.channels.get(key) if plan else None
    rate = rate_text(channel.rate if channel else None)
    doing = _doing(state, now)
    reason = state.reason
    if doing == "held" and not state.failures:
        reason = f"its rate of {rate}" if rate else "its rate"
    return ChannelView(
        id=key,
        kind=channel.kind if channel else "",
        rate=rate,
        connections=connections(channel),
        doing=doing,
        until=state.probe_at if doing in ("held", "paused") else None,
        since=state.paused_since,
        failures=state.failures,
        reason=reason if doing != "well" else "",
    )


def _doing(state: ChannelState, now: datetime) -> Doing:
    if state.paused_since is not None:
        return "paused"
    if state.probe_at is not None and state.probe_at > now:
        return "held"
    return "failing" if state.failures else "well"
