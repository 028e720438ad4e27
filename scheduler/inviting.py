"""PURE. Who is to be invited to a milestone, and what each is told next.

One person has one invitation to a milestone, by one mail channel. What she has been told is
compared with what holds now: nothing, an invitation, an update, or a withdrawal follows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import NamedTuple

from pydantic import TypeAdapter

from calendars.durations import add_months
from calendars.entry import AllDay, Entry, Override, Timed
from calendars.following import following
from calendars.rezoned import rezoned
from calendars.zones import local_day, local_instant, local_time, zone
from config.plan import DEFAULT_CHANNEL, Milestone, Plan, Quiet
from scheduler.outbox.values import INVITATION, InvitationKind, Invited, State
from scheduler.planning.occurrences import Dates
from scheduler.planning.recipients import people_of, present
from scheduler.planning.timing import held
from scheduler.planning.values import Reminder
from scheduler.shown import MONTHS_AHEAD

MAILS = frozenset({"email", "mailbox"})
"""The kinds of channels that can carry an invitation."""
SETTLES = timedelta(minutes=10)
"""An edit settles for so long before those who are invited are told (Change 1)."""
NEAR = 12
"""So many months ahead somebody knows of every occurrence that is elsewhere than its rule says."""
_REACHED = frozenset({None, State.SENT, State.CLAIMED, State.RETRYING})
_GIVEN_UP = frozenset({State.FAILED, State.WITHDRAWN, State.MUTED})
_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


class Guest(NamedTuple):
    """Somebody who is to be invited, and how her mail goes."""

    recipient: str
    channel: str
    address: str
    name: str
    language: str
    timezone: str
    quiet: Quiet | None


class Step(NamedTuple):
    """What follows for one person: what is told, and which unsent invitations it replaces."""

    kind: InvitationKind | None
    sequence: int
    superseded: tuple[str, ...]


class Wish(NamedTuple):
    """What one person is to have in her calendar, at which address; `today` as the milestone
    counts it."""

    entry: Entry
    address: str
    today: date


NOTHING = Step(None, 0, ())


def guests_of(plan: Plan, dates: Dates, milestone: Milestone) -> dict[str, Guest]:
    """The owners who can get a mail, by their ids.

    For one who is away on the due day whoever stands in then is invited in her place; a
    repeating milestone has many days, so that its owners themselves are.
    """
    day = dates.single(milestone).due if milestone.repeats is None else None
    found: dict[str, Guest] = {}
    for owner in people_of(plan, milestone.owner):
        for person in present(plan, owner, day) if day else (owner,):
            guest = _guest(plan, person)
            if guest is not None:
                found[person] = guest
    return found


def _guest(plan: Plan, recipient: str) -> Guest | None:
    person = plan.people[recipient]
    channel = next((one for one in person.channels if carries(plan, one)), None)
    address = person.addresses.get(channel, person.email) if channel else None
    if channel is None or not address:
        return None
    return Guest(recipient, channel, address, person.name, person.language, person.timezone,
                 person.quiet)  # fmt: skip


def carries(plan: Plan, channel: str) -> bool:
    """Whether a channel sends mails; `email` does also before the plan sets it up."""
    found = plan.channels.get(channel)
    return found.kind in MAILS if found else channel == DEFAULT_CHANNEL


def mark(entry: Entry, address: str) -> str:
    """A hash of what calls for an update: date, rule, place, certainty, and who gets it.

    How far the work is (on track, at risk, done) is no reason to ask somebody anew.
    """
    moved = tuple(
        (one.original, one.start, one.state == "cancelled")
        for one in sorted(entry.overrides, key=lambda one: str(one.original))
    )
    shown = (entry.when, entry.precision, entry.certain, entry.window, entry.rrule)
    decides = (shown, sorted(map(str, entry.exdates)), moved, entry.location, address)
    return blake2b(repr(decides).encode(), digest_size=12).hexdigest()


def next_step(known: Sequence[Invited], wanted: Entry | None, address: str, today: date) -> Step:
    """What follows for one person.

    known: what she was told, the oldest first. wanted: the entry that she is to have, None where
    she is to have none. today: in the milestone's zone; nobody is told of what is past.
    """
    waiting = tuple(one for one in known if one.state == State.PLANNED)
    has = held_by(known)
    if wanted is None:
        return _withdrawal(known, waiting, has, today)
    if is_past(wanted, today) and (has is None or is_past(read_entry(has), today)):
        return _putting_away(waiting)
    wish = Wish(wanted, address, today)
    if _says(waiting[-1] if waiting else has, wish):
        return NOTHING
    if _says(has, wish):
        return _putting_away(waiting)
    if known and known[-1].state in _GIVEN_UP and _says(known[-1], wish):
        return NOTHING
    keys = tuple(one.key for one in waiting)
    return Step("changed" if has else "new", _sequence(known, _number(wanted)), keys)


def held_by(known: Sequence[Invited]) -> Invited | None:
    """The invitation that a person has in her calendar, as far as is known."""
    reached = next((one for one in reversed(known) if one.state in _REACHED), None)
    return reached if reached and reached.kind != "cancelled" else None


def _withdrawal(
    known: Sequence[Invited], waiting: Sequence[Invited], has: Invited | None, today: date
) -> Step:
    if has is None or is_over(read_entry(has), today):
        return _putting_away(waiting)
    if waiting and waiting[-1].kind == "cancelled":
        return NOTHING
    keys = tuple(one.key for one in waiting)
    return Step("cancelled", _sequence(known, has.sequence + 1), keys)


def _putting_away(waiting: Sequence[Invited]) -> Step:
    return Step(None, 0, tuple(one.key for one in waiting))


def _says(invited: Invited | None, wish: Wish) -> bool:
    """Whether an invitation says already what is to be told.

    Of a series only the occurrences up to a day are ever told, so that of later ones nobody is
    told as they come nearer one by one, but once a year of all.
    """
    if invited is None or invited.kind == "cancelled":
        return False
    if invited.mark == mark(wish.entry, wish.address):
        return True
    if wish.entry.rrule is None or invited.address != wish.address:
        return False
    told = read_entry(invited)
    known = add_months(invited.at.date(), MONTHS_AHEAD)
    last = max(known, add_months(wish.today, NEAR))
    return _placed(told, last) == _placed(wish.entry, last)


def _placed(entry: Entry, last: date) -> tuple[object, ...]:
    """Where a series and its occurrences up to a day are; how far the work is does not count."""
    value = entry.when
    elsewhere = {
        (one.original, _instant(one.start), one.state == "cancelled")
        for one in entry.overrides
        if one.original <= last and (one.state == "cancelled" or not _by_rule(value, one))
    }
    when = replace(value, start=value.start.astimezone(UTC)) if isinstance(value, Timed) else value
    fixed = (when, entry.precision, entry.certain, entry.rrule, entry.location)
    return fixed, set(map(_instant, entry.exdates)), elsewhere


def _by_rule(value: AllDay | Timed | None, one: Override) -> bool:
    """Whether an occurrence is where its rule says."""
    if not isinstance(value, Timed):
        return one.start == one.original
    clock = local_time(value.start, value.timezone).time()
    return one.start == local_instant(datetime.combine(one.original, clock), value.timezone)


def _instant(at: date | datetime) -> date | datetime:
    return at.astimezone(UTC) if isinstance(at, datetime) else at


def _number(entry: Entry) -> int:
    """The history's SEQUENCE, the highest of all parts."""
    return max([entry.sequence, *(one.sequence for one in entry.overrides)])


def _sequence(known: Sequence[Invited], least: int) -> int:
    """Higher than any that the person was ever told, and no lower than the history's."""
    return max([least, *(one.sequence + 1 for one in known)])


def is_past(entry: Entry, today: date) -> bool:
    """Whether its day has passed; a rule is not looked at."""
    due = due_of(entry)
    return due is not None and due < today


def is_over(entry: Entry, today: date) -> bool:
    """Whether the last of its days has passed."""
    value = entry.when
    if value is None or not entry.rrule:
        return is_past(entry, today)
    name = value.timezone if isinstance(value, Timed) else "UTC"
    return following(entry, datetime.combine(today, time.min, zone(name))) is None


def due_of(entry: Entry) -> date | None:
    """The day of an entry that does not repeat."""
    value = entry.when
    if value is None or entry.rrule:
        return None
    if isinstance(value, AllDay):
        return value.end - timedelta(days=1)
    return value.start.astimezone(zone(value.timezone)).date()


def read_entry(invited: Invited) -> Entry:
    """The entry that an invitation showed."""
    return rezoned(_ENTRY.validate_json(invited.entry))


def made(
    milestone: str, guest: Guest, step: Step, entry: Entry, now: datetime, after: datetime | None
) -> tuple[Invited, Reminder]:
    """The invitation that a step leads to, with the reminder that carries it.

    after: when the one before was planned; no two of a person have the same stamp.
    """
    stamp = now.replace(microsecond=0)
    if after is not None:
        stamp = max(stamp, after.replace(microsecond=0) + timedelta(seconds=1))
    shown = replace(entry, sequence=step.sequence, alarms=())
    reminder = _reminder(milestone, guest, step, due_of(entry), now)
    invited = Invited(
        key=reminder.key,
        milestone=milestone,
        uid=entry.uid,
        recipient=guest.recipient,
        channel=guest.channel,
        address=guest.address,
        name=guest.name,
        language=guest.language,
        timezone=guest.timezone,
        kind=step.kind or "new",
        sequence=step.sequence,
        mark=mark(entry, guest.address),
        entry=_ENTRY.dump_json(shown).decode(),
        at=stamp,
    )
    return invited, reminder


def _reminder(
    milestone: str, guest: Guest, step: Step, due: date | None, now: datetime
) -> Reminder:
    """At once for a new invitation; an update settles first. It is a message of its own."""
    at = now if step.kind == "new" else now + SETTLES
    at = held(at, guest.quiet, guest.timezone)
    day = local_day(at, guest.timezone)
    stage = f"{INVITATION}{step.sequence}"
    return Reminder(
        occurrence=milestone,
        due=due,
        stage=stage,
        recipient=guest.recipient,
        channel=guest.channel,
        asked=None,
        milestone=milestone,
        at=at,
        day=day,
        message=f"{guest.recipient}|{guest.channel}|{milestone}|{stage}",
        nominal=day,
        late=False,
        behalf=(),
    )


def guest_again(plan: Plan, invited: Invited) -> Guest:
    """How somebody was reached who is to be told that she is not invited any more; her quiet
    hours are those of now."""
    person = plan.people.get(invited.recipient)
    return Guest(invited.recipient, invited.channel, invited.address, invited.name,
                 invited.language, invited.timezone, person.quiet if person else None)  # fmt: skip


def by_person(known: Sequence[Invited]) -> Iterator[tuple[str, list[Invited]]]:
    """What each person was told, the oldest first."""
    found: dict[str, list[Invited]] = {}
    for one in known:
        found.setdefault(one.recipient, []).append(one)
    yield from found.items()
