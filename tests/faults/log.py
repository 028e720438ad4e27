"""What a mail server took, held against what was to be sent."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.planning.values import Reminder
from tests.mailbox import Taken


@dataclass(frozen=True)
class Log:
    """Mails by what they hold: Message-ID and the reminders in them."""

    mails: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, taken: Sequence[Taken]) -> "Log":
        """Read the mails."""
        return cls(tuple(map(_read, taken)))

    @property
    def copies(self) -> int:
        """How many mails were copies of an earlier one, by their Message-ID."""
        return len(self.mails) - len({identity for identity, _ in self.mails})

    def complaints(self, wanted: Sequence[Reminder]) -> list[str]:
        """What was lost, and what came twice otherwise than as a copy with its Message-ID."""
        ids: dict[str, set[str]] = {one.key: set() for one in wanted}
        for identity, keys in self.mails:
            for key in keys:
                ids.setdefault(key, set()).add(identity)
        lost = [f"lost: {key}" for key, found in ids.items() if not found]
        doubled = [f"doubled: {key} in {sorted(found)}" for key, found in ids.items()
                   if len(found) > 1]  # fmt: skip
        planned = {one.key for one in wanted}
        foreign = [f"never planned: {key}" for key in ids.keys() - planned]
        return lost + doubled + foreign + self._torn()

    def _torn(self) -> list[str]:
        """Copies that hold something else than the first: a receiver would drop a reminder."""
        contents = Counter(identity for identity, _ in set(self.mails))
        return [f"two contents: {identity}" for identity, count in contents.items() if count > 1]


def _read(taken: Taken) -> tuple[str, tuple[str, ...]]:
    parsed = taken.parsed
    body = parsed.get_body(("plain",))
    assert body is not None
    keys = re.findall(r"\[([^\]]+)\]", body.get_content())
    return str(parsed["Message-ID"]).strip(), tuple(sorted(keys))
