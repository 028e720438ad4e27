"""PURE. What the forms behind links show, in the reader's language."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from calendars.dates import LOW
from calendars.zones import local_day
from config.plan import Milestone, Plan
from scheduler.choices import MUTES, REPORTS, WAITS, Choice, end_of_acknowledgement
from scheduler.desk_values import Answer, Effect
from scheduler.messages.clean import called
from scheduler.messages.facts import zone_of
from scheduler.messages.words import Words
from scheduler.outbox.values import SNOOZED, Wish
from scheduler.planning.recipients import people_of
from scheduler.planning.values import Occurrence
from scheduler.reports.rules import needs_review
from scheduler.reports.uploads import MOST_OCTETS, TYPES
from scheduler.standing import SETTLED, State
from scheduler.web.form import A_WEEK, days
from scheduler.web.signed import Link

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a form is shown. `mutes` are the reader's, as scopes.

    returned: the word with which what the reader last said was returned.
    """

    plan: Plan
    link: Link
    occurrence: Occurrence
    state: State | None
    mutes: Collection[str]
    wish: Wish | None
    now: datetime
    returned: str = ""

    @property
    def milestone(self) -> Milestone:
        """The milestone that the link is about."""
        return self.plan.milestones[self.occurrence.milestone]

    @property
    def today(self) -> date:
        """The day in the reader's zone."""
        return local_day(self.now, zone_of(self.plan, self.link.recipient))


def rows(words: Words, known: Known) -> list[Row]:
    """The facts at the top: when, whose, as promised, what was reported, what is held up."""
    milestone, plan = known.milestone, known.plan
    found = [("due", _due(words, known.occurrence))]
    if milestone.owner:
        names = tuple(called(plan, one) for one in milestone.owner)
        found.append(("owner", words.names(names)))
    if milestone.said:
        found.append(("said", words.say("quote", said=milestone.said)))
    found.append(("reported", _reported(words, known)))
    if known.returned:
        found.append(("returned", words.say("quote", said=known.returned)))
    if held := _held(words, known):
        found.append(("yours", held))
    return [(words.say(label), value) for label, value in found]


def _due(words: Words, occurrence: Occurrence) -> str:
    promise, due = occurrence.promise, occurrence.due
    promised = words.due(promise)
    named = due is None or (promise.precision not in LOW and promise.last == due)
    return (
        promised
        if named or due is None
        else words.say("due-day", promised=promised, day=words.day(due))
    )


def _reported(words: Words, known: Known) -> str:
    state, milestone = known.state, known.milestone
    if milestone.status in SETTLED:
        return words.say(f"settled-{milestone.status}")
    if state is None:
        return words.say("reported-none")
    what = words.say(f"state-{state.state}")
    if state.percent is not None and state.state != "done":
        what = words.say("reported-percent", state=what, percent=state.percent)
    if state.by and state.at:
        day = words.short_day(local_day(state.at, zone_of(known.plan, known.link.recipient)))
        what = words.say("reported-by", what=what, name=called(known.plan, state.by), day=day)
    return words.say("reported-note", what=what, note=state.note) if state.note else what


def _held(words: Words, known: Known) -> str:
    milestone = known.milestone
    covers = {"all", f"track:{milestone.track}", f"milestone:{milestone.id}"}
    if covers & set(known.mutes):
        return words.say("yours-muted")
    if known.wish is None:
        return ""
    key = "yours-snoozed" if known.wish.state == SNOOZED else "yours-acknowledged"
    return words.say(key, day=_local(words, known, known.wish.until))


def form_values(words: Words, known: Known, may: Collection[Choice]) -> dict[str, object]:
    """What the form's template asks for, beside the facts and what was sent."""
    plan, link, first_last = known.plan, known.link, days(known.today)
    room = link.recipient in plan.teams
    return {
        "reports": _labelled(words, known, [one for one in REPORTS if one in may]),
        "waits": _labelled(words, known, [one for one in (*WAITS, *MUTES) if one in may]),
        "ask_yours": words.say("ask-room" if room else "ask-yours"),
        "only_yours": not room and not set(REPORTS) & set(may),
        "settled": known.milestone.status in SETTLED,
        "first": first_last[0].isoformat(),
        "last": first_last[1].isoformat(),
        "in_a_week": (known.today + A_WEEK).isoformat(),
        "wished_hint": words.say(
            "wished-hint", example=words.short_day(known.occurrence.due or known.today)
        ),
        "note_hint": words.say(_who_reads(known)),
        "file_hint": words.say("file-hint", types=_types(), megabytes=MOST_OCTETS // 1024**2),
        "file_types": ",".join(f".{one}" for one in TYPES),
        "signed": words.say(
            "as-room" if room else "as",
            name=called(plan, link.recipient),
            day=words.short_day(link.until),
        ),
    }


def _who_reads(known: Known) -> str:
    """The sentence that says who will read a note."""
    if page_path(known) is None:
        return "note-plan"
    waits = needs_review(known.plan, known.milestone, known.link.recipient)
    return "note-review" if waits else "note-public"


def _types() -> str:
    return ", ".join(one for one in TYPES if one != "jpeg")


def page_path(known: Known) -> str | None:
    """The path of the milestone's public page on this service; None where it has none."""
    track = known.plan.tracks.get(known.milestone.track)
    if track is None or not (track.public and known.milestone.public):
        return None
    return f"/tracks/{known.milestone.id}"


def _labelled(words: Words, known: Known, found: Collection[Choice]) -> list[tuple[str, str]]:
    return [(one, _label(words, known, one)) for one in found]


def _label(words: Words, known: Known, choice: Choice) -> str:
    plan, milestone = known.plan, known.milestone
    if choice == "mute-track":
        return words.say("say-mute-track", track=_track(known))
    if choice == "acknowledged":
        until = end_of_acknowledgement(plan, milestone, known.link.recipient, known.now)
        return words.say("say-acknowledged", day=_local(words, known, until))
    return words.say(f"say-{choice}")


def answered(words: Words, known: Known, answer: Answer, effect: Effect) -> list[str]:
    """What has happened, and what follows: the first is the heading."""
    choice = answer.choice
    day = _local(words, known, effect.until) if effect.until else ""
    if choice in MUTES:
        said = words.say(f"answered-{choice}", track=_track(known))
        return [said, words.say("follows-escalated")]
    said = words.say(f"answered-{choice}", day=day)
    if choice in WAITS:
        return [said, words.say("follows-escalated")]
    follows = [said]
    if effect.taken_back:
        follows.append(words.count("follows-taken", effect.taken_back))
    follows += _told(words, known, choice, effect)
    return [*follows, words.say("correct")]


def _told(words: Words, known: Known, choice: Choice, effect: Effect) -> list[str]:
    plan, milestone = known.plan, known.milestone
    shown = [words.say("follows-review" if effect.in_review else "follows-shown")]
    if choice == "done":
        watchers = dict.fromkeys((*milestone.watchers,))
        names = tuple(called(plan, one) for one in watchers)
        return [*shown, words.say("follows-told", names=words.names(names))] if names else shown
    names = tuple(
        called(plan, one)
        for one in people_of(plan, plan.coordinators)
        if one != known.link.recipient
    )
    if names and not effect.in_review:
        shown.append(words.say("follows-coordinators", names=words.names(names)))
    done = known.state is not None and known.state.state in SETTLED and choice == "note"
    return shown if done else [*shown, words.say("follows-open")]


def muted_scopes(words: Words, plan: Plan, mutes: Collection[str]) -> list[tuple[str, str]]:
    """Each muted track and milestone with its words, for the page that can take them back."""
    found = []
    for scope in mutes:
        kind, _, name = scope.partition(":")
        if kind == "all":
            continue
        known: Mapping[str, object] = plan.tracks if kind == "track" else plan.milestones
        title = getattr(known.get(name), "title", name)
        found.append((scope, words.say(f"muted-{kind}", title=title)))
    return found


def _track(known: Known) -> str:
    track = known.plan.tracks.get(known.milestone.track)
    return track.title if track else known.milestone.track


def _local(words: Words, known: Known, at: datetime) -> str:
    """The day of an instant in the reader's zone."""
    return words.day(local_day(at, zone_of(known.plan, known.link.recipient)))
