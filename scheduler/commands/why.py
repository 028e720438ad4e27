"""`milestones why`: each stage of a milestone for a person: sent, to come, or why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import click

from calendars.zones import zone
from config.plan import Milestone, Plan
from config.request_values import is_request
from scheduler.answering import Said, last_said
from scheduler.commands.history import exists, known_answered, with_dates, with_history
from scheduler.commands.options import (
    database_option,
    database_url,
    json_option,
    load_plan,
    moment,
    now,
    plan_option,
    plan_path,
    require_recipient,
    stamp,
)
from scheduler.commands.output import console, print_json, table
from scheduler.commands.report import find
from scheduler.incoming.addressing import mail_addresses, mailed_to, one_form
from scheduler.incoming.values import Mark, StoredReply
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.incoming_store import IncomingStore
from scheduler.outbox.invitation_store import InvitationStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.values import RESUMED, SNOOZED, SeenOccurrence, State, StoredReport, Wish
from scheduler.outbox.wishes import can_be_muted, can_wait, scopes
from scheduler.planning.changes import reached
from scheduler.planning.explain import because, name_of
from scheduler.planning.forecast import settled, together, waits_for
from scheduler.planning.occurrences import Dates
from scheduler.planning.reminders import DATE_WANTED, Planner, Seen
from scheduler.planning.stages import stages
from scheduler.planning.values import NOTHING_ENDED, Ended, Occurrence, Reminder, Unsent
from scheduler.standing import ended_ids

AHEAD = timedelta(days=400)
_PASSED = "its time had passed before it could be planned"


@dataclass(frozen=True, slots=True)
class Past:
    """What the database knows of an occurrence, where there is a database."""

    seen: Seen | None
    rows: tuple[dict[str, object], ...]
    ended: Ended
    said: tuple[Said, ...] = ()
    reports: tuple[StoredReport, ...] = ()
    mutes: tuple[str, ...] = ()
    wish: Wish | None = None
    replies: tuple[StoredReply, ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=dict)

    def marks_of(self, plan: Plan, person: str) -> list[Mark]:
        """The addresses of a person to which no mail is sent any more."""
        mine = {one_form(email) for one, email in mail_addresses(plan) if one == person}
        return [mark for address, mark in self.marks.items() if address in mine]

    def mark_of(self, plan: Plan, person: str, channel: str) -> Mark | None:
        """Since when the address takes no mail that a channel writes to; None where it may."""
        address = mailed_to(plan, person, channel) if channel in plan.channels else None
        return self.marks.get(one_form(address)) if address else None


@dataclass(frozen=True, slots=True)
class Line:
    """One stage for the person: its state, when, and the sentence that says why."""

    stage: str
    state: str
    at: datetime | None
    channel: str
    because: str


@click.command
@click.argument("milestone")
@click.argument("person")
@click.option("--from", "start", metavar="DAY", help="As if the plan were new then.")
@plan_option
@database_option
@json_option
def command(
    milestone: str,
    person: str,
    start: str | None,
    plan: Path | None,
    database: str | None,
    as_json: bool,
) -> None:
    """Each stage of MILESTONE for PERSON (or team): sent, to come, or not sent and why."""
    url = database_url(database, plan_path(plan))
    loaded = with_dates(load_plan(plan).plan, url)
    require_recipient(loaded, person)
    at = now()
    occurrence = find(loaded, milestone, at, requests=True)
    begin = moment(start, loaded)
    past = _past(url, loaded, occurrence, person, at)
    until_now = at if begin is None and past.seen is not None else None
    if begin is not None or past.seen is None:
        told = past.rows if begin is None else ()
        seen = Seen(begin or at, begin or at)
        past = replace(past, seen=seen, rows=told)
    lines = [
        *(
            held_up(loaded, one, occurrence, person, past)
            for one in explained(loaded, occurrence, person, past, until_now)
        ),
        *map(_answer, past.said),
        *(_reported(loaded, one) for one in past.reports),
        *map(_by_mail, past.replies),
        *map(_marked, past.marks_of(loaded, person)),
    ]
    if as_json:
        print_json(_json(occurrence, person, one) for one in lines)
        return
    timezone = _timezone(loaded, person)
    rows = [
        (
            one.stage,
            one.state,
            f"{one.at.astimezone(zone(timezone)):%a %-d %b %Y %H:%M}" if one.at else "",
            one.channel,
            one.because,
        )
        for one in lines
    ]
    title = f"{_milestone(loaded, occurrence).title}, {occurrence.due_text()}: "
    columns = ("Stage", "State", "When", "By", "Because")
    console().print(table(columns, rows, title + name_of(loaded, person)))


def _json(occurrence: Occurrence, person: str, one: Line) -> dict[str, object]:
    return {
        "occurrence": occurrence.id,
        "person": person,
        "stage": one.stage,
        "state": one.state,
        "at": stamp(one.at) if one.at else None,
        "channel": one.channel or None,
        "because": one.because,
    }


def _milestone(plan: Plan, occurrence: Occurrence) -> Milestone:
    """The milestone, or the part of an update request."""
    found = plan.reminded(occurrence.milestone)
    assert found is not None
    return found


def _past(url: str, plan: Plan, occurrence: Occurrence, person: str, at: datetime) -> Past:
    if not exists(url):
        return Past(None, (), NOTHING_ENDED)
    past = with_history(url, lambda history: _read(history, occurrence, person))
    answered = known_answered(url, plan, at) if is_request(occurrence.id) else frozenset()
    return replace(past, ended=past.ended._replace(done=past.ended.done | answered))


def _read(history: HistoryStore, occurrence: Occurrence, person: str) -> Past:
    store = PlanningStore(history.database)
    known = store.occurrences_seen([occurrence.milestone]).get(occurrence.milestone, [])
    mine: SeenOccurrence | None = next((one for one in known if one.id == occurrence.id), None)
    milestone = store.milestones_seen([occurrence.milestone]).get(occurrence.milestone)
    seen = Seen(milestone.first_seen, mine.since) if mine and milestone else None
    rows = [
        row
        for row in history.outbox(milestone=occurrence.milestone, recipient=person)
        if row["occurrence"] in (occurrence.id, occurrence.milestone)
    ]
    wishes = {(one.occurrence, one.person): one for one in history.wishes([occurrence.milestone])}
    incoming = IncomingStore(history.database)
    return Past(
        seen,
        tuple(rows),
        ended_ids(history.latest_reports()),
        _said(history, occurrence, person),
        tuple(
            one
            for one in history.reports_of(occurrence.milestone)
            if one.occurrence == occurrence.id
        ),
        tuple(history.mutes_of(person)),
        wishes.get((occurrence.id, person)),
        tuple(incoming.replies_of(person, occurrence.id)),
        incoming.marks(),
    )


def _said(history: HistoryStore, occurrence: Occurrence, person: str) -> tuple[Said, ...]:
    """What the person answered to her invitation, of this occurrence or of all."""
    store, milestone = InvitationStore(history.database), occurrence.milestone
    of_this = ("", occurrence.id.partition("@")[2])
    found = last_said(store.answers(milestone), store.invited([milestone]))
    return tuple(one for one in found if one.recipient == person and one.occurrence in of_this)


def _answer(said: Said) -> Line:
    about = "of an older date" if said.older else "of the date in force"
    quoted = f": “{said.comment}”" if said.comment else ""
    return Line("answer", said.answer.lower(), said.said_at, "", f"{about}{quoted}")


def _reported(plan: Plan, one: StoredReport) -> Line:
    """What was said of the occurrence, by whomever."""
    by = f"by {name_of(plan, one.by)}" if one.by else ""
    until = f"until {stamp(one.until)}" if one.until and one.state != RESUMED else ""
    note = f"“{one.note}”" if one.note else ""
    percent = f"{one.percent}%" if one.percent is not None else ""
    because_of = " ".join(filter(None, (percent, by, until, note)))
    return Line("report", one.state, one.said_at, "", because_of)


def held_up(plan: Plan, line: Line, occurrence: Occurrence, person: str, past: Past) -> Line:
    """A line of what is to come, as the person's mutes, wishes and address let it be."""
    if line.state != "to come" or line.at is None:
        return line
    name = name_of(plan, person)
    if can_be_muted(line.stage):
        for scope in scopes(occurrence.milestone):
            if scope in past.mutes:
                said = f"{name} has muted {_muted(plan, scope)}"
                return replace(line, state="not sent", because=said)
    wish = past.wish
    if wish is not None and wish.holds(line.at) and can_wait(line.stage):
        until = wish.until.astimezone(zone(_timezone(plan, person)))
        day = f"{until:%A %-d %B %Y, %H:%M}"
        if wish.state != SNOOZED:
            said = f"{name} has said “I know”, so no reminder goes out before {day}"
            return replace(line, state="not sent", because=said)
        said = f"{name} has put it off until {day}; the latest of what is put off comes then"
        line = replace(line, at=wish.until, because=said)
    mark = past.mark_of(plan, person, line.channel)
    if mark is not None:
        return replace(
            line, state="not sent", because=f"{mark.because}; see `milestones addresses`"
        )
    return line


def _muted(plan: Plan, scope: str) -> str:
    """What a scope of a mute covers, in words."""
    kind, _, name = scope.partition(":")
    if kind == "all":
        return "everything but escalations"
    track = plan.tracks.get(name)
    return f"the track “{track.title if track else name}”" if kind == "track" else "this milestone"


def _timezone(plan: Plan, recipient: str) -> str:
    return (plan.people.get(recipient) or plan.teams[recipient]).timezone


def _by_mail(reply: StoredReply) -> Line:
    return Line("reply", reply.became, reply.at, reply.channel, f"“{reply.line}”")


def _marked(mark: Mark) -> Line:
    return Line("address", "no mail", mark.since, "", mark.because)


def explained(
    plan: Plan, occurrence: Occurrence, person: str, past: Past, until_now: datetime | None
) -> Iterator[Line]:
    """The lines for a person, by day: what is planned, what happened to it, and what is not.

    until_now: up to when what went out or will is recorded; None where nothing is.
    """
    planner = Planner(plan, Dates(plan), [])
    milestone = _milestone(plan, occurrence)
    seen = past.seen
    if seen is None:
        return
    planned = planner.plan_one(occurrence, seen, seen.since + AHEAD)
    blocked = _blocked(plan, occurrence, past.ended)
    happened = {str(row["key"]): row for row in past.rows}
    told: set[str] = set()
    for one in together(planned):
        if one.recipient != person:
            continue
        told.add(one.stage)
        row = happened.pop(one.key, None)
        reason = because(plan, occurrence, one)
        yield from [_recorded(row, reason)] if row else _unplanned(one, reason, blocked, until_now)
    for row in [one for one in happened.values() if not _is_of_another_date(one, occurrence)]:
        told.add(str(row["stage"]))
        yield _recorded(row, str(row["cause"]))
    yield from _not_sent(planner, person, told)
    policy = plan.policy(milestone.policy)
    known = told | {one.stage for one in planner.unsent or ()}
    for stage in stages(occurrence, policy, plan.workdays):
        if stage.name not in known:
            yield Line(stage.name, "not sent", None, "", _not_for(plan, occurrence, person))


def _unplanned(
    one: Reminder, reason: str, blocked: str, until_now: datetime | None
) -> Iterator[Line]:
    """What the rules ask for and the database does not have."""
    if blocked:
        yield Line(one.stage, "not sent", None, one.channel, blocked)
    elif until_now is None or one.at >= until_now:
        yield Line(one.stage, "to come", one.at, one.channel, reason)
    elif one.stage != DATE_WANTED:
        yield Line(one.stage, "not sent", None, one.channel, _PASSED)


def _is_of_another_date(row: dict[str, object], occurrence: Occurrence) -> bool:
    """Whether a reminder was taken back with the date that it was for: what it is now counts."""
    moved = row["due"] != occurrence.due or row["stage"] == DATE_WANTED
    return row["state"] == State.WITHDRAWN and moved


def _blocked(plan: Plan, occurrence: Occurrence, ended: Ended) -> str:
    """Why the whole occurrence sends nothing; "" where it does."""
    milestone = _milestone(plan, occurrence)
    if settled(plan, occurrence.id, ended):
        if is_request(occurrence.id):
            return "it is answered"
        if milestone.status in ("done", "cancelled"):
            return f"the milestone is {milestone.status}"
        cancelled = settled(plan, occurrence.id, ended._replace(done=frozenset()))
        return f"the milestone is reported {'cancelled' if cancelled else 'done'}"
    waiting = waits_for(plan, milestone, ended.done)
    if waiting and not occurrence.promise.to_be_confirmed:
        return f"waits for {', '.join(waiting)}"
    return ""


def _recorded(row: dict[str, object], reason: str) -> Line:
    state = str(row["state"])
    at = row["at"] if state in ("planned", "claimed") else row["changed_at"]
    shown = {"planned": "to come", "claimed": "being sent"}.get(state, state)
    cause = str(row["cause"])
    because_of = reason if state in ("planned", "sent", "claimed") or not cause else cause
    return Line(
        str(row["stage"]),
        shown,
        at if isinstance(at, datetime) else None,
        str(row["channel"]),
        because_of,
    )


def _not_sent(planner: Planner, person: str, told: set[str]) -> Iterator[Line]:
    reasons: dict[str, Unsent] = {}
    for one in planner.unsent or ():
        if one.recipient in ("", person) and one.stage not in told:
            reasons.setdefault(one.stage, one)
    for one in reasons.values():
        yield Line(one.stage, "not sent", None, "", one.reason)


def _not_for(plan: Plan, occurrence: Occurrence, person: str) -> str:
    milestone = _milestone(plan, occurrence)
    name = name_of(plan, person)
    if is_request(occurrence.id) and person in milestone.owner:
        return "it would come before the request opens, or when the next round has"
    if person not in reached(plan, milestone):
        return f"{name} is not among those who are reminded of it"
    owners = ", ".join(name_of(plan, one) for one in milestone.owner) or "nobody"
    return f"this stage is not for {name}; the owner is {owners}"
