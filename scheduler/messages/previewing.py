"""A preview of the plan as files: a page for each message, and an index of them all."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from config.plan import Plan
from notifiers.message import Message
from scheduler.asked import asking
from scheduler.messages.asking import Ask, compose_request
from scheduler.messages.compose import compose
from scheduler.messages.facts import item
from scheduler.messages.pages import Previewed, index_page, mail_page
from scheduler.messages.values import Past, Reached
from scheduler.planning.explain import because, name_of
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence, Reminder

Find = Callable[[Reminder], Occurrence]


def write_preview(plan: Plan, reminders: Sequence[Reminder], find: Find, folder: Path) -> int:
    """Write `index.html` and a page for each message into `folder`; return how many messages.

    `reminders` are sorted by time, as `forecast` gives them; those of one message go on one page.
    What an earlier preview wrote there is removed first; other files stay. Raises OSError where
    the folder cannot be written.
    """
    pages = folder / "messages"
    pages.mkdir(parents=True, exist_ok=True)
    for old in pages.glob("[0-9]*.html"):
        old.unlink()
    count, listed = 0, []
    for count, shown in enumerate(messages(plan, reminders, find), 1):
        name = f"messages/{count:05}.html"
        (folder / name).write_text(mail_page(shown, "../index.html"), encoding="utf-8")
        listed.append((name, shown.light()))
    (folder / "index.html").write_text(index_page(plan.name, listed), encoding="utf-8")
    return count


def messages(plan: Plan, reminders: Iterable[Reminder], find: Find) -> Iterator[Previewed]:
    """The messages that the reminders make, in their order, each with why it is sent.

    What is said of earlier reminders is what the ones before it in the preview would have done.
    """
    reached: dict[str, list[Reached]] = defaultdict(list)
    for together in _together(reminders):
        first = together[0]
        message = _message(plan, together, find, reached)
        why = tuple(dict.fromkeys(because(plan, find(one), one) for one in together))
        yield Previewed(message, name_of(plan, first.recipient), first.channel, why)
        for one in together:
            reached[one.occurrence].append(Reached(one.recipient, one.channel, one.at))


def _message(
    plan: Plan, together: Sequence[Reminder], find: Find, reached: Mapping[str, list[Reached]]
) -> Message:
    first = together[0]
    asked = asking(Dates(plan), find(first), {})
    if asked is not None:
        return compose_request(plan, Ask(asked, first), first.at, key=first.message)
    items = [
        item(plan, find(one), one, one.at, Past(earlier=_before(reached, one))) for one in together
    ]
    return compose(plan, first.recipient, first.channel, items, first.at, key=first.message)


def _together(reminders: Iterable[Reminder]) -> Iterable[list[Reminder]]:
    """The reminders by message, in the order of the first of each."""
    found: dict[str, list[Reminder]] = {}
    for one in reminders:
        found.setdefault(one.message, []).append(one)
    return found.values()


def _before(reached: Mapping[str, list[Reached]], reminder: Reminder) -> tuple[Reached, ...]:
    """Whom the reminders of the occurrence have reached before this one is sent."""
    return tuple(one for one in reached.get(reminder.occurrence, ()) if one.at < reminder.at)
