"""PURE. What is wrong between the parts of a plan: people, teams, channels, policies.

Names that do not exist are found by `config.references`, dates by `config.checks_dates`.
"""

from collections.abc import Iterator

from calendars.workdays import known_to
from config.checks_addresses import address_faults
from config.checks_dates import date_faults
from config.circles import circles
from config.documents import Fault
from config.parse import Tables
from config.plan import COORDINATORS, DEFAULT_CHANNEL, LEAD, Milestone, Person, Plan
from config.positions import Path
from config.requests import request_faults

EMAIL = "email"
"""The kind of channel that needs an e-mail address."""


def plan_faults(plan: Plan, tables: Tables) -> Iterator[Fault]:
    """Every fault and warning between the parts of a plan."""
    yield from _days(plan, tables)
    yield from _holidays(plan)
    yield from _shared_ids(plan)
    yield from _names(tables)
    for fault in (*_people(plan), *_teams(plan), *_rooms(plan), *address_faults(plan)):
        if not _in_doubt(fault.path, tables):
            yield fault
    yield from _policies(plan)
    yield from _default_channel(plan, tables)
    yield from _reminded(plan, tables)
    yield from _uids(tables)
    yield from date_faults(plan, tables)
    yield from request_faults(plan, tables)


def warn(path: Path, message: str, hint: str, at: str = "value") -> Fault:
    """A fault that does not keep the plan from being used; true where the plan is read whole."""
    return Fault(path, message, hint, at, "warning", rests_on="plan")


def _days(plan: Plan, tables: Tables) -> Iterator[Fault]:
    if len(plan.weekend) == 7:
        message = "a weekend of seven days leaves no working day"
        yield Fault(("plan", "weekend"), message, "name the days without work only")
    if not plan.milestones and not any(it.severity == "error" for it in tables.faults):
        hint = "write one under a header [[tracks.ID.milestones]]"
        yield warn(("tracks",), "the plan has no milestones", hint, "key")


def _holidays(plan: Plan) -> Iterator[Fault]:
    """A warning where reminders may fall into a year whose holidays are not known."""
    years = {
        it.due.last.year
        for it in plan.milestones.values()
        if it.due.last and it.status not in ("done", "cancelled")
    }
    for code in plan.holidays:
        if (last := known_to(code)) in years:
            message = f'the holidays of "{code}" are known to {last}; reminders after it count none'
            hint = f"write the holidays of {last + 1} in `closed`"
            yield warn(("plan", "holidays"), message, hint)


def _shared_ids(plan: Plan) -> Iterator[Fault]:
    for name in plan.teams:
        if name in plan.people:
            message = f'"{name}" is the id of a team and of a person ({{place}})'
            hint = "give one of them another id"
            yield Fault(("teams", name), message, hint, "key", other=("people", name))


def _names(tables: Tables) -> Iterator[Fault]:
    for name, person in tables.people.items():
        if person.name is None and ("people", name, "name") not in tables.doubtful:
            message = f'"{name}" has no `name`; messages use the id'
            yield warn(("people", name), message, 'write name = "…"', "key")


def _in_doubt(path: Path, tables: Tables) -> bool:
    """Whether a person's or a team's own keys have a fault that may be the cause of another."""
    return any(doubtful[:2] == path[:2] for doubtful in tables.doubtful)


def _people(plan: Plan) -> Iterator[Fault]:
    for person in plan.people.values():
        path = ("people", person.id)
        if not person.channels:
            message = f'"{person.id}" has no channel and gets no message'
            yield warn((*path, "channels"), message, 'write channels = ["email"]')
        for channel in person.channels:
            if _is_email(plan, channel) and not _has_address(person, channel):
                message = f'"{person.id}" has no e-mail address and gets no message by "{channel}"'
                yield warn(path, message, 'write email = "…"', "key")
                break
        if person.away and person.deputy is None:
            message = f'"{person.id}" is away and has no deputy; the coordinators get the reminders'
            yield warn((*path, "away"), message, 'write deputy = "…"', "key")
    deputies = {it.id: [it.deputy] if it.deputy else [] for it in plan.people.values()}
    for circle in circles(deputies):
        yield _deputies(circle)


def _deputies(circle: tuple[str, ...]) -> Fault:
    if len(circle) == 1:
        message = f'"{circle[0]}" is named as deputy of "{circle[0]}"'
    else:
        message = f"the deputies go round in a circle: {' → '.join([*circle, circle[0]])}"
    hint = "name somebody else; else the coordinators get the reminders"
    return warn(("people", circle[0], "deputy"), message, hint)


def _is_email(plan: Plan, channel: str) -> bool:
    known = plan.channels.get(channel)
    return known.kind == EMAIL if known else channel == DEFAULT_CHANNEL


def _has_address(person: Person, channel: str) -> bool:
    return person.email is not None or channel in person.addresses


def _teams(plan: Plan) -> Iterator[Fault]:
    for team in plan.teams.values():
        path = ("teams", team.id)
        if not team.members and not team.channels:
            message = f'the team "{team.id}" has neither members nor channels; nobody is reminded'
            yield warn(path, message, 'write members = ["…"]', "key")
        if team.lead in plan.people and team.members and team.lead not in team.members:
            message = f'the lead "{team.lead}" is no member of the team "{team.id}"'
            hint = "reminders go to members; the lead hears only of escalations"
            yield warn((*path, "lead"), message, hint)


def _rooms(plan: Plan) -> Iterator[Fault]:
    """A warning for each room of a team on a channel that reaches people only."""
    for team in plan.teams.values():
        for index, channel in enumerate(team.channels):
            if _is_email(plan, channel):
                message = f'the channel "{channel}" reaches people only, and a team has no address'
                hint = "leave it out: each member is reminded on channels of her own"
                yield warn(("teams", team.id, "channels", index), message, hint)


def _policies(plan: Plan) -> Iterator[Fault]:
    yield from _no_coordinators(plan)
    leading = {it.id for it in plan.policies.values() if LEAD in _targets(plan, it.id)}
    leaderless: dict[str, str] = {}
    for milestone in plan.milestones.values():
        if milestone.policy in leading:
            for owner in milestone.owner:
                team = plan.teams.get(owner)
                if team and team.lead is None:
                    leaderless.setdefault(owner, milestone.policy)
    for name, policy in leaderless.items():
        message = f'the team "{name}" has no lead, and the policy "{policy}" escalates to it'
        yield warn(("teams", name), message, 'write lead = "…"', "key")


def _targets(plan: Plan, policy: str) -> set[str]:
    return {it.to for it in plan.policy(policy).escalate}


def _no_coordinators(plan: Plan) -> Iterator[Fault]:
    if plan.coordinators:
        return
    for policy in plan.policies.values():
        for index, escalation in enumerate(policy.escalate):
            if escalation.to == COORDINATORS:
                path = ("reminders", policy.id, "escalate", index, "to")
                hint = 'write coordinators = ["…"] under [plan]'
                yield warn(path, "the plan has no coordinators to escalate to", hint)
                return


def _default_channel(plan: Plan, tables: Tables) -> Iterator[Fault]:
    """One warning where "email" is used and not set up, so that a plan can be previewed early."""
    if DEFAULT_CHANNEL in tables.channels:
        return
    users = [it.id for it in plan.people.values() if DEFAULT_CHANNEL in it.channels]
    rooms = [it.id for it in plan.teams.values() if DEFAULT_CHANNEL in it.channels]
    if users or rooms:
        path = ("people", users[0]) if users else ("teams", rooms[0])
        hint = 'write a table [channels.email] with type = "email", host = "…" and from = "…"'
        yield warn(path, 'the channel "email" is not set up yet', hint, "key")


def _reminded(plan: Plan, tables: Tables) -> Iterator[Fault]:
    """A warning for each track or milestone that has nobody to remind."""
    for written in tables.milestones.values():
        milestone = plan.milestones[written.id]
        open_ = milestone.status not in ("done", "cancelled")
        doubt = {("tracks", written.track, "owner"), (*written.path, "owner")} & tables.doubtful
        if open_ and not doubt and not _anyone(plan, milestone):
            message = f'nobody is reminded of "{milestone.id}"'
            hint = 'write owner = "…" in it or in its track'
            yield warn(written.path, message, hint, "key")


def _uids(tables: Tables) -> Iterator[Fault]:
    """A fault for each UID that two milestones have: an import would not know which is meant."""
    first: dict[str, Path] = {}
    for written in tables.milestones.values():
        uid = written.shape.uid
        if uid is not None and uid in first:
            message = f'the `uid` "{uid}" is that of another milestone already, in {{place}}'
            hint = "take it out of the one that was not imported"
            yield Fault((*written.path, "uid"), message, hint, other=(*first[uid], "uid"))
        elif uid is not None:
            first[uid] = written.path


def _anyone(plan: Plan, milestone: Milestone) -> bool:
    for owner in milestone.owner:
        team = plan.teams.get(owner)
        if team is None or team.members or team.channels:
            return True
    return False
