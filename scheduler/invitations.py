"""The round that invites: milestones with `invite`, who was told what -> mails in the outbox.

It runs after the stamps are taken, since an invitation has the history's SEQUENCE. What is to be
told is `inviting`'s to say; here it is read and written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from calendars.entry import Entry
from calendars.invitation import Invitation, Method, Party, write
from calendars.zones import local_day
from config.plan import Milestone, Plan
from notifiers.email_options import EmailOptions
from notifiers.mailbox import DEFAULT_SENDER, MailboxOptions
from notifiers.message import Address, Message
from notifiers.message import Invitation as Carried
from scheduler.entries import entry_of
from scheduler.feeds import default_span
from scheduler.inviting import (
    Guest,
    by_person,
    carries,
    guest_again,
    guests_of,
    held_by,
    made,
    next_step,
    read_entry,
)
from scheduler.messages.invite import compose_invitation
from scheduler.messages.languages import language
from scheduler.outbox.invitation_store import InvitationStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.values import Invited
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Reminder
from scheduler.stamps import UNSTAMPED, Stamp
from scheduler.standing import SETTLED, States, standing

Made = tuple[Invited, Reminder]


@dataclass(frozen=True, slots=True)
class Present:
    """What holds now: the plan, the reports, and the stamps that were taken of both."""

    plan: Plan
    dates: Dates
    states: States
    stamps: Mapping[str, Stamp]
    now: datetime

    def today(self, milestone: Milestone | None) -> date:
        """The day in a milestone's zone, or in the plan's."""
        return local_day(self.now, milestone.timezone if milestone else self.plan.timezone)

    def entry(self, milestone: Milestone, tongue: str) -> Entry:
        """The milestone's entry in a language."""
        plan = replace(self.plan, language=tongue)
        stamp = self.stamps.get(milestone.id, UNSTAMPED)
        horizon = default_span(self.plan, self.now).last
        return entry_of(plan, self.dates, milestone, self.states, stamp=stamp, horizon=horizon)


class Inviting:
    """Plans invitations, updates and withdrawals."""

    def __init__(self, store: InvitationStore, planning: PlanningStore) -> None:
        self._store = store
        self._planning = planning
        self._looked: object = None

    def round(self, present: Present, mark: object) -> int:
        """Look where `mark` is another than the last time; how many mails that makes."""
        if mark == self._looked:
            return 0
        with self._store.database.planning():
            told = self.look(present)
        self._looked = mark
        return told

    def look(self, present: Present) -> int:
        """Plan what is to be told now; how many mails that makes.

        One planner at a time; a crash leaves each milestone told of in full, or to be looked at
        again.
        """
        plan = present.plan
        known: dict[str, list[Invited]] = {}
        for one in self._store.invited():
            known.setdefault(one.milestone, []).append(one)
        asked = [one.id for one in plan.milestones.values() if one.invite]
        gone = self._finished([key for key in known if key not in plan.milestones], present)
        return sum(
            self._tell(present, key, known.get(key, []))
            for key in dict.fromkeys([*asked, *known])
            if key not in gone
        )

    def _finished(self, gone: Sequence[str], present: Present) -> set[str]:
        """Those of the milestones gone from the plan that were done before."""
        seen = self._planning.milestones_seen(gone) if gone else {}
        done = {key for key, one in seen.items() if one.status == "done"}
        return done | {
            key for key in gone if key in present.states and present.states[key].state == "done"
        }

    def _tell(self, present: Present, key: str, known: Sequence[Invited]) -> int:
        milestone = present.plan.milestones.get(key)
        if milestone is not None and _over(present, milestone):
            return 0
        guests = _guests(present, milestone)
        told = dict(by_person(known))
        planned: list[Made] = []
        superseded: list[str] = []
        for person in dict.fromkeys([*guests, *told]):
            found = _next(present, milestone, guests.get(person), told.get(person, []))
            superseded += found[1]
            planned += found[0]
        if planned or superseded:
            self._store.plan(planned, superseded, present.now)
        return len(planned)


def _over(present: Present, milestone: Milestone) -> bool:
    """Whether nothing is told any more: it is done, or a repeating one has come to its end."""
    if standing(milestone, milestone.id, present.states) == "done":
        return True
    if milestone.repeats is None or not milestone.invite:
        return False
    today, last = present.today(milestone), default_span(present.plan, present.now).last
    return not any(
        one.due is not None and one.due >= today for one in present.dates.of(milestone, last)
    )


def _guests(present: Present, milestone: Milestone | None) -> dict[str, Guest]:
    if milestone is None or not milestone.invite:
        return {}
    if standing(milestone, milestone.id, present.states) in SETTLED:
        return {}
    if present.dates.single(milestone).due is None:
        return {}
    return {
        key: one._replace(language=language(one.language).words.language)
        for key, one in guests_of(present.plan, present.dates, milestone).items()
    }


def _next(
    present: Present, milestone: Milestone | None, guest: Guest | None, known: Sequence[Invited]
) -> tuple[Iterable[Made], tuple[str, ...]]:
    """What one person is told next, and the keys of what is put away for it."""
    entry = present.entry(milestone, guest.language) if milestone and guest else None
    address = guest.address if guest else ""
    step = next_step(known, entry, address, present.today(milestone))
    if step.kind is None:
        return (), step.superseded
    has = held_by(known)
    if step.kind == "cancelled" and has is not None:
        entry, guest = read_entry(has), guest_again(present.plan, has)
    if entry is None or guest is None:
        return (), step.superseded
    key = milestone.id if milestone else known[-1].milestone
    after = known[-1].at if known else None
    return [made(key, guest, step, entry, present.now, after)], step.superseded


def render_invitation(
    plan: Plan, invited: Invited, channel: str, key: str, first_text: str | None = None
) -> Message | None:
    """The mail of an invitation; None for a channel that carries no mail.

    first_text: the date as it was first known, in English, where it has moved since.
    Raises `EntryError` for what no calendar can hold.
    """
    if not carries(plan, channel):
        return None
    entry = read_entry(invited)
    method: Method = "CANCEL" if invited.kind == "cancelled" else "REQUEST"
    sender = organiser(plan, channel)
    calendar = Invitation(
        method,
        entry,
        organiser=Party(sender.email, sender.name),
        attendee=Party(invited.address, invited.name),
        stamp=invited.at,
        language=invited.language,
    )
    carried = Carried(method, write(calendar))
    return compose_invitation(plan, invited, entry, carried, key=key, first_text=first_text)


def organiser(plan: Plan, channel: str) -> Address:
    """Who invites: the mailbox that the answers to a channel's mails go to.

    For a channel that is not set up it is the one that rehearsals send from.
    """
    found = plan.channels.get(channel)
    if found and isinstance(found.options, EmailOptions):
        sender = found.options.sender
        return sender.reply_to or sender.address
    if found and isinstance(found.options, MailboxOptions):
        return Address.parse(found.options.from_)
    return Address.parse(DEFAULT_SENDER)
