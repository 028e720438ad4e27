"""An answer to a reminder -> a report, at once; or a polite mail back, or nothing.

It counts where two things come together: the mail was sent to the signed address that stood in the
reminder, and its sender is the address of the person it was made for.
"""

from datetime import datetime, timedelta

import structlog

from calendars.zones import local_day, local_instant
from config.plan import Plan
from scheduler.choices import choices
from scheduler.incoming.addressing import answerable, mail_addresses, one_form
from scheduler.incoming.letter import Letter
from scheduler.incoming.notes import forged, from_elsewhere
from scheduler.incoming.said import Said, said_in
from scheduler.incoming.tokens import SEVERAL, Named, Seal, tokens
from scheduler.incoming.values import Became, StoredReply
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.incoming_store import IncomingStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.values import UNCLEAR
from scheduler.planning.occurrences import Dates
from scheduler.planning.timing import held, message_of
from scheduler.planning.values import Occurrence, Reminder
from scheduler.reporting import Report, Reporting, Word
from scheduler.reports.told import states_of
from scheduler.standing import standing

OLDEST = timedelta(days=30)
"""An answer that says it is older was said then: a clock may be wrong."""
_LOG = structlog.get_logger("milestones")


class Replied:
    """Takes answers."""

    def __init__(
        self, history: HistoryStore, store: IncomingStore, seal: Seal, reporting: Reporting
    ) -> None:
        self._history = history
        self._store = store
        self._seal = seal
        self._reporting = reporting
        self._planning = PlanningStore(history.database)

    def take(self, plan: Plan, mail: str, letter: Letter, now: datetime) -> bool:
        """Do what follows from an answer; whether something was recorded or is sent back.

        mail: its identity. The same mail is taken once.
        """
        named = self._named(plan, letter, now)
        if named is None or letter.automatic or self._store.reply(mail) is not None:
            return False
        if letter.forged or not _is_hers(plan, named, letter):
            return self._refuse(plan, mail, named, letter, now)
        occurrence = Dates(plan).find(named.occurrence) if named.occurrence else None
        if named.renewed or named.occurrence == SEVERAL:
            became: Became = "renewed" if named.renewed else "several"
            return self._answer(plan, mail, named, letter, became, now)
        if named.expired or occurrence is None:
            return self._answer(plan, mail, named, letter, "expired", now)
        if not _may_report(plan, occurrence, named.person, now):
            return self._answer(plan, mail, named, letter, "not-asked", now)
        said = said_in(letter.line)
        if said is None:
            return self._answer(plan, mail, named, letter, "unclear", now)
        self._record(plan, mail, occurrence, named.person, said, letter, now)
        self._keep(plan, mail, named, "recorded", letter.line, now)
        return True

    def _named(self, plan: Plan, letter: Letter, now: datetime) -> Named | None:
        """Whom and what the token names; which occurrences there were is asked only for one."""
        ours = plan.replies.address if plan.replies else None
        found = [one for one in tokens(letter.sent_to, ours or "") if one.startswith("r")]
        known = [SEVERAL, *self._store.occurrences()] if found else []
        for token in found:
            named = self._seal.named(token, plan.people, known, now.date())
            if named is not None:
                return named
            _LOG.info("answer with a token that was not made here")
        return None

    def _record(
        self,
        plan: Plan,
        mail: str,
        occurrence: Occurrence,
        person: str,
        said: Said,
        letter: Letter,
        now: datetime,
    ) -> None:
        report = Report(
            state=said.state or self._as_it_was(plan, occurrence),
            by=person,
            said_at=max(letter.said_at, now - OLDEST),
            percent=said.percent,
            note=said.note,
            source=f"mail:{mail}",
        )
        self._reporting.record(occurrence, report, now)
        _LOG.info("answer", person=person, occurrence=occurrence.id, state=report.state)

    def _as_it_was(self, plan: Plan, occurrence: Occurrence) -> Word:
        """The state that goes with a mere percentage: the one there was; work that is begun is on
        track, and what is settled stays so."""
        states = states_of(self._history.latest_reports().values())
        found = standing(plan.milestones[occurrence.milestone], occurrence.id, states)
        if found in ("done", "cancelled"):
            return "note"
        return "on-track" if found == "planned" else found

    def _keep(
        self, plan: Plan, mail: str, named: Named, became: Became, line: str, now: datetime
    ) -> str:
        """Write down what became of an answer; the channel by which the person is mailed."""
        channel = _channel(plan, named.person)
        reply = StoredReply(mail, named.person, named.occurrence, channel, became, line, now)
        self._store.add_reply(reply)
        return channel

    def _refuse(self, plan: Plan, mail: str, named: Named, letter: Letter, now: datetime) -> bool:
        """Nothing is recorded, and the coordinators are told, once a day of each reminder.

        Nothing is sent back: the address is nobody's that the plan knows, or it is forged.
        """
        sender = letter.sender or "an unknown sender"
        why = "not from" if letter.forged else "from"
        self._keep(plan, mail, named, "refused", f"{why} {sender}: {letter.line}", now)
        name = plan.people[named.person].name
        what = named.occurrence or "several milestones"
        note = forged if letter.forged else from_elsewhere
        text = note(sender, what, name)
        key = f"reply|{named.person}|{named.occurrence}|{now.date()}"
        self._history.notice(key, "reply", text, now)
        return True

    def _answer(
        self, plan: Plan, mail: str, named: Named, letter: Letter, became: Became, now: datetime
    ) -> bool:
        """Say what was not understood: once a day to each person, so that no two programs can
        write to each other without end."""
        zone = plan.people[named.person].timezone
        today = local_day(now, zone)
        midnight = local_instant(datetime.combine(today, datetime.min.time()), zone)
        first = not self._store.unclear_since(named.person, midnight)
        channel = self._keep(plan, mail, named, became, letter.line, now)
        if not first or not channel:
            return False
        at = held(now, plan.people[named.person].quiet, zone)
        reminder = Reminder(
            occurrence=mail,
            due=None,
            stage=UNCLEAR,
            recipient=named.person,
            channel=channel,
            asked=None,
            milestone="",
            at=at,
            day=today,
            message=f"{message_of(named.person, channel, at)}|{mail}",
            nominal=today,
            late=False,
            behalf=(),
        )
        self._planning.insert([reminder], now, "an answer was not understood")
        return True


def _is_hers(plan: Plan, named: Named, letter: Letter) -> bool:
    """Whether the sender is an address that mail to the person goes to."""
    mine = {one_form(email) for one, email in mail_addresses(plan) if one == named.person}
    return bool(letter.sender) and one_form(letter.sender) in mine


def _may_report(plan: Plan, occurrence: Occurrence, person: str, now: datetime) -> bool:
    """The same may be said by mail as by a form: nothing by those who only follow."""
    today = local_day(now, plan.people[person].timezone)
    return "note" in choices(plan, plan.milestones[occurrence.milestone], person, today)


def _channel(plan: Plan, person: str) -> str:
    """The first channel by which a person gets mail that can be answered; "" for none."""
    channels = plan.people[person].channels
    return next((one for one in channels if answerable(plan, person, one)), "")
