"""PURE. Whom the return of a report is told, and by which channel."""

from datetime import datetime

from calendars.zones import local_day
from config.plan import Plan
from scheduler.outbox.values import RETURNED, StoredReport
from scheduler.planning.timing import held, message_of
from scheduler.planning.values import Reminder


def own_channel(plan: Plan, channels: tuple[str, ...]) -> str:
    """The first channel that is mail, else the first: what is sent is for one reader.

    One that the plan does not set up is no mail, even where it is called so.
    """
    known = plan.channels
    mail = (one for one in channels if one in known and known[one].kind == "email")
    return next(mail, channels[0])


def told_of_return(plan: Plan, report: StoredReport, now: datetime) -> Reminder | None:
    """What is sent to whoever made a report that was returned; None where nobody is to be reached.

    Its occurrence is the report's number, so that each return of a report is told once.
    """
    person, team = plan.people.get(report.by), plan.teams.get(report.by)
    reach = person or team
    if reach is None or not reach.channels:
        return None
    channel = own_channel(plan, reach.channels)
    at = held(now, person.quiet, person.timezone) if person else now
    day = local_day(at, reach.timezone)
    return Reminder(
        occurrence=str(report.id),
        due=None,
        stage=RETURNED,
        recipient=report.by,
        channel=channel,
        asked=None,
        milestone="",
        at=at,
        day=day,
        message=f"{message_of(report.by, channel, at)}|{RETURNED}|{report.id}",
        nominal=day,
        late=False,
        behalf=(),
    )
