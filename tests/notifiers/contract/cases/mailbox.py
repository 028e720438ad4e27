"""The mailbox on the disk holds what a mail server would get, so it has the limits of a mail."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.notifiers.contract.case import NOBODY, Opened, Outcome
from tests.notifiers.contract.cases.email import limits


class MailboxCase:
    secrets: Sequence[str] = ()
    outcomes: Mapping[str, Outcome] = {NOBODY: Outcome(permanent=False, scope="channel")}

    @contextmanager
    def opened(self, folder: Path, fault: str | None = None) -> Iterator[Opened]:
        box = folder / "box"
        if fault is not None:
            box.write_text("in the way")
        yield Opened({"path": str(box)}, lambda: _mails(box))

    def check_limits(self, taken: Any) -> None:
        limits(taken)


def _mails(box: Path) -> list[bytes]:
    """Each mail as it would be on the way, with CRLF."""
    return [
        re.sub(rb"\r?\n", b"\r\n", file.read_bytes()) for file in sorted((box / "new").iterdir())
    ]


CASE = MailboxCase()
