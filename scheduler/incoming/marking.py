"""PURE. When an address is marked: by one lasting bounce, or by passing ones that repeat."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from scheduler.incoming.values import Mark, StoredBounce

DAYS, WITHIN = 3, timedelta(days=7)
"""Passing bounces on so many days, within this time, count as a lasting one: of several mails that
one fault of a day holds up each would come back."""


def mark_of(bounces: Sequence[StoredBounce], now: datetime) -> Mark | None:
    """The mark that an address gets for its bounces, the oldest first; None where it gets none."""
    counted = [one for one in bounces if one.kind != "ours" and one.lifted_at is None]
    if not counted:
        return None
    lasting = [one for one in counted if one.kind == "lasting"]
    if lasting:
        last = lasting[-1]
        return Mark(last.address, last.recipient, now, last.code, last.words or "it was refused")
    last = max(counted, key=lambda one: one.said_at)
    recent = {one.said_at.date() for one in counted if last.said_at - one.said_at < WITHIN}
    if len(recent) < DAYS:
        return None
    words = f"mail came back on {len(recent)} days within a week, the last time: {last.words}"
    return Mark(last.address, last.recipient, now, last.code, words)
