"""What the console shows, in the reader's words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from config.plan import Plan
from scheduler.channels import ChannelView, Doing
from scheduler.console.waiting import Difference
from scheduler.messages.clean import clean, shortened
from scheduler.outbox.acts_store import ASKED_FOR
from scheduler.outbox.console_store import Outgoing
from scheduler.outbox.trail_store import Act
from scheduler.outbox.values import Node, StoredPlan
from scheduler.planning.explain import name_of
from scheduler.planning.values import Reminder
from scheduler.standing import is_public
from scheduler.web.render import local_text
from scheduler.web.texts import stage_text
from scheduler.web.words import Words, key

SILENT = timedelta(minutes=2)
"""A node that has said nothing for so long lives no more, or cannot reach the database."""
MOST_SHOWN = 100
"""So many lines of each part of a difference are shown; the others are counted."""
LONGEST_ANSWER = 300
_ROLES = {
    "all": key("plans, delivers and shows pages"),
    "no-web": key("plans and delivers"),
    "web": key("shows pages"),
}
_DOING: dict[Doing, str] = {
    "well": key("Working"),
    "failing": key("Failing"),
    "held": key("Held up"),
    "paused": key("Paused"),
}
_TAGS: dict[Doing, str] = {
    "well": "on-track", "failing": "at-risk", "held": "planned", "paused": "late",
}  # fmt: skip
_DID = {
    "login": key("logged in"),
    "logout": key("logged out"),
    "consent": key("let in a plan that drops much"),
    "approve": key("approved a report"),
    "hold": key("approved a report, to be published later"),
    "publish": key("published a report"),
    "return": key("returned a report"),
    "retry": key("had failed messages tried again"),
    "withdraw": key("took back what was not sent"),
    "resume": key("ended the pause of a channel"),
}
_OF_REMINDERS = frozenset({"retry", "withdraw"})
_COUNTED = re.compile(r"([\d,]{1,12}) reminders?")
"""How many reminders it was done to, as the trail keeps it."""
_OF_REPORTS = frozenset({"approve", "hold", "publish", "return"})


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone as the console names it; no path where there is no public page of it."""

    title: str
    path: str


class Line:
    """A reminder of the outbox."""

    def __init__(self, plan: Plan, one: Outgoing, words: Words) -> None:
        self.key, self.channel, self.state = one.key, one.channel, one.state
        self.about = about(plan, one.occurrence)
        self.to = name_of(plan, one.recipient)
        self.stage = stage_text(one.stage, words)
        self.when = local_text(one.at, plan, words)
        self.said = "" if one.said == ASKED_FOR else shortened(clean(one.said), LONGEST_ANSWER)


class Failure:
    """A message that failed, with all that was in it."""

    def __init__(self, plan: Plan, together: Sequence[Outgoing], words: Words) -> None:
        first = together[0]
        self.delivery, self.channel = first.delivery, first.channel
        self.to = name_of(plan, first.recipient)
        self.when = local_text(first.at, plan, words)
        self.said = shortened(clean(first.said), LONGEST_ANSWER)
        self.about = list(dict.fromkeys(about(plan, one.occurrence) for one in together))


def failures(plan: Plan, found: Iterable[Outgoing], words: Words) -> list[Failure]:
    """What failed, by message."""
    messages = groupby(found, lambda one: (one.delivery, one.channel))
    return [Failure(plan, list(together), words) for _, together in messages]


class Channel:
    """A channel and what holds it up."""

    def __init__(self, plan: Plan, one: ChannelView, words: Words) -> None:
        self.id, self.kind, self.rate = one.id, one.kind, one.rate
        self.doing, self.tag = words(_DOING[one.doing]), _TAGS[one.doing]
        self.paused = one.doing == "paused"
        self.until = local_text(one.until, plan, words) if one.until else ""
        self.since = local_text(one.since, plan, words) if one.since else ""
        self.reason = shortened(clean(one.reason), LONGEST_ANSWER)
        if one.doing == "held" and not one.failures and one.rate:
            self.reason = words("Its rate, {rate}", rate=one.rate)


class Seen:
    """A node of the service."""

    def __init__(self, plan: Plan, one: Node, digest: str, now: datetime, words: Words) -> None:
        role = _ROLES.get(one.role)
        self.id, self.version = one.id, one.version or ""
        self.role = words(role) if role else one.role
        self.lives = now - one.seen <= SILENT
        self.seen = local_text(one.seen, plan, words)
        self.started = local_text(one.started, plan, words)
        self.plan = one.plan[:12]
        self.other_plan = one.plan != digest


class Trace:
    """A line of the trail."""

    def __init__(self, plan: Plan, act: Act, words: Words) -> None:
        self.when = local_text(act.at, plan, words)
        self.who = name_of(plan, act.who) if act.who else ""
        self.did = words(_DID[act.did]) if act.did in _DID else act.did
        self.about = about(plan, act.of.partition("|")[0]) if act.of else None
        number = act.of.partition("|")[2]
        self.report = int(number) if act.did in _OF_REPORTS and number.isdecimal() else 0
        if act.did == "consent":
            self.about = Milestone(act.of[:12], "")
        self.words = clean(act.words)
        if act.did in _OF_REMINDERS and (found := _COUNTED.fullmatch(act.words)):
            count = int(found[1].replace(",", ""))
            self.words = words.counted("{n} reminder", "{n} reminders", count)


class Stored:
    """A plan in the database."""

    def __init__(self, plan: Plan, stored: StoredPlan, words: Words) -> None:
        self.digest, self.short = stored.digest, stored.digest[:12]
        self.at = local_text(stored.at, plan, words)
        self.problems = [clean(line) for line in stored.problem.splitlines() if line.strip()]


class Moved:
    """A date that an edit moves."""

    def __init__(self, plan: Plan, occurrence: str, old: str, new: str, words: Words) -> None:
        self.about = about(plan, occurrence)
        self.old, self.new = words.kept_date(old), words.kept_date(new)


class Planned:
    """A message that an edit adds or withdraws."""

    def __init__(self, plan: Plan, one: Reminder, words: Words) -> None:
        self.about = about(plan, one.occurrence)
        self.to, self.channel = name_of(plan, one.recipient), one.channel
        self.stage = stage_text(one.stage, words)
        self.when = local_text(one.at, plan, words)


class Changes:
    """What a plan that waits would change; of each part the first are shown, and all counted."""

    def __init__(self, before: Plan, found: Difference, words: Words) -> None:
        edit, after = found.edited.edit, found.plan
        self.gone = [about(before, one) for one in edit.removed[:MOST_SHOWN]]
        self.new = [about(after, one) for one in edit.added[:MOST_SHOWN]]
        self.moved = [
            Moved(after, one.occurrence, one.old_text, one.new_text, words)
            for one in edit.moves[:MOST_SHOWN]
        ]
        self.added = [Planned(after, one, words) for one in found.edited.added[:MOST_SHOWN]]
        self.withdrawn = [
            Planned(before, one, words) for one in found.edited.withdrawn[:MOST_SHOWN]
        ]
        self.counts = {
            "gone": len(edit.removed),
            "new": len(edit.added),
            "moved": len(edit.moves),
            "added": len(found.edited.added),
            "withdrawn": len(found.edited.withdrawn),
        }


def about(plan: Plan, occurrence: str) -> Milestone:
    """The milestone of an occurrence, also of one that the plan does not have any more."""
    name = occurrence.partition("@")[0]
    if part := plan.parts.get(name):
        return Milestone(clean(part.request.title), "/console/requests")
    milestone = plan.milestones.get(name)
    if milestone is None:
        return Milestone(shortened(clean(occurrence), 80), "")
    path = f"/tracks/{milestone.id}" if is_public(plan, milestone) else ""
    return Milestone(clean(milestone.title), path)
