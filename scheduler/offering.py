"""The links that a message offers to its reader: answers, and the end of these messages.

They lead to the plan's own address; in a rehearsal to that of its pages, so that its mailbox can
be answered in the browser.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from config.plan import Plan
from config.request_values import is_request
from scheduler.messages.addresses import web_address
from scheduler.messages.buttons import answers, to_the_form
from scheduler.messages.languages import language
from scheduler.messages.page import reader
from scheduler.messages.values import NO_LINKS, Item, Links
from scheduler.planning.values import Reminder
from scheduler.web.signed import Kind, Link, last_day, link_path


class Offering:
    """Signs links; `base` is the address of the pages, where it is another than the plan's."""

    def __init__(self, secret: bytes, generation: Callable[[str], int]) -> None:
        self._secret = secret
        self._generation = generation
        self.base: str | None = None

    def links(self, plan: Plan, reminder: Reminder, items: Sequence[Item], now: datetime) -> Links:
        """The links of one message; none where the pages have no address.

        A room's links are the team's. Nobody can end them for the others, so that there it offers
        no end.
        """
        base, recipient = self.base or plan.url, reminder.recipient
        if not base:
            return NO_LINKS
        words = language(reader(plan, recipient, reminder.channel).language, plan.templates).words

        if is_request(reminder.occurrence):
            path = self._path("request", recipient, reminder.occurrence, now)
            form = web_address(f"{base.rstrip('/')}{path}") if path else None
            button = (to_the_form(words, form),) if form else ()
            return Links({reminder.occurrence: button}, self._stop(plan, base, recipient, now))

        def address_of(occurrence: str, answer: str) -> str | None:
            path = self._path("answer", recipient, occurrence, now)
            query = f"?say={answer}" if answer else ""
            return web_address(f"{base.rstrip('/')}{path}{query}") if path else None

        stop = self._stop(plan, base, recipient, now)
        return Links(answers(words, items, address_of), stop)

    def _stop(self, plan: Plan, base: str, recipient: str, now: datetime) -> str | None:
        path = self._path("stop", recipient, "", now) if recipient in plan.people else None
        return web_address(f"{base.rstrip('/')}{path}") if path else None

    def _path(self, kind: Kind, recipient: str, occurrence: str, now: datetime) -> str | None:
        link = Link(kind, recipient, occurrence, last_day(now))
        return link_path(self._secret, link, self._generation(recipient))
