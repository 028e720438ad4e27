"""The statements of what the service remembers of itself: notices, channels, plans, nodes, names.

Each method is one transaction on one state of the tables; two that write the same row leave the
later one's words.
"""

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from scheduler.outbox.database import Database
from scheduler.outbox.news import News, announce
from scheduler.outbox.notices import add_notice
from scheduler.outbox.statements import open_channels, upsert, upserting
from scheduler.outbox.tables import (
    channel_states,
    moves,
    nodes,
    notices,
    plans,
    report_reviews,
    reports,
    settings,
)
from scheduler.outbox.values import ChannelState, Node, Notice, StoredPlan, Written

_NOTICE = tuple(notices.c[name] for name in Notice.__slots__)
_SIGNING_KEY = "signing-key"
FOLLOW = "follow:"
"""Stands before the number of a report of which what follows has not been done yet."""
NOT_IN_FORCE = ("waiting", "rejected")
_REFUSED_SINCE = "plan-refused-since"
_PLANNED_BY = "planned-by"
_NUMBERED = {"report": reports, "step": report_reviews, "move": moves}
_WRITTEN = select(
    func.coalesce(
        select(settings.c.value).where(settings.c.name == _PLANNED_BY).scalar_subquery(), ""
    ).label("plan"),
    *(
        func.coalesce(select(func.max(table.c.id)).scalar_subquery(), 0).label(name)
        for name, table in _NUMBERED.items()
    ),
)


class ServiceStore:
    """What the service must remember of itself."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # What the coordinators must hear

    def notice(self, key: str, kind: str, text: str, now: datetime) -> None:
        """Note something for the coordinators; the same key is noted once, by whoever is first."""
        self.database.write(lambda connection: add_notice(connection, key, kind, text, now))

    def untold(self) -> list[Notice]:
        """What the coordinators have not been told yet, the oldest first."""
        return self._notices(notices.c.told_at.is_(None))

    def notices_of(self, keys: Sequence[str]) -> list[Notice]:
        """The notices with these keys, the oldest first."""
        return self._notices(notices.c.key.in_(keys))

    def _notices(self, which: Any) -> list[Notice]:
        query = select(*_NOTICE).where(which).order_by(notices.c.at, notices.c.id)
        return [Notice(**row._mapping) for row in self._rows(query)]

    def told(self, keys: Sequence[str], now: datetime) -> None:
        """Mark notices as handed to the coordinators' messages; the first to say so stands."""
        which = notices.c.key.in_(keys) & notices.c.told_at.is_(None)
        self._execute(update(notices).where(which).values(told_at=now))

    # Channels

    def channel_states(self) -> dict[str, ChannelState]:
        """How each channel is doing that ever failed."""
        rows = self._rows(select(channel_states))
        return {row.channel: ChannelState(**row._mapping) for row in rows}

    def save_channel(self, state: ChannelState) -> None:
        """Write down how a channel is doing, for instance to end a pause by hand."""
        row = {name: getattr(state, name) for name in ChannelState.__slots__}

        def work(connection: Connection) -> None:
            upsert(connection, channel_states, [row])
            announce(connection, News.DUE)

        self.database.write(work)

    def forget_channels(self, known: Collection[str]) -> None:
        """Forget how channels did that the plan has no more, and by which nothing is to be sent:
        nothing would ever end their pause."""

        def work(connection: Connection) -> None:
            kept = {*known, *(name for name, _ in open_channels(connection))}
            there = connection.scalars(select(channel_states.c.channel)).all()
            for name in {*there} - kept:
                connection.execute(delete(channel_states).where(channel_states.c.channel == name))

        self.database.write(work)

    # Plans

    def save_plan(
        self, digest: str, state: str, texts: Mapping[str, str], problem: str, now: datetime
    ) -> None:
        """Keep a plan's texts; one that comes into force puts the others out of it.

        One that waits or has mistakes takes the place of the one before that did: the files are
        as they are now, and nobody can agree to what they were. In one transaction: a plan is in
        force at every moment. Nodes hold the planning lock when they put one in force.
        """
        row = {
            "digest": digest,
            "at": now,
            "state": state,
            "texts": json.dumps(dict(texts), ensure_ascii=False),
            "problem": problem,
        }

        def work(connection: Connection) -> None:
            if state == "in force":
                old = (plans.c.state == "in force") & (plans.c.digest != digest)
                connection.execute(update(plans).where(old).values(state="past"))
            else:
                before = plans.c.state.in_(NOT_IN_FORCE) & (plans.c.digest != digest)
                connection.execute(delete(plans).where(before))
            upsert(connection, plans, [row])
            announce(connection, News.KNOWN)

        self.database.write(work)

    def plan(self, state: str) -> StoredPlan | None:
        """The newest plan in a state: in force, waiting or rejected."""
        query = select(plans).where(plans.c.state == state).order_by(plans.c.at.desc()).limit(1)
        for row in self._rows(query):
            return StoredPlan(row.digest, row.at, row.state, json.loads(row.texts), row.problem)
        return None

    def digest_in_force(self) -> str | None:
        """Which plan is in force, without its texts: cheap enough to be asked again and again."""
        query = select(plans.c.digest).where(plans.c.state == "in force")
        for row in self._rows(query.order_by(plans.c.at.desc()).limit(1)):
            return str(row.digest)
        return None

    def planned_by(self, plan: str) -> None:
        """Say by which plan reminders are planned from now on; see `Written`."""
        if self.setting(_PLANNED_BY) != plan:
            self.put(_PLANNED_BY, plan)

    def written(self) -> Written:
        """How far what messages are made from is written; one look at four indexes."""
        return Written(**self._rows(_WRITTEN)[0]._mapping)

    def refused_since(self, now: datetime) -> str:
        """When the plan's files ceased to be what is in force, until `forget_waiting`.

        The first node to ask says so, at `now`; it tells one spell of mistakes from the next.
        """
        return self.once(_REFUSED_SINCE, now.isoformat())

    def forget_waiting(self) -> None:
        """No plan waits or is rejected any more: a good one is in force."""

        def work(connection: Connection) -> None:
            connection.execute(delete(plans).where(plans.c.state.in_(NOT_IN_FORCE)))
            connection.execute(delete(settings).where(settings.c.name == _REFUSED_SINCE))

        self.database.write(work)

    # Nodes

    def beat(self, node: Node) -> None:
        """Say that a node lives."""
        row = {name: getattr(node, name) for name in Node.__slots__}
        self.database.write(lambda connection: upsert(connection, nodes, [row]))

    def nodes(self) -> list[Node]:
        """The nodes that have lived, the latest first."""
        return [Node(**row._mapping) for row in self._rows(_NODES)]

    def remove_node(self, node: str) -> None:
        """A node that has stopped in order."""
        self._execute(delete(nodes).where(nodes.c.id == node))

    # Values under a name

    def setting(self, name: str) -> str | None:
        """A value that was put away under a name."""
        rows = self._rows(select(settings.c.value).where(settings.c.name == name))
        return rows[0].value if rows else None

    def put(self, name: str, value: str) -> None:
        """Put a value away under a name."""
        row = {"name": name, "value": value}

        def work(connection: Connection) -> None:
            upsert(connection, settings, [row])
            announce(connection, News.KNOWN)

        self.database.write(work)

    def names(self, prefix: str) -> list[str]:
        """The names with this beginning under which something stands."""
        query = select(settings.c.name).where(settings.c.name.startswith(prefix, autoescape=True))
        return [row.name for row in self._rows(query)]

    def followed(self, report: int) -> None:
        """What follows from a report has been done."""
        self._execute(delete(settings).where(settings.c.name == f"{FOLLOW}{report}"))

    def once(self, name: str, value: str) -> str:
        """What stands under a name; `value` where nothing did, also of two nodes at once."""
        found = self.setting(name)
        if found is None:
            statement = upserting(self.database.engine.dialect, settings).values(
                name=name, value=value
            )
            self._execute(statement.on_conflict_do_nothing(index_elements=["name"]))
            found = self.setting(name) or value
        return found

    def signing_key(self) -> bytes:
        """The key of private links; made once, and the same for two nodes that start at once."""
        return bytes.fromhex(self.once(_SIGNING_KEY, secrets.token_hex(32)))

    def generations(self) -> dict[str, int]:
        """Person or team -> how often the private links were renewed (settings `links:ID`)."""
        rows = self._rows(select(settings).where(settings.c.name.like("links:%")))
        return {row.name.removeprefix("links:"): int(row.value) for row in rows}

    def generation(self, owner: str) -> int:
        """How often the private links of a person or team were renewed."""
        return int(self.setting(f"links:{owner}") or 0)

    def _rows(self, query: Any) -> list[Row[Any]]:
        return self.database.read(lambda connection: list(connection.execute(query)))

    def _execute(self, statement: Any) -> int:
        """Run one statement in a transaction of its own; how many rows it changed."""
        return self.database.write(lambda connection: connection.execute(statement).rowcount)


_NODES = select(nodes).order_by(nodes.c.seen.desc(), nodes.c.id)


def to_follow(connection: Connection, report: int, occurrence: str) -> None:
    """Note, in the transaction that records a report, that something follows from it."""
    upsert(connection, settings, [{"name": f"{FOLLOW}{report}", "value": occurrence}])
