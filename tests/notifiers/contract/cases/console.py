"""The terminal: it can only be closed, and has no limit but that no line holds a code."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from tests.notifiers.contract.case import NOBODY, Opened, Outcome


class ConsoleCase:
    secrets: Sequence[str] = ()
    outcomes: Mapping[str, Outcome] = {
        NOBODY: Outcome(permanent=False, scope="channel"),
    }

    @contextmanager
    def opened(self, folder: Path, fault: str | None = None) -> Iterator[Opened]:
        stream = io.StringIO()
        with redirect_stdout(stream):
            if fault is not None:
                stream.close()
            yield Opened({}, lambda: [stream.getvalue()])

    def check_limits(self, taken: Any) -> None:
        assert taken.encode()
        assert not any(character < " " and character not in "\n\t" for character in taken)


CASE = ConsoleCase()
