"""Programs that some tests need and that this machine may lack."""

import os
from collections import Counter
from collections.abc import Iterable
from typing import NoReturn

import pytest

_SIGN = "needs "


def missing(program: str, package: str) -> NoReturn:
    """Leave the test out because `program` is not here; where CI=true let it fail instead."""
    reason = f"{_SIGN}{program} (apt-get install {package})"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def not_run(reasons: Iterable[str]) -> str:
    """One line for the end of the run: what was left out for want of which program."""
    wants = Counter(reason.partition(_SIGN)[2] for reason in reasons if _SIGN in reason)
    listed = "; ".join(f"{count} for want of {want}" for want, count in sorted(wants.items()))
    return f"Tests not run: {listed}" if listed else ""
