"""Where the answers of the forms come in: each is done at once, and the pages show it."""

from collections.abc import Callable
from datetime import datetime

from calendars.zones import local_day
from scheduler.choices import (
    MUTES,
    Choice,
    choices,
    end_of_acknowledgement,
    end_of_snooze,
)
from scheduler.desk_values import Answer, Effect
from scheduler.inforce import InForce
from scheduler.messages.facts import zone_of
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.request_store import RequestStore
from scheduler.outbox.said import is_said
from scheduler.outbox.values import FRESH_LINK, Wish
from scheduler.planning.occurrences import Dates
from scheduler.planning.timing import apart, message_of
from scheduler.planning.values import Occurrence, Reminder
from scheduler.reporting import Report, Reporting, Word
from scheduler.reports.returning import own_channel
from scheduler.request_desk import RequestDesk


class Desk:
    """Takes answers of one recipient on one occurrence; several threads may use it at once.

    `changed` is called when something was recorded, before the answer is shown.
    """

    def __init__(
        self,
        history: HistoryStore,
        planning: PlanningStore,
        reporting: Reporting,
        force: InForce,
        changed: Callable[[datetime], None],
    ) -> None:
        self._history = history
        self._planning = planning
        self._reporting = reporting
        self._force = force
        self._changed = changed
        store = RequestStore(history.database)
        self.requests = RequestDesk(store, reporting, force, changed)

    def generation(self, recipient: str) -> int:
        """How often a recipient's links were renewed, as it stands in the database now."""
        return self._history.generation(recipient)

    def mutes(self, recipient: str) -> tuple[str, ...]:
        """The scopes that somebody has muted."""
        return tuple(self._history.mutes_of(recipient))

    def wish(self, recipient: str, occurrence: str, now: datetime) -> Wish | None:
        """What holds up somebody's reminders of an occurrence at present."""
        for one in self._history.wishes([occurrence.partition("@")[0]]):
            if (one.person, one.occurrence) == (recipient, occurrence) and one.holds(now):
                return one
        return None

    def answer(
        self, recipient: str, occurrence: Occurrence, answer: Answer, source: str, now: datetime
    ) -> Effect:
        """Do what an answer says; the same `source` does it once.

        Raises `ValueError` where the recipient may not say that.
        """
        plan = self._force.plan
        milestone = plan.milestones[occurrence.milestone]
        today = local_day(now, zone_of(plan, recipient))
        if answer.choice not in choices(plan, milestone, recipient, today):
            raise ValueError(answer.choice)
        if answer.choice in MUTES:
            self.mute(recipient, scope_of(answer.choice, occurrence), now)
            return Effect()
        until = None
        if answer.choice == "acknowledged":
            until = end_of_acknowledgement(plan, milestone, recipient, now)
        elif answer.choice == "snoozed" and answer.day:
            until = end_of_snooze(plan, milestone, recipient, answer.day)
        report = Report(
            state=_word(answer.choice),
            by=recipient,
            said_at=now,
            percent=answer.percent,
            note=answer.note,
            until=until,
            source=source,
            link=answer.link,
            upload=answer.upload,
        )
        in_review = self._reporting.review_of(occurrence, report) == "submitted"
        taken_back = self._reporting.record(occurrence, report, now) or 0
        self._changed(now)
        return Effect(taken_back, until, in_review)

    def returned(self, recipient: str, occurrence: Occurrence) -> str:
        """The word with which somebody's last report on an occurrence was returned, or ""."""
        said = [
            one
            for one in self._history.reports_of(occurrence.milestone)
            if (one.occurrence, one.by) == (occurrence.id, recipient) and is_said(one)
        ]
        if not said or said[-1].review != "returned":
            return ""
        steps = self._history.steps_of([said[-1].id])
        return next((one.word for one in reversed(steps) if one.state == "returned"), "")

    def resume(self, recipient: str, occurrence: Occurrence, source: str, now: datetime) -> None:
        """End an acknowledgement or a snooze; what a snooze put off goes at once."""
        report = Report(state="resumed", by=recipient, said_at=now, until=now, source=source)
        self._reporting.record(occurrence, report, now)
        self._changed(now)

    def mute(self, recipient: str, scope: str, now: datetime) -> None:
        """Send nothing of a scope but escalations, from now on."""
        self._history.mute(recipient, scope, now)
        self._changed(now)

    def unmute(self, recipient: str, scope: str, now: datetime) -> None:
        """Take a mute back."""
        self._history.unmute(recipient, scope)
        self._changed(now)

    def send_link(self, recipient: str, occurrence: str, now: datetime) -> None:
        """Send a person a new link to her own address, at the most one a day for an occurrence.

        Through the outbox, to the address in the plan; nothing is sent of what is gone from it.
        """
        plan = self._force.plan
        found, person = Dates(plan).find(occurrence), plan.people.get(recipient)
        if found is None or person is None or not person.channels:
            return
        channel = own_channel(plan, person.channels)
        day = local_day(now, person.timezone)
        reminder = Reminder(
            occurrence=found.id,
            due=found.due,
            stage=FRESH_LINK,
            recipient=recipient,
            channel=channel,
            asked=day,
            milestone=found.milestone,
            at=now,
            day=day,
            message=message_of(recipient, channel, now, apart(found.id)),
            nominal=day,
            late=False,
            behalf=(),
        )
        self._planning.insert([reminder], now, "asked for by an old link")
        self._changed(now)


def scope_of(choice: Choice, occurrence: Occurrence) -> str:
    """The scope that a choice mutes."""
    milestone = occurrence.milestone
    if choice == "mute-track":
        return f"track:{milestone.partition('/')[0]}"
    return f"milestone:{milestone}"


def _word(choice: Choice) -> Word:
    words: dict[Choice, Word] = {
        "done": "done",
        "on-track": "on-track",
        "at-risk": "at-risk",
        "delayed": "delayed",
        "acknowledged": "acknowledged",
        "snoozed": "snoozed",
    }
    return words.get(choice, "note")
