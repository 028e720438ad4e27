"""What a worker has claimed -> the message that goes out, with what happened before in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import structlog

from calendars.dates import TBC
from config.plan import Plan, Templates
from config.request_values import is_request
from notifiers.message import Message
from scheduler.asked import asking, is_answered
from scheduler.digesting import Contents
from scheduler.incoming.addressing import addressed, answerable
from scheduler.incoming.tokens import Seal
from scheduler.invitations import render_invitation
from scheduler.matters import late_for
from scheduler.messages.asking import Ask, compose_request
from scheduler.messages.attention import compose_attention
from scheduler.messages.compose import by_one_post, compose
from scheduler.messages.facts import item
from scheduler.messages.looks import take_faults
from scheduler.messages.reply import compose_unclear
from scheduler.messages.returned import Returned, compose_returned
from scheduler.messages.values import (
    LISTED,
    NO_LINKS,
    Item,
    LastKnown,
    Links,
    Past,
    Reached,
)
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.incoming_store import IncomingStore
from scheduler.outbox.invitation_store import InvitationStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.request_store import RequestStore
from scheduler.outbox.values import (
    ATTENTION,
    FRESH_LINK,
    INVITATION,
    RETURNED,
    UNCLEAR,
    StoredMove,
    is_of_policy,
)
from scheduler.outbox.wishes import scopes
from scheduler.planning.changes import Move
from scheduler.planning.digests import DIGEST
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence, Reminder, turn_of
from scheduler.standing import SETTLED, State, standing
from scheduler.tidings import was_told

WEEKLY = "|weekly|"
"""What the name of a week's digest has in it."""
_LOG = structlog.get_logger("milestones")
LinksOf = Callable[[Plan, Reminder, Sequence[Item], datetime], Links]
"""Plan, one of the reminders, and what is said of them -> the links of their message."""


def no_links(*_: object) -> Links:
    """A message that nobody can answer by a link."""
    return NO_LINKS


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What has happened, kept in memory: the last reports, and the moves of each milestone.

    heard: the last reports, also of what only notes were said of.
    """

    plan: Plan
    dates: Dates
    states: Mapping[str, State] = field(default_factory=dict)
    moves: Mapping[str, Sequence[StoredMove]] = field(default_factory=dict)
    heard: Mapping[str, State] = field(default_factory=dict)


class Rendering:
    """Makes messages; several threads may use it at once."""

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        planning: PlanningStore,
        history: HistoryStore,
        invitations: InvitationStore,
        links: LinksOf = no_links,
    ) -> None:
        """`links` signs what the messages offer."""
        self._links = links
        self._snapshot = snapshot
        self._planning = planning
        self._history = history
        self._invitations = invitations
        self._incoming = IncomingStore(history.database)
        self._requests = RequestStore(history.database)
        self._seal = Seal(history.signing_key(), history.generation)
        self._digests = Contents(planning, history)

    def render(self, reminders: Sequence[Reminder], key: str, now: datetime) -> Message | None:
        """One message of reminders for one recipient on one channel; None if nothing is to say.

        `key` is the delivery's identity, the same for a copy after a crash.
        """
        known, first = self._snapshot(), reminders[0]
        items = self._items(known, reminders, now) if _reminds(reminders) else []
        if _reminds(reminders):
            message = self._reminding(known, first, items, key, now)
        else:
            message = self._made(known, reminders, key, now)
        if known.plan.templates is not None:
            self._note_faults(known.plan.templates, now)
        if message is None:
            return None
        asked = self._answered_by_mail(first, items)
        return addressed(known.plan, message, first.recipient, first.channel, asked, self._seal)

    def _answered_by_mail(self, first: Reminder, items: Sequence[Item]) -> frozenset[str]:
        """What a mail speaks of and can be answered: all that it lists, no notice to coordinators,
        and no invitation, which the calendar program answers."""
        if first.stage == UNCLEAR:
            reply = self._incoming.reply(first.occurrence)
            return frozenset({reply.occurrence} if reply and reply.became == UNCLEAR else ())
        return frozenset(one.occurrence for one in items)

    def _reminding(
        self, known: Snapshot, first: Reminder, items: Sequence[Item], key: str, now: datetime
    ) -> Message | None:
        """The message of reminders and notices; None where nothing is to say."""
        if not items:
            return None
        by_mail = answerable(known.plan, first.recipient, first.channel)
        links = replace(self._links(known.plan, first, items, now), by_mail=by_mail)
        return compose(known.plan, first.recipient, first.channel, items, now, key=key, links=links)

    def _items(self, known: Snapshot, reminders: Sequence[Reminder], now: datetime) -> list[Item]:
        """What is said of each reminder, and in a week's digest of what is overdue."""
        told = self._told_before(reminders)
        items = [made for one in reminders if (made := self._item(known, one, now, told))]
        if items and any(one.digest and WEEKLY in one.digest for one in reminders):
            items += self._late(known, reminders[0], now)
        return items

    def _made(
        self, known: Snapshot, reminders: Sequence[Reminder], key: str, now: datetime
    ) -> Message | None:
        """A message that is of no reminders."""
        first = reminders[0]
        attention = [one.occurrence for one in reminders if one.stage == ATTENTION]
        if attention:
            notices = self._history.notices_of(attention)
            return compose_attention(
                known.plan, first.recipient, first.channel, notices, now, key=key
            )
        if first.stage in (UNCLEAR, RETURNED):
            return self._sent_back(known, first, key, now)
        if first.stage == DIGEST:
            return self._digest(known, first, key, now)
        if first.stage.startswith(INVITATION):
            return self._invitation(known, first, key, now)
        return self._asking(known, max(reminders, key=lambda one: one.at), key, now)

    def _asking(
        self, known: Snapshot, reminder: Reminder, key: str, now: datetime
    ) -> Message | None:
        """What an update request asks; None where it is answered, or asks for nothing any more."""
        found = known.dates.find(reminder.occurrence)
        asked = asking(known.dates, found, known.states) if found else None
        if asked is None or not asked.targets:
            return None
        if is_answered(asked, known.heard, self._requests.answered()):
            return None
        draft = self._requests.draft(reminder.occurrence, reminder.recipient) is not None
        links = self._links(known.plan, reminder, (), now)
        request = Ask(asked, reminder, known.states, draft=draft)
        return compose_request(known.plan, request, now, key=key, links=links)

    def _sent_back(
        self, known: Snapshot, reminder: Reminder, key: str, now: datetime
    ) -> Message | None:
        """The message on something that the recipient said and that was not taken as it is."""
        if reminder.stage == RETURNED:
            return self._returned(known, reminder, key, now)
        reply = self._incoming.reply(reminder.occurrence)
        return compose_unclear(known.plan, reply, now, key=key) if reply else None

    def _returned(
        self, known: Snapshot, reminder: Reminder, key: str, now: datetime
    ) -> Message | None:
        """The message on a report that was returned, while it is; with links to answer again."""
        report = self._history.report(int(reminder.occurrence))
        milestone = known.plan.milestones.get(report.milestone) if report else None
        if report is None or milestone is None or report.review != "returned":
            return None
        step = self._history.steps_of([report.id])[-1]
        of_it = reminder._replace(
            occurrence=report.occurrence, milestone=report.milestone, stage=FRESH_LINK
        )
        made = self._item(known, of_it, now, {})
        links = self._links(known.plan, of_it, [made], now) if made else NO_LINKS
        answers = links.actions.get(report.occurrence, ())
        what = Returned(milestone.title, step.by, step.word, answers)
        return compose_returned(
            known.plan, reminder.recipient, reminder.channel, what, now, key=key
        )

    def _note_faults(self, own: Templates, now: datetime) -> None:
        """Tell the coordinators of templates of theirs that failed; the messages went out in ours.

        Each fault of a version of the templates is told once.
        """
        for fault in take_faults(own):
            file = str(Path(own.folder) / fault.place)
            _LOG.warning("template", file=file, line=fault.line, problem=fault.message)
            text = f"{file}:{fault.line} failed while a message was made: {fault.message}"
            key = f"template|{own.digest[:16]}|{fault.place}|{fault.line}|{fault.message}"
            self._history.notice(key, "template", text, now)

    def _invitation(
        self, known: Snapshot, reminder: Reminder, key: str, now: datetime
    ) -> Message | None:
        """The mail of an invitation, which is a message of its own: its answers are calendars."""
        sequence = int(reminder.stage.removeprefix(INVITATION))
        found = self._invitations.find(reminder.milestone, reminder.recipient, sequence)
        if found is None:
            return None
        first = _first_text(_moves(known, found.milestone))
        made = render_invitation(known.plan, found, reminder.channel, key, first)
        if made is None:
            return None
        return replace(made, unsubscribe=by_one_post(self._links(known.plan, reminder, (), now)))

    def _digest(
        self, known: Snapshot, reminder: Reminder, key: str, now: datetime
    ) -> Message | None:
        """How the plan stands, for a coordinator."""

        def past(occurrence: str) -> Past:
            found = known.dates.find(occurrence)
            moves = _moves(known, occurrence)
            return Past(
                earlier=self._reached(occurrence, found.due) if found else (),
                report=known.states.get(occurrence),
                first_text=_first_text(moves),
            )

        return self._digests.message(known, reminder, past, now, key)

    def _item(
        self, known: Snapshot, reminder: Reminder, now: datetime, told: Mapping[str, int]
    ) -> Item | None:
        """What is said of one reminder; None where nothing is known of it any more, nobody is to be
        reminded of it any more, or its date is back where it was after the move that was `told`
        last (by `_told_before`)."""
        found = known.dates.find(reminder.occurrence)
        if is_of_policy(reminder.stage) and _is_over(known, found):
            return None
        if found is not None:
            past = self._past(known, reminder)
            if reminder.stage == "moved":
                move = _covering(_moves(known, reminder.occurrence), told[reminder.occurrence])
                if move and (move.old_due, move.old_text) == (move.new_due, move.new_text):
                    return None
                past = replace(past, move=move)
            return item(known.plan, found, reminder, now, past)
        last = self._last_known(reminder)
        if last is None:
            return None
        gone = Occurrence(reminder.occurrence, reminder.milestone, reminder.due, TBC)
        past = Past(known=last, first_text=_first_text(_moves(known, reminder.occurrence)))
        return item(known.plan, gone, reminder, now, past)

    def _told_before(self, reminders: Sequence[Reminder]) -> dict[str, int]:
        """Of each date that moved the number of the last move that was told of before these."""
        turns: dict[str, int] = {}
        for one in reminders:
            if one.stage == "moved":
                turns[one.occurrence] = min(one.turn, turns.get(one.occurrence, one.turn))
        told = dict.fromkeys(turns, 0)
        milestones = {one.partition("@")[0] for one in turns}
        stored = self._planning.reminders_of(sorted(milestones)) if turns else {}
        notices = (row for row in stored.values() if row.stage == "moved" and was_told(row))
        for occurrence, turn in ((row.occurrence, turn_of(row.key)) for row in notices):
            if turn < turns.get(occurrence, 0):
                told[occurrence] = max(turn, told[occurrence])
        return told

    def _late(self, known: Snapshot, reminder: Reminder, now: datetime) -> list[Item]:
        """What is overdue of the recipient's own, for a week's digest (Who 4).

        Beside the reminders in the message: each of what is overdue has its own too, that waits
        for no digest.
        """
        seen = {one.id: one.first_seen for one in self._planning.milestones_seen().values()}
        muted = set(self._history.mutes_of(reminder.recipient))
        made = []
        for one in late_for(known.dates, known.states, seen, reminder.recipient, now):
            if muted.isdisjoint(scopes(one.milestone)):
                again = _as_late(reminder, one)
                made.append(item(known.plan, one, again, now, self._past(known, again)))
        return made

    def _past(self, known: Snapshot, reminder: Reminder) -> Past:
        moves = _moves(known, reminder.occurrence)
        escalation = reminder.stage.startswith("escalation")
        return Past(
            earlier=self._reached(reminder.occurrence, reminder.due) if escalation else (),
            report=known.states.get(reminder.occurrence),
            first_text=_first_text(moves),
        )

    def _reached(self, occurrence: str, due: date | None) -> tuple[Reached, ...]:
        return tuple(
            Reached(row["recipient"], row["channel"], row["changed_at"])
            for row in self._history.reminded(occurrence, due)
        )

    def _last_known(self, reminder: Reminder) -> LastKnown | None:
        """What was last seen of a milestone that the plan has no longer."""
        seen = self._planning.milestones_seen([reminder.milestone]).get(reminder.milestone)
        dates = self._planning.occurrences_seen([reminder.milestone])
        mine = [one for one in dates.get(reminder.milestone, ()) if one.id == reminder.occurrence]
        if seen is None or not mine:
            return None
        return LastKnown(seen.title, seen.track, mine[0].due, mine[0].due_text)


def _reminds(reminders: Sequence[Reminder]) -> bool:
    """Whether a message is one of reminders or notices; all others are made of one kind alone."""
    first = reminders[0]
    alone = first.stage in (UNCLEAR, RETURNED, DIGEST) or first.stage.startswith(INVITATION)
    return not (
        alone or is_request(first.occurrence) or any(one.stage == ATTENTION for one in reminders)
    )


def _as_late(reminder: Reminder, occurrence: Occurrence) -> Reminder:
    """What a digest that is not for one overdue reminder says of an overdue milestone."""
    return reminder._replace(
        occurrence=occurrence.id,
        milestone=occurrence.milestone,
        due=occurrence.due,
        stage=LISTED,
        asked=None,
        behalf=(),
    )


def _is_over(known: Snapshot, found: Occurrence | None) -> bool:
    """Whether what a reminder is about is gone, done or cancelled: what had failed before is still
    there to be tried again by hand."""
    if found is None:
        return True
    milestone = known.plan.milestones.get(found.milestone)
    return milestone is not None and standing(milestone, found.id, known.states) in SETTLED


def _moves(known: Snapshot, occurrence: str) -> list[StoredMove]:
    """The changes of date of an occurrence, the oldest first."""
    milestone = occurrence.partition("@")[0]
    return [one for one in known.moves.get(milestone, ()) if one.occurrence == occurrence]


def _first_text(moves: Sequence[StoredMove]) -> str | None:
    """The date as it was first known, where it has moved since."""
    return moves[0].old_text if moves else None


def _covering(moves: Sequence[StoredMove], told: int) -> Move | None:
    """One change, from where the date was after the move that was told last to where it is now."""
    untold = [one for one in moves if one.id > told]
    if not untold:
        return None
    first, last = untold[0], untold[-1]
    return Move(
        last.occurrence,
        last.milestone,
        first.old_due,
        first.old_text,
        last.new_due,
        last.new_text,
    )
