"""Tokens: made for one, known again in any case, forged by nobody, short enough for an address."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.incoming.tokens import KEPT, LONGEST_LOCAL_PART, LONGEST_TOKEN, Named, Seal, tokens

SEAL, TODAY = Seal(b"k" * 32), date(2024, 3, 1)
OURS = "tracker@example.org"
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


def token(address: str) -> str:
    (found,) = tokens([address], OURS)
    return found


@given(NAMES, NAMES, st.dates(), st.booleans())
def test_a_token_names_one_person_and_one_occurrence(
    person: str, occurrence: str, day: date, upper: bool
) -> None:
    address = SEAL.reply_to(OURS, person, occurrence, min(day, date.max - KEPT))
    found = token(address.upper() if upper else address)
    local = address.rpartition("@")[0]
    assert len(local) == len("tracker") + LONGEST_TOKEN <= LONGEST_LOCAL_PART
    assert local.isascii()
    known = SEAL.named(found, ["other", person], ["", occurrence], date(2000, 1, 1))
    assert known == Named(person, occurrence, expired=False)
    assert Seal(b"other").named(found, [person], [occurrence], TODAY) is None
    assert SEAL.named(found, [f"{person}x"], [occurrence], TODAY) is None
    assert SEAL.named(found, [person], [f"{occurrence}x"], TODAY) is None


@given(NAMES, st.emails())
def test_a_return_path_is_of_one_person_and_her_address(person: str, email: str) -> None:
    found = token(SEAL.return_path(OURS, person, email, TODAY))
    assert SEAL.bounced(found, [("other", email), (person, email.upper())], TODAY) == person
    assert SEAL.bounced(found, [("other", email), (person, f"x{email}")], TODAY) is None
    assert SEAL.bounced(found, [(person, email)], TODAY + KEPT) == person
    assert SEAL.bounced(found, [(person, email)], TODAY + KEPT + timedelta(days=1)) is None


@given(st.integers(0, 31), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_no_character_can_be_changed(at: int, sign: str) -> None:
    good = token(SEAL.reply_to(OURS, "amina", "t/m", TODAY))
    changed = good[: at + 1] + sign + good[at + 2 :]
    known = SEAL.named(changed, ["amina"], ["t/m"], TODAY)
    assert (known is not None) == (changed == good)


@pytest.mark.parametrize("days", [0, 90, 91])
def test_it_expires_after_ninety_days(days: int) -> None:
    found = token(SEAL.reply_to(OURS, "amina", "t/m", TODAY))
    known = SEAL.named(found, ["amina"], ["t/m"], TODAY + timedelta(days=days))
    assert known == Named("amina", "t/m", expired=days > 90)


def test_renewed_links_end_the_addresses_of_answers_and_not_those_of_bounces() -> None:
    renewed = {"amina": 3}
    seal = Seal(b"k" * 32, lambda person: renewed.get(person, 0))
    answer, other = (token(seal.reply_to(OURS, one, "t/m", TODAY)) for one in ("amina", "cora"))
    bounce = token(seal.return_path(OURS, "amina", "a@example.org", TODAY))

    def renewed_of(found: str) -> bool | None:
        named = seal.named(found, ["amina", "cora"], ["t/m"], TODAY)
        return named.renewed if named else None

    assert (renewed_of(answer), renewed_of(other)) == (False, False)
    renewed["amina"] = 4
    assert (renewed_of(answer), renewed_of(other)) == (True, False)
    renewed["amina"] = 2
    assert renewed_of(answer) is None, "no later generation is foreseen"
    assert seal.bounced(bounce, [("amina", "a@example.org")], TODAY) == "amina"


@given(st.text(max_size=60))
def test_any_text_is_a_token_or_none(text: str) -> None:
    assert SEAL.named(text, ["amina"], ["t/m"], TODAY) is None
    assert SEAL.bounced(text, [("amina", "a@example.org")], TODAY) is None


def test_only_our_address_carries_tokens() -> None:
    listed = ["tracker@example.org", "tracker+x@example.com", "track+x@example.org", "nonsense",
              "Tracker+ABC@Example.org"]  # fmt: skip
    assert list(tokens(listed, OURS)) == ["abc"]
