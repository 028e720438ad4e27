"""`milestones status`: nodes, what comes next, counts, failures, how channels do, the plan."""

from datetime import timedelta
from pathlib import Path

import click

from config.load import load_texts
from config.plan import Plan
from config.problems import ConfigError
from scheduler.answering import last_said
from scheduler.channels import channels_of
from scheduler.commands.addresses import as_object
from scheduler.commands.history import required, with_history
from scheduler.commands.options import (
    database_of,
    database_option,
    json_option,
    now,
    place_of_plan,
    plan_option,
    stamp,
)
from scheduler.commands.output import console, counted, print_json, table
from scheduler.entry_stamps import broken_entries
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.incoming_store import IncomingStore
from scheduler.outbox.invitation_store import InvitationStore
from scheduler.outbox.values import StoredPlan

SILENT = timedelta(minutes=2)
"""A node that has said nothing for so long lives no more, or cannot reach the database."""
NEXT = 10
FAILURES = 10
REPLIES = 10
FALLBACKS = 10


@click.command
@plan_option
@database_option
@json_option
def command(plan: Path | None, database: str | None, as_json: bool) -> None:
    """What the service does, and what has failed."""
    url = required(database_of(database, plan))
    folder = place_of_plan(plan)
    found = with_history(url, lambda history: _read(history, folder))
    if as_json:
        print_json([found])
    else:
        _print(found)


def _answers(store: InvitationStore) -> list[dict[str, object]]:
    """What those who are invited said last; `older` where the date has changed since."""
    return [
        {
            "milestone": one.milestone,
            "occurrence": f"{one.milestone}@{one.occurrence}" if one.occurrence else one.milestone,
            "person": one.recipient,
            "answer": one.answer.lower(),
            "at": stamp(one.said_at),
            "older": one.older,
            "comment": one.comment,
        }
        for one in last_said(store.answers(), store.invited())
    ]


def _by_mail(store: IncomingStore) -> dict[str, object]:
    """To which addresses no mail is sent, and what was answered by mail."""
    return {
        "addresses": [as_object(one) for one in store.marks().values()],
        "replies": [
            {
                "at": stamp(one.at),
                "person": one.person,
                "occurrence": one.occurrence or None,
                "became": one.became,
                "line": one.line,
            }
            for one in store.latest_replies(REPLIES)
        ],
    }


def _channels(history: HistoryStore, plan: Plan | None) -> list[dict[str, object]]:
    """Each channel with its limits, and what holds it up."""
    return [
        {
            "channel": one.id,
            "type": one.kind or None,
            "rate": one.rate or None,
            "connections": one.connections,
            "doing": one.doing,
            "until": stamp(one.until) if one.until else None,
            "failures": one.failures,
            "reason": one.reason,
        }
        for one in channels_of(plan, history.channel_states(), now())
    ]


def _plan(stored: StoredPlan | None, path: Path) -> Plan | None:
    """The plan in force; None where there is none, or one of another version."""
    folder = path if path.is_dir() else path.parent
    if stored is None:
        return None
    try:
        return load_texts(stored.texts, folder).plan
    except ConfigError:
        return None


def _read(history: HistoryStore, path: Path) -> dict[str, object]:
    in_force = history.plan("in force")
    waiting = history.plan("waiting") or history.plan("rejected")
    return {
        "plan": {"digest": in_force.digest[:12], "since": stamp(in_force.at)} if in_force else None,
        "waiting": {"state": waiting.state, "problem": waiting.problem} if waiting else None,
        "nodes": [
            {
                "id": one.id,
                "role": one.role,
                "started": stamp(one.started),
                "seen": stamp(one.seen),
                "seconds": int((now() - one.seen).total_seconds()),
                "plan": one.plan[:12],
                "version": one.version or "",
                "lives": now() - one.seen <= SILENT,
            }
            for one in history.nodes()
        ],
        "reminders": history.counts(),
        "next": [
            {
                "at": stamp(one.at),
                "recipient": one.recipient,
                "channel": one.channel,
                "occurrence": one.occurrence,
                "stage": one.stage,
            }
            for one in history.upcoming(NEXT)
        ],
        "failures": [
            {
                "at": stamp(one.at),
                "recipient": one.recipient,
                "channel": one.channel,
                "answer": one.answer,
            }
            for one in history.attempts_of(FAILURES, "failed")
        ],
        "channels": _channels(history, _plan(in_force, path)),
        "paused": [
            {
                "channel": one.channel,
                "since": stamp(one.paused_since),
                "next": stamp(one.probe_at) if one.probe_at else None,
                "failures": one.failures,
                "reason": one.reason,
            }
            for one in history.channel_states().values()
            if one.paused_since
        ],
        "fell_back": [
            {
                "at": stamp(one["planned_at"]),
                "recipient": one["recipient"],
                "from": one["instead_of"],
                "to": one["channel"],
                "state": one["state"],
                "occurrence": one["occurrence"],
                "stage": one["stage"],
            }
            for one in history.fell_back(FALLBACKS)
        ],
        "answers": _answers(InvitationStore(history.database)),
        "left_out": [
            {"milestone": key, "reason": why} for key, why in broken_entries(history).items()
        ],
        "muted": [
            {"person": person, "scope": scope, "since": stamp(since)}
            for person, scope, since in history.mutes()
        ],
        "put_off": [
            {
                "occurrence": one.occurrence,
                "person": one.person,
                "state": one.state,
                "until": stamp(one.until),
            }
            for one in history.wishes()
            if one.holds(now())
        ],
        **_by_mail(IncomingStore(history.database)),
    }


_TABLES = (
    ("Nodes", "nodes", ("id", "role", "version", "started", "seen", "lives", "plan")),
    ("Next", "next", ("at", "recipient", "channel", "stage", "occurrence")),
    ("Failed", "failures", ("at", "recipient", "channel", "answer")),
    ("Channels", "channels", ("channel", "type", "rate", "doing", "until", "reason")),
    ("Paused channels", "paused", ("channel", "since", "next", "failures", "reason")),
    ("By another channel", "fell_back", ("at", "recipient", "from", "to", "state", "occurrence")),
    ("Muted", "muted", ("person", "scope", "since")),
    ("Put off", "put_off", ("occurrence", "person", "state", "until")),
    ("No mail to", "addresses", ("address", "person", "since", "reason")),
    ("Answers by mail", "replies", ("at", "person", "occurrence", "became", "line")),
    ("Answers", "answers", ("occurrence", "person", "answer", "at", "older", "comment")),
    ("Left out of calendars", "left_out", ("milestone", "reason")),
)


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _print(found: dict[str, object]) -> None:
    out = console()
    plan, waiting, counts = found["plan"], found["waiting"], found["reminders"]
    if isinstance(plan, dict):
        out.print(f"Plan {plan['digest']}, in force since {plan['since']}")
    if isinstance(waiting, dict):
        out.print(f"A plan is {waiting['state']}: {waiting['problem']}")
    if isinstance(counts, dict):
        total = sum(counts.values())
        parts = ", ".join(f"{number:,} {state}" for state, number in sorted(counts.items()))
        out.print(f"{counted(total, 'reminder')}{': ' + parts if parts else ''}")
    for title, key, columns in _TABLES:
        rows = found[key]
        if isinstance(rows, list) and rows:
            cells = [[_cell(row[column]) for column in columns] for row in rows]
            out.print("", table([title, *columns[1:]], cells))
        elif key == "nodes":
            out.print("No node is running: start one with `milestones run`")
