"""apprise, by its `json://`: it says no more than that a message did not go, so all is passing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from notifiers.secret import Secret
from tests.notifiers.contract.case import NOBODY, TOKEN, HttpCase, Opened, Outcome, Reply
from tests.notifiers.served import Request

_PASSING = Outcome(permanent=False, scope="channel")
_FAULTS = (
    "400", "401", "403", "404", "410", "413", "429", "429 for seconds", "429 until a time", "500",
    "503", "503 for seconds", "a redirect", "a hang", "a cut", "odd bytes", "a torn answer",
    "odd headers", NOBODY,
)  # fmt: skip


def limits(request: Request) -> None:
    sent = json.loads(request.body)
    assert 1 <= len(sent["title"]) <= 250
    assert 1 <= len(sent["message"]) <= 3000


class AppriseCase(HttpCase):
    """Left out where the library, which is an extra, is not installed."""

    @contextmanager
    def opened(self, folder: Path, fault: str | None = None) -> Iterator[Opened]:
        pytest.importorskip("apprise", reason="needs apprise (pip install apprise)")
        with super().opened(folder, fault) as opened:
            yield opened


CASE = AppriseCase(
    "apprise",
    lambda address: {
        "url": Secret(plain=f"{address.replace('http', 'json')}/services/{TOKEN}"),
    },
    limits,
    success=Reply(200, b"{}"),
    expected=dict.fromkeys(_FAULTS, _PASSING),
)
