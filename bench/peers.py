"""The plain loops that delivery is measured against: render, build a mail, send; nothing more.

They record nothing, try nothing again and hold to no rate: what they do is the least that a
program must do that sends mail.
"""

import asyncio
import importlib
import smtplib
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from bench.measure import seconds
from config.plan import Plan
from scheduler.messages.facts import item
from scheduler.messages.languages import language
from scheduler.messages.page import Page, foot_links, footer
from scheduler.messages.sections import only
from scheduler.messages.shown import block
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Reminder

SENDER = "Resolution tracker <tracker@example.org>"
Pages = Sequence[tuple[str, Page]]
"""The address of each mail and what its templates are given."""


def pages(plan: Plan, reminders: Sequence[Reminder], at: datetime) -> Iterator[tuple[str, Page]]:
    """What the templates are given, and to whom it goes: made before, and not counted."""
    words, dates = language("en").words, Dates(plan)
    for one in reminders:
        occurrence = dates.find(one.occurrence)
        if occurrence is None:
            raise RuntimeError(f"{one.occurrence} is not in the plan")
        shown = block(words, item(plan, occurrence, one, at), (), alone=True)
        yield (
            plan.people[one.recipient].email or "",
            Page(
                language="en",
                direction="ltr",
                subject=shown.title,
                lead=shown.lead,
                preview=shown.lead,
                tone=shown.tone,
                sections=only(shown),
                footer=footer(plan, words, one.recipient, shown.why),
                links=foot_links(plan, words, None),
                open=words.say("open"),
            ),
        )


def mails(found: Iterable[tuple[str, Page]]) -> Iterator[tuple[str, bytes]]:
    """The address and the octets of each mail."""
    for address, page in found:
        yield address, _mail(address, page).as_bytes()


def by_bare_smtplib(built: Iterable[tuple[str, bytes]], port: int) -> float:
    """Seconds of smtplib over one connection, with octets that were built before."""

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            for address, octets in built:
                server.sendmail("tracker@example.org", [address], octets)

    return seconds(send)


def by_smtplib(found: Pages, port: int, connections: int) -> float:
    """Seconds of smtplib, a thread for each connection."""

    def send(share: Pages) -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            for address, page in share:
                server.send_message(_mail(address, page))

    def send_all() -> None:
        shares = [found[number::connections] for number in range(connections)]
        threads = [threading.Thread(target=send, args=(share,)) for share in shares]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return seconds(send_all)


def aiosmtplib() -> Any | None:
    """The library; None where it is not installed."""
    try:
        return importlib.import_module("aiosmtplib")
    except ImportError:
        return None


def by_aiosmtplib(library: Any, found: Pages, port: int, connections: int) -> float:
    """Seconds of aiosmtplib, all connections in one loop of one thread."""

    async def send(share: Pages) -> None:
        async with library.SMTP(hostname="127.0.0.1", port=port, use_tls=False) as server:
            for address, page in share:
                await server.send_message(_mail(address, page))

    async def send_all() -> None:
        shares = [found[number::connections] for number in range(connections)]
        await asyncio.gather(*map(send, shares))

    return seconds(lambda: asyncio.run(send_all()))


def _mail(address: str, page: Page) -> EmailMessage:
    spoken = language("en")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, address, page.subject
    mail.set_content(spoken.text.render(page=page))
    mail.add_alternative(spoken.html.render(page=page), subtype="html")
    return mail
