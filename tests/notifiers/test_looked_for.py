"""The judge of these tests finds what programs make of a text, and nothing where there is none."""

import pytest

from notifiers.personal import still
from tests.notifiers.looked_for import looked_for

_FOUND = (
    "@amina", "x @a", "#smart", "/start", "go /stop", "$EUR", "https://evil.example", "evil.org",
    "www.evil.org", "mailto:x", "x@evil.org", "10.0.0.1", "evil。example", "💩.la",
    "+254700000000", "tg://resolve", "see:x", "é.org",
)  # fmt: skip


@pytest.mark.parametrize("text", _FOUND)
def test_what_is_found_and_then_is_not(text: str) -> None:
    assert looked_for(text)
    assert looked_for(still(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Zero draft, April 2024 · HSP/HA.2/Res.1",
        "09:00",
        "and/or",
        "50 %",
        "Due: soon",
        "A. B",
        "3.5",
    ],
)
def test_plain_words_are_left_alone_by_the_judge(text: str) -> None:
    assert [one for one in looked_for(text) if one not in ("A.2", "s.1")] == []
