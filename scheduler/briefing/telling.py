"""PURE. An item in words: what was promised, what became of it, why it is late, what comes next."""

from collections.abc import Iterable
from datetime import date

from calendars.dates import Relative
from calendars.wording import day_text, due_text, locale
from calendars.zones import local_day
from config.plan import Milestone, Plan
from scheduler.briefing.document import Run, Text, of
from scheduler.briefing.items import Item, Outlook, When
from scheduler.briefing.words import Words
from scheduler.feeds import Gone
from scheduler.messages.clean import clean
from scheduler.planning.explain import name_of
from scheduler.standing import Slip, State, is_public


class Telling:
    """Puts the items of an outlook in words of one language.

    base: the address that pages lie under, without `/` at its end; None for no links.
    """

    def __init__(self, shown: Outlook, words: Words, base: str | None) -> None:
        self._shown = shown
        self._plan: Plan = shown.plan
        self._words = words
        self._base = base

    # What is named

    def title(self, milestone: Milestone) -> Run:
        """A milestone's title, which leads to its page where it has one."""
        page = is_public(self._plan, milestone) and self._base is not None
        href = f"{self._base}/tracks/{milestone.id}" if page else ""
        return Run(clean(milestone.title), foreign=True, href=href)

    def item(self, title: Run, *sentences: Text) -> Text:
        """A title in bold, with what is said of it after a colon."""
        lead: Text = (title._replace(bold=True),)
        said = self._words.joined(sentences)
        return self._words.say("label", label=lead, value=said) if said else lead

    def paragraphs(self, milestone: Milestone) -> Text:
        """The operative paragraphs, in brackets."""
        if not milestone.paragraphs:
            return ()
        named = Run(", ".join(map(clean, milestone.paragraphs)), foreign=True)
        return self._words.say("in-brackets", list=named)

    def quoted(self, milestone: Milestone) -> Text:
        """The words as promised."""
        if not milestone.said:
            return ()
        return self._words.say("quote", said=Run(clean(milestone.said), foreign=True))

    def day(self, day: date) -> str:
        """A day in words."""
        return day_text(day, self._words.language)

    def _local(self, instant_of: State | Slip | Gone) -> str:
        at = instant_of.at
        return self.day(local_day(at, self._plan.timezone)) if at else ""

    # Dates

    def date(self, item: Item, when: When) -> Text:
        """A date as promised; one that waits for another's date, by that other's title."""
        if when.promise is None:
            return self.kept(when.words)
        relative = when.promise.relative
        if when.due is None and relative is not None:
            return self._relative(item.milestone, relative)
        text = due_text(when.promise, self._words.language)
        elsewhere = (
            item.occurrence.starts is not None and item.milestone.timezone != self._plan.timezone
        )
        return of(f"{text} ({item.milestone.timezone})" if elsewhere else text)

    def kept(self, words: str) -> Text:
        """A date of which only the English words are kept."""
        return of(self._words.kept_date(words))

    def _relative(self, milestone: Milestone, relative: Relative) -> Text:
        other = self._plan.dated((milestone.hangs_on or "").partition("@")[0])
        title = self.named(other)
        if relative.duration is None:
            return self._words.say("with", title=title)
        time = self._words.duration(relative.duration)
        return self._words.say("before" if relative.sign < 0 else "after", title=title, time=time)

    def named(self, other: Milestone | None) -> Text:
        """Another milestone in quotes, unless the readers may not know of it."""
        if other is None or not (self._shown.internal or is_public(self._plan, other)):
            return of(self._words("another"))
        return self._words.say("quote", said=self.title(other))

    def promise(self, item: Item) -> Text:
        """What was promised, in the words of the promise."""
        one = item.milestone
        told = self.item(self.title(one), self.quoted(one))
        return self._words.joined((told, self.paragraphs(one)))

    # What became of it

    def outcome(self, item: Item) -> Text:
        """How it stands, in a few words."""
        words = self._words
        if item.state == "done":
            return self._settled(item, "outcome-done-on", "outcome-done")
        if item.state == "cancelled":
            return of(words("outcome-cancelled"))
        if item.state == "late":
            return _late(
                words.count("outcome-late", item.late)
                if item.late
                else of(words("outcome-late-today"))
            )
        if item.state == "past":
            return of(words("outcome-past" if item.said else "outcome-past-unreported"))
        if item.when != item.before and item.before.due is not None:
            if item.when.due is None:
                return of(words("outcome-open"))
            return words.say("outcome-moved", date=self.date(item, item.when))
        return self.state(item)

    def _settled(self, item: Item, with_day: str, without: str) -> Text:
        if item.settled is None:
            return of(self._words(without))
        return self._words.say(with_day, day=self.day(item.settled))

    def state(self, item: Item) -> Text:
        """The state of one that is neither done nor late, with its percentage."""
        state = of(self._words(f"state-{item.state}"))
        return self._with_percent(state, item.percent)

    def _with_percent(self, state: Text, percent: int | None) -> Text:
        if percent is None:
            return state
        shown = (
            locale(self._words.language)
            .percent_formats[None]
            .apply(percent / 100, locale(self._words.language))
        )
        return self._words.say("state-percent", state=state, percent=str(shown))

    # The items of the lists

    def done(self, item: Item) -> Text:
        """When it was done, and how that is to the date promised."""
        said = self._by(item, "done-on") if item.settled else of(self._words("done-plan"))
        return self._item(item, said, self._in_time(item), self.note(item.said))

    def _in_time(self, item: Item) -> Text:
        if item.when.due is None:
            return ()
        date = self.date(item, item.when)
        if item.settled is None:
            return self._words.say("date-was", date=date)
        days = self._plan.workdays.between(item.when.due, item.settled)
        if item.settled <= item.when.due or not days:
            return self._words.say("done-in-time", date=date)
        return self._words.count("done-late", days, date=date)

    def late(self, item: Item) -> Text:
        """How late it is, and why: what was last said of it, and what it waits for."""
        date = self.date(item, item.when)
        late = (
            self._words.count("late-by", item.late, date=date)
            if item.late
            else self._words.say("late-today", date=date)
        )
        said = self.reported(item) or of(self._words("unreported"))
        return self._item(item, _late(late), said, self.waits(item))

    def underway(self, item: Item) -> Text:
        """What was last said of one that is open and not late."""
        return self._item(item, self.reported(item), self.waits(item))

    def moved(self, item: Item) -> Text:
        """Where its date was, and where it is now."""
        return self._item(item, *map(self._move, item.moves))

    def _move(self, slip: Slip) -> Text:
        gaps = {"old": self.kept(slip.old_text), "new": self.kept(slip.new_text)}
        key = "moved-from"
        if slip.old_due is None:
            key = "moved-set"
        elif slip.new_due is None:
            key = "moved-open"
        return capital(self._words.say(key, day=self._local(slip), **gaps))

    def next(self, item: Item) -> Text:
        """When it is due, and how it stands where somebody said so."""
        date = self._words.say("sentence", text=capital(self.date(item, item.when)))
        plain_state = item.state == "planned" and item.percent is None
        state = () if plain_state else self._words.say("sentence", text=self.state(item))
        return self._item(item, date, state, self.waits(item))

    def undated(self, item: Item) -> Text:
        """What is known of one without a date."""
        relative = item.when.promise.relative if item.when.promise else None
        date: Text = ()
        if relative is not None:
            date = self._words.say("sentence", text=capital(self.date(item, item.when)))
        return self._item(item, date, self.waits(item))

    def cancelled(self, item: Item) -> Text:
        """When it was cancelled, and the note on it."""
        said = self._by(item, "cancelled-on") if item.settled else of(self._words("cancelled-plan"))
        return self._item(item, said, self.note(item.said))

    def gone(self, gone: Gone) -> Text:
        """What has left the plan, by its last known title."""
        date = self.kept(gone.entry.due_text)
        told = self._words.say("gone-on", day=self._local(gone), date=date)
        return self.item(Run(clean(gone.entry.title), foreign=True), told)

    def _item(self, item: Item, *sentences: Text) -> Text:
        one = item.milestone
        return self._words.joined((self.item(self.title(one), *sentences), self.paragraphs(one)))

    def _by(self, item: Item, key: str) -> Text:
        day = self.day(item.settled) if item.settled else ""
        name = self._name(item.said)
        return self._words.say(f"{key}-by" if name else key, day=day, name=name)

    def _name(self, said: State | None) -> Text:
        """Who said it; people are named only inside."""
        if not self._shown.internal or said is None or not said.by:
            return ()
        return (Run(name_of(self._plan, said.by), foreign=True),)

    def reported(self, item: Item) -> Text:
        """The last report or note, with its day; nothing where there is none."""
        said = item.said
        if said is None or said.at is None:
            return ()
        name = self._name(said)
        key, state = "remarked", of("")
        if said.state != "planned":
            key = "reported"
            word = self._words(f"state-{said.state}")
            state = self._with_percent(of(word[:1].lower() + word[1:]), item.percent)
        told = self._words.say(
            f"{key}-by" if name else key, day=self._local(said), state=state, name=name
        )
        return self._words.joined((told, self.note(said)))

    def note(self, said: State | None) -> Text:
        """What somebody wrote, in quotes."""
        if said is None or not said.note.strip():
            return ()
        return self._words.say("quote", said=Run(clean(said.note), foreign=True))

    def waits(self, item: Item) -> Text:
        """What must be done first, and is not."""
        names = _once(self.named(one) for one in item.waits_for)
        return self._words.say("waits", names=self._words.listed(names)) if names else ()


def _once(texts: Iterable[Text]) -> list[Text]:
    return list(dict.fromkeys(texts))


def _late(text: Text) -> Text:
    return tuple(run._replace(late=True) for run in text)


def capital(text: Text) -> Text:
    """With a capital at the begin, where the script has capitals and the words are ours."""
    if not text or text[0].foreign:
        return text
    first = text[0]
    return (first._replace(text=first.text[:1].upper() + first.text[1:]), *text[1:])
