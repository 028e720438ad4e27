"""The words of the forms: every plural form, and none that is not used.

`test_catalogues` holds the languages against the English.
"""

import re
from pathlib import Path

import pytest

from calendars.wording import LANGUAGES
from scheduler import web
from scheduler.web.spoken_words import english, spoken

FOLDER = Path(web.__path__[0])
KEY = re.compile(r'"([a-z]+(?:-[a-z]+)*)"')
STATES = ("planned", "on-track", "at-risk", "delayed", "done", "cancelled")
SAID = ("done", "on-track", "at-risk", "delayed", "note", "acknowledged", "snoozed",
        "mute-milestone", "mute-track")  # fmt: skip
IN_PARTS = {
    *(f"state-{one}" for one in STATES),
    *(f"{before}-{one}" for before in ("say", "answered") for one in SAID),
    *(f"{one}-what" for one in ("expired", "renewed", "unknown", "nobody", "gone", "refused")),
    "busy-what", "settled-done", "settled-cancelled", "muted-milestone", "muted-track",
    "muted-too",    "nobody", "gone",
    *(f"problem-file-{one}" for one in ("type", "size", "empty")),
    "request-over-what",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LANGUAGES))
def test_a_sentence_with_a_number_has_every_form(name: str) -> None:
    words = spoken(name)
    assert words.listed()
    said = {number: words.count("follows-taken", number) for number in (0, 1, 2, 3, 11, 100)}
    assert all(str(number) in text for number, text in said.items() if number > 2)
    assert len({text.replace(str(number), "#") for number, text in said.items()}) == {
        "ar": 6, "en": 2, "es": 2, "fr": 2, "ru": 3, "zh": 1,
    }[name]  # fmt: skip


def test_only_arabic_reads_from_the_right() -> None:
    assert {name for name in LANGUAGES if spoken(name).direction == "rtl"} == {"ar"}


def test_no_word_is_without_use() -> None:
    files = [*FOLDER.glob("*.py"), *(FOLDER / "templates").glob("*.html")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    used = set(KEY.findall(source)) | IN_PARTS
    assert set(english()) - used == set()


def test_a_language_that_there_is_not_is_english() -> None:
    assert spoken("pt-BR").language == "en"
    assert spoken("ar-EG").language == "ar"
