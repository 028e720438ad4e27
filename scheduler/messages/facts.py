"""PURE. A reminder -> an Item: everything that a message says of it, from plan, time and history.

It finds out; how it is said is `shown`'s.
"""

from datetime import date, datetime
from typing import NamedTuple, cast

from calendars.dates import TBC
from calendars.zones import local_day, zone
from config.plan import Milestone, Plan, Track
from notifiers.message import Urgency
from scheduler.messages.addresses import web_address
from scheduler.messages.clean import called, clean, shortened
from scheduler.messages.roles import NOBODY, next_steps, reached_before, role_of, standing_in
from scheduler.messages.values import NOTHING, NOTICES, Item, Kind, Past, Step, Times
from scheduler.planning.recipients import people_of
from scheduler.planning.values import Occurrence, Reminder

LONGEST_TITLE, LONGEST_TEXT = 300, 800
"""Characters of a name, and of what was promised: a message is no document."""
SOON = 5
"""Working days from which on a deadline is near."""
_SAYS_NEXT: frozenset[Kind] = frozenset({"overdue", "escalation"})


class _Count(NamedTuple):
    """From today to the due day in the reader's zone: see `Item`."""

    today: date
    day: date | None
    working: int
    works: bool


def item(
    plan: Plan,
    occurrence: Occurrence,
    reminder: Reminder,
    now: datetime,
    past: Past = NOTHING,
) -> Item:
    """What a message that is sent at `now` (aware) says of one reminder.

    Raises KeyError where neither the plan nor `past.known` knows the milestone.
    """
    milestone, words = _milestone(plan, occurrence, past)
    track = plan.tracks.get(milestone.track) or Track(milestone.track, milestone.track)
    kind = cast(Kind, reminder.stage.partition(":")[0])
    timezone = zone_of(plan, reminder.recipient)
    count = _count(plan, occurrence, now, timezone)
    known = milestone.id in plan.milestones
    coordinators = people_of(plan, plan.coordinators)
    report = past.report
    return Item(
        kind=kind,
        stage=reminder.stage,
        urgency=_urgency(kind, count),
        occurrence=occurrence.id,
        track=track.id,
        title=shortened(clean(milestone.title), LONGEST_TITLE),
        track_title=shortened(clean(track.title), LONGEST_TITLE),
        reference=shortened(clean(track.reference or ""), LONGEST_TITLE),
        promise=occurrence.promise,
        due=occurrence.due,
        due_words=words,
        first_text=past.first_text,
        day=count.day,
        today=count.today,
        now=now,
        working=count.working,
        today_works=count.works,
        starts=occurrence.starts,
        local_start=occurrence.starts.astimezone(zone(timezone)) if occurrence.starts else None,
        timezone=milestone.timezone,
        meeting=milestone.duration is not None,
        counted_from=_counted_from(plan, milestone),
        location=shortened(clean(milestone.location or ""), LONGEST_TITLE),
        said=shortened(clean(milestone.said or ""), LONGEST_TEXT),
        source=shortened(clean(milestone.source or ""), LONGEST_TITLE),
        paragraphs=tuple(map(clean, milestone.paragraphs)),
        notes=shortened(clean(milestone.notes or ""), LONGEST_TEXT),
        document=clean(milestone.url or ""),
        owners=tuple(called(plan, one) for one in milestone.owner),
        role=role_of(plan, milestone, reminder.stage, reminder.recipient) if known else NOBODY,
        behalf=standing_in(plan, milestone, reminder),
        coordinators=tuple(called(plan, one) for one in coordinators),
        is_coordinator=reminder.recipient in coordinators,
        steps=_steps(plan, milestone, occurrence, reminder, kind, count.today),
        earlier=_earlier(plan, kind, past, reminder.recipient),
        report=report,
        reporter=called(plan, report.by) if report and report.by else "",
        reported_on=local_day(report.at, timezone) if report and report.at else None,
        move=past.move,
        asked_every=plan.policy(milestone.policy).date_wanted if kind == "date-wanted" else None,
        page=page_of(plan, milestone),
    )


def zone_of(plan: Plan, recipient: str) -> str:
    """The time zone of a person or team; the plan's for one it does not know any more."""
    known = plan.people.get(recipient) or plan.teams.get(recipient)
    return known.timezone if known else plan.timezone


def page_of(plan: Plan, milestone: Milestone) -> str | None:
    """The address of a milestone's page; None where it has none to be seen by everybody."""
    track = plan.tracks.get(milestone.track)
    if not plan.url or track is None or milestone.id not in plan.milestones:
        return None
    if not (track.public and milestone.public):
        return None
    return web_address(f"{plan.url.rstrip('/')}/tracks/{track.id}/{milestone.short_id}")


def _milestone(plan: Plan, occurrence: Occurrence, past: Past) -> tuple[Milestone, str | None]:
    """The milestone, made up from what was last known where the plan has it no longer; and the
    words of a date that the plan does not have, if it was one."""
    found, known = plan.milestones.get(occurrence.milestone), past.known
    if found is not None:
        return found, known.due_text if known else None
    if known is None:
        raise KeyError(occurrence.milestone)
    gone = Milestone(
        occurrence.milestone, known.track, known.title, TBC, timezone=plan.timezone, public=False
    )
    return gone, None if known.due is None else known.due_text


def _counted_from(plan: Plan, milestone: Milestone) -> str:
    other = plan.dated((milestone.hangs_on or "").partition("@")[0])
    return shortened(clean(other.title), LONGEST_TITLE) if other else ""


def _count(plan: Plan, occurrence: Occurrence, now: datetime, timezone: str) -> _Count:
    today = local_day(now, timezone)
    day = occurrence.due
    if occurrence.starts is not None:
        day = local_day(occurrence.starts, timezone)
    if day is None:
        return _Count(today, None, 0, works=True)
    workdays = plan.workdays
    ahead = day >= today
    working = workdays.between(today, day) if ahead else workdays.between(day, today)
    return _Count(today, day, working, workdays.is_working(today))


def _urgency(kind: Kind, count: _Count) -> Urgency:
    if kind in NOTICES or kind == "date-wanted" or count.day is None:
        return "info"
    if kind in _SAYS_NEXT or count.day < count.today:
        return "late"
    if kind == "on-the-day" or count.day == count.today:
        return "today"
    return "soon" if count.working <= SOON else "info"


def _steps(
    plan: Plan,
    milestone: Milestone,
    occurrence: Occurrence,
    reminder: Reminder,
    kind: Kind,
    today: date,
) -> tuple[Step, ...]:
    if kind not in _SAYS_NEXT:
        return ()
    return next_steps(plan, milestone, occurrence, reminder, today)


def _earlier(plan: Plan, kind: Kind, past: Past, reader: str) -> tuple[Times, ...]:
    if kind != "escalation":
        return ()
    days = [local_day(one.at, plan.timezone) for one in past.earlier]
    return reached_before(plan, past.earlier, days, reader)
