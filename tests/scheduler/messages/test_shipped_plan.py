"""Every message of the shipped plan over 2024, as a mail program and a reader would judge it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from functools import cache, partial
from html.parser import HTMLParser
from pathlib import Path

from rich.cells import cell_len

import config
from calendars.wording import LANGUAGES
from config.load import load
from config.plan import Plan
from notifiers.headers import one_line
from notifiers.message import Address, Message
from notifiers.mime import Sender, build
from notifiers.slack import blocks
from scheduler.messages.languages import read_language
from scheduler.messages.pages import Previewed
from scheduler.messages.previewing import messages
from scheduler.planning.forecast import forecast
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence, Reminder

LARGEST = 100_000
"""Bytes of HTML: large providers cut a mail at 102 KB."""
SENDER = Sender(Address("tracker@example.org", "Resolution tracker"))
START, END = datetime(2024, 3, 21, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)


class Words(HTMLParser):
    """The words that a reader of the HTML sees, and the addresses it leads to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self._unseen = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = dict(attrs)
        hidden = "display:none" in (found.get("style") or "")
        if tag not in ("meta", "br"):
            self._unseen += self._unseen > 0 or tag in ("style", "title") or hidden
        if "href" in found:
            self.addresses.append(found["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= self._unseen > 0

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words += data.split()


@cache
def plan() -> Plan:
    return load(Path(config.__path__[0]) / "examples" / "un-habitat").plan


def _find(dates: Dates, reminder: Reminder) -> Occurrence:
    found = dates.find(reminder.occurrence)
    assert found is not None
    return found


@cache
def previewed() -> Sequence[Previewed]:
    found = forecast(plan(), START, END)
    return list(messages(plan(), found, partial(_find, Dates(plan()))))


def sent() -> list[Message]:
    found = [one.message for one in previewed()]
    assert len(found) > 200
    return found


def test_text_and_html_say_the_same_in_the_same_order() -> None:
    for message in sent():
        assert _first_missing(message.text, message.html or "") is None, message.key


def test_a_word_that_only_the_text_has_is_seen() -> None:
    message = next(one for one in sent() if one.language == "en" and "Amina" in one.text)
    html = message.html or ""
    assert _first_missing(f"{message.text}\nsurprise", html) == "surprise"
    assert _first_missing(message.text, html.replace("Amina", "")) == "Amina"


def _first_missing(text: str, html: str) -> str | None:
    """The first word of the text that the HTML does not have at its place."""
    seen = iter(_parted(" ".join(Words(html).words)))
    missing = (word for word in _said(text) if not any(word == other for other in seen))
    return next(missing, None)


def _said(text: str) -> list[str]:
    """The words of a text without its rules, its addresses and its labels of links."""
    lines = (line for line in text.splitlines() if not line.startswith(("--", "http", *LINKS)))
    return _parted(" ".join(lines))


def _parted(text: str) -> list[str]:
    """The words of a text, each Chinese sign for itself, without what sets them apart."""
    bare = re.sub("[\u2068\u2069]", "", text)
    words = re.sub("([\u2e80-\uffef“”])", r" \1 ", bare).split()
    return [word.strip(":·") for word in words if word.strip(":·：")]


LINKS = tuple(
    read_language(name).words.say(key) for name in LANGUAGES for key in ("open", "all")
)  # fmt: skip


def test_the_text_under_the_lead_fits_into_72_columns_but_for_addresses() -> None:
    for message in sent():
        assert message.text.startswith(f"{message.lead}\n")
        long = [line for line in message.body_without_lead.splitlines() if cell_len(line) > 72]
        assert all("https://" in line and " " not in line.strip() for line in long), long


def test_a_mail_is_small_and_asks_for_nothing_outside_itself() -> None:
    for message in sent():
        html = message.html or ""
        assert len(html.encode()) < LARGEST, message.subject
        assert "url(" not in html
        assert not Words(html).tags & {"script", "img", "link", "form", "iframe", "table"}


def test_every_link_leads_to_a_page_of_the_plan() -> None:
    url = plan().url
    assert url
    known = {url} | {f"{url}/tracks/{key}" for key in plan().milestones}
    for message in sent():
        assert set(Words(message.html or "").addresses) <= known
        assert {button.url for button in message.buttons} <= known


def test_a_mail_parser_reads_back_what_was_said() -> None:
    for message in sent():
        if message.to is None:
            continue
        read = message_from_bytes(build(message, SENDER), policy=default)
        assert read["Subject"] == one_line(message.subject)
        assert read["To"].addresses[0].addr_spec == message.to.email
        text, html = read.get_body(("plain",)), read.get_body(("html",))
        assert text is not None
        assert html is not None
        assert text.get_content().splitlines() == message.text.splitlines()
        assert html.get_content().splitlines() == (message.html or "").splitlines()


def test_a_room_in_slack_gets_all_facts_and_links() -> None:
    rooms = [one.message for one in previewed() if one.channel == "smart-chat"]
    assert len(rooms) > 10
    for message in rooms:
        shown = str(blocks(message))
        assert all(button.url in shown for button in message.buttons)
        assert message.facts


def test_a_thread_has_one_subject_for_one_reader() -> None:
    subjects: dict[tuple[str, str], set[str]] = defaultdict(set)
    for message in sent():
        if message.thread:
            subjects[message.thread, message.language].add(message.subject)
    assert len(subjects) > 10
    assert all(len(found) == 1 for found in subjects.values())


def test_nobody_reads_the_address_of_another() -> None:
    addresses = {one.email for one in plan().people.values() if one.email}
    for message in sent():
        assert not any(address in message.text + (message.html or "") for address in addresses)
