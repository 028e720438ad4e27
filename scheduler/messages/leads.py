"""PURE. The first line of a message, its date in words, and its subject."""

import math
from dataclasses import replace
from datetime import date, timedelta

from calendars.dates import LOW, Precision
from scheduler.messages.clean import shortened
from scheduler.messages.values import Item
from scheduler.messages.words import Words

LONGEST_TITLE = 90
LONGEST_TRACK = 60
FAR_DAYS = 92
"""From so many calendar days on a distance is said in months."""
_MONTH_DAYS = 30.44
_HOURS_FROM = 120
"""So many minutes and more are said in hours, where they are whole hours or many."""


def lead(words: Words, item: Item) -> str:
    """The urgency in one line, "Due in 5 working days"."""
    match item.kind:
        case "date-wanted" | "cancelled" | "done" | "fresh-link":
            return words.say(item.kind)
        case "moved":
            return _moved(words, item)
    said = _distance(words, item)
    if item.kind == "escalation":
        said = _escalated(words, item, said)
    elif not item.promise.certain and item.urgency != "late":
        said = words.say("doubtful", lead=said)
    if item.kind == "opening" and item.urgency != "late":
        said = words.say("opening", lead=said[:1].lower() + said[1:])
    return (
        words.say("lead-moved", lead=said, due=shown_due(words, item))
        if _stale(words, item)
        else said
    )


def _stale(words: Words, item: Item) -> bool:
    """Whether the subject has another date than the one in force: then the lead says that one."""
    if item.first_text is None or item.due is None:
        return False
    return _first_words(words, item) != words.unmarked(shown_due(words, item))


def _escalated(words: Words, item: Item, said: str) -> str:
    if item.report is None:
        return words.say("escalated", lead=said)
    state = words.say(f"state-{item.report.state}")
    return words.say("escalated-reported", lead=said, state=state)


def _moved(words: Words, item: Item) -> str:
    if item.due is None:
        return words.say("moved-open")
    new = shown_due(words, item)
    had_none = item.move is not None and item.move.old_due is None
    return words.say("dated" if had_none else "moved", new=new)


def _distance(words: Words, item: Item) -> str:
    """How far the due day is, in working days; far ahead in months."""
    days = item.days
    if days is None or item.day is None:
        return words.say("date-wanted")
    if days < 0:
        if item.working == 0:
            return words.say("late-since", day=words.day(item.day))
        return words.count("late-by", item.working)
    verb = "starts" if item.meeting else "due"
    if item.local_start is not None and (days == 0 or item.by_clock):
        return _by_clock(words, item, verb)
    if days == 0:
        return words.say(f"{verb}-today")
    return _in_days(words, item, verb, item.day)


def _in_days(words: Words, item: Item, verb: str, day: date) -> str:
    """How far off a day to come is."""
    days = (day - item.today).days
    if item.working == 0:
        key = "last-day" if item.today_works else "no-day"
        return words.say(f"{verb}-{key}", day=words.day(day))
    if days == 1:
        return words.say(f"{verb}-tomorrow")
    if days > FAR_DAYS:
        return words.count(f"{verb}-in-months", round(days / _MONTH_DAYS))
    return words.count(f"{verb}-in", item.working)


def _by_clock(words: Words, item: Item, verb: str) -> str:
    if item.starts is None or item.local_start is None:
        return words.say(f"{verb}-today")
    minutes = math.ceil((item.starts - item.now) / timedelta(minutes=1))
    if item.by_clock and minutes > 0:
        if minutes >= _HOURS_FROM and (minutes % 60 == 0 or minutes > 2 * _HOURS_FROM):
            return words.count(f"{verb}-in-hours", round(minutes / 60))
        return words.count(f"{verb}-in-minutes", minutes)
    if minutes == 0:
        return words.say(f"{verb}-now")
    key = "today-at" if minutes > 0 else "today-passed"
    return words.say(f"{verb}-{key}", time=words.clock(item.local_start))


def shown_due(words: Words, item: Item) -> str:
    """The date in words, as promised."""
    return words.due(item.promise) if item.due_words is None else words.kept_date(item.due_words)


def due_row(words: Words, item: Item) -> str:
    """The date as promised, and the due day where the promise does not name it itself."""
    if item.due_words is not None:
        return words.kept_date(item.due_words)
    if item.due is None:
        return words.say("no-date")
    if item.promise.precision is Precision.INSTANT:
        return _marked(words, item, _instant(words, item))
    if item.promise.precision in LOW:
        key = "by-the-end" if item.promise.certain else "by-doubtful"
        return words.say(key, promised=shown_due(words, item), day=words.day(item.due))
    if item.promise.last is not None and item.promise.last != item.due:
        promised = words.day(item.promise.last)
        return words.say("by-rolled", promised=promised, day=words.day(item.due))
    return _marked(words, item, words.day(item.due))


def _marked(words: Words, item: Item, text: str) -> str:
    return text if item.promise.certain else words.open(text)


def _instant(words: Words, item: Item) -> str:
    """The time in the milestone's zone, and in the reader's where it is another one."""
    local, mine, due = item.promise.instant, item.local_start, item.due
    if local is None or mine is None or due is None:
        return shown_due(words, item)
    at = words.say("at-place", day=words.day(due), time=words.clock(local), zone=item.timezone)
    if (mine.date(), mine.time()) == (due, local.time()):
        return at
    if mine.date() == due:
        return words.say("for-you", at=at, time=words.clock(mine))
    return words.say("for-you-day", at=at, day=words.day(mine.date()), time=words.clock(mine))


def subject(words: Words, item: Item) -> str:
    """What all messages on one occurrence have as their subject.

    It has the date as it was first known, without the mark of doubt: it stays the same when a
    date is confirmed or moves, and with it the thread (mail programs go by the subject too). One
    that had no date at first never gets one here. The date in force is in the first lines.
    """
    title = shortened(item.title, LONGEST_TITLE)
    date_words = _first_words(words, item)
    what = words.say("subject", title=title, due=date_words) if date_words else title
    track = item.reference or shortened(item.track_title, LONGEST_TRACK)
    return words.say("subject-of", what=what, track=track)


def _first_words(words: Words, item: Item) -> str:
    if item.first_text is not None:
        return words.unmarked(words.kept_date(item.first_text))
    if item.due_words is not None:
        return words.unmarked(words.kept_date(item.due_words))
    if item.due is None:
        return ""
    return words.due(replace(item.promise, uncertain=False, approximate=False))
