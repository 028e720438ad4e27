"""PURE. Addresses with a signed token, by which a mail that comes back is known again.

`tracker+rTOKEN@example.org` stands in Reply-To and names one person and one occurrence until a day;
`tracker+bTOKEN@example.org` is where bounces go (the envelope's sender) and names one person and
the address that was written to. A token is base32 in lower case, since some servers fold the case
of a local part, which holds at the most 64 octets (RFC 5321, section 4.5.3.1.1). What it names is
a hash, looked up among what the plan and the history know; a MAC (RFC 2104) of 80 bits signs it.

The number that `milestones links --renew` counts up is signed in the addresses of answers, and not
said, so that all of one person's end at once. Bounces are no answers, and theirs go on.
"""

import hmac
import re
from base64 import b32decode, b32encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from scheduler.macs import generation_of, mac

KEPT = timedelta(days=90)
"""So long after it was sent a mail can be answered."""
LONGEST_LOCAL_PART = 64
LONGEST_TOKEN = 34
"""The characters that are put behind a name, the plus sign among them."""
SEVERAL = ""
"""The occurrence of a mail that speaks of more than one."""
_EPOCH = date(2000, 1, 1)
_DAY, _PERSON, _OCCURRENCE, _MAC = 2, 3, 5, 10
"""Octets of each part of a token."""
_LAST = 0xFFFF
"""The last day that can be written: in 2179."""
_REPLY = re.compile(r"r([a-z2-7]{32})")
_BOUNCE = re.compile(r"b([a-z2-7]{24})")


@dataclass(frozen=True, slots=True)
class Named:
    """What the token of a reply names; `expired` where its day has passed, `renewed` where the
    person's links were made anew since."""

    person: str
    occurrence: str
    expired: bool
    renewed: bool = False


class Seal:
    """Makes tokens under a secret key, and knows them again."""

    def __init__(self, key: bytes, generation: Callable[[str], int] = lambda _: 0) -> None:
        """generation: how often the links of a person were renewed."""
        self._key = key
        self._generation = generation

    def reply_to(self, address: str, person: str, occurrence: str, today: date) -> str:
        """Where the answer to a mail of today goes. `occurrence` may be `SEVERAL`."""
        day = _written(today + KEPT)
        names = self._hash("person", _PERSON, person) + self._hash("one", _OCCURRENCE, occurrence)
        signature = self._reply(day, person, occurrence, self._generation(person))
        return _with(address, "r", day + names + signature)

    def return_path(self, address: str, person: str, email: str, today: date) -> str:
        """Where the bounce of a mail of today to `email` goes."""
        day = _written(today)
        signature = self._hash("bounce", _MAC, day.hex(), person, email.casefold())
        return _with(address, "b", day + self._hash("person", _PERSON, person) + signature)

    def named(
        self, token: str, people: Iterable[str], occurrences: Iterable[str], today: date
    ) -> Named | None:
        """What the token of a reply names; None for one that was not made here.

        Of `occurrences`, which may be many, and `people` it can name only these.
        """
        found = _REPLY.fullmatch(token)
        if found is None:
            return None
        octets = b32decode(found[1].upper())
        day, person, rest = octets[:_DAY], octets[_DAY : _DAY + _PERSON], octets[_DAY + _PERSON :]
        one, given = rest[:_OCCURRENCE], rest[_OCCURRENCE:]
        who = [each for each in people if self._hash("person", _PERSON, each) == person]
        what = [each for each in occurrences if self._hash("one", _OCCURRENCE, each) == one]
        for each in who:
            current = self._generation(each)
            for occurrence in what:
                made = generation_of(current, partial(self._reply, day, each, occurrence), given)
                if made is not None:
                    return Named(each, occurrence, today > _read(day), made != current)
        return None

    def bounced(self, token: str, addresses: Iterable[tuple[str, str]], today: date) -> str | None:
        """The person whose bounce it is; None where it was not made here, or too long ago.

        addresses: each person with the address that mail to her goes to now; that of a bounce
        from an older address is nobody's.
        """
        found = _BOUNCE.fullmatch(token)
        if found is None:
            return None
        octets = b32decode(found[1].upper() + "=" * (-len(found[1]) % 8))
        day, person, given = octets[:_DAY], octets[_DAY : _DAY + _PERSON], octets[_DAY + _PERSON :]
        if today > _read(day) + KEPT:
            return None
        for each, email in addresses:
            if self._hash("person", _PERSON, each) == person:
                expected = self._hash("bounce", _MAC, day.hex(), each, email.casefold())
                if hmac.compare_digest(given, expected):
                    return each
        return None

    def _reply(self, day: bytes, person: str, occurrence: str, generation: int) -> bytes:
        return self._hash("reply", _MAC, day.hex(), str(generation), person, occurrence)

    def _hash(self, purpose: str, octets: int, *parts: str) -> bytes:
        return mac(self._key, octets, f"mail {purpose}", *parts)


def tokens(addresses: Iterable[str], ours: str) -> Iterator[str]:
    """The tokens in those of the addresses that are `ours` with a plus sign and more."""
    local, _, domain = ours.casefold().rpartition("@")
    for address in addresses:
        mine, _, host = address.casefold().rpartition("@")
        if host == domain and mine.startswith(f"{local}+"):
            yield mine.removeprefix(f"{local}+")


def _with(address: str, sort: str, octets: bytes) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}+{sort}{b32encode(octets).decode('ascii').lower().rstrip('=')}@{domain}"


def _written(day: date) -> bytes:
    number = min(max((day - _EPOCH).days, 0), _LAST)
    return number.to_bytes(_DAY, "big")


def _read(octets: bytes) -> date:
    return _EPOCH + timedelta(days=int.from_bytes(octets, "big"))
