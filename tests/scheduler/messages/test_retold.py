"""What the service notes in English reaches a coordinator in her language."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calendars.wording import LANGUAGES
from config.plan import Watched
from scheduler.incoming.notes import forged, from_elsewhere, marked, senders_fault
from scheduler.incoming.values import Mark
from scheduler.known import Kept
from scheduler.messages.languages import read_language
from scheduler.messages.retold import TOLD, retold
from scheduler.operation.restoring import told as told_of_restore
from scheduler.outbox.notices import _words
from scheduler.outbox.restore_store import SetAside
from scheduler.outbox.values import Claimed
from scheduler.outbox.verdict import failed
from scheduler.watching import _told
from tests.scheduler.messages.scenes import NOTED, reminder

OTHERS = [name for name in LANGUAGES if name != "en"]
NOW = datetime(2024, 5, 4, 9, 15, tzinfo=UTC)
WATCHED = Watched("union", "Union", file="union.ics")
KEPT = Kept(
    source="", looked_at=NOW, fetched_at=NOW - timedelta(days=3), failing_since=NOW,
    problem="timed out",
)  # fmt: skip


MARK = Mark("a@example.org", "amina", NOW, "5.1.1", "550 5.1.1: no such user")


def given_up(instead: str | None) -> str:
    one = reminder("cities/zero-draft", "overdue:1", "jose")
    claimed = Claimed("d", "w", "jose", "email", (one,), (1,), 1, None)
    return failed(claimed, (1,), "550 no: such user", NOW, instead=instead).notice


NOTES = {
    "one missed": _words(1),
    "some missed": _words(12),
    "one taken as sent": told_of_restore(SetAside(1, 0), NOW),
    "some taken as sent": told_of_restore(SetAside(8, 4), NOW),
    "failed": given_up(None),
    "failed over": given_up("chat"),
    "calendar": _told(WATCHED, KEPT),
    "calendar never read": _told(WATCHED, replace(KEPT, fetched_at=None)),
    "marked": marked(MARK, "Amina", ["slack", "chat"]),
    "marked, no other channel": marked(MARK, "Amina", []),
    "the sender's fault": senders_fault("a@example.org", "email", "550 5.7.1: no"),
    "from elsewhere": from_elsewhere("b@example.org", "t/m", "Amina"),
    "forged": forged("a@example.org", "t/m", "Amina"),
    **{f"{kind} {number}": text for number, (kind, text) in enumerate(NOTED) if kind != "past"},
}


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", NOTES)
def test_a_note_is_said_in_the_language(name: str, language: str) -> None:
    line = NOTES[name].splitlines()[0]
    words = read_language(language).words
    told = retold(words, line)
    assert told not in (line, words.isolated(line))
    assert "{" not in told


def test_numbers_names_and_reasons_are_kept() -> None:
    french = read_language("fr").words
    assert retold(french, given_up("chat")) == (
        "Le message à jose par email n’a pas pu être remis (cities/zero-draft)\u00a0: "
        "550 no: such user\u00a0; il a été envoyé par chat"
    )
    assert retold(french, _words(1)).startswith("1 rappel était dû")
    assert "depuis le 4 mai 2024 à 09:15 UTC" in retold(french, _told(WATCHED, KEPT))
    assert "celui du 1er mai 2024" in retold(french, _told(WATCHED, KEPT))


def test_what_is_in_no_form_stays_as_it_is() -> None:
    assert retold(read_language("fr").words, "plan.toml:4:7: no") == "plan.toml:4:7: no"
    assert retold(read_language("ar").words, "plan.toml: no") == "\u2068plan.toml: no\u2069"
    assert retold(read_language("en").words, _words(2)) == _words(2)


def test_every_form_is_noted_by_something() -> None:
    english = read_language("en").words
    forms = {key for key in english.listed() if key.startswith(TOLD)}
    marks = {key: english.forms(key)[-1].split("{")[-1].split("}")[-1] for key in forms}
    lines = [text.splitlines()[0] for text in NOTES.values()]
    assert {key for key in forms if any(line.endswith(marks[key]) for line in lines)} == forms
